"""Builders with named situations, used by the tests of this package and of those above it.

People and places are invented; identity numbers use the unassigned prefix 999901.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from itertools import count
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from hutong.core.models import User
from hutong.core.places import child_key, span_of
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.org.access import CLEARANCE
from hutong.org.models import Division
from hutong.org.terms import Kind, Level, Role, Scheme
from hutong.people import actions
from hutong.people.models import Child, ParentFact

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
_number = count(1)
LEVELS = ((2, Level.PROVINCE, Kind.PROVINCE), (4, Level.CITY, Kind.CITY), (6, Level.COUNTY, Kind.COUNTY),
          (9, Level.TOWNSHIP, Kind.TOWN), (12, Level.VILLAGE, Kind.VILLAGE))  # fmt: skip
TREE = {
    "99": "瑶屿省",
    "9999": "澄梧市",
    "999901": "护桐县",
    "999901101": "柳溪镇",
    "999901101201": "上柳村",
    "999901101202": "下柳村",
    "999901102": "栗坪镇",
    "999901102201": "栗坪村",
    "999902": "安禾县",
    "999902101": "禾丰镇",
    "999902101201": "禾丰村",
    "98": "霁川省",
    "9801": "霁川市",
    "980101": "临霁县",
    "980101101": "霁门镇",
    "980101101201": "霁门村",
}
"""Two invented provinces, three counties."""


def places() -> dict[str, Division]:
    """The small invented tree by code; made once per test."""
    known = {d.code: d for d in Division.objects.filter(code__in=TREE)}
    if known:
        return known
    with acting(system_viewer("tests", now=NOW)), connection.cursor() as cursor:
        cursor.execute("select set_config('hutong.entry', '0', true), set_config('hutong.package', 'org', true)")
        root = Division.objects.filter(key=0).first() or Division.objects.create(
            level=Level.NATION,
            kind=Kind.NATION,
            scheme=Scheme.OWN,
            code="0",
            name="中华人民共和国",
            short="中国",
            key=0,
        )
        known = {"": root}
        for code, name in TREE.items():
            length, level, kind = next(row for row in LEVELS if row[0] == len(code))
            parent = known[code[: {2: 0, 4: 2, 6: 4, 9: 6, 12: 9}[length]]]
            parent.last_slot += 1
            known[code] = Division.objects.create(
                parent=parent, level=level, kind=kind, scheme=Scheme.OWN, code=code, name=name, short=name,
                key=child_key(parent.key, parent.last_slot),
            )  # fmt: skip
            Division.objects.filter(pk=parent.pk).update(last_slot=parent.last_slot)
        cursor.execute("select set_config('hutong.entry', '', true), set_config('hutong.package', '', true)")
    return known


def worker(role: str = Role.COUNTY_OFFICER, code: str = "999901", **changes: Any) -> Viewer:
    """A viewer at a place, with the reach and clearance of the role; every call is another person with an account."""
    place, clearance, number = places()[code], CLEARANCE[Role(role)], next(_number)
    user = User.objects.create(username=f"worker.{number}", name=f"{Role(role).zh}{number}", password="!")
    viewer = Viewer(
        user_id=user.pk,
        post_id=user.pk,
        role=str(role),
        name=user.name,
        now=NOW,
        place_id=place.pk,
        spans=(span_of(place.key),) if clearance.sees_people else (),
        clearance=clearance.general,
        clearances=MappingProxyType(dict(clearance.packages)),
    )
    return replace(viewer, **changes)


def director(code: str = "999901101201") -> Viewer:
    """The child director of a village."""
    return worker(Role.VILLAGE_DIRECTOR, code)


def supervisor(code: str = "999901101") -> Viewer:
    """The supervisor of a township."""
    return worker(Role.TOWNSHIP_SUPERVISOR, code)


def officer(code: str = "999901") -> Viewer:
    """The officer of a county."""
    return worker(Role.COUNTY_OFFICER, code)


def identity(birth: date, sequence: int = 2) -> str:
    """A number with a right check digit under the unassigned prefix; odd sequences are boys, even ones girls."""
    body = f"999901{birth:%Y%m%d}{sequence:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def child(viewer: Viewer | None = None, **given: Any) -> Child:
    """A registered child: 田小禾, a girl born 2015-06-15 in 上柳村, unless said otherwise."""
    known = places()
    home = known[given.pop("lives", "999901101201")]
    registered = given.pop("registered", home.code)
    fields = {
        "name": "田小禾",
        "sex": "female",
        "birth_date": date(2015, 6, 15),
        "actual_id": home.pk,
        "registered_id": known[registered].pk if registered else None,
        **given,
    }
    who = viewer or worker(Role.COUNTY_OFFICER, home.code[:6])
    return actions.register_child(who, fields)


def parent_fact(one: Child, side: str, status: str, since: date, *, confirmed: bool = True, **given: Any) -> ParentFact:
    """A fact about a parent, confirmed by a second person unless said otherwise."""
    county = Division.objects.get(pk=one.actual_id).code[:6]
    fields = {"side": side, "status": status, "since": since, **given}
    fact = actions.record_parent_fact(worker(Role.TOWNSHIP_SUPERVISOR, county), one, fields)
    return actions.confirm_parent_fact(officer(county), fact, {}) if confirmed else fact


def aid(one: Child, *, dibao: int = 0, tekun: int = 0, disability_living: int = 0, month: date | None = None) -> None:
    """What the child gets elsewhere, in fen a month; the default says that it was checked and is nothing."""
    county = Division.objects.get(pk=one.actual_id).code[:6]
    amounts = {"dibao_fen": dibao, "tekun_fen": tekun, "disability_living_fen": disability_living}
    actions.record_aid(officer(county), one, {"first_month": month or date(2024, 1, 1), **amounts})


def carer(one: Child, name: str = "田桂英", **given: Any) -> Any:
    """A grandmother who is guardian by law."""
    county = Division.objects.get(pk=one.actual_id).code[:6]
    fields = {"bond": "guardian", "name": name, "kinship": "paternal_grandparent", "basis": "law", "sex": "female"}
    return actions.link_person(officer(county), one, fields | given)


def orphan_in_village(**given: Any) -> Child:
    """Both parents died, with papers; grandmother is guardian; no other aid."""
    one = child(**given)
    parent_fact(one, "father", "dead", date(2021, 3, 2), evidence="household_cancellation")
    parent_fact(one, "mother", "dead", date(2022, 9, 20), evidence="death_certificate")
    carer(one)
    aid(one)
    return one


def fu_child_father_dead_mother_lost(**given: Any) -> Child:
    """Father dead, mother out of contact for years and searched for by the police: de facto unattended."""
    one = child(**given)
    parent_fact(one, "father", "dead", date(2020, 5, 8), evidence="cremation")
    parent_fact(
        one, "mother", "lost_contact", date(2019, 2, 10),
        reported_on=date(2023, 3, 1), accepted_on=date(2023, 3, 3), evidence="police_receipt",
    )  # fmt: skip
    carer(one)
    aid(one)
    return one


def fu_child_father_jailed_mother_disabled(**given: Any) -> Child:
    """Father serves six years, mother holds a card of grade 2: de facto unattended by two conditions."""
    one = child(**given)
    parent_fact(
        one, "father", "prison", date(2024, 4, 1), term_from=date(2024, 4, 1), term_months=72, evidence="custody_paper"
    )
    parent_fact(
        one, "mother", "severe_disability", date(2018, 1, 9),
        disability_kind="mental", disability_grade=2, evidence="disability_card",
    )  # fmt: skip
    carer(one)
    aid(one)
    return one


def child_without_papers(**given: Any) -> Child:
    """No household registration, no identity number, no name, birth year guessed: registered where it lives."""
    fields = {"name": "", "registered": "", "sex": "unknown", "birth_date": date(2024, 1, 1)}
    return child(director(), **(fields | {"birth_precision": "estimated"} | given))


def foundling(**given: Any) -> Child:
    """Found and reported to the police; lives in an institution."""
    fields = {"name": "", "registered": "", "status": "foundling", "status_evidence": "foundling_report"}
    return child(**(fields | {"placement": "institution", "birth_precision": "estimated"} | given))


def child_of_able_parents(**given: Any) -> Child:
    """Both parents were looked at and are able: no allowance."""
    one = child(**given)
    for side in ("father", "mother"):
        parent_fact(one, side, "able", date(2025, 1, 10), evidence="village_certificate")
    aid(one)
    return one
