"""What places decided about paying, and their monthly statements."""

from __future__ import annotations

from hutong.channels.content import Body, Fen, Month, Rows
from hutong.channels.sheet import Column, Filter, Panel, Sheet, register
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.models import BankFormat, Batch, Line, Payer, Rhythm, SharedLimit, SigningBand, Statement
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
register(
    Sheet[SigningBand](
        "money.signing_band",
        SigningBand,
        title=("签发限额", "Signing band"),
        plural=("签发限额", "Signing bands"),
        name_of=lambda viewer, band: f"{band.place} {band.valid_from}",
        columns=(
            Column("place", value=lambda viewer, band: str(band.place), link=True),
            Column("limit_fen", numeric=True),
            Column("role", value=lambda viewer, band: Role(band.role)),
            Column("valid_from"),
            Column("basis", minor=True),
        ),
        prefetch=("place",),
        create=("money.set_signing_bands",),
        actions=(),
        roles=access.OFFICERS,
        area="money",
        rank=80,
        empty=("各地均适用系统默认限额。", "Every place uses the default bands."),
    )
)  # fmt: skip
register(
    Sheet[Rhythm](
        "money.rhythm",
        Rhythm,
        title=("发放周期", "Rhythm of payment"),
        plural=("发放周期", "Rhythms of payment"),
        name_of=lambda viewer, rhythm: f"{rhythm.place} {rhythm.valid_from:%Y-%m}",
        columns=(
            Column("place", value=lambda viewer, rhythm: str(rhythm.place), link=True),
            Column("every_months", numeric=True),
            Column("valid_from", value=lambda viewer, s: Month(s.valid_from), needs=("valid_from",)),
            Column("basis", minor=True),
        ),
        prefetch=("place",),
        create=("money.set_rhythm",),
        actions=(),
        roles=access.OFFICERS,
        area="money",
        rank=82,
        empty=("各地均按月发放。", "Every place pays monthly."),
    )
)  # fmt: skip
register(
    Sheet[Payer](
        "money.payer",
        Payer,
        title=("发放层级", "Level that pays"),
        plural=("发放层级", "Levels that pay"),
        name_of=lambda viewer, entry: f"{entry.place} {entry.valid_from:%Y-%m}",
        columns=(
            Column("place", value=lambda viewer, entry: str(entry.place), link=True),
            Column("level"),
            Column("valid_from", value=lambda viewer, entry: Month(entry.valid_from), needs=("valid_from",)),
            Column("basis", minor=True),
        ),
        prefetch=("place",),
        create=("money.set_payer",),
        actions=(),
        roles=access.OFFICERS,
        area="money",
        rank=84,
        empty=("各地均由县级发放。", "Counties pay everywhere."),
    )
)  # fmt: skip
register(
    Sheet[SharedLimit](
        "money.shared_limit",
        SharedLimit,
        title=("共用账户限额", "Limit of a shared account"),
        plural=("共用账户限额", "Limits of shared accounts"),
        name_of=lambda viewer, limit: f"{limit.place} {limit.valid_from}",
        columns=(
            Column("place", value=lambda viewer, limit: str(limit.place), link=True),
            Column("most", numeric=True),
            Column("valid_from"),
            Column("basis", minor=True),
        ),
        prefetch=("place",),
        create=("money.set_shared_limit",),
        actions=(),
        roles=access.OFFICERS,
        area="money",
        rank=86,
        empty=(
            f"各地均适用系统默认：同一账户满 {_DEFAULT} 名儿童须确认（待当地确认）。",
            f"Every place uses our default, to be confirmed locally: from {_DEFAULT} children on one account.",
        ),
    )
)  # fmt: skip
register(
    Sheet[BankFormat](
        "money.bank_format",
        BankFormat,
        title=("银行文件格式", "Format of the bank file"),
        plural=("银行文件格式", "Formats of bank files"),
        name_of=lambda viewer, entry: f"{entry.place} {entry.valid_from}",
        columns=(
            Column("place", value=lambda viewer, entry: str(entry.place), link=True),
            Column("form"),
            Column("totals"),
            Column("separator", minor=True),
            Column("valid_from"),
            Column("basis", minor=True),
        ),
        prefetch=("place",),
        create=("money.set_bank_format",),
        actions=(),
        roles=(*access.OFFICERS, Role.COUNTY_FINANCE),
        area="money",
        rank=88,
        empty=(
            "各地均适用系统默认：XLSX；文本文件首行为笔数与总额（待与银行确认）。",
            "Every place uses our default, to be confirmed with its bank: XLSX; texts begin with count and total.",
        ),
    )
)  # fmt: skip
