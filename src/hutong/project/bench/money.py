"""Payment runs, bank files and the bank's answers, at county and at nation-wide size."""

from __future__ import annotations

import gc
import resource
import sys
from datetime import UTC, date, datetime
from typing import Any

from django.db import connections

from hutong.channels.tables_io import write_xlsx
from hutong.core.files import Upload
from hutong.core.models import User
from hutong.core.places import child_key, span_of
from hutong.core.terms import DataClass
from hutong.core.viewer import Viewer, acting
from hutong.money import actions
from hutong.money.models import Batch, Line
from hutong.money.queries import bank_file
from hutong.money.queries.accounts import sealed_number
from hutong.money.queries.preview import preview
from hutong.money.queries.reference import check_digit, reference
from hutong.money.queries.relation import Relation
from hutong.org.models import Division
from hutong.org.terms import Role
from hutong.people.models import Child
from hutong.project.bench.report import Report, stopwatch

SECTION = "Paying"
COUNTY_SIZE = 10_000
COUNTIES = 100
PROVINCE = child_key(0, 200)
COUNTY = child_key(child_key(PROVINCE, 1), 1)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

_CITY = child_key(PROVINCE, 1)
_SEED = (
    """insert into org_division (version, level, kind, scheme, code, name, short, pinyin, initials, key, last_slot)
       select 1, 'county', 'county', 'own', 'B' || n, 'B' || n, 'B' || n, '', '',
              case when n = 0 then %(province)s else %(county)s + (n - 1) * %(step)s end, 0
         from generate_series(0, %(counties)s) n""",
    """create temporary table seed as
       select n, d.id as place, d.key from generate_series(1, %(children)s) n
         join org_division d on d.code = 'B' || (1 + (n - 1) / %(size)s)""",
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


def _viewer(user: User, role: Role, key: int) -> Viewer:
    return Viewer(user.pk, None, role.value, user.name, NOW, spans=(span_of(key),), clearance=DataClass.SENSITIVE)


def _drop_indexes(cursor: Any) -> None:
    """Search keys of children are measured with `people`; here they would only slow the seeding down."""
    cursor.execute(
        "select indexname from pg_indexes where tablename = 'people_child' and indexdef like 'CREATE INDEX%'"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'drop index "{name}"')


def _sample() -> None:
    """One child whose columns all the others take over."""
    place = Division.objects.using("owner").get(code="B1")
    Child.objects.using("owner").create(id=0, child_no="B0", actual=place, actual_key=place.key)


def _seed(maker: User, signer: User) -> None:
    given = {
        "province": PROVINCE, "county": COUNTY, "step": child_key(_CITY, 2) - COUNTY, "counties": COUNTIES,
        "children": COUNTIES * COUNTY_SIZE, "size": COUNTY_SIZE, "maker": maker.pk, "signer": signer.pk,
    }  # fmt: skip
    with connections["owner"].cursor() as cursor:
        for table in _GUARDED:
            cursor.execute(f"alter table {table} disable trigger user")
        _drop_indexes(cursor)
        cursor.execute(_SEED[0], given)
        _sample()
        for statement in _SEED[1:]:
            cursor.execute(statement, given)
        rows = []
        for n in range(1, COUNTY_SIZE + 1):
            body = f"62999901{n:010d}"
            rows.append((sealed_number(n, f"{body}{check_digit(body)}"), n))
        cursor.executemany("update money_accountversion set number = %s where id = %s", rows)
        for table in _GUARDED:
            cursor.execute(f"alter table {table} enable trigger user")


def _relation(key: int, month: date) -> Relation:
    span = span_of(key)
    return Relation(RELATION, {"b_month": month, "b_lo": span.lo, "b_hi": span.hi})


def _prepare(viewer: Viewer, key: int, month: date) -> tuple[Batch, float]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select id from org_division where key = %s", [key])
        place_id = cursor.fetchone()[0]
    with stopwatch() as seconds:
        given = {"place_id": place_id, "month": month, "relation": _relation(key, month)}
        batch = actions.prepare_batch(viewer, given)
    return batch, seconds()


_COLUMNS = """version, created_at, updated_at, batch_id, order_id, child_id, account_id, item, month, kind, state,
  amount_fen, corrects_id, rule_version, reason_code, parameter_set_id, refusal, place_key"""
_FLOOR = (
    "drop table if exists bench_floor",
    "create table bench_floor (like money_line including all)",
    *(
        f"alter table bench_floor add foreign key ({column}) references {table}"
        for column, table in (
            ("batch_id", "money_batch"), ("order_id", "money_order"), ("child_id", "people_child"),
            ("account_id", "money_accountversion"), ("parameter_set_id", "money_parameterset"),
            ("corrects_id", "money_line"), ("recovery_id", "money_recovery"),
        )
    ),
)  # fmt: skip


def _floor(batch: Batch) -> float:
    """The same rows into the same table with indexes and constraints, without triggers of ours."""
    with connections["owner"].cursor() as cursor:
        for statement in _FLOOR:
            cursor.execute(statement)
        with stopwatch() as seconds:
            cursor.execute(
                f"insert into bench_floor ({_COLUMNS}) select {_COLUMNS} from money_line where batch_id = %s",  # noqa: S608
                [batch.pk],
            )
        cursor.execute("drop table bench_floor")
    return seconds()


def _memory() -> float:
    """Largest resident size of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _answers(report: Report, officer: Viewer, finance: Viewer) -> None:
    batch, seconds = _prepare(officer, COUNTY, NOVEMBER)
    report.add(SECTION, f"payroll, {COUNTY_SIZE:,} lines", seconds, "s", goal=1, floor=_floor(batch))
    actions.sign_batch(finance, batch)
    with acting(finance):
        for form in ("csv", "xlsx"):
            with stopwatch() as taken:
                actions.export_bank_file(finance, batch, {"form": form})
                bank_file.build(batch, form)
            report.add(SECTION, f"bank file of {COUNTY_SIZE:,} rows ({form})", taken(), "s", goal=3)
        actions.mark_sent(finance, batch)
        lines = Line.objects.filter(batch=batch).order_by("id").values_list("pk", "amount_fen")
        rows = [
            (reference(pk), amount / 100, "失败" if n % 50 == 0 else "成功", "户名不符" if n % 50 == 0 else "")
            for n, (pk, amount) in enumerate(lines)
        ]
    data = write_xlsx(["发放编号", "金额（元）", "处理结果", "失败原因"], rows)
    with stopwatch() as taken:
        done = actions.reconcile(finance, batch, {"file": Upload(name="回盘.xlsx", data=data)})
    assert done.paid + done.refused == COUNTY_SIZE  # noqa: S101
    note = f"{done.refused} refused, each with a task for its place"
    report.add(SECTION, f"the bank's answer of {COUNTY_SIZE:,} rows", taken(), "s", goal=3, note=note)


def run(report: Report) -> None:
    """Seed a province of a hundred counties, then pay one county and the whole province."""
    made = [User.objects.create(username=f"bench{n}", name=f"Bench {n}", password="!") for n in (1, 2)]  # noqa: S106
    _seed(*made)
    total = COUNTIES * COUNTY_SIZE
    gc.collect()
    _answers(report, _viewer(made[0], Role.COUNTY_OFFICER, COUNTY), _viewer(made[1], Role.COUNTY_FINANCE, COUNTY))
    province = _viewer(made[0], Role.PROVINCE_OFFICER, PROVINCE)
    before = _memory()
    batch, seconds = _prepare(province, PROVINCE, OCTOBER)
    grown = _memory() - before
    floor = _floor(batch)
    report.add(SECTION, f"payroll, {total:,} lines", seconds, "s", goal=45, floor=floor)
    note = f"largest size of the process; the run itself added {grown:.0f} MB"
    report.add(SECTION, "client memory of that run", _memory(), "MB", goal=300, note=note)
    with stopwatch() as taken:
        actions.sign_batch(_viewer(made[1], Role.PROVINCE_OFFICER, PROVINCE), batch)
    report.add(SECTION, f"signing {total:,} lines (totals compared by the database)", taken(), "s")
    with acting(province), stopwatch() as taken:
        seen = preview(province, _relation(PROVINCE, NOVEMBER), place_key=PROVINCE, month=NOVEMBER)
    assert seen.rows == total  # noqa: S101
    report.add(SECTION, f"preview of {total:,} rows with differences to last month", taken(), "s")
