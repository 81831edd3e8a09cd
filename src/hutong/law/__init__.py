"""Law as data and pure Python: no Django, no database, no network.

`jurisdiction("cn")` gives the law of China; README.md beside this file shows a rule, a decision and the SQL.
"""

from .engine.errors import FactsError, LawError, UnknownName, UnknownPlace
from .jurisdiction import Jurisdiction, jurisdiction

__all__ = ["FactsError", "Jurisdiction", "LawError", "UnknownName", "UnknownPlace", "jurisdiction"]
