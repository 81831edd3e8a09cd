"""Lists and search of children: equality and ranges alone, the forms that stay fast under the policies."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet

from hutong.core.access import MASK, shown
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.people.models import Child, Relation
from hutong.people.queries.identity import identity_key
from hutong.people.queries.keys import COLUMNS, typed_keys
from hutong.people.queries.names import read_name

MOST = 1000
"""Hits of a search at most; whoever finds more types more."""
IDENTITY = re.compile(r"\d{17}[\dX]|\d{15}")
"""An identity number as it is typed, without spaces."""
_LAST = "\U0010ffff"


def known_children(viewer: Viewer) -> QuerySet[Child]:
    """Children inside the viewer's reach; files merged into another are left out."""
    return Child.objects.visible_to(viewer).filter(merged_into=None)


def search_children(rows: QuerySet[Child], text: str, viewer: Viewer) -> QuerySet[Child]:
    """Narrow a list by what was typed: beginning of a name, given name, pinyin, initials, homophone, or a number."""
    typed = text.strip()
    if not typed:
        return rows
    numbers = re.sub(r"[\s'-]", "", typed).upper()
    if re.search(r"\d", numbers) and numbers.isascii():
        return rows.filter(_by_number(numbers))
    name = read_name(typed).text or typed
    found = Q(name__gte=name, name__lt=name + _LAST)
    for field, key in typed_keys(typed):
        found |= Q(**{COLUMNS[field]: key})
    # The ids first: beside ORDER BY and LIMIT the planner would rather walk the whole table backwards by its key.
    return rows.filter(pk__in=list(rows.filter(found).order_by().values_list("pk", flat=True)[:MOST]))


def _by_number(number: str) -> Q:
    found = Q(child_no=number) | Q(national_no=number)
    if IDENTITY.fullmatch(number):
        found |= Q(identity_key=identity_key(number))
    return found


def siblings(viewer: Viewer, child: Child) -> QuerySet[Child]:
    """Other children of the child's recorded parents inside the viewer's reach."""
    parents = Relation.objects.filter(child=child, bond__in=("father", "mother"), valid_to=None).values("person_id")
    others = Relation.objects.filter(person_id__in=parents, bond__in=("father", "mother"), valid_to=None)
    return (
        known_children(viewer)
        .filter(pk__in=others.values("child_id"))
        .exclude(pk=child.pk)
        .order_by("birth_date", "id")
    )


UNNAMED = Label("尚未取名", "not named yet")
MOVED_AWAY = Label("已迁出儿童", "child who moved away")


def name_of(viewer: Viewer, child: Child | None) -> str:
    """What a child is called towards this viewer: its name, or its number where it has none yet; None is one who moved
    out of sight."""
    if child is None:
        return MOVED_AWAY.text(viewer.locale)
    name = shown(viewer, child, "name")
    if name == MASK:
        return f"{MASK} {child.child_no[-4:]}"
    return name or f"{UNNAMED.text(viewer.locale)} {child.child_no}"


def child_behind(record: Any) -> Child | None:
    """The child a record is about; None once the child has moved out of the viewer's sight."""
    try:
        found: Child | None = record.child
    except ObjectDoesNotExist:  # hidden by the policies of the database
        return None
    return found
