"""Asking: an application is opened, gets its papers, is handed in, passed on, withdrawn."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hutong.benefits import access, workflow
from hutong.benefits.actions.decisions import fall
from hutong.benefits.actions.inputs import Paper, keep
from hutong.benefits.models import Application, Award, Proof
from hutong.benefits.queries.advice import advise
from hutong.benefits.queries.places import goes_to_county, responsible_for, same_county
from hutong.benefits.queries.requirements import needed
from hutong.benefits.terms import (
    OPEN_APPLICATION,
    About,
    ApplicantKind,
    ApplicationState,
    AskedOf,
    AwardState,
    Category,
    ProofKind,
    ProofState,
)
from hutong.core.action import action
from hutong.core.context import note
from hutong.core.errors import Conflict, NotFound
from hutong.core.events import raise_event
from hutong.core.inputs import Given, Nothing, Text, ask, of, required, wrong
from hutong.core.tasks import leave_task
from hutong.core.viewer import Viewer
from hutong.org.models import Division
from hutong.org.terms import Role
from hutong.people.models import Child, Person


class Apply(Given):
    """For whom, by whom, where."""

    child_id: int = ask("儿童", "Child", control="child")
    applicant_kind: ApplicantKind = of(Application, "applicant_kind")
    applicant_id: int | None = ask("申请人（已登记的人员）", "Applicant (a person on file)", None, control="hidden")
    applicant_name: str = of(Application, "applicant_name", "")
    category_asked: Category | None = of(Application, "category_asked", None)
    statement: Text = of(Application, "statement", "")
    finding_id: int | None = ask("发现记录", "Finding", None, control="hidden")


def _child(viewer: Viewer, child_id: int) -> Child:
    child = Child.objects.visible_to(viewer).select_related("registered", "actual").filter(pk=child_id).first()
    if child is None or child.merged_into_id is not None:
        raise NotFound()
    return child


def accepting_place(viewer: Viewer, child: Child) -> Division:
    """Where it is taken down: the responsible place if the viewer answers for it, else where the child lives."""
    responsible = responsible_for(child)
    return responsible if viewer.reaches(responsible.key) else child.actual


def _refuse_second(child: Child) -> None:
    if child.died_on is not None:
        raise Conflict(_("This child has died; nothing can be applied for."))
    if Award.objects.filter(child=child).exclude(state=AwardState.ENDED).exists():
        raise Conflict(_("This child already has an award. A change is decided on the award's page."))
    if Application.objects.filter(child=child, state__in=OPEN_APPLICATION).exists():
        raise Conflict(_("An application for this child is being dealt with. Go on with that one."))


def _applicant(given: Apply, child: Child) -> Person | None:
    """An adult bound to the child; anybody else is named, not looked up by number."""
    if given.applicant_id is None:
        return None
    found = Person.objects.filter(pk=given.applicant_id, relations__child=child).first()
    if found is None:
        raise wrong(
            given, "applicant_id", "unknown", _("is no adult bound to this child"), _("Write the name instead.")
        )
    return found


@action("benefits.apply", input=Apply, roles=access.APPLY, title=("登记申请", "Take down an application"))
def apply(viewer: Viewer, given: Apply) -> Application:
    """Open an application in draft; the list of papers it needs is there at once."""
    child = _child(viewer, given.child_id)
    _refuse_second(child)
    applicant = _applicant(given, child)
    required(given, applicant_name=applicant is None and not given.applicant_name)
    responsible, accepting = responsible_for(child), accepting_place(viewer, child)
    application = Application.objects.create(
        child=child,
        applicant_kind=given.applicant_kind,
        applicant=applicant,
        applicant_name=given.applicant_name or str(applicant),
        category_asked=given.category_asked,
        statement=given.statement,
        finding_id=given.finding_id,
        responsible=responsible,
        place_key=responsible.key,
        accepting=accepting,
        accepting_key=accepting.key,
        elsewhere=not same_county(responsible, accepting),
    )
    list_papers(viewer, application)
    return application


def list_papers(viewer: Viewer, application: Application) -> None:
    """Bring the list of papers up to date with the law: new needs come, settled ones stay, those fallen away go.

    Facts that were reported but not confirmed yet count here, so that the family hears everything at once.
    """
    advised = advise(application.child, viewer.today, application.place_key, reported=True)
    wanted = needed(application, advised)
    held = {(p.kind, p.about): p for p in application.proofs.all()}
    for key, want in wanted.items():
        if key not in held:
            Proof.objects.create(
                application=application,
                kind=want.kind,
                about=want.about,
                asked_of=want.asked_of,
                office=want.office,
                facts=want.facts,
            )
    for key, proof in held.items():
        if key not in wanted and proof.state == ProofState.NEEDED and proof.kind != ProofKind.OTHER:
            proof.delete()


class AddProof(Given):
    """A paper handed in, or the record of another office that stands for it, or why it is not needed."""

    kind: ProofKind = of(Proof, "kind")
    about: About = of(Proof, "about", About.CHILD)
    file: Paper = of(Proof, "file", None)
    office: str = of(Proof, "office", "")
    record_ref: str = of(Proof, "record_ref", "")
    waived_because: Text = of(Proof, "reason", "", words=("免于提交的理由", "Why it is not needed"))
    incomplete_because: Text = of(Proof, "reason", "", words=("不完整之处", "What is not complete about it"))


def _open(application: Application) -> None:
    if application.state not in OPEN_APPLICATION:
        raise Conflict(_("This application is closed; nothing can be added."))


@action("benefits.add_proof", on=Application, input=AddProof, roles=access.APPLY, title=("添加材料", "Add a paper"))
def add_proof(viewer: Viewer, application: Application, given: AddProof) -> Proof:
    """Settle one paper in one of the three ways, or mark it as not complete."""
    _open(application)
    ways = [given.file is not None, bool(given.office and given.record_ref), bool(given.waived_because)]
    if sum(ways) != 1:
        text = _("Give exactly one: a file, another office's record (office and number), or why it is not needed.")
        raise wrong(given, "file", "contradiction" if any(ways) else "missing", text)
    if given.waived_because and viewer.role not in access.OFFICES:
        raise wrong(given, "waived_because", "invalid", _("is for the township or county to say"))
    proof = Proof.objects.filter(application=application, kind=given.kind, about=given.about).first()
    proof = proof or Proof(application=application, kind=given.kind, about=given.about, asked_of=AskedOf.FAMILY)
    _settle(viewer, application, proof, given)
    proof.settled_on, proof.settled_by_id = viewer.today, viewer.user_id
    proof.save()
    return proof


def _settle(viewer: Viewer, application: Application, proof: Proof, given: AddProof) -> None:
    if given.file is not None:
        proof.file = keep(viewer, application, given.file)
        proof.state = ProofState.INCOMPLETE if given.incomplete_because else ProofState.GIVEN
        proof.reason = given.incomplete_because
    elif given.waived_because:
        proof.state, proof.reason = ProofState.WAIVED, given.waived_because
    else:
        proof.state = ProofState.HELD_ELSEWHERE
        proof.office, proof.record_ref = given.office, given.record_ref


@action(
    "benefits.file_application",
    on=Application,
    roles=access.APPLY,
    title=("提交申请", "File the application"),
)
def file_application(viewer: Viewer, application: Application, given: Nothing) -> Application:
    """Hand in, with a dated receipt and one complete list of what is missing. Missing papers do not hold it up."""
    list_papers(viewer, application)
    again = application.filed_on is not None
    application.filed_on = application.filed_on or viewer.today
    application.receipt_no = application.receipt_no or f"SQ{viewer.today:%Y%m%d}{application.pk:07d}"
    application.filed_by_id = viewer.user_id
    open_papers = application.proofs.filter(state__in=[ProofState.NEEDED, ProofState.INCOMPLETE])
    if open_papers.exists() and application.missing_told_on is None:
        application.missing_told_on = viewer.today
    application.state = _next_desk(viewer, application, again)
    application.save()
    note(missing=[f"{p.kind}:{p.about}" for p in open_papers])
    if application.state == ApplicationState.FILED and not application.elsewhere:
        _ask_offices(application)
    raise_event(workflow.APPLICATION_FILED, application_id=application.pk, child_id=application.child_id)
    return application


def _next_desk(viewer: Viewer, application: Application, again: bool) -> str:
    """The township that passes it on, the township that verifies, or for a child of a home the county at once."""
    if goes_to_county(application, viewer.today):
        return "verified"
    return "accepted" if application.elsewhere and not again else "filed"


def _ask_offices(application: Application) -> None:
    """What another office holds is asked of that office by the township, never of the family."""
    if application.proofs.filter(asked_of=AskedOf.OFFICE, state=ProofState.NEEDED).exists():
        leave_task(
            workflow.ASK_OFFICE.name,
            subject=application,
            place_key=application.place_key,
            role=Role.TOWNSHIP_SUPERVISOR,
            child_id=application.child_id,
        )


@action(
    "benefits.pass_on", on=Application, roles=access.TOWNSHIP, title=("转送户籍地", "Pass on to the place responsible")
)
def pass_on(viewer: Viewer, application: Application, given: Nothing) -> Application:
    """The accepting township has registered the file and hands it to the township responsible (3 working days)."""
    if not viewer.reaches(application.accepting_key):
        raise Conflict(_("Only the place that accepted the application passes it on."))
    _ask_offices(application)
    return application


class Withdraw(Given):
    """Why."""

    why: Text = ask("撤回原因", "Why it is withdrawn")


@action("benefits.withdraw", on=Application, input=Withdraw, roles=access.APPLY, title=("撤回申请", "Withdraw"))
def withdraw(viewer: Viewer, application: Application, given: Withdraw) -> Application:
    """The applicant takes it back; a new one may be made at any time. A decision that waits falls with it."""
    fall(viewer, application, given.why)
    note(why=given.why)
    return application


class Correct(Given):
    """What may still be changed before the county decides."""

    applicant_kind: ApplicantKind = of(Application, "applicant_kind")
    applicant_name: str = of(Application, "applicant_name")
    statement: Text = of(Application, "statement", "")


@action(
    "benefits.correct_application", on=Application, input=Correct, roles=access.APPLY, title=("修改申请", "Correct")
)
def correct_application(viewer: Viewer, application: Application, given: Correct) -> Application:
    """Correct who applies and what they say, while the application is with the applicant."""
    if application.state not in (ApplicationState.DRAFT, ApplicationState.RETURNED):
        raise Conflict(_("The application has been handed in; ask for it to be returned first."))
    application.applicant_kind, application.applicant_name = given.applicant_kind, given.applicant_name
    application.statement = given.statement
    application.save()
    list_papers(viewer, application)
    return application
