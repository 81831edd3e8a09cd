"""Agencies, posts, and who holds them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hutong.core.action import action
from hutong.core.errors import NotFound
from hutong.core.inputs import Given, Place, ask, of, wrong
from hutong.core.models import User
from hutong.core.places import span_of
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.viewer import SYSTEM, Viewer
from hutong.org.access import STAFFING, not_mine, valid_on
from hutong.org.models import Agency, AgencyArea, Division, Post, PostArea, PostHolding
from hutong.org.queries.places import division
from hutong.org.queries.posts import held_by
from hutong.org.terms import AgencyKind, Level, Role
from hutong.org.workflow import UNUSED_POST, VACANT_POST

FROM = ask("起始日期", "From")
PLACES: list[Place] = ask("负责的区划", "Places", default_factory=list)
LEVELS: dict[Role, tuple[Level, ...]] = {
    Role.VILLAGE_DIRECTOR: (Level.TOWNSHIP, Level.VILLAGE),
    Role.TOWNSHIP_SUPERVISOR: (Level.TOWNSHIP,),
    # A city without counties does their work itself.
    Role.COUNTY_OFFICER: (Level.COUNTY, Level.CITY),
    Role.COUNTY_FINANCE: (Level.COUNTY, Level.CITY),
    Role.CITY_OFFICER: (Level.CITY,),
    Role.PROVINCE_OFFICER: (Level.PROVINCE,),
    Role.MINISTRY_OFFICER: (Level.NATION,),
}
"""Levels of the offices at which a role exists; the others exist anywhere."""
BELOW_COUNTY = (Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_SUPERVISOR, Role.INSTITUTION_STAFF)
"""Posts an officer staffs; all others are the administrator's."""
APART = (
    {Role.COUNTY_OFFICER, Role.COUNTY_FINANCE},
    {Role.COUNTY_OFFICER, Role.TOWNSHIP_SUPERVISOR},
)
"""Pairs one person never holds together: who proposes does not decide, who decides does not pay."""
ALONE = {Role.AUDITOR, Role.ADMINISTRATOR}
"""Roles that go with no other."""


class NewAgency(Given):
    """An office beside the line, for instance an institution."""

    kind: AgencyKind = of(Agency, "kind")
    name: str = of(Agency, "name", min_length=1)
    division: Place = of(Agency, "division")
    parent: int | None = of(Agency, "parent", None)
    places: list[Place] = PLACES
    phone: str = of(Agency, "phone", "")
    address: str = of(Agency, "address", "")
    since: date = FROM


class NewPost(Given):
    """A post at an office."""

    role: Role = of(Post, "role")
    title: str = of(Post, "title", min_length=1)
    places: list[Place] = PLACES
    since: date = FROM


class Areas(Given):
    """The places a post answers for from a day on; none means all places of its office."""

    places: list[Place] = PLACES
    since: date = FROM


class Appoint(Given):
    """Who takes the post."""

    user: int = ask("人员", "Person")
    since: date = FROM


class Relieve(Given):
    """The first day the holder no longer has the post."""

    until: date = ask("离任日期", "Until (first day without)")


class ClosePost(Given):
    """The first day the post no longer exists."""

    closed_on: date = of(Post, "closed_on")


def agency_of(pk: int) -> Agency:
    """An office by its number; NotFound otherwise."""
    found = Agency.objects.select_related("division").filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def _may_found(viewer: Viewer, given: NewAgency) -> str | None:
    return not_mine(viewer, division(given.division))


@action("org.create_agency", input=NewAgency, roles=STAFFING, allow=_may_found, title=("设立机构", "Create an office"))
def create_agency(viewer: Viewer, given: NewAgency) -> Agency:
    """Found an office; it answers for the places given, or for its seat."""
    seat = division(given.division)
    places = _inside(viewer, given, [seat])
    parent = agency_of(given.parent) if given.parent else None
    agency = Agency.objects.create(
        kind=given.kind, name=given.name, division=seat, parent=parent, phone=given.phone, address=given.address
    )
    for place in places or [seat]:
        AgencyArea.objects.create(agency=agency, division=place, valid_from=given.since)
    return agency


def _inside(viewer: Viewer, given: Any, within: list[Division]) -> list[Division]:
    """The places named; Invalid unless each lies inside one of those the office has: a post never widens its reach."""
    places = list(Division.objects.filter(pk__in=given.places, valid_to=None).order_by("key"))
    spans = [span_of(d.key) for d in within]
    outside = [d.short for d in places if not any(d.key in span for span in spans)]
    if outside or len(places) != len(set(given.places)):
        text = _("must lie in the area of the office: %(places)s") % {"places": ", ".join(outside) or "?"}
        raise wrong(given, "places", "out_of_range", text)
    return places


def _areas_of(agency: Agency, day: date) -> list[Division]:
    rows = agency.areas.filter(valid_on(day)).select_related("division")
    return [row.division for row in rows]


def may_staff(viewer: Viewer, agency: Agency, role: str) -> str | None:
    """Refusal text unless the viewer staffs posts of this role at this office."""
    if outside := not_mine(viewer, agency.division):
        return outside
    if viewer.role not in (Role.ADMINISTRATOR, SYSTEM) and role not in BELOW_COUNTY:
        return _("Only the administrator staffs this kind of post.")
    return None


def _may_create_post(viewer: Viewer, agency: Agency, given: NewPost) -> str | None:
    return may_staff(viewer, agency, given.role)


@action(
    "org.create_post",
    on=Agency,
    input=NewPost,
    roles=STAFFING,
    allow=_may_create_post,
    title=("设置岗位", "Create a post"),
)
def create_post(viewer: Viewer, agency: Agency, given: NewPost) -> Post:
    """Create a post at an office of the level its role belongs to."""
    levels = LEVELS.get(given.role, tuple(Level))
    if agency.division.level not in levels:
        raise wrong(given, "role", "invalid", _("does not exist at an office of this level"))
    places = _inside(viewer, given, _areas_of(agency, given.since))
    if given.role == Role.VILLAGE_DIRECTOR and any(p.level != Level.VILLAGE for p in places or [agency.division]):
        raise wrong(given, "places", "invalid", _("a child director answers for villages: name them"))
    post = Post.objects.create(agency=agency, role=given.role, title=given.title)
    for place in places:
        PostArea.objects.create(post=post, division=place, valid_from=given.since)
    _ask_for_holder(post, given.since)
    return post


def staffed_by(role: Role) -> Role:
    """Who is asked to find somebody for a kind of post."""
    return Role.COUNTY_OFFICER if role in BELOW_COUNTY else Role.ADMINISTRATOR


def _ask_for_holder(post: Post, since: date) -> None:
    place_key = agency_of(post.agency_id).division.key
    leave_task(VACANT_POST.name, subject=post, place_key=place_key, role=staffed_by(Role(post.role)), from_=since)


def may_change_post(viewer: Viewer, post: Post, given: Given) -> str | None:
    """Refusal text unless the viewer staffs this post."""
    return may_staff(viewer, agency_of(post.agency_id), post.role)


@action(
    "org.set_post_areas",
    on=Post,
    input=Areas,
    roles=STAFFING,
    allow=may_change_post,
    title=("调整负责区划", "Set areas"),
)
def set_post_areas(viewer: Viewer, post: Post, given: Areas) -> Post:
    """Say anew which places a post answers for; what it no longer answers for ends on that day."""
    places = _inside(viewer, given, _areas_of(agency_of(post.agency_id), given.since))
    if post.role == Role.VILLAGE_DIRECTOR and (not places or any(p.level != Level.VILLAGE for p in places)):
        raise wrong(given, "places", "invalid", _("a child director answers for villages: name them"))
    kept = set()
    for area in post.areas.filter(valid_to=None):
        if area.division_id in given.places:
            kept.add(area.division_id)
        else:
            area.valid_to = max(given.since, area.valid_from or given.since)
            area.save(update_fields=["valid_to"])
    for place in places:
        if place.pk not in kept:
            PostArea.objects.create(post=post, division=place, valid_from=given.since)
    return post


def _may_appoint(viewer: Viewer, post: Post, given: Appoint) -> str | None:
    if viewer.user_id is not None and given.user == viewer.user_id:
        return _("Nobody appoints themselves.")
    return may_change_post(viewer, post, given)


@action("org.appoint", on=Post, input=Appoint, roles=STAFFING, allow=_may_appoint, title=("任命", "Appoint"))
def appoint(viewer: Viewer, post: Post, given: Appoint) -> PostHolding:
    """Give a post to a person; the holder before is relieved on the same day."""
    user = User.objects.filter(pk=given.user, is_active=True).first()
    if user is None or user.machine:
        raise wrong(given, "user", "unknown", _("is no account that can be used"))
    if post.holdings.filter(user__machine=True).exists():
        raise wrong(given, "user", "contradiction", _("cannot take the post of a client program"))
    if post.closed_on is not None:
        raise wrong(given, "since", "too_late", _("lies after the post was closed"))
    _check_apart(user, post, given)
    current = post.holdings.filter(valid_to=None).first()
    if current is not None:
        if current.user_id == user.pk:
            raise wrong(given, "user", "duplicate", _("holds this post already"))
        if current.valid_from > given.since:
            raise wrong(given, "since", "too_early", _("lies before the present holder began"))
        _leave(viewer, current, given.since)
    done_tasks(post, VACANT_POST.name)
    done_tasks(post, UNUSED_POST.name)
    return PostHolding.objects.create(post=post, user=user, valid_from=given.since)


def _check_apart(user: User, post: Post, given: Appoint) -> None:
    """Separation of duties between the posts of one person."""
    others = (
        PostHolding.objects.filter(user=user, valid_to=None).exclude(post=post).values_list("post__role", flat=True)
    )
    held = {role for role in Role if role in set(others)}
    new = next(role for role in Role if role == post.role)
    clash = {r for r in held if {r, new} in APART or (r != new and (r in ALONE or new in ALONE))}
    if clash:
        names = ", ".join(sorted(r.zh for r in clash))
        text = _("already holds a post that excludes this one: %(roles)s") % {"roles": names}
        raise wrong(given, "user", "contradiction", text)


def _may_relieve(viewer: Viewer, post: Post, given: Relieve) -> str | None:
    if post.holdings.filter(user__machine=True).exists():
        return _("This post was made for a client program and ends with it: close the post.")
    return may_change_post(viewer, post, given)


@action("org.relieve", on=Post, input=Relieve, roles=STAFFING, allow=_may_relieve, title=("免去", "Relieve"))
def relieve(viewer: Viewer, post: Post, given: Relieve) -> Post:
    """The holder leaves; the post stays, vacant."""
    current = post.holdings.filter(valid_to=None).first()
    if current is None:
        raise wrong(given, "until", "invalid", _("does not apply: the post is vacant"))
    if given.until < current.valid_from:
        raise wrong(given, "until", "too_early", _("lies before the holder began"))
    _leave(viewer, current, given.until)
    done_tasks(post, UNUSED_POST.name)
    _ask_for_holder(post, given.until)
    return post


def _leave(viewer: Viewer, holding: PostHolding, until: date) -> None:
    """The holder no longer has the post from that day on; whoever has no other post is signed out everywhere, and the
    keys of a program open nothing any more because they belong to its post."""
    holding.valid_to = until
    holding.save(update_fields=["valid_to"])
    if until <= viewer.today and not held_by(holding.user_id, viewer.today).exists():
        holding.user.end_sessions()


@action(
    "org.close_post",
    on=Post,
    input=ClosePost,
    roles=STAFFING,
    allow=may_change_post,
    title=("撤销岗位", "Close a post"),
)
def close_post(viewer: Viewer, post: Post, given: ClosePost) -> Post:
    """End a post, relieving its holder."""
    current = post.holdings.filter(valid_to=None).first()
    if current is not None:
        _leave(viewer, current, max(given.closed_on, current.valid_from))
    post.closed_on = given.closed_on
    post.save(update_fields=["closed_on"])
    done_tasks(post, VACANT_POST.name)
    done_tasks(post, UNUSED_POST.name)
    return post
