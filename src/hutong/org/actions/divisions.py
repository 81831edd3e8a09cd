"""Villages and townships are kept up to date in the product: open, rename, close."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from hutong.core.action import action
from hutong.core.errors import Refused
from hutong.core.events import raise_event
from hutong.core.inputs import Given, Place, of, wrong
from hutong.core.viewer import Viewer
from hutong.org.access import MAINTAINERS, may_maintain, not_mine
from hutong.org.actions.offices import open_offices
from hutong.org.actions.tree import end, named, next_key, records_at, remember_name
from hutong.org.models import Agency, AgencyArea, Division, PostArea, Succession
from hutong.org.queries.places import children, division
from hutong.org.terms import KINDS_OF, Kind, Level, Role, Scheme, below
from hutong.org.terms.naming import clean, is_private, village_stem
from hutong.org.workflow import CLOSED, RENAMED

NAME = of(Division, "name", min_length=1)
EFFECTIVE = of(Succession, "effective")
BASIS = of(Succession, "basis", "")
_DIGITS = {Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}
_OWN_SERIES = 901


class Open(Given):
    """A new place below another."""

    parent: Place = of(Division, "parent")
    name: str = NAME
    kind: Kind = of(Division, "kind")
    code: str = of(Division, "code", "", pattern=r"^(\d{6}|\d{9}|\d{12})?$")
    effective: date = EFFECTIVE
    basis: str = BASIS


class Rename(Given):
    """Another name for a place."""

    name: str = NAME
    effective: date = EFFECTIVE
    basis: str = BASIS


class Close(Given):
    """A place that no longer exists and in which nothing lies."""

    effective: date = EFFECTIVE
    basis: str = BASIS


def in_force(viewer: Viewer, given: Any) -> None:
    """Changes are entered on the day they take effect or later; Invalid for a day still to come."""
    if given.effective > viewer.today:
        text = _("lies in the future: enter the change on the day it takes effect, or later")
        raise wrong(given, "effective", "future", text)


def usable_name(given: Any, name: str, at: str = "name") -> str:
    """A name with private-use characters mapped; Invalid, at its path in the input, where one is unknown, because it
    could never be printed."""
    name = clean(name)
    if is_private(name):
        text = _("contains a character that only exists on your computer; choose the standard one")
        raise wrong(given, at, "invalid", text)
    return name


def _unique_among(siblings: Any, name: str, given: Any) -> None:
    stem = village_stem(name)
    if twin := next((d for d in siblings if village_stem(d.name) == stem), None):
        text = _("“%(name)s” is already there") % {"name": twin.name}
        raise wrong(given, "name", "duplicate", text)


def _may_open(viewer: Viewer, given: Open) -> str | None:
    parent = division(given.parent)
    if outside := not_mine(viewer, parent):
        return outside
    if viewer.role == Role.TOWNSHIP_SUPERVISOR and given.kind not in KINDS_OF[Level.VILLAGE]:
        return _("A township looks after its villages only.")
    return None


@action("org.open_division", input=Open, roles=MAINTAINERS, allow=_may_open, title=("新增区划", "Open a division"))
def open_division(viewer: Viewer, given: Open) -> Division:
    """Add a place, for instance a new residents' community; without a code it gets one of this system."""
    in_force(viewer, given)
    parent, name = division(given.parent), usable_name(given, given.name)
    level = next((lv for lv, kinds in KINDS_OF.items() if given.kind in kinds and below(lv, parent.level)), None)
    if level is None or parent.valid_to is not None:
        text = _("cannot lie in “%(place)s”") % {"place": parent.short}
        raise wrong(given, "kind", "invalid", text)
    _unique_among(children(parent), name, given)
    scheme, code = _code(parent, level, given.code)
    place = named(Division(parent=parent, level=level, kind=given.kind, scheme=scheme, code=code), name)
    place.key, place.valid_from = next_key(parent), given.effective
    place.save()
    open_offices([place.pk])
    return place


def _code(parent: Division, level: Level, given: str) -> tuple[Scheme, str]:
    """The given code, checked for length and use, or the next of this system below the parent's."""
    if given:
        scheme = Scheme.NBS if level == Level.VILLAGE else Scheme.MCA
        if len(given) != _DIGITS[level]:
            text = _("has %(digits)s digits at this level") % {"digits": _DIGITS[level]}
            raise wrong(Open, "code", "invalid", text)
        if Division.objects.filter(scheme=scheme, code=given, valid_to=None).exists():
            raise wrong(Open, "code", "duplicate", _("is already in use"))
        return scheme, given
    width = max(_DIGITS[level] - 3, 0)
    stem = parent.code.ljust(width, "0")[:width]
    last = Division.objects.filter(scheme=Scheme.OWN, code__startswith=stem, level=level).aggregate(m=Max("code"))["m"]
    return Scheme.OWN, f"{stem}{max(int(last[-3:]) + 1 if last else 0, _OWN_SERIES):03d}"


def _may_change(viewer: Viewer, place: Division, given: Given) -> str | None:
    return may_maintain(viewer, place)


@action(
    "org.rename_division",
    on=Division,
    input=Rename,
    roles=MAINTAINERS,
    allow=_may_change,
    title=("更名", "Rename a division"),
)
def rename_division(viewer: Viewer, place: Division, given: Rename) -> Division:
    """Change a name; whatever is dated before the effective day keeps showing the former one."""
    in_force(viewer, given)
    name = usable_name(given, given.name)
    if name == place.name:
        raise wrong(given, "name", "invalid", _("is the present name"))
    if place.parent:
        _unique_among(children(place.parent).exclude(pk=place.pk), name, given)
    before = place.name
    remember_name(place, given.effective)
    named(place, name).save()
    for office in Agency.objects.filter(division=place, closed_on=None, name__startswith=before):
        office.name = name + office.name.removeprefix(before)
        office.save(update_fields=["name"])
    raise_event(RENAMED, division_id=place.pk, effective=given.effective)
    return place


@action(
    "org.close_division",
    on=Division,
    input=Close,
    roles=MAINTAINERS,
    allow=_may_change,
    title=("撤销空区划", "Close an empty division"),
)
def close_division(viewer: Viewer, place: Division, given: Close) -> Division:
    """End a place in which nobody and nothing is registered; otherwise it must be merged, so that nothing is lost."""
    in_force(viewer, given)
    if place.valid_to is not None:
        raise Refused(_("This place has already ended."))
    if children(place).exists() or records_at(place):
        raise Refused(_("Places or records still lie here. Merge it into the place that takes over instead."))
    end(place, given.effective)
    for areas in (PostArea, AgencyArea):
        for area in areas.objects.filter(division=place, valid_to=None):
            area.valid_to = given.effective
            area.save(update_fields=["valid_to"])
    raise_event(CLOSED, division_id=place.pk, effective=given.effective)
    return place
