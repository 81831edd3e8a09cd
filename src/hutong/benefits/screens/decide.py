"""The decision page: facts, law and papers beside the question 同意 / 退回 / 不同意, and the section on departing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from hutong.benefits import access, actions
from hutong.benefits.actions.decide import Confirm, on_application, recognition, refusal
from hutong.benefits.models import Application
from hutong.benefits.queries.advice import Advised, advise
from hutong.benefits.queries.notices import draft_pdf
from hutong.benefits.queries.told import facts_found
from hutong.benefits.screens import case, evidence
from hutong.benefits.screens.labels import child_of
from hutong.benefits.screens.paper import PDF, file_answer
from hutong.benefits.terms import Advice, ApplicationState, DecisionState, Outcome
from hutong.channels.content import Body, Headed
from hutong.channels.reading import found_in
from hutong.channels.sheet import page, record_url
from hutong.channels.web.fields import read_sent
from hutong.channels.web.frame import Way, show, viewer_of
from hutong.channels.web.submit import Submission, begin, received, submit
from hutong.core.action import ActionSpec
from hutong.core.errors import FieldError, Invalid
from hutong.core.terms import Label
from hutong.core.viewer import Viewer

ANSWERS = {
    "agree": Label("同意，予以确认", "Agree: recognise"),
    "return": Label("退回补正", "Return for what is missing"),
    "disagree": Label("不同意，不予确认", "Disagree: refuse"),
}
MEANT: dict[str, ActionSpec[Any]] = {
    "agree": actions.confirm,
    "return": actions.return_for_missing,
    "disagree": actions.refuse,
}
"""The action an answer means; each takes the fields of the form that it knows."""
DRAFTS = {
    "agree": recognition,
    "return": lambda viewer, application, advised, given: on_application(
        viewer, application, advised, Outcome.RETURN_MISSING, reasons=given.reasons
    ),
    "disagree": refusal,
}
"""The paper that an answer would become."""
VERIFIED = Label("乡镇查验", "What the township established")
DEPARTING = (
    "pay_floor",
    "signer_note",
    "meeting_on",
    "participants",
    "minutes",
    "amount_fen",
    "category",
    "first_month",
    "beyond",
)
"""Fields of the section that is open only where one departs from the advice; the first only where a floor is known."""
EXPECTED = {Advice.RECOGNISE: "agree", Advice.RECOGNISE_ZERO: "agree", Advice.REFUSE: "disagree"}


@page(
    "benefits/decide/<int:application_id>/",
    name="benefits.decide",
    roles=access.COUNTY,
    title=("确认申请", "Decide an application"),
    area="allowance",
)
def decide_page(request: HttpRequest, application_id: int) -> HttpResponse:
    """GET shows everything beside the question; POST decides through the action that the answer means."""
    viewer = viewer_of(request)
    application = found_in(Application, viewer, application_id, "benefits.decide")
    waiting = application.determinations.filter(state=DecisionState.WAITING).first()
    if application.state != ApplicationState.VERIFIED or waiting is not None:
        return HttpResponseRedirect(record_url(waiting or application))
    if "draft" in request.POST:
        return _draft(request, application)
    sent = _sent(request, application) if request.method == "POST" else begin(request, application)
    if sent.done:
        waits = sent.result.state == DecisionState.WAITING
        told = (
            _("Decided. It waits for a second officer.") if waits else _("Decided. The notice waits to be delivered.")
        )
        messages.success(request, told)
        return HttpResponseRedirect(record_url(sent.result))
    return _shown(request, application, sent)


def _draft(request: HttpRequest, application: Application) -> HttpResponse:
    """The paper as it would be delivered with what stands in the form; nothing is decided. Without an answer, or where
    the form is not complete, the page says what is missing."""
    viewer = viewer_of(request)
    sent = received(request, application, read_sent(Confirm, request.POST, request.FILES))
    meant, drawn = MEANT.get(request.POST.get("answer", "")), DRAFTS.get(request.POST.get("answer", ""))
    if meant is None or drawn is None:
        return _shown(request, application, sent.wrong(_no_answer()))
    given = sent.check(meant)
    if given is None:
        return _shown(request, application, sent)
    advised = advise(application.child, viewer.today, application.place_key)
    try:
        paper = draft_pdf(viewer, drawn(viewer, application, advised, given))
    except Invalid as error:
        return _shown(request, application, sent.wrong(*error.errors))
    return file_answer(paper, "draft.pdf", PDF)


def _sent(request: HttpRequest, application: Application) -> Submission:
    read = read_sent(Confirm, request.POST, request.FILES)
    meant = MEANT.get(request.POST.get("answer", ""))
    if meant is None:
        return received(request, application, read).wrong(_no_answer())
    return submit(request, meant, application, read)


def _shown(request: HttpRequest, application: Application, sent: Submission) -> HttpResponse:
    viewer = viewer_of(request)
    advised = advise(application.child, viewer.today, application.place_key)
    if request.method != "POST" and not advised.sealed:
        sent.values = {"found": facts_found(application.child, viewer.today)}
    form = sent.shown(Confirm)
    offered = DEPARTING if advised.floor_fen is not None else DEPARTING[1:]
    fields = {f.name: f for f in form["fields"]}
    departing = [fields[name] for name in offered]
    answer = request.POST.get("answer") or EXPECTED.get(advised.advice, "return")
    context = form | {
        "record_name": child_of(viewer, application),
        "application": application,
        "back": record_url(application),
        "answers": [(value, words, value == answer) for value, words in ANSWERS.items()],
        "reasons": fields["reasons"],
        "found": fields["found"],
        "departing": departing,
        "departs": advised.amount_fen is None or any(f.error or f.value for f in departing),
        "aside": _evidence(viewer, application, advised),
    }
    crumbs = [Way(child_of(viewer, application), record_url(application))]
    title = _("Decide an application")
    return show(request, "benefits/decide.html", context, title=title, crumbs=crumbs, status=sent.status)


def _no_answer() -> FieldError:
    """Nobody chose one of the three."""
    return FieldError("answer", "missing", _("is missing"), _("Choose one of the three."), _("Decision"))


def _evidence(viewer: Viewer, application: Application, advised: Advised) -> list[Body]:
    """Who the child is, what the law says and why, condition by condition, and every paper behind it."""
    child, verified = application.child, evidence.verification_bodies(viewer, application)
    return [
        Headed(case.CHILD, [case.child_body(viewer, child)]),
        Headed(
            evidence.ADVICE,
            [
                *evidence.advice_bodies(viewer, advised.open_part, advised.open_facts),
                *case.explained_bodies(viewer, advised, application.place_key),
            ],
        ),
        Headed(evidence.PARENTS, [evidence.parents_body(viewer, child)]),
        Headed(case.ADULTS, [case.adults_body(viewer, child)]),
        *([Headed(VERIFIED, verified)] if verified else []),
        Headed(evidence.PAPERS, [evidence.papers_body(viewer, application)]),
        Headed(case.HISTORY, [case.history_body(viewer, child, application)]),
    ]
