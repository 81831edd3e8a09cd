"""What nobody asks for by hand: following up what is late below, place by place, and posts nobody works at."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef

from hutong.core.action import action
from hutong.core.inputs import Nothing
from hutong.core.models import Task
from hutong.core.places import depth_of, parents
from hutong.core.sweep import BREACH
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.terms import TaskState
from hutong.core.viewer import SYSTEM, Viewer
from hutong.org.access import valid_on
from hutong.org.actions.posts import staffed_by
from hutong.org.models import Division, Post, PostHolding
from hutong.org.queries.places import line
from hutong.org.terms import Level, Role
from hutong.org.workflow import LATE_BELOW, UNUSED_POST, superior

LEVEL_OF = {
    Role.TOWNSHIP_SUPERVISOR: Level.TOWNSHIP,
    Role.COUNTY_OFFICER: Level.COUNTY,
    Role.CITY_OFFICER: Level.CITY,
    Role.PROVINCE_OFFICER: Level.PROVINCE,
}
"""The places whose offices follow up what is late."""
TOWNSHIP_DEPTH = 4
"""Townships lie at this depth of the tree, or above it where a level is missing."""


@action(
    "org.follow_up_below", roles=(SYSTEM,), title=("按地区上报未督办的超期事项", "Tell of places that do not follow up")
)
def follow_up_below(viewer: Viewer, given: Nothing) -> int:
    """Each day: an office that let its own follow-up run out is named to the office above, once for its whole place.

    So single pieces of late work climb one step, and above it offices hear of places. What was followed up is taken
    off the list again. Returns how many places are named.
    """
    wanted = _not_followed_up(viewer)
    while stale := _named_without_cause(wanted):
        for place_id in stale:
            done_tasks(Division(pk=place_id), LATE_BELOW.name)
        wanted = _not_followed_up(viewer)
    for (role, _pk), place in wanted.items():
        leave_task(LATE_BELOW.name, subject=place, place_key=place.key, role=role)
    return len(wanted)


def _named_without_cause(wanted: dict[tuple[str, int], Division]) -> list[int]:
    """Places that were named and whose offices have followed up since."""
    named = Task.objects.filter(kind=LATE_BELOW.name, state=TaskState.OPEN).order_by("id")
    return [place_id for role, place_id in named.values_list("role", "on_id") if (role, place_id) not in wanted]


def _not_followed_up(viewer: Viewer) -> dict[tuple[str, int], Division]:
    """Places whose offices have follow-ups past their limit, by the role above and the place."""
    overdue = Task.objects.filter(
        kind__in=(BREACH, LATE_BELOW.name), state=TaskState.OPEN, due_on__lt=viewer.today, place_key__gt=0
    )
    found = {}
    rows = overdue.order_by().values_list("role", "place_key").distinct()
    for role, key in {(role, _around(role, key)) for role, key in rows}:
        above = superior(role, key)
        place = _place_of(role, key)
        if above is not None and place is not None:
            found[(above, place.pk)] = place
    return dict(sorted(found.items()))


def _around(role: str, place_key: int) -> int:
    """The place or the one around it that is looked up: no village of a township or county twice."""
    deepest = TOWNSHIP_DEPTH if role == Role.TOWNSHIP_SUPERVISOR else TOWNSHIP_DEPTH - 1
    return next(key for key in (place_key, *parents(place_key)) if depth_of(key) <= deepest)


def _place_of(role: str, place_key: int) -> Division | None:
    """The place a post answers for around a place; a city without counties does a county's work itself."""
    level = next((level for held, level in LEVEL_OF.items() if held == role), None)
    above = line(place_key)
    return above.get(level) or above.get(Level.CITY) if level is not None else None


UNUSED = timedelta(days=14)
"""Somebody who took a post and has not signed in after this long does not work with the system."""


@action("org.look_at_posts", roles=(SYSTEM,), title=("查看岗位启用情况", "Look at posts nobody works at"))
def look_at_posts(viewer: Viewer, given: Nothing) -> int:
    """Each day: whoever staffs a post is asked where its holder has never signed in; how many posts.

    Once they have, or somebody else holds the post, the task is done.
    """
    unused = _never_signed_in(viewer)
    found = {post.pk for post in unused}
    for task in Task.objects.filter(kind=UNUSED_POST.name, state=TaskState.OPEN).exclude(on_id__in=found):
        done_tasks(Post(pk=task.on_id), UNUSED_POST.name)
    for post in unused:
        leave_task(UNUSED_POST.name, subject=post, place_key=post.agency.division.key, role=staffed_by(Role(post.role)))
    return len(found)


def _never_signed_in(viewer: Viewer) -> list[Post]:
    held = PostHolding.objects.filter(
        valid_on(viewer.today),
        post=OuterRef("pk"),
        user__last_login=None,
        user__machine=False,
        valid_from__lte=viewer.today - UNUSED,
    )
    rows = Post.objects.filter(Exists(held), closed_on=None).select_related("agency__division")
    # A child director without a device works through the township; nobody is asked about those.
    return list(rows.exclude(role=Role.VILLAGE_DIRECTOR).order_by("id"))
