"""Corrections of how the law was read, with the decisions, letters and limits in reach that were made before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from hutong.benefits.models import Determination
from hutong.benefits.queries.corrections import Reread, letters, limits, reread
from hutong.benefits.screens.explained import may_explain
from hutong.benefits.screens.labels import badge, child_of
from hutong.benefits.terms import RECOGNISED, Outcome
from hutong.channels.content import Body, Fact, Facts, Fen, Lines, Link, Note, Rows
from hutong.channels.sheet import page, page_url, record_url, sheet_of
from hutong.channels.web.frame import show, viewer_of
from hutong.core.audit.journal import journal
from hutong.core.clocks import limit_words
from hutong.core.jurisdiction import law
from hutong.core.models import Clock
from hutong.core.terms import JournalKind, Label
from hutong.core.viewer import Viewer
from hutong.law.engine.model import Correction
from hutong.org.terms import Role

READERS = (Role.COUNTY_OFFICER, Role.CITY_OFFICER, Role.PROVINCE_OFFICER, Role.AUDITOR)
TITLE = Label("规定理解的更正", "Corrections of the law")
NONE = Note(Label("辖区内没有涉及的决定、文书或期限。", "No decision, letter or limit in reach is touched."), "good")
ASKS = Label("待查明：{0}", "to be asked: {0}")
DECISIONS = Label("按现行理解结论不同的决定，请逐件复查", "Decisions on which the law now says otherwise: look at each")
PAPERS = Label("已发出的文书载有此前的告知，仍可救济", "Letters that were sent with the former words, still open")
OLDER, GO_ON = Label("更早的决定", "Older decisions"), Label("继续查看", "Go on")
RUNNING = Label("按此前理解起算、仍在计算的期限", "Limits begun under the other reading that still run")


@page(
    "benefits/corrections/",
    name="benefits.corrections",
    roles=READERS,
    title=(TITLE.zh, TITLE.en),
    area="allowance",
    rank=90,
)
def corrections_page(request: HttpRequest) -> HttpResponse:
    """Every correction, the latest found first, with what it touches here. Nothing is changed by looking."""
    viewer = viewer_of(request)
    journal(viewer, JournalKind.LISTED, what="benefits.corrections")
    before = request.GET.get("before", "")
    asked = reread(viewer, int(before) if before.isdigit() and len(before) < 19 else 0)
    differing = [one for one in asked.found if may_explain(viewer, one.decision)]
    known = sorted(law().law.corrections.values(), key=lambda one: one.found, reverse=True)
    sections = [(one.title, of_correction(viewer, one, differing)) for one in known]
    if asked.older:
        sections.append(
            (OLDER, [Facts([Fact(GO_ON, Link(OLDER, page_url("benefits.corrections", before=asked.older)))])])
        )
    return show(request, "lawbook/acts.html", {"sections": sections}, title=TITLE.text(viewer.locale))


def of_correction(viewer: Viewer, one: Correction, differing: Sequence[Reread]) -> list[Body]:
    """What was read how, and the records that rest on it."""
    until = one.end or one.found
    told: list[Body] = [
        Facts(
            [
                Fact(Label("此前的理解", "Read before"), one.before),
                Fact(Label("现在的理解", "Read now"), one.now),
                Fact(Label("涉及的日期", "Days touched"), Lines([one.start, until])),
                Fact(Label("发现日期", "Found on"), one.found),
                Fact(Label("依据", "Basis"), Link(_basis(one), page_url("law.act", act=one.basis.act))),
            ]
        )
    ]
    ours = [each for each in differing if each.rules & set(one.rules) and one.covers(each.decision.decided_on)]
    found = [_decisions(viewer, ours), _letters(viewer, letters(viewer, one)), _limits(viewer, limits(viewer, one))]
    return told + ([body for bodies in found for body in bodies] or [NONE])


def _basis(one: Correction) -> Label:
    act = law().law.instruments[one.basis.act]
    return Label("{0}{1}", "{0} {1}").filled(act.title, one.basis.article)


def _decisions(viewer: Viewer, found: Sequence[Reread]) -> list[Body]:
    heads = [Label("决定", "Decision"), Label("儿童", "Child"), Label("当时", "Then"), Label("现在", "Now")]
    rows = [[_link(one.decision), child_of(viewer, one.decision), _then(one.decision), _now(one)] for one in found]
    return [Note(DECISIONS, "warn"), Rows(heads, rows)] if rows else []


def _letters(viewer: Viewer, found: Sequence[Determination]) -> list[Body]:
    heads = [Label("文书", "Letter"), Label("儿童", "Child"), Label("结果", "Outcome"), Label("日期", "Date")]
    rows = [[_link(one), child_of(viewer, one), badge(one.outcome), one.decided_on] for one in found]
    return [Note(PAPERS, "warn"), Rows(heads, rows)] if rows else []


def _limits(viewer: Viewer, found: Sequence[tuple[Clock, Any]]) -> list[Body]:
    heads = [
        Label("期限", "Limit"), Label("事项", "Work"), Label("起算日", "Counts from"),
        Label("届满日", "Ends"), Label("按现行理解", "By the present reading"),
    ]  # fmt: skip
    rows = [[limit_words(one), _work(viewer, one), one.from_on, one.due_on, due] for one, due in found]
    return [Note(RUNNING, "warn"), Rows(heads, rows)] if rows else []


def _link(decision: Determination) -> Link:
    return Link(decision.document_no, record_url(decision))


def _work(viewer: Viewer, clock: Clock) -> Any:
    """The record on which the limit runs."""
    sheet = sheet_of(clock.on_label)
    title = Label(*sheet.title).text(viewer.locale) if sheet else clock.on_label
    return Link(f"{title} {clock.on_id}", record_url(clock.on_label, clock.on_id)) if sheet else title


def _then(decision: Determination) -> Any:
    """What was decided, with its sum where it was a recognition."""
    words = Outcome(decision.outcome)
    return Lines([words, Fen(decision.amount_fen or 0)]) if words in RECOGNISED else words


def _now(one: Reread) -> Any:
    """What the law says now, or what it has to be told first."""
    outcome, amount = one.now.outcome, one.now.values["amount"]
    if outcome is None:
        return Lines([ASKS.filled(missing.title) for missing in one.now.ask])
    kind = law().law.rules["outcome"].kind.name
    said = law().law.words[kind, str(outcome)]
    return Lines([said, Fen(int(amount))]) if isinstance(amount, int) and outcome != "refuse" else said
