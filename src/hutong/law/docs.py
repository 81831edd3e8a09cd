"""docs/law: the whole law as pages, generated from the law files; a test keeps them current."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from .elements import Elements, Shown
from .engine.expr import Const
from .engine.kinds import RATE, Kind, Value
from .engine.model import EVIDENCE, LIMIT_KINDS, Basis, Entry, Law, Limit, Programme, Rule, Run, Term, Variant
from .jurisdiction import jurisdiction
from .register import rests_on
from .speech import NOT, Speech

NOTE = "Generated from the law files by `hutong docs`; do not edit.\n"


def write(folder: Path) -> list[Path]:
    """Write all pages; returns their paths."""
    found = []
    for name, text in pages().items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        found.append(path)
    return found


def pages() -> dict[str, str]:
    """Every page by file name."""
    law = jurisdiction("cn").law
    return {
        "README.md": _join(index(law)),
        "rules.md": _join(rules(law)),
        "elements.md": _join(elements(law)),
        "figures.md": _join(figures(law)),
        "facts.md": _join(facts(law)),
        "reasons.md": _join(reasons(law)),
        "limits.md": _join(limits(law)),
        "instruments.md": _join(instruments(law)),
        "acts.md": _join(acts(law)),
        "corrections.md": _join(corrections(law)),
    }


def index(law: Law) -> Iterator[str]:
    yield "# The law in force here / 本系统所载规定"
    yield NOTE
    yield "Rules, figures and time limits with what they rest on. A value marked **M** is a default, to be confirmed.\n"
    yield from table(("letter", "证据", "meaning"), [(key, zh, en) for key, (zh, en) in EVIDENCE.items()])
    counts = [
        ("[rules](rules.md)", len(law.rules)),
        ("[figures](figures.md)", sum(len(parameter.entries) for parameter in law.parameters.values())),
        ("[facts](facts.md)", len(law.facts)),
        ("[reasons](reasons.md)", len(law.reasons)),
        ("[time limits](limits.md)", len(law.limits)),
        ("[instruments](instruments.md)", len(law.instruments)),
        ("[what each instrument regulates](acts.md)", len(law.coverage)),
        ("[corrections](corrections.md)", len(law.corrections)),
    ]
    yield ""
    yield from table(("page", "entries"), counts)
    yield "\n[Act by act, element by element](elements.md) 逐条逐项对照: each condition of a rule, and what shows it."
    yield "\n[What is not carried](not_carried.md) 未载入的条款: kept by hand."
    yield "\n## What can be asked / 可以询问的事项\n"
    yield "The law proposes; the office named decides.\n"
    heads = ("programme", "事项", "question", "answers", "decided by")
    yield from table(heads, [asked(law, programme) for programme in law.programmes.values()])


def asked(law: Law, programme: Programme) -> tuple[str, ...]:
    """A programme with its answers, each linked to its formulas, and the offices that decide them."""
    answers = [law.rules[name] for name in programme.outputs]
    links = ", ".join(f"[{rule.title.en}](rules.md#{rule.name.replace('.', '')})" for rule in answers)
    offices = dict.fromkeys(law.offices[office].en for rule in answers for office in rule.decides)
    return f"`{programme.name}`", programme.title.zh, programme.title.en, links, ", ".join(offices)


def rules(law: Law) -> Iterator[str]:
    yield "# Rules / 规则"
    yield NOTE
    yield "`a backed by b`: true only if the paper b shows it; unknown, never false, while b is missing.\n"
    for name in law.order:
        yield from rule_page(law, law.rules[name])


def rule_page(law: Law, rule: Rule) -> Iterator[str]:
    yield f"## {rule.name}"
    yield f"{rule.title.zh} · {rule.title.en} · type {rule.kind.name} · {', '.join(rule.ids)}\n"
    if rule.decides:
        yield f"Only a proposal; decided by {', '.join(law.offices[office].en for office in rule.decides)}.\n"
    for variant in rule.variants:
        yield from variant_part(law, variant, rule.kind)


def variant_part(law: Law, variant: Variant, kind: Kind) -> Iterator[str]:
    place = law.places[variant.place]
    until = variant.end.isoformat() if variant.end else ""
    over = f", instead of {', '.join(variant.over)}" if variant.over else ""
    yield f"**{place.zh} {place.en} ({variant.place}), {variant.start}–{until}**{over} — {basis(law, variant.basis)}\n"
    yield f"```\n{variant.text}\n```"
    for example in variant.examples:
        given = ", ".join(f"{name} = {_value(value)}" for name, value in example.given.items()) or "nothing stated"
        where = f" {example.place}" if example.place != variant.place else ""
        yield f"- {example.on}{where}: {given} → **{_value(example.gives, kind)}**"
    yield ""


def elements(law: Law) -> Iterator[str]:
    """For re-reading: act, article, each condition of a rule, and what follows where it alone decides."""
    yield "# Act by act, element by element / 逐条逐项对照"
    yield NOTE
    yield (
        "缺一不可 *needed*: the answer where it alone is missing. 有一即可 *enough*: the answer where it is there and"
        " decides. —: no example yet. 全文示例见所链接的规则 The whole example stands with the rule.\n"
    )
    by_act: dict[str, list[Variant]] = {}
    rule_of: dict[int, Rule] = {}
    for rule in law.rules.values():
        for variant in rule.variants:
            by_act.setdefault(variant.basis.act, []).append(variant)
            rule_of[id(variant)] = rule
    found: dict[int, list[Shown]] = {}
    for shown in Elements(law).all():
        found.setdefault(id(shown.variant), []).append(shown)
    for act in (act for act in law.instruments.values() if act.id in by_act):
        yield f"\n## {act.title.zh} {act.number}\n{act.title.en} ({act.evidence})\n"
        rows = [
            row
            for variant in by_act[act.id]
            for row in element_rows(law, rule_of[id(variant)], variant, found.get(id(variant), []))
        ]
        yield from table(("条 article", "规则 rule", "地、时 where, when", "要素", "element", "", "示例 answer"), rows)


def element_rows(law: Law, rule: Rule, variant: Variant, found: Sequence[Shown]) -> Iterator[tuple[str, ...]]:
    """A formula with its conditions, one row each."""
    speech = Speech(law)
    until = variant.end.isoformat() if variant.end else ""
    link = f"[{rule.title.zh}](rules.md#{rule.name.replace('.', '')})"
    head = (f"{variant.basis.article} ({variant.basis.evidence})", link, f"{variant.place} {variant.start}–{until}")
    if not found:
        fixed = isinstance(variant.expr, Const)
        yield (*head, *(("无条件", "without condition") if fixed else ("只计算", "computed only")), "", "")
    for shown in found:
        said = speech.formula(shown.element.condition)
        said = said if shown.element.holds else NOT.filled(said)
        role = "缺一不可 needed" if shown.element.needed else "有一即可 enough"
        gives = speech.value(shown.example.gives, rule.kind) if shown.example else None
        answer = f"{gives.text('zh')} {gives.text('en')}" if gives else "—"
        yield (*head, said.text("zh"), said.text("en"), role, answer)


def figures(law: Law) -> Iterator[str]:
    yield "# Figures / 标准与参数"
    yield NOTE
    for parameter in law.parameters.values():
        yield f"## {parameter.name}"
        rule = (
            "the highest of place, city, province and country"
            if parameter.precedence == "highest"
            else "the nearest place"
        )
        own = "; each place sets its own, a least of a wider place is nobody's standard" if parameter.own else ""
        ids = f" · {', '.join(parameter.ids)}" if parameter.ids else ""
        yield f"{parameter.title.zh} · {parameter.title.en} · {rule} applies{own}{ids}\n"
        rows = [
            (
                f"{law.places[entry.place].zh} {entry.place}",
                f"seen in force {entry.start}" if entry.seen else entry.start,
                entry.end or "",
                entry.known,
                entry_value(entry, parameter.kind),
                basis(law, entry.basis),
            )
            for entry in parameter.entries
        ]
        yield from table(("place", "from", "to", "known", "value", "basis"), rows)
        yield ""
    yield "## Published averages (statistics, no standards)"
    money = Kind("money")
    yield from table(
        ("day", "what", "value", "basis"),
        [(entry.start, what.zh, _value(entry.value, money), basis(law, entry.basis)) for entry, what in law.statistics],
    )


def entry_value(entry: Entry, kind: Kind) -> str:
    """An amount, a share of another figure, or the least that places may set."""
    if entry.share_of:
        return f"{_value(entry.value, RATE)} of `{entry.share_of}`"
    return f"{_value(entry.value, kind)}{' (least)' if entry.floor else ''}"


def facts(law: Law) -> Iterator[str]:
    yield "# Facts / 事实"
    yield NOTE
    yield "What is not stated is unknown, never no, except where the last column says otherwise.\n"
    rows = [
        (
            f"`{fact.name}`",
            fact.kind.name,
            fact.title.zh,
            fact.title.en,
            law.offices[fact.ask].en,
            f"{fact.absent}: {fact.because.en}" if fact.absent else "",
        )
        for fact in law.facts.values()
    ]
    yield from table(("fact", "type", "事实", "meaning", "held by", "silence means"), rows)


def reasons(law: Law) -> Iterator[str]:
    yield "# Reasons / 理由"
    yield NOTE
    rows = [
        (f"`{reason.code}`", reason.says.zh, reason.says.en, f"`{reason.text}`", ", ".join(reason.rests_on))
        for reason in law.reasons.values()
    ]
    yield from table(("code", "理由", "reason", "given when", "rests on"), rows)


def limits(law: Law) -> Iterator[str]:
    yield "# Time limits / 期限"
    yield NOTE
    yield "Counted from the day after the event; hours from the moment itself.\n"
    yield from table(("kind", "种类", "meaning"), [(kind, zh, en) for kind, (zh, en) in LIMIT_KINDS.items()])
    yield ""
    rows = [
        (*limit_head(limit), *limit_length(law, limit, term)) for limit in law.limits.values() for term in limit.terms
    ]
    heads = ("id", "limit", "kind", "counts from", "stands still", "may be extended", "place", "length", "example")
    yield from table((*heads, "on breach", "basis"), rows)
    years = ", ".join(f"{y.year}{'' if y.noticed else ' (certain days only)'}" for _, y in sorted(law.holidays.items()))
    yield f"\nHolidays are entered for {years}; other years: weekends only."


def limit_head(limit: Limit) -> tuple[str, ...]:
    """What is the same at every place."""
    more = limit.extension
    longer = f"{more.title.en}: {more.length} {more.calendar}" if more.length else more.title.en
    title = f"{limit.title.zh} {limit.title.en}"
    return f"`{limit.id}`", title, limit.kind, limit.counts_from.en, limit.pause.en, longer


def limit_length(law: Law, limit: Limit, term: Term) -> tuple[str, ...]:
    """What a place has of its own, with its examples."""
    place = law.places[term.place]
    runs = term.examples or [run for run in limit.examples if run.place == term.place]
    tell = ", ".join(law.offices[office].en for office in limit.tell)
    breach = f"{limit.breach.en}; told: {tell}" if tell else limit.breach.en
    shown = "; ".join(limit_run(run) for run in runs)
    return f"{place.zh} {term.place}", f"{term.length} {term.calendar}", shown, breach, basis(law, term.basis)


def limit_run(run: Run) -> str:
    """A worked example in words."""
    pauses = "".join(f", paused {first} to {last}" for first, last in run.pauses)
    return f"{run.start}{pauses}{', extended' if run.extended else ''} → {run.due}"


def instruments(law: Law) -> Iterator[str]:
    yield "# Instruments / 文件"
    yield NOTE
    used = rests_on(law)
    rows = [
        (
            f"`{act.id}`",
            act.title.zh,
            act.title.en,
            act.number,
            act.kind,
            act.day or "",
            act.status,
            act.evidence,
            f"{act.compared}: {act.compared_by.en}" if act.compared else "",
            ", ".join(sorted(used.get(act.id, ()))),
        )
        for act in law.instruments.values()
    ]
    yield from table(
        ("id", "文件", "title", "number", "kind", "date", "status", "ev", "compared", "what rests on it"), rows
    )


def acts(law: Law) -> Iterator[str]:
    yield "# What each instrument regulates / 各文件所规定的事项"
    yield NOTE
    yield "For each instrument on which a rule rests: whom, which levels of school, ages, aid and duties it speaks of,"
    yield "and where each stands in the rules, or why it does not. How far the text is known is said above its table."
    for table_ in law.coverage.values():
        act = law.instruments[table_.act]
        yield f"\n## {act.title.zh} {act.title.en}\n"
        known = (
            f"known in part: {table_.unread.en} / {table_.unread.zh}" if table_.unread else "the whole text was read"
        )
        compared = f"; compared {act.compared}" if act.compared else "; not compared with a text"
        yield f"`{act.id}` {act.number} ({act.evidence}): {known}{compared}.\n"
        rows = [
            (
                "、".join(subject.title.zh for subject in row.subjects),
                ", ".join(subject.title.en for subject in row.subjects),
                row.article,
                ", ".join(f"`{name}`" for name in row.stands),
                f"{row.because.zh} / {row.because.en}" if row.because else "",
            )
            for row in table_.rows
        ]
        yield from table(("规定事项", "regulates", "article", "stands in", "not carried, because"), rows)


def corrections(law: Law) -> Iterator[str]:
    yield "# Corrections / 更正"
    yield NOTE
    yield "Where the law was read otherwise before. What was decided then is listed for people to review.\n"
    rows = [
        (
            one.found,
            f"{one.title.zh} {one.title.en}",
            f"{one.start} to {one.end or one.found}",
            one.before.en,
            one.now.en,
            ", ".join(f"`{name}`" for name in (*one.rules, *one.limits)),
            basis(law, one.basis),
        )
        for one in law.corrections.values()
    ]
    yield from table(("found", "correction", "days touched", "before", "now", "rules and limits", "basis"), rows)


def basis(law: Law, given: Basis) -> str:
    """Act, number, article, evidence letter, note."""
    act = law.instruments[given.act]
    parts = [act.number or act.title.zh, given.article, f"({given.evidence})", given.note.en]
    if given.doubt:
        parts.append(f"**{given.doubt.en}**")
    return " ".join(part for part in parts if part)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """A Markdown table."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |"


def _value(value: Value, kind: Kind | None = None) -> str:
    if value is None:
        return "unknown"
    if kind is not None and isinstance(value, int) and not isinstance(value, bool):
        money = jurisdiction("cn").law.currency
        if kind.name == "money":
            return f"{value / money.factor:.{money.digits}f} {money.word}"
        if kind.name == "rate":
            return f"{value / 100:g} %"
        if kind.name == "exact":
            return f"{value / 10000:g} {money.minor.en}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _join(lines: Iterator[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"
