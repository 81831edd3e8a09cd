"""Offices, posts and logins of the demo county: one memorable login at every level."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from random import Random

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from pydantic import SecretStr

from hutong.core.models import User
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.org.actions import appoint, create_account, create_agency, create_post, load_demo_county, open_division
from hutong.org.models import Agency, Division, Post
from hutong.org.queries.datafiles import demo_plan
from hutong.org.terms import AgencyKind, Kind, Level, Role, Scheme
from hutong.project.demo.figures import figures
from hutong.project.demo.people import given, surname
from hutong.project.demo.plan import HOME, NEIGHBOURS, villages
from hutong.project.demo.stage import at

PASSWORD = "hutong-demo-2026"  # noqa: S105 (printed at every start; exists in demo databases only)
SINCE = date(2024, 1, 1)
HOME_NAME = "护桐县儿童福利院"
NEIGHBOUR = {"临梧县": {"采薇镇": ("采薇村", "鹿鸣村", "在野村"), "柳浪乡": ("柳浪村", "闻莺村")}}


@dataclass(frozen=True)
class Login:
    """One line of the list that `up` prints."""

    username: str
    post: str


LOGINS = (
    Login("village", "儿童主任（管两个村）"),
    Login("township", "乡镇（街道）儿童督导员"),
    Login("county", "县民政局经办人"),
    Login("county2", "县民政局经办人（第二人）"),
    Login("finance", "县民政局财务"),
    Login("finance2", "县民政局财务（复核）"),
    Login("institution", "儿童福利院"),
    Login("city", "市民政局"),
    Login("province", "省民政厅"),
    Login("ministry", "民政部"),
    Login("auditor", "审计监督"),
    Login("admin", "系统管理员"),
)
"""The posts a visitor may take; everybody else has the same password too."""


@contextmanager
def quick_hashing() -> Iterator[None]:
    """A password printed on every start needs no slow hash; Django strengthens it at the first sign-in."""
    before = PBKDF2PasswordHasher.iterations
    PBKDF2PasswordHasher.iterations = 1000
    try:
        yield
    finally:
        PBKDF2PasswordHasher.iterations = before


@dataclass
class Staffing:
    """Opens places, offices, accounts and posts in the name of the set-up job."""

    viewer: Viewer
    dice: Random

    def account(self, username: str) -> User:
        """Somebody with an invented name."""
        name = surname(self.dice) + given(self.dice, self.dice.choice(("mother", "father")))
        new = {"username": username, "name": name, "password": SecretStr(PASSWORD)}
        user = create_account(self.viewer, new)
        User.objects.filter(pk=user.pk).update(last_login=at(SINCE))
        return user

    def post(self, username: str, agency: Agency, role: Role, title: str, places: list[Division] | None = None) -> Post:
        """A post with its holder."""
        ids = [p.pk for p in places or []]
        new = {"role": role, "title": title, "places": ids, "since": SINCE}
        post = create_post(self.viewer, agency, new)
        appoint(self.viewer, post, {"user": self.account(username).pk, "since": SINCE})
        return post

    def place(self, parent: Division, name: str, kind: Kind) -> Division:
        """A further place of the invented province."""
        new = {"parent": parent.pk, "name": name, "kind": kind, "effective": SINCE, "basis": "演示"}
        return open_division(self.viewer, new)

    def agency_of(self, place: Division, kind: AgencyKind) -> Agency:
        """The office of the line at a place."""
        return Agency.objects.get(division=place, kind=kind, closed_on=None)


def set_up(today: date) -> None:
    """Places, offices, posts and logins. Raises Conflict when the demo county is there already."""
    viewer = system_viewer("demo", now=at(today, 8))
    staffing = Staffing(viewer, Random(figures().seed))  # noqa: S311 (no secret)
    with acting(viewer), quick_hashing():
        county = load_demo_county(viewer, {})
        own = {d.code: d for d in Division.objects.filter(scheme=Scheme.OWN, valid_to=None)}
        home = staffing.place(own["999901001"], HOME_NAME, Kind.INSTITUTION)
        if home.code != HOME:
            raise RuntimeError(f"the children's home got the code {home.code}")
        _neighbour(staffing, county)
        _upper(staffing, county, home)
        _township(staffing, own)


def _neighbour(staffing: Staffing, county: Division) -> None:
    """A second county, so that children can be registered in one place and live in another."""
    codes = []
    for name, towns in NEIGHBOUR.items():
        if county.parent is None:
            raise RuntimeError("the demo county lies in no city")
        other = staffing.place(county.parent, name, Kind.COUNTY)
        for town, names in towns.items():
            place = staffing.place(other, town, Kind.TOWN if town.endswith("镇") else Kind.TOWNSHIP)
            codes += [staffing.place(place, village, Kind.VILLAGE).code for village in names]
    if tuple(codes) != NEIGHBOURS:
        raise RuntimeError(f"the neighbouring villages got the codes {codes}")


def _upper(staffing: Staffing, county: Division, home: Division) -> None:
    """Posts of the county and above, and of the children's home."""
    bureau = staffing.agency_of(county, AgencyKind.BUREAU)
    staffing.post("county", bureau, Role.COUNTY_OFFICER, "儿童福利经办")
    staffing.post("county2", bureau, Role.COUNTY_OFFICER, "儿童福利经办（二）")
    staffing.post("finance", bureau, Role.COUNTY_FINANCE, "财务")
    staffing.post("finance2", bureau, Role.COUNTY_FINANCE, "财务复核")
    staffing.post("auditor", bureau, Role.AUDITOR, "审计监督")
    city = county.parent
    province = city.parent if city else None
    nation = province.parent if province else None
    if city is None or province is None or nation is None:
        raise RuntimeError("the demo county does not lie in a city of a province")
    staffing.post("city", staffing.agency_of(city, AgencyKind.BUREAU), Role.CITY_OFFICER, "儿童福利科")
    staffing.post("city2", staffing.agency_of(city, AgencyKind.BUREAU), Role.CITY_OFFICER, "儿童福利科（二）")
    staffing.post("province", staffing.agency_of(province, AgencyKind.DEPARTMENT), Role.PROVINCE_OFFICER, "儿童福利处")
    ministry = Agency.objects.filter(kind=AgencyKind.MINISTRY, closed_on=None).first()
    if ministry is None:
        raise RuntimeError("the tree has no ministry")
    staffing.post("ministry", ministry, Role.MINISTRY_OFFICER, "儿童福利司")
    staffing.post("admin", ministry, Role.ADMINISTRATOR, "系统管理员")
    new = {"kind": AgencyKind.INSTITUTION, "name": HOME_NAME, "division": home.pk, "parent": bureau.pk, "since": SINCE}
    office = create_agency(staffing.viewer, new)
    staffing.post("institution", office, Role.INSTITUTION_STAFF, "养育科")


def _township(staffing: Staffing, own: dict[str, Division]) -> None:
    """A supervisor in each township, and directors, some with two villages."""
    lived_in, towns = set(villages()), demo_plan()["townships"]
    directors, per = figures().directors.per_village
    doubled = len(lived_in) - round(len(lived_in) * directors / per)
    numbered = 0
    for place, town in enumerate(towns):
        office = staffing.agency_of(own[town["code"]], AgencyKind.TOWNSHIP_OFFICE)
        login = "township" if place == FIRST_TOWN else f"township{place + 1:02d}"
        staffing.post(login, office, Role.TOWNSHIP_SUPERVISOR, "儿童督导员")
        below = [d for d in own.values() if d.code in lived_in and d.code.startswith(town["code"])]
        for n, served in enumerate(_beats(below, doubles=int((place - FIRST_TOWN) % len(towns) < doubled))):
            numbered += 1
            login = "village" if place == FIRST_TOWN and n == 0 else f"village{numbered:03d}"
            title = "、".join(d.short for d in served) + "儿童主任"
            staffing.post(login, office, Role.VILLAGE_DIRECTOR, title, served)


FIRST_TOWN = 2
"""Position of the township whose supervisor and director have the short logins: a rural one."""


def _beats(places: list[Division], doubles: int) -> Iterator[list[Division]]:
    """Villages by director: the first ones serve two, the others one."""
    row = sorted((p for p in places if p.level == Level.VILLAGE), key=lambda p: (p.kind != Kind.VILLAGE, p.code))
    for _ in range(min(doubles, len(row) // 2)):
        yield row[:2]
        del row[:2]
    for place in row:
        yield [place]
