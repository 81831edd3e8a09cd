"""docs/law: the whole law as pages, generated from the law files; a test keeps them current."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from .engine.kinds import Kind, Value
from .engine.model import EVIDENCE, Basis, Law, Rule, Variant
from .jurisdiction import jurisdiction
from .register import rests_on

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
        "figures.md": _join(figures(law)),
        "facts.md": _join(facts(law)),
        "reasons.md": _join(reasons(law)),
        "deadlines.md": _join(deadlines(law)),
        "instruments.md": _join(instruments(law)),
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
        ("[time limits](deadlines.md)", len(law.deadlines)),
        ("[instruments](instruments.md)", len(law.instruments)),
    ]
    yield ""
    yield from table(("page", "entries"), counts)


def rules(law: Law) -> Iterator[str]:
    yield "# Rules / 规则"
    yield NOTE
    yield "`a backed by b`: true only if the paper b shows it; unknown, never false, while b is missing.\n"
    for name in law.order:
        yield from rule_page(law, law.rules[name])


def rule_page(law: Law, rule: Rule) -> Iterator[str]:
    yield f"## {rule.name}"
    yield f"{rule.title.zh} · {rule.title.en} · type {rule.kind.name} · {', '.join(rule.ids)}\n"
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
        yield f"- {example.on}: {given} → **{_value(example.gives, kind)}**"
    yield ""


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
        yield f"{parameter.title.zh} · {parameter.title.en} · {rule} applies\n"
        rows = [
            (
                f"{law.places[entry.place].zh} {entry.place}",
                entry.start,
                entry.end or "",
                entry.known,
                _value(entry.value, parameter.kind),
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
        [(entry.start, what, _value(entry.value, money), basis(law, entry.basis)) for entry, what in law.statistics],
    )


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
            f"{fact.absent}: {fact.because}" if fact.absent else "",
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


def deadlines(law: Law) -> Iterator[str]:
    yield "# Time limits / 期限"
    yield NOTE
    rows = [
        (
            f"`{deadline.id}`",
            f"{deadline.title.zh} {deadline.title.en}",
            deadline.counts_from.en,
            f"{law.places[term.place].zh} {term.place}",
            f"{term.length} {term.calendar}",
            deadline.pause.en,
            deadline.breach.en,
            basis(law, term.basis),
        )
        for deadline in law.deadlines.values()
        for term in deadline.terms
    ]
    yield from table(("id", "limit", "counts from", "place", "length", "pause", "on breach", "basis"), rows)
    years = ", ".join(str(year) for year in sorted(law.holidays))
    yield f"\nHolidays are entered for {years}; other years: weekends only."


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
            ", ".join(sorted(used.get(act.id, ()))),
        )
        for act in law.instruments.values()
    ]
    yield from table(("id", "文件", "title", "number", "kind", "date", "status", "ev", "what rests on it"), rows)


def basis(law: Law, given: Basis) -> str:
    """Act, number, article, evidence letter, note."""
    act = law.instruments[given.act]
    parts = [act.number or act.title.zh, given.article, f"({given.evidence})", given.note]
    if given.default:
        parts.append("**default, to be confirmed**")
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
        if kind.name == "money":
            return f"{value / 100:.2f} yuan"
        if kind.name == "rate":
            return f"{value / 100:g} %"
        if kind.name == "exact":
            return f"{value / 10000:g} fen"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _join(lines: Iterator[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"
