"""What applies at a place on a day, what was known then, and every instrument with all that rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from hutong.channels.content import Badge, Body, Fact, Facts, Lines, Link, Note, Rows
from hutong.channels.sheet import page_url
from hutong.channels.web.frame import Way, show, viewer_of
from hutong.core.errors import NotFound
from hutong.core.jurisdiction import law
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.law.decision import doubts
from hutong.law.engine.calendar import term_at
from hutong.law.engine.dated import Context, entry_at
from hutong.law.engine.kinds import RATE
from hutong.law.engine.model import (
    EVIDENCE,
    LIMIT_KINDS,
    LIMIT_UNITS,
    NOTHING,
    STATUS,
    Covered,
    Entry,
    Instrument,
    Limit,
    Parameter,
    Programme,
    Rule,
    Term,
    Variant,
)
from hutong.law.engine.model import INSTRUMENT_KINDS as KINDS
from hutong.law.register import KINDS as USES
from hutong.law.register import Use, uses
from hutong.law.speech import Speech
from hutong.law.telling import EXTENDED, IF_LATE, NOT_COUNTED
from hutong.lawbook.asked import (
    ARTICLE,
    Asked,
    asked,
    book,
    cite,
    place_label,
    ways,
)

FIGURES, LIMITS = "figures", "limits"
IF_LATE_TOLD = Label("逾期：{0}，告知{1}", "if late: {0}; told: {1}")
TITLE = Label("政策依据", "The law")
ENTER_IT = Label("本地标准未录入，请录入", "not entered: enter the standard of this place")
FLOOR = Label("上级所定最低标准：{0}（不是本地标准）", "the least a wider place allows: {0} (not the standard here)")
READ_IN_PART = Label("本文件未读全文：{0}", "the whole text was not read: {0}")
NOT_CARRIED = Label("未载入", "not carried")
SHARE_OF = Label("{1}的{0}", "{0} of: {1}")


def book_page(request: HttpRequest) -> HttpResponse:
    """Everything in force for a place on a day, one family at a time."""
    viewer = viewer_of(request)
    question = asked(viewer, request.GET)
    families = family_titles()
    family = request.GET.get("family", "")
    family = family if family in families else next(iter(families))
    page = Page(viewer, question, family)
    context = {
        "ways": ways("law.book"),
        "asked": question,
        "families": [(name, words, name == family) for name, words in families.items()],
        "family": family,
        "notes": list(page.notes()),
        "sections": [(title, bodies) for title, bodies in page.sections() if bodies],
    }
    return show(request, "lawbook/book.html", context, title=TITLE.text(viewer.locale))


def family_titles() -> dict[str, Label]:
    """Programmes by name, then the figures no programme uses, then the time limits."""
    found = {name: programme.title for name, programme in book().programmes.items()}
    return found | {FIGURES: Label("其他标准", "Other figures"), LIMITS: Label("办理期限", "Time limits")}


class Page:
    """One family for one question."""

    def __init__(self, viewer: Viewer, question: Asked, family: str) -> None:
        self.asked = question
        self.family = family
        self.lang = viewer.locale
        self.speech = Speech(book())
        self.context: Context = law().context(question.codes, question.on, question.known)

    def notes(self) -> Iterator[Note]:
        """Whether the law is entered for that day, and what knowledge counts."""
        if self.asked.on < law().resolver.begins:
            begins = law().resolver.begins
            yield Note(Label("系统所载规定自{0}起。", "The law entered here begins on {0}.").filled(begins), "warn")
        if self.asked.place_id is None:
            yield Note(Label("未选地点，以下为全国规定。", "No place chosen: the law of the country."), "plain")
        if self.asked.known is not None:
            known = self.asked.known
            yield Note(Label("标准按截至{0}已知的数值。", "Figures as they were known on {0}.").filled(known))

    def sections(self) -> Iterator[tuple[Label, Sequence[Body]]]:
        if self.family == LIMITS:
            yield Label("办理期限", "Time limits"), self.limits(book().limits.values())
            return
        if self.family == FIGURES:
            yield Label("其他标准", "Other figures"), self.figures(unused_figures())
            return
        program = law().explainer(self.family).program
        yield Label("标准与参数", "Figures"), self.figures(program.parameters)
        yield Label("规则", "Rules"), self.rules(program.rules)

    # figures ----------------------------------------------------------------------------------------------------------
    def figures(self, parameters: Iterable[Parameter]) -> list[Body]:
        heads = [Label("标准", "Figure"), Label("数值", "Value"), ARTICLE, HISTORY]
        rows = [self.figure(parameter) for parameter in parameters]
        return [Rows(heads, rows)] if rows else []

    def figure(self, parameter: Parameter) -> list[Any]:
        entry = self.context.entries.get(parameter.name)
        history = self.history(self.entries(parameter), entry, lambda item: self.worth(parameter, item))
        if entry is None:
            floor = self.context.floors.get(parameter.name)
            nothing = ENTER_IT if parameter.own else Label("没有数值", "no value")
            least = [FLOOR.filled(self.worth(parameter, floor))] if floor else []
            told = Lines([nothing, *least, *self.learned(parameter, entry)])
            return [parameter.title, told, self.basis(floor) if floor else "", history]
        said = [Badge(doubt, "warn") for doubt in doubts(entry, self.asked.on)]
        value = Lines([*self.amounts(parameter, entry), *said, *self.learned(parameter, entry)])
        return [parameter.title, value, self.basis(entry), history]

    def amounts(self, parameter: Parameter, entry: Entry) -> Iterator[Label]:
        """What it comes to here; of a share first the share."""
        yield self.worth(parameter, entry)
        if entry.share_of and self.context.values[parameter.name] is not None:
            yield self.speech.value(self.context.values[parameter.name], parameter.kind)

    def worth(self, parameter: Parameter, entry: Entry) -> Label:
        """An amount; a share as what part it is of what; the least as such."""
        if entry.share_of:
            return SHARE_OF.filled(self.speech.value(entry.value, RATE), self.speech.title(entry.share_of))
        return self.speech.value(entry.value, parameter.kind)

    def learned(self, parameter: Parameter, entry: Entry | None) -> Iterator[Label | Badge]:
        """When the value became known, and what is known of the day by now."""
        if entry is not None and entry.known != entry.start:
            yield Label("{0}知悉", "known from {0}").filled(entry.known)
        later = entry_at(parameter, self.asked.codes, self.asked.on, None)
        if later is not None and later is not entry:
            worth = self.worth(parameter, later)
            yield Badge(Label("{0}后知悉：{1}", "known since {0}: {1}").filled(later.known, worth), "info")

    def entries(self, parameter: Parameter) -> list[Entry]:
        return [entry for entry in parameter.entries if entry.place in self.asked.codes]

    # rules ------------------------------------------------------------------------------------------------------------
    def rules(self, rules: Iterable[Rule]) -> list[Body]:
        heads = [Label("规则", "Rule"), Label("内容", "What it says"), ARTICLE, HISTORY]
        alike: dict[str, list[Rule]] = {}
        for rule in rules:
            alike.setdefault(str(rule.mark), []).append(rule)  # one text for father and mother
        rows = [self.rule(group) for group in alike.values()]
        return [Rows(heads, rows)] if rows else []

    def rule(self, group: Sequence[Rule]) -> list[Any]:
        rule = group[0]
        variant = self.context.variants.get(rule.name)
        local = [other for other in rule.variants if other.place in self.asked.codes]
        history = self.history(local, variant, lambda item: "")
        called = Lines([Link(one.title, page_url("law.rule", name=one.name)) for one in group])
        if variant is None:
            return [called, Label("当日没有规定", "nothing on that day"), "", history]
        return [called, self.speech.formula(variant.expr), self.basis(variant), history]

    # limits -----------------------------------------------------------------------------------------------------------
    def limits(self, limits: Iterable[Limit]) -> list[Body]:
        heads = [Label("期限", "Limit"), Label("长度", "Length"), ARTICLE, HISTORY]
        rows = [self.limit(limit) for limit in limits if self.terms(limit)]
        return [Rows(heads, rows)] if rows else []

    def terms(self, limit: Limit) -> list[Term]:
        return [term for term in limit.terms if term.place in self.asked.codes]

    def limit(self, limit: Limit) -> list[Any]:
        term = term_at(limit, self.asked.codes, self.asked.on)
        history = self.history(self.terms(limit), term, length)
        called = Lines([limit.title, *running(limit)])
        return [called, length(term), self.basis(term), history]

    # shared -----------------------------------------------------------------------------------------------------------
    def basis(self, item: Entry | Variant | Term) -> Lines:
        """The article; then where and from when to when it applies."""
        until = f"–{item.end}" if item.end else Label("起", " on")
        applies = Label("{0} {1}{2}", "{0} {1}{2}").filled(place_label(item.place), item.start, until)
        return Lines([*cite(item.basis), applies])

    def history(self, items: Sequence[Any], current: Any, worth: Any) -> Lines | str:
        """Earlier and later ones of this place and those around it; each leads to its first day."""
        others = sorted((item for item in items if item is not current), key=lambda item: item.start)
        return Lines([self.other(item, worth(item)) for item in others]) if others else ""

    def other(self, item: Any, worth: Any) -> Link:
        place = place_label(item.place).text(self.lang)
        said = worth.text(self.lang) if isinstance(worth, Label) else worth
        text = " ".join(part for part in (item.start.isoformat(), place, said) if part)
        return Link(text, self.asked.url("law.book", on=item.start, family=self.family))


HISTORY = Label("先后及其他层级", "Before, after, other levels")


def running(limit: Limit) -> Iterator[Label]:
    """From when a limit counts, what stops or lengthens it, what lateness does and who is told."""
    start, stop, more, late = limit.counts_from, limit.pause, limit.extension.title, limit.breach
    yield Label("自{0}（{1}）", "from: {0} ({1})").filled(start, Label(*LIMIT_KINDS[limit.kind]))
    if stop != NOTHING:
        yield NOT_COUNTED.filled(stop)
    if more != NOTHING:
        yield EXTENDED.filled(more)
    if late != NOTHING:
        told = book().offices_named(limit.tell)
        yield IF_LATE_TOLD.filled(late, told) if told else IF_LATE.filled(late)


def length(term: Term) -> Label:
    """How long a limit is."""
    return LIMIT_UNITS[term.calendar].filled(term.length)


def unused_figures() -> list[Parameter]:
    """Figures that no programme uses: kept, shown, asked for by name."""
    used = {p.name for name in book().programmes for p in law().explainer(name).program.parameters}
    return [parameter for parameter in book().parameters.values() if parameter.name not in used]


def acts_page(request: HttpRequest) -> HttpResponse:
    """The register of instruments, one kind at a time."""
    viewer = viewer_of(request)
    resting = counted()
    held = {kind: [act for act in book().instruments.values() if act.kind == kind] for kind in KINDS}
    chosen = request.GET.get("kind", "law")
    chosen = chosen if held.get(chosen) else next(kind for kind in KINDS if held[kind])
    heads = [Label("文件", "Instrument"), Label("文号", "Number"), Label("日期", "Date"), Label("效力", "Status")]
    heads += [Label("证据", "Evidence"), Label("所载条目", "Rests on it")]
    rows = [act_row(act, resting.get(act.id, 0)) for act in held[chosen]]
    context = {
        "ways": ways("law.acts"),
        "kinds": [
            Way(Label("{0} {1}", "{0} {1}").filled(KINDS[kind], len(acts)), f"?kind={kind}", kind == chosen)
            for kind, acts in held.items()
            if acts
        ],
        "sections": [(KINDS[chosen], [Rows(heads, rows, numeric=frozenset({5}))])],
    }
    title = Label("文件登记", "Register of instruments").text(viewer.locale)
    crumbs = [Way(TITLE.text(viewer.locale), page_url("law.book"))]
    return show(request, "lawbook/acts.html", context, title=title, crumbs=crumbs)


def counted() -> dict[str, int]:
    """How much rests on each instrument."""
    found: dict[str, int] = {}
    for use in uses(book()):
        found[use.basis.act] = found.get(use.basis.act, 0) + 1
    return found


def act_row(act: Instrument, resting: int) -> list[Any]:
    called = Link(act.title, page_url("law.act", act=act.id))
    return [called, act.number, act.day or "", status(act), letter(act), resting]


def status(act: Instrument) -> Badge:
    good = act.status == "in_force"
    return Badge(STATUS[act.status], "good" if good else "plain" if act.status == "unknown" else "warn")


def letter(act: Instrument) -> Any:
    return Lines([act.evidence, Label(*EVIDENCE[act.evidence])])


def act_page(request: HttpRequest, act: str) -> HttpResponse:
    """One instrument with all that rests on it."""
    viewer = viewer_of(request)
    found = book().instruments.get(act)
    if found is None:
        raise NotFound()
    facts = Facts(
        [
            Fact(Label("文号", "Number"), found.number),
            Fact(Label("日期", "Date"), found.day),
            Fact(Label("效力", "Status"), status(found)),
            Fact(Label("证据", "Evidence"), letter(found)),
            Fact(Label("类别", "Kind"), KINDS[found.kind]),
            *([Fact(Label("最近核对", "Last compared"), compared(found))] if found.compared else ()),
            *([Fact(Label("注", "Note"), found.note)] if found.note else ()),
        ]
    )
    heads = [Label("条目", "Item"), Label("名称", "Called"), Label("地点", "Place"), Label("自", "From")]
    heads += [Label("至", "Until"), Label("条款", "Article"), Label("证据", "Evidence")]
    rows = [use_row(use, viewer.locale) for use in uses(book()) if use.basis.act == act]
    empty = Label("没有条目依据本文件。", "Nothing rests on it.")
    context = {
        "ways": ways("law.acts"),
        "sections": [
            (Label("文件", "Instrument"), [facts]),
            *covered(act),
            (Label("依据本文件的条目", "What rests on it"), [Rows(heads, rows, empty=empty)]),
        ],
    }
    register = Label("文件登记", "Register of instruments").text(viewer.locale)
    crumbs = [Way(TITLE.text(viewer.locale), page_url("law.book")), Way(register, page_url("law.acts"))]
    title = found.title.text(viewer.locale)
    return show(request, "lawbook/acts.html", context, title=title, crumbs=crumbs)


def covered(act: str) -> list[tuple[Label, list[Any]]]:
    """What the instrument regulates, and where each of these things stands or why it does not."""
    table = book().coverage.get(act)
    if table is None:
        return []
    heads = [Label("规定事项", "It regulates"), Label("条款", "Article"), Label("载于", "Stands in")]
    rows = [
        [Lines([s.title for s in row.subjects]), row.article, Lines(standing(row)) if row.stands else absent(row)]
        for row in table.rows
    ]
    part = [Note(READ_IN_PART.filled(table.unread), "warn")] if table.unread else []
    return [(Label("所规定的事项", "What it regulates"), [*part, Rows(heads, rows)])]


def absent(row: Covered) -> Lines:
    """That it is not carried, and why."""
    return Lines([Badge(NOT_CARRIED, "plain"), row.because])


def standing(row: Covered) -> list[Any]:
    """The rules, limits, figures and programmes where it stands, each once; a rule of each parent by its own link."""
    held: dict[str, Programme | Limit | Parameter] = {**book().programmes, **book().limits, **book().parameters}
    rules = book().rules
    return [Link(rules[n].title, page_url("law.rule", name=n)) if n in rules else held[n].title for n in row.stands]


def compared(act: Instrument) -> Lines:
    """When what rests on it was last held against a text, and against which."""
    return Lines([act.compared, act.compared_by])


def use_row(use: Use, lang: str) -> list[Any]:
    item = book().rules.get(use.name) or book().parameters.get(use.name) or book().limits.get(use.name)
    called: Any = item.title if item is not None else USES[use.kind]
    if use.name in book().rules:
        called = Link(called, page_url("law.rule", name=use.name))
    mark = Lines([use.basis.evidence, Badge(use.basis.doubt, "warn")]) if use.basis.doubt else use.basis.evidence
    kind = USES[use.kind]
    return [kind, called, place_label(use.place), use.start, use.end or "", use.basis.article, mark]
