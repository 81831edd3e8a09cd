"""Builders of the payment tests: a county that pays, the people at its posts, children with orders and accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from io import BytesIO

from django.db import connection, transaction
from PIL import Image

from hutong.core.files import Upload
from hutong.core.models import User
from hutong.core.places import child_key, span_of
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.money import actions
from hutong.money.models import AccountVersion, Batch, Line, Order, Payee
from hutong.money.queries.reference import check_digit, reference
from hutong.money.queries.relation import Relation
from hutong.money.terms import PayeeKind
from hutong.org.access import CLEARANCE
from hutong.org.models import Division
from hutong.org.terms import Kind, Level, Role, Scheme
from hutong.people.models import Child, ParentFact, Person
from hutong.people.models import Relation as Bond

NOVEMBER = date(2026, 11, 1)
OCTOBER = date(2026, 10, 1)
STANDARD = 127_400
"""Fen a month."""


@contextmanager
def written_by(package: str, now: datetime) -> Iterator[None]:
    """Write tables of a lower package as that package's own actions would, where the test is not about them."""
    viewer = system_viewer(f"{package}.build", now=now)
    with acting(viewer), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('hutong.entry', nextval('core_entry_id_seq')::text, true)")
        cursor.execute("select set_config('hutong.package', %s, true)", [package])
        yield
        cursor.execute("select set_config('hutong.entry', '', true), set_config('hutong.package', '', true)")


@dataclass
class Scene:
    """An invented county with two townships, and one user for each post that pays."""

    now: datetime
    county: Division
    townships: list[Division]
    users: dict[str, User]
    children: int = 0
    numbers: Iterator[str] = field(default_factory=lambda: card_numbers())

    def viewer(self, role: Role, who: str = "", place: Division | None = None) -> Viewer:
        """Somebody at a post; `who` tells two people at the same kind of post apart."""
        user = self.users[who or role.value]
        at = place or self.county
        clearance = CLEARANCE[role]
        return Viewer(
            user.pk, None, role.value, user.name, self.now, place_id=at.pk, spans=(span_of(at.key),),
            clearance=clearance.general, clearances=dict(clearance.packages),
        )  # fmt: skip

    @property
    def officer(self) -> Viewer:
        """Prepares."""
        return self.viewer(Role.COUNTY_OFFICER)

    @property
    def second(self) -> Viewer:
        """Checks what the officer proposed."""
        return self.viewer(Role.COUNTY_OFFICER, "second")

    @property
    def finance(self) -> Viewer:
        """Signs, sends, reconciles."""
        return self.viewer(Role.COUNTY_FINANCE)

    @property
    def supervisor(self) -> Viewer:
        """Keeps accounts in the first township."""
        return self.viewer(Role.TOWNSHIP_SUPERVISOR, place=self.townships[0])

    def on(self, day: datetime) -> Scene:
        """The same county on another day."""
        return replace(self, now=day)

    def child(self, place: Division | None = None) -> Child:
        """A child living in the first township."""
        at = place or self.townships[0]
        self.children += 1
        with written_by("people", self.now):
            return Child.objects.create(
                child_no=f"{at.pk % 1000:03d}{self.children:05d}", name=f"童{self.children}", actual=at,
                actual_key=at.key, registered=at, registered_key=at.key,
            )  # fmt: skip

    def order(self, *, account: bool = True, place: Division | None = None, first: date = OCTOBER) -> Order:
        """An order of an award, paid to the child's own account."""
        at = place or self.townships[0]
        child = self.child(at)
        payee = actions.name_payee(
            self.officer, {"child_id": child.pk, "kind": PayeeKind.CHILD, "name": child.name, "place_id": at.pk}
        )
        if account:
            self.account(payee)
        return actions.open_order(
            self.officer,
            {
                "child_id": child.pk, "payee_id": payee.pk, "place_id": at.pk, "on_label": "benefits.award",
                "on_id": child.pk, "first_month": first,
            },
        )  # fmt: skip

    def account(self, payee: Payee | int, number: str = "") -> AccountVersion:
        """An account entered by one person and approved by another."""
        version = actions.propose_account(self.officer, payee, account_input(number or next(self.numbers)))
        return actions.approve_account(self.second, version)

    def guardian(self, order: Order, bond: str = "mother", **fact: object) -> Bond:
        """The order's money goes to an adult of the child, with an account."""
        with written_by("people", self.now):
            person = Person.objects.create(name="童某母")
            relation = Bond.objects.create(child_id=order.child_id, person=person, bond=bond)
            if fact:
                given = {"since": OCTOBER, "state": "confirmed", **fact}
                ParentFact.objects.create(child_id=order.child_id, side=bond, **given)
        payee = actions.name_payee(
            self.officer,
            {
                "child_id": order.child_id, "kind": "guardian", "person_id": person.pk, "name": "童某母",
                "place_id": order.place_id,
            },
        )  # fmt: skip
        self.account(payee)
        with written_by("money", self.now):
            Order.objects.filter(pk=order.pk).update(payee=payee)
        return relation

    def run(self, orders: Sequence[Order], month: date = NOVEMBER, **how: object) -> Batch:
        """Prepare a run of the county over the orders."""
        relation = relation_of(orders, month, **how)  # type: ignore[arg-type]
        return actions.prepare_batch(self.officer, {"place_id": self.county.pk, "month": month, "relation": relation})

    def sent(self, orders: Sequence[Order], month: date = NOVEMBER) -> Batch:
        """A batch that is with the bank."""
        batch = self.run(orders, month)
        actions.sign_batch(self.finance, batch)
        return actions.mark_sent(self.finance, batch)

    def answer(self, batch: Batch, refused: Sequence[Line] = ()) -> None:
        """The bank's answer: all paid but the refused ones."""
        bad = {line.pk for line in refused}
        with acting(self.finance):
            lines = list(Line.objects.filter(batch=batch).order_by("id"))
        rows = [
            (reference(line.pk), line.amount_fen, "失败" if line.pk in bad else "成功", "户名不符") for line in lines
        ]
        actions.reconcile(self.finance, batch, {"file": answer_file(rows)})


def county(now: datetime, slot: int = 9) -> Scene:
    """Province, city, county and two townships under an invented province."""
    province = child_key(0, 200)
    city = child_key(province, 1)
    key = child_key(city, slot)
    with written_by("org", now):
        nation, _ = Division.objects.get_or_create(
            key=0,
            defaults={"level": Level.NATION, "kind": Kind.NATION, "scheme": Scheme.OWN, "code": "0", "name": "国"},
        )
        top = _division(nation, Level.PROVINCE, Kind.PROVINCE, province, "99", "试省")
        middle = _division(top, Level.CITY, Kind.CITY, city, "9999", "试市")
        own = _division(middle, Level.COUNTY, Kind.COUNTY, key, f"9999{slot:02d}", f"试{slot}县")
        towns = [
            _division(own, Level.TOWNSHIP, Kind.TOWN, child_key(key, n), f"9999{slot:02d}00{n}", f"试{slot}镇{n}")
            for n in (1, 2)
        ]
    names = [role.value for role in Role] + ["second", "finance2"]
    made = {
        name: User.objects.get_or_create(username=f"{name}@{slot}", defaults={"name": name, "password": "!"})[0]
        for name in names
    }
    return Scene(now, own, towns, made)


def _division(parent: Division, level: Level, kind: Kind, key: int, code: str, name: str) -> Division:
    found, _ = Division.objects.get_or_create(
        key=key,
        defaults={
            "parent": parent, "level": level, "kind": kind, "scheme": Scheme.OWN, "code": code, "name": name,
            "short": name, "pinyin": "", "initials": "",
        },
    )  # fmt: skip
    return found


def card_numbers(start: int = 1) -> Iterator[str]:
    """Invented card numbers whose check digit fits."""
    at = start
    while True:
        body = f"62999901{at:010d}"
        yield f"{body}{check_digit(body)}"
        at += 1


@cache
def photo() -> bytes:
    """A small picture, standing for a photographed bank card."""
    out = BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return out.getvalue()


def account_input(number: str, **more: object) -> dict[str, object]:
    """Input of `propose_account` with everything needed."""
    proof = Upload(name="卡.png", data=photo())
    return {"number": number, "bank": "试县农商行", "holder": "童某", "proof": proof, **more}


def relation_of(
    orders: Sequence[Order],
    month: date = NOVEMBER,
    *,
    amounts: Sequence[int] = (),
    kind: str = "regular",
    corrects: Sequence[int | None] = (),
    **params: object,
) -> Relation:
    """Rows as the package that owns the awards would compute them."""
    count = len(orders)
    given = {
        "t_orders": [o.pk for o in orders],
        "t_children": [o.child_id for o in orders],
        "t_amounts": list(amounts) or [STANDARD] * count,
        "t_corrects": list(corrects) or [None] * count,
        "t_month": month,
        "t_kind": kind,
        **params,
    }
    sql = """select order_id, child_id, %(t_month)s::date as month, amount_fen, %(t_kind)s::text as kind, corrects_id,
                    'test 2026.1'::text as rule_version, 'REASON-1'::text as reason_code, null::bigint as parameter_set
               from unnest(%(t_orders)s::bigint[], %(t_children)s::bigint[], %(t_amounts)s::bigint[],
                           %(t_corrects)s::bigint[]) as t(order_id, child_id, amount_fen, corrects_id)"""
    return Relation(sql, given)


def answer_file(rows: Sequence[tuple[str, int, str, str]], name: str = "回盘.csv") -> Upload:
    """A bank's answer as CSV: number, amount in fen, result, reason."""
    lines = ["发放编号,金额（元）,处理结果,失败原因"]
    lines += [f"{ref},{fen / 100:.2f},{result},{reason}" for ref, fen, result, reason in rows]
    return Upload(name=name, data="\n".join(lines).encode())
