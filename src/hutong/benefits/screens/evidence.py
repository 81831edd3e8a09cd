"""The evidence beside a decision: what the law advises and why, the parents' facts, the papers, the township's view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from hutong.benefits.models import Application, Determination, Proof
from hutong.benefits.queries.advice import arithmetic, office_name
from hutong.benefits.screens.labels import badge, labels, paper_cell
from hutong.channels.content import Badge, Body, Fact, Facts, Fen, Lines, Link, Month, Note, Rows, Tone
from hutong.channels.panels import facts_of
from hutong.channels.sheet import record_url
from hutong.core.access import MASK, may_read, shown
from hutong.core.record import label_of, labels_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.law.telling import citation, words
from hutong.people.models import Child, ParentFact
from hutong.people.queries.children import child_behind
from hutong.people.terms import Evidence, FactState

SAID = {
    "recognise": (Label("规则建议：予以确认并发放", "The law advises: recognise and pay"), "good"),
    "recognise_pay_0": (Label("规则建议：予以确认，补差为零", "The law advises: recognise, nothing to pay"), "good"),
    "refuse": (Label("规则建议：不予确认", "The law advises: refuse"), "bad"),
    "cannot_decide": (Label("事实不全，暂不能判断", "Facts are missing: it cannot be told yet"), "warn"),
}
ADVICE = Label("规则建议与依据", "What the law advises, and why")
PARENTS, PAPERS = Label("父母情况", "The parents"), Label("材料", "Papers")
ASSERTED = Label("仅为陈述，无证明", "asserted, no paper")
NOT_ON_FILE = Label("档案中无此件", "not on file")
NOTHING_ASKED = Label(
    "没有列出材料，因为还没有登记需要证明的情况。请先逐一登记父亲、母亲的情形。",
    "No paper is listed because nothing was put forward that needs proof. Record each parent's situation first.",
)
TO_CONFIRM = Label("{0}（{1}）", "{0} ({1})")
NO_STANDARD = Label(
    "本地标准未录入，规则不建议金额。请按文件录入本地标准。",
    "This place has not entered its standard, so the law advises no sum. "
    "Enter the standard of this place with its document.",
)
IN_DOUBT = Label("该标准{0}", "About this standard: {0}")
FLOORS = Label("上级所定最低标准（不是本地标准）", "The least a wider place allows (not the standard here)")
AT_FLOOR = Label("按最低标准计算的月发放额", "Amount a month at the floor")
IF_FLOOR = Label(
    "可选择先按最低标准发放：须说明理由并经个案会商，计为偏离；录入本地标准后补发差额。",
    "You may choose to pay the floor meanwhile: that needs reasons and a case meeting and counts as a departure. "
    "Once the standard is entered the difference is paid.",
)


def article(basis: Mapping[str, Any]) -> Label:
    """An article as it is cited, marked where nobody has read its text."""
    return TO_CONFIRM.filled(citation(basis), words(basis["default"])) if "default" in basis else citation(basis)


def articles(items: Sequence[Mapping[str, Any]]) -> Lines:
    """Articles one below the other."""
    return Lines([article(item) for item in items])


def _month(text: Any) -> Month | str:
    return Month(date.fromisoformat(text)) if text else ""


def advice_bodies(viewer: Viewer, answer: Mapping[str, Any], stated: Mapping[str, Any]) -> list[Body]:
    """The law's answer on stated facts in words: result with its arithmetic, reasons with articles, figures with dates,
    what is missing and whom to ask."""
    if not may_read(viewer, Determination, "trace"):
        return [Note(Label("您的岗位看不到认定依据。", "Your post does not see the grounds."), "plain")]
    text, tone = SAID[str(answer["outcome"])]
    bodies: list[Body] = [Note(text, _tone(tone))]
    recognised = str(answer["outcome"]).startswith("recognise")
    if recognised:
        bodies.append(_result(answer, stated))
    if answer.get("sealed"):
        bodies.append(Note(Label("理由涉及保密事实，单独密封保存。", "The grounds are sealed and kept apart."), "warn"))
        return bodies
    if answer["reasons"]:
        rows = [[words(r), articles(r["articles"])] for r in answer["reasons"]]
        bodies.append(Rows(labels(("理由", "Reason"), ("依据", "Article")), rows))
    bodies += missing_bodies(answer)
    if recognised and answer["standard_fen"] is None:
        bodies += floor_bodies(answer)
    elif recognised:
        bodies += _figures(_behind(answer))
    return bodies


def _behind(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The figures that the standard of this child rests on: its own, and what that is a share of."""
    found = {f["name"]: f for f in answer["figures"] if f["value"] == answer["standard_fen"]}
    names = ["standard.scattered", "standard.institution"]
    if answer.get("paid_as") == "fu":
        names += ["standard.fu" if "standard.fu" in found else "standard.fu_other", "standard.fu_institution"]
    return [found[name] for name in names if name in found]


def floor_bodies(answer: Mapping[str, Any]) -> list[Body]:
    """Said where the place has not entered its standard: the least a wider place allows, and that it is not advised."""
    lacking = {missing["fact"] for missing in answer.get("missing", ())}
    floors = [floor for floor in answer.get("floors", ()) if floor["name"] in lacking]
    least: list[Body] = []
    if answer.get("floor_fen") is not None:
        least = [Facts([Fact(AT_FLOOR, Fen(answer["floor_fen"]))]), Note(IF_FLOOR, "plain")]
    head = [Note(FLOORS, "plain")] if floors else []
    return [Note(NO_STANDARD, "warn"), *head, *_figures(floors), *least]


def _figures(figures: Sequence[Mapping[str, Any]]) -> list[Body]:
    """Figures with amount, first day and article; below them what a person has to confirm."""
    heads = labels(("标准", "Standard"), ("金额", "Amount"), ("自", "From"), ("依据", "Article"))
    said = {doubt["en"]: words(doubt) for figure in figures for doubt in figure.get("doubts", ())}
    doubts: list[Body] = [Note(IN_DOUBT.filled(doubt), "warn") for doubt in said.values()]
    return [Rows(heads, [_figure(f) for f in figures], numeric=frozenset({1})), *doubts] if figures else []


def _figure(figure: Mapping[str, Any]) -> list[Any]:
    called = Lines([words(figure), words(figure["share"])]) if "share" in figure else words(figure)
    return [called, Fen(int(figure["value"])), date.fromisoformat(figure["from"]), article(figure["basis"])]


def _tone(tone: str) -> Tone:
    known: dict[str, Tone] = {"good": "good", "bad": "bad", "warn": "warn"}
    return known[tone]


def _result(answer: Mapping[str, Any], stated: Mapping[str, Any]) -> Body:
    """The arithmetic from the standard to the sum, and the months."""
    facts = [Fact(words, Fen(fen)) for words, fen in arithmetic(stated, answer, answer.get("amount_fen"))]
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
        rows.append(
            [shown(viewer, fact, "side"), shown(viewer, fact, "status"), span, _proof(viewer, fact), badge(fact.state)]
        )
    heads = labels(("父母", "Parent"), ("情形", "Situation"), ("起止", "When"), ("证明", "Proof"), ("核实", "Checked"))
    return Rows(heads, rows, empty=Label("尚无父母情况记录。", "Nothing is recorded about the parents."))


def _proof(viewer: Viewer, fact: ParentFact) -> Any:
    """The paper behind a fact; of one that nobody has on file it is said."""
    paper = paper_cell(viewer, fact.paper_id)
    if paper:
        return Lines([paper, shown(viewer, fact, "evidence")])
    if fact.evidence == Evidence.NONE:
        return Badge(ASSERTED, "warn")
    return Lines([shown(viewer, fact, "evidence"), Badge(NOT_ON_FILE, "warn")])


def papers_body(viewer: Viewer, application: Application) -> Body:
    """The list of papers: “not started” and “not complete” apart, and who must bring each."""
    rows = []
    for proof in application.proofs.order_by("asked_of", "about", "kind"):
        asked = office_name(proof.office, viewer.locale) if proof.office else proof.asked_of
        told = (shown(viewer, proof, "record_ref"), shown(viewer, proof, "reason"))
        content = Lines([c for c in (paper_cell(viewer, proof.file_id), *told) if c])
        rows.append([shown(viewer, proof, "kind"), shown(viewer, proof, "about"), asked, badge(proof.state), content])
    heads = [*labels_of(Proof, "kind", "about", "asked_of", "state"), Label("内容", "Content")]
    return Rows(heads, rows, empty=NOTHING_ASKED)


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
    names = (
        "addressee", "found", "advice", "category", "amount_fen", "first_month", "last_month", "end_reason", "reasons",
        "signer_note", "beyond", "decided_on", "decided_by", "seconded_by", "seconded_on",
    )  # fmt: skip
    facts = [Fact(label_of(Determination, "outcome"), badge(decision.outcome)), *facts_of(viewer, decision, names)]
    if decision.before is not None and may_read(viewer, Determination, "before"):
        facts.append(Fact(Label("原月发放额", "Before"), Fen(decision.before["amount_fen"])))
    if decision.corrects is not None:
        way = Link(decision.corrects.document_no, record_url(decision.corrects))
        facts.append(Fact(label_of(Determination, "corrects"), way))
    if decision.paper_id:
        facts.append(Fact(label_of(Determination, "paper"), paper_cell(viewer, decision.paper_id)))
    if decision.departs:
        departs, minutes, participants = labels_of(Determination, "departs", "minutes", "participants")
        facts.append(Fact(departs, Label("是，经个案会商", "yes, after a case meeting")))
        facts.append(Fact(minutes, paper_cell(viewer, decision.minutes_id)))
        facts.append(Fact(participants, Lines(shown(viewer, decision, "participants"))))
    return Facts([f for f in facts if f.value not in (None, "")])
