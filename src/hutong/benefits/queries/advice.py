"""What the law advises for a child: the one place where its engine is asked, so that pages, actions and runs agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hutong.benefits.models import AwardBasis
from hutong.benefits.terms import Advice, Category
from hutong.core import places
from hutong.core.jurisdiction import law
from hutong.people.models import Child
from hutong.people.queries.facts import facts_of

SEALED_FACTS = ("child.hiv", "child.hiv_proof")
"""Facts kept apart from a decision and opened one by one."""
CATEGORIES = {
    "ORPHAN": Category.ORPHAN,
    "FU": Category.FU,
    "HIV": Category.TREATED_AS_ORPHAN,
    "DIFFICULT": Category.DIFFICULT,
}
"""Categories of the law; one that would tell a sealed fact goes by what it leads to."""
ADVICE = {
    "recognise": Advice.RECOGNISE,
    "recognise_pay_0": Advice.RECOGNISE_ZERO,
    "refuse": Advice.REFUSE,
    "cannot_decide": Advice.CANNOT_DECIDE,
}
BASIS_FACTS = {
    "child.placement": "placement",
    "child.difficulty": "difficulty",
    "family.aid": "family_aid",
    "child.dibao_fen": "dibao_fen",
    "child.tekun_fen": "tekun_fen",
    "child.disability_living_fen": "disability_living_fen",
    "paid_as": "paid_as",
    "hiv_met": "special_rate",
}
"""Facts and findings the amount depends on -> columns of a basis."""


@dataclass(frozen=True)
class Advised:
    """The engine's answer. Amounts in fen a month, months as their first day; `last_month` None: no end in sight."""

    on: date
    advice: Advice
    category: Category | None
    paid_as: str
    amount_fen: int | None
    first_month: date | None
    last_month: date | None
    last_by_age: date | None
    facts: dict[str, Any]
    answer: dict[str, Any]
    trace: dict[str, Any]
    ask: tuple[Any, ...]
    version: str

    @property
    def sealed(self) -> bool:
        """Does a sealed fact stand behind this?"""
        return bool(self.facts.get("child.hiv"))

    @property
    def leads(self) -> tuple[Any, ...]:
        """What is missing to complete something that was put forward."""
        return tuple(missing for missing in self.ask if missing.leads)

    @property
    def open_facts(self) -> dict[str, Any]:
        """The facts without what is sealed, ready for JSON."""
        return {n: _plain(v) for n, v in self.facts.items() if n not in SEALED_FACTS}

    @property
    def all_facts(self) -> dict[str, Any]:
        """Every fact, ready for JSON; for the sealed row alone where there is one."""
        return {n: _plain(v) for n, v in self.facts.items()}

    @property
    def whole(self) -> dict[str, Any]:
        """Answer and trace as they are stored with a decision."""
        return {**self.answer, "trace": self.trace}

    @property
    def open_part(self) -> dict[str, Any]:
        """What may be stored beside the decision: all of it, or only results where more would tell a sealed fact."""
        if not self.sealed:
            return self.whole
        kept = ("outcome", "amount_fen", "standard_fen", "first_month", "last_month", "missing", "other_help", "on")
        return {name: self.answer.get(name) for name in kept} | {"sealed": True}

    @property
    def other_help(self) -> list[str]:
        """Codes of the other help there is, in the law's order; their words stand in the answer."""
        return [str(help_["code"]) for help_ in self.answer["other_help"]]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def advise(child: Child, on: date, place_key: int, *, confirmed: date | None = None, reported: bool = False) -> Advised:
    """Ask the law about a child on a day. With `reported`, facts nobody confirmed yet count as if they were true."""
    facts = facts_of(child, on, reported=reported)
    asked = facts | ({"case.confirmed": confirmed} if confirmed is not None else {})
    decision = law().decide(asked, on, places.codes_of_key(place_key), known=on)
    return Advised(
        on=on,
        advice=ADVICE[decision.outcome],
        category=CATEGORIES.get(decision.category or ""),
        paid_as=decision.paid_as or "",
        amount_fen=decision.amount_fen,
        first_month=decision.first_month,
        last_month=decision.last_month,
        last_by_age=decision.last_by_age,
        facts=facts,
        answer=decision.to_json(),
        trace=decision.trace,
        ask=decision.ask,
        version=decision.version,
    )


def amount_of(basis: AwardBasis, on: date, codes: Sequence[str]) -> int | None:
    """The law's amount for a basis on a day, in fen; None where the law cannot tell."""
    facts = {name: getattr(basis, column) for name, column in BASIS_FACTS.items()}
    facts["child.placement"] = law_placement(basis.placement)
    stated = {name: value for name, value in facts.items() if value not in ("", None)}
    amount = law().value("amount", stated, on, codes, known=on)
    return int(amount) if amount is not None else None


def law_placement(placement: str) -> str:
    """The law knows two placements: a foster child is the institution's and paid so."""
    return "scattered" if placement == "scattered" else "institution"


def office_name(office: str, lang: str) -> str:
    """The words for an office of the law; a name somebody typed stays as it is."""
    known = law().law.offices.get(office)
    return str(known.of(lang)) if known is not None else office
