"""What was decided about an award, month by month."""

from __future__ import annotations

from datetime import date, timedelta

from hutong.benefits.models import Award, AwardBasis
from hutong.benefits.queries.advice import amount_of
from hutong.benefits.terms import DecisionState
from hutong.core import places


def basis_on(award: Award, month: date) -> AwardBasis | None:
    """The basis in force in a month; the first one for months before it; None while its decision waits for a second."""
    rows = AwardBasis.objects.filter(award=award, replaced_by=None)
    return rows.filter(from_month__lte=month).order_by("-from_month").first() or rows.order_by("from_month").first()


def due_on(award: Award, day: date, known: date | None = None) -> int:
    """What is due for the month of a day, in fen: a fixed sum, else the law's amount on what was decided, as known then
    or later."""
    basis = basis_on(award, day)
    if basis is None:
        return 0
    if basis.fixed_fen is not None:
        return basis.fixed_fen
    amount = amount_of(basis, day, places.codes_of_key(award.place_key), known)
    return basis.amount_fen if amount is None else amount


def confirmed_on(award: Award) -> date:
    """The day of the first confirmation; for a roll taken over the day before its first month."""
    recognised = award.determinations.filter(outcome__startswith="recognise", state=DecisionState.IN_FORCE)
    first = recognised.order_by("decided_on").first()
    return first.decided_on if first else award.first_month - timedelta(days=1)
