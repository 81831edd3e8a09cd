"""Adults found by name or number, through the children in reach: an adult has no place of their own."""

from __future__ import annotations

import re

from django.db.models import Q

from hutong.core.viewer import Viewer
from hutong.people.models import Person, Relation
from hutong.people.queries.children import IDENTITY, known_children
from hutong.people.queries.identity import identity_key
from hutong.people.queries.keys import typed_keys

NAMESAKES = 5000
"""Adults of one name that are looked at; the commonest name of the nation has some 600 among two million."""


def search_adults(viewer: Viewer, text: str, most: int) -> list[Relation]:
    """Bonds of today between an adult of that name or identity number and a child in reach, by equality alone."""
    number = re.sub(r"[\s'-]", "", text).upper()
    if IDENTITY.fullmatch(number):
        meant = Q(identity_key=identity_key(number))
    elif any(char.isdigit() for char in number):
        return []
    else:
        meant = Q(name_key__in=[key for field, key in typed_keys(text) if field == "name"])
    # Adults, then their bonds, then which of these children are in reach: the planner cannot know how wide the reach
    # is, and in one statement it would begin with every child inside it.
    adults = Person.objects.filter(meant).values_list("pk", flat=True)[:NAMESAKES]
    bonds = dict(Relation.objects.filter(person__in=list(adults), valid_to=None).values_list("pk", "child"))
    known = set(known_children(viewer).filter(pk__in=set(bonds.values())).values_list("pk", flat=True)[:most])
    found = sorted(pk for pk, child in bonds.items() if child in known)[:most]
    return list(Relation.objects.filter(pk__in=found).select_related("person", "child").order_by("pk"))
