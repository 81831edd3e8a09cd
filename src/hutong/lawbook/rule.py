"""One rule of the law: what it says at every place and time, on what it rests, and its worked examples."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from hutong.channels.content import Body, Fact, Facts, Lines, Note, Rows
from hutong.channels.sheet import page_url
from hutong.channels.web.frame import Way, show, viewer_of
from hutong.core.errors import NotFound
from hutong.core.terms import Label
from hutong.law.engine.model import AND, Example, Rule, Variant
from hutong.law.language import joined
from hutong.law.speech import Speech
from hutong.lawbook.asked import ARTICLE, book, cite, place_label, ways

HEADS = [Label("日期", "On"), Label("地点", "Place"), Label("已知事实", "What is stated"), Label("结果", "Gives")]


def rule_page(request: HttpRequest, name: str) -> HttpResponse:
    """Every formula of a rule, those of the country first and the latest of a place first, each with its examples."""
    viewer = viewer_of(request)
    rule = book().rules.get(name)
    if rule is None:
        raise NotFound()
    speech = Speech(book())
    variants = sorted(rule.variants, key=lambda one: (len(one.place), one.place, -one.start.toordinal()))
    sections: list[tuple[Label, list[Body]]] = [(stands(variant), part(rule, variant, speech)) for variant in variants]
    if rule.decides:
        sections.insert(0, (Label("由谁决定", "Who decides"), [deciders(rule)]))
    crumbs = [Way(Label("政策依据", "The law").text(viewer.locale), page_url("law.book"))]
    context = {"ways": ways("law.book"), "sections": sections}
    return show(request, "lawbook/acts.html", context, title=rule.title.text(viewer.locale), crumbs=crumbs)


def deciders(rule: Rule) -> Note:
    """The law only proposes; these offices decide."""
    named = book().offices_named(rule.decides)
    return Note(Label("本系统只提出建议，由{0}决定。", "Only a proposal; decided by: {0}.").filled(named))


def stands(variant: Variant) -> Label:
    """Where and when a formula applies."""
    place, until = place_label(variant.place), variant.end or ""
    return Label("{0} {1}–{2}", "{0} {1}–{2}").filled(place, variant.start, until)


def part(rule: Rule, variant: Variant, speech: Speech) -> list[Body]:
    """What one formula says, its basis, and its examples."""
    facts = [Fact(Label("内容", "What it says"), speech.formula(variant.expr))]
    facts.append(Fact(ARTICLE, Lines(cite(variant.basis))))
    if variant.over:
        facts.append(Fact(Label("不适用", "Instead of"), joined(AND, map(place_label, variant.over))))
    rows = [example_row(rule, example, speech) for example in variant.examples]
    return [Facts(facts), Rows(HEADS, rows)]


def example_row(rule: Rule, example: Example, speech: Speech) -> list[Any]:
    """One worked example: a test of the engine as well."""
    given = Lines([speech.is_so(name, value) for name, value in example.given.items()])
    gives = speech.value(example.gives, rule.kind)
    nothing = Label("未填写任何事实", "nothing")
    return [example.on, place_label(example.place), given if example.given else nothing, gives]
