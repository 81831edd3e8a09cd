"""The law of China: the files of this folder, and what they cannot say (see `Local` in ../jurisdiction.py)."""

from .identity import check_identity_number
from .situations import flatten, other_forms

__all__ = ["check_identity_number", "flatten", "other_forms"]
