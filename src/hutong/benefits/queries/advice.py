"""What the law advises for a child: the one place where its engine is asked, so that pages, actions and runs agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from hutong.benefits.models import AwardBasis
from hutong.benefits.terms import Advice, Category
from hutong.core import places
from hutong.core.jurisdiction import law
from hutong.core.terms import Label
from hutong.law.decision import Decision, Missing
from hutong.law.engine.kinds import NEVER
from hutong.people.models import Child
from hutong.people.queries.facts import facts_of

PROGRAMME = "allowance"
SEALED_FACTS = ("child.hiv", "child.hiv_proof")
"""Facts kept apart from a decision and opened one by one."""
CATEGORIES = {
    "ORPHAN": Category.ORPHAN,
    "FU": Category.FU,
    "HIV": Category.TREATED_AS_ORPHAN,
    "DIFFICULT": Category.DIFFICULT,
}
"""Categories of the law; one that would tell a sealed fact goes by what it leads to."""
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
ADVICE = {
    "recognise": Advice.RECOGNISE,
    "recognise_pay_0": Advice.RECOGNISE_ZERO,
    "refuse": Advice.REFUSE,
    None: Advice.CANNOT_DECIDE,
}
SET_OFF = {
    "child.dibao_fen": Label("减：最低生活保障（本人份额）", "less: minimum living allowance (the child's share)"),
    "child.tekun_fen": Label("减：特困人员救助供养", "less: support in extreme hardship"),
    "child.disability_living_fen": Label("减：困难残疾人生活补贴", "less: living subsidy of the disabled"),
}
"""Money the child gets elsewhere, by the fact of the law that holds it."""
OTHERWISE_NAMED = {"standard": "standard_fen", "amount": "amount_fen"}
"""Outputs of the law -> names under which they are kept with a decision."""


@dataclass(frozen=True)
class Advised:
    """The allowance's view of the law's answer. Amounts in fen, months as their first day; None: unknown, or for
    `last_month` and `last_by_age` no end in sight."""

    decision: Decision
    facts: dict[str, Any]
    at_floor: Decision | None = None
    """Where the place has not entered its standard: what would be decided with the least a wider place allows."""

    @property
    def on(self) -> date:
        return self.decision.on

    @property
    def version(self) -> str:
        return self.decision.version

    @property
    def ask(self) -> tuple[Missing, ...]:
        """What has to be known first, and who holds it."""
        return self.decision.ask

    @property
    def advice(self) -> Advice:
        return ADVICE[self._value("outcome")]

    @property
    def category(self) -> Category | None:
        return CATEGORIES.get(self._value("category") or "")

    @property
    def paid_as(self) -> str:
        return self._value("paid_as") or ""

    @property
    def amount_fen(self) -> int | None:
        return self._value("amount")  # type: ignore[no-any-return]

    @property
    def floor_fen(self) -> int | None:
        """What an officer may choose to pay until the place has entered its standard; never advised."""
        return self.at_floor.values["amount"] if self.at_floor else None  # type: ignore[return-value]

    @property
    def first_month(self) -> date | None:
        return self._value("first_month")  # type: ignore[no-any-return]

    @property
    def last_month(self) -> date | None:
        return self._value("last_month")  # type: ignore[no-any-return]

    @property
    def last_by_age(self) -> date | None:
        return self._value("last_by_age")  # type: ignore[no-any-return]

    def _value(self, output: str) -> Any:
        value = self.decision.values[output]
        return None if value == NEVER else value

    @cached_property
    def answer(self) -> dict[str, Any]:
        """The answer as it is kept with a decision: each output under a name of its own."""
        kept = self.decision.to_json()
        values = {OTHERWISE_NAMED.get(name, name): _plain(self._value(name)) for name in kept.pop("values")}
        if self.at_floor:
            values["floor_fen"] = self.floor_fen
        return {**kept, **values, "outcome": self.decision.outcome or "cannot_decide"}

    @cached_property
    def trace(self) -> dict[str, Any]:
        return self.decision.trace

    @property
    def sealed(self) -> bool:
        """Does a sealed fact stand behind this?"""
        return bool(self.facts.get("child.hiv"))

    @property
    def leads(self) -> tuple[Missing, ...]:
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
        kept = (
            "outcome",
            "amount_fen",
            "floors",
            "floor_fen",
            "standard_fen",
            "first_month",
            "last_month",
            "missing",
            "other_help",
            "on",
        )
        return {name: self.answer.get(name) for name in kept} | {"sealed": True}

    @property
    def other_help(self) -> list[str]:
        """Codes of the other help there is, in the law's order; their words stand in the answer."""
        return [str(help_["code"]) for help_ in self.answer["other_help"]]


def arithmetic(facts: Mapping[str, Any], answer: Mapping[str, Any], amount: int | None) -> list[tuple[Label, int]]:
    """From the standard to the sum, in fen: the standard, and what is set off where the sum is less by it."""
    standard = answer.get("standard_fen")
    if standard is None:
        return []
    off = [(words, int(facts.get(name) or 0)) for name, words in SET_OFF.items()]
    deducted = [(words, -fen) for words, fen in off if fen] if amount is not None and amount < standard else []
    return [(Label("适用标准", "Standard"), int(standard)), *deducted]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def advise(
    child: Child | int, on: date, place_key: int, *, confirmed: date | None = None, reported: bool = False
) -> Advised:
    """Ask the law about a child on a day; of one out of sight nothing is known.

    With `reported`, facts nobody confirmed yet count as if they were true.
    """
    return _advised(facts_of(child, on, reported=reported), on, places.codes_of_key(place_key), confirmed)


def advise_on(facts: dict[str, Any], on: date, place_key: int, *, known: date, confirmed: date | None) -> Advised:
    """Ask the law about the facts of an earlier day with what is known today."""
    return _advised(facts, on, places.codes_of_key(place_key), confirmed, known)


def _advised(
    facts: dict[str, Any], on: date, codes: Sequence[str], confirmed: date | None, known: date | None = None
) -> Advised:
    asked = facts | ({"case.confirmed": confirmed} if confirmed is not None else {})
    decision = law().decide(asked, on, codes, known=known or on, programme=PROGRAMME)
    if decision.values["amount"] is not None or not decision.floors:
        return Advised(decision, facts)
    at_floor = law().decide(asked, on, codes, known=known or on, programme=PROGRAMME, floors=True)
    return Advised(decision, facts, at_floor if at_floor.values["amount"] is not None else None)


class Advising:
    """The same for many children on one day: each county is looked up once, and each amount computed once."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._codes: dict[int, Sequence[str]] = {}
        self._amounts: dict[tuple[Any, ...], int | None] = {}

    def codes(self, place_key: int) -> Sequence[str]:
        """Codes of a place for the law."""
        of_law = places.of_law(place_key)
        if of_law not in self._codes:
            self._codes[of_law] = places.codes_of_key(of_law)
        return self._codes[of_law]

    def advise(self, facts: dict[str, Any], place_key: int, confirmed: date | None) -> Advised:
        """Ask the law about the facts of one child."""
        return _advised(facts, self.on, self.codes(place_key), confirmed)

    def amount(self, basis: AwardBasis, place_key: int) -> int | None:
        """The law's amount for a basis."""
        key = (places.of_law(place_key), *(getattr(basis, column) for column in BASIS_FACTS.values()))
        if key not in self._amounts:
            self._amounts[key] = amount_of(basis, self.on, self.codes(place_key))
        return self._amounts[key]


def amount_of(basis: AwardBasis, on: date, codes: Sequence[str], known: date | None = None) -> int | None:
    """The law's amount for a basis on a day, in fen, as known then or later; None where the law cannot tell."""
    facts = {name: getattr(basis, column) for name, column in BASIS_FACTS.items()}
    facts["child.placement"] = law_placement(basis.placement)
    stated = {name: value for name, value in facts.items() if value not in ("", None)}
    amount = law().value("amount", stated, on, codes, known=known or on)
    return int(amount) if amount is not None else None


def law_placement(placement: str) -> str:
    """The law knows two placements: a foster child is the institution's and paid so."""
    return "scattered" if placement == "scattered" else "institution"


def office_name(office: str, lang: str) -> str:
    """The words for an office of the law; a name somebody typed stays as it is."""
    known = law().law.offices.get(office)
    return str(known.text(lang)) if known is not None else office
