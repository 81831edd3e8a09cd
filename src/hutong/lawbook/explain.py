"""A case explained: outcome, every condition with article and dated figure, what would have to change, whom to ask.

Facts come in the body of a request and go back in its answer; nothing of them is kept, and no address holds them. The
database is told that the request only reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from hutong.channels.content import Badge, Body, Fact, Facts, Folded, Lines, Link, Note, Rows, Tone
from hutong.channels.sheet import page_url
from hutong.channels.web.fields import FormField, Option
from hutong.channels.web.frame import Way, show, viewer_of
from hutong.core.jurisdiction import currency, law
from hutong.core.middleware import read_only
from hutong.core.terms import Label
from hutong.law import FactsError
from hutong.law.decision import Decision, Given, article_json
from hutong.law.engine.errors import sentences
from hutong.law.engine.model import Fact as LawFact
from hutong.law.explain import Explanation, explain
from hutong.law.speech import UNKNOWN, Speech
from hutong.law.telling import CANNOT, FLOORS, TRUTH, leads_to, part_lines
from hutong.law.telling import words as wording
from hutong.lawbook.asked import (
    ARTICLE,
    Asked,
    asked,
    book,
    cited,
    place_label,
    ways,
)
from hutong.lawbook.book import TITLE

MONEY = Label("应为金额（{0}），最多{1}位小数。", "Give an amount in {0} with at most {1} decimals.")
TONES: dict[str, Tone] = {"true": "good", "false": "bad", "unknown": "warn"}
GROUPS = {
    "child": Label("儿童", "Child"),
    "father": Label("父亲", "Father"),
    "mother": Label("母亲", "Mother"),
    "family": Label("家庭", "Family"),
    "case": Label("办理", "The case"),
}


def explain_page(request: HttpRequest) -> HttpResponse:
    """GET: the questions of a programme. POST: the same with its explanation. Nothing is written either way."""
    viewer = viewer_of(request)
    given: Mapping[str, Any] = request.POST if request.method == "POST" else request.GET
    question = asked(viewer, given)
    programme = given.get("programme", "")
    programme = programme if programme in book().programmes else law().main
    context: dict[str, Any] = {
        "ways": ways("law.explain"),
        "asked": question,
        "programmes": [(p.name, p.title, p.name == programme) for p in book().programmes.values()],
        "programme": programme,
        "programme_title": book().programmes[programme].title,
    }
    errors: dict[str, Label] = {}
    if request.method == "POST":
        read_only()
        decision = decided(programme, given, question, errors)
        if decision is not None:
            context["sections"] = list(explained(decision, question.place, viewer.locale))
    asked_for = ["on", *(fact.name for fact in facts_of(programme))]
    context["errors"] = [
        {"id": f"f-{name}", "label": called(name), "what": errors[name]} for name in asked_for if name in errors
    ]
    stated = given if request.method == "POST" else {}
    context["groups"] = list(questions(programme, stated, errors, viewer.locale))
    title = Label("逐条说明", "Explain a case").text(viewer.locale)
    crumbs = [Way(TITLE.text(viewer.locale), page_url("law.book"))]
    return show(request, "lawbook/explain.html", context, title=title, crumbs=crumbs, status=422 if errors else 200)


# the form -------------------------------------------------------------------------------------------------------------
def facts_of(programme: str) -> tuple[LawFact, ...]:
    """The facts a programme asks for."""
    found: tuple[LawFact, ...] = law().explainer(programme).program.facts
    return found


def called(name: str) -> Label:
    fact = book().facts.get(name)
    return fact.title if fact is not None else Label("所问之日", "The day asked about")


def questions(
    programme: str, given: Mapping[str, Any], errors: Mapping[str, Label], lang: str
) -> Iterator[tuple[Label, list[FormField], bool]]:
    """One group of questions for each person or matter; whether it holds an answer already."""
    groups: dict[str, list[LawFact]] = {}
    for fact in facts_of(programme):
        groups.setdefault(fact.name.partition(".")[0], []).append(fact)
    for group, facts in groups.items():
        fields = [field_of(fact, given.get(fact.name, ""), errors.get(fact.name), lang) for fact in facts]
        yield (
            GROUPS.get(group, book().programmes[programme].title),
            fields,
            any(field.value or field.error for field in fields),
        )


def field_of(fact: LawFact, value: str, error: Label | None, lang: str) -> FormField:
    """The question for one fact. A truth value has three answers; what is left empty is unknown."""
    speech = Speech(book())
    kind = fact.kind
    widgets = {"date": "date", "money": "money", "bool": "select"}
    widget = "select" if kind.is_enum else widgets.get(kind.name, "number")
    units = {"months": Label("个月", "months"), "days": Label("日", "days")}
    words = fact.title.text(lang)
    if kind.name in units:
        words = f"{words} ({units[kind.name].text(lang)})"
    found = FormField(fact.name, words, widget, required=True, value=value, error=error.text(lang) if error else "")
    if fact.absent:
        found.help = Label("不填视为“否”或法定缺省。", "Left empty it counts as 'no' or as the law presumes.").text(
            lang
        )
    if widget == "select":
        members = kind.members or (True, False)
        texts = [(str(member).lower() if kind.name == "bool" else str(member), member) for member in members]
        found.options = [Option(sent, speech.value(member, kind).text(lang), sent == value) for sent, member in texts]
    return found


def decided(programme: str, given: Mapping[str, Any], question: Asked, errors: dict[str, Label]) -> Decision | None:
    """The law's decision, or None with an error for each fact that cannot be."""
    facts: dict[str, Any] = {}
    for fact in facts_of(programme):
        text = given.get(fact.name, "").strip()
        if not text:
            continue
        facts[fact.name] = text if fact.kind.name != "money" else currency().minor_units(text)
        if facts[fact.name] is None:
            errors[fact.name] = MONEY.filled(currency().unit, currency().digits)
    sound = {name: value for name, value in facts.items() if name not in errors}
    try:
        found: Decision = law().decide(sound, question.on, question.codes, question.known, programme)
    except FactsError as refused:
        for problem in refused.problems:
            errors[problem.name] = sentences(problem.what, problem.remedy)
    return None if errors else found


NEAR = 1
"""Rules this close to the outcome are shown at once, those that they rest on when asked for."""


# the answer -----------------------------------------------------------------------------------------------------------
def explained(decision: Decision, place: str, lang: str) -> Iterator[tuple[Label, list[Body]]]:
    """The explanation as sections of a page, the outcome first; `place` by name, empty for the country."""
    told = explain(decision)
    yield Label("结论", "Outcome"), [*outcome(decision), Facts(list(put(decision, place)))]
    asks = missing(decision)
    if asks:
        yield Label("还缺什么，向谁查询", "What is missing, and who holds it"), asks
    if decision.floors:
        yield FLOORS, [least(decision)]
    changes = changed(told)
    if changes:
        yield Label("什么情况下结论会不同", "What would have to change"), changes
    yield Label("逐项条件", "Every condition"), conditions(told, lang)


def outcome(decision: Decision) -> Iterator[Body]:
    """The first output in words, the others as facts, then the reasons with their articles."""
    speech = Speech(book())
    first, *others = decision.values
    known = decision.outcome is not None
    yield Note(speech.is_so(first, decision.outcome) if known else CANNOT, "info" if known else "warn")
    lines = [
        Fact(speech.title(name), speech.value(decision.values[name], book().rules[name].kind))
        for name in others
        if decision.values[name] is not None
    ]
    if lines:
        yield Facts(lines)
    if decision.reasons:
        heads = [Label("理由", "Reason"), ARTICLE]
        rows = [[reason.says, reason_articles(reason)] for reason in decision.reasons]
        yield Rows(heads, rows)
    if decision.help:
        yield Rows([Label("其他帮助", "Other help")], [[item.says] for item in decision.help])


def put(decision: Decision, place: str) -> Iterator[Fact]:
    """What was asked, so that a printed page says it; and who decides what is only proposed here."""
    yield Fact(Label("地点", "Place"), place or book().places[law().law.country])
    yield Fact(Label("日期", "On the day"), decision.on)
    if decision.known is not None:
        yield Fact(Label("按当时已知", "As known on"), decision.known)
    offices = book().offices_named(name for value in decision.values for name in book().rules[value].decides)
    if offices:
        yield Fact(Label("由谁决定", "Decided by"), offices)


def reason_articles(reason: Given) -> Lines:
    """What a reason rests on."""
    return Lines([line for article in reason.articles for line in cited(article_json(article))])


def missing(decision: Decision) -> list[Body]:
    """Facts that leave the matter open, each with the office that holds it."""
    rows = [[item.title, item.asked] for item in decision.ask]
    return [Rows([Label("事实", "Fact"), Label("由谁掌握", "Held by")], rows)] if rows else []


def least(decision: Decision) -> Body:
    """For what the place has not entered: the least a wider place allows."""
    speech = Speech(book())
    heads = [Label("标准", "Figure"), Label("数值", "Value"), Label("地点", "Place"), Label("自", "From"), ARTICLE]
    rows = [
        [figure.title, speech.value(figure.value, book().parameters[figure.name].kind), place_label(figure.place),
         figure.start, Lines([*cited(article_json(figure.article)), *figure.doubts])]
        for figure in decision.floors
    ]  # fmt: skip
    return Rows(heads, rows)


def changed(told: Explanation) -> list[Body]:
    """Nearest single facts with which the outcome would be another."""
    speech = told.speech
    rows: list[list[Any]] = []
    for change in told.changes():
        other = UNKNOWN if change.outcome is None else leads_to(told, change)
        then = [speech.title(name) for name in change.then]
        now, value = speech.value(change.now, change.kind), speech.value(change.value, change.kind)
        rows.append([change.title, now, value, other, Lines(then)])
    heads = [Label("事实", "Fact"), Label("现在", "Now"), Label("如为", "If it were"), Label("结论", "Outcome")]
    heads.append(Label("还须证明", "To be shown besides"))
    return [Rows(heads, rows)] if rows else []


def conditions(told: Explanation, lang: str) -> list[Body]:
    """Every rule that was read, the outcome first: its value, each part true, false or unknown, figures, article."""
    heads = [Label("规则", "Rule"), Label("取值", "Value"), Label("条件", "Conditions"), ARTICLE]
    near: list[list[Any]] = []
    far: list[list[Any]] = []
    for rule in told.conditions():
        truth = TRUTH.get(rule["is"])
        value = Badge(truth, TONES[rule["is"]]) if truth else rule["said"]
        parts = [line for part in rule["parts"] for line in part_lines(part, lang)]
        where = place_label(rule["place"])
        basis = Lines([*cited(rule["basis"]), where])
        called_so = Link(wording(rule), page_url("law.rule", name=rule["rule"]))
        (near if rule["depth"] <= NEAR else far).append([called_so, value, Lines(parts), basis])
    rest = Label("其下{0}条规则", "the {0} rules below them").filled(len(far))
    return [Rows(heads, near), *([Folded(rest, [Rows(heads, far)])] if far else [])]
