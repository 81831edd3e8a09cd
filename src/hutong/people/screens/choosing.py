"""Children as something to choose in a form: typed by name, pinyin or number, shown by name."""

from __future__ import annotations

from hutong.channels.lookup import Hit, register_lookup
from hutong.channels.words import words
from hutong.core.access import visible_fields
from hutong.core.audit.journal import journal
from hutong.core.terms import JournalKind
from hutong.core.viewer import Viewer
from hutong.people.models import Child
from hutong.people.queries.children import name_of, search_children
from hutong.people.screens.labels import birth_cell

MOST = 12


def child_hits(viewer: Viewer, text: str) -> list[Hit]:
    """Children inside the reach; who may not read names finds nobody by them. What is shown is kept on record."""
    if not {"name", "birth_date"} <= visible_fields(viewer, Child):
        return []
    rows = Child.objects.visible_to(viewer).filter(merged_into=None, died_on=None)
    found = list(search_children(rows, text, viewer).order_by("-id")[:MOST])
    journal(viewer, JournalKind.LISTED, what="people.child", subject=Child, count=len(found))
    return [
        Hit(str(c.pk), name_of(viewer, c), f"{c.child_no} · {words(birth_cell(viewer, c), viewer.locale)}")
        for c in found
    ]


def child_called(viewer: Viewer, value: str) -> str:
    """The name of a child that was chosen; nothing for one outside the reach."""
    known = value.isdigit() and len(value) < 19
    child = Child.objects.visible_to(viewer).filter(pk=value).first() if known else None
    return name_of(viewer, child) if child is not None else ""


register_lookup("child", child_hits, child_called)
