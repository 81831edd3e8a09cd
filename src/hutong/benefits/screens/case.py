"""The case beside a decision: the child, its carers and payee, what was handled before, each condition of the law."""

from __future__ import annotations

from typing import Any

from hutong.benefits.models import Application, Award, Determination
from hutong.benefits.queries.advice import Advised
from hutong.benefits.screens.labels import badge, labels
from hutong.benefits.terms import DecisionState
from hutong.channels.content import Body, Fact, Facts, Folded, Headed, Lines, Link, Month, Rows
from hutong.channels.panels import facts_of
from hutong.channels.sheet import record_url
from hutong.core import months, places
from hutong.core.access import MASK, may_read, shown
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.lawbook.explain import explained
from hutong.money.models import Payee
from hutong.people.models import Child, SchoolFact
from hutong.people.queries.children import name_of
from hutong.people.queries.identity import identity_shown
from hutong.people.terms import Bond

CHILD, ADULTS = Label("儿童", "The child"), Label("监护人、照料人与收款人", "Guardian, carer and payee")
HISTORY = Label("以往办理", "Handled before")
STEP_BY_STEP = Label("逐条说明：每项条件、依据与所据事实", "Condition by condition, with articles and facts")
ADULT_BONDS = (Bond.GUARDIAN, Bond.CARER, Bond.ENTRUSTED)
NOBODY = Label(
    "没有登记监护人、照料人或收款人。谁在照顾孩子？",
    "No guardian, carer or payee on file. Who looks after the child?",
)
SHOWN = 20
"""Earlier matters of one child beside a decision."""


def child_body(viewer: Viewer, child: Child) -> Body:
    """Who it is, how old, where and how it lives."""
    born, years = shown(viewer, child, "birth_date"), None
    if child.birth_date is not None and born != MASK:
        years = months.full_years(child.birth_date, viewer.today)
    age = Label(f"{years}岁", f"{years} years") if years is not None else Label("年龄不明", "age unknown")
    school = child.schooling.filter(valid_to=None).order_by("-valid_from").first()
    facts = [
        Fact(label_of(Child, "name"), Link(name_of(viewer, child), record_url(child))),
        Fact(label_of(Child, "birth_date"), born if born == MASK else Lines([born or "", age])),
        Fact(label_of(Child, "identity"), identity_shown(viewer, child) or Label("无", "none")),
        *facts_of(viewer, child, ("sex", "placement", "registered_key", "actual_key", "family_aid", "died_on")),
    ]
    if school is not None:
        facts.append(Fact(label_of(SchoolFact, "level"), shown(viewer, school, "level")))
    return Facts([f for f in facts if f.value not in (None, "")])


def adults_body(viewer: Viewer, child: Child) -> Body:
    """Who is guardian, who cares for the child, and who would receive the money."""
    bonds = child.relations.filter(valid_to=None, bond__in=ADULT_BONDS).select_related("person").order_by("id")
    payees = Payee.objects.visible_to(viewer).filter(child=child).order_by("-id")[:SHOWN]
    paid = Label("收款人", "Payee")
    rows = [
        *([b.bond, shown(viewer, b.person, "name"), shown(viewer, b, "kinship")] for b in bonds),
        *([paid, Link(shown(viewer, p, "name"), record_url(p)), p.kind] for p in payees),
    ]
    return Rows(labels(("角色", "Role"), ("姓名", "Name"), ("关系", "Relation")), rows, empty=NOBODY)


def history_body(viewer: Viewer, child: Child, now: Application | None = None) -> Body:
    """Earlier applications, decisions and awards of the child."""
    awards = Award.objects.visible_to(viewer).filter(child=child).order_by("-id")[:SHOWN]
    decisions = Determination.objects.visible_to(viewer).filter(child=child).order_by("-id")[:SHOWN]
    asked = Application.objects.visible_to(viewer).filter(child=child).order_by("-id")
    asked = asked.exclude(pk=now.pk) if now is not None else asked
    award = Label("保障待遇", "Award")
    rows: list[list[Any]] = [
        *([Month(one.first_month), Link(award, record_url(one)), badge(one.state)] for one in awards),
        *([one.decided_on, Link(one.document_no, record_url(one)), _result(one)] for one in decisions),
        *([one.filed_on, Link(str(one), record_url(one)), badge(one.state)] for one in asked[:SHOWN]),
    ]
    heads = labels(("日期", "Day"), ("事项", "Matter"), ("结果", "Result"))
    return Rows(heads, rows, empty=Label("此前没有申请、决定或待遇。", "No application, decision or award before."))


def _result(decision: Determination) -> Any:
    """The outcome; of a decision that waits or was withdrawn that too."""
    if decision.state == DecisionState.IN_FORCE:
        return badge(decision.outcome)
    return Lines([badge(decision.outcome), badge(decision.state)])


def explained_bodies(viewer: Viewer, advised: Advised, place_key: int) -> list[Body]:
    """Every condition of the law with its article and the fact it rests on, folded; nothing of sealed grounds."""
    if advised.sealed or not may_read(viewer, Determination, "trace"):
        return []
    place = places.name_of_key(place_key, viewer.locale)
    told = explained(advised.decision, place, viewer.locale)
    return [Folded(STEP_BY_STEP, [Headed(title, bodies) for title, bodies in told])]
