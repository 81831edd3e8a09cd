"""A decision taken apart, and a time limit, as lines of text in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .decision import Figure, Given, Missing, article_json, by_office, plain
from .engine.calendar import DueDate
from .engine.model import DEFAULT, LIMIT_KINDS, LIMIT_UNITS, NOTHING, Correction, Law
from .explain import Change, Explanation
from .language import Label, chinese, composed

TRUTH = {"true": Label("成立", "true"), "false": Label("不成立", "false"), "unknown": Label("未知", "unknown")}
JOINED = {"all": Label("全部成立", "all of"), "any": Label("任一成立", "any of"), "not": Label("以下不成立", "not")}
CANNOT = Label("事实不全，暂不能判断", "cannot be decided yet: facts are missing")
INDENT = "\u3000"  # an ideographic space: the depth of a condition inside others
REASONS = Label("理由", "Reasons")
MISSING = Label("还缺什么，向谁查询", "What is missing, and who holds it")
FLOORS = Label("上级所定最低标准（不是本地标准）", "The least a wider place allows (not the standard here)")
CHANGES = Label("什么情况下结论会不同", "What would have to change")
CONDITIONS = Label("逐项条件", "Every condition")
HELP = Label("其他帮助", "Other help")
BESIDES = Label("（还须证明：{0}）", " (to be shown besides: {0})")


def words(item: Mapping[str, Any]) -> Label:
    """The wording of something in JSON."""
    return Label(item["zh"], item["en"])


def citation(article: Mapping[str, Any]) -> Label:
    """Act, number, article of an article in JSON."""
    number, where = article["number"], article["article"]

    def say(lang: str) -> str:
        title = words(article).text(lang)
        if chinese(lang):
            return f"{title}{number and f'（{number}）'}{where}"
        return ", ".join(part for part in (title, number, where) if part)

    return composed(say)


def cited(article: Mapping[str, Any], lang: str) -> str:
    """An article with its note; and whether it is a default to be confirmed."""
    marked = f" [{words(article['default']).text(lang)}]" if "default" in article else ""
    note = f" ({words(article['note']).text(lang)})" if "note" in article else ""
    return f"{citation(article).text(lang)}{note}{marked}"


def explain_lines(told: Explanation, lang: str) -> Iterator[str]:
    """The outcome, then why, what is missing, what would have to change, and every condition."""
    decision, speech = told.decision, told.speech
    for name, value in decision.values.items():
        kind = told.law.rules[name].kind
        if value is not None:
            yield f"{speech.title(name).text(lang)}: {speech.value(value, kind).text(lang)}"
        elif name == next(iter(decision.values)):
            yield f"{speech.title(name).text(lang)}: {CANNOT.text(lang)}"
    for heading, given in ((REASONS, decision.reasons), (HELP, decision.help)):
        yield from headed(heading, lang, (line for one in given for line in _reason(one, lang)))
    asked = by_office(decision.ask).values()
    yield from headed(MISSING, lang, (_asked(items, lang) for items in asked))
    yield from headed(FLOORS, lang, (_floor(told, figure, lang) for figure in decision.floors))
    yield from headed(CHANGES, lang, (_change(told, change, lang) for change in told.changes()))
    yield from headed(CONDITIONS, lang, (line for rule in told.conditions() for line in _rule(rule, lang)))


def headed(heading: Label, lang: str, lines: Iterator[str]) -> Iterator[str]:
    """A heading above its lines, where there are any."""
    for at, line in enumerate(lines):
        if not at:
            yield f"\n{heading.text(lang)}"
        yield f"  {line}"


def _reason(given: Given, lang: str) -> Iterator[str]:
    yield given.says.text(lang)
    yield from (f"  {cited(article_json(article), lang)}" for article in given.articles)


def _floor(told: Explanation, figure: Figure, lang: str) -> str:
    """The least a wider place allows, with what has to be confirmed about it."""
    amount = told.speech.value(figure.value, told.law.parameters[figure.name].kind).text(lang)
    doubts = "".join(f" [{doubt.text(lang)}]" for doubt in figure.doubts)
    basis = cited(article_json(figure.article), lang)
    return f"{figure.title.text(lang)}: {amount} ({figure.place} {figure.start}–, {basis}){doubts}"


def _asked(items: tuple[Missing, ...], lang: str) -> str:
    return f"{items[0].asked.text(lang)}: {'; '.join(item.title.text(lang) for item in items)}"


def _change(told: Explanation, change: Change, lang: str) -> str:
    """One other value, what it leads to, and what would have to be shown besides."""
    speech = told.speech
    now, value = (speech.value(item, change.kind).text(lang) for item in (change.now, change.value))
    shown = ", ".join(speech.title(name).text(lang) for name in change.then)
    besides = BESIDES.filled(shown).text(lang) if shown else ""
    return f"{change.title.text(lang)}: {now} → {value} ⇒ {leads_to(told, change).text(lang)}{besides}"


def leads_to(told: Explanation, change: Change) -> Label:
    """The outcome of a change in words."""
    kind = told.law.rules[next(iter(told.decision.values))].kind
    return CANNOT if change.outcome is None else told.speech.value(change.outcome, kind)


def _rule(rule: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield f"{words(rule).text(lang)} = {rule['said'].text(lang)}  {cited(rule['basis'], lang)}"
    for part in rule["parts"]:
        yield from (f"    {line}" for line in part_lines(part, lang))


def part_lines(part: Mapping[str, Any], lang: str, depth: int = 0) -> Iterator[str]:
    """A condition with its truth; below it the values it was answered with, figures with their dates."""
    gives = f" → {part['gives_said'].text(lang)}" if "gives_said" in part else ""
    text = f"{JOINED[part['joined']].text(lang)}:" if "joined" in part else part["said"].text(lang)
    aside = INDENT * depth
    mark = f"[{TRUTH[part['is']].text(lang)}] " if "is" in part else ""
    yield f"{aside}{mark}{text}{gives}"
    for inner in part.get("parts", ()):
        yield from part_lines(inner, lang, depth + 1)
    for called_so, name in part.get("names", {}).items():
        if name["value"] in ("true", "false") or ("is" in part and called_so == part["text"]):
            continue  # the condition itself says so
        dated = f" ({name['from']}–{name['to'] or ''}, {cited(name['basis'], lang)})" if "from" in name else ""
        yield f"{aside}· {words(name).text(lang)}: {name['said'].text(lang)}{dated}"


FROM = Label("自{0} {1}, {2}", "from {0} {1}, {2}")
NOT_COUNTED = Label("不计入：{0}", "not counted: {0}")
EXTENDED = Label("可延长：{0}", "may be extended: {0}")
IF_LATE = Label("逾期：{0}", "if late: {0}")
RESTS_ON = Label("依据：{0}", "basis: {0}")
MAY_MOVE = Label("{0}年节假日尚未公布，届满日可能变动", "holidays of {0} are not published: the day may move")


def due_lines(law: Law, limit: DueDate, lang: str) -> Iterator[str]:
    """When a limit ends, how it was counted, what stops and lengthens it, and what lateness does."""
    act = law.instruments[limit.act]
    length = LIMIT_UNITS[limit.calendar].filled(limit.length)
    yield f"{limit.id} {limit.title.text(lang)}: {limit.moment or limit.due}"
    yield f"  {FROM.filled(limit.counts_from, limit.start, length).text(lang)}"
    yield f"  {Label(*LIMIT_KINDS[limit.kind]).text(lang)}"
    if limit.pause != NOTHING:
        yield f"  {NOT_COUNTED.filled(limit.pause).text(lang)}"
    if limit.extension != NOTHING:
        yield f"  {EXTENDED.filled(limit.extension).text(lang)}"
    if limit.breach != NOTHING:
        told = law.offices_named(limit.tell).text(lang)
        yield f"  {IF_LATE.filled(limit.breach).text(lang)}" + (f" → {told}" if told else "")
    marked = f" [{DEFAULT.text(lang)}]" if limit.default else ""
    note = f" ({limit.note.text(lang)})" if limit.note else ""
    named = citation({**act.title.both(), "number": "", "article": limit.article}).text(lang)
    yield f"  {RESTS_ON.filled(named).text(lang)}{note}{marked}"
    for year in limit.unpublished:
        yield f"  {MAY_MOVE.filled(year).text(lang)}"


FROM_TO = Label("{0}至{1}，发现于{2}", "{0} to {1}, found on {2}")
BEFORE, NOW = Label("此前：{0}", "Before: {0}"), Label("现在：{0}", "Now: {0}")


def correction_json(law: Law, one: Correction) -> dict[str, Any]:
    """A correction with its articles, in both languages."""
    act = law.instruments[one.basis.act]
    basis = {"act": act.id, **act.title.both(), "number": act.number, "article": one.basis.article}
    days = {"found": one.found.isoformat(), "from": one.start.isoformat(), "to": plain(one.end)}
    names = {"rules": list(one.rules), "limits": list(one.limits)}
    said = {"before": one.before.both(), "now": one.now.both()}
    return {"correction": one.id, **one.title.both(), **days, **names, **said, "basis": basis}


def correction_lines(law: Law, one: Correction, lang: str) -> Iterator[str]:
    """A correction for reading."""
    until = one.end or one.found
    yield f"{one.title.text(lang)} ({FROM_TO.filled(one.start, until, one.found).text(lang)})"
    yield from (f"  {line.text(lang)}" for line in (BEFORE.filled(one.before), NOW.filled(one.now)))
    yield f"  {citation(correction_json(law, one)['basis']).text(lang)}: {', '.join((*one.rules, *one.limits))}"
