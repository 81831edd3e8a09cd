"""A small desk to try the doors on: tasks of the spine as the records, two posts, a handful of places."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from hutong.channels import finding, lookup, sheet
from hutong.channels.content import Badge, Counts, Due, Fact, Facts, Fen, Note, Place, Rows, Step, Steps
from hutong.channels.lookup import Hit, PostCard
from hutong.channels.panels import fields_panel
from hutong.channels.sheet import Column, Filter, Panel, Sheet
from hutong.core import action as action_module
from hutong.core import places
from hutong.core import tasks as tasks_module
from hutong.core import viewer as viewer_module
from hutong.core.action import action
from hutong.core.crypto import new_token, token_digest
from hutong.core.errors import NotFound
from hutong.core.files import Upload, store_file
from hutong.core.inputs import Given, ask
from hutong.core.models import Task, Token, User
from hutong.core.places import child_key, span_of
from hutong.core.tasks import leave_task, task_kind
from hutong.core.terms import DataClass, Term
from hutong.core.viewer import Viewer

PROVINCE = child_key(0, 99)
HERE = child_key(PROVINCE, 1)
ELSEWHERE = child_key(PROVINCE, 2)
NAMES = {PROVINCE: "示范省", HERE: "示范省青禾市", ELSEWHERE: "示范省白石市"}


class Outcome(Term):
    """Answers of the test form."""

    AGREE = "agree", "同意", "agree"
    RETURN = "return", "退回", "return"
    REFUSE = "refuse", "不同意", "refuse"


class Item(Given):
    """A line of a list in the test form."""

    what: str = ask("事项", "What", max_length=20)
    amount: int = ask("金额", "Amount", control="money")


class NewTask(Given):
    """Every kind of question a form can ask."""

    note: str = ask("说明", "Note", hint=("需要办理的事情。", "What has to be done."), min_length=1, max_length=60)
    outcome: Outcome = ask("意见", "Opinion")
    due: date | None = ask("期限", "Due on", None)
    number: int = ask("数量", "Number", 1, ge=1, le=9)
    amount: int = ask("金额", "Amount", 0, control="money")
    month: date | None = ask("月份", "Month", None)
    urgent: bool = ask("紧急", "Urgent", False)
    known: bool | None = ask("父亲情况是否清楚", "Father known", None)
    place: int | None = ask("地点", "Place", None, control="place")
    reasons: list[str] = ask("理由", "Reasons", [])
    views: list[Outcome] = ask("各方意见", "Views", [])
    items: list[Item] = ask("明细", "Items", [])
    paper: Upload | None = ask("材料", "Paper", None)
    remark: str = ask("备注", "Remark", "", section=("补充", "More"), control="text")


class Decide(Given):
    """Input of the decision."""

    outcome: Outcome = ask("意见", "Opinion")
    reasons: str = ask("理由", "Reasons", "", control="text")


class FakePlaces:
    """Answers for the three places of the desk; the id of a place is its key."""

    def key(self, place_id: int) -> int:
        return self._known(place_id)

    def name(self, place_id: int, lang: str, on: date | None) -> str:
        return NAMES[self._known(place_id)]

    def codes(self, place_id: int) -> list[str]:
        return ["CN"]

    def codes_of_key(self, key: int) -> list[str]:
        return ["CN"]

    def names_of_keys(self, keys: Collection[int], lang: str) -> dict[int, str]:
        return {key: NAMES[key] for key in keys if key in NAMES}

    def find(self, text: str) -> int:
        return self._known(int(text.rpartition(":")[2])) if text.rpartition(":")[2].isdigit() else self._known(-1)

    def written(self, keys: Collection[int]) -> dict[int, str]:
        return {key: f"own:{key}" for key in keys if key in NAMES}

    def _known(self, key: int) -> int:
        if key not in NAMES:
            raise NotFound()
        return key


def viewer_at(role: str, now: datetime, key: int = HERE, **more: Any) -> Viewer:
    """A viewer of the desk."""
    kept = {"clearance": DataClass.PERSONAL, "name": "林晓", "user_id": 7, **more}
    return Viewer(post_id=1, role=role, now=now, spans=(span_of(key),), place_id=key, **kept)


def _panels() -> list[Panel]:
    def facts(viewer: Viewer, task: Task) -> list[Any]:
        return [Facts([Fact("金额", Fen(123456), "民发〔2019〕62号"), Fact("地点", Place(key=task.place_key))])]

    def rows(viewer: Viewer, task: Task) -> Any:
        lines = [[f"2026-0{n}", Badge("已发放", "good"), Fen(95000 + n)] for n in range(1, 7)]
        return Rows(["月份", "状态", "金额（元）"], lines, total=["合计", "", Fen(570021)], numeric=frozenset({2}))

    def more(viewer: Viewer, task: Task) -> Any:
        numbers = [("本月应发", "1,204", "/", "较上月 +3", "good"), ("差异", "2", "", "需核对", "bad")]
        steps = [Step("乡镇查验", "2026-11-02", "材料齐全", "good"), Step("登记", "2026-11-01", "村儿童主任")]
        return [
            Note("父亲死亡、母亲失联满六个月，符合条件。", "good", "系统建议：予以确认"),
            Counts(numbers),
            Steps(steps),
        ]

    return [
        fields_panel("core.own", ("基本情况", "Basics"), ("note", "due_on", "urgent", "place_key", "state"), order=1),
        Panel("core.facts", ("款项", "Money"), facts, order=2, actions=("core.desk_decide",)),
        Panel("core.rows", ("发放记录", "Payments"), rows, order=3),
        Panel("core.more", ("办理情况", "Progress"), more, order=4, side=True),
        Panel("core.secret", ("仅审计", "Audit only"), lambda v, t: Note("x"), roles=("auditor",)),
    ]


def task_sheet() -> Sheet[Task]:
    return Sheet[Task](
        "core.task",
        Task,
        title=("事项", "Matter"),
        plural=("事项清单", "Matters"),
        fields={
            "note": ("说明", "Note"), "due_on": ("期限", "Due on"), "urgent": ("紧急", "Urgent"),
            "state": ("状态", "State"), "place_key": ("地点", "Place"),
        },
        columns=(
            Column("id", ("编号", "No."), sort=True, numeric=True, minor=True),
            Column("note", link=True, sort=True),
            Column("due_on", sort=True, value=None),
            Column("light", ("时限", "Time limit"), lambda v, t: Due(t.due_on), needs=("due_on",), export=False),
            Column("place_key"),
            Column("state"),
        ),
        name_of=lambda viewer, task: task.note or "—",
        filters=(Filter("state"), Filter("urgent"), Filter("due_on"), Filter("place_key"), Filter("note")),
        search=lambda rows, text, viewer: rows.filter(note__gte=text, note__lt=text + "\U0010ffff"),
        search_label=("说明", "Note"),
        panels=_panels(),
        head=lambda viewer, task: (Badge("待办", "info"), Due(task.due_on)),
        create=("core.desk_new",),
        order=("due_on", "id"),
        area="work",
        rank=10,
    )  # fmt: skip


REGISTRIES: tuple[Any, ...] = (
    sheet.SHEETS, sheet.PAGES, sheet.PANELS, sheet.ACTION_FORMS, lookup.LOOKUPS, lookup._posts, finding.FINDERS,
    action_module.ACTIONS, tasks_module.KINDS, places._resolver, viewer_module._loader,
)  # fmt: skip


def restore(registry: Any, before: Any) -> None:
    registry.clear()
    registry.update(before) if isinstance(registry, dict) else registry.extend(before)


def declare() -> None:
    task_kind("core.desk", title=("核实情况", "Check the situation"))
    sheet.register(task_sheet())
    lookup.register_posts(lambda user_id, viewer: [PostCard(1, "县级民政经办人", "青禾市民政局")])
    lookup.register_lookup(
        "place",
        lambda viewer, text: [Hit(str(k), n, "99") for k, n in NAMES.items() if text in n],
        lambda viewer, value: NAMES.get(int(value), "") if value.isdigit() else "",
    )

    @action("core.desk_new", input=NewTask, roles=("clerk",), title=("登记事项", "Record a matter"))
    def desk_new(viewer: Viewer, given: NewTask) -> Task:
        task = new_task(given.note, given.due, urgent=given.urgent)
        if given.paper:
            store_file(viewer, given.paper.data, given.paper.name, place_key=HERE)
        return task

    @action("core.desk_decide", on=Task, input=Decide, roles=("clerk",), title=("作出决定", "Decide"))
    def desk_decide(viewer: Viewer, task: Task, given: Decide) -> Task:
        task.note = f"{task.note} {given.outcome.zh}"[:60]
        task.save(update_fields=["note"])
        return task

    @action("core.desk_fill", input=Given, roles=("clerk",), title=("准备", "Fill"))
    def desk_fill(viewer: Viewer, given: Given) -> int:
        for n in range(60):
            due = viewer.today + timedelta(days=n - 12) if n % 7 else None
            new_task(f"{'柳如烟赵思远'[n % 6]}{n:02d} 核实父母情况", due, urgent=n == 10)
        return 60

    def evidence(viewer: Viewer, task: Task) -> list[Any]:
        return [Note("两项条件均有证明。", "good", "系统建议：同意"), *_panels()[1].render(viewer, task)]

    words = ("请对照证据作出决定。", "Decide with the evidence beside you.")
    sheet.action_form("core.desk_decide", text=words, primary=True, confirm=True, aside=evidence)


def new_task(note: str, due: date | None, *, urgent: bool = False, key: int = HERE) -> Task:
    """One task, inside a running action."""
    return leave_task("core.desk", subject=User(pk=1), place_key=key, role="clerk", due=due, note=note, urgent=urgent)


def key_of(posts: dict[int, Viewer], viewer: Viewer, post_id: int = 1, **days: Any) -> tuple[str, int]:
    """A key of a new client program with the rights of a viewer of the desk, and its account."""
    with transaction.atomic(), connection.cursor() as cursor:  # as within an action
        cursor.execute("select set_config('hutong.entry', '1', true), set_config('hutong.package', 'core', true)")
        key = new_token()
        user = User.objects.create(username=f"program-{key[-12:]}", name="其他部门", machine=True)
        kept = {"valid_from": date(2026, 1, 1), **days}
        Token.objects.create(user=user, post_id=post_id, name="x", digest=token_digest(key), **kept)
        cursor.execute("select set_config('hutong.entry', '', true), set_config('hutong.package', '', true)")
    posts[user.pk] = replace(viewer, user_id=user.pk, machine=True)
    return key, user.pk
