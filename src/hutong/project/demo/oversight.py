"""The children's home and those who look over others: papers the home owes, emergency access, posts nobody holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

from pydantic import SecretStr

from hutong.benefits.actions import (
    answer_spot_check,
    apply,
    check_decision,
    file_application,
    return_for_missing,
)
from hutong.benefits.models import Application, SpotCheck
from hutong.benefits.terms import ApplicantKind, CheckState
from hutong.org.actions import appoint, create_account, create_post, relieve
from hutong.org.models import Agency
from hutong.org.terms import AgencyKind, Role
from hutong.people.actions import break_glass, review_break_glass
from hutong.people.models import Child, EmergencyAccess
from hutong.people.terms import AccessReview
from hutong.project.demo.plan import HOME, SHOWN, Kid, first_month
from hutong.project.demo.staff import HOME_NAME, PASSWORD
from hutong.project.demo.stage import Stage, at
from hutong.project.demo.stories import working_day
from hutong.project.demo.walking import Step

ORDER = 9000
ARRIVALS = 2
FAULTY = 4
"""Month of the history in which the auditor finds a fault."""
ELSEWHERE = "township01"
"""Login of a supervisor who opens children of other townships."""
WHY = "孩子在本镇卫生院就诊，陪同人员说不清监护人，需要立即联系家属。"


def arrivals(kids: list[Kid]) -> list[Kid]:
    """Children who came to the home of late: they are on file, and nothing is known of their parents yet."""
    return [k for k in kids if k.village == HOME and k.troubles][-ARRIVALS:]


def _step(n: int, day: date, run: Callable[[Stage], None]) -> Step:
    return Step(at(working_day(day), 9.2 + n / 10), ORDER + n, run)


def steps_of_arrivals(kids: list[Kid], today: date) -> Iterator[Step]:
    """For the first the county asked for papers more than two weeks ago; the second is being taken down."""
    first, second = kids
    yield _step(0, today - timedelta(days=50), partial(applied, kid=first, files=True))
    yield _step(1, today - timedelta(days=36), partial(returned, kid=first))
    yield _step(2, today - timedelta(days=4), partial(applied, kid=second, files=False))


def _child_id(stage: Stage, kid: Kid) -> int:
    return stage.child_ids([kid.national_no])[kid.national_no]


def _application(stage: Stage, kid: Kid) -> Application:
    latest: Application = Application.objects.filter(child_id=_child_id(stage, kid)).order_by("-id")[0]
    return latest


def applied(stage: Stage, kid: Kid, *, files: bool) -> None:
    """The home applies for a child it took in."""
    given = {
        "child_id": _child_id(stage, kid), "applicant_kind": ApplicantKind.INSTITUTION, "applicant_name": HOME_NAME,
        "statement": "由公安机关送来，现由本院养育，父母情况正在查找。",
    }  # fmt: skip
    application = stage.do("institution", apply, given)
    if files:
        stage.do("institution", file_application, application)


def returned(stage: Stage, kid: Kid) -> None:
    """The county names what the home has to bring."""
    reasons = {"reasons": "请补充公安机关出具的父母情况证明，并上传入院登记材料。"}
    stage.do("county2", return_for_missing, _application(stage, kid), reasons)


def steps_of_oversight(kids: list[Kid], today: date) -> Iterator[Step]:
    """Three children opened in an emergency: one review is done, one is late, one just asked for. Two posts."""
    seen = [k for k in kids if k.situation == "left_behind" and k.village in SHOWN][:3]
    for n, (kid, days) in enumerate(zip(seen, (33, 15, 1), strict=True)):
        yield Step(at(today - timedelta(days=days), 7), ORDER + 20 + n, partial(opened, kid=kid))
    yield _step(30, today - timedelta(days=31), partial(looked_into, kid=seen[0]))
    yield _step(40, today - timedelta(days=45), partial(left, login="city2"))
    yield _step(41, today - timedelta(days=20), partial(not_begun, login="province2"))


def steps_of_checks(begin: date, today: date) -> Iterator[Step]:
    """The auditor looks at what was drawn, month by month; of the last two months nothing yet. One fault is found."""
    for number in range(2, 6):
        month = first_month(begin, -number)
        if month < first_month(today, 1):
            yield _step(50, month.replace(day=20), partial(checked, faulty=number == FAULTY))
            yield _step(51, month.replace(day=26), answered)


def checked(stage: Stage, *, faulty: bool) -> None:
    """Every decision that waits; in one month the first was delivered late."""
    for n, check in enumerate(SpotCheck.objects.filter(state=CheckState.WAITING).order_by("id")):
        found = {"state": CheckState.IN_ORDER, "finding": "两人经办，期限内办结，材料与送达记录齐全。"}
        if faulty and n == 0:
            found = {"state": CheckState.FAULTY, "finding": "决定作出后较晚送达，未说明原因。"}
        stage.do("auditor", check_decision, check, found)


def answered(stage: Stage) -> None:
    """The county says what it did."""
    for check in SpotCheck.objects.filter(state=CheckState.FAULTY).order_by("id"):
        stage.do("county2", answer_spot_check, check, {"answer": "已与镇里核对送达流程，今后作出决定三日内送达。"})


def opened(stage: Stage, kid: Kid) -> None:
    """A supervisor elsewhere opens the child by its number and says why."""
    child_no = Child.objects.values_list("child_no", flat=True).get(national_no=kid.national_no)
    stage.do(ELSEWHERE, break_glass, {"child_no": child_no, "reason": WHY})


def looked_into(stage: Stage, kid: Kid) -> None:
    """The auditor asks the hospital and finds the reason true."""
    access = EmergencyAccess.objects.get(child_id=_child_id(stage, kid))
    finding = {"outcome": AccessReview.JUSTIFIED, "finding": "已向卫生院核实就诊记录，情况属实，查看后即联系监护人。"}
    stage.do("auditor", review_break_glass, access, finding)


def left(stage: Stage, login: str) -> None:
    """Somebody leaves; nobody has been appointed since."""
    stage.do("admin", relieve, stage.holdings[login].post, {"until": stage.today})


def not_begun(stage: Stage, login: str) -> None:
    """A new colleague was appointed and has not signed in so far."""
    province = stage.county.parent.parent if stage.county.parent else None
    office = Agency.objects.get(division=province, kind=AgencyKind.DEPARTMENT, closed_on=None)
    new = {"role": Role.PROVINCE_OFFICER, "title": "儿童福利处（二）", "since": stage.today}
    post = stage.do("admin", create_post, office, new)
    secret = SecretStr(PASSWORD)
    user = stage.do("admin", create_account, {"username": login, "name": "竺未央", "password": secret})
    stage.do("admin", appoint, post, {"user": user.pk, "since": stage.today})
