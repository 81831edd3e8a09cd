"""Template tags: values, panel contents and form fields drawn the same way on every page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hutong.channels.content import (
    Badge,
    Body,
    Counts,
    Due,
    Facts,
    Fen,
    Folded,
    Headed,
    Lines,
    Link,
    Note,
    Part,
    Rows,
    Steps,
)
from hutong.channels.sheet import leads
from hutong.channels.sheet import record_url as url_of
from hutong.channels.words import EMPTY, amount, due_words, words
from hutong.core.access import MASK
from hutong.core.jurisdiction import currency, language
from hutong.core.tasks import light
from hutong.core.viewer import current_viewer

register = template.Library()

TONES = {"plain": "tone-plain", "good": "tone-good", "warn": "tone-warn", "bad": "tone-bad", "info": "tone-info"}
LIGHTS = {"green": "tone-good", "amber": "tone-warn", "red": "tone-bad"}


@register.filter
def said(value: Any) -> str:
    """A label, a term or any value in the reader's language."""
    return words(value, language()) if value not in (None, "") else ""


@register.simple_tag
def cell(value: Any, heading: Any = "") -> SafeString | str:
    """A value inside a page: links, badges, due dates and masks get their look. An amount under a heading that does
    not name the unit carries it itself."""
    if value == MASK:
        return format_html('<span class="mask" title="{}">{}</span>', _("not for your post"), MASK)
    if isinstance(value, Link):
        inner = cell(value.text, heading)
        if led(value.url):
            return format_html('<a href="{}">{}</a>', value.url, inner)
        return "" if "/action/" in value.url else inner
    if isinstance(value, Badge):
        return format_html('<span class="chip {}">{}</span>', TONES[value.tone], words(value.text, language()))
    if isinstance(value, Due):
        return due(value)
    if isinstance(value, Lines):
        return format_html_join("", '<span class="cell-line">{}</span>', ((cell(v, heading),) for v in value.values))
    if isinstance(value, date) and not isinstance(value, datetime):
        return format_html('<time datetime="{0}">{0}</time>', value.isoformat())
    if isinstance(value, Fen):
        return format_html('<span class="number">{}</span>', amount(value.amount, heading, language()))
    text = words(value, language())
    return format_html('<span class="nothing">{}</span>', EMPTY) if text == EMPTY else text


@register.simple_tag
def money_unit() -> str:
    """The unit in which amounts are typed."""
    return currency().unit.text(language())


@register.filter
def led(url: str) -> bool:
    """Does the address lead anywhere for the reader's post?"""
    return bool(url) and leads(current_viewer(), url)


def due(value: Due) -> SafeString:
    """A due date as a traffic light; the words alone are enough."""
    if value.done:
        return format_html('<span class="chip tone-plain">{}</span>', words(value.day, language()))
    viewer = current_viewer()
    calm = value.day is None or value.paused_on is not None
    tone = "tone-plain" if calm else LIGHTS[light(value.day, viewer.today, value.at, viewer.now)]
    at = (value.at or value.day or "") if value.paused_on is None else value.paused_on
    stamp = at if isinstance(at, str) else at.isoformat()
    return format_html('<time class="chip due {}" datetime="{}">{}</time>', tone, stamp, due_words(value, viewer))


@register.simple_tag
def due_chip(value: Due) -> SafeString:
    """The traffic light of a due date."""
    return due(value)


TEMPLATES: dict[type, str] = {
    Facts: "channels/body/facts.html",
    Rows: "channels/body/rows.html",
    Note: "channels/body/note.html",
    Steps: "channels/body/steps.html",
    Counts: "channels/body/counts.html",
    Headed: "channels/body/headed.html",
    Folded: "channels/body/folded.html",
}


@register.simple_tag(takes_context=True)
def body(context: template.Context, content: Body) -> SafeString:
    """One content of a panel."""
    request = context.get("request")
    if isinstance(content, Part):
        return render_to_string(content.template, {**content.context, "frame": context.get("frame")}, request=request)
    return render_to_string(TEMPLATES[type(content)], {"body": content, "tones": TONES}, request=request)


@register.simple_tag
def form_field(field: Any) -> SafeString:
    """One question of a form with its label, hint and error."""
    return render_to_string("channels/field.html", {"field": field})


@register.filter
def record_url(record: Any) -> str:
    """Address of a record's page."""
    return url_of(record)


@register.filter
def tone(name: str) -> str:
    """Class of a tone."""
    return TONES.get(name, TONES["plain"])


@register.filter
def at(values: Any, number: int) -> Any:
    """The value at a position."""
    return values[number]
