"""Which place answers for a child's application."""

from __future__ import annotations

from datetime import date

from hutong.benefits.models import Application, Award
from hutong.benefits.queries.advice import law_placement
from hutong.core import places
from hutong.core.jurisdiction import law
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


def goes_to_county(application: Application, on: date) -> bool:
    """Is it handed to civil affairs at once, no township between? So children of a home are applied for (ORP-APP-1)."""
    stated = {"child.placement": law_placement(application.child.placement), "apply.elsewhere": application.elsewhere}
    codes = places.codes_of_key(application.place_key)
    return bool(law().value("apply.at", stated, on, codes, known=on) == "civil_affairs")


def moved_to(award: Award) -> Division | None:
    """Where the child is registered now, if that lies outside the township that answers for its award."""
    place = responsible_for(award.child)
    home = next((d for d in chain(award.place) if d.level == Level.TOWNSHIP), award.place)
    return None if place.key in span_of(home.key) else place
