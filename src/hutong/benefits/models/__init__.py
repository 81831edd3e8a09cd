"""Tables of `benefits`: applications, decisions, awards, what is said against them, and lists. No actions here."""

from hutong.benefits.models.application import (
    Application,
    Delivery,
    Determination,
    Objection,
    Proof,
    SealedGrounds,
    Verification,
)
from hutong.benefits.models.award import Award, AwardBasis, AwardEvent, Hearing, Pause, Review
from hutong.benefits.models.handover import Handover
from hutong.benefits.models.lists import ListImport, ListMatch, RollImport, RollRow
from hutong.benefits.models.spot_check import SpotCheck

__all__ = [
    "Application",
    "Award",
    "AwardBasis",
    "AwardEvent",
    "Delivery",
    "Determination",
    "Handover",
    "Hearing",
    "ListImport",
    "ListMatch",
    "Objection",
    "Pause",
    "Proof",
    "Review",
    "RollImport",
    "RollRow",
    "SealedGrounds",
    "SpotCheck",
    "Verification",
]
