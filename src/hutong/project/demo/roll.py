"""The roll of the earlier years, taken over before the first month is paid."""

from __future__ import annotations

from datetime import date, timedelta

from hutong.benefits.actions import confirm_roll, import_roll
from hutong.benefits.terms import Category
from hutong.channels.content import Fen, Month
from hutong.channels.tables import write_xlsx
from hutong.core.files import Upload
from hutong.money.actions import approve_accounts
from hutong.money.models import AccountVersion
from hutong.money.terms import AccountState
from hutong.people.terms import Placement
from hutong.project.demo.plan import HOME, Kid, first_month
from hutong.project.demo.staff import HOME_NAME
from hutong.project.demo.stage import Stage
from hutong.project.demo.walking import BANK

HEADS = (
    "儿童姓名", "公民身份号码", "出生日期", "所在村（社区）", "保障类别", "起始月", "月发放额", "收款人", "银行账号",
    "开户银行", "全国系统编号",
)  # fmt: skip
HOME_ACCOUNT = "99990100000000168"
OLD_STANDARD_FEN = {Placement.INSTITUTION: 210000, Placement.SCATTERED: 156000}
"""Fen a month before it was raised: what the old roll paid."""
SLIPS = (17, 61, 143)
"""Rows in which the old roll paid something else than the rules say."""


def take_over(stage: Stage, kids: list[Kid]) -> None:
    """The county hands the roll in, a second officer confirms it and compares the accounts."""
    data = write_xlsx(HEADS, [_row(kid, n, stage.today) for n, kid in enumerate(kids)], title="发放名册")
    given = {"place_id": stage.county.pk, "file": Upload(name="发放名册.xlsx", data=data)}
    stage.do("county", confirm_roll, stage.do("county2", import_roll, given))
    proposed = AccountVersion.objects.filter(state=AccountState.PROPOSED).count()
    stage.do("county", approve_accounts, {"place_id": stage.county.pk, "count": proposed})


def _row(kid: Kid, n: int, today: date) -> tuple[object, ...]:
    home = kid.village == HOME
    amount = OLD_STANDARD_FEN[kid.placement] - kid.dibao_fen - kid.tekun_fen - kid.living_fen
    amount = max(0, amount) + (5000 if n in SLIPS else 0)
    payee = HOME_NAME if home else kid.carer.name if kid.carer else kid.name
    category = Category.FU if kid.situation == "fu" else Category.ORPHAN
    return (
        kid.name, kid.identity, kid.birth, kid.village, category.zh, Month(_since(kid, today)), Fen(amount), payee,
        HOME_ACCOUNT if home else kid.account, BANK, kid.national_no,
    )  # fmt: skip


def _since(kid: Kid, today: date) -> date:
    """The month after the facts were complete."""
    known = max([t.since for t in kid.troubles] or [kid.birth + timedelta(days=120)])
    return min(first_month(known, -8), first_month(today, 1))
