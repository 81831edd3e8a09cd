"""Children: lists, search, warnings of duplicates and import, beside a million synthetic children."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

from django.db import connections
from pypinyin import lazy_pinyin

from hutong.channels.finding import search
from hutong.channels.tables import write_xlsx
from hutong.core.models import User
from hutong.core.places import child_key, span_of
from hutong.core.terms import DataClass
from hutong.core.viewer import Viewer, acting
from hutong.law.cn.identity import check_character
from hutong.org.terms import Role
from hutong.people import actions
from hutong.people.actions.importing import HEADINGS
from hutong.people.models import Child
from hutong.people.queries.candidates import Asked, duplicates
from hutong.people.queries.children import known_children, search_children
from hutong.people.queries.facts import facts_of, facts_relation
from hutong.people.queries.keys import name_keys
from hutong.project.bench.report import Report, percentile, stopwatch

SECTION = "Children at 1,000,000 nationally"
CHILDREN, PROVINCES, COUNTIES, TOWNSHIPS, IMPORTED = 1_000_000, 10, 34, 12, 10_000
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹"
    "曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金"
)
FIRST = "子雨梓欣一奕浩思佳宇诗晨俊若嘉心语可亦文"
SECOND = "涵轩怡辰诺萱泽琪彤妍睿瑶然馨桐宁恩淇航泉禾苗霖溪安乐阳晗悦博杰豪凡瑞远清扬"
_GUARDED = (
    "org_division", "people_child", "people_person", "people_relation", "people_parentfact", "people_aidfact"
)  # fmt: skip

_SEED = (
    """insert into org_division (version, level, kind, scheme, code, name, short, pinyin, initials, key, last_slot)
       select 1, 'nation', 'nation', 'own', '0', '国', '国', '', '', 0, 0
       union all
       select 1, 'county', 'county', 'own', 'C' || p || '-' || c, '县' || p || '-' || c, '县' || p || '-' || c, '', '',
              (p::bigint << 44) + (1::bigint << 34) + (c::bigint << 24), 0
         from generate_series(1, %(provinces)s) p, generate_series(1, %(counties)s) c
       union all
       select 1, 'township', 'town', 'own', lpad((p * 100000 + c * 100 + t)::text, 9, '9'),
              '镇' || p || '-' || c || '-' || t, '镇' || p || '-' || c || '-' || t, '', '',
              (p::bigint << 44) + (1::bigint << 34) + (c::bigint << 24) + (t::bigint << 14), 0
         from generate_series(1, %(provinces)s) p, generate_series(1, %(counties)s) c,
              generate_series(1, %(townships)s) t""",
    """create temporary table town as
       select row_number() over (order by key) as n, id, key from org_division where level = 'township'""",
    """create temporary table drawn as
       select n, floor(power(random(), 2) * %(names)s)::int as who, 1 + floor(random() * %(towns)s)::int as town,
              case when random() < 0.1 then 1 + floor(random() * %(towns)s)::int end as other,
              date '2008-11-23' + (random() * 6573)::int as born
         from generate_series(1, %(children)s) n""",
    """insert into people_child (id, version, child_no, name, name_key, pinyin_key, fuzzy_key, given_key, sound_key,
         initials_key, sex, birth_date, birth_precision, ethnicity, identity, identity_key, identity_near, national_no,
         status, status_evidence, placement, health, registered_id, registered_key, actual_id, actual_key, address)
       select d.n, 1, lpad(d.n::text, 10, '0'), p.name, p.k1, p.k2, p.k3, p.k4, p.k5, p.k6,
              case when d.n %% 2 = 0 then 'female' else 'male' end, d.born, 'day', '汉族', 'x'::bytea,
              decode(md5(d.n::text), 'hex'),
              array(select hashint8extended(d.n, s)::bigint from generate_series(1, 6) s), '', 'ordinary', 'none',
              'scattered', 'unknown', coalesce(o.id, t.id), coalesce(o.key, t.key), t.id, t.key, ''
         from drawn d join pool p on p.n = d.who join town t on t.n = d.town left join town o on o.n = d.other""",
    "select setval('people_child_id_seq', %(children)s)",
    """insert into people_person (id, version, name, name_key, sex, phone, address)
       select d.n, 1, p.name, p.k1, 'female', '', '' from drawn d join pool p on p.n = (d.who * 7 + 3) %% %(names)s""",
    """insert into people_relation (version, child_id, person_id, bond, kinship, basis, evidence)
       select 1, n, n, 'mother', 'none', 'fact', 'data_comparison' from generate_series(1, %(children)s) n""",
    """insert into people_parentfact (version, child_id, side, status, since, note, evidence, state,
         confirmed_on)
       select 1, n, side, case when n %% 3 = 0 then 'dead' when n %% 3 = 1 then 'able' else 'lost_contact' end,
              '2024-01-01', '', 'data_comparison', 'confirmed', '2024-02-01'
         from generate_series(1, %(children)s) n, unnest(array['father', 'mother']) side""",
    """insert into people_aidfact (version, child_id, kind, amount_fen, first_month, source, evidence)
       select 1, n, kind, 0, '2024-01-01', '', 'data_comparison'
         from generate_series(1, %(children)s) n, unnest(array['dibao', 'tekun', 'disability_living']) kind""",
    "analyze org_division, people_child, people_person, people_relation, people_parentfact, people_aidfact",
)


def _names(draw: random.Random) -> list[str]:
    """Names in order of how common they are: a square law over the pool, like the published frequencies."""
    given = [f + s for f in FIRST for s in SECOND] + list(SECOND)
    pairs = [(i * j, s + g) for i, s in enumerate(SURNAMES, 1) for j, g in enumerate(given, 1)]
    draw.shuffle(given)
    return [name for _rank, name in sorted(pairs)]


def _seed(names: list[str]) -> None:
    given = {"children": CHILDREN, "provinces": PROVINCES, "counties": COUNTIES, "townships": TOWNSHIPS,
             "towns": PROVINCES * COUNTIES * TOWNSHIPS, "names": len(names)}  # fmt: skip
    with connections["owner"].cursor() as cursor:
        for table in _GUARDED:
            cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute("create temporary table pool (n int, name text, k1 bigint, k2 bigint, k3 bigint, k4 bigint, "
                       "k5 bigint, k6 bigint)")  # fmt: skip
        lines = StringIO()
        for n, name in enumerate(names):
            k = name_keys(name)
            row = (n, name, k.name, k.pinyin, k.fuzzy, k.given, k.given_sound, k.initials)
            lines.write("\t".join(map(str, row)) + "\n")
        with cursor.copy("copy pool from stdin") as copy:
            copy.write(lines.getvalue())
        for statement in _SEED:
            cursor.execute(statement, given)
        for table in _GUARDED:
            cursor.execute(f"alter table {table} enable trigger user")


def _viewer(role: Role, key: int) -> Viewer:
    return Viewer(1, None, role.value, "Bench", NOW, spans=(span_of(key),), clearance=DataClass.SENSITIVE)


def _timed(times: int, do: Callable[[int], Any]) -> float:
    """95th percentile in milliseconds, after some rounds that warm the caches."""
    for n in range(20):
        do(n)
    samples = []
    for n in range(times):
        start = time.perf_counter()
        do(n)
        samples.append((time.perf_counter() - start) * 1000)
    return percentile(samples)


def _lists(report: Report, where: str, key: int, typed: list[tuple[str, list[str]]], goal: float | None) -> None:
    viewer = _viewer(Role.COUNTY_OFFICER, key)
    with acting(viewer):
        rows = known_children(viewer)
        taken = _timed(100, lambda n: list(rows.order_by("-id")[:26]))
        report.add(SECTION, f"first page of a {where}, p95", taken, "ms", goal=goal)
        for what, texts in typed:

            def page(n: int, texts: list[str] = texts) -> list[Any]:
                return list(search_children(rows, texts[n], viewer).order_by("-id")[:26])

            report.add(SECTION, f"search by {what} in a {where}, p95", _timed(200, page), "ms", goal=goal)


def _everywhere(report: Report, where: str, key: int, names: list[str]) -> None:
    """The search of every page: all its kinds, their words and the line in the journal."""
    viewer = _viewer(Role.COUNTY_OFFICER, key)
    with acting(viewer):
        rows = known_children(viewer)
        keys = [name_keys(name).name for name in names]
        floor = _timed(200, lambda n: list(rows.filter(name_key=keys[n])[:5]))
        for what, texts in (*_typed(names), ("number of a child", [f"{1 + n * 2477:010d}" for n in range(400)])):

            def asked(n: int, texts: list[str] = texts) -> list[Any]:
                return search(viewer, texts[n])

            taken, note = _timed(200, asked), "floor: children of one name, one equality"
            report.add(
                SECTION,
                f"one search over everything in {where}: {what}, p95",
                taken,
                "ms",
                goal=50,
                floor=floor,
                note=note,
            )


def _reads(report: Report, draw: random.Random, names: list[str]) -> None:
    common = [names[int(draw.random() ** 2 * len(names))] for _ in range(400)]
    county, month = child_key(child_key(child_key(0, 3), 1), 7), date(2026, 11, 1)
    _lists(report, "county", county, _typed(common), 50)
    _lists(report, "province", child_key(0, 3), _typed(common), None)
    _everywhere(report, "a county", county, common)
    _everywhere(report, "a province", child_key(0, 3), common)
    viewer = _viewer(Role.COUNTY_OFFICER, county)
    asked = [_asked(draw, name, county) for name in common]
    with acting(viewer):
        taken = _timed(300, lambda n: duplicates(viewer, asked[n]))
        report.add(SECTION, "warning of duplicates for one child, p95", taken, "ms", goal=50)
    with acting(_viewer(Role.COUNTY_OFFICER, 0)):
        report.add(SECTION, "facts of one child, p95", _timed(200, lambda n: facts_of(1 + n * 3001, month)), "ms")
        with stopwatch() as seconds, connections["default"].cursor() as cursor:
            cursor.execute(f"create temporary table bench_facts as {facts_relation(month)}")
    report.add(SECTION, "facts of every child for a month, as one relation", seconds(), "s")


def _typed(names: list[str]) -> list[tuple[str, list[str]]]:
    return [
        ("full name", names),
        ("given name", [n[1:] for n in names]),
        ("surname alone", [n[:1] for n in names]),
        ("pinyin", ["".join(lazy_pinyin(n)) for n in names]),
        ("initials", ["".join(p[0] for p in lazy_pinyin(n)) for n in names]),
    ]


def _asked(draw: random.Random, name: str, key: int) -> Asked:
    born = date(2008, 11, 23) + timedelta(days=draw.randrange(6573))
    return Asked(
        name, born, sex="female", identity=_number(born, draw.randrange(1, 999)), place_keys=(child_key(key, 3),)
    )


def _number(born: date, sequence: int) -> str:
    body = f"999901{born:%Y%m%d}{sequence:03d}"
    return body + check_character(body)


def _import(report: Report, draw: random.Random, names: list[str]) -> None:
    county = child_key(child_key(child_key(0, 5), 1), 9)
    towns = ["9" + f"{5 * 100000 + 9 * 100 + t}".rjust(8, "9") for t in range(1, TOWNSHIPS + 1)]
    rows = []
    for n in range(IMPORTED):
        born = date(2008, 11, 23) + timedelta(days=draw.randrange(6573))
        number = _number(born, n % 998 + 1)
        sex = "女" if int(number[16]) % 2 == 0 else "男"
        name = names[int(draw.random() ** 2 * len(names))] + draw.choice(SECOND)
        rows.append(
            {"name": name, "sex": sex, "birth_date": born, "identity_number": number, "actual_id": draw.choice(towns)}
        )
    heads = [h.title.zh for h in HEADINGS]
    data = write_xlsx(heads, [[row.get(h.name, "") for h in HEADINGS] for row in rows])
    user = User.objects.create(username="bench", name="Bench", password="!")  # noqa: S106
    viewer = replace(_viewer(Role.COUNTY_OFFICER, county), user_id=user.pk)
    with stopwatch() as seconds:
        result = actions.import_children(viewer, {"file": {"name": "bench.xlsx", "data": data}})
    note = f"{result.registered:,} registered, {result.held:,} held back as possible duplicates"
    what = f"import {IMPORTED:,} from XLSX: read, validate, compare nationally, register"
    report.add(SECTION, what, seconds(), "s", goal=15, note=note)


def run(report: Report) -> None:
    """Seed, then measure reads and the import."""
    draw = random.Random(20261123)  # noqa: S311 - the same children in every run
    names = _names(draw)
    with stopwatch() as seconds:
        _seed(names)
    report.add(
        SECTION, f"seed {CHILDREN:,} children with facts", seconds(), "s", note="not a goal; the stage of the others"
    )
    _reads(report, draw, names)
    _import(report, draw, names)
    assert Child.objects.using("owner").count() > CHILDREN  # noqa: S101
