"""Spreadsheets of children that were read: what was registered, and the rows that were not."""

from __future__ import annotations

from hutong.channels.panels import fields_panel, told_panel
from hutong.channels.sheet import Column, Filter, Sheet, register
from hutong.org.terms import Role
from hutong.people.access import CHECKERS
from hutong.people.models import ChildImport

register(
    Sheet[ChildImport](
        "people.childimport",
        ChildImport,
        title=("儿童导入", "Import of children"),
        plural=("儿童导入", "Imports of children"),
        name_of=lambda viewer, one: one.file_name,
        columns=(
            Column("file_name", link=True),
            Column("place_key"),
            Column("imported_on", sort=True),
            Column("registered", numeric=True),
            Column("held", numeric=True),
            Column("refused", numeric=True),
        ),
        filters=(Filter("place_key"), Filter("imported_on")),
        panels=(
            told_panel("people.import_told", ("结果", "Result"), order=10),
            fields_panel("people.import_facts", ("表格", "The table"), ("file_name", "imported_on"), side=True),
        ),
        create=("people.import_children",),
        actions=(),
        roles=(*CHECKERS, Role.AUDITOR),
        area="children",
        rank=60,
        empty=("还没有导入过儿童表格。", "No table of children has been imported yet."),
    )
)
