"""The one complete list of papers an application needs, computed from what the law still has to know."""

from __future__ import annotations

from dataclasses import dataclass, field

from hutong.benefits.models import Application
from hutong.benefits.queries.advice import Advised
from hutong.benefits.terms import About, ApplicantKind, AskedOf, ProofKind

PAPER_OF_FACT = {
    "death_proof": ProofKind.DEATH,
    "death_witnesses": ProofKind.DEATH_WITNESSES,
    "missing_declared": ProofKind.JUDGMENT_MISSING,
    "disability_card": ProofKind.DISABILITY_CARD,
    "illness_proof": ProofKind.ILLNESS,
    "custody_paper": ProofKind.CUSTODY,
    "custody_months": ProofKind.CUSTODY,
    "lost_receipt": ProofKind.LOST_CONTACT,
    "lost_accepted": ProofKind.LOST_CONTACT,
    "lost_steps": ProofKind.LOST_FIVE_STEPS,
    "revoked": ProofKind.JUDGMENT_GUARDIANSHIP,
    "deported": ProofKind.DEPORTATION,
    "foundling_proof": ProofKind.FOUNDLING_REPORT,
    "school_proof": ProofKind.SCHOOL,
    "hiv_proof": ProofKind.MEDICAL_SEALED,
}
"""Last part of the name of a fact that is missing -> the paper that would settle it."""
FAMILY_BRINGS = {ProofKind.LOST_FIVE_STEPS, ProofKind.DEATH_WITNESSES, ProofKind.MEDICAL_SEALED}
"""Papers no office holds: promises and neighbours' statements, and health records nobody may ask an office for."""


@dataclass
class Needed:
    """A paper, about whom, who must bring it, and the facts it settles."""

    kind: ProofKind
    about: About
    asked_of: AskedOf
    office: str = ""
    facts: list[str] = field(default_factory=list)


def needed(application: Application, advised: Advised) -> dict[tuple[ProofKind, About], Needed]:
    """Every paper the application needs now, by kind and person: those that prove what was put forward.

    What nobody has put forward yet needs no paper but somebody who looks: the law's answer names it with its office.
    """
    wanted: dict[tuple[ProofKind, About], Needed] = {}
    for paper in _of_the_applicant(application):
        wanted[paper.kind, paper.about] = paper
    for missing in advised.leads:
        person, _, name = missing.fact.rpartition(".")
        kind = PAPER_OF_FACT.get(name)
        if kind is None:
            continue
        about = About(person) if person in set(About) else About.CHILD
        paper = wanted.setdefault((kind, about), _of_fact(kind, about, missing.office))
        paper.facts.append(missing.fact)
    return wanted


def _of_fact(kind: ProofKind, about: About, office: str) -> Needed:
    if kind in FAMILY_BRINGS:
        return Needed(kind, about, AskedOf.FAMILY)
    return Needed(kind, about, AskedOf.OFFICE, office)


def _of_the_applicant(application: Application) -> list[Needed]:
    kind = application.applicant_kind
    if kind == ApplicantKind.CLOSE_RELATIVE:
        return [
            Needed(ProofKind.IDENTITY, About.APPLICANT, AskedOf.FAMILY),
            Needed(ProofKind.AUTHORISATION, About.APPLICANT, AskedOf.FAMILY),
        ]
    if kind == ApplicantKind.GUARDIAN:
        return [Needed(ProofKind.IDENTITY, About.APPLICANT, AskedOf.FAMILY)]
    return []
