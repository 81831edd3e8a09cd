"""Offices of the whole country in a handful of statements: every place that has none gets the one the law expects."""

from __future__ import annotations

from typing import Any

from django.db import connection

from hutong.core.context import opened
from hutong.org.terms import AgencyKind, Level

PLANNED_CITIES = ["2102", "3302", "3502", "3702", "4403"]
"""Dalian, Ningbo, Xiamen, Qingdao, Shenzhen: planned separately, their bureaus deal with the ministry themselves."""
NO_OFFICES = ["71", "81", "82"]
"""Provinces in which this system has no offices."""
CORPS_PROVINCE = "65"
CORPS_NAME = "新疆生产建设兵团民政局"
LINE = [k.value for k in (
    AgencyKind.MINISTRY, AgencyKind.DEPARTMENT, AgencyKind.BUREAU, AgencyKind.PLANNED_CITY_BUREAU,
    AgencyKind.TOWNSHIP_OFFICE,
)]  # fmt: skip
"""The line from the ministry to the township; others (institutions, finance) never are anybody's superior office."""

_KIND = """case when d.level = 'nation' then 'ministry' when d.level = 'province' then 'department'
                when d.level = 'township' then 'township_office'
                when d.scheme = 'mca' and d.code = any(%(planned)s) then 'planned_city_bureau' else 'bureau' end"""
_NAME = """d.name || case when d.level = 'nation' then '民政部'
                when d.level = 'province' and d.kind <> 'municipality' then '民政厅'
                when d.level = 'township' then case d.kind when 'subdistrict' then '办事处' when 'zone' then ''
                     when 'farm' then '' when 'corps_farm' then '' when 'unlisted' then '' else '人民政府' end
                when d.kind = 'zone' then '社会事务局' else '民政局' end"""
_OFFICES = f"""
insert into org_agency (version, created_at, kind, name, division_id, parent_id, phone, address)
select 1, %(now)s, {_KIND}, {_NAME}, d.id, up.id, '', ''
  from org_division d
  left join org_agency up on up.division_id = d.parent_id and up.closed_on is null and up.kind = any(%(line)s)
 where d.level = %(level)s and d.valid_to is null and (%(only)s::bigint[] is null or d.id = any(%(only)s))
   and not (d.level = 'province' and d.code = any(%(none)s))
   and not exists (select 1 from org_agency a where a.division_id = d.id and a.kind = any(%(line)s))
 order by d.key"""  # noqa: S608
_CORPS = """
insert into org_agency (version, created_at, kind, name, division_id, parent_id, phone, address)
select 1, %(now)s, 'corps_bureau', %(name)s, d.id, up.id, '', ''
  from org_division d join org_agency up on up.kind = 'ministry'
 where d.level = 'province' and d.scheme = 'mca' and d.code = %(province)s
   and not exists (select 1 from org_agency where kind = 'corps_bureau')"""
_CORPS_BUREAU = "(select id from org_agency where kind = 'corps_bureau')"
_UNDER_CORPS = f"""
update org_agency a set parent_id = {_CORPS_BUREAU}
  from org_division d
 where d.id = a.division_id and d.kind in ('corps_city', 'corps_farm') and a.parent_id is distinct from {_CORPS_BUREAU}
   and exists {_CORPS_BUREAU}"""  # noqa: S608
_AREAS = """
insert into org_agencyarea (version, created_at, agency_id, division_id)
select 1, %(now)s, a.id, a.division_id
  from org_agency a
 where a.kind = any(%(line)s) and not exists (select 1 from org_agencyarea x where x.agency_id = a.id)
 order by a.id"""
_CORPS_AREAS = """
insert into org_agencyarea (version, created_at, agency_id, division_id)
select 1, %(now)s, a.id, d.id
  from org_agency a join org_division d on d.kind in ('corps_city', 'corps_farm') and d.valid_to is null
 where a.kind = 'corps_bureau' and not exists (select 1 from org_agencyarea x where x.agency_id = a.id)
 order by d.key"""


def open_offices(only: list[int] | None = None) -> int:
    """Create the missing offices of the line (for some places, or for all, with the Corps); how many there are then."""
    now = opened().now
    known: dict[str, Any] = {
        "now": now, "planned": PLANNED_CITIES, "none": NO_OFFICES, "line": LINE, "name": CORPS_NAME,
        "province": CORPS_PROVINCE, "only": only,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for level in (Level.NATION, Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWNSHIP):
            cursor.execute(_OFFICES, known | {"level": level.value})
            if level == Level.PROVINCE and only is None:
                cursor.execute(_CORPS, known)
        for statement in (_UNDER_CORPS, _AREAS, _CORPS_AREAS):
            if only is None or statement is _AREAS:
                cursor.execute(statement, known)
        cursor.execute("select count(*) from org_agency")
        return int(cursor.fetchone()[0])
