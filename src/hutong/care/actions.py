"""Actions of `care`: what is found is recorded, taken up, closed."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hutong.benefits.actions import apply
from hutong.benefits.models import Application
from hutong.benefits.terms import ApplicantKind
from hutong.care import access, workflow
from hutong.care.models import Finding, Photo
from hutong.care.terms import Need
from hutong.core import places
from hutong.core.action import action
from hutong.core.context import named, note
from hutong.core.errors import Conflict, Invalid, NotFound
from hutong.core.events import raise_event
from hutong.core.files import Upload, store_file
from hutong.core.inputs import DIGITS, Given, Line, Place, Text, ask, not_ahead, of, wrong
from hutong.core.viewer import Viewer
from hutong.people.actions import register_child
from hutong.people.actions.inputs import ChildName
from hutong.people.models import Child
from hutong.people.terms import Sex

MOST_PHOTOS = 6


WHAT = ("看到了什么", "What was seen")
WHO = ("是哪个孩子", "Which child")
NEXT = ("下一步", "Next")


class NewChild(Given):
    """The little a director can write down at the door; the township completes the file."""

    name: ChildName = of(Child, "name", "")
    sex: Sex | None = of(Child, "sex", None)
    birth_date: date | None = of(Child, "birth_date", None)
    identity_number: Line = of(Child, "identity", "", hint=("没有可以不填", "Not needed"), control=DIGITS)
    actual_id: Place | None = of(
        Child, "actual_key", None, hint=("不填则为所在村（社区）", "The village above if empty")
    )
    registered_id: Place | None = of(Child, "registered_key", None, hint=("无户口的不填", "Empty if none"))
    in_spite_of: Text = ask(
        "仍要登记的理由", "Why it is another child", "", hint=("提示疑似重复时填写", "Only when a duplicate is shown")
    )


class RecordFinding(Given):
    """Of whom, where, what was seen. A child that is not on file is described, or registered on the way."""

    child_id: int | None = ask("儿童（已登记）", "Child (on file)", None, control="hidden")
    place_id: Place = of(Finding, "place_key", section=WHAT)
    seen_on: date = of(Finding, "seen_on", section=WHAT)
    seen: Text = of(Finding, "seen", section=WHAT)
    needs: list[Need] = of(Finding, "needs", [], section=WHAT)
    whereabouts: str = of(Finding, "whereabouts", "", section=WHAT)
    photos: list[Upload] = ask("照片", "Photos", [], section=WHAT)
    description: Text = of(Finding, "description", "", section=WHO)
    new_child: NewChild | None = ask("登记这名儿童", "Register this child", None, section=WHO)
    unnamed: bool = ask("什么都不知道，也先登记", "Register it although nothing is known of it", False, section=WHO)
    apply_now: bool = ask("同时登记补贴申请", "Take down an application as well", False, section=NEXT)


@action(
    "care.record_finding",
    input=RecordFinding,
    roles=access.FINDERS,
    allow=access.place_inside,
    title=("登记发现", "Record a finding"),
    protects=True,
)
def record_finding(viewer: Viewer, given: RecordFinding) -> Finding:
    """Record what was seen and put it before the township; register the child and apply for it where that is asked.

    Raises Invalid with the possible duplicates when the child to be registered looks like one on file.
    """
    not_ahead(viewer, given, "seen_on")
    child = _child(viewer, given)
    if child is None and not given.description:
        raise wrong(
            given, "description", "missing", _("is missing"), _("Choose a child, register one, or describe it.")
        )
    if given.apply_now and child is None:
        raise wrong(
            given,
            "apply_now",
            "missing",
            _("needs a child on file"),
            _("Register the child first, or leave it to the township."),
        )
    if len(given.photos) > MOST_PHOTOS:
        raise wrong(given, "photos", "too_many", _("are more than %(most)s") % {"most": MOST_PHOTOS})
    finding = Finding.objects.create(
        child=child,
        description=given.description,
        place_id=given.place_id,
        place_key=places.key(given.place_id),
        whereabouts=given.whereabouts,
        seen_on=given.seen_on,
        seen=given.seen,
        needs=given.needs,
        found_by_id=viewer.user_id,
    )
    _keep_photos(viewer, finding, given.photos)
    if given.apply_now:
        start_application(viewer, finding)
    raise_event(workflow.FINDING_RECORDED, finding_id=finding.pk, child_id=finding.child_id)
    return finding


def _child(viewer: Viewer, given: RecordFinding) -> Child | None:
    if given.child_id is not None:
        child: Child | None = named(viewer, given, "child_id", _children)
        if child is None:
            raise NotFound()
        return child
    if given.new_child is None and not given.unnamed:
        return None
    new = given.new_child or NewChild()
    known = {name: value for name, value in new.model_dump().items() if value not in (None, "")}
    try:
        return register_child(viewer, {"actual_id": given.place_id} | known)
    except Invalid as invalid:
        raise Invalid([error.within("new_child") for error in invalid.errors]) from invalid


def _children(viewer: Viewer) -> QuerySet[Child]:
    return Child.objects.visible_to(viewer).filter(merged_into=None)


def _keep_photos(viewer: Viewer, finding: Finding, photos: list[Upload]) -> None:
    for photo in photos:
        file = store_file(viewer, photo.data, photo.name, place_key=finding.place_key, child_id=finding.child_id)
        Photo.objects.create(finding=finding, file=file)


def start_application(viewer: Viewer, finding: Finding) -> Application:
    """An application prefilled with what was found."""
    application = apply(
        viewer,
        {
            "child_id": finding.child_id,
            "applicant_kind": ApplicantKind.FINDING,
            "applicant_name": viewer.name,
            "statement": finding.seen,
            "finding_id": finding.pk,
        },
    )
    finding.application = application
    finding.save()
    return application


class TakeUp(Given):
    """How it is taken up."""

    child_id: int | None = ask("儿童（已登记）", "Child (on file)", None, control="hidden")
    apply_now: bool = ask("登记补贴申请", "Take down an application", False)
    note: Text = ask("跟进情况", "What is being done", "")


@action("care.take_up", on=Finding, input=TakeUp, roles=access.TAKERS, title=("跟进", "Take up"))
def take_up(viewer: Viewer, finding: Finding, given: TakeUp) -> Finding:
    """The township looks after it; a described child is tied to its file once there is one."""
    if given.child_id is not None and finding.child_id not in (None, given.child_id):
        raise Conflict(_("This finding is about another child."))
    if given.child_id is not None and finding.child_id is None:
        if not Child.objects.visible_to(viewer).filter(pk=given.child_id).exists():
            raise NotFound()
        finding.child_id = given.child_id
        finding.save()
    if given.apply_now:
        if finding.child_id is None:
            raise wrong(given, "child_id", "missing", _("is missing"), _("Register the child first."))
        start_application(viewer, finding)
    if given.note:
        note(taken_up=given.note)
    return finding


class Close(Given):
    """What came of it."""

    closing: Text = of(Finding, "closing")


@action("care.close_finding", on=Finding, input=Close, roles=access.TAKERS, title=("了结", "Close"))
def close_finding(viewer: Viewer, finding: Finding, given: Close) -> Finding:
    """Nothing is left to do about it."""
    finding.closing = given.closing
    finding.save()
    return finding
