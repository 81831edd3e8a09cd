"""Values in the reader's language: one place decides how a date, an amount, a term or a place is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import singledispatch
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hutong.channels.content import Badge, Due, Fen, Lines, Link, Month, Place
from hutong.channels.sheet import form_of, sheet_of
from hutong.core import places
from hutong.core.action import ACTIONS
from hutong.core.errors import NotFound
from hutong.core.jurisdiction import currency
from hutong.core.terms import Label, Term
from hutong.core.viewer import ZONE, Viewer, current_viewer

EMPTY = "—"
AND = Label("、", ", ")


def words(value: Any, lang: str) -> str:
    """A value as plain text; the dash stands for nothing known."""
    return _words(value, lang) or EMPTY


@singledispatch
def _words(value: Any, lang: str) -> str:
    return str(value)


@_words.register
def _none(value: None, lang: str) -> str:
    return ""


@_words.register
def _bool(value: bool, lang: str) -> str:
    return _("yes") if value else _("no")


@_words.register
def _term(value: Term, lang: str) -> str:
    return value.label(lang)


@_words.register
def _label(value: Label, lang: str) -> str:
    return value.text(lang)


@_words.register
def _promise(value: Promise, lang: str) -> str:
    return str(value)


@_words.register(tuple)
@_words.register(list)
@_words.register(set)
@_words.register(frozenset)
def _several(value: Sequence[Any], lang: str) -> str:
    if isinstance(value, Label):
        return value.text(lang)
    return AND.text(lang).join(_words(v, lang) for v in value)


@_words.register
def _moment(value: datetime, lang: str) -> str:
    return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}"


@_words.register
def _day(value: date, lang: str) -> str:
    return value.isoformat()


@_words.register
def _fen(value: Fen, lang: str) -> str:
    return currency().amount(value.amount)


@_words.register
def _month(value: Month, lang: str) -> str:
    return f"{value.day:%Y-%m}"


@_words.register
def _due(value: Due, lang: str) -> str:
    return due_words(value, current_viewer())


@_words.register
def _badge(value: Badge, lang: str) -> str:
    return _words(value.text, lang)


@_words.register
def _link(value: Link, lang: str) -> str:
    return _words(value.text, lang)


@_words.register
def _lines(value: Lines, lang: str) -> str:
    return _several(list(value.values), lang)


@_words.register
def _place(value: Place, lang: str) -> str:
    return value.name or place_name(value, lang)


@_words.register
def _model(value: Model, lang: str) -> str:
    sheet = sheet_of(type(value))
    return sheet.called(current_viewer(), value) if sheet else str(value)


@_words.register
def _blob(value: bytes, lang: str) -> str:
    return ""


@_words.register
def _memory(value: memoryview, lang: str) -> str:
    return ""


def amount(minor: int, heading: Any, lang: str) -> str:
    """Minor units in units of the currency, which is named unless the heading does."""
    named = any(unit in words(heading, lang) for unit in (*currency().unit, currency().unit.text(lang)))
    return currency().amount(minor) if named else currency().said(minor).text(lang)


def place_name(place: Place, lang: str) -> str:
    """Full name of a place; empty where the place is not known (any more)."""
    ask: Callable[[], str]
    if place.id is not None:
        place_id = place.id
        ask = lambda: places.name(place_id, lang)  # noqa: E731
    elif place.key is not None:
        key = place.key
        ask = lambda: places.name_of_key(key, lang)  # noqa: E731
    else:
        return ""
    try:
        return ask()
    except NotFound:
        return ""


def due_words(due: Due, viewer: Viewer) -> str:
    """A due date in words, counted in days from today; where it ends at a moment, that moment."""
    if due.paused_on is not None:
        return _("paused since %(day)s") % {"day": due.paused_on.isoformat()}
    if due.day is None:
        return _("no time limit")
    if due.at is not None:
        moment = {"moment": _words(due.at, viewer.locale)}
        return (_("overdue since %(moment)s") if due.at < viewer.now else _("until %(moment)s")) % moment
    day, days = due.day, (due.day - viewer.today).days
    if days < 0:
        return ngettext("%(count)s day overdue", "%(count)s days overdue", -days) % {"count": -days}
    if days == 0:
        return _("due today")
    if days <= 30:
        return ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}
    return _("due %(day)s") % {"day": day.isoformat()}


def action_title(name: str, lang: str) -> str:
    """Title of an action; its name where it is not known any more."""
    spec = ACTIONS.get(name)
    return spec.title.text(lang) if spec and spec.title.text(lang) else name


def button_label(action: str) -> Label:
    """Words on the button that leads to an action."""
    form = form_of(action)
    return Label(*form.button) if form.button else ACTIONS[action].title


def button_of(action: str, lang: str) -> str:
    """The same in one language; an action without words is called by its name."""
    return button_label(action).text(lang) or action_title(action, lang)
