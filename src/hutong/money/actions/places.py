"""What a place decides about paying: rhythm, signing bands, and closing its month."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.db.models import Max
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict

from hutong.core import places
from hutong.core.action import action
from hutong.core.inputs import Fen, Given, Line, Month, Place, ask, of, wrong
from hutong.core.jurisdiction import language
from hutong.core.tasks import leave_task
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.models import Arrangement, BankFormat, Payer, Rhythm, SharedLimit, SigningBand, SigningStep, Statement
from hutong.money.queries import rules, sums
from hutong.money.terms import BankFileForm, PayingLevel, Separator, TotalsAt
from hutong.money.workflow import PAID_BY_OTHERS
from hutong.org.models import Division
from hutong.org.terms import Level, Role

BANDED = (Role.COUNTY_FINANCE, Role.CITY_OFFICER, Role.PROVINCE_OFFICER, Role.MINISTRY_OFFICER)
"""Roles an amount band may name."""


class NewRhythm(Given):
    """How often a place pays, by which local rule, from when."""

    place_id: Place = of(Rhythm, "place")
    every_months: Literal[1, 2, 3, 6, 12] = of(Rhythm, "every_months")
    valid_from: Month = of(Rhythm, "valid_from")
    basis: str = of(Rhythm, "basis", min_length=4)


def _at_home(viewer: Viewer, given: Any) -> str | None:
    return access.inside(viewer, given.place_id)


class NewPayer(Given):
    """Which level pays at a place, by which local rule, from when."""

    place_id: Place = of(Payer, "place")
    level: PayingLevel = of(Payer, "level")
    valid_from: Month = of(Payer, "valid_from")
    basis: str = of(Payer, "basis", min_length=4)


class NewLimit(Given):
    """From how many children on an account is confirmed, by which local rule, from when."""

    place_id: Place = of(SharedLimit, "place")
    most: int = of(SharedLimit, "most", ge=2, le=60)
    valid_from: date = of(SharedLimit, "valid_from")
    basis: str = of(SharedLimit, "basis", min_length=4)


class BandInput(BaseModel):
    """One band: up to which total (fen; empty: any) which role signs."""

    model_config = ConfigDict(extra="forbid")

    limit_fen: Fen | None = of(SigningBand, "limit_fen", None, gt=0)
    role: Role = of(SigningBand, "role")


class NewBands(Given):
    """All bands of a place; exactly one has no limit."""

    place_id: Place = of(SigningBand, "place")
    bands: list[BandInput] = ask("签发限额", "Bands", min_length=1, max_length=6)
    valid_from: date = of(SigningBand, "valid_from")
    basis: str = of(SigningBand, "basis", min_length=4)


class StepInput(BaseModel):
    """One step: which role signs, and at which post where there are several of the role."""

    model_config = ConfigDict(extra="forbid")

    role: Role = of(SigningStep, "role")
    title: Line = of(
        SigningStep, "title", "", hint=("如“科室负责人”“分管领导”；留空则该角色任一岗位可签。",
                                        "As the post is called; empty: any post of the role."),
    )  # fmt: skip


class NewChain(Given):
    """All steps of a place, in the order in which they sign."""

    place_id: Place = of(SigningStep, "place")
    steps: list[StepInput] = ask("签批顺序", "Steps", min_length=1, max_length=6)
    valid_from: date = of(SigningStep, "valid_from")
    basis: str = of(SigningStep, "basis", min_length=4)


class NewFormat(Given):
    """How the bank takes its file, by which agreement, from when."""

    place_id: Place = of(BankFormat, "place")
    form: BankFileForm = of(BankFormat, "form")
    totals: TotalsAt = of(BankFormat, "totals", TotalsAt.FIRST)
    separator: Separator = of(BankFormat, "separator", Separator.BAR)
    valid_from: date = of(BankFormat, "valid_from")
    basis: str = of(BankFormat, "basis", min_length=4)


class Closing(Given):
    """Which month of which place."""

    place_id: Place = of(Statement, "place")
    month: Month = of(Statement, "month")


def _first_from(given: Any, kind: type[Arrangement]) -> None:
    """Raise Invalid where the place has an entry from that day already."""
    if kind.objects.filter(place_id=given.place_id, valid_from=given.valid_from).exists():
        raise wrong(given, "valid_from", "duplicate", _("has an entry already; choose a later day"))


@action("money.set_rhythm", input=NewRhythm, roles=access.OFFICERS, allow=_at_home,
        title=("设定发放周期", "Set how often a place pays"))  # fmt: skip
def set_rhythm(viewer: Viewer, given: NewRhythm) -> Rhythm:
    """A dated rhythm; earlier months keep theirs. Raises Invalid when one from that month exists."""
    _first_from(given, Rhythm)
    return Rhythm.objects.create(**given.model_dump())


@action("money.set_payer", input=NewPayer, roles=access.OFFICERS[1:], allow=_at_home,
        title=("设定发放层级", "Set which level pays"))  # fmt: skip
def set_payer(viewer: Viewer, given: NewPayer) -> Payer:
    """From a month that has not begun another level pays at a place and below; each county concerned is told by whom
    and why. Raises Invalid for a month that has begun.
    """
    key = places.key(given.place_id)
    if given.valid_from <= viewer.today:
        raise wrong(given, "valid_from", "too_early", _("has begun already: those who pay it must not be overtaken"))
    _first_from(given, Payer)
    before = rules.paying_level(key, given.valid_from)
    entry = Payer.objects.create(**given.model_dump())
    if before != given.level and PayingLevel.COUNTY in (before, given.level):
        _tell_counties(viewer, entry, key)
    return entry


def _tell_counties(viewer: Viewer, entry: Payer, key: int) -> None:
    """Leave each county of the place a task that says who pays from when, by which rule."""
    span = places.span_of(key)
    inside = Division.objects.filter(level=Level.COUNTY, key__gte=span.lo, key__lt=span.hi, valid_to=None)
    counties = [entry.place] if places.depth_of(key) >= rules.DEPTHS[PayingLevel.COUNTY] else list(inside)
    words = _("%(level)s, from %(month)s: %(basis)s") % {
        "level": entry.level.label(language()), "month": f"{entry.valid_from:%Y-%m}", "basis": entry.basis,
    }  # fmt: skip
    for county in counties:
        leave_task(PAID_BY_OTHERS.name, subject=entry, place_key=county.key, role=Role.COUNTY_OFFICER, note=words)


@action("money.set_shared_limit", input=NewLimit, roles=access.OFFICERS, allow=_at_home,
        title=("设定共用账户须确认的人数", "Set from how many children an account is confirmed"))  # fmt: skip
def set_shared_limit(viewer: Viewer, given: NewLimit) -> SharedLimit:
    """A dated limit; runs of earlier days kept theirs. Raises Invalid when one from that day exists."""
    _first_from(given, SharedLimit)
    return SharedLimit.objects.create(**given.model_dump())


@action("money.set_signing_bands", input=NewBands, roles=access.OFFICERS, allow=_at_home,
        title=("设定签发限额", "Set who signs up to which total"))  # fmt: skip
def set_signing_bands(viewer: Viewer, given: NewBands) -> int:
    """Replace the bands of a place from a day on; how many. Raises Invalid for gaps and roles that cannot sign."""
    limits = [b.limit_fen for b in given.bands]
    if limits.count(None) != 1 or len(set(limits)) != len(limits):
        raise wrong(given, "bands", "contradiction", _("need different limits, and one without any"))
    for at, band in enumerate(given.bands):
        if band.role not in BANDED:
            raise wrong(given, f"bands.{at}.role", "invalid", _("does not sign payments"))
    _first_from(given, SigningBand)
    for band in given.bands:
        SigningBand.objects.create(
            place_id=given.place_id, limit_fen=band.limit_fen, role=band.role, valid_from=given.valid_from,
            basis=given.basis,
        )  # fmt: skip
    return len(given.bands)


@action("money.set_signing_chain", input=NewChain, roles=access.OFFICERS, allow=_at_home,
        title=("设定签批流程", "Set who signs in which order"))  # fmt: skip
def set_signing_chain(viewer: Viewer, given: NewChain) -> int:
    """The steps of a place from a day on; how many. They take the place of its amount bands; a batch that is being
    signed keeps those it began with. Raises Invalid for roles that cannot sign and for one post twice."""
    for at, step in enumerate(given.steps):
        if step.role not in access.SIGNERS:
            raise wrong(given, f"steps.{at}.role", "invalid", _("does not sign payments"))
        if step.title and any(step == other for other in given.steps[:at]):
            raise wrong(given, f"steps.{at}.title", "duplicate", _("signs already"))
    _first_from(given, SigningStep)
    for number, step in enumerate(given.steps, start=1):
        SigningStep.objects.create(
            place_id=given.place_id, number=number, role=step.role, title=step.title, valid_from=given.valid_from,
            basis=given.basis,
        )  # fmt: skip
    return len(given.steps)


@action("money.set_bank_format", input=NewFormat, roles=(*access.OFFICERS, Role.COUNTY_FINANCE), allow=_at_home,
        title=("设定银行文件格式", "Set how the bank takes its file"))  # fmt: skip
def set_bank_format(viewer: Viewer, given: NewFormat) -> BankFormat:
    """From a day on files begin with this form. Raises Invalid when a format from that day exists."""
    _first_from(given, BankFormat)
    return BankFormat.objects.create(**given.model_dump())


@action("money.make_statement", input=Closing, roles=(*access.OFFICERS, Role.COUNTY_FINANCE), allow=_at_home,
        title=("生成月度对账表", "Make the monthly statement"))  # fmt: skip
def make_statement(viewer: Viewer, given: Closing) -> Statement:
    """The month as it stands now; what changes later (a returned payment) makes another revision."""
    key = places.key(given.place_id)
    content = sums.month_of(viewer, key, given.month)
    earlier = Statement.objects.filter(place_id=given.place_id, month=given.month)
    revision = (earlier.aggregate(last=Max("revision"))["last"] or 0) + 1
    return Statement.objects.create(
        place_id=given.place_id, place_key=key, month=given.month, revision=revision, content=content,
        by_id=access.person(viewer),
    )  # fmt: skip
