"""What places decided about paying, and their monthly statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hutong.channels.content import Body, Fen, Month, Rows
from hutong.channels.sheet import Column, Filter, Panel, Sheet, register
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.models import (
    Arrangement,
    BankFormat,
    Batch,
    Line,
    Payer,
    Rhythm,
    SharedLimit,
    SigningBand,
    SigningStep,
    Statement,
)
from hutong.money.queries import rules
from hutong.money.terms import BatchState, Item, LineKind, LineState
from hutong.org.terms import Role

_DEFAULT = rules.defaults()["shared_account"]["children"]


def statement_sums(viewer: Viewer, statement: Statement) -> list[Body]:
    """Sums by item, kind and state, and the batches, as they stood when the month was closed."""
    count, amount = label_of(Batch, "count"), label_of(Line, "amount_fen")
    heads = [*(label_of(Line, name) for name in ("item", "kind", "state")), count, amount]
    rows = [
        [Item(r["item"]), LineKind(r["kind"]), LineState(r["state"]), r["count"], Fen(r["sum_fen"])]
        for r in statement.content["lines"]
    ]
    batch_heads = [label_of(Line, "batch"), label_of(Batch, "state"), count, amount]
    batches = [
        [f"#{b['id']}", BatchState(b["state"]), b["count"], Fen(b["total_fen"])] for b in statement.content["batches"]
    ]
    empty = Label("本月没有发放。", "Nothing was paid in the month.")
    return [
        Rows(heads, rows, empty=empty, numeric=frozenset({3, 4})),
        Rows(batch_heads, batches, numeric=frozenset({2, 3})),
    ]


register(
    Sheet[Statement](
        "money.statement",
        Statement,
        title=("月度对账表", "Monthly statement"),
        plural=("月度对账表", "Monthly statements"),
        name_of=lambda viewer, s: f"{s.month:%Y-%m} #{s.revision}",
        columns=(
            Column("month", value=lambda viewer, s: f"{s.month:%Y-%m} #{s.revision}", needs=("month",), link=True),
            Column("place_key"),
            Column("created_at", title=("生成时间", "Made at")),
        ),
        filters=(Filter("place_key"),),
        order=("-month", "-id"),
        panels=(Panel("money.statement_sums", ("金额与笔数", "Sums"), statement_sums, order=10),),
        create=("money.make_statement",),
        actions=(),
        roles=access.READERS[1:],
        area="money",
        rank=50,
        empty=("尚未生成对账表。", "No statement yet."),
    )
)  # fmt: skip


def arrangements(
    name: str,
    kind: type[Arrangement],
    words: tuple[tuple[str, str], tuple[str, str]],
    *columns: str | Column[Any],
    create: str,
    rank: int,
    empty: tuple[str, str],
    monthly: bool = False,
    roles: Sequence[str] = access.OFFICERS,
) -> None:
    """The list of what places decided about one matter: place, what, from which day or month on, by which rule."""
    title, plural = words
    shape = "%Y-%m" if monthly else "%Y-%m-%d"
    month = Column[Any]("valid_from", value=lambda viewer, own: Month(own.valid_from), needs=("valid_from",))
    decided = (column if isinstance(column, Column) else Column[Any](column) for column in columns)
    register(
        Sheet[Any](
            name,
            kind,
            title=title,
            plural=plural,
            name_of=lambda viewer, own: f"{own.place} {own.valid_from:{shape}}",
            columns=(
                Column("place", value=lambda viewer, own: str(own.place), link=True),
                *decided,
                month if monthly else Column("valid_from"),
                Column("basis", minor=True),
            ),
            prefetch=("place",),
            create=(create,),
            actions=(),
            roles=roles,
            area="money",
            rank=rank,
            empty=empty,
        )
    )


ROLE = Column[Any]("role", value=lambda viewer, own: Role(own.role))
arrangements(
    "money.signing_band",
    SigningBand,
    (("签发限额", "Signing band"), ("签发限额", "Signing bands")),
    Column("limit_fen", numeric=True),
    ROLE,
    create="money.set_signing_bands",
    rank=80,
    empty=("各地均适用系统默认限额。", "Every place uses the default bands."),
)
arrangements(
    "money.signing_step",
    SigningStep,
    (("签批流程", "Chain of signatures"), ("签批流程", "Chains of signatures")),
    Column("number", numeric=True),
    ROLE,
    "title",
    create="money.set_signing_chain",
    rank=81,
    empty=(
        "各地均为经办人编制、一人签发（系统默认，待当地确认）。",
        "Everywhere one person prepares and one signs (our default, to be confirmed locally).",
    ),
)
arrangements(
    "money.rhythm",
    Rhythm,
    (("发放周期", "Rhythm of payment"), ("发放周期", "Rhythms of payment")),
    Column("every_months", numeric=True),
    create="money.set_rhythm",
    rank=82,
    empty=("各地均按月发放。", "Every place pays monthly."),
    monthly=True,
)
arrangements(
    "money.payer",
    Payer,
    (("发放层级", "Level that pays"), ("发放层级", "Levels that pay")),
    "level",
    create="money.set_payer",
    rank=84,
    empty=("各地均由县级发放。", "Counties pay everywhere."),
    monthly=True,
)
arrangements(
    "money.shared_limit",
    SharedLimit,
    (("共用账户限额", "Limit of a shared account"), ("共用账户限额", "Limits of shared accounts")),
    Column("most", numeric=True),
    create="money.set_shared_limit",
    rank=86,
    empty=(
        f"各地均适用系统默认：同一账户满 {_DEFAULT} 名儿童须确认（待当地确认）。",
        f"Every place uses our default, to be confirmed locally: from {_DEFAULT} children on one account.",
    ),
)
arrangements(
    "money.bank_format",
    BankFormat,
    (("银行文件格式", "Format of the bank file"), ("银行文件格式", "Formats of bank files")),
    "form",
    "totals",
    Column("separator", minor=True),
    create="money.set_bank_format",
    rank=88,
    empty=(
        "各地均适用系统默认：XLSX；文本文件首行为笔数与总额（待与银行确认）。",
        "Every place uses our default, to be confirmed with its bank: XLSX; texts begin with count and total.",
    ),
    roles=(*access.OFFICERS, Role.COUNTY_FINANCE),
)
