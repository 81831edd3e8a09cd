"""What the package tells others, and the tasks it leaves. Divisions and posts have dates instead of states."""

from __future__ import annotations

from collections.abc import Sequence

from hutong.core.events import declare_event
from hutong.core.sweep import register_line
from hutong.core.tasks import task_kind
from hutong.org.queries.places import line, nearest_role
from hutong.org.terms import Level, Role

RENAMED = declare_event("org.division_renamed")
MERGED = declare_event("org.divisions_merged")
SPLIT = declare_event("org.division_split")
TRANSFERRED = declare_event("org.division_transferred")
CLOSED = declare_event("org.division_closed")
LIMIT_EXTENDED = declare_event("org.limit_extended")

CHECK_PLACES = task_kind(
    "org.check_places",
    title=("核对拆分后各户所在村居", "Check where households lie after a division was split"),
    limit="FILE-ORDER",
)

LATE_BELOW = task_kind(
    "org.late_below",
    title=("本地区超期事项未按期督办，请督办", "A place below does not follow up what is late: see to it"),
    at="core.clock",
    asks="place_key",
    limit="SUPERVISE",
    follow_up=True,
)
VACANT_POST = task_kind(
    "org.vacant_post",
    title=("岗位空缺，请任命或撤销", "A post is vacant: appoint somebody or close it"),
    limit="POSTS",
)
UNUSED_POST = task_kind(
    "org.unused_post",
    title=("任职人员从未登录，请落实", "The holder of a post has never signed in: see to it"),
    limit="POSTS",
)

UP = {
    Role.VILLAGE_DIRECTOR: Role.TOWNSHIP_SUPERVISOR,
    Role.TOWNSHIP_SUPERVISOR: Role.COUNTY_OFFICER,
    Role.INSTITUTION_STAFF: Role.COUNTY_OFFICER,
    Role.COUNTY_OFFICER: Role.CITY_OFFICER,
    Role.COUNTY_FINANCE: Role.CITY_OFFICER,
    Role.CITY_OFFICER: Role.PROVINCE_OFFICER,
    Role.PROVINCE_OFFICER: Role.MINISTRY_OFFICER,
}
"""Who stands above whom."""


OFFICES = {
    "township": Role.TOWNSHIP_SUPERVISOR,
    "county": Role.COUNTY_OFFICER,
    "city": Role.CITY_OFFICER,
    "province": Role.PROVINCE_OFFICER,
    "ministry": Role.MINISTRY_OFFICER,
}
"""Offices of the law data that a limit may name to be told, by the post that answers for them here."""


def superior(role: str, place_key: int) -> str | None:
    """Who stands above a post; a level the place does not have (Beijing has no cities) is passed over."""
    above = UP.get(Role(role)) if role in set(Role) else None
    if above == Role.CITY_OFFICER and Level.CITY not in line(place_key):
        above = UP[above]
    return above


def told(role: str, place_key: int, offices: Sequence[str]) -> str | None:
    """Who is told when a limit of a post has run out: the nearest office the limit names above it, or else
    the next one above. Offices without a post here (a court, the applicant) cannot be told by the system."""
    above = next_above = superior(role, place_key)
    named = {OFFICES[office] for office in offices if office in OFFICES}
    while above is not None and above not in named:
        above = superior(above, place_key)
    return above or next_above


register_line(told, nearest_role)
