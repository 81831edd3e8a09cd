"""Client programs on the pages of their office and of their post: what there is, when it was last used, its keys."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hutong.channels.api.tokens import last_used
from hutong.channels.content import Badge, Body, Link, Rows
from hutong.channels.sheet import Panel, action_form, action_url, panel, record_url
from hutong.core.models import Token
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.models import Agency, Post
from hutong.org.queries.posts import holder_of
from hutong.org.screens.offices import places_of_office, posts_here
from hutong.org.terms import Role

KEEPERS = (Role.ADMINISTRATOR, Role.AUDITOR)
YEAR = timedelta(days=365)


def is_program(post: Post, day: date) -> bool:
    """Does a client program hold the post?"""
    user = holder_of(post, day)
    return user is not None and user.machine


def programs(viewer: Viewer, agency: Agency) -> Body | None:
    """Every client program of the office, with the day it was last heard of."""
    posts = list(agency.posts.filter(holdings__user__machine=True).distinct().order_by("closed_on", "title"))
    tokens = list(Token.objects.filter(post_id__in=[p.pk for p in posts]).values_list("pk", "post_id", "valid_to"))
    used = last_used([pk for pk, _post, _to in tokens])
    cells = []
    for post in posts:
        mine = [(pk, to) for pk, post_id, to in tokens if post_id == post.pk]
        working = sum(to is None or to >= viewer.today for _pk, to in mine) if is_program(post, viewer.today) else 0
        last = max((used[pk] for pk, _to in mine if pk in used), default=None)
        heard = last.date() if last else Label("从未", "never")
        cells.append([Link(post.title, record_url(post)), post.role, working, heard])
    heads = [
        Label("程序", "Program"), Label("授权岗位", "Acts as"), Label("有效密钥", "Keys that work"),
        Label("最近使用", "Last used"),
    ]  # fmt: skip
    return Rows(heads, cells, empty=Label("没有对接程序。", "No client programs."), numeric=frozenset({2}))


def keys(viewer: Viewer, post: Post) -> Body | None:
    """The keys of the program at this post, the newest first; never the keys themselves."""
    tokens = list(Token.objects.filter(post_id=post.pk).order_by("-id")[:100])
    if not tokens and not is_program(post, viewer.today):
        return None
    used = last_used([token.pk for token in tokens])
    heads = [
        label_of(Token, "name"), Label("自", "Since"), Label("至", "Until"), Label("最近使用", "Last used"),
        Label("状态", "State"),
    ]  # fmt: skip
    cells = [[t.name, t.valid_from, t.valid_to, _heard(used.get(t.pk)), _state(viewer, post, t)] for t in tokens]
    return Rows(heads, cells, empty=Label("尚未发放密钥。", "No key was issued yet."))


def _heard(moment: datetime | None) -> date | Label:
    return moment.date() if moment else Label("从未", "never")


def _state(viewer: Viewer, post: Post, token: Token) -> Badge | Link:
    ended = token.valid_to is not None and token.valid_to < viewer.today
    if ended or not is_program(post, viewer.today):
        return Badge(Label("已失效", "Ended"))
    if viewer.role == Role.ADMINISTRATOR:
        return Link(Label("停用", "Revoke"), action_url("org.revoke_token", token.pk))
    return Badge(Label("有效", "Works"), "good")


def roles_of_programs(viewer: Viewer, agency: Agency) -> list[tuple[Any, str]]:
    """Roles a program may act as at this office: all that exist there but the administrator's."""
    return [(value, text) for value, text in posts_here(viewer, agency) if value != Role.ADMINISTRATOR]


def page_of_post(result: Any, token: Token) -> str:
    """Back to the post the key belongs to."""
    return record_url(Post(pk=token.post_id))


panel(
    "org.agency",
    Panel(
        "org.agency_programs",
        ("对接程序", "Client programs"),
        programs,
        order=25,
        roles=KEEPERS,
        actions=("org.create_machine_account",),
    ),
)
panel(
    "org.post",
    Panel("org.post_keys", ("接口密钥", "Keys"), keys, order=25, roles=KEEPERS, actions=("org.issue_token",)),
)
action_form(
    "org.create_machine_account",
    text=(
        "其他部门的程序凭密钥使用接口，权限与所选岗位相同；它没有密码，不能登录办公页面。",
        "A program of another office uses the interface with a key, with the rights of the role chosen; it has no"
        " password and cannot sign in to the office pages.",
    ),
    initial=lambda viewer, agency: {"since": viewer.today},
    choices={"role": roles_of_programs, "places": places_of_office},
    after=lambda post, agency: record_url(post),
    done=("已登记，请发放密钥。", "Registered; now issue a key."),
)
action_form(
        "org.issue_token",
        text=("密钥只显示一次，系统只保存其摘要。", "The key is shown once; only its hash is kept."),
        initial=lambda viewer, post: {"valid_to": viewer.today + YEAR - timedelta(days=1)},
        offered=lambda viewer, post: is_program(post, viewer.today),
        after=lambda result, post: record_url(post),
        done=("交给对接程序的管理人员，不要用邮件或聊天工具发送。",
              "Hand it to whoever runs the program; never send it by mail or chat."),
    )  # fmt: skip
action_form(
    "org.revoke_token",
    text=("停用后立即失效；此前的办理记录不变。", "It works no longer at once; what was done with it stays."),
    danger=True,
    after=page_of_post,
    done=("已停用。", "Revoked."),
)
