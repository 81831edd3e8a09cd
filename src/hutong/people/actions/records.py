"""Dated facts about the child: aid from elsewhere, school, disability, sealed health."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from hutong.core import months
from hutong.core.action import action
from hutong.core.events import raise_event
from hutong.core.inputs import Fen, Given, Month, ask, not_ahead, of, wrong
from hutong.core.terms import DataClass
from hutong.core.viewer import Viewer
from hutong.people import workflow
from hutong.people.access import CHECKERS, COUNTY, JOBS, WORKERS
from hutong.people.actions.inputs import Paper, keep_paper
from hutong.people.models import AidFact, Child, DisabilityFact, SchoolFact, SealedHealth
from hutong.people.terms import AidKind, DisabilityKind, Evidence, Health, SchoolLevel

HIGHEST_FEN = 10_000_000
"""100,000 yuan a month: more is a slip of the pen."""


class RecordAid(Given):
    """Monthly amounts the child gets elsewhere. 0 says "checked, gets none"; blank leaves it as it is."""

    first_month: Month = of(AidFact, "first_month")
    dibao_fen: Fen | None = ask("低保金（月，儿童本人份额）", "Dibao a month, the child's share", None)
    tekun_fen: Fen | None = ask("特困供养金（月）", "Tekun support a month", None)
    disability_living_fen: Fen | None = ask(
        "困难残疾人生活补贴（月）", "Living subsidy for the disabled in hardship, a month", None
    )
    source: str = of(AidFact, "source", "", words=("数据来源", "Where this was looked up"))
    evidence: Evidence = of(SchoolFact, "evidence", Evidence.DATA_COMPARISON)


AID_FIELDS = {
    "dibao_fen": AidKind.DIBAO,
    "tekun_fen": AidKind.TEKUN,
    "disability_living_fen": AidKind.DISABILITY_LIVING,
}


@action(
    "people.record_aid", on=Child, input=RecordAid, roles=(*CHECKERS, *JOBS), title=("登记其他救助", "Record other aid")
)
def record_aid(viewer: Viewer, child: Child, given: RecordAid) -> list[int]:
    """Amounts from a month on; what ran before ends with the month before. Returns the ids of the new facts."""
    month = given.first_month
    amounts = {kind: _amount(given, field) for field, kind in AID_FIELDS.items() if getattr(given, field) is not None}
    if not amounts:
        raise wrong(
            given, "dibao_fen", "missing", _("give at least one amount"), _("Write 0 where the child gets none.")
        )
    made = []
    for kind, fen in amounts.items():
        _end_earlier(child, kind, month)
        fact = AidFact.objects.create(
            child=child, kind=kind, amount_fen=fen, first_month=month, source=given.source,
            evidence=given.evidence, recorded_by_id=viewer.user_id,
        )  # fmt: skip
        made.append(fact.pk)
    raise_event(workflow.AID_CHANGED, child_id=child.pk, kinds=sorted(map(str, amounts)), first_month=month)
    return made


def _amount(given: RecordAid, field: str) -> int:
    fen = getattr(given, field)
    if not 0 <= fen <= HIGHEST_FEN:
        raise wrong(given, field, "invalid", _("is no monthly amount"), _("Write it in yuan, for instance 380.50."))
    return int(fen)


def _end_earlier(child: Child, kind: AidKind, month: date) -> None:
    """What starts later or in the same month is replaced, what runs into the month is cut before it."""
    for fact in child.aid.filter(kind=kind).exclude(last_month__lt=month):
        if fact.first_month >= month:
            fact.delete()
        else:
            fact.last_month = months.before(month)
            fact.save()


class RecordSchool(Given):
    """Schooling from a day on; the earlier entry ends the day before."""

    level: SchoolLevel = of(SchoolFact, "level")
    school: str = of(SchoolFact, "school", "")
    valid_from: date = of(SchoolFact, "valid_from")
    full_time: bool = of(SchoolFact, "full_time", True)
    boarding: bool = of(SchoolFact, "boarding", False)
    public: bool | None = of(SchoolFact, "public", None)
    normal_length: bool | None = of(SchoolFact, "normal_length", None)
    evidence: Evidence = of(SchoolFact, "evidence", Evidence.NONE)
    paper: Paper = of(SchoolFact, "paper", None)


@action("people.record_school", on=Child, input=RecordSchool, roles=WORKERS, title=("登记就学", "Record schooling"))
def record_school(viewer: Viewer, child: Child, given: RecordSchool) -> SchoolFact:
    """Where the child goes to school now."""
    not_ahead(viewer, given, "valid_from")
    for fact in child.schooling.filter(valid_to=None):
        if fact.valid_from > given.valid_from:
            raise wrong(
                given, "valid_from", "too_early", _("lies before the entry already recorded"), _("Check the date.")
            )
        fact.valid_to = given.valid_from
        fact.save()
    fields = given.model_dump(exclude={"paper"})
    paper = keep_paper(viewer, child, given.paper)
    fact = SchoolFact.objects.create(child=child, paper=paper, recorded_by_id=viewer.user_id, **fields)
    raise_event(workflow.CHILD_CHANGED, child_id=child.pk, fields=["school"])
    return fact


class RecordDisability(Given):
    """Kind and grade from the child's disability card."""

    kind: DisabilityKind = of(DisabilityFact, "kind")
    grade: int = of(DisabilityFact, "grade")
    valid_from: date = of(SchoolFact, "valid_from")
    valid_to: date | None = ask("有效期至", "Valid until", None)
    evidence: Evidence = of(SchoolFact, "evidence", Evidence.DISABILITY_CARD)
    paper: Paper = of(SchoolFact, "paper", None)


@action(
    "people.record_disability",
    on=Child,
    input=RecordDisability,
    roles=WORKERS,
    title=("登记残疾", "Record a disability"),
)
def record_disability(viewer: Viewer, child: Child, given: RecordDisability) -> DisabilityFact:
    """A disability of the child; its health becomes "disabled"."""
    not_ahead(viewer, given, "valid_from")
    if not 1 <= given.grade <= 4:
        raise wrong(
            given, "grade", "out_of_range", _("must lie between %(least)s and %(most)s") % {"least": 1, "most": 4}
        )
    paper = keep_paper(viewer, child, given.paper)
    fields = given.model_dump(exclude={"paper"})
    fact = DisabilityFact.objects.create(child=child, paper=paper, recorded_by_id=viewer.user_id, **fields)
    if child.health != Health.DISABLED:
        child.health = Health.DISABLED
        child.save()
    raise_event(workflow.CHILD_CHANGED, child_id=child.pk, fields=["disability"])
    return fact


class RecordSealedHealth(Given):
    """HIV infection, brought forward by the guardian. Nobody is ever asked for it."""

    hiv: bool = of(SealedHealth, "hiv")
    since: date = of(SealedHealth, "since")
    evidence: Evidence = of(SchoolFact, "evidence", Evidence.MEDICAL)
    paper: Paper = of(SchoolFact, "paper", None)


@action(
    "people.record_sealed_health",
    on=Child,
    input=RecordSealedHealth,
    roles=COUNTY,
    title=("登记保密健康信息", "Record sealed health data"),
)
def record_sealed_health(viewer: Viewer, child: Child, given: RecordSealedHealth) -> None:
    """Keep it apart from the file. The event says no more than that what the child gets has to be looked at again."""
    not_ahead(viewer, given, "since")
    paper = keep_paper(viewer, child, given.paper, DataClass.SEALED)
    fields = {"hiv": given.hiv, "since": given.since, "evidence": given.evidence, "paper": paper}
    known = SealedHealth.objects.filter(child=child).first()
    sealed = known or SealedHealth(child=child)
    for field, value in fields.items():
        setattr(sealed, field, value)
    sealed.save()
    raise_event(workflow.AID_CHANGED, child_id=child.pk, kinds=[], first_month=months.first_of(given.since))
