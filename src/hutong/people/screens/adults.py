"""Adults in the search of every page; each leads to the child they belong to."""

from __future__ import annotations

from hutong.channels.finding import Found, register_finder
from hutong.channels.sheet import record_url
from hutong.core.access import may_read, shown
from hutong.core.viewer import Viewer
from hutong.people.models import Person
from hutong.people.queries.adults import search_adults
from hutong.people.queries.children import name_of
from hutong.people.screens.child import READERS
from hutong.people.terms import Bond


def adults_found(viewer: Viewer, text: str, most: int) -> list[Found]:
    """Parents, guardians and carers by the whole name or the identity number, of children in reach."""
    if not may_read(viewer, Person, "name"):
        return []
    found = []
    for bond in search_adults(viewer, text, most):
        kind = shown(viewer, bond, "bond")
        words = kind.label(viewer.locale) if isinstance(kind, Bond) else kind
        found.append(Found(bond.person.name, record_url(bond.child), f"{words} · {name_of(viewer, bond.child)}"))
    return found


register_finder("people.person", ("成年人", "Adults"), adults_found, area="children", roles=READERS, of=Person, rank=20)
