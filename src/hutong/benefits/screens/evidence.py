"""The evidence beside a decision: what the law advises and why, the parents' facts, the papers, the township's view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from hutong.benefits.models import Application, Determination, Proof
from hutong.benefits.queries.advice import office_name
from hutong.benefits.screens.labels import badge, labels, paper_cell
from hutong.channels.content import Body, Fact, Facts, Fen, Lines, Month, Note, Rows, Tone
from hutong.channels.panels import facts_of
from hutong.core.access import MASK, may_read, shown
from hutong.core.record import label_of, labels_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.law.telling import citation, words
from hutong.people.models import Child, ParentFact
from hutong.people.queries.children import child_behind
from hutong.people.terms import FactState

SAID = {
    "recognise": (Label("规则建议：予以确认并发放", "The law advises: recognise and pay"), "good"),
    "recognise_pay_0": (Label("规则建议：予以确认，补差为零", "The law advises: recognise, nothing to pay"), "good"),
    "refuse": (Label("规则建议：不予确认", "The law advises: refuse"), "bad"),
    "cannot_decide": (Label("事实不全，暂不能判断", "Facts are missing: it cannot be told yet"), "warn"),
}
ADVICE = Label("规则建议与依据", "What the law advises, and why")
PARENTS, PAPERS = Label("父母情况", "The parents"), Label("材料", "Papers")
TO_CONFIRM = Label("{0}（默认值，待确认）", "{0} (default, to be confirmed)")


def article(basis: Mapping[str, Any]) -> Label:
    """An article as it is cited, marked where nobody has read its text."""
    return TO_CONFIRM.filled(citation(basis)) if "default" in basis else citation(basis)


def articles(items: Sequence[Mapping[str, Any]]) -> Lines:
    """Articles one below the other."""
    return Lines([article(item) for item in items])


def _month(text: Any) -> Month | str:
    return Month(date.fromisoformat(text)) if text else ""


def advice_bodies(viewer: Viewer, answer: Mapping[str, Any]) -> list[Body]:
    """The law's answer in words: result, reasons with articles, figures with dates, what is missing and whom to ask."""
    if not may_read(viewer, Determination, "trace"):
        return [Note(Label("您的岗位看不到认定依据。", "Your post does not see the grounds."), "plain")]
    text, tone = SAID[str(answer["outcome"])]
    bodies: list[Body] = [Note(text, _tone(tone))]
    recognised = str(answer["outcome"]).startswith("recognise")
    if recognised:
        bodies.append(_result(answer))
    if answer.get("sealed"):
        bodies.append(Note(Label("理由涉及保密事实，单独密封保存。", "The grounds are sealed and kept apart."), "warn"))
        return bodies
    if answer["reasons"]:
        rows = [[words(r), articles(r["articles"])] for r in answer["reasons"]]
        bodies.append(Rows(labels(("理由", "Reason"), ("依据", "Article")), rows))
    bodies += missing_bodies(answer)
    used = [f for f in answer["figures"] if f["name"].startswith("standard") and f["value"] == answer["standard_fen"]]
    if used and recognised:
        rows = [[words(f), Fen(int(f["value"])), date.fromisoformat(f["from"]), article(f["basis"])] for f in used]
        heads = labels(("标准", "Standard"), ("金额", "Amount"), ("自", "From"), ("依据", "Article"))
        bodies.append(Rows(heads, rows, numeric=frozenset({1})))
    return bodies


def _tone(tone: str) -> Tone:
    known: dict[str, Tone] = {"good": "good", "bad": "bad", "warn": "warn"}
    return known[tone]


def _result(answer: Mapping[str, Any]) -> Body:
    facts = []
    if answer.get("standard_fen") is not None:
        facts.append(Fact(Label("适用标准", "Standard"), Fen(answer["standard_fen"])))
    if answer.get("amount_fen") is not None:
        facts.append(Fact(Label("月发放额", "Amount a month"), Fen(answer["amount_fen"])))
    facts.append(Fact(Label("起始月", "First month"), _month(answer.get("first_month"))))
    if answer.get("last_month"):
        facts.append(Fact(Label("最后发放月", "Last month"), _month(answer["last_month"])))
    return Facts(facts)


def missing_bodies(answer: Mapping[str, Any]) -> list[Body]:
    """What has to be known and which office holds it."""
    if not answer.get("missing"):
        return []
    rows = [[words(m), words(m["ask"])] for m in answer["missing"]]
    return [Rows(labels(("还需查明", "Still to be known"), ("向谁查询", "Ask")), rows)]


def help_bodies(answer: Mapping[str, Any]) -> list[Body]:
    """Other help there is for the child."""
    if not answer.get("other_help"):
        return []
    rows = [[words(h), articles(h["articles"])] for h in answer["other_help"]]
    return [Rows(labels(("可申请的其他帮助", "Other help there is"), ("依据", "Article")), rows)]


def parents_of(viewer: Viewer, record: Any) -> Body | None:
    """The parents' facts beside a record about a child; nothing once the child has moved out of the viewer's sight."""
    child = child_behind(record)
    return parents_body(viewer, child) if child else None


def parents_body(viewer: Viewer, child: Child) -> Body:
    """Facts about both parents that are on file, confirmed or not."""
    rows = []
    for fact in ParentFact.objects.filter(child=child).exclude(state=FactState.REJECTED).order_by("side", "-since"):
        span = MASK
        if may_read(viewer, fact, "since"):
            span = f"{fact.since}" + (f" — {fact.until}" if fact.until else "")
        paper = paper_cell(viewer, fact.paper_id) or fact.evidence
        rows.append([shown(viewer, fact, "side"), shown(viewer, fact, "status"), span, paper, badge(fact.state)])
    heads = labels(("父母", "Parent"), ("情形", "Situation"), ("起止", "When"), ("证明", "Proof"), ("核实", "Checked"))
    return Rows(heads, rows, empty=Label("尚无父母情况记录。", "Nothing is recorded about the parents."))


def papers_body(viewer: Viewer, application: Application) -> Body:
    """The list of papers: “not started” and “not complete” apart, and who must bring each."""
    rows = []
    for proof in application.proofs.order_by("asked_of", "about", "kind"):
        asked = office_name(proof.office, viewer.locale) if proof.office else proof.asked_of
        told = (shown(viewer, proof, "record_ref"), shown(viewer, proof, "reason"))
        content = Lines([c for c in (paper_cell(viewer, proof.file_id), *told) if c])
        rows.append([shown(viewer, proof, "kind"), shown(viewer, proof, "about"), asked, badge(proof.state), content])
    heads = [*labels_of(Proof, "kind", "about", "asked_of", "state"), Label("内容", "Content")]
    return Rows(heads, rows, empty=Label("不需要任何材料。", "No paper is needed."))


def open_papers(application: Application) -> int:
    """How many papers are still missing or not complete."""
    return Proof.objects.filter(application=application, state__in=["needed", "incomplete"]).count()


def verification_bodies(viewer: Viewer, application: Application) -> list[Body]:
    """What the township established, newest first."""
    bodies: list[Body] = []
    for found in application.verifications.order_by("-id"):
        names = ("opinion", "found", "compared", "visited_on", "visited_by", "child_heard", "verified_on")
        bodies.append(Facts([f for f in facts_of(viewer, found, names) if f.value not in (None, "")]))
    return bodies


def decision_facts(viewer: Viewer, decision: Determination) -> Body:
    """What was decided, as it stands in the decision itself."""
    names = ("advice", "category", "amount_fen", "first_month", "reasons", "decided_on")
    facts = [Fact(label_of(Determination, "outcome"), badge(decision.outcome)), *facts_of(viewer, decision, names)]
    if decision.departs:
        departs, minutes, participants = labels_of(Determination, "departs", "minutes", "participants")
        facts.append(Fact(departs, Label("是，经个案会商", "yes, after a case meeting")))
        facts.append(Fact(minutes, paper_cell(viewer, decision.minutes_id)))
        facts.append(Fact(participants, Lines(shown(viewer, decision, "participants"))))
    return Facts([f for f in facts if f.value not in (None, "")])
