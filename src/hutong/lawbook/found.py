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
    acts = (act for act in book().instruments.values() if named(text, act.title) or text in (act.number or ""))
    rules = (rule for rule in book().rules.values() if named(text, rule.title))
    found = [Found(act.title.text(lang), page_url("law.act", act=act.id), act.number or "") for act in acts]
    found += [Found(r.title.text(lang), page_url("law.rule", name=r.name), RULE.text(lang)) for r in rules]
    return found[:most]
