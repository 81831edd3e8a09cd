"""The form of an action: asked, checked, done. Every input goes through the action envelope and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from hutong.channels.reading import found_in
from hutong.channels.sheet import HOME, SHEETS, ActionForm, Sheet, action_url, form_of, record_url, sheet_of
from hutong.channels.web.fields import Choices, fields_of, has_files, has_secrets, read_sent
from hutong.channels.web.frame import Way, seen, show, viewer_of
from hutong.channels.web.lookups import action_named
from hutong.channels.web.record import bodies
from hutong.channels.web.submit import Submission, begin, received
from hutong.channels.words import action_title, button_of
from hutong.core.action import ActionSpec, Disclosed
from hutong.core.errors import Conflict, NotFound, Refused
from hutong.core.terms import Label
from hutong.core.viewer import Viewer

STEP = "_step"


@dataclass
class Asked:
    """One visit of an action's form."""

    spec: ActionSpec[Any]
    form: ActionForm[Any]
    viewer: Viewer
    record: models.Model | None
    sent: Submission

    @property
    def choices(self) -> Choices:
        """Options of fields that depend on the record."""
        return {name: ask(self.viewer, self.record) for name, ask in self.form.choices.items()}


@seen
def action_page(request: HttpRequest, package: str, name: str, record_id: int | None = None) -> HttpResponse:
    """GET asks, POST does; with `confirm` there is a page between to check the answers."""
    viewer = viewer_of(request)
    spec = action_named(package, name)
    if viewer.role not in spec.roles:
        raise Refused(_("Your post may not do this."))
    record = _target(spec, viewer, record_id)
    asked = Asked(spec, form_of(spec.name), viewer, record, begin(request, record))
    return _answered(request, asked) if request.method == "POST" else _first(request, asked)


def _target(spec: ActionSpec[Any], viewer: Viewer, record_id: int | None) -> Any:
    if spec.on is None or record_id is None:
        if spec.on is not None or record_id is not None:
            raise NotFound()
        return None
    return found_in(spec.on, viewer, record_id, spec.name)


def _first(request: HttpRequest, asked: Asked) -> HttpResponse:
    record = asked.record
    if record is not None and not asked.spec.offered_to(asked.viewer, record):
        raise Conflict(_("This step is not possible now: the record has moved on. Open it to see where it stands."))
    initial = asked.form.initial(asked.viewer, record) if asked.form.initial else {}
    names = asked.spec.input.model_fields
    asked.sent.values = {**{k: v for k, v in request.GET.items() if k in names}, **initial}
    return _form(request, asked)


def _answered(request: HttpRequest, asked: Asked) -> HttpResponse:
    spec = asked.spec
    read = read_sent(spec.input, request.POST, request.FILES, choices=asked.choices)
    asked.sent = received(request, asked.record, read)
    given = asked.sent.check(spec)
    step = request.POST.get(STEP, "")
    if given is None or step == "change":
        return _form(request, asked)
    if asked.form.confirm and step != "do" and not (has_files(spec.input) or has_secrets(spec.input)):
        return _check(request, asked)
    sent = asked.sent.send(spec, given)
    if not sent.done:
        return _form(request, asked)
    if isinstance(sent.result, Disclosed):
        return _disclosed(request, asked, sent.result)
    messages.success(request, _done_words(asked))
    return HttpResponseRedirect(_after(asked, sent.result))


def _disclosed(request: HttpRequest, asked: Asked, result: Disclosed) -> HttpResponse:
    """The answer itself shows the secret: it is in no address, no session and no message, and on no second page."""
    context = _context(asked) | {"secret": result.secret, "text": _done_words(asked)}
    context["on"] = _after(asked, result.record)
    title = action_title(asked.spec.name, asked.viewer.locale)
    response = show(request, "channels/secret.html", context, title=title, crumbs=_crumbs(asked))
    response["Cache-Control"] = "no-store"
    return response


def _done_words(asked: Asked) -> str:
    lang = asked.viewer.locale
    if asked.form.done:
        return Label(*asked.form.done).text(lang)
    return _("Done: %(what)s.") % {"what": action_title(asked.spec.name, lang)}


def _after(asked: Asked, result: Any) -> str:
    if asked.form.after is not None:
        return asked.form.after(result, asked.record)
    for candidate in (asked.record, result):
        url = record_url(candidate) if isinstance(candidate, models.Model) else ""
        if url:
            return url
    return HOME


def _context(asked: Asked) -> dict[str, Any]:
    form, lang = asked.form, asked.viewer.locale
    return {
        "spec": asked.spec,
        "form": form,
        "text": Label(*form.text) if form.text else "",
        "button": button_of(asked.spec.name, lang),
        "back": _back(asked),
        "record_name": _record_name(asked),
        "aside": bodies(form.aside(asked.viewer, asked.record)) if form.aside else [],
        "multipart": has_files(asked.spec.input),
    }


def _record_name(asked: Asked) -> str:
    sheet = sheet_of(type(asked.record)) if asked.record is not None else None
    return sheet.called(asked.viewer, asked.record) if sheet and asked.record is not None else ""


def _back(asked: Asked) -> str:
    if asked.record is not None:
        return record_url(asked.record) or HOME
    return next((s.url for s in _sheets_creating(asked.spec.name) if s.open_to(asked.viewer)), HOME)


def _sheets_creating(name: str) -> list[Sheet[Any]]:
    return [s for s in SHEETS.values() if name in s.create]


def _crumbs(asked: Asked) -> list[Way]:
    sheet = sheet_of(type(asked.record)) if asked.record is not None else None
    sheets = [sheet] if sheet else _sheets_creating(asked.spec.name)
    lang, viewer = asked.viewer.locale, asked.viewer
    ways = [Way(Label(*s.plural).text(lang), s.url) for s in sheets[:1] if s.open_to(viewer)]
    if sheet and asked.record is not None:
        ways.append(Way(_record_name(asked), record_url(asked.record)))
    return ways


def _form(request: HttpRequest, asked: Asked) -> HttpResponse:
    context = _context(asked) | asked.sent.shown(asked.spec.input, asked.choices)
    given = asked.sent.values
    context["fields"] = [f for f in context["fields"] if f.name not in asked.form.later or f.error or given.get(f.name)]
    title = action_title(asked.spec.name, asked.viewer.locale)
    return show(request, "channels/action.html", context, title=title, crumbs=_crumbs(asked), status=asked.sent.status)


def _check(request: HttpRequest, asked: Asked) -> HttpResponse:
    fields = fields_of(asked.spec.input, asked.sent.values, asked.viewer.locale, choices=asked.choices)
    answers = [f for f in fields if f.widget != "hidden"]
    sent = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    kept = [(name, value) for name, value in sent if name not in ("csrfmiddlewaretoken", STEP)]
    context = _context(asked) | {"answers": answers, "kept": kept, "url": _url(asked)}
    title = action_title(asked.spec.name, asked.viewer.locale)
    return show(request, "channels/check.html", context, title=title, crumbs=_crumbs(asked))


def _url(asked: Asked) -> str:
    return action_url(asked.spec.name, asked.record.pk if asked.record is not None else None)
