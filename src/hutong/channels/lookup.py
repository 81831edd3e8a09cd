"""Type-ahead: who answers a search for places (and other long lists) while somebody types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hutong.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Hit:
    """One suggestion: the value a form sends, the words shown, a second line."""

    value: str
    text: str
    hint: str = ""


Search = Callable[[Viewer, str], Sequence[Hit]]

LOOKUPS: dict[str, Search] = {}


def register_lookup(name: str, search: Search) -> None:
    """Declare a type-ahead in screens.py. `org` registers `place`; an input field asks for it by its kind:
    `json_schema_extra={"kind": "place"}`. The search returns at most a dozen hits."""
    if name in LOOKUPS:
        raise RuntimeError(f"lookup {name} declared twice")
    LOOKUPS[name] = search
