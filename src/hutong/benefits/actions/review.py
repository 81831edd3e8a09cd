"""Looking again: the yearly review, school after 18, and facts that changed."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from hutong.benefits import access, workflow
from hutong.benefits.actions.awards import review_due
from hutong.benefits.actions.decisions import (
    AS_ADVISED,
    Amount,
    amount_decided,
    new_decision,
    nothing_waits,
    stand_by,
    within_application,
)
from hutong.benefits.actions.effect import decided
from hutong.benefits.actions.inputs import Paper, keep
from hutong.benefits.models import Award, AwardBasis, Determination, Review
from hutong.benefits.queries.advice import Advised, advise
from hutong.benefits.queries.bases import confirmed_on, due_on
from hutong.benefits.queries.due import asked_from, coming_of_age, last_looked_at, reviews_to_open
from hutong.benefits.terms import (
    Advice,
    AwardState,
    Category,
    DecisionState,
    Outcome,
    ReviewFinding,
    ReviewState,
)
from hutong.core import months
from hutong.core.action import action
from hutong.core.context import note
from hutong.core.errors import Conflict
from hutong.core.events import raise_event
from hutong.core.inputs import Given, Line, Month, Nothing, Text, ask, not_ahead, of, required, wrong
from hutong.core.tasks import done_tasks, leave_task, open_tasks
from hutong.core.viewer import Viewer
from hutong.money import actions as money
from hutong.money.terms import ChangeReason
from hutong.org.queries.places import nearest_role
from hutong.org.terms import Role

AHEAD = timedelta(days=30)
"""A review is put on the worklist this long before it is due."""


@action("benefits.open_reviews", roles=access.JOBS, title=("生成年度复核任务", "Open the yearly reviews"))
def open_reviews(viewer: Viewer, given: Nothing) -> int:
    """Each day: awards whose year is nearly round get a review with its limit and task; how many."""
    due = list(reviews_to_open(viewer.today + AHEAD))
    for award in due:
        review = Review.objects.create(
            award=award, child_id=award.child_id, place_key=award.place_key, due_on=award.next_review_on
        )
        leave_task(
            workflow.REVIEW.name,
            subject=review,
            place_key=award.place_key,
            role=nearest_role(award.place_key),
            child_id=award.child_id,
            from_=last_looked_at(award),
        )
    return len(due)


@action("benefits.ask_school_proof", roles=access.JOBS, title=("提示收取在校证明", "Ask for proof of school"))
def ask_school_proof(viewer: Viewer, given: Nothing) -> int:
    """Each day: three months before a child turns 18 somebody asks whether it stays at school; how many."""
    asked = 0
    for award in coming_of_age(viewer.today):
        leave_task(
            workflow.SCHOOL_PROOF.name,
            subject=award,
            place_key=award.place_key,
            role=nearest_role(award.place_key),
            child_id=award.child_id,
            from_=asked_from(award.child.birth_date),
        )
        award.school_asked_on = viewer.today
        award.save()
        raise_event(workflow.SCHOOL_PROOF_ASKED, award_id=award.pk, child_id=award.child_id)
        asked += 1
    return asked


@action(
    "benefits.ask_after_last_month", roles=access.JOBS, title=("提示办理到期待遇", "Ask about awards past their end")
)
def ask_after_last_month(viewer: Viewer, given: Nothing) -> int:
    """Each day: an award whose last month is over is not paid further, but a person ends or prolongs it; how many."""
    over = Award.objects.exclude(state=AwardState.ENDED).filter(last_month__lt=viewer.today.replace(day=1))
    for award in over.order_by("id"):
        ask_to_redetermine(award, _("The last month decided is over: prolong with proof of school, or end."))
    return len(over)


class DoReview(Given):
    """What was found when the child was seen again."""

    finding: ReviewFinding = of(Review, "finding")
    child_seen_on: date = of(Review, "child_seen_on")
    found: Text = of(Review, "found")
    file: Paper = of(Review, "file", None)


def _open(viewer: Viewer, review: Review, given: DoReview) -> str | None:
    return None if review.state == ReviewState.DUE else _("This review has already been done.")


@action(
    "benefits.do_review", on=Review, input=DoReview, roles=access.REVIEWERS, allow=_open, title=("年度复核", "Review")
)
def do_review(viewer: Viewer, review: Review, given: DoReview) -> Review:
    """Close the review; a change goes to the county for a new decision. Pay goes on either way.

    A children's home reports on its own children (民发〔2010〕161号), so it hands in a paper that others can check.
    """
    required(given, file=viewer.role == Role.INSTITUTION_STAFF and given.file is None)
    not_ahead(viewer, given, "child_seen_on")
    review.state, review.finding, review.found = ReviewState.DONE, given.finding, given.found
    review.child_seen_on, review.done_on, review.done_by_id = given.child_seen_on, viewer.today, viewer.user_id
    review.file = keep(viewer, review.award, given.file)
    review.save()
    award = review.award
    award.next_review_on = review_due(award.place_key, max(viewer.today, review.due_on))
    award.save()
    done_tasks(review, workflow.REVIEW.name)
    if given.finding == ReviewFinding.CHANGED:
        ask_to_redetermine(award, given.found)
    return review


def ask_to_redetermine(award: Award, what: str) -> None:
    """Facts changed: the county looks at the award again. Until it has decided, nothing changes."""
    leave_task(
        workflow.REDETERMINE.name,
        subject=award,
        place_key=award.place_key,
        role=Role.COUNTY_OFFICER,
        child_id=award.child_id,
        note=what[:200],
    )


class Changed(Given):
    """Which child's facts changed, and how."""

    child_id: int
    what: Line


@action("benefits.note_change", input=Changed, roles=access.JOBS, title=("登记情况变化", "Note changed facts"))
def note_change(viewer: Viewer, given: Changed) -> int:
    """A fact of a child with an award changed: the county is asked to decide again; how many awards."""
    awards = list(Award.objects.filter(child_id=given.child_id).exclude(state=AwardState.ENDED))
    for award in awards:
        ask_to_redetermine(award, given.what)
    return len(awards)


@action("benefits.note_school", input=Changed, roles=access.JOBS, title=("登记就学情况", "Note schooling"))
def note_school(viewer: Viewer, given: Changed) -> int:
    """School of a child that turns 18 was recorded, or that it left: what was asked has come; the county decides."""
    awards = list(Award.objects.filter(child_id=given.child_id).exclude(state=AwardState.ENDED))
    asked = sum(open_tasks(award, workflow.SCHOOL_PROOF.name).count() for award in awards)
    for award in awards:
        done_tasks(award, workflow.SCHOOL_PROOF.name)
    return asked


@action("benefits.note_death", input=Changed, roles=access.JOBS, title=("登记儿童死亡", "Note a child's death"))
def note_death(viewer: Viewer, given: Changed) -> int:
    """A child with an award has died: the county ends it, the only end that needs no hearing."""
    awards = list(Award.objects.filter(child_id=given.child_id).exclude(state=AwardState.ENDED))
    for award in awards:
        leave_task(
            workflow.CHILD_DIED.name,
            subject=award,
            place_key=award.place_key,
            role=Role.COUNTY_OFFICER,
            child_id=award.child_id,
            urgent=True,
        )
    return len(awards)


@action("benefits.note_payee", input=Changed, roles=access.JOBS, title=("提示核对收款人", "Look at the payee"))
def note_payee(viewer: Viewer, given: Changed) -> int:
    """Who cares for a child changed: whoever keeps the accounts looks whether the payee is still the right one."""
    awards = Award.objects.filter(child_id=given.child_id, order__isnull=False).exclude(state=AwardState.ENDED)
    orders = [award.order for award in awards.select_related("order").order_by("id")]
    for order in orders:
        money.ask_payee_change(viewer, order, {"why": ChangeReason.REMOVED, "note": given.what})
    return len(orders)


class Redetermine(Amount):
    """A new decision on a running award. What would worsen the child's position is first put to the payee."""

    from_month: Month | None = ask(
        "自哪月起",
        "From month",
        None,
        hint=(
            "不填则为下月；更早的月份按当月事实和标准逐月计算",
            "Next month if empty; earlier ones each by their own facts",
        ),
    )
    category: Category | None = of(Determination, "category", None, hint=AS_ADVISED)
    reasons: Text = of(Determination, "reasons")
    found: Text = of(Determination, "found", "")


@action("benefits.redetermine", on=Award, input=Redetermine, roles=access.COUNTY, title=("重新认定", "Decide again"))
def redetermine(viewer: Viewer, award: Award, given: Redetermine) -> Determination:
    """Decide a running award anew on the facts of today; a departure waits for a second person first. Refuses to lower
    or end: that needs a hearing."""
    if award.state == AwardState.ENDED:
        raise Conflict(_("This award has already ended."))
    nothing_waits(award)
    advised = advise(award.child, viewer.today, award.place_key, confirmed=confirmed_on(award))
    decision = _new(viewer, award, advised, given)
    month = given.from_month or months.after(viewer.today)
    amount = decision.amount_fen or 0
    if (
        amount < due_on(award, max(month, viewer.today))
        or _less_later(award, month, amount)
        or _sooner(award, advised.last_month)
    ):
        raise Conflict(
            _("This would lower or end what the child receives. Propose it to the payee first and hear them.")
        )
    return decided(viewer, decision, advised)


def _less_later(award: Award, month: date, amount: int) -> bool:
    """Was more than this decided for a month still to come, whose decision this one would replace?"""
    later = AwardBasis.objects.filter(award=award, from_month__gt=month, replaced_by=None)
    return bool(later.filter(fixed_fen__gt=amount).exists())


def _sooner(award: Award, last_month: date | None) -> bool:
    if last_month is None:
        return False
    return award.last_month is None or last_month < award.last_month


def _new(viewer: Viewer, award: Award, advised: Advised, given: Redetermine) -> Determination:
    category = given.category or advised.category
    amount = amount_decided(given, advised)
    if category is None or amount is None:
        raise wrong(
            given,
            "amount_fen",
            "missing",
            _("is not given by the law here"),
            _("Name category and amount, with minutes."),
        )
    month = given.from_month or months.after(viewer.today)
    within_application(given, month, award.first_month)
    review = award.reviews.filter(state=ReviewState.DONE).order_by("-done_on").first()
    back = month <= months.first_of(viewer.today)
    sums = (Outcome.RECOGNISE, Outcome.RECOGNISE_ZERO, Outcome.REDUCE)
    earlier = award.determinations.filter(state=DecisionState.IN_FORCE, outcome__in=sums).order_by("-id")
    decision = new_decision(
        viewer,
        advised,
        Outcome.RECOGNISE if amount else Outcome.RECOGNISE_ZERO,
        award,
        reasons=given.reasons,
        found=given.found,
        category=category,
        amount_fen=amount,
        beyond=given.beyond,
        first_month=month,
        last_month=advised.last_month,
        corrects=earlier.first() if back else None,
        verified_by_id=review.done_by_id if review else None,
    )
    follows = advised.advice in (Advice.RECOGNISE, Advice.RECOGNISE_ZERO)
    follows = follows and (category, amount) == (advised.category, advised.amount_fen)
    stand_by(viewer, award, decision, given, departs=not follows)
    return decision


class Settled(Given):
    """Why nothing follows."""

    why: Text = ask("核实情况", "What was found")


@action(
    "benefits.settle_change",
    on=Award,
    input=Settled,
    roles=access.COUNTY,
    title=("核实后无需调整", "Looked at: nothing to change"),
)
def settle_change(viewer: Viewer, award: Award, given: Settled) -> Award:
    """What came in makes no difference to the award; the tasks that asked to look are done."""
    kinds = (workflow.REDETERMINE, workflow.ROLL_DIFFERS, workflow.OVERPAID, workflow.SCHOOL_PROOF)
    if not open_tasks(award, *(kind.name for kind in kinds)).exists():
        raise Conflict(_("Nothing is open on this award."))
    for kind in kinds:
        done_tasks(award, kind.name)
    note(why=given.why)
    return award
