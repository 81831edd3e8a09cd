"""A decision taken apart, and a time limit, as lines of text in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .decision import CANNOT_DECIDE, DEFAULT, Article, article_json, by_office
from .engine.calendar import DueDate
from .engine.errors import Text
from .engine.model import LIMIT_KINDS, LIMIT_UNITS, NOTHING, Law
from .explain import Change, Explanation
from .speech import Speech

TRUTH = {"true": Text("成立", "true"), "false": Text("不成立", "false"), "unknown": Text("未知", "unknown")}
JOINED = {"all": Text("全部成立", "all of"), "any": Text("任一成立", "any of"), "not": Text("以下不成立", "not")}
CANNOT = Text("事实不全，暂不能判断", "cannot be decided yet: facts are missing")
INDENT = "\u3000"  # an ideographic space: the depth of a condition inside others
REASONS = Text("理由", "Reasons")
MISSING = Text("还缺什么，向谁查询", "What is missing, and who holds it")
CHANGES = Text("什么情况下结论会不同", "What would have to change")
CONDITIONS = Text("逐项条件", "Every condition")
HELP = Text("其他帮助", "Other help")


def cited(article: Mapping[str, Any], lang: str) -> str:
    """Act, number, article; its note; and whether it is a default to be confirmed."""
    number, where = article["number"], article["article"]
    zh = f"{article['zh']}{number and f'（{number}）'}{where}"
    en = ", ".join(part for part in (article["en"], number, where) if part)
    marked = f" [{DEFAULT.of(lang)}]" if "default" in article else ""
    note = f" ({article['note'][lang]})" if "note" in article else ""
    return f"{Text(zh, en).of(lang)}{note}{marked}"


def explain_lines(told: Explanation, lang: str) -> Iterator[str]:
    """The outcome, then why, what is missing, what would have to change, and every condition."""
    decision = told.decision
    speech = Speech(told.law, lang)
    for name, value in decision.values.items():
        kind = told.law.rules[name].kind
        if value is not None:
            yield f"{speech.title(name)}: {speech.value(value, kind)}"
        elif name == next(iter(decision.values)):
            yield f"{speech.title(name)}: {CANNOT.of(lang)}"
    for heading, given in ((REASONS, decision.reasons), (HELP, decision.help)):
        yield from headed(heading, lang, (line for one in given for line in _reason(one, lang)))
    asked = by_office(decision.ask).values()
    offices = (f"{Text(items[0].office_zh, items[0].office_en).of(lang)}: "
               + "; ".join(Text(item.zh, item.en).of(lang) for item in items) for items in asked)  # fmt: skip
    yield from headed(MISSING, lang, offices)
    yield from headed(CHANGES, lang, (_change(told, change, speech) for change in told.changes()))
    yield from headed(CONDITIONS, lang, (line for rule in told.conditions() for line in _rule(rule, lang)))


def headed(heading: Text, lang: str, lines: Iterator[str]) -> Iterator[str]:
    """A heading above its lines, where there are any."""
    for at, line in enumerate(lines):
        if not at:
            yield f"\n{heading.of(lang)}"
        yield f"  {line}"


def _reason(given: Any, lang: str) -> Iterator[str]:
    yield Text(given.zh, given.en).of(lang)
    articles: tuple[Article, ...] = given.articles
    yield from (f"  {cited(article_json(article), lang)}" for article in articles)


def _change(told: Explanation, change: Change, speech: Speech) -> str:
    """One other value, what it leads to, and what would have to be shown besides."""
    now, value = speech.value(change.now, change.kind), speech.value(change.value, change.kind)
    kind = told.law.rules[next(iter(told.decision.values))].kind
    cannot = change.outcome == CANNOT_DECIDE
    outcome = CANNOT.of(speech.pick("zh", "en")) if cannot else speech.outcome(change.outcome, kind)
    shown = ", ".join(speech.title(name) for name in change.then)
    besides = speech.pick(f"（还须证明：{shown}）", f" (to be shown besides: {shown})") if shown else ""
    title = change.title.of(speech.pick("zh", "en"))
    return f"{title}: {now} → {value} ⇒ {outcome}{besides}"


def _rule(rule: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield f"{rule[lang]} = {rule['said'][lang]}  {cited(rule['basis'], lang)}"
    for part in rule["parts"]:
        yield from (f"    {line}" for line in part_lines(part, lang))


def part_lines(part: Mapping[str, Any], lang: str, depth: int = 0) -> Iterator[str]:
    """A condition with its truth; below it the values it was answered with, figures with their dates."""
    gives = f" → {part['gives_said'][lang]}" if "gives_said" in part else ""
    text = f"{JOINED[part['joined']].of(lang)}:" if "joined" in part else part["said"][lang]
    aside = INDENT * depth
    mark = f"[{TRUTH[part['is']].of(lang)}] " if "is" in part else ""
    yield f"{aside}{mark}{text}{gives}"
    for inner in part.get("parts", ()):
        yield from part_lines(inner, lang, depth + 1)
    for called_so, name in part.get("names", {}).items():
        if name["value"] in ("true", "false") or ("is" in part and called_so == part["text"]):
            continue  # the condition itself says so
        dated = f" ({name['from']}–{name['to'] or ''}, {cited(name['basis'], lang)})" if "from" in name else ""
        yield f"{aside}· {name[lang]}: {name['said'][lang]}{dated}"


def due_lines(law: Law, limit: DueDate, lang: str) -> Iterator[str]:
    """When a limit ends, how it was counted, what stops and lengthens it, and what lateness does."""
    zh = lang == "zh"
    act = law.instruments[limit.act]
    length = LIMIT_UNITS[limit.calendar].of(lang).format(limit.length)
    yield f"{limit.id} {limit.title.of(lang)}: {limit.moment or limit.due}"
    yield f"  {'自' if zh else 'from '}{limit.counts_from.of(lang)} {limit.start}, {length}"
    yield f"  {Text(*LIMIT_KINDS[limit.kind]).of(lang)}"
    if limit.pause != NOTHING:
        yield f"  {'不计入：' if zh else 'not counted: '}{limit.pause.of(lang)}"
    if limit.extension != NOTHING:
        yield f"  {'可延长：' if zh else 'may be extended: '}{limit.extension.of(lang)}"
    if limit.breach != NOTHING:
        told = law.offices_named(limit.tell).of(lang)
        yield f"  {'逾期：' if zh else 'if late: '}{limit.breach.of(lang)}" + (f" → {told}" if told else "")
    marked = f" [{DEFAULT.of(lang)}]" if limit.default else ""
    note = f" ({limit.note.of(lang)})" if limit.note else ""
    named = Text(f"{act.title.zh}{limit.article}", f"{act.title.en}, {limit.article}".removesuffix(", ")).of(lang)
    yield f"  {'依据：' if zh else 'basis: '}{named}{note}{marked}"
    for year in limit.unpublished:
        moves = f"{year}年节假日尚未公布，届满日可能变动", f"holidays of {year} are not published: the day may move"
        yield f"  {Text(*moves).of(lang)}"
