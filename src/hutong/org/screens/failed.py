"""Background work, for the administrator: what failed, to run it again or say what was done instead; and the seal."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse

from hutong.channels.content import Body, Rows
from hutong.channels.sheet import Column, Panel, Sheet, page, register
from hutong.channels.trail import seal_state
from hutong.channels.web.frame import show, viewer_of
from hutong.core.models import EventLine
from hutong.core.sweep import FAILED, failed_reactions
from hutong.core.tasks import tasks_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.terms import Role


def unsettled(rows: QuerySet[EventLine], viewer: Viewer) -> QuerySet[EventLine]:
    """Events to which a reaction failed."""
    return rows.filter(Exists(tasks_of(viewer).filter(kind=FAILED, on_id=OuterRef("pk"))))


def what_failed(viewer: Viewer, event: EventLine) -> Body:
    """The reactions by their names in the code; the message stays in the log of the worker."""
    return Rows([Label("失败的处理", "What failed")], [[name] for name in failed_reactions(event)])


register(
    Sheet[EventLine](
        "core.eventline",
        EventLine,
        title=("后台事项", "Background work"),
        plural=("失败的后台事项", "Background work that failed"),
        columns=(Column("name", link=True), Column("entry_id", numeric=True)),
        name_of=lambda viewer, event: f"{event.name} {event.pk}",
        narrow=unsettled,
        panels=(Panel("core.failed", ("失败的处理", "What failed"), what_failed),),
        roles=(Role.ADMINISTRATOR,),
        area="administration",
        rank=70,
        journalled=False,
        empty=("没有失败的后台事项。", "No background work failed."),
    )
)


SEAL = ("审计封存", "Seal of the audit")
LOOK = Label(
    "封存由后台服务每分钟进行一次。长时间停滞时，请查看后台服务的日志、是否有长时间未结束的数据库事务、封存摘要文件能否写入。",
    "The background service seals once a minute. Where it stands still, look at the log of that service, for database"
    " transactions that do not end, and whether the file with the heads can be written.",
)


@page("core/seal/", name="core.seal", roles=(Role.ADMINISTRATOR,), title=SEAL, area="administration", rank=80)
def seal_page(request: HttpRequest) -> HttpResponse:
    """How far the record is sealed, and where to look when it stands still."""
    title = Label(*SEAL).text(viewer_of(request).locale)
    return show(request, "channels/plain.html", {"text": LOOK, "bodies": [seal_state()]}, title=title)
