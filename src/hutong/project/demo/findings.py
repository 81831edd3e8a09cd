"""What child directors find beside the allowance, and applications taken down for another county."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from hutong.benefits.actions import apply, file_application, pass_on
from hutong.benefits.models import Application
from hutong.benefits.terms import ApplicantKind
from hutong.care.actions import close_finding, record_finding, take_up
from hutong.care.models import Finding
from hutong.care.terms import FindingState, Need
from hutong.project.demo.plan import Kid
from hutong.project.demo.stage import Stage, at
from hutong.project.demo.stories import SETTLING_DAYS, working_day
from hutong.project.demo.walking import Step

ORDER = 8000
FINDINGS = 26
SEEN: dict[str, tuple[str, list[Need]]] = {
    "left_behind": ("奶奶住院，这几天由邻居照看，上学没有人接送。", [Need.GUARDIAN, Need.SCHOOL]),
    "difficult": ("康复训练中断两个月，家里说路费太贵。", [Need.MEDICAL]),
    "without_papers": ("至今没有户口，打疫苗和入园都办不了。", [Need.REGISTRATION]),
    "migrant": ("转学手续没有办好，一直在家。", [Need.SCHOOL]),
}
LOOKED_AFTER = "已联系相关部门并入户，问题解决，继续走访。"


def steps_of_findings(kids: list[Kid], begin: date, today: date) -> Iterator[Step]:
    """Findings all over the county; the latest still wait for the township."""
    days = (today - begin).days - SETTLING_DAYS
    seen = [_nth(kids, n, kind) for n, kind in _kinds()]
    for n, kid in enumerate(seen):
        day = working_day(begin + timedelta(days=SETTLING_DAYS + (n + 1) * days // len(seen)))
        yield Step(at(min(day, today), 10), ORDER + n, partial(seen_by_director, kid=kid))
        yield Step(at(day + timedelta(days=3), 15), ORDER + n, partial(taken_up, kid=kid))
        if n % 3:
            yield Step(at(day + timedelta(days=24), 15), ORDER + n, partial(closed, kid=kid))
    yield from _elsewhere([k for k in kids if k.situation == "migrant"], today)


def _nth(kids: list[Kid], n: int, kind: str) -> Kid:
    fitting = [k for k in kids if k.situation == kind]
    return fitting[n * 13 % len(fitting)]


def _kinds() -> Iterator[tuple[int, str]]:
    kinds = list(SEEN)
    yield from ((n, kinds[n % len(kinds)]) for n in range(FINDINGS))


def _elsewhere(kids: list[Kid], today: date) -> Iterator[Step]:
    """Two families apply where they live; one file still waits to be passed on, longer than it may."""
    for n, kid in enumerate((kids[5], kids[40])):
        day = working_day(today - timedelta(days=60 if n == 0 else 12))
        yield Step(at(day, 9.5), ORDER + 50 + n, partial(taken_down, kid=kid))
        if n == 0:
            yield Step(at(day + timedelta(days=2), 9.5), ORDER + 50 + n, partial(passed_on, kid=kid))


def _child_id(stage: Stage, kid: Kid) -> int:
    return stage.child_ids([kid.national_no])[kid.national_no]


def seen_by_director(stage: Stage, kid: Kid) -> None:
    """The child director writes down what was seen."""
    text, needs = SEEN[kid.situation]
    given = {
        "child_id": _child_id(stage, kid), "place_id": stage.places[kid.village].pk, "seen_on": stage.today,
        "seen": text, "needs": needs,
    }  # fmt: skip
    stage.do(stage.director(kid.village), record_finding, given)


def _open(stage: Stage, kid: Kid) -> list[Finding]:
    mine = Finding.objects.filter(child_id=_child_id(stage, kid)).exclude(state=FindingState.CLOSED)
    return list(mine.order_by("id"))


def taken_up(stage: Stage, kid: Kid) -> None:
    """The township looks after it."""
    for finding in _open(stage, kid):
        if finding.state == FindingState.NEW:
            stage.do(stage.supervisor(kid.village), take_up, finding, {"note": "已与学校、卫生院联系"})


def closed(stage: Stage, kid: Kid) -> None:
    """Nothing is left to do."""
    for finding in _open(stage, kid):
        stage.do(stage.supervisor(kid.village), close_finding, finding, {"closing": LOOKED_AFTER})


def taken_down(stage: Stage, kid: Kid) -> None:
    """A family applies in the township where it lives; its registered county decides."""
    who = stage.supervisor(kid.village)
    given = {
        "child_id": _child_id(stage, kid), "applicant_kind": ApplicantKind.GUARDIAN,
        "applicant_name": kid.carer.name if kid.carer else kid.name, "statement": "在本地随祖辈生活，申请异地受理。",
    }  # fmt: skip
    application: Application = stage.do(who, apply, given)
    stage.do(who, file_application, application)


def passed_on(stage: Stage, kid: Kid) -> None:
    """The file goes to the township of registration."""
    application = Application.objects.filter(child_id=_child_id(stage, kid)).order_by("-id")[0]
    stage.do(stage.supervisor(kid.village), pass_on, application)
