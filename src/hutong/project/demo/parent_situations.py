"""What keeps the parents of the demo's children from bringing them up, with dates and papers that hold in law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from hutong.people.terms import DisabilityKind, Evidence, ParentStatus, Side
from hutong.project.demo.figures import weighted

S = ParentStatus
PAIRS: dict[str, dict[tuple[ParentStatus, ParentStatus], float]] = {
    "one_dead_other_gone": {(S.DEAD, S.LOST_CONTACT): 70, (S.DEAD, S.SEVERE_DISABILITY): 30},
    "both_disabled": {(S.SEVERE_DISABILITY, S.SEVERE_DISABILITY): 100},
    "serving_sentence": {
        (S.PRISON, S.LOST_CONTACT): 50, (S.PRISON, S.DEAD): 30, (S.PRISON, S.SEVERE_DISABILITY): 20,
    },
    "other": {
        (S.LOST_CONTACT, S.LOST_CONTACT): 35, (S.LOST_CONTACT, S.SEVERE_DISABILITY): 25,
        (S.DEAD, S.SERIOUS_ILLNESS): 15, (S.DRUG_ISOLATION, S.LOST_CONTACT): 12, (S.DEAD, S.GUARDIANSHIP_REVOKED): 6,
        (S.LOST_CONTACT, S.DEPORTED): 4, (S.SERIOUS_ILLNESS, S.LOST_CONTACT): 3,
    },
}  # fmt: skip
"""Situations of father and mother by published cause (first the one more often the father's)."""
ORPHANED: dict[tuple[ParentStatus, ParentStatus], float] = {
    (S.DEAD, S.DEAD): 72, (S.DEAD, S.MISSING_DECLARED): 26, (S.MISSING_DECLARED, S.MISSING_DECLARED): 2,
}  # fmt: skip
PAPERS: dict[ParentStatus, Evidence] = {
    S.MISSING_DECLARED: Evidence.JUDGMENT,
    S.SEVERE_DISABILITY: Evidence.DISABILITY_CARD,
    S.SERIOUS_ILLNESS: Evidence.MEDICAL,
    S.PRISON: Evidence.CUSTODY_PAPER,
    S.DRUG_ISOLATION: Evidence.CUSTODY_PAPER,
    S.LOST_CONTACT: Evidence.POLICE_RECEIPT,
    S.GUARDIANSHIP_REVOKED: Evidence.JUDGMENT,
    S.DEPORTED: Evidence.POLICE_PAPER,
}
DEATH_PAPERS = (Evidence.HOUSEHOLD_CANCELLATION, Evidence.DEATH_CERTIFICATE, Evidence.CREMATION)
SETTLED_DAYS = 240
"""Facts of the roll lie at least so long before the history begins: the six months of a lost contact are over."""


@dataclass(frozen=True)
class Trouble:
    """A fact about one parent."""

    side: Side
    status: ParentStatus
    since: date
    evidence: Evidence
    more: tuple[tuple[str, Any], ...] = ()

    def given(self) -> dict[str, Any]:
        """Input of `people.record_parent_fact`."""
        fields = {"side": self.side, "status": self.status, "since": self.since, "evidence": self.evidence}
        return fields | dict(self.more)


def unattended(dice: Random, cause: str, begin: date, youngest: int) -> list[Trouble]:
    """Facts about both parents of children nobody can bring up."""
    return _pair(dice, weighted(dice, PAIRS[cause]), begin, youngest)


def orphaned(dice: Random, begin: date, youngest: int) -> list[Trouble]:
    """Facts about both parents of orphans."""
    return _pair(dice, weighted(dice, ORPHANED), begin, youngest)


def _pair(dice: Random, pair: tuple[ParentStatus, ParentStatus], begin: date, youngest: int) -> list[Trouble]:
    first, second = pair if dice.random() < 0.7 or S.DEPORTED in pair else pair[::-1]
    return [trouble(dice, Side.FATHER, first, begin, youngest), trouble(dice, Side.MOTHER, second, begin, youngest)]


def trouble(dice: Random, side: Side, status: ParentStatus, begin: date, youngest: int) -> Trouble:
    """A fact after the youngest child was born and long enough before the history begins."""
    span = max(1, min(youngest, 3000) - 30)
    since = begin - timedelta(days=min(SETTLED_DAYS + dice.randrange(span), max(youngest - 1, SETTLED_DAYS)))
    evidence = dice.choice(DEATH_PAPERS) if status == S.DEAD else PAPERS[status]
    return Trouble(side, status, since, evidence, tuple(_more(dice, status, since).items()))


def _more(dice: Random, status: ParentStatus, since: date) -> dict[str, Any]:
    """What the law asks beyond the status."""
    if status == S.SEVERE_DISABILITY:
        if dice.random() < 0.5:
            return {"disability_kind": DisabilityKind.MENTAL, "disability_grade": dice.randint(1, 3)}
        return {"disability_kind": dice.choice([DisabilityKind.PHYSICAL, DisabilityKind.VISUAL]), "disability_grade": 1}
    if status == S.LOST_CONTACT:
        return {"reported_on": since, "accepted_on": since + timedelta(days=dice.randint(0, 5))}
    if status in (S.PRISON, S.DRUG_ISOLATION):
        months = 24 if status == S.DRUG_ISOLATION else dice.randint(60, 180)
        return {"term_from": since, "term_months": months}
    return {}
