"""Ends that need no hearing, and paying again: decided by one officer, in effect when a second one has signed."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from hutong.benefits import access
from hutong.benefits.actions.decisions import new_decision, nothing_waits
from hutong.benefits.actions.effect import decided
from hutong.benefits.actions.inputs import Paper, keep
from hutong.benefits.models import Award, Determination
from hutong.benefits.queries.advice import Advised, advise
from hutong.benefits.queries.bases import confirmed_on
from hutong.benefits.terms import AwardState, DecisionState, EndReason, Outcome
from hutong.core import months
from hutong.core.action import action
from hutong.core.errors import Conflict
from hutong.core.inputs import Given, Month, Text, ask, not_ahead, of, required
from hutong.core.viewer import Viewer


class EndAward(Given):
    """The end of an award that needs no hearing, because the child has died or the payee gives it up."""

    reason: EndReason = of(Award, "end_reason")
    happened_on: date = of(Award, "ended_on", words=("事由发生日期", "Happened on"))
    last_month: Month | None = of(Award, "last_month", None, hint=("不填则为事由当月", "Month of the event"))
    note: Text = ask("说明", "Note", "")
    paper: Paper = of(
        Determination,
        "paper",
        None,
        hint=("主动放弃的，须有监护人签名的书面声明", "To give it up takes a statement signed by the guardian"),
    )


NO_HEARING = (EndReason.DEATH, EndReason.GIVEN_UP, EndReason.REPLACED)
"""Ends that need no hearing: nobody loses what they had, or they ask for it themselves."""


def _needs_hearing(viewer: Viewer, award: Award, given: EndAward) -> str | None:
    if given.reason in NO_HEARING:
        return None
    return _("This end is first put to the payee: propose it, hear them, then carry it out.")


@action(
    "benefits.end_award",
    on=Award,
    input=EndAward,
    roles=access.COUNTY,
    allow=_needs_hearing,
    title=("终止（无需听取意见）", "End without a hearing"),
)
def end_award(viewer: Viewer, award: Award, given: EndAward) -> Determination:
    """Decide the end by death or at the family's own wish. Raises Invalid where it is given up without a statement."""
    not_ahead(viewer, given, "happened_on")
    required(given, paper=given.reason == EndReason.GIVEN_UP and given.paper is None)
    if award.state == AwardState.ENDED:
        raise Conflict(_("This award has already ended."))
    decision, advised = _waiting(viewer, award, Outcome.END, given.note or given.reason.zh)
    decision.end_reason, decision.happened_on = given.reason, given.happened_on
    decision.last_month = months.first_of(given.last_month or given.happened_on)
    decision.paper = keep(viewer, award, given.paper)
    return decided(viewer, decision, advised)


def _waiting(viewer: Viewer, award: Award, outcome: Outcome, reasons: str) -> tuple[Determination, Advised]:
    """A decision on an award that waits for its second person, not yet kept, and the advice it is taken on."""
    nothing_waits(award)
    advised = advise(award.child_id, viewer.today, award.place_key, confirmed=confirmed_on(award))
    waits = DecisionState.WAITING
    decision = new_decision(viewer, advised, outcome, award, reasons=reasons, category=award.category, state=waits)
    return decision, advised


class Resume(Given):
    """From when it is paid again, and whether the months in between are paid after all."""

    from_month: Month = ask("恢复发放月", "Paid again from")
    with_arrears: bool = of(Determination, "with_arrears", False)
    reason: Text = ask("理由", "Reasons")


@action("benefits.resume", on=Award, input=Resume, roles=access.COUNTY, title=("恢复发放", "Resume"))
def resume(viewer: Viewer, award: Award, given: Resume) -> Determination:
    """Decide that a suspension is lifted."""
    if award.state != AwardState.SUSPENDED:
        raise Conflict(_("This award is not suspended."))
    decision, advised = _waiting(viewer, award, Outcome.RESUME, given.reason)
    decision.first_month, decision.with_arrears = given.from_month, given.with_arrears
    return decided(viewer, decision, advised)
