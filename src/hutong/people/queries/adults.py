"""Adults found by name or number, through the children in reach: an adult has no place of their own."""

from __future__ import annotations

import re

from django.db.models import Q

from hutong.core.viewer import Viewer
from hutong.people.models import Relation
from hutong.people.queries.children import IDENTITY, known_children
from hutong.people.queries.identity import identity_key
from hutong.people.queries.keys import typed_keys


def search_adults(viewer: Viewer, text: str, most: int) -> list[Relation]:
    """Bonds of today between an adult of that name or identity number and a child in reach, by equality alone."""
    number = re.sub(r"[\s'-]", "", text).upper()
    if IDENTITY.fullmatch(number):
        meant = Q(person__identity_key=identity_key(number))
    elif any(char.isdigit() for char in number):
        return []
    else:
        meant = Q(person__name_key__in=[key for field, key in typed_keys(text) if field == "name"])
    bonds = Relation.objects.filter(meant, valid_to=None, child__in=known_children(viewer).values("pk"))
    return list(bonds.select_related("person", "child").order_by("id")[:most])
