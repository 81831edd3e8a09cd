"""Reading a roll of an earlier system: its columns, its children, and where it differs from the law."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from hutong.benefits.models import Award, Determination, Handover, RollImport, RollRow
from hutong.benefits.queries.advice import Advised
from hutong.benefits.terms import Advice, Category
from hutong.channels.tables import headings_of
from hutong.core import places
from hutong.core.errors import FieldError, Invalid
from hutong.core.inputs import DIGITS, Fen, Given, Line, Month, ask, of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money.queries.relation import Waiting
from hutong.people.models import Child
from hutong.people.queries.identity import NUMBER_HEADINGS


class RollLine(Given):
    """What a roll says of a child; its village and its category are read as people write them."""

    name: str = of(Child, "name", words=("儿童姓名", "Child"))  # beside the payee's
    identity_number: Line = of(Child, "identity", "", control=DIGITS)
    birth_date: date | None = of(Child, "birth_date", None)
    place: Line = ask("所在村（社区）", "Village")
    category: Line = of(Award, "category")
    first_month: Month = of(Award, "first_month")
    amount_fen: Fen = of(Determination, "amount_fen")
    payee: str = of(Handover, "payee_name", "")
    account: Line = ask("银行账号", "Account", "", control=DIGITS)
    bank: Line = ask("开户银行", "Bank", "")
    national_no: str = of(Award, "national_no", "", control=DIGITS)
    in_spite_of: Line = ask("仍要登记的理由", "Why it is another child", "")


HEADINGS = headings_of(
    RollLine,
    {
        "name": ("姓名",),
        "identity_number": NUMBER_HEADINGS,
        "birth_date": ("出生年月日", "出生年月"),
        "place": ("户籍地", "地址", "村", "村（社区）"),
        "category": ("类别", "儿童类别"),
        "first_month": ("起发月", "纳入月份"),
        "amount_fen": ("月标准", "金额"),
        "payee": ("监护人姓名", "监护人", "户名"),
        "account": ("账号", "卡号"),
        "bank": ("开户行",),
        "national_no": ("系统编号", "儿童编号"),
    },
    own=("name", "identity_number", "birth_date", "national_no"),
    part_dates=("birth_date",),
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


WAITS = Label("名册“{0}”待第二人确认", "the roll “{0}” waits for its second confirmation")


def waiting(viewer: Viewer, place_key: int) -> list[Waiting]:
    """Rolls with awards at a place or below that no second officer has confirmed: no run pays them until then."""
    span = places.span_of(place_key)
    rows = RollRow.objects.filter(
        roll__confirmed_on=None, award__place_key__gte=span.lo, award__place_key__lt=span.hi
    ).values("roll_id")
    told = rows.annotate(children=Count("award_id"), fen=Sum("paid_fen")).order_by("roll_id")
    rolls = RollImport.objects.visible_to(viewer).in_bulk([row["roll_id"] for row in told])
    return [
        Waiting(WAITS.filled(rolls[row["roll_id"]].file_name), rolls[row["roll_id"]], row["children"], row["fen"] or 0)
        for row in told
        if row["roll_id"] in rolls
    ]


def by_category(roll: RollImport) -> list[tuple[Category, int, int]]:
    """What a roll pays: children and fen a month of each category."""
    rows = RollRow.objects.filter(roll=roll, award__isnull=False).values("award__category")
    told = rows.annotate(children=Count("award_id"), fen=Sum("paid_fen")).order_by("award__category")
    return [(Category(row["award__category"]), row["children"], row["fen"] or 0) for row in told]
