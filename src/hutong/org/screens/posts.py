"""Posts, their holders, and accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet

from hutong.channels.content import Badge, Body, Fact, Facts, Link, Place, Rows
from hutong.channels.limits import due_of_task
from hutong.channels.lookup import PostCard, Staff, register_posts, register_staff
from hutong.channels.panels import fields_panel
from hutong.channels.sheet import Column, Filter, Panel, Sheet, action_form, record_url, register
from hutong.channels.web.home import address_of
from hutong.core.models import User
from hutong.core.record import label_of
from hutong.core.tasks import KINDS, visible_tasks
from hutong.core.terms import Label, TaskState
from hutong.core.viewer import SYSTEM, Viewer
from hutong.org.access import area_of, inside, places_of, spans_of, valid_on
from hutong.org.models import Post, PostHolding
from hutong.org.queries.posts import held_by, holder_of, holders_on
from hutong.org.screens.offices import CHOICES, READERS, places_of_office
from hutong.org.terms import Role

HOLDING = ("org.appoint", "org.relieve", "org.reset_password")


def cards(user_id: int, viewer: Viewer) -> Sequence[PostCard]:
    """Posts among which a user chooses in the header."""
    return [PostCard(p.pk, p.title, p.agency.name) for p in held_by(user_id, viewer.today)]


register_posts(cards)


def posts_in(viewer: Viewer) -> Any:
    """Posts at offices inside the reach, those of the past too."""
    return Post.objects.filter(inside("agency__division__key", viewer.spans)).values("pk")


def role_words(role: str) -> Label | Role | str:
    """A role's words; jobs are the system."""
    return Label("系统", "System") if role == SYSTEM else next((r for r in Role if r == role), role)


register_staff(Staff(posts_in, role_words))


def in_area(rows: QuerySet[Post], viewer: Viewer) -> QuerySet[Post]:
    """Posts of offices in the viewer's area, the present ones."""
    return rows.filter(inside("agency__division__key", area_of(viewer)), closed_on=None)


def by_name(rows: QuerySet[Post], text: str, viewer: Viewer) -> QuerySet[Post]:
    """Posts by title, or by the name of their holder."""
    held = PostHolding.objects.filter(valid_on(viewer.today), user__name__startswith=text).values("post")
    return rows.filter(title__contains=text) | rows.filter(pk__in=held)


def holder(viewer: Viewer, post: Post) -> str | Label:
    """Who holds the post today."""
    today = viewer.today
    held = (h for h in post.holdings.all() if h.valid_from <= today and (h.valid_to is None or h.valid_to > today))
    return next((h.user.name or h.user.username for h in held), Label("空缺", "vacant"))


def areas(viewer: Viewer, post: Post) -> Body:
    """Places with their dates, those of the past too."""
    rows = post.areas.select_related("division").order_by("-valid_from", "id")[:200]
    cells = [[Link(a.division.short, record_url(a.division)), a.valid_from, a.valid_to] for a in rows]
    heads = [Label("区划", "Place"), Label("自", "Since"), Label("至", "Until")]
    return Rows(heads, cells, empty=Label("负责本机构的全部区划。", "Answers for all places of its office."))


def holdings(viewer: Viewer, post: Post) -> Body:
    """Who held it, newest first."""
    rows = post.holdings.select_related("user").order_by("-valid_from", "-id")[:100]
    heads = [label_of(User, "name"), Label("自", "Since"), Label("至", "Until")]
    cells = [[h.user.name, h.valid_from, h.valid_to] for h in rows]
    return Rows(heads, cells, empty=Label("岗位空缺，请任命人员。", "The post is vacant: appoint somebody."))


WAITING = 20
"""Tasks of a vacant post shown at once."""


def waiting(viewer: Viewer, post: Post) -> Body | None:
    """What is asked of a vacant post, the most urgent first; nothing for one that is held.

    Whoever reaches no records sees the work that is about no child, and is never told that there is none.
    """
    if post.closed_on is not None or post.pk in holders_on([post], viewer.today):
        return None
    here = inside("place_key", spans_of(places_of(post, viewer.today)))
    tasks = visible_tasks(viewer).filter(here, role=post.role, state=TaskState.OPEN).select_related("clock")
    first = list(tasks.order_by("-urgent", F("due_on").asc(nulls_last=True), "id")[:WAITING])
    if not first and not viewer.spans:
        return None
    cells = [
        [Link(KINDS[t.kind].title, address_of(t)), Place(key=t.place_key), due_of_task(t)]
        for t in first
        if t.kind in KINDS
    ]
    heads = [Label("事项", "Work"), Label("地点", "Where"), Label("时限", "Time left")]
    count = tasks.count()
    total = (
        [Label(f"共{count}件，列出前{WAITING}件", f"the first {WAITING} of {count}"), "", ""]
        if count > WAITING
        else None
    )
    return Rows(heads, cells, empty=Label("没有待办事项。", "Nothing is waiting here."), total=total)


def head_of(viewer: Viewer, post: Post) -> Sequence[Badge]:
    """Vacant or closed, said at once."""
    if post.closed_on is not None:
        return [Badge(Label("已撤销", "Closed"), "bad")]
    vacant = post.pk not in holders_on([post], viewer.today)
    return [Badge(Label("空缺", "Vacant"), "warn")] if vacant else []


register(
    Sheet[Post](
        "org.post",
        Post,
        title=("岗位", "Post"),
        plural=("岗位与人员", "Posts and staff"),
        name_of=lambda viewer, post: post.title,
        columns=(
            Column("title", link=True),
            Column("role"),
            Column("agency__name"),
            Column("holder", title=("任职人员", "Holder"), value=holder, needs=("title",)),
        ),
        filters=(Filter("role"),),
        search=by_name,
        search_label=("岗位或姓名", "Title or holder"),
        narrow=in_area,
        prefetch=("agency__division", "holdings__user"),
        order=("agency__division__key", "id"),
        head=head_of,
        panels=(
            fields_panel("org.post", ("岗位信息", "Post"), ("role", "agency")),
            Panel("org.post_waiting", ("空缺岗位的待办", "Work waiting at the vacant post"), waiting, order=15),
            Panel("org.holdings", ("任职记录", "Holders"), holdings, order=20, actions=HOLDING),
            Panel("org.post_areas", ("负责的区划", "Answers for"), areas, order=30, actions=("org.set_post_areas",)),
        ),
        create=("org.create_account",),
        roles=READERS,
        area="administration",
        rank=30,
        journalled=False,
    )
)


def people(viewer: Viewer, post: Post) -> list[tuple[Any, str]]:
    """Accounts without a post, and holders of posts in the viewer's area; never all accounts of the country."""
    held = PostHolding.objects.filter(valid_on(viewer.today))
    near = held.filter(inside("post__agency__division__key", area_of(viewer))).values("user")
    free = (
        User.objects.filter(is_active=True, machine=False).exclude(pk__in=held.values("user")).order_by("-id")[:CHOICES]
    )
    mine = User.objects.filter(is_active=True, machine=False, pk__in=near).order_by("name")[:CHOICES]
    known = {u.pk: u for u in [*free, *mine] if u.pk != viewer.user_id}
    return [(u.pk, f"{u.name} ({u.username})") for u in known.values()]


def _since(viewer: Viewer, post: Post) -> dict[str, Any]:
    return {"since": viewer.today}


def _areas(viewer: Viewer, post: Post) -> dict[str, Any]:
    rows = post.areas.filter(valid_to=None).values_list("division_id", flat=True)
    return {"since": viewer.today, "places": list(rows)}


def whose_password(viewer: Viewer, post: Post) -> Body | None:
    """Who is to be told the password, and the name to sign in with."""
    user = holder_of(post, viewer.today)
    if user is None:
        return None
    return Facts([Fact(Label("任职人员", "Holder"), user.name), Fact(label_of(User, "username"), user.username)])


def held_by_person(viewer: Viewer, post: Post) -> bool:
    """Offered where a person holds the post; a client program has no password, and its post ends with it."""
    user = holder_of(post, viewer.today)
    return user is not None and not user.machine


action_form(
        "org.appoint",
        text=("原任职人员同日离任。经办与财务、督导员与县级经办不得由同一人担任。",
              "The present holder leaves the same day. Duties that check each other are never held by one person."),
        initial=_since,
        choices={"user": people},
        offered=lambda viewer, post: not post.holdings.filter(user__machine=True).exists(),
        done=("已任命。", "Appointed."),
    )  # fmt: skip
action_form(
    "org.relieve",
    initial=lambda viewer, post: {"until": viewer.today},
    danger=True,
    offered=held_by_person,
    done=("已免去，岗位空缺。", "Relieved; the post is vacant."),
)
action_form(
    "org.set_post_areas",
    initial=_areas,
    choices={"places": lambda viewer, post: places_of_office(viewer, post.agency)},
    done=("已调整。", "Changed."),
)
action_form("org.close_post", initial=lambda viewer, post: {"closed_on": viewer.today}, danger=True)
action_form(
    "org.create_account",
    text=(
        "账号本身没有任何权限，任命到岗位后才能使用。",
        "An account alone may do nothing; rights come with an appointment.",
    ),
    choices={"locale": lambda viewer, record: list(settings.LANGUAGES)},
    done=("账号已建立，请到岗位页面任命。", "The account is there; now appoint it to a post."),
)
action_form(
    "org.reset_password",
    text=(
        "适用于任职人员忘记密码。新密码只显示一次，本人首次登录时必须另设；其所有已登录的设备立即退出。",
        "For a holder who forgot the password. The new one is shown once and must be changed at the first sign-in;"
        " every device signed in with the account is signed out at once.",
    ),
    danger=True,
    aside=whose_password,
    offered=lambda viewer, post: held_by_person(viewer, post) and viewer.post_id != post.pk,
    done=("核实身份后当面或电话告知本人。", "Tell it face to face or by telephone, having made sure who it is."),
)
