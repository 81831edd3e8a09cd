"""Background work that failed, for the administrator: which, and to run it again or say what was done instead."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from hutong.channels.content import Body, Rows
from hutong.channels.sheet import Column, Panel, Sheet, register
from hutong.core.models import EventLine
from hutong.core.sweep import FAILED, failed_reactions
from hutong.core.tasks import tasks_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.terms import Role


def unsettled(rows: Any, viewer: Viewer) -> Any:
    """Events to which a reaction failed."""
    return rows.filter(Exists(tasks_of(viewer).filter(kind=FAILED, on_id=OuterRef("pk"))))


def what_failed(viewer: Viewer, event: EventLine) -> Body:
    """The reactions by their names in the code; the message stays in the log of the worker."""
    return Rows([Label("失败的处理", "What failed")], [[name] for name in failed_reactions(event)])


register(
    Sheet(
        "core.eventline",
        EventLine,
        title=("后台事项", "Background work"),
        plural=("失败的后台事项", "Background work that failed"),
        fields={"name": ("事件", "Event"), "entry_id": ("办理编号", "Entry")},
        columns=(Column("name", link=True), Column("entry_id", numeric=True)),
        name_of=lambda viewer, event: f"{event.name} {event.pk}",
        narrow=unsettled,
        panels=(Panel("core.failed", ("失败的处理", "What failed"), what_failed),),
        roles=(Role.ADMINISTRATOR,),
        menu=95,
        journalled=False,
        empty=("没有失败的后台事项。", "No background work failed."),
    )
)
