"""What a decision says on paper besides the law: to whom it is addressed, and the facts as they stand in the files."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from hutong.benefits.models import Application, Award
from hutong.benefits.queries.due import turns
from hutong.benefits.terms import ApplicantKind
from hutong.core.jurisdiction import currency
from hutong.money.terms import PayeeKind
from hutong.people.models import AidFact, Child, ParentFact, Relation
from hutong.people.queries.children import UNNAMED
from hutong.people.terms import Bond, FactState

OF_THE_FAMILY = (ApplicantKind.GUARDIAN, ApplicantKind.CLOSE_RELATIVE, ApplicantKind.INSTITUTION)
"""Who applies for a child of their own; a village committee or director who applies is never the addressee."""
NEAREST = (Bond.GUARDIAN, Bond.CARER, Bond.ENTRUSTED)


def addressee(child: Child | None, application: Application | None, award: Award | None, on: date) -> str:
    """Whom a decision about a child is addressed to: the young person from 18 on, else payee, applicant, guardian or
    carer, else "the guardian of"."""
    if child is not None and child.name and child.birth_date and turns(child.birth_date) <= on:
        return str(child.name)
    if award is not None and award.order is not None and award.order.payee.kind != PayeeKind.VILLAGE:
        return str(award.order.payee.name)
    if application is not None and application.applicant_kind in OF_THE_FAMILY and application.applicant_name:
        return str(application.applicant_name)
    if child is None:
        return "儿童的监护人"
    return _nearest(child, on) or f"{child.name or UNNAMED.zh}的监护人"


def _nearest(child: Child, on: date) -> str:
    """The guardian, else whoever cares for the child."""
    standing = (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gte=on))
    rows = Relation.objects.filter(standing, child=child, bond__in=NEAREST).select_related("person")
    found = sorted(rows, key=lambda r: (NEAREST.index(Bond(r.bond)), r.pk))
    return str(found[0].person.name) if found else ""


def facts_found(child: Child, on: date) -> str:
    """What two people stand behind about the parents, and money the child gets elsewhere, in words for the paper."""
    return "；".join([*_parents(child, on), *_aid(child, on)])


def _parents(child: Child, on: date) -> list[str]:
    rows = ParentFact.objects.filter(Q(until=None) | Q(until__gte=on), child=child, state=FactState.CONFIRMED)
    return [_of_parent(fact) for fact in rows.filter(since__lte=on).order_by("side", "since", "id")]


def _of_parent(fact: Any) -> str:
    day = fact.since
    return f"{fact.side.zh}{fact.status.zh}（{day.year}年{day.month}月{day.day}日起）"


def _aid(child: Child, on: date) -> list[str]:
    month = on.replace(day=1)
    rows = AidFact.objects.filter(Q(last_month=None) | Q(last_month__gte=month), child=child, amount_fen__gt=0)
    rows = rows.filter(first_month__lte=month).order_by("kind", "-first_month").distinct("kind")
    return [f"已享受{aid.kind.zh}每月{currency().said(aid.amount_fen).zh}" for aid in rows]
