"""Telling: a notice reaches its addressee, and what may be done against the decision."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from hutong.benefits import access, workflow
from hutong.benefits.actions.awards import restore
from hutong.benefits.actions.inputs import Paper
from hutong.benefits.models import Application, Award, Delivery, Determination, Objection
from hutong.benefits.queries.appeals import appeal_dates, review_over, suit_after_review
from hutong.benefits.terms import (
    ApplicationState,
    AwardState,
    DecisionState,
    DeliveryHow,
    ObjectionKind,
    ObjectionState,
    Outcome,
    Recipient,
)
from hutong.core.action import action
from hutong.core.context import note
from hutong.core.errors import Conflict
from hutong.core.files import store_file
from hutong.core.inputs import Given, Text, ask, not_ahead, of, required, wrong
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.viewer import Viewer
from hutong.org.terms import Role
from hutong.people.queries.names import folded

NEEDS_RECEIPT = (DeliveryHow.LEFT, DeliveryHow.POST, DeliveryHow.ENTRUSTED, DeliveryHow.ELECTRONIC)
"""Ways that count only with their proof: the witnessed note or picture, the postal receipt, the office's answer, the
signed consent."""


class RecordDelivery(Given):
    """How, when and to whom the notice was delivered (送达)."""

    how: DeliveryHow = of(Delivery, "how")
    delivered_on: date = of(Delivery, "delivered_on")
    recipient: Recipient = of(
        Delivery,
        "recipient",
        hint=(
            "交给其他人的不算送达，请改为直接送达或留置送达",
            "Handed to anybody else it is not delivered: hand it over again, or leave it at the home",
        ),
    )
    received_by: str = of(Delivery, "received_by")
    receipt: Paper = of(
        Delivery,
        "receipt",
        None,
        hint=(
            "留置、邮寄、委托、电子送达须有回证或同意书",
            "Left, posted, by another office or electronic: with its proof or the signed consent",
        ),
    )


@action(
    "benefits.record_delivery",
    on=Determination,
    input=RecordDelivery,
    roles=access.APPLY,
    title=("登记送达", "Record delivery"),
)
def record_delivery(viewer: Viewer, decision: Determination, given: RecordDelivery) -> Delivery:
    """From here the days to appeal count: it was delivered to the addressee, or as the law lets it count."""
    if decision.state != DecisionState.IN_FORCE:
        raise Conflict(_("Only a decision in force is delivered."))
    not_ahead(viewer, given, "delivered_on")
    required(given, receipt=given.how in NEEDS_RECEIPT and given.receipt is None)
    if given.recipient == Recipient.ADDRESSEE and _folded(given.received_by) != _folded(decision.addressee):
        raise wrong(
            given, "received_by", "contradiction", _("is not the addressee, %(name)s") % {"name": decision.addressee},
            _("Say in what capacity this person took it."),
        )  # fmt: skip
    if given.delivered_on < (decision.seconded_on or decision.decided_on):
        raise wrong(
            given, "delivered_on", "too_early", _("lies before the decision"), _("Check the date on the receipt.")
        )
    if Delivery.objects.filter(determination=decision).exists():
        raise Conflict(_("The delivery of this notice has already been recorded."))
    receipt = None
    if given.receipt is not None:
        receipt = store_file(
            viewer, given.receipt.data, given.receipt.name, place_key=decision.place_key, child_id=decision.child_id
        )
    review_until, suit_until = appeal_dates(decision.place_key, given.delivered_on)
    delivery = Delivery.objects.create(
        determination=decision,
        how=given.how,
        delivered_on=given.delivered_on,
        received_by=given.received_by,
        recipient=given.recipient,
        receipt=receipt,
        review_until=review_until,
        suit_until=suit_until,
        recorded_by_id=viewer.user_id,
    )
    done_tasks(decision, workflow.TELL.name)
    return delivery


def _folded(name: str) -> str:
    return "".join(folded(name).split())


class Object(Given):
    """An objection, a request for administrative review, or a court action."""

    kind: ObjectionKind = of(Objection, "kind")
    lodged_on: date = of(Objection, "lodged_on")
    lodged_by: str = of(Objection, "lodged_by")
    grounds: Text = of(Objection, "grounds")
    file: Paper = of(Objection, "file", None)


@action(
    "benefits.object", on=Determination, input=Object, roles=access.APPLY, title=("登记异议", "Record an objection")
)
def object_(viewer: Viewer, decision: Determination, given: Object) -> Objection:
    """Take down what is said against a decision. One that comes late is marked, never turned away here."""
    not_ahead(viewer, given, "lodged_on")
    if given.lodged_on < decision.decided_on:
        raise wrong(given, "lodged_on", "too_early", _("lies before the decision"))
    file = None
    if given.file is not None:
        file = store_file(
            viewer, given.file.data, given.file.name, place_key=decision.place_key, child_id=decision.child_id
        )
    objection = Objection.objects.create(
        determination=decision,
        child_id=decision.child_id,
        place_key=decision.place_key,
        kind=given.kind,
        lodged_on=given.lodged_on,
        lodged_by=given.lodged_by,
        grounds=given.grounds,
        late=_late(decision, given),
        file=file,
        recorded_by_id=viewer.user_id,
    )
    leave_task(
        workflow.OBJECTION.name,
        subject=objection,
        place_key=decision.place_key,
        role=Role.COUNTY_OFFICER,
        child_id=decision.child_id,
    )
    return objection


def _late(decision: Determination, given: Object) -> bool:
    """Without recorded delivery only the longest period has begun. A suit that follows a review has its own days."""
    if given.kind == ObjectionKind.COURT and (answered := _review_answered(decision)):
        return given.lodged_on > suit_after_review(decision.place_key, answered)
    delivery = Delivery.objects.filter(determination=decision).first()
    if delivery is None:
        return given.kind == ObjectionKind.ADMINISTRATIVE_REVIEW and given.lodged_on > review_over(
            decision.place_key, decision.decided_on
        )
    until = delivery.suit_until if given.kind == ObjectionKind.COURT else delivery.review_until
    return given.lodged_on > until


def _review_answered(decision: Determination) -> date | None:
    """The day of the latest answer to a request for review of the decision."""
    reviews = Objection.objects.filter(
        determination=decision, kind=ObjectionKind.ADMINISTRATIVE_REVIEW, decided_on__isnull=False
    )
    return reviews.order_by("-decided_on").values_list("decided_on", flat=True).first()


class DecideObjection(Given):
    """What was decided, by whom, and what follows."""

    state: ObjectionState = of(Objection, "state")
    decided_in: str = of(Objection, "decided_in")
    decided_on: date = of(Objection, "decided_on")
    result: Text = of(Objection, "result")
    restore: bool = ask(
        "恢复发放并补发",
        "Restore and pay what was missed",
        False,
        hint=(
            "待遇恢复，停发期间的月份随下一批补发。",
            "The award runs on; missed months come with the next batch.",
        ),
    )
    decide_anew: bool = ask(
        "重新作出决定",
        "Decide the application anew",
        False,
        hint=("申请重新等待县级决定。", "The application waits for the county again."),
    )


def _not_the_decider(viewer: Viewer, objection: Objection, given: DecideObjection) -> str | None:
    if objection.kind == ObjectionKind.OBJECTION:
        return access.not_the_maker(viewer, objection.determination.decided_by_id)
    return None


@action(
    "benefits.decide_objection",
    on=Objection,
    input=DecideObjection,
    roles=access.COUNTY,
    allow=_not_the_decider,
    title=("登记异议结果", "Record the result of an objection"),
)
def decide_objection(viewer: Viewer, objection: Objection, given: DecideObjection) -> Objection:
    """Carry out the result: an upheld one restores the award with what was missed, or leads to a new decision."""
    if objection.state != ObjectionState.OPEN:
        raise Conflict(_("This objection has already been settled."))
    not_ahead(viewer, given, "decided_on")
    if given.state == ObjectionState.OPEN:
        raise wrong(given, "state", "invalid", _("must say how it ended"))
    upheld = given.state == ObjectionState.UPHELD
    if not upheld and (given.restore or given.decide_anew):
        raise wrong(given, "state", "contradiction", _("must be “upheld” for anything to follow"))
    required(given, restore=upheld and not (given.restore or given.decide_anew))
    objection.state, objection.decided_on = given.state, given.decided_on
    objection.decided_in, objection.result = given.decided_in, given.result
    objection.save()
    done_tasks(objection, workflow.OBJECTION.name)
    if given.restore:
        _restore(viewer, objection, given)
    if given.decide_anew:
        _anew(viewer, objection)
    return objection


def _restore(viewer: Viewer, objection: Objection, given: DecideObjection) -> None:
    decision = objection.determination
    award = decision.award or Award.objects.filter(child_id=objection.child_id).order_by("-id").first()
    if award is None or decision.state != DecisionState.IN_FORCE:
        raise wrong(given, "restore", "contradiction", _("needs an award; have the application decided anew instead"))
    running = Award.objects.filter(child_id=objection.child_id).exclude(state=AwardState.ENDED).exclude(pk=award.pk)
    if running.exists():
        raise Conflict(_("The child has another award that is running."))
    note(restored=award.pk)
    last = decision.last_month if decision.outcome.startswith("recognise") else None
    if decision.before is not None and decision.before["last_month"]:
        last = date.fromisoformat(decision.before["last_month"])
    restore(viewer, award, last, given.result, decision)


def _anew(viewer: Viewer, objection: Objection) -> None:
    application = objection.determination.application
    if application is None:
        raise Conflict(_("There is no application to decide anew."))
    decide_anew(viewer, application, {"why": objection.result})


class DecideAnew(Given):
    """What was wrong with the decision; an objection that was upheld says it already."""

    why: Text = ask("原决定错在哪里", "What was wrong with the decision", "", max_length=2000)


def _by_another(viewer: Viewer, application: Application, given: DecideAnew) -> str | None:
    """An office's own mistake is taken up by another officer than the one who made it."""
    refused = access.responsible(viewer, application, given)
    if refused or _set_aside(application):
        return refused
    last = _latest(application)
    return access.not_the_maker(viewer, last.decided_by_id if last else None)


def _latest(application: Application) -> Determination | None:
    """The decision on it that stands."""
    rows = application.determinations.filter(state=DecisionState.IN_FORCE)
    found: Determination | None = rows.exclude(outcome=Outcome.RETURN_MISSING).order_by("-id").first()
    return found


def _set_aside(application: Application) -> bool:
    """Was an objection to the decision that stands upheld? One that was set aside before it does not count."""
    last = _latest(application)
    return last is not None and bool(last.objections.filter(state=ObjectionState.UPHELD).exists())


@action(
    "benefits.decide_anew",
    on=Application,
    input=DecideAnew,
    roles=access.COUNTY,
    allow=_by_another,
    title=("重新决定", "Take up again for a new decision"),
)
def decide_anew(viewer: Viewer, application: Application, given: DecideAnew) -> Application:
    """A refusal is decided again: it was set aside, or another officer found the mistake after it was delivered. The
    new decision names the one it corrects."""
    if application.state == ApplicationState.RECOGNISED:
        raise Conflict(_("What was recognised is decided again on the award's page."))
    if not _set_aside(application):
        required(given, why=not given.why)
        note(why=given.why)
    return application
