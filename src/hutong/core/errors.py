"""What can go wrong, each with a text for the person at the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _


class HutongError(Exception):
    """Base of every expected failure; ``str()`` is fit to be shown to the user."""

    status = 400


class NoViewer(HutongError):
    """Data was asked for with nobody in whose name it could be given."""

    status = 401


class NotFound(HutongError):
    """No such record, or it lies outside the viewer's reach: the two are never told apart."""

    status = 404

    def __init__(self, text: str = "") -> None:
        super().__init__(text or _("There is no such record, or it is not in your area."))


class Refused(HutongError):
    """The viewer sees the record but may not do this."""

    status = 403


class Conflict(HutongError):
    """Somebody else moved first, or the record is no longer in the state this step needs."""

    status = 409


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with an input: the path of its field (`parts.0.code`; empty for the whole), a code for programs,
    what is wrong, what to do; for people the field's label, of a table the row (from 1), and the record it is about."""

    field: str
    code: str
    message: str
    remedy: str = ""
    label: str = ""
    row: int = 0
    about: Any = None
    sheet: str = ""
    """Of a table with several sheets."""

    @property
    def where(self) -> str:
        """Where it stands, for people."""
        if not self.row:
            return self.label
        if self.sheet:
            row = _("Sheet “%(sheet)s”, row %(row)s") % {"sheet": self.sheet, "row": self.row}
        else:
            row = _("Row %(row)s") % {"row": self.row}
        return _("%(row)s, %(column)s") % {"row": row, "column": self.label} if self.label else row

    def within(self, path: str) -> FieldError:
        """The same finding, seen from an input in which this one stands at a path."""
        return replace(self, field=f"{path}.{self.field}" if self.field else path)


class Invalid(HutongError):
    """The input cannot be accepted; ``errors`` names each field."""

    status = 422

    def __init__(self, errors: Sequence[FieldError] | str) -> None:
        self.errors = [FieldError("", "invalid", errors)] if isinstance(errors, str) else list(errors)
        self.suggested: dict[str, Any] = {}
        """Answers to begin with, by field; a form shows them in the place of what was sent."""
        super().__init__("; ".join(": ".join(p for p in (e.where, e.message, e.remedy) if p) for e in self.errors))


class Tried(Invalid):
    """An act that was only tried: all of it is taken back, and this tells what it would have done."""

    status = 200

    def __init__(self, summary: str, errors: Sequence[FieldError]) -> None:
        super().__init__(errors)
        self.summary = summary

    def __str__(self) -> str:
        return self.summary
