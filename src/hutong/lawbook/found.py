"""The law in the search of every page: instruments by title or number, rules by title."""

from __future__ import annotations

from hutong.channels.finding import Found, named
from hutong.channels.sheet import page_url
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.lawbook.asked import book

RULE = Label("规则", "Rule")


def law_found(viewer: Viewer, text: str, most: int) -> list[Found]:
    """Instruments first, then rules."""
    lang = viewer.locale
    acts = ((act.title, page_url("law.act", act=act.id), act.number or "") for act in book().instruments.values())
    rules = ((rule.title, page_url("law.rule", name=rule.name), RULE.text(lang)) for rule in book().rules.values())
    found = [
        Found(title.text(lang), url, number) for title, url, number in acts if named(text, title) or text in number
    ]
    found += [Found(title.text(lang), url, kind) for title, url, kind in rules if named(text, title)]
    return found[:most]
