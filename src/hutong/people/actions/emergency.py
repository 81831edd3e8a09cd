"""Break-glass: a child outside one's area is opened at once for a stated reason, and somebody else reviews it."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from hutong.core import places
from hutong.core.action import action
from hutong.core.audit.journal import journal, missed
from hutong.core.clocks import start_clock
from hutong.core.context import note
from hutong.core.errors import Conflict, NotFound
from hutong.core.inputs import Given, Nothing, Text, ask, of, wrong
from hutong.core.jurisdiction import law
from hutong.core.models import Grant, JournalLine, Task
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.terms import JournalKind
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.org.models import Post
from hutong.org.terms import Role
from hutong.people import workflow
from hutong.people.access import (
    BREAK_GLASS,
    HELPERS,
    JOBS,
    REVIEWERS,
    in_my_area,
    not_guessing,
    not_my_own_access,
    shut_until,
)
from hutong.people.models import Child, EmergencyAccess
from hutong.people.terms import AccessReview


class BreakGlass(Given):
    """Which child, and what makes it urgent."""

    child_no: str = of(Child, "child_no")
    reason: Text = of(
        EmergencyAccess,
        "reason",
        words=("紧急理由", "What makes it urgent"),
        hint=(
            "写明发生了什么、为什么不能等待管辖地办理。将由儿童所在地复核。",
            "What happened, and why the place answering for the child cannot be waited for. It is reviewed there.",
        ),
    )


class KeepAccess(Given):
    """A found child and the person to whom it opens; filled by `break_glass` alone."""

    child_id: int = ask("儿童", "Child")
    place_key: int = ask("所在地", "Place")
    post_id: int = ask("岗位", "Post")
    user_id: int = ask("人员", "Person")
    who: str = of(EmergencyAccess, "who")
    where: str = of(EmergencyAccess, "where", "")
    reason: Text = of(EmergencyAccess, "reason")


@action(
    BREAK_GLASS,
    input=BreakGlass,
    roles=HELPERS,
    allow=not_guessing,
    title=("紧急查看辖区外儿童", "Open a child elsewhere"),
)
def break_glass(viewer: Viewer, given: BreakGlass) -> EmergencyAccess:
    """Opens a child outside the reach to this post for the hours of limit ACC-1; the number must be known.

    What is open is seen, and acted for by protective acts alone; decisions and money stay with the place in charge.
    Raises NotFound for a number nobody has and for a child hidden from the viewer; both look the same.
    """
    if viewer.post_id is None or viewer.user_id is None:
        raise NotFound()
    job = system_viewer(BREAK_GLASS, now=viewer.now)
    with acting(job):
        child_id, place_key = _located(viewer, given)
        kept = keep_access(
            job,
            {
                "child_id": child_id,
                "place_key": place_key,
                "post_id": viewer.post_id,
                "user_id": viewer.user_id,
                "who": viewer.name,
                "where": places.name(viewer.place_id) if viewer.place_id is not None else "",
                "reason": given.reason,
            },
        )
    journal(
        viewer,
        JournalKind.EMERGENCY,
        what=BREAK_GLASS,
        subject=Child,
        subject_id=child_id,
        purpose=given.reason,
    )
    return kept


def _located(viewer: Viewer, given: BreakGlass) -> tuple[int, int]:
    """Id and place of the child with that number, nothing else of it."""
    rows = Child.objects.filter(child_no=given.child_no, merged_into=None)
    found = rows.values_list("pk", "actual_key", "registered_key").first()
    if found is None or found[0] in viewer.hidden:
        raise NotFound()
    if found[0] in viewer.granted or viewer.reaches(found[1]) or viewer.reaches(found[2]):
        raise wrong(
            given, "child_no", "duplicate", _("is in your area already"), _("Search for it in the list of children.")
        )
    return found[0], found[1]


@action(
    "people.keep_access",
    input=KeepAccess,
    roles=JOBS,
    title=("登记紧急查看", "Record an emergency access"),
    inner=True,
)
def keep_access(viewer: Viewer, given: KeepAccess) -> EmergencyAccess:
    """The grant, its record where the child lives, and the review asked of the county and the auditor there."""
    codes = places.codes_of_key(given.place_key)
    ends_at = viewer.now + timedelta(hours=law().limit("ACC-1", viewer.today, codes).length)
    grant = Grant.objects.create(
        subject_id=given.child_id,
        place_key=given.place_key,
        post_id=given.post_id,
        why=workflow.EMERGENCY,
        valid_from=viewer.today,
        valid_to=viewer.today + timedelta(days=(ends_at - viewer.now).days + 1),
        ends_at=ends_at,
        looks_only=True,
    )
    kept: EmergencyAccess = EmergencyAccess.objects.create(
        **given.model_dump(exclude={"post_id"}), grant=grant, opened_at=viewer.now, ends_at=ends_at
    )
    clock = start_clock(
        "ACC-2",
        subject=kept,
        place_key=given.place_key,
        role=Role.COUNTY_OFFICER,
        child_id=given.child_id,
        from_=viewer.today,
    )
    for role in REVIEWERS:
        leave_task(
            workflow.REVIEW_ACCESS.name,
            subject=kept,
            place_key=given.place_key,
            role=role,
            child_id=given.child_id,
            urgent=True,
            clock=clock,
        )
    return kept


class ReviewAccess(Given):
    """Whether the reason held, in words that can be answered."""

    outcome: AccessReview = ask("复核结论", "Finding")
    finding: Text = ask("依据", "On what grounds")


@action(
    "people.review_break_glass",
    on=EmergencyAccess,
    input=ReviewAccess,
    roles=REVIEWERS,
    allow=not_my_own_access,
    title=("复核紧急查看", "Review an emergency access"),
)
def review_break_glass(viewer: Viewer, access: EmergencyAccess, given: ReviewAccess) -> EmergencyAccess:
    """Closes the review; an access found unjustified ends at once if it still runs."""
    if access.state != AccessReview.WAITING:
        raise Conflict(_("This access was reviewed already."))
    if given.outcome == AccessReview.WAITING:
        raise wrong(given, "outcome", "invalid", _("is no finding"), _("Choose justified or not justified."))
    access.state = given.outcome
    access.finding = given.finding
    access.reviewed_by_id, access.reviewer, access.reviewed_at = viewer.user_id, viewer.name, viewer.now
    access.save()
    if given.outcome == AccessReview.UNJUSTIFIED and access.ends_at > viewer.now:
        grant = access.grant
        grant.ends_at = viewer.now
        grant.save(update_fields=["ends_at"])
    done_tasks(access, workflow.REVIEW_ACCESS.name)
    return access


# Numbers that were tried


@action("people.watch_number_tries", roles=JOBS, title=("查看输错编号的岗位", "Look at posts that try numbers"))
def watch_number_tries(viewer: Viewer, given: Nothing) -> int:
    """Asks the auditor of their place about posts that emergency access is shut for; how many.

    Tries that an auditor has looked into do not count again.
    """
    lines = missed(BREAK_GLASS, viewer.now - timedelta(days=1)).exclude(post_id=None)
    tried = Post.objects.filter(pk__in=lines.order_by().values("post_id").distinct()).select_related("agency__division")
    fresh = [post for post in tried if _shut(viewer, post) and not _looked_into(post, lines)]
    for post in fresh:
        leave_task(
            workflow.REVIEW_TRIES.name,
            subject=post,
            place_key=post.agency.division.key,
            role=Role.AUDITOR,
            urgent=True,
        )
    return len(fresh)


def _shut(viewer: Viewer, post: Post) -> bool:
    codes = places.codes_of_key(post.agency.division.key)
    return shut_until(post.pk, codes, viewer.now) is not None


def _looked_into(post: Post, lines: QuerySet[JournalLine]) -> bool:
    """Was the last of these tries before an auditor's last finding?"""
    done = Task.objects.filter(kind=workflow.REVIEW_TRIES.name, on_label=Post.label(), on_id=post.pk)
    last = done.aggregate(last=Max("finished_at"))["last"]
    return last is not None and not lines.filter(post_id=post.pk, happened_at__gt=last).exists()


class ReviewTries(Given):
    """What the auditor found."""

    finding: Text = ask("核查结论", "What was found")


@action(
    "people.review_number_tries",
    on=Post,
    input=ReviewTries,
    roles=(Role.AUDITOR,),
    allow=in_my_area,
    title=("核查输错儿童编号", "Look into wrong child numbers"),
)
def review_number_tries(viewer: Viewer, post: Post, given: ReviewTries) -> Post:
    """The finding stays in the record of what was done; the post opens again by itself when its wait is over."""
    note(finding=given.finding)
    done_tasks(post, workflow.REVIEW_TRIES.name)
    return post
