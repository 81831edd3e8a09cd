"""Break-glass as pages: the form, and what was opened in an emergency where the children live."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hutong.channels.content import Badge, Body, Fact, Facts, Link, Rows, Tone
from hutong.channels.panels import fields_panel
from hutong.channels.sheet import HOME, Column, Filter, Panel, Sheet, action_form, record_url, register
from hutong.channels.words import words
from hutong.core.access import shown
from hutong.core.audit.journal import missed
from hutong.core.models import User
from hutong.core.tasks import tasks_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.models import Post
from hutong.people import workflow
from hutong.people.access import BREAK_GLASS, REVIEWERS
from hutong.people.models import Child, EmergencyAccess
from hutong.people.queries.children import name_of
from hutong.people.terms import AccessReview

MONTH_DAYS = 30
_TONES: dict[str, Tone] = {
    AccessReview.WAITING: "warn",
    AccessReview.JUSTIFIED: "good",
    AccessReview.UNJUSTIFIED: "bad",
}


def state_cell(viewer: Viewer, access: EmergencyAccess) -> Badge:
    """To be reviewed, justified or not, in words and colour."""
    return Badge(access.state, _TONES[access.state])


def head_of(viewer: Viewer, access: EmergencyAccess) -> Sequence[Badge]:
    """Where the review stands, and whether the child is still open to the person."""
    running = access.grant.ends_at is not None and access.grant.ends_at > viewer.now
    still = Badge(Label("仍可查看", "Still open"), "info") if running else Badge(Label("已到期", "Ended"))
    return [state_cell(viewer, access), still]


def of_child(viewer: Viewer, access: EmergencyAccess) -> Body:
    """Whose file was opened."""
    return Facts([Fact(Label("儿童", "Child"), Link(name_of(viewer, access.child), record_url(access.child)))])


def _open_still(viewer: Viewer, access: EmergencyAccess) -> bool:
    return access.state == AccessReview.WAITING and access.user_id != viewer.user_id


register(
    Sheet[EmergencyAccess](
        "people.emergency",
        EmergencyAccess,
        title=("紧急查看", "Emergency access"),
        plural=("紧急查看复核", "Emergency access"),
        columns=(
            Column("who", link=True),
            Column("where"),
            Column("opened_at"),
            Column("place_key"),
            Column("state", value=state_cell),
        ),
        name_of=lambda viewer, access: f"{shown(viewer, access, 'who')} · {words(access.opened_at, viewer.locale)}",
        filters=(Filter("state"), Filter("place_key")),
        prefetch=("grant", "child"),
        head=head_of,
        panels=(
            Panel("people.emergency_child", ("儿童", "Child"), of_child, order=5),
            fields_panel(
                "people.emergency_what",
                ("谁、为何查看", "Who and why"),
                ("who", "where", "opened_at", "ends_at", "reason"),
                order=10,
            ),
            fields_panel(
                "people.emergency_review",
                ("复核", "Review"),
                ("state", "finding", "reviewer", "reviewed_at"),
                order=20,
            ),
        ),
        roles=REVIEWERS,
        area="children",
        rank=60,
        empty=("没有人紧急查看过本辖区的儿童。", "Nobody opened a child of this area in an emergency."),
    )
)
action_form(
    "people.break_glass",
    text=(
        "仅用于来不及联系管辖地的紧急情况。只在限定时间内有效（默认24小时，待确认），全程留痕，"
        "并由儿童所在地的民政部门或审计岗位复核。期间可以查看、登记发现，其他事项仍由管辖地办理。",
        "For emergencies that cannot wait for the place in charge. It holds for a limited time (24 hours by"
        " default, to be confirmed), is recorded, and reviewed by the county or the auditor where the child is. You"
        " may look and record what you find; everything else stays with the place in charge.",
    ),
    danger=True,
    after=lambda result, record: record_url(Child, result.child_id),
    done=("已打开。您的查看已记录，将被复核。", "Opened. Your access is recorded and will be reviewed."),
)
action_form(
    "people.review_break_glass",
    text=("理由不成立的，查看立即终止。", "Where the reason does not hold, the access ends at once."),
    primary=True,
    offered=_open_still,
    choices={"outcome": lambda v, a: [(w, w) for w in AccessReview if w != AccessReview.WAITING]},
    done=("已复核。", "Reviewed."),
)


def tries(viewer: Viewer, post: Post) -> Body:
    """Who at the post tried, when, and that nothing was there; the numbers themselves are kept nowhere."""
    since = viewer.now - timedelta(days=MONTH_DAYS)
    lines = missed(BREAK_GLASS, since).filter(post_id=post.pk).order_by("-id")[:100]
    names = dict(User.objects.filter(pk__in={line.user_id for line in lines}).values_list("pk", "name"))
    cells = [[line.happened_at, names.get(line.user_id or 0, "")] for line in lines]
    heads = [Label("时间", "When"), Label("人员", "Who")]
    return Rows(heads, cells, empty=Label("近30天没有输错编号。", "No wrong numbers in 30 days."))


def asked_about(viewer: Viewer, post: Post) -> bool:
    """Is there a task to look into this post?"""
    return tasks_of(viewer).filter(kind=workflow.REVIEW_TRIES.name, on_id=post.pk).exists()


action_form(
    "people.review_number_tries",
    text=(
        "该岗位短时间内多次输入不存在或不可查看的儿童编号，紧急查看已暂停。请联系其单位核实原因。",
        "In a short time this post entered many child numbers that do not exist or may not be seen; emergency"
        " access is shut for it. Ask its office why.",
    ),
    aside=tries,
    offered=asked_about,
    after=lambda post, record: HOME,
    done=("已核查。", "Looked into."),
)
