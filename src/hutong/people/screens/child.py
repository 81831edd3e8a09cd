"""The list of children and the head of a child's page."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from hutong.channels.content import Badge
from hutong.channels.sheet import Column, Filter, Sheet, register
from hutong.core.access import may_read
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.terms import Role
from hutong.people.actions.inputs import ChildFacts
from hutong.people.models import Child
from hutong.people.queries.children import name_of, search_children
from hutong.people.queries.names import read_name
from hutong.people.screens.labels import birth_cell
from hutong.people.terms import LegalStatus, NameFlag

READERS = tuple(r for r in Role if r not in (Role.ADMINISTRATOR, Role.MINISTRY_OFFICER))
"""Posts that see single children; the ministry sees figures."""


SHOWN = ("name", "sex", "birth_date", "birth_precision", "status", "placement")
"""Facts that have a column of their own in the list, or a part of one."""


def head_of(viewer: Viewer, child: Child) -> Sequence[Badge]:
    """What must not be overlooked: death, a merged file, no registration, a name other systems cannot show."""
    found = []
    if child.merged_into_id:
        found.append(Badge(Label("已并入另一档案", "Merged into another file"), "warn"))
    if child.died_on and may_read(viewer, Child, "died_on"):
        found.append(Badge(Label("已死亡", "Died"), "bad"))
    if child.status != LegalStatus.ORDINARY and may_read(viewer, Child, "status"):
        found.append(Badge(child.status, "info"))
    if may_read(viewer, Child, "name") and NameFlag.PRIVATE_USE in read_name(child.name).flags:
        found.append(Badge(NameFlag.PRIVATE_USE, "warn"))
    return found


def without_merged(rows: QuerySet[Child], viewer: Viewer) -> QuerySet[Child]:
    """Files that were merged into another are reached from there, not listed."""
    return rows.filter(merged_into=None)


register(
    Sheet[Child](
        "people.child",
        Child,
        title=("儿童", "Child"),
        plural=("儿童档案", "Children"),
        name_of=name_of,
        columns=(
            Column("name", value=name_of, needs=("name", "child_no"), link=True),
            Column("child_no", minor=True),
            Column("sex", minor=True),
            Column("birth_date", value=birth_cell, needs=("birth_date", "birth_precision")),
            Column("actual_key"),
            Column("status", minor=True),
            Column("placement", minor=True),
            *(Column[Child](name, extra=True) for name in ChildFacts.model_fields if name not in SHOWN),
        ),
        filters=(
            Filter("actual_key"),
            Filter("sex"),
            Filter("birth_date"),
            Filter("status"),
            Filter("placement"),
            Filter("health"),
        ),
        search=search_children,
        search_label=("姓名、拼音、首字母、编号或身份号码", "Name, pinyin, initials, number"),
        narrow=without_merged,
        head=head_of,
        actions=(
            "people.take_over",
            "people.keep_apart",
            "people.correct_child",
            "people.correct_identity",
            "people.set_residence",
            "people.merge_children",
            "people.record_death",
            "people.withdraw_death",
        ),
        create=("people.register_child", "people.import_children", "people.break_glass"),
        roles=READERS,
        area="children",
        rank=10,
        empty=(
            "没有符合条件的儿童。新发现的儿童请点“登记儿童”，没有户口、身份号码或姓名也可以登记。",
            "No child matches. Register a newly found child: neither papers nor a name are needed.",
        ),
    )
)
