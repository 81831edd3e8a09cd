"""`hutong law check`: what is doubtful in the law files although they load.

refused     the files do not load (overlaps, two exceptions that both apply, a value without basis, a circle ...)
gap         a place and a time without a value: after the last one, or before the first while a formula needs it
ended       a place whose own value has run out, so that the wider place's applies
unreachable a cell of a table that no case can reach
idle        an exception that departs from nothing
unshown     an element of a formula that no example shows at work (`elements.py`)
repealed    something stands on an instrument that is no longer in force
unverified  an M letter (default, to be confirmed) from which money is computed
backdated   an instrument is applied to days before it was issued, or before it says it `applies`
aged        a place whose newest standard is older than 18 months, and the places that have none
copied      a place whose standard of today was read on no official page
compared    instruments that were not held against a text for a year, or never, by how many rules rest on them
uncovered   an instrument without a table of what it regulates, or a rule resting on it that its table does not name
unread      an instrument of which only a part is known

What a person has to confirm says why in its `note:`; an ended, repealed or unverified item without a note blocks, as
the first kinds, `idle`, `unshown` and `uncovered` always do. `aged`, `copied`, `compared` and `unread` never block:
they are work for whoever looks after the law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from .elements import Elements
from .engine.dated import entry_at, is_aged, latest, variant_at
from .engine.errors import EMPTY, LawError, sentences
from .engine.expr import Const, names
from .engine.folding import Settled, asked
from .engine.kinds import Value, add_months
from .engine.load import overlap
from .engine.load_rules import load
from .engine.model import STATUS, Entry, Law, Term, Variant
from .engine.places import chain
from .engine.reachable import unreachable
from .language import Label
from .register import Use, uses
from .speech import Speech

GONE = ("repealed", "superseded")
INVENTED = ("default", "demo")
YEAR = 12  # months after which an instrument is to be compared again
TELLING = ("press", "guide")  # kinds that tell of what applied already
MONEY = ("money", "exact")
ONE_DAY = timedelta(days=1)
KINDS = {
    "refused": Label("不予接受", "refused"),
    "gap": Label("缺口", "gap"),
    "ended": Label("已届满", "ended"),
    "unreachable": Label("永不适用", "unreachable"),
    "idle": Label("例外落空", "idle"),
    "unshown": Label("未举例", "unshown"),
    "repealed": Label("依据已失效", "repealed"),
    "unverified": Label("未核实", "unverified"),
    "backdated": Label("早于文件", "backdated"),
    "aged": Label("标准已久", "aged"),
    "copied": Label("录自副本", "copied"),
    "compared": Label("久未核对", "compared"),
    "uncovered": Label("未列全", "uncovered"),
    "unread": Label("未读全文", "unread"),
}
MEANT = Label("本意如此：{0}。", "Meant so: {0}.")
SAY_WHY = Label(
    "请补上后续数值，或在“note:”中说明为何没有。", "Add the value that follows, or say in 'note:' why there is none."
)


LIST_IT = Label("请在“coverage:”中列出。", "List it under 'coverage:'.")
MISSING = Label("请补一例：其余条件具备，仅此不具备。", "Add an example in which all but this holds.")
DECIDING = Label("请补一例：此条件具备，且结果由它决定。", "Add an example in which this holds and decides.")


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt. `blocks`: an error; otherwise something a person has to confirm."""

    kind: str
    where: str
    what: Label
    remedy: Label
    blocks: bool = True
    reason: Label = EMPTY

    def text(self, lang: str) -> str:
        told = sentences(self.what, MEANT.filled(self.reason) if self.reason else self.remedy)
        return f"{self.where}: {KINDS[self.kind].text(lang)}: {told.text(lang)}"

    def __str__(self) -> str:
        return self.text("en")


def check(folder: Path, on: date) -> tuple[Law | None, list[Finding]]:
    """Load a folder and judge it on a day; a folder that does not load gives one finding."""
    try:
        law = load(folder)
    except LawError as error:
        return None, [Finding("refused", str(error.mark), error.what, error.remedy)]
    return law, findings(law, on)


def findings(law: Law, on: date) -> list[Finding]:
    """Every doubt about a loaded law, errors first."""
    found = [*gaps(law), *ended(law, on), *needed_before(law), *cells(law), *idle(law), *unshown(law)]
    found += [*repealed(law, on), *unverified(law, on), *backdated(law)]
    found += [*aged(law, on), *copied(law, on), *uncompared(law, on), *uncovered(law), *unread(law)]
    return sorted(found, key=lambda finding: not finding.blocks)


def gaps(law: Law) -> Iterator[Finding]:
    """Days after the first value on which neither the place nor one around it has a value."""
    for parameter in law.parameters.values():
        if not parameter.entries:
            what = Label(f"“{parameter.name}”在任何地方都没有数值", f"'{parameter.name}' has no value anywhere")
            yield Finding("gap", str(parameter.mark), what, Label("请补上“values:”。", "Add 'values:'."))
        for entry in parameter.entries:
            day = entry.end + ONE_DAY if entry.end else None
            if day and not parameter.own and entry_at(parameter, chain(entry.place), day, None) is None:
                what = Label(
                    f"“{parameter.name}”在{entry.place}于{day}没有数值",
                    f"'{parameter.name}' has no value in {entry.place} on {day}",
                )
                remedy = Label("请补上后续数值，或删去“to:”。", "Add the value that follows, or drop 'to:'.")
                yield Finding("gap", str(entry.mark), what, remedy)
    for limit in law.limits.values():
        for term in limit.terms:
            day = term.end + ONE_DAY if term.end else None
            if day and not _measured(limit.terms, term.place, day):
                what = Label(
                    f"期限“{limit.id}”在{term.place}于{day}没有长度",
                    f"limit '{limit.id}' has no length in {term.place} on {day}",
                )
                remedy = Label("请补上后续长度，或删去“to:”。", "Add the length that follows, or drop 'to:'.")
                yield Finding("gap", str(term.mark), what, remedy)


def ended(law: Law, on: date) -> Iterator[Finding]:
    """Places whose own value has run out: since then they have what a wider place sets for them, or nothing."""
    for parameter in law.parameters.values():
        for entry in parameter.entries:
            later = any(other.place == entry.place and other.start > entry.start for other in parameter.entries)
            if entry.end and entry.end < on and not later and len(chain(entry.place)) > 1:
                what = Label(
                    f"{entry.place}的“{parameter.name}”已于{entry.end}届满",
                    f"'{parameter.name}' of {entry.place} ended on {entry.end}",
                )
                yield Finding("ended", str(entry.mark), what, SAY_WHY, not entry.basis.note, entry.basis.note)


def _measured(terms: tuple[Term, ...], place: str, day: date) -> bool:
    return any(term.place in chain(place) and overlap(term.start, term.end, day, day) for term in terms)


def cells(law: Law) -> Iterator[Finding]:
    """Rows of tables that never apply."""
    for rule in law.rules.values():
        for variant in rule.variants:
            for at in unreachable(variant.expr):
                what = Label(
                    f"“{rule.name}”的表中第{at + 1}行永不适用",
                    f"row {at + 1} of the table of '{rule.name}' can never apply",
                )
                remedy = Label("请删去，或移到遮住它的那一行之前。", "Remove it, or move it above the row hiding it.")
                yield Finding("unreachable", str(variant.mark), what, remedy)


def idle(law: Law) -> Iterator[Finding]:
    """Exceptions that name a place whose formula never stands beside them."""
    for rule in law.rules.values():
        for variant in rule.variants:
            for place in variant.over:
                others = [other for other in rule.variants if other.place == place and other is not variant]
                if not any(overlap(variant.start, variant.end, other.start, other.end) for other in others):
                    what = Label(
                        f"“{rule.name}”在{variant.place}的例外所偏离的{place}，其时并无公式",
                        f"exception of '{rule.name}' in {variant.place} departs from {place}, which then has none",
                    )
                    remedy = Label("请更正“over:”或日期。", "Correct 'over:' or the dates.")
                    yield Finding("idle", str(variant.mark), what, remedy)


def unshown(law: Law) -> Iterator[Finding]:
    """Elements of a formula without an example in which they alone are missing, or decide."""
    speech = Speech(law)
    for shown in Elements(law).all():
        if shown.example is None:
            name, said = shown.rule.name, speech.formula(shown.element.condition)
            what = Label(f"“{name}”没有示例说明{said.zh}", f"no example of '{name}' shows {said.en}")
            remedy = MISSING if shown.element.needed else DECIDING
            yield Finding("unshown", str(shown.variant.mark), what, remedy)


def needed_before(law: Law) -> Iterator[Finding]:
    """Figures that a formula of a programme needs on a day on which its place has no value yet.

    Country-wide formulas are looked at where the programmes lead on that day; a local exception for itself.
    """
    lacking: dict[tuple[str, str], tuple[date, Variant]] = {}
    for variant, day, settled in _in_use(law):
        for name in asked(variant.expr, settled):
            parameter = law.parameters.get(name)
            if (
                parameter
                and parameter.entries
                and not parameter.own
                and entry_at(parameter, chain(variant.place), day, None) is None
            ):
                lacking.setdefault((name, variant.place), (day, variant))
    for (name, place), (day, variant) in lacking.items():
        what = Label(
            f"“{name}”在{place}于{day}没有数值，而当日的公式需要它",
            f"'{name}' has no value in {place} on {day}, but a formula of that day needs it",
        )
        remedy = Label("请补上数值，或让公式晚些开始。", "Add the value, or let the formula begin later.")
        yield Finding("gap", str(variant.mark), what, remedy)


def _in_use(law: Law) -> Iterator[tuple[Variant, date, Settled]]:
    """Formulas with the days on which they are asked and something may have changed, and the constants of the day."""
    variants = [variant for rule in law.rules.values() for variant in rule.variants]
    days = sorted({v.start for v in variants} | {e.start for p in law.parameters.values() for e in p.entries})
    local = [variant for variant in variants if len(chain(variant.place)) > 1]
    for day in days:
        settled = _settled(law, day)
        yield from ((variant, day, settled) for variant in _reached(law, day, settled))
        yield from ((variant, day, settled) for variant in local if variant.covers(day))


def whole(law: Law) -> tuple[str, ...]:
    """The place that contains all others."""
    return tuple(place for place in law.places if len(chain(place)) == 1)


def _reached(law: Law, day: date, settled: Settled) -> Iterator[Variant]:
    """Formulas that the programmes come to in the country on a day."""
    waiting = [name for programme in law.programmes.values() for name in programme.outputs]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in law.rules and name not in seen:
            variant = variant_at(law.rules[name], whole(law), day)
            if variant is not None:
                yield variant
                waiting += asked(variant.expr, settled)
        seen.add(name)


def _settled(law: Law, day: date) -> Settled:
    """What a rule is where its country-wide formula is a constant and no place departs from it."""

    @cache
    def settled(name: str) -> Value:
        rule = law.rules.get(name)
        variant = variant_at(rule, whole(law), day) if rule else None
        local = rule is not None and any(v.over and v.covers(day) for v in rule.variants)
        return variant.expr.value if variant and not local and isinstance(variant.expr, Const) else None

    return settled


def repealed(law: Law, on: date) -> Iterator[Finding]:
    """What stands on the day although its instrument does not."""
    for use in uses(law):
        act = law.instruments[use.basis.act]
        if act.status in GONE and use.stands(on):
            status = STATUS[act.status]
            what = Label(
                f"{use.said.zh}仍以“{act.id}”为依据，而该文件{status.zh}",
                f"{use.said.en} still rests on '{act.id}', which is {status.en}",
            )
            remedy = Label(
                "请用“to:”结束、改列现行文件，或在“note:”中说明为何仍适用。",
                "End it with 'to:', name the instrument in force, or say in 'note:' why it stands.",
            )
            yield _confirmed(use, "repealed", what, remedy)


def unverified(law: Law, on: date) -> Iterator[Finding]:
    """Formulas and figures of letter M below a rule that computes money."""
    below = _below_money(law)
    for use in uses(law):
        act = law.instruments[use.basis.act]
        if use.name in below and use.stands(on) and use.basis.default and act.status != "invented":
            what = Label(f"{use.said.zh}的证据等级为M，却决定金额", f"{use.said.en} is letter M and decides money")
            remedy = Label(
                "请查阅原文并更正等级，或在“note:”中说明查过什么。",
                "Read the text and correct the letter, or say in 'note:' what was looked for.",
            )
            yield _confirmed(use, "unverified", what, remedy)


def _confirmed(use: Use, kind: str, what: Label, remedy: Label) -> Finding:
    """A doubt that a note settles: without one it blocks."""
    return Finding(kind, str(use.mark), what, remedy, not use.basis.note, use.basis.note)


def backdated(law: Law) -> Iterator[Finding]:
    """Instruments applied to days before those they speak of, one finding each; a note at the place settles it."""
    early: dict[str, list[Use]] = {}
    for use in uses(law):
        act = law.instruments[use.basis.act]
        if act.applies and act.kind not in TELLING and use.start < act.applies and not use.basis.note:
            early.setdefault(act.id, []).append(use)
    for act_id, found in early.items():
        first = min(found, key=lambda use: use.start)
        issued, more = law.instruments[act_id].day, len(found) - 1
        items = Label(
            first.said.zh + (f"等{more + 1}项" if more else ""), first.said.en + (f" and {more} more" if more else "")
        )
        what = Label(
            f"“{act_id}”于{issued}发布，{items.zh}却自{first.start}起以其为依据",
            f"'{act_id}' was issued on {issued}; {items.en} rest on it from {first.start}",
        )
        remedy = Label(
            "请补上此前适用的规定，或在“note:”中说明为何溯及以往。",
            "Add what applied before, or say in 'note:' why it reaches back.",
        )
        yield Finding("backdated", str(first.mark), what, remedy, False)


def aged(law: Law, on: date) -> Iterator[Finding]:
    """Places whose newest standard has stood for more than 18 months; in one line those of the country without any."""
    newest = newest_standards(law, on)
    for place, entry in newest.items():
        if is_aged(entry, on):
            what = Label(
                f"{place}（{law.places[place].zh}）最新的标准自{entry.start}起",
                f"the newest standard of {place} ({law.places[place].en}) is of {entry.start}",
            )
            remedy = Label("请查找并录入现行标准。", "Find and enter the one in force.")
            yield Finding("aged", str(entry.mark), what, remedy, False)
    own = [parameter for parameter in law.parameters.values() if parameter.own]
    without = [place for place in law.places if len(chain(place)) == 2 and place not in newest]
    if own and without:
        zh, en = ("、".join(law.places[p].zh for p in without), ", ".join(law.places[p].en for p in without))
        what = Label(f"没有录入任何标准：{zh}", f"no standard is entered for {en}")
        remedy = Label("请查找并录入其标准。", "Find and enter them.")
        yield Finding("aged", str(own[0].mark), what, remedy, False)


def newest_standards(law: Law, on: date) -> dict[str, Entry]:
    """The newest figure of each place among those every place sets for itself; what has ended counts for nothing."""
    found: dict[str, Entry] = {}
    for parameter in law.parameters.values():
        for place in {entry.place for entry in parameter.entries} if parameter.own else ():
            entry = latest(parameter.entries, place, on, None)
            if entry is not None and not entry.share_of and len(chain(place)) > 1:
                found[place] = max(found.get(place, entry), entry, key=lambda item: item.start)
    return dict(sorted(found.items()))


def copied(law: Law, on: date) -> Iterator[Finding]:
    """Places whose standard of today was read in a copy or in the press."""
    for place, entry in newest_standards(law, on).items():
        if entry.basis.copy:
            act = law.instruments[entry.basis.act]
            day = act.day or entry.start
            what = Label(
                f"{place}（{law.places[place].zh}）的标准并非录自官方网页：{act.title.zh}{act.number}，{day}",
                f"the standard of {place} ({law.places[place].en}) was read on no official page: {act.title.en}",
            )
            remedy = Label("请与原文核对后删去“copy:”。", "Compare it with the text, then drop 'copy:'.")
            yield Finding("copied", str(entry.mark), what, remedy, False)


def uncompared(law: Law, on: date) -> Iterator[Finding]:
    """Instruments that were not held against a text within the year; those never compared in one line."""
    remedy = Label("请核对原文，并在“compared:”中写明。", "Hold it against its text and say so under 'compared:'.")
    texts = [act for act in law.instruments.values() if act.kind not in INVENTED]
    for act in texts:
        if act.compared and add_months(act.compared, YEAR) < on:
            what = Label(
                f"“{act.id}”最近一次核对是{act.compared}（{act.compared_by.zh}）",
                f"'{act.id}' was last compared on {act.compared} ({act.compared_by.en})",
            )
            yield Finding("compared", str(act.mark), what, remedy, False)
    never = [act for act in texts if act.compared is None]
    if never and len(never) < len(texts):
        named = by_weight(law, (act.id for act in never))
        what = Label(
            f"尚未核对的文件（{len(never)}份）：{named}", f"not yet compared with a text ({len(never)}): {named}"
        )
        yield Finding("compared", str(never[0].mark), what, remedy, False)


def by_weight(law: Law, acts: Iterable[str]) -> str:
    """Instruments with the number of rules that rest on them, the heaviest first."""
    rules = ruled(law)
    heavy = sorted(acts, key=lambda act: -len(rules.get(act, ())))
    return ", ".join(f"{act} ({len(rules[act])})" if act in rules else act for act in heavy)


def ruled(law: Law) -> dict[str, set[str]]:
    """The rules that rest on each instrument; what this system set itself is none."""
    found: dict[str, set[str]] = {}
    for use in uses(law):
        if use.kind == "rule" and law.instruments[use.basis.act].kind not in INVENTED:
            found.setdefault(use.basis.act, set()).add(use.name)
    return found


def uncovered(law: Law) -> Iterator[Finding]:
    """Instruments that a rule rests on and whose table is missing or does not name that rule."""
    for act, rules in ruled(law).items() if law.coverage else ():
        table = law.coverage.get(act)
        mark = table.mark if table else law.instruments[act].mark
        absent = sorted(rules - {name for row in table.rows for name in row.stands}) if table else []
        if table is None:
            what = Label(f"“{act}”没有所规定事项的列表", f"'{act}' has no table of what it regulates")
        elif absent:
            named = ", ".join(absent)
            what = Label(f"“{act}”的列表没有提到{named}", f"the table of '{act}' does not name {named}")
        else:
            continue
        yield Finding("uncovered", str(mark), what, LIST_IT)


def unread(law: Law) -> Iterator[Finding]:
    """In one line the instruments of which only a part is known."""
    known = [table for table in law.coverage.values() if table.unread]
    if known:
        named = by_weight(law, (table.act for table in known))
        what = Label(
            f"只读过部分或只见转述的文件（{len(known)}份）：{named}",
            f"known in part or at second hand only ({len(known)}): {named}",
        )
        remedy = Label("请找到全文，补全其列表。", "Find the text and complete its table.")
        yield Finding("unread", str(known[0].mark), what, remedy, False)


def _below_money(law: Law) -> set[str]:
    waiting = [rule.name for rule in law.rules.values() if rule.kind.name in MONEY]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            if name in law.rules:
                waiting += [used for variant in law.rules[name].variants for used in names(variant.expr)]
    return found
