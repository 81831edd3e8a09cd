"""What an auditor looks through: who did what, who looked and was refused, and whether the record is sealed.

They tell acts, never contents: no reasons, no notes, nothing of the persons the acts were about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from hutong.channels.content import Badge, Body, Counts, Fact, Facts, Link, Rows, Tone
from hutong.channels.lookup import staff
from hutong.channels.reading import midnight
from hutong.channels.sheet import PAGES, SHEETS, Column, Filter, Sheet, record_url, sheet_of
from hutong.channels.words import action_title
from hutong.core.action import ACTIONS
from hutong.core.models import Block, Entry, JournalLine, User
from hutong.core.terms import JournalKind, Label
from hutong.core.viewer import SYSTEM, Viewer

YEAR, MONTH = timedelta(days=365), timedelta(days=30)
NAMELESS = (JournalKind.LOGIN, JournalKind.LOGIN_FAILED, JournalKind.PASSWORD)
"""Their `what` is an account, or what somebody typed instead of one (now and then a password)."""


# What was done


def entries_of(viewer: Viewer) -> QuerySet[Entry]:
    """Entries on records inside the reach, and those without a place made by posts inside it."""
    here = Entry.reach.filter(viewer)
    return Entry.objects.filter(here | Q(place_key=None, post_id__in=staff().posts_in(viewer)))


def departures(viewer: Viewer) -> QuerySet[Entry]:
    """Entries in which an officer departed from the law's advice, with reasons."""
    return entries_of(viewer).filter(notes__departed=True)


def _record(viewer: Viewer, label: str, pk: int | None) -> Any:
    """A record by its kind and number, leading to its page where it has one; the page decides what is seen."""
    if not label or pk is None:
        return None
    sheet = sheet_of(label)
    if sheet is None:
        return None
    return Link(f"{Label(*sheet.title).text(viewer.locale)} {pk}", record_url(sheet.model, pk))


def _verbs(viewer: Viewer) -> Sequence[tuple[str, str]]:
    return sorted(((name, action_title(name, viewer.locale)) for name in ACTIONS), key=lambda pair: pair[1])


def _departed(viewer: Viewer, entry: Entry) -> Any:
    return Badge(Label("偏离系统建议", "Departed from the advice"), "warn") if entry.notes.get("departed") else None


def _who(viewer: Viewer, entry: Entry) -> Any:
    return staff().role(SYSTEM) if entry.role == SYSTEM else entry.viewer_name


ENTRIES = Sheet(
    "core.entries",
    Entry,
    title=("办理记录", "Entry"),
    plural=("办理留痕", "What was done"),
    columns=(
        Column("happened_at"),
        Column("viewer_name", value=_who, needs=("viewer_name",)),
        Column("role", value=lambda viewer, entry: staff().role(entry.role)),
        Column("action", value=lambda viewer, entry: action_title(entry.action, viewer.locale)),
        Column("on", ("对象", "On"), lambda v, e: _record(v, e.on_label, e.on_id), needs=("on_label", "on_id")),
        Column("place_key"),
        Column("departed", ("偏离建议", "Departure"), _departed, needs=("notes",)),
    ),
    filters=(
        Filter("action", choices=_verbs),
        Filter("viewer_name", kind="text", apply=lambda rows, text, viewer: rows.filter(viewer_name__startswith=text)),
        Filter("happened_at", ("期间", "Period")),
        Filter("place_key"),
        Filter(
            "departed",
            ("偏离建议", "Departure"),
            choices=lambda viewer: [("true", Label("仅偏离建议", "Departures only").text(viewer.locale))],
            apply=lambda rows, text, viewer: rows.filter(notes__departed=True),
        ),
    ),
    rows=entries_of,
    empty=("此条件下没有办理记录。", "Nothing was done that matches."),
)


# Who looked, and who was turned away


def lines_of(viewer: Viewer) -> QuerySet[Any]:
    """Journal lines of the posts inside the reach, each with the name of its account."""
    name = User.objects.filter(pk=OuterRef("user_id")).values("name")[:1]
    return JournalLine.objects.filter(post_id__in=staff().posts_in(viewer)).annotate(name=Subquery(name))


def _looked_at(viewer: Viewer, line: JournalLine) -> Any:
    if line.kind in NAMELESS:
        return None
    sheet, page = SHEETS.get(line.what) or OWN.get(line.what), PAGES.get(line.what)
    if sheet is not None:
        return Label(*sheet.plural)
    if page is not None:
        return Label(*page.title)
    return Label("材料", "A paper") if line.what == "file" else action_title(line.what, viewer.locale)


def _by_person(rows: QuerySet[Any], text: str, viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(name__startswith=text)


JOURNAL = Sheet(
    "core.journal",
    JournalLine,
    title=("日志", "Journal line"),
    plural=("查阅与拒绝日志", "Looking and refusals"),
    columns=(
        Column("happened_at"),
        Column("kind"),
        Column("name", ("人员", "Who"), lambda viewer, line: line.name, needs=("actor", "purpose")),
        Column("what", ("事项或页面", "Page or action"), _looked_at),
        Column("on", ("对象", "On"), lambda v, j: _record(v, j.on_label, j.on_id), needs=("on_label", "on_id")),
        Column("count", numeric=True),
    ),
    filters=(
        Filter("kind"),
        Filter("name", ("人员", "Who"), kind="text", apply=_by_person),
        Filter("happened_at", ("期间", "Period")),
    ),
    rows=lines_of,
    empty=("此条件下没有日志。", "Nothing in the journal matches."),
)


OWN = {sheet.name: sheet for sheet in (ENTRIES, JOURNAL)}
"""Lists drawn on pages, which are never registered."""


# What both begin with


def numbers(viewer: Viewer) -> Body:
    """Departures of a year; refusals and exports of a month; each leads to its lines."""
    departed = departures(viewer).filter(happened_at__gte=_year_ago(viewer)).count()
    since = midnight(viewer.today - MONTH)
    kinds = lines_of(viewer).filter(happened_at__gte=since).order_by().values("kind").annotate(number=Count("id"))
    counts = {row["kind"]: row["number"] for row in kinds}
    labels = {
        JournalKind.REFUSED: Label("近30天被拒绝", "Refused in 30 days"),
        JournalKind.NOT_FOUND: Label("近30天范围外或不存在", "Outside reach or absent in 30 days"),
        JournalKind.EXPORTED: Label("近30天导出", "Exports in 30 days"),
    }
    month = f"happened_at_from={since:%Y-%m-%d}"
    first: tuple[Any, Any, str, Any, Tone] = (
        Label("近12个月偏离系统建议", "Departures in 12 months"),
        departed,
        f"{ENTRIES.url}?departed=true&happened_at_from={_year_ago(viewer):%Y-%m-%d}",
        "",
        "plain",
    )
    rest: list[tuple[Any, Any, str, Any, Tone]] = [
        (text, counts.get(kind, 0), f"{JOURNAL.url}?kind={kind}&{month}", "", "plain") for kind, text in labels.items()
    ]
    return Counts([first, *rest])


def _year_ago(viewer: Viewer) -> datetime:
    return midnight(viewer.today - YEAR)


def by_action(viewer: Viewer) -> Rows:
    """Departures of the last 12 months, by the act in which they were made."""
    since = _year_ago(viewer)
    rows = departures(viewer).filter(happened_at__gte=since).order_by().values("action").annotate(number=Count("id"))
    address = f"{ENTRIES.url}?departed=true&happened_at_from={since:%Y-%m-%d}&action="
    cells = [
        [Link(action_title(row["action"], viewer.locale), address + row["action"]), row["number"]]
        for row in sorted(rows, key=lambda row: (-row["number"], row["action"]))
    ]
    return Rows([Label("事项", "What"), Label("次数", "Times")], cells, numeric=frozenset({1}))


def seal_state() -> Body:
    """The last sealed block, and what happened since; `verify-audit` on the server proves the whole chain."""
    last = Block.objects.order_by("-id").first()
    after = Entry.objects.filter(txid__gte=last.to_txid if last else 0).count()
    facts = [Fact(Label("尚未封存的办理记录", "Entries not sealed yet"), after)]
    if last is None:
        return Facts([Fact(Label("最近封存", "Last seal"), Label("尚无", "none yet")), *facts])
    size = Label(
        f"办理 {last.entries} 条，变更 {last.changes} 条，日志 {last.journal} 条",
        f"{last.entries} entries, {last.changes} changes, {last.journal} journal lines",
    )
    proof = Label("由系统管理员运行 ./hutong verify-audit 核验全部封存", "./hutong verify-audit proves all seals")
    return Facts(
        [
            Fact(Label("最近封存", "Last seal"), last.sealed_at),
            Fact(Label("封存序号", "Block"), last.pk, size),
            Fact(Label("封存摘要", "Head"), bytes(last.head).hex()[:16], proof),
            *facts,
        ]
    )
