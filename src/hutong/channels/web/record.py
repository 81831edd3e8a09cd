"""The page of one record: its head, panels of every package, what may be done, and its story."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from hutong.channels.content import Body, Due
from hutong.channels.limits import due_of, due_of_task, notes_of
from hutong.channels.lookup import staff
from hutong.channels.reading import one, typed_value
from hutong.channels.sheet import Panel, Sheet, action_url, form_of, panels_of, sheet_of
from hutong.channels.web.frame import Way, seen, show, viewer_of
from hutong.channels.web.listing import compact_context
from hutong.channels.web.lookups import sheet_named
from hutong.channels.words import action_title, amount, button_of, words
from hutong.core.access import MASK
from hutong.core.action import ACTIONS
from hutong.core.audit import history
from hutong.core.audit.journal import journal
from hutong.core.clocks import limit_words, running_clocks
from hutong.core.errors import Invalid
from hutong.core.models import Clock, User
from hutong.core.tasks import KINDS, visible_tasks
from hutong.core.terms import JournalKind, Label, TaskState
from hutong.core.viewer import SYSTEM, Viewer


@seen
def record_page(request: HttpRequest, package: str, name: str, record_id: int) -> HttpResponse:
    """Everything about a record that this viewer may see and do."""
    viewer = viewer_of(request)
    sheet = sheet_named(package, name)
    record = one(sheet, viewer, record_id)
    if sheet.journalled:
        journal(viewer, JournalKind.OPENED, what=sheet.name, subject=record)
    context = record_context(sheet, viewer, record)
    came_from = request.GET.get("list", "")
    if came_from:
        context["beside"] = _beside(sheet, viewer, came_from, record)
    lang = viewer.locale
    crumbs = [Way(Label(*sheet.plural).text(lang), sheet.url)] if sheet.open_to(viewer) else []
    return show(request, "channels/record.html", context, title=context["name"], crumbs=crumbs)


def _beside(sheet: Sheet[Any], viewer: Viewer, came_from: str, record: models.Model) -> dict[str, Any] | None:
    try:
        return compact_context(sheet, viewer, QueryDict(came_from[:2000]), record.pk).copy()
    except Invalid:  # a list address somebody wrote by hand
        return None


def record_context(sheet: Sheet[Any], viewer: Viewer, record: models.Model) -> dict[str, Any]:
    """What the record template draws."""
    drawn = [d for p in panels_of(sheet, viewer) if (d := drawn_panel(p, viewer, record)) is not None]
    in_panels = {name for p in panels_of(sheet, viewer) for name in p.actions}
    buttons = buttons_of(sheet, viewer, record)
    return {
        "sheet": sheet,
        "record": record,
        "name": sheet.called(viewer, record),
        "kind": Label(*sheet.title),
        "badges": sheet.head(viewer, record) if sheet.head else (),
        "panels": [d for d in drawn if not d["side"]],
        "side": [d for d in drawn if d["side"]],
        "primary": [b for b in buttons if b["primary"]],
        "others": [b for b in buttons if not b["primary"] and b["name"] not in in_panels],
        "tasks": waiting_for(viewer, record),
        "moments": moments_of(sheet, viewer, record) if sheet.history else [],
    }


def drawn_panel(panel: Panel[Any], viewer: Viewer, record: models.Model) -> dict[str, Any] | None:
    """A panel with its contents and the actions in its head; None when it has nothing for this viewer."""
    body = panel.render(viewer, record)
    if body is None:
        return None
    offered = [_button(name, viewer, record) for name in panel.actions if _is_offered(name, viewer, record)]
    return {
        "id": panel.name.replace(".", "-"),
        "title": Label(*panel.title),
        "bodies": bodies(body),
        "side": panel.side,
        "buttons": offered,
    }


def bodies(body: Body | Sequence[Body] | None) -> list[Body]:
    """One or several contents as a list."""
    if body is None:
        return []
    return list(body) if isinstance(body, list | tuple) else [body]  # type: ignore[list-item]


def buttons_of(sheet: Sheet[Any], viewer: Viewer, record: models.Model) -> list[dict[str, Any]]:
    """Actions offered on the record's page: those the sheet names, or all on its model."""
    if sheet.actions is not None:
        names: Sequence[str] = sheet.actions
    else:
        names = sorted(n for n, spec in ACTIONS.items() if spec.on is sheet.model)
    return [_button(n, viewer, record) for n in names if _is_offered(n, viewer, record)]


def _is_offered(name: str, viewer: Viewer, record: models.Model) -> bool:
    asked = form_of(name).offered
    return ACTIONS[name].offered_to(viewer, record) and (asked is None or asked(viewer, record))


def _button(name: str, viewer: Viewer, record: models.Model) -> dict[str, Any]:
    form = form_of(name)
    return {
        "name": name,
        "text": button_of(name, viewer.locale),
        "url": action_url(name, record.pk),
        "primary": form.primary,
        "danger": form.danger,
    }


def waiting_for(viewer: Viewer, record: models.Model) -> list[dict[str, Any]]:
    """Open tasks and running limits of a record, for whoever sees it: what it is waiting for, whom, until when."""
    tasks = visible_tasks(viewer).filter(on_label=record._meta.label_lower, on_id=record.pk, state=TaskState.OPEN)
    known = [t for t in tasks.select_related("clock").order_by("due_on", "id") if t.kind in KINDS]
    shown = [t.clock_id for t in known if t.clock_id is not None]
    others = running_clocks(record).filter(Clock.reach.filter(viewer)).exclude(pk__in=shown).order_by("due_on", "id")
    lines = []
    for task in known:
        about = _waiting(viewer, KINDS[task.kind].title, due_of_task(task), task.clock)
        who = staff().role(task.role)
        lines.append(about | {"mine": task.role == viewer.role, "who": who, "urgent": task.urgent})
    return lines + [_waiting(viewer, limit_words(clock), due_of(clock), clock) for clock in others]


def _waiting(viewer: Viewer, title: Label, due: Due, clock: Clock | None) -> dict[str, Any]:
    sheet = sheet_of(Clock)
    offered = buttons_of(sheet, viewer, clock) if sheet is not None and clock is not None else []
    who = staff().role(clock.role) if clock is not None and clock.role else None
    return {"title": title, "due": due, "who": who, "notes": notes_of(viewer, clock), "buttons": offered}


def moments_of(sheet: Sheet[Any], viewer: Viewer, record: models.Model) -> list[dict[str, Any]]:
    """The record's story in words: who did what and when, and what changed."""
    lang = viewer.locale
    known = {f.column: f for f in record._meta.concrete_fields}
    told = []
    for moment in history.story(viewer, record):
        changes = [
            {
                "field": sheet.label(known[c.field].name).text(lang),
                "old": change_words(sheet, known[c.field], c.old, lang),
                "new": change_words(sheet, known[c.field], c.new, lang),
            }
            for c in moment.changes
            if _worth_telling(sheet, known.get(c.field), c)
        ]
        told.append(
            {
                "title": action_title(moment.action, lang),
                "who": _("the system") if moment.role == SYSTEM else moment.who,
                "when": moment.happened_at,
                "reason": moment.reason,
                # two columns may stand for one thing (a place and its key): the reader is told once
                "changes": list({change["field"]: change for change in changes}.values()),
            }
        )
    return told


def _worth_telling(sheet: Sheet[Any], model_field: Any, change: history.FieldChange) -> bool:
    """Search keys and other inner columns have no words; they are kept, but tell a reader nothing."""
    same = change.old == change.new or all(value in (None, "", [], "[]") for value in (change.old, change.new))
    return model_field is not None and model_field.name in sheet.told and not same and _has_words(model_field)


def _has_words(model_field: models.Field[Any, Any]) -> bool:
    """The number of a record without a page, such as a grown-up's, is no word."""
    target = model_field.related_model
    return not isinstance(target, type) or issubclass(target, User) or sheet_of(target) is not None


def change_words(sheet: Sheet[Any], model_field: models.Field[Any, Any], value: Any, lang: str) -> str:
    """A value of the history in words: amounts with their unit, months as months, records by their names."""
    if value is None or value == "" or value == MASK:
        return MASK if value == MASK else ""
    if isinstance(model_field, models.BinaryField):
        return _("kept encrypted")
    try:
        if isinstance(model_field.related_model, type):
            return _related(model_field.related_model, value, lang)
        known = model_field.to_python(value)
        if model_field.name.endswith("_fen"):
            return amount(int(known), sheet.label(model_field.name), lang)
        if model_field.name == "role":
            return words(staff().role(known), lang)
        return words(typed_value(model_field, known), lang)
    except (ValueError, TypeError, ValidationError):  # a word of an earlier vocabulary
        return str(value)


def _related(target: type[models.Model], value: Any, lang: str) -> str:
    """The other record by its name, an account by its holder's; one out of reach by its number."""
    found = target._default_manager.filter(pk=value).first()
    return words(found, lang) if found is not None else f"#{value}"
