"""The form of an action: asked, checked, done. Every input goes through the action envelope and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from pydantic import ValidationError

from hutong.channels.reading import found_in
from hutong.channels.sheet import SHEETS, ActionForm, Sheet, action_url, form_of, record_url, sheet_of
from hutong.channels.web.fields import Choices, FormField, fields_of, has_files, has_secrets, read_sent
from hutong.channels.web.frame import Way, seen, show, viewer_of
from hutong.channels.web.listing import button_of
from hutong.channels.web.lookups import action_named
from hutong.channels.web.record import bodies
from hutong.channels.words import action_title
from hutong.core.action import ActionSpec, Disclosed
from hutong.core.errors import Conflict, FieldError, HutongError, Invalid, NotFound, Refused
from hutong.core.inputs import label_at
from hutong.core.record import Record
from hutong.core.terms import Label
from hutong.core.validation import by_field, messages_of
from hutong.core.viewer import Viewer

KEY, VERSION, STEP, REASON = "_key", "_version", "_step", "_reason"


@dataclass
class Asked:
    """One visit of an action's form."""

    spec: ActionSpec[Any]
    form: ActionForm
    viewer: Viewer
    record: models.Model | None
    key: str
    version: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    general: list[FieldError] = field(default_factory=list)
    problem: str = ""
    files: bool = False
    """Files came along; a browser does not send them a second time by itself."""

    @property
    def choices(self) -> Choices:
        """Options of fields that depend on the record."""
        return {name: ask(self.viewer, self.record) for name, ask in self.form.choices.items()}

    def fields(self) -> list[FormField]:
        """The questions as they stand."""
        spec, viewer = self.spec, self.viewer
        return fields_of(spec.input, self.values, viewer.locale, choices=self.choices, errors=self.errors)


@seen
def action_page(request: HttpRequest, package: str, name: str, record_id: int | None = None) -> HttpResponse:
    """GET asks, POST does; with `confirm` there is a page between to check the answers."""
    viewer = viewer_of(request)
    spec = action_named(package, name)
    if viewer.role not in spec.roles:
        raise Refused(_("Your post may not do this."))
    record = _target(spec, viewer, record_id)
    asked = Asked(spec, form_of(spec.name), viewer, record, request.POST.get(KEY) or uuid.uuid4().hex)
    if request.method != "POST":
        return _first(request, asked)
    asked.version = request.POST.get(VERSION, "")
    return _answered(request, asked)


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
    asked.version = str(record.version) if isinstance(record, Record) else ""
    initial = dict(asked.form.initial(asked.viewer, record)) if asked.form.initial else {}
    names = asked.spec.input.model_fields
    asked.values = {**{k: v for k, v in request.GET.items() if k in names}, **initial}
    return _form(request, asked)


def _answered(request: HttpRequest, asked: Asked) -> HttpResponse:
    spec = asked.spec
    sent = read_sent(spec.input, request.POST, request.FILES, choices=asked.choices)
    asked.values, asked.errors, asked.files = sent.raw, dict(sent.errors), bool(request.FILES)
    try:
        given = spec.input.model_validate(sent.raw)
    except ValidationError as error:
        for path, what in by_field(messages_of(error, spec.input)).items():
            asked.errors.setdefault(path.replace(".", "-"), what)
        return _form(request, asked, status=422)
    if asked.errors:
        return _form(request, asked, status=422)
    step = request.POST.get(STEP, "")
    if step == "change":
        return _form(request, asked)
    if asked.form.confirm and step != "do" and not (has_files(spec.input) or has_secrets(spec.input)):
        return _check(request, asked)
    return _do(request, asked, given)


def _do(request: HttpRequest, asked: Asked, given: Any) -> HttpResponse:
    spec, record = asked.spec, asked.record
    version = int(asked.version) if asked.version.isdigit() else None
    reason = request.POST.get(REASON, "").strip()
    target = (record.pk, given) if record is not None else (given,)
    try:
        result = spec(asked.viewer, *target, key=f"web:{asked.key}"[:120], version=version, reason=reason)
    except Invalid as error:
        _sort_errors(asked, error)
        return _form(request, asked, status=error.status)
    except NotFound:
        raise
    except HutongError as error:
        asked.problem = str(error)
        return _form(request, asked, status=error.status)
    if isinstance(result, Disclosed):
        return _disclosed(request, asked, result)
    done = asked.form.done
    title = action_title(spec.name, asked.viewer.locale)
    messages.success(
        request, Label(*done).text(asked.viewer.locale) if done else _("Done: %(what)s.") % {"what": title}
    )
    return HttpResponseRedirect(_after(asked, result))


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


def _sort_errors(asked: Asked, error: Invalid) -> None:
    """Findings of the action itself go to their field, or above the form."""
    for finding in error.errors:
        name = finding.field.replace(".", "-")
        if finding.about is not None:  # the summary leads there, the field says what to answer
            asked.general.append(replace(finding, remedy=""))
        text = " ".join(part for part in (finding.message if finding.about is None else "", finding.remedy) if part)
        if name and name not in asked.errors:
            asked.errors[name] = text
        elif finding.about is None:
            asked.general.append(finding)


def _after(asked: Asked, result: Any) -> str:
    if asked.form.after is not None:
        return asked.form.after(result, asked.record)
    for candidate in (asked.record, result):
        url = record_url(candidate) if isinstance(candidate, models.Model) else ""
        if url:
            return url
    return "/"


def _context(asked: Asked) -> dict[str, Any]:
    form, lang = asked.form, asked.viewer.locale
    return {
        "spec": asked.spec,
        "form": form,
        "text": Label(*form.text) if form.text else "",
        "button": button_of(asked.spec.name, lang),
        "hidden": {KEY: asked.key, VERSION: asked.version},
        "back": _back(asked),
        "record_name": _record_name(asked),
        "aside": bodies(form.aside(asked.viewer, asked.record)) if form.aside else [],
        "multipart": has_files(asked.spec.input),
        "resend": bool(asked.files),
    }


def _record_name(asked: Asked) -> str:
    sheet = sheet_of(type(asked.record)) if asked.record is not None else None
    return sheet.called(asked.viewer, asked.record) if sheet and asked.record is not None else ""


def _back(asked: Asked) -> str:
    if asked.record is not None:
        return record_url(asked.record) or "/"
    return next((s.url for s in _sheets_creating(asked.spec.name) if s.open_to(asked.viewer)), "/")


def _sheets_creating(name: str) -> list[Sheet]:
    return [s for s in SHEETS.values() if name in s.create]


def _crumbs(asked: Asked) -> list[Way]:
    sheet = sheet_of(type(asked.record)) if asked.record is not None else None
    sheets = [sheet] if sheet else _sheets_creating(asked.spec.name)
    lang, viewer = asked.viewer.locale, asked.viewer
    ways = [Way(Label(*s.plural).text(lang), s.url) for s in sheets[:1] if s.open_to(viewer)]
    if sheet and asked.record is not None:
        ways.append(Way(_record_name(asked), record_url(asked.record)))
    return ways


def _form(request: HttpRequest, asked: Asked, status: int = 200) -> HttpResponse:
    context = _context(asked) | {"fields": asked.fields(), "general": asked.general, "problem": asked.problem}
    _place_errors(asked, context["fields"])
    context["summary"] = summary_of(context["fields"])
    title = action_title(asked.spec.name, asked.viewer.locale)
    return show(request, "channels/action.html", context, title=title, crumbs=_crumbs(asked), status=status)


def _place_errors(asked: Asked, fields: list[FormField]) -> None:
    """What belongs to no control in sight is said above the form; of one item of a list, at the list."""
    seen = {one.name: one for one in _controls(fields) if one.widget != "hidden"}
    for name, what in asked.errors.items():
        parts = name.split("-")
        above = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
        nearest = next((seen[part] for part in above if part in seen), None)
        if nearest is None:
            label = label_at(asked.spec.input, name.replace("-", ".")) if name else ""
            remedy = _("Start again from the page of the record.") if name else ""
            asked.general.append(FieldError(name, "hidden", what, remedy, label=label))
        elif not nearest.error:
            nearest.error = what


def _controls(fields: list[FormField]) -> Iterator[FormField]:
    for one in fields:
        yield one
        yield from _controls(one.children)


def summary_of(fields: list[FormField]) -> list[FormField]:
    """Fields with an error, nested ones too, in the order of the form."""
    found = []
    for one in fields:
        if one.error and one.widget != "hidden":
            found.append(one)
        found += summary_of(one.children)
    return found


def _check(request: HttpRequest, asked: Asked) -> HttpResponse:
    answers = [f for f in asked.fields() if f.widget != "hidden"]
    sent = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    kept = [(name, value) for name, value in sent if name not in ("csrfmiddlewaretoken", STEP)]
    context = _context(asked) | {"answers": answers, "kept": kept, "url": _url(asked)}
    title = action_title(asked.spec.name, asked.viewer.locale)
    return show(request, "channels/check.html", context, title=title, crumbs=_crumbs(asked))


def _url(asked: Asked) -> str:
    return action_url(asked.spec.name, asked.record.pk if asked.record is not None else None)
