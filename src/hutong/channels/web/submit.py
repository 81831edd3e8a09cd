"""What a page sends to an action: read, checked, done once, or handed back to be shown again with everything typed.

    sent = submit(request, action, batch)
    if sent.done:
        return HttpResponseRedirect(record_url(batch))
    return show(request, "…", context | sent.shown(action.input), title=…, status=sent.status)

The template `channels/problem.html` draws what went wrong, `channels/hidden.html` the inner fields of the form.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from hutong.channels.web.fields import Choices, FormField, Sent, fields_of, read_sent
from hutong.channels.web.frame import viewer_of
from hutong.core.action import ActionSpec
from hutong.core.errors import Conflict, FieldError, HutongError, Invalid, NotFound, Tried
from hutong.core.inputs import Given, label_at
from hutong.core.record import Record
from hutong.core.validation import by_field, messages_of
from hutong.core.viewer import Viewer

KEY, VERSION, REASON = "_key", "_version", "_reason"
"""Names of a form's inner fields: sent twice it acts once; the record has not changed meanwhile; why it is done."""


@dataclass
class Submission:
    """A form on its way to an action: what stands in it, what is wrong with it, what came of it."""

    viewer: Viewer
    record: models.Model | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    version: str = ""
    reason: str = ""
    files: bool = False
    """Files came along; a browser does not send them a second time by itself."""
    errors: dict[str, str] = field(default_factory=dict)
    """By the name of the control."""
    general: list[FieldError] = field(default_factory=list)
    """What belongs to no control."""
    problem: str = ""
    """Why nothing could be done at all."""
    tried: str = ""
    """What it would have done, where it was only tried."""
    status: int = 200
    done: bool = False
    given: Any = None
    """The input with which it was done."""
    result: Any = None

    def wrong(self, *findings: FieldError) -> Submission:
        """Handed back with findings of the page itself."""
        self.general += findings
        self.status = 422
        return self

    def check(self, action: ActionSpec[Any]) -> Given | None:
        """The input, of the fields that the action takes; None with an error at each control that is wrong."""
        taken = {name: value for name, value in self.values.items() if name in action.input.model_fields}
        found: dict[str, str] = {}
        try:
            given = action.input.model_validate(taken)
        except ValidationError as error:
            given = None
            wrong = by_field(messages_of(error, action.input))
            found = {_control(path): what for path, what in wrong.items()}
        self.errors = found | self.errors
        if self.errors:
            self.status = 422
            return None
        return given

    def send(self, action: ActionSpec[Any], given: Given) -> Submission:
        """Act; what the action refuses is kept to be shown. Raises NotFound."""
        target = (self.record.pk, given) if self.record is not None else (given,)
        try:
            self.result = action(
                self.viewer, *target, key=f"web:{self.key}"[:120], version=self._version(), reason=self.reason
            )
            self.given, self.done = given, True
        except NotFound:
            raise
        except Tried as tried:
            self.status, self.tried, self.general = tried.status, tried.summary, list(tried.errors)
        except Invalid as error:
            self.status = error.status
            self._sort(error)
        except HutongError as error:
            self.status, self.problem = error.status, str(error)
        return self

    def _version(self) -> int | None:
        if not self.version or not isinstance(self.record, Record):
            return None
        if not self.version.isdigit():
            raise Conflict(_("Somebody else changed this record in the meantime. Reload the page and decide again."))
        return int(self.version)

    def _sort(self, error: Invalid) -> None:
        """Findings of the action itself go to their field, or above the form; what it suggests stands in the form."""
        self.values = {**self.values, **error.suggested}
        for finding in error.errors:
            name = _control(finding.field)
            if finding.about is not None:  # the summary leads there, the field says what to answer
                self.general.append(replace(finding, remedy=""))
            text = " ".join(part for part in (finding.message if finding.about is None else "", finding.remedy) if part)
            if name and name not in self.errors:
                self.errors[name] = text
            elif finding.about is None:
                self.general.append(finding)

    def shown(self, model: type[BaseModel], choices: Choices | None = None) -> dict[str, Any]:
        """What the templates draw: the controls with their errors, and what is said above them."""
        fields = fields_of(model, self.values, self.viewer.locale, choices=choices, errors=self.errors)
        above = [*self.general, *_placed(self.errors, fields, model)]
        return {
            "fields": fields,
            "summary": _wrong(fields),
            "general": above,
            "problem": self.problem,
            "tried": self.tried,
            "hidden": {KEY: self.key, VERSION: self.version},
            "resend": self.files,
        }


def begin(request: HttpRequest, record: models.Model | None = None) -> Submission:
    """A form not sent yet: a key of its own, and the version of the record that it shows."""
    version = str(record.version) if isinstance(record, Record) else ""
    return Submission(viewer_of(request), record, version=version)


def received(request: HttpRequest, record: models.Model | None, sent: Sent) -> Submission:
    """A form as it was sent, nothing done yet."""
    post = request.POST
    return Submission(
        viewer_of(request),
        record,
        sent.raw,
        key=post.get(KEY) or uuid.uuid4().hex,
        version=post.get(VERSION, ""),
        reason=post.get(REASON, "").strip(),
        files=bool(request.FILES),
        errors=dict(sent.errors),
    )


def submit(
    request: HttpRequest, action: ActionSpec[Any], record: models.Model | None = None, sent: Sent | None = None
) -> Submission:
    """Do the action with what the page sent. `sent` where the form holds more than the input of this one action.

    Raises NotFound for a record outside the reach; everything else that can go wrong is in the answer.
    """
    read = sent if sent is not None else read_sent(action.input, request.POST, request.FILES)
    submission = received(request, record, read)
    given = submission.check(action)
    return submission if given is None else submission.send(action, given)


def _control(path: str) -> str:
    """Name of the control for the path of a field."""
    return path.replace(".", "-")


def _placed(errors: Mapping[str, str], fields: list[FormField], model: type[BaseModel]) -> Iterator[FieldError]:
    """What belongs to no control in sight is said above the form; of one item of a list, at the list."""
    seen = {one.name: one for one in _controls(fields) if one.widget != "hidden"}
    for name, what in errors.items():
        parts = name.split("-")
        above = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
        nearest = next((seen[part] for part in above if part in seen), None)
        if nearest is None:
            label = label_at(model, name.replace("-", ".")) if name else ""
            remedy = _("Start again from the page of the record.") if name else ""
            yield FieldError(name, "hidden", what, remedy, label=label)
        elif not nearest.error:
            nearest.error = what


def _controls(fields: list[FormField]) -> Iterator[FormField]:
    for one in fields:
        yield one
        yield from _controls(one.children)


def _wrong(fields: list[FormField]) -> list[FormField]:
    """Fields with an error, nested ones too, in the order of the form."""
    return [one for one in _controls(fields) if one.error and one.widget != "hidden"]
