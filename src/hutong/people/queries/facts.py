"""What the law is told of children: one definition for a single child and for a month of the whole nation.

Names and types are those of `law/cn/facts.yaml`, a dot written as an underscore. Unknown stays NULL: nothing that
nobody recorded is turned into "no". Facts of the case itself (confirmation, end) belong to the package that decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from hutong.core.bulk import set_based
from hutong.people.models import Child
from hutong.people.terms import FactState, Side

ALL_CHILDREN = "select id from people_child where merged_into_id is null"
PERSONS = tuple(side.value for side in Side)

CHILD = {
    "birth": "c.birth_date",
    "placement": "case when c.placement = 'scattered' then 'scattered' else 'institution' end",
    "foundling": "case when c.status in ('foundling', 'trafficked') then true end",
    "foundling_proof": "case c.status_evidence when 'foundling_report' then 'police_report'"
    " when 'search_certificate' then 'search_certificate' end",
    "hiv": "case when h.since <= {day} then h.hiv end",
    "hiv_proof": "case when h.since <= {day} and h.evidence <> 'none' then true end",
    "disabled": "case when d.child_id is not null then true when c.health = 'healthy' then false end",
    "adopted": "case when a.child_id is not null then true end",
    "school": "case when s.level in ('kindergarten', 'dropped_out', 'left') then 'none' else s.level end",
    "school_full_time": "s.full_time",
    "school_proof": "case when s.evidence in ('school_certificate', 'data_comparison') then true end",
    "school_public": "s.public",
    "school_normal_length": "s.normal_length",
    "dibao_fen": "m.dibao",
    "tekun_fen": "m.tekun",
    "disability_living_fen": "m.disability_living",
}
"""Facts about the child -> SQL over the relations of `_RELATION`. A foster child is the institution's, and paid so."""

PARENT = {
    "checked": ("bool_or", "true", "f.status in ('able', 'refuses')"),
    "dead": ("bool_or", "true", "f.status = 'dead'"),
    "death_proof": (
        "max",
        "case f.evidence when 'household_cancellation' then 'police_cancellation'"
        " when 'data_comparison' then 'police_cancellation' when 'death_certificate' then 'medical_certificate'"
        " when 'cremation' then 'cremation_certificate' when 'judgment' then 'court_judgment'"
        " when 'village_certificate' then 'village_certificate' end",
        "f.status = 'dead'",
    ),
    "death_witnesses": ("max", "f.witnesses", "f.status = 'dead'"),
    "missing_declared": ("bool_or", "true", "f.status = 'missing_declared'"),
    "unfindable": ("bool_or", "true", "f.status = 'unfindable'"),
    "disability": ("max", "f.disability_kind", "f.status = 'severe_disability'"),
    "disability_grade": ("min", "f.disability_grade", "f.status = 'severe_disability'"),
    "disability_card": (
        "bool_or", "true", "f.status = 'severe_disability' and f.evidence in ('disability_card', 'data_comparison')",
    ),
    "ill": ("bool_or", "true", "f.status = 'serious_illness'"),
    "illness_proof": (
        "bool_or", "true", "f.status = 'serious_illness' and f.evidence in ('medical', 'data_comparison')",
    ),
    "custody": ("max", "case f.status when 'other_restriction' then 'other' else f.status end", "{custody}"),
    "custody_months": ("max", "f.term_months", "{custody}"),
    "custody_served_months": ("max", "{served}", "{custody}"),
    "custody_remaining_months": ("max", "greatest(f.term_months - {served}, 0)", "{custody}"),
    "custody_paper": (
        "bool_or", "true",
        "{custody} and f.evidence in ('custody_paper', 'judgment', 'police_paper', 'data_comparison')",
    ),
    "contact": (
        "max",
        "case when f.lost_steps is not null and f.evidence <> 'police_receipt' then 'unsearchable'"
        " when coalesce(f.reported_on, f.accepted_on) is null then 'unreported' else 'reported' end",
        "f.status = 'lost_contact'",
    ),
    "duty_unperformed": ("bool_or", "true", "f.status = 'lost_contact'"),
    "lost_since": ("min", "f.since", "f.status = 'lost_contact'"),
    "lost_reported": ("max", "f.reported_on", "f.status = 'lost_contact'"),
    "lost_accepted": ("max", "f.accepted_on", "f.status = 'lost_contact'"),
    "lost_receipt": ("bool_or", "true", "f.status = 'lost_contact' and f.evidence = 'police_receipt'"),
    "lost_steps": ("max", "f.lost_steps", "f.status = 'lost_contact'"),
    "revoked": ("bool_or", "true", "f.status = 'guardianship_revoked'"),
    "deported": ("bool_or", "true", "f.status = 'deported'"),
    "refuses": ("bool_or", "true", "f.status = 'refuses'"),
}  # fmt: skip
"""Facts about a parent -> (aggregate, SQL of one fact, which facts)."""
_CUSTODY = "f.status in ('prison', 'drug_isolation', 'compulsory_treatment', 'other_restriction')"
_SERVED = "(extract(year from age({day}, f.term_from)) * 12 + extract(month from age({day}, f.term_from)))::int"

FACTS = (
    *(f"child.{name}" for name in CHILD),
    "family.aid",
    *(f"{person}.{name}" for person in PERSONS for name in PARENT),
)
"""Every fact of the law this package knows."""

_PARENT = """{person} as (
    select f.child_id, {facts}
      from people_parentfact f join who on who.id = f.child_id
     where f.side = '{person}' and f.state in ({states}) and f.since <= {day} and (f.until is null or f.until > {day})
     group by f.child_id)"""
_RELATION = """
  with who(id) as materialized ({children}),
  {parents},
  m as (
    select f.child_id, max(f.amount_fen) filter (where f.kind = 'dibao') as dibao,
           max(f.amount_fen) filter (where f.kind = 'tekun') as tekun,
           max(f.amount_fen) filter (where f.kind = 'disability_living') as disability_living
      from people_aidfact f join who on who.id = f.child_id
     where f.first_month <= {day}
       and (f.last_month is null or f.last_month >= date_trunc('month', {day})::date)
     group by f.child_id),
  s as (
    select distinct on (f.child_id) f.child_id, f.level, f.full_time, f.evidence, f.public, f.normal_length
      from people_schoolfact f join who on who.id = f.child_id
     where f.valid_from <= {day} and (f.valid_to is null or f.valid_to > {day})
     order by f.child_id, f.valid_from desc, f.id desc),
  d as (
    select distinct f.child_id from people_disabilityfact f join who on who.id = f.child_id
     where f.valid_from <= {day} and (f.valid_to is null or f.valid_to >= {day})),
  a as (
    select distinct f.child_id from people_relation f join who on who.id = f.child_id
     where f.basis = 'adoption' and (f.valid_from is null or f.valid_from <= {day})
       and (f.valid_to is null or f.valid_to > {day}))
  select c.id as child_id, {columns}
    from who join people_child c on c.id = who.id
    left join people_sealedhealth h on h.child_id = c.id {joins}
    left join m on m.child_id = c.id left join s on s.child_id = c.id left join d on d.child_id = c.id
    left join a on a.child_id = c.id"""


def facts_relation(on: date, *, children: str = ALL_CHILDREN, reported: bool = False) -> str:
    """SQL of a relation with one row per child: child_id and one column per fact, as known for the day.

    `children` is a SELECT of child ids. With `reported`, facts that nobody confirmed yet count too: what an application
    would get if they were true.
    """
    counting = [FactState.CONFIRMED, *([FactState.REPORTED] if reported else [])]
    states = ", ".join(f"'{state.value}'" for state in counting)
    columns = [f"{sql} as child_{name}" for name, sql in CHILD.items()]
    columns += ["c.family_aid as family_aid", *(f"{p}.{name} as {p}_{name}" for p in PERSONS for name in PARENT)]
    relation = _RELATION.format(
        children=children,
        parents=",\n  ".join(_parent(person, states) for person in PERSONS),
        joins=" ".join(f"left join {person} on {person}.child_id = c.id" for person in PERSONS),
        columns=",\n         ".join(columns),
        day="{day}",
    )
    return relation.replace("{day}", f"date '{on.isoformat()}'")


def _parent(person: str, states: str) -> str:
    """The facts about one parent, a row per child."""
    facts = ", ".join(
        f"{how}({_filled(value)}) filter (where {_filled(which)}) as {name}"
        for name, (how, value, which) in PARENT.items()
    )
    return _PARENT.format(person=person, states=states, facts=facts, day="{day}")


def _filled(sql: str) -> str:
    return sql.replace("{custody}", _CUSTODY).replace("{served}", _SERVED)


def facts_of(child: Child | int, on: date, *, reported: bool = False) -> dict[str, Any]:
    """The stated facts of one child on a day, by the law's names; what is unknown is left out."""
    pk = child.pk if isinstance(child, Child) else int(child)
    with connection.cursor() as cursor:
        cursor.execute(facts_relation(on, children=f"select {pk}::bigint", reported=reported))
        row = cursor.fetchone()
    if row is None:
        return {}
    return {name: value for name, value in zip(FACTS, row[1:], strict=True) if value is not None}


def facts_of_many(numbers: Sequence[int], on: date) -> dict[int, dict[str, Any]]:
    """The same of many children in one statement."""
    listed = ",".join(str(int(number)) for number in numbers)
    with set_based(), connection.cursor() as cursor:
        cursor.execute(facts_relation(on, children=f"select unnest('{{{listed}}}'::bigint[])"))
        rows = cursor.fetchall()
    return {
        row[0]: {name: value for name, value in zip(FACTS, row[1:], strict=True) if value is not None} for row in rows
    }
