"""Which place answers for a child's application."""

from __future__ import annotations

from hutong.benefits.models import Award
from hutong.core.places import span_of
from hutong.org.models import Division
from hutong.org.queries.places import chain
from hutong.org.terms import Level
from hutong.people.models import Child

BELOW_COUNTY = (Level.TOWNSHIP, Level.VILLAGE)


def responsible_for(child: Child) -> Division:
    """Where the child is registered; where it lives if it is registered nowhere."""
    return child.registered or child.actual


def county_of(place: Division) -> Division:
    """The county a place lies in, or the city where there are no counties."""
    line = chain(place)
    return next((d for d in line if d.level not in BELOW_COUNTY), place)


def same_county(one: Division, other: Division) -> bool:
    """Do both lie in one county?"""
    return county_of(one).pk == county_of(other).pk


def moved_to(award: Award) -> Division | None:
    """Where the child is registered now, if that lies outside the township that answers for its award."""
    place = responsible_for(award.child)
    home = next((d for d in chain(award.place) if d.level == Level.TOWNSHIP), award.place)
    return None if place.key in span_of(home.key) else place
