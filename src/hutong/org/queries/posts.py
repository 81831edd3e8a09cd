"""Posts and their holders, and the viewer a holder becomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from types import MappingProxyType
from typing import cast

from django.db.models import Q, QuerySet

from hutong.core.models import Grant, User
from hutong.core.places import Span
from hutong.core.viewer import ZONE, Viewer
from hutong.org.access import CLEARANCE, places_of, spans_of, valid_on
from hutong.org.models import Post, PostHolding
from hutong.org.terms import Role

LOCAL = (Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER, Role.INSTITUTION_STAFF)
"""Roles that also see persons granted to a place of theirs; higher offices see the place itself anyway."""


def held_by(user_id: int, day: date) -> QuerySet[Post]:
    """Posts a user holds on a day, first appointed first."""
    open_posts = Q(post__closed_on=None) | Q(post__closed_on__gt=day)
    holdings = PostHolding.objects.filter(valid_on(day), open_posts, user_id=user_id)
    return Post.objects.filter(pk__in=holdings.values("post")).select_related("agency").order_by("id")


def holders_on(posts: Iterable[Post], day: date) -> dict[int, str]:
    """Names of the holders of some posts on a day, by post."""
    rows = PostHolding.objects.filter(valid_on(day), post__in=[p.pk for p in posts]).select_related("user")
    return {row.post_id: row.user.name or row.user.username for row in rows}


def holder_of(post: Post, day: date) -> User | None:
    """Who holds a post on a day, if anybody."""
    holding = post.holdings.filter(valid_on(day)).select_related("user").first()
    return holding.user if holding else None


def viewer_at(user_id: int, post_id: int | None, now: datetime) -> Viewer | None:
    """The viewer of a user at one of their posts (the first without a choice); None without any."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    posts = held_by(user_id, now.astimezone(ZONE).date())
    post = (posts.filter(pk=post_id).first() if post_id else None) or posts.first()
    return viewer_of_post(user, post, now) if post else None


def viewer_of_post(user: User, post: Post, now: datetime) -> Viewer:
    """Reach from the places the post answers for, clearance from its role, grants that are in force today."""
    day = now.astimezone(ZONE).date()
    role = cast(Role, post.role)
    clearance = CLEARANCE[role]
    places = places_of(post, day)
    area = spans_of(places)
    spans = area if clearance.sees_people else ()
    first = places.values_list("pk", flat=True).first()
    granted, emergency, hidden = _grants(post, spans, now)
    return Viewer(
        user_id=user.pk,
        post_id=post.pk,
        role=role.value,
        name=user.name or user.username,
        now=now,
        place_id=first if first is not None else post.agency.division_id,
        spans=spans,
        area=area,
        clearance=clearance.general,
        clearances=MappingProxyType(dict(clearance.packages)),
        locale=user.locale,
        machine=user.machine,
        granted=granted | emergency if clearance.sees_people else frozenset(),
        emergency=emergency - granted if clearance.sees_people else frozenset(),
        hidden=hidden,
    )


def _grants(post: Post, spans: tuple[Span, ...], now: datetime) -> Iterator[frozenset[int]]:
    """Persons shown to a post, shown for an emergency, hidden from it: by grants to it, or to its place."""
    mine = Q(post_id=post.pk)
    for span in spans if post.role in LOCAL else ():
        mine |= Q(post_id=None, place_key__gte=span.lo, place_key__lt=span.hi)
    running = valid_on(now.astimezone(ZONE).date()) & (Q(ends_at=None) | Q(ends_at__gt=now))
    rows = list(Grant.objects.filter(mine, running).values_list("subject_id", "looks_only", "hides"))
    yield frozenset(subject for subject, looks, hides in rows if not looks and not hides)
    yield frozenset(subject for subject, looks, hides in rows if looks and not hides)
    yield frozenset(subject for subject, _looks, hides in rows if hides)
