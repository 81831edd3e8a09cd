"""A province of counties full of children who are paid: what the measurements of paying stand on."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from django.db import connections

from hutong.core.jurisdiction import law
from hutong.core.models import User
from hutong.core.places import child_key, span_of
from hutong.core.terms import DataClass
from hutong.core.viewer import Viewer
from hutong.money import actions
from hutong.money.models import Batch
from hutong.money.queries import rules
from hutong.money.queries.relation import Relation
from hutong.org.models import Division
from hutong.org.terms import Role
from hutong.people.models import Child
from hutong.project.bench.report import stopwatch

PROVINCE = child_key(0, 200)
_CITY = child_key(PROVINCE, 1)
COUNTY = child_key(_CITY, 1)
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

_PLACES = """insert into org_division (version, level, kind, scheme, code, name, short, pinyin, initials, key,
         last_slot)
     select 1, 'province', 'province', 'own', '99', '试省', '试省', '', '', %(province)s, 1
     union all
     select 1, 'city', 'city', 'own', '9999', '试市', '试市', '', '', %(city)s, 0
     union all
     select 1, 'county', 'county', 'own', (990000 + n)::text, '试县' || n, '试县' || n, '', '',
            %(county)s + (n - 1) * %(step)s, 0
       from generate_series(1, %(counties)s) n"""
_SEED = (
    """create temporary table seed as
       select n, d.id as place, d.key from generate_series(1, %(children)s) n
         join org_division d on d.code = (990001 + (n - 1) / %(size)s)::text""",
    """insert into people_child select r.* from seed cross join people_child c
        cross join lateral jsonb_populate_record(c, jsonb_build_object('id', n, 'child_no', 'B' || n,
          'name', '童' || n, 'actual_id', place, 'registered_id', place, 'actual_key', seed.key,
          'registered_key', seed.key)) r""",
    """insert into money_payee (id, version, child_id, kind, name, place_id, place_key)
       select n, 1, n, 'child', '童' || n, place, key from seed""",
    """insert into money_accountversion (id, version, payee_id, number, number_key, last4, bank, holder, source, state,
         proposed_by_id, approved_by_id, valid_from, declined_why, place_key)
       select n, 1, n, 'x', decode(md5(n::text), 'hex'), '0000', '试县农商行', '童' || n, 'roll', 'approved',
              %(maker)s, %(signer)s, '2026-01-01', '', key from seed""",
    """insert into money_order (id, version, child_id, item, payee_id, on_label, on_id, first_month, state, place_id,
         place_key)
       select n, 1, n, 'basic_living', n, 'benefits.award', n, '2026-01-01', 'active', place, key from seed""",
    "analyze people_child, money_payee, money_accountversion, money_order",
)
_GUARDED = ("org_division", "people_child", "money_payee", "money_accountversion", "money_order")

RELATION = """
select o.id as order_id, o.child_id, %(b_month)s::date as month, (90000 + o.id %% 40000)::bigint as amount_fen,
       'regular'::text as kind, null::bigint as corrects_id, 'bench 2026.1'::text as rule_version,
       'R' || (o.id %% 400) as reason_code, null::bigint as parameter_set
  from money_order o where o.place_key >= %(b_lo)s and o.place_key < %(b_hi)s"""


@dataclass(frozen=True)
class Stage:
    """Who prepares and who signs, in the first county and in the whole province."""

    maker: User
    signer: User
    counties: int
    size: int

    @property
    def children(self) -> int:
        """In the province."""
        return self.counties * self.size

    @property
    def officer(self) -> Viewer:
        """Prepares for the first county."""
        return _viewer(self.maker, Role.COUNTY_OFFICER, COUNTY)

    @property
    def finance(self) -> Viewer:
        """Signs for the first county."""
        return _viewer(self.signer, Role.COUNTY_FINANCE, COUNTY)

    def signing(self, batch: Batch) -> Viewer:
        """Signs a batch: the post of the band its total falls into."""
        return _viewer(self.signer, Role(rules.signers(batch.place_key, batch.total_fen, NOW.date())[0]), PROVINCE)

    @property
    def province(self) -> Viewer:
        """Prepares for the province."""
        return _viewer(self.maker, Role.PROVINCE_OFFICER, PROVINCE)


def _viewer(user: User, role: Role, key: int) -> Viewer:
    return Viewer(user.pk, None, role.value, user.name, NOW, spans=(span_of(key),), clearance=DataClass.SENSITIVE)


def set_up(counties: int, size: int, *, searched: bool = False) -> Stage:
    """The province, its children, their payees, accounts and orders; with the indexes of lists where it is searched.

    The law is read beforehand, as in a server that takes requests.
    """
    law()
    maker, signer = (
        User.objects.create(username=f"bench{n}", name=f"Bench {n}", password="!")  # noqa: S106
        for n in (1, 2)
    )
    stage = Stage(maker, signer, counties, size)
    given = {
        "province": PROVINCE, "city": _CITY, "county": COUNTY, "step": child_key(_CITY, 2) - COUNTY,
        "counties": counties, "children": stage.children, "size": size, "maker": maker.pk, "signer": signer.pk,
    }  # fmt: skip
    with unwatched(*_GUARDED) as cursor:
        cursor.execute(_PLACES, given)
        place = Division.objects.using("owner").get(code="990001")
        Child.objects.using("owner").create(id=0, child_no="B0", actual=place, actual_key=place.key)
        if not searched:
            _drop_indexes(cursor)
        for statement in _SEED:
            cursor.execute(statement, given)
    return stage


@contextmanager
def unwatched(*tables: str) -> Iterator[Any]:
    """A cursor of the owner; the triggers of these tables rest meanwhile, so that filling them leaves no history."""
    with connections["owner"].cursor() as cursor:
        for table in tables:
            cursor.execute(f"alter table {table} disable trigger user")
        yield cursor
        for table in tables:
            cursor.execute(f"alter table {table} enable trigger user")


def _drop_indexes(cursor: Any) -> None:
    """Lists of children are measured with `people`; where only money moves they would slow the seeding down."""
    cursor.execute(
        "select indexname from pg_indexes where tablename = 'people_child' and indexdef like 'CREATE INDEX%'"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'drop index "{name}"')


def place_id(key: int) -> int:
    """Number of the division with a key."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select id from org_division where key = %s", [key])
        return int(cursor.fetchone()[0])


def synthetic(key: int, month: date) -> Relation:
    """Rows of a month that cost next to nothing to compute: what is left is money's own work."""
    span = span_of(key)
    return Relation(RELATION, {"b_month": month, "b_lo": span.lo, "b_hi": span.hi})


def preparing(viewer: Viewer, key: int, month: date) -> Viewer:
    """The viewer on a day of the month, at the level that was named to pay at the place."""
    with unwatched("money_payer") as cursor:
        cursor.execute("delete from money_payer")
        if key == PROVINCE:
            cursor.execute(
                "insert into money_payer (version, place_id, level, valid_from, basis)"
                " values (1, %s, 'province', '2026-01-01', 'bench')",
                [place_id(PROVINCE)],
            )
    return replace(viewer, now=max(viewer.now, NOW.replace(year=month.year, month=month.month)))


def prepare(viewer: Viewer, key: int, month: date) -> tuple[Batch, float]:
    """A batch of synthetic rows, and the seconds it took."""
    where, viewer = place_id(key), preparing(viewer, key, month)
    with stopwatch() as seconds:
        given = {"place_id": where, "month": month, "relation": synthetic(key, month)}
        batch = actions.prepare_batch(viewer, given)
    return batch, seconds()


def memory() -> float:
    """Largest resident size of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
