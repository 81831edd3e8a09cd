"""Awards at which somebody has to look soon."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from hutong.benefits.models import Award
from hutong.benefits.terms import AwardEventKind, AwardState, ReviewState
from hutong.law.engine.kinds import add_months

TAKEN_OVER = AwardEventKind.TAKEN_OVER

COMING_OF_AGE = 18
SCHOOL_LIMIT = "SCHOOL-PROOF"
MONTHS_BEFORE = 3
"""School proof is asked this many months before the eighteenth birthday."""


def reviews_to_open(until: date) -> QuerySet[Award]:
    """Running awards whose next review falls before a day and has not been put on a list yet."""
    rows = Award.objects.exclude(state=AwardState.ENDED).filter(next_review_on__lte=until)
    return rows.exclude(pk__in=Award.objects.filter(reviews__state=ReviewState.DUE).values("pk")).order_by("id")


def last_looked_at(award: Award) -> date:
    """The day from which the year to the next review counts, so that award, review and task name one day.

    The last review, or the day it was due where it was done before; else the award's beginning here, of a roll its
    anniversary.
    """
    last = award.reviews.filter(state=ReviewState.DONE).order_by("-done_on").first()
    if last is not None and last.done_on is not None:
        return max(last.done_on, last.due_on)
    began = award.events.order_by("id")[0]
    return anniversary(award.first_month, began.happened_on) if began.kind == TAKEN_OVER else began.happened_on


def anniversary(first_month: date, today: date) -> date:
    """The latest return of the first month: a roll tells of no review, so its year is reckoned from there."""
    years = today.year - first_month.year - ((today.month, today.day) < (first_month.month, first_month.day))
    return first_month.replace(year=first_month.year + max(years, 0))


def coming_of_age(today: date) -> QuerySet[Award]:
    """Running awards of children who turn 18 within three months and were not asked yet, by the day they turn."""
    born_from = add_months(today, -12 * COMING_OF_AGE)
    born_to = add_months(today, MONTHS_BEFORE - 12 * COMING_OF_AGE)
    rows = Award.objects.exclude(state=AwardState.ENDED).filter(school_asked_on=None).select_related("child")
    return rows.filter(Q(child__birth_date__gte=born_from) & Q(child__birth_date__lte=born_to)).order_by("id")


def turns(birth: date) -> date:
    """The day on which a child turns 18."""
    return add_months(birth, 12 * COMING_OF_AGE)


def asked_from(birth: date) -> date:
    """The day from which proof of school is asked: three months before the child turns 18."""
    return add_months(birth, 12 * COMING_OF_AGE - MONTHS_BEFORE)
