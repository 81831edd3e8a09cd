"""Named situations for the tests of this and every higher package.

    county = demo_county()
    officer = viewer_of(Role.COUNTY_OFFICER)            # of the demo county
    director = viewer_of(Role.VILLAGE_DIRECTOR, place("云笈社区"), place("上笈村"))

Places, offices and posts are made through the actions, so they leave entries like the real thing.
"""

from __future__ import annotations

from datetime import datetime
from itertools import count

from hutong.core.action import call_system
from hutong.core.models import User
from hutong.core.viewer import ZONE, Viewer
from hutong.org.actions import appoint, create_machine_account, create_post, issue_token, load_demo_county
from hutong.org.models import Agency, Division, DivisionCode, Post
from hutong.org.queries.datafiles import demo_plan
from hutong.org.queries.posts import viewer_of_post
from hutong.org.terms import AgencyKind, Level, Role, Scheme

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
LINE = (AgencyKind.MINISTRY, AgencyKind.DEPARTMENT, AgencyKind.BUREAU, AgencyKind.TOWNSHIP_OFFICE)
_number = count(1)
_LEVEL_OF = {
    Role.VILLAGE_DIRECTOR: Level.VILLAGE,
    Role.TOWNSHIP_SUPERVISOR: Level.TOWNSHIP,
    Role.CITY_OFFICER: Level.CITY,
    Role.PROVINCE_OFFICER: Level.PROVINCE,
    Role.MINISTRY_OFFICER: Level.NATION,
}


def demo_county() -> Division:
    """The invented county with its 12 townships and about 150 villages, loaded once per test."""
    code = demo_plan()["county"]["code"]
    found = Division.objects.filter(scheme=Scheme.OWN, code=code).first()
    return found or call_system(load_demo_county)


def place(name: str) -> Division:
    """A place of the demo province by its short name."""
    county = demo_county()
    return Division.objects.get(scheme=Scheme.OWN, short=name, valid_to=None) if name != county.short else county


def default_place(role: Role) -> Division:
    """Where a post of this role sits in the demo: the first village or township, the county, the city ..."""
    county = demo_county()
    level = _LEVEL_OF.get(role, Level.COUNTY)
    if level == Level.NATION:
        return Division.objects.get(key=0)
    own = Division.objects.filter(scheme=Scheme.OWN, level=level, valid_to=None).order_by("key")
    return own.get(pk=county.pk) if level == Level.COUNTY else own[0]


def office_of(division: Division) -> Agency:
    """The office of the line that answers for a place; for a village the township's."""
    seat = division
    while True:
        found = Agency.objects.filter(division=seat, kind__in=LINE).order_by("id").first()
        if found is not None:
            return found
        assert seat.parent is not None
        seat = seat.parent


def post(role: Role, *places: Division) -> Post:
    """A vacant post; of an office above the places where they are villages, else of the place's own office."""
    where = places or (default_place(role),)
    office = office_of(where[0])
    areas = [p.pk for p in where] if role == Role.VILLAGE_DIRECTOR or len(where) > 1 else []
    given = {"role": role, "title": role.zh, "places": areas, "since": "2020-01-01"}
    return call_system(create_post, office, given)


def officer(role: Role, *places: Division, now: datetime = MONDAY, name: str = "", locale: str = "zh-hans") -> Viewer:
    """A new person appointed to a new post, as the viewer the doors would load."""
    number = next(_number)
    # An account without a password: hashing one costs more than all the rest, and tests sign in by force_login.
    user = User(username=f"{role.value}.{number}", name=name or f"{role.zh}{number}", locale=locale)
    user.set_unusable_password()
    user.save()
    vacant = post(role, *places)
    call_system(appoint, vacant, {"user": user.pk, "since": "2020-01-01"})
    return viewer_of_post(user, vacant, now)


def program(role: Role, *, until: str = "2027-11-22") -> tuple[Post, str]:
    """A client program with this role at the usual office, and a key of it."""
    given = {"username": f"program.{next(_number)}", "name": "县医院接口", "role": role, "since": "2020-01-01"}
    seat: Post = call_system(create_machine_account, office_of(default_place(role)), given)
    return seat, call_system(issue_token, seat, {"name": "出生登记", "valid_to": until}).secret


def viewer_of(role: Role, *places: Division, now: datetime = MONDAY) -> Viewer:
    """A viewer with this role for these places (the demo's usual ones without any)."""
    return officer(role, *places, now=now)


def by_code(scheme: Scheme, code: str) -> Division | None:
    """The place that has a code in a scheme today; also by a code it had before."""
    own = Division.objects.filter(scheme=scheme, code=code, valid_to=None).first()
    if own is not None:
        return own
    rows = DivisionCode.objects.filter(scheme=scheme, code=code).select_related("division")
    return next((row.division for row in rows.order_by("-valid_to")), None)
