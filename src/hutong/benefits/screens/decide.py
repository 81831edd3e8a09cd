"""The decision page: facts, law and papers beside the question 同意 / 退回 / 不同意, and the section on departing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from pydantic import ValidationError

from hutong.benefits import access, actions
from hutong.benefits.actions.decide import Confirm
from hutong.benefits.models import Application
from hutong.benefits.queries.advice import Advised, advise
from hutong.benefits.screens import evidence
from hutong.benefits.screens.labels import both, child_of
from hutong.benefits.terms import Advice
from hutong.channels.content import Body, Headed
from hutong.channels.reading import found_in
from hutong.channels.sheet import page, record_url
from hutong.channels.web.fields import fields_of, read_sent
from hutong.channels.web.frame import Way, show, viewer_of
from hutong.core.action import ActionSpec
from hutong.core.errors import Conflict, FieldError, HutongError, Invalid, NotFound
from hutong.core.validation import by_field, messages_of
from hutong.core.viewer import Viewer

ANSWERS = {
    "agree": both("同意，予以确认", "Agree: recognise"),
    "return": both("退回补正", "Return for what is missing"),
    "disagree": both("不同意，不予确认", "Disagree: refuse"),
}
VERIFIED = both("乡镇查验", "What the township established")
DEPARTING = ("category", "first_month", "amount_fen", "meeting_on", "participants", "minutes")
"""Fields of the section that is open only where one departs from the advice."""
EXPECTED = {Advice.RECOGNISE: "agree", Advice.RECOGNISE_ZERO: "agree", Advice.REFUSE: "disagree"}


@page(
    "benefits/decide/<int:application_id>/",
    name="benefits.decide",
    roles=access.COUNTY,
    title=("确认申请", "Decide an application"),
)
def decide_page(request: HttpRequest, application_id: int) -> HttpResponse:
    """GET shows everything beside the question; POST decides through the action that the answer means."""
    viewer = viewer_of(request)
    application = found_in(Application, viewer, application_id, "benefits.decide")
    if application.state != "verified":
        return HttpResponseRedirect(record_url(application))
    advised = advise(application.child, viewer.today, application.place_key)
    if request.method != "POST":
        return _shown(request, application, advised, {"_key": uuid.uuid4().hex, "_version": application.version})
    sent = read_sent(Confirm, request.POST, request.FILES)
    kept: dict[str, Any] = {**sent.raw, "answer": request.POST.get("answer", ""), "_key": request.POST.get("_key", "")}
    kept["_version"] = request.POST.get("_version", "")
    if sent.errors:
        return _shown(request, application, advised, kept, sent.errors, status=422)
    return _decided(request, viewer, application, advised, kept, sent.raw)


def _decided(
    request: HttpRequest,
    viewer: Viewer,
    application: Application,
    advised: Advised,
    kept: Mapping[str, Any],
    given: Mapping[str, Any],
) -> HttpResponse:
    try:
        result = _call(viewer, application, str(kept["answer"]), given, kept)
    except NotFound:
        raise
    except ValidationError as error:
        return _shown(request, application, advised, kept, by_field(messages_of(error, Confirm)), status=422)
    except Invalid as error:
        return _shown(request, application, advised, kept, by_field(error.errors), general=error.errors, status=422)
    except HutongError as error:
        return _shown(request, application, advised, kept, problem=str(error), status=error.status)
    messages.success(request, _("Decided. The notice waits to be delivered."))
    return HttpResponseRedirect(record_url(result))


def _call(
    viewer: Viewer, application: Application, answer: str, given: Mapping[str, Any], kept: Mapping[str, Any]
) -> Any:
    """The action an answer means, with the fields it takes."""
    meant: dict[str, ActionSpec[Any]] = {
        "agree": actions.confirm,
        "return": actions.return_for_missing,
        "disagree": actions.refuse,
    }
    if answer not in meant:
        raise Invalid([FieldError("answer", "missing", _("is missing"), _("Choose one of the three."), _("Decision"))])
    spec = meant[answer]
    fields = {name: value for name, value in given.items() if name in spec.input.model_fields}
    version = str(kept["_version"])
    if not version.isdigit():
        raise Conflict(_("Somebody else changed this record in the meantime. Reload the page and decide again."))
    return spec(viewer, application.pk, fields, key=f"web:{kept['_key']}"[:120], version=int(version))


def _shown(
    request: HttpRequest,
    application: Application,
    advised: Advised,
    values: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    *,
    general: list[FieldError] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    viewer = viewer_of(request)
    fields = fields_of(Confirm, values, viewer.locale, errors=errors or {})
    known = {f.label for f in fields}
    departing = [f for f in fields if f.name in DEPARTING]
    answer = str(values.get("answer") or EXPECTED.get(advised.advice, "return"))
    context = {
        "record_name": child_of(viewer, application),
        "application": application,
        "back": record_url(application),
        "answers": [(value, words, value == answer) for value, words in ANSWERS.items()],
        "reasons": next(f for f in fields if f.name == "reasons"),
        "departing": departing,
        "departs": advised.advice == Advice.CANNOT_DECIDE or any(f.error or f.value for f in departing),
        "general": [e for e in general or [] if e.where not in known],
        "summary": [f for f in fields if f.error],
        "problem": problem,
        "hidden": {"_key": values.get("_key", ""), "_version": values.get("_version", "")},
        "aside": _evidence(viewer, application, advised),
    }
    crumbs = [Way(child_of(viewer, application), record_url(application))]
    return show(
        request, "benefits/decide.html", context, title=_("Decide an application"), crumbs=crumbs, status=status
    )


def _evidence(viewer: Viewer, application: Application, advised: Advised) -> list[Body]:
    verified = evidence.verification_bodies(viewer, application)
    return [
        Headed(evidence.ADVICE, evidence.advice_bodies(viewer, advised.open_part)),
        Headed(evidence.PARENTS, [evidence.parents_body(viewer, application.child)]),
        *([Headed(VERIFIED, verified)] if verified else []),
        Headed(evidence.PAPERS, [evidence.papers_body(viewer, application)]),
    ]
