"""Borders: merge, split, transfer. One audited entry each; caseload and rights move with the places."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.utils.translation import gettext as _

from hutong.core.action import action
from hutong.core.events import raise_event
from hutong.core.inputs import Given, Lines, Place, ask, of, wrong
from hutong.core.tasks import leave_task
from hutong.core.viewer import Viewer
from hutong.org.access import BORDERS, not_mine
from hutong.org.actions.divisions import BASIS, EFFECTIVE, NAME, in_force, usable_name
from hutong.org.actions.offices import open_offices
from hutong.org.actions.tree import (
    end,
    hand_over,
    move_below,
    named,
    next_key,
    remember_name,
    repoint,
    succeed,
)
from hutong.org.models import Agency, Division, DivisionCode
from hutong.org.queries.places import children, division
from hutong.org.terms import KINDS_OF, AgencyKind, Kind, Level, Role, Scheme, SuccessionKind, below
from hutong.org.terms.naming import clean
from hutong.org.workflow import CHECK_PLACES, MERGED, SPLIT, TRANSFERRED


class Merge(Given):
    """Places that become part of the one the action is called on."""

    places: list[Place] = ask("并入的区划", "Places merged into it", min_length=1)
    name: str = of(Division, "name", "", words=("新名称（如变更）", "New name, if it changes"))
    effective: date = EFFECTIVE
    basis: str = BASIS


class Part(Given):
    """One of the places a division is split into."""

    name: str = NAME
    kind: Kind = of(Division, "kind")
    code: str = of(Division, "code", pattern=r"^\d{6,12}$")
    places: Lines = ask(
        "划入的下级区划",
        "Lower places that go to it",
        hint=("填名称或代码均可。", "By name or code."),
        default_factory=list,
    )


class Split(Given):
    """A place that ends and is divided."""

    parts: list[Part] = ask("分设的区划", "New places", min_length=2)
    rest: str = of(
        Division,
        "name",
        "",
        words=("承接本级记录的区划", "Part that takes what lies at the place itself"),
        hint=("填写名称；不填则为第一个。", "Its name; the first part without one."),
    )
    effective: date = EFFECTIVE
    basis: str = BASIS


class Transfer(Given):
    """A place that comes under another one."""

    parent: Place = of(Division, "parent", words=("划归", "Goes to"))
    code: str = of(Division, "code", "", words=("新代码", "New code"), pattern=r"^(\d{6}|\d{9}|\d{12})?$")
    effective: date = EFFECTIVE
    basis: str = BASIS


def _open_places(given: Merge) -> list[Division]:
    places = list(Division.objects.filter(pk__in=given.places, valid_to=None).order_by("key"))
    if len(places) != len(set(given.places)):
        raise wrong(given, "places", "unknown", _("contains a place that does not exist or has ended"))
    return places


def _may_merge(viewer: Viewer, place: Division, given: Merge) -> str | None:
    return not_mine(viewer, place, *Division.objects.filter(pk__in=given.places))


@action(
    "org.merge_divisions",
    on=Division,
    input=Merge,
    roles=BORDERS,
    allow=_may_merge,
    title=("合并区划", "Merge divisions"),
)
def merge_divisions(viewer: Viewer, place: Division, given: Merge) -> Division:
    """Make places part of this one: what lies in them, and who answers for them, moves to it."""
    in_force(viewer, given)
    merged = _open_places(given)
    if place.valid_to is not None or any(m.pk == place.pk or m.level != place.level for m in merged):
        raise wrong(given, "places", "invalid", _("must be other places of the same level"))
    if given.name and given.name != place.name:
        remember_name(place, given.effective)
        named(place, usable_name(given, given.name)).save()
    for gone in merged:
        for child in children(gone, closed=True):
            move_below(child, place)
        repoint(gone, place)
        hand_over(gone, [place], given.effective)
        succeed(gone, [place.pk], SuccessionKind.MERGE, given.effective, given.basis)
        end(gone, given.effective)
    raise_event(MERGED, division_id=place.pk, merged=[m.pk for m in merged], effective=given.effective)
    return place


def _may_split(viewer: Viewer, place: Division, given: Split) -> str | None:
    return not_mine(viewer, place)


@action(
    "org.split_division",
    on=Division,
    input=Split,
    roles=BORDERS,
    allow=_may_split,
    title=("拆分区划", "Split a division"),
)
def split_division(viewer: Viewer, place: Division, given: Split) -> Division:
    """Divide a place: each place in it goes to the part named, records at the place itself to one of the parts, and the
    county is asked to check where those lie. Returns that part."""
    in_force(viewer, given)
    lower, chosen = _assigned(place, given), _rest(place, given)
    parts = [_part(place, at, given) for at in range(len(given.parts))]
    for part, goes in zip(parts, lower, strict=True):
        for child in goes:
            move_below(child, part)
    rest = parts[chosen]
    for old in children(place, closed=True).exclude(valid_to=None):
        move_below(old, rest)
    moved = repoint(place, rest)
    hand_over(place, parts, given.effective)
    succeed(place, [p.pk for p in parts], SuccessionKind.SPLIT, given.effective, given.basis)
    end(place, given.effective)
    open_offices([p.pk for p in parts])
    if moved:
        leave_task(CHECK_PLACES.name, subject=rest, place_key=rest.key, role=Role.COUNTY_OFFICER)
    raise_event(SPLIT, division_id=place.pk, parts=[p.pk for p in parts], effective=given.effective)
    return rest


def _rest(place: Division, given: Split) -> int:
    """Number of the part that takes what lies at the place itself."""
    names = [clean(part.name) for part in given.parts]
    if place.valid_to is not None or (given.rest and given.rest not in names):
        raise wrong(given, "rest", "unknown", _("is none of the parts"))
    return names.index(given.rest) if given.rest else 0


def _assigned(place: Division, given: Split) -> list[list[Division]]:
    """The lower places of each part; Invalid unless each open one is named exactly once."""
    lower = list(children(place))
    words = {word: d for d in lower for word in (d.name, d.short, d.code)}
    texts = [clean(text) for part in given.parts for text in part.places]
    goes = [words[text].pk for text in texts if text in words]
    odd = [text for text in texts if text not in words] + [d.short for d in lower if goes.count(d.pk) != 1]
    if odd:
        text = _("must name each lower place exactly once: %(places)s") % {"places": ", ".join(odd)}
        raise wrong(given, "parts", "contradiction", text)
    return [[words[clean(text)] for text in part.places] for part in given.parts]


def _part(place: Division, at: int, given: Split) -> Division:
    part, level = given.parts[at], cast(Level, place.level)
    if part.kind not in KINDS_OF.get(level, ()):
        raise wrong(given, f"parts.{at}.kind", "invalid", _("does not belong to this level"))
    scheme = Scheme.OWN if place.scheme == Scheme.OWN else Scheme.NBS if level == Level.VILLAGE else Scheme.MCA
    if Division.objects.filter(scheme=scheme, code=part.code, valid_to=None).exclude(pk=place.pk).exists():
        raise wrong(given, f"parts.{at}.code", "duplicate", _("is already in use"))
    if place.parent is None:
        raise wrong(given, "parts", "invalid", _("the nation is not divided"))
    name = usable_name(given, part.name, f"parts.{at}.name")
    new = named(Division(parent=place.parent, level=level, kind=part.kind, scheme=scheme, code=part.code), name)
    new.key, new.valid_from = next_key(place.parent), given.effective
    new.save()
    return new


def _may_transfer(viewer: Viewer, place: Division, given: Transfer) -> str | None:
    return not_mine(viewer, place, division(given.parent))


@action(
    "org.transfer_division",
    on=Division,
    input=Transfer,
    roles=BORDERS,
    allow=_may_transfer,
    title=("划转区划", "Transfer a division"),
)
def transfer_division(viewer: Viewer, place: Division, given: Transfer) -> Division:
    """Put a place with all that lies in it under another one; posts keep answering for it, offices above change."""
    in_force(viewer, given)
    parent, before = division(given.parent), place.parent_id
    if parent.valid_to is not None or parent.pk == before or not below(place.level, parent.level):
        raise wrong(given, "parent", "invalid", _("cannot take this place"))
    move_below(place, parent)
    if given.code and given.code != place.code:
        _recode(place, given)
    above = Agency.objects.filter(division=parent, closed_on=None, kind__in=_LINE).order_by("id").first()
    for office in Agency.objects.filter(division=place, closed_on=None, kind__in=_LINE) if above else ():
        office.parent = above
        office.save(update_fields=["parent"])
    raise_event(TRANSFERRED, division_id=place.pk, from_id=before, to_id=parent.pk, effective=given.effective)
    return place


_LINE = (AgencyKind.DEPARTMENT, AgencyKind.BUREAU, AgencyKind.PLANNED_CITY_BUREAU, AgencyKind.TOWNSHIP_OFFICE)


def _recode(place: Division, given: Transfer) -> None:
    if Division.objects.filter(scheme=place.scheme, code=given.code, valid_to=None).exists():
        raise wrong(given, "code", "duplicate", _("is already in use"))
    DivisionCode.objects.create(division=place, scheme=place.scheme, code=place.code, valid_to=given.effective)
    place.code = given.code
    place.save(update_fields=["code"])
