"""Reading a roll of an earlier system: its columns, its children, and where it differs from the law."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hutong.benefits.queries.advice import Advised
from hutong.benefits.terms import Advice, Category
from hutong.channels.tables_io import Heading
from hutong.core.errors import FieldError, Invalid
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.people.models import Child
from hutong.people.queries.identity import identity_key, read_identity

HEADINGS = (
    Heading("name", Label("儿童姓名", "Child"), ("姓名",), required=True),
    Heading(
        "identity_number", Label("公民身份号码", "Identity number"), ("身份证号", "身份证号码"), kind="number_text"
    ),
    Heading("birth_date", Label("出生日期", "Birth date"), ("出生年月日",), kind="date"),
    Heading("place", Label("所在村（社区）", "Village"), ("户籍地", "地址", "村", "村（社区）"), required=True),
    Heading("category", Label("保障类别", "Category"), ("类别", "儿童类别"), required=True),
    Heading("first_month", Label("起始月", "First month"), ("起发月", "纳入月份"), required=True, kind="month"),
    Heading("amount_fen", Label("月发放额", "Amount a month"), ("月标准", "金额"), required=True, kind="money"),
    Heading("payee", Label("收款人", "Payee"), ("监护人姓名", "监护人", "户名")),
    Heading("account", Label("银行账号", "Account"), ("账号", "卡号"), kind="number_text"),
    Heading("bank", Label("开户银行", "Bank"), ("开户行",)),
    Heading(
        "national_no",
        Label("全国系统编号", "Number in the national system"),
        ("系统编号", "儿童编号"),
        kind="number_text",
    ),
)
"""Columns of a roll, in the order of the template."""
SHORT = {"事实无人抚养": Category.FU, "事无儿童": Category.FU, "散居孤儿": Category.ORPHAN, "机构孤儿": Category.ORPHAN}
"""Words local rolls use instead of the full name of a category."""


def in_column(name: str, code: str, message: str, remedy: str) -> Invalid:
    """A finding about a cell of a row, under the heading of its column."""
    heading = next(heading for heading in HEADINGS if heading.name == name)
    return Invalid([FieldError(name, code, message, remedy, label=heading.shown)])


def read_category(text: str) -> Category:
    """The category a roll means; raises Invalid naming the words that are understood."""
    words = {c.value: c for c in Category} | {c.zh: c for c in Category} | SHORT
    found = words.get(text.strip()) or words.get(text.strip().casefold())
    if found is None:
        known = "、".join(c.zh for c in Category)
        raise in_column("category", "unknown", _("“%(text)s” is not known") % {"text": text}, known)
    return found


def known_child(viewer: Viewer, row: dict[str, Any]) -> Child | None:
    """The child on file with the row's identity number or national number, inside the viewer's reach."""
    mine = Child.objects.visible_to(viewer).filter(merged_into=None, died_on=None)
    if row["identity_number"]:
        number = str(read_identity(row["identity_number"], viewer.today).normalised)
        return mine.filter(identity_key=identity_key(number)).first()
    if row["national_no"]:
        return mine.filter(national_no=row["national_no"]).first()
    return None


def differences(advised: Advised, category: Category, amount_fen: int) -> list[dict[str, Any]]:
    """What the law says otherwise, each with both values; empty where roll and law agree."""
    if advised.advice == Advice.CANNOT_DECIDE:
        return [{"what": "facts", "roll": "", "law": [m.fact for m in advised.ask]}]
    if advised.advice == Advice.REFUSE:
        return [{"what": "entitlement", "roll": category.value, "law": advised.advice.value}]
    found: list[dict[str, Any]] = []
    if advised.category != category:
        found.append({"what": "category", "roll": category.value, "law": advised.category})
    if advised.amount_fen != amount_fen:
        found.append({"what": "amount_fen", "roll": amount_fen, "law": advised.amount_fen})
    return found
