"""The walls inside the database: audit triggers, row-level policies, rights of the serving login.

All of them follow from what the models declare (declarations.py). After every migration the owner remakes what differs;
a server looks at the catalogue before its first request and refuses to start behind a wall with a hole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from hutong.core.audit.declarations import (
    APPEND_ONLY,
    EXEMPT,
    TRIGGERS_ONLY,
    Fault,
    faults,
    guarded,
    named,
    our_models,
    reach_of,
)
from hutong.core.record import Reach

FUNCTIONS = (Path(__file__).parent / "functions.sql").read_text("utf-8")
BODIES: dict[str, str] = dict(re.findall(r"function (\w+)\(.*?\$\$(.*?)\$\$", FUNCTIONS, re.DOTALL))


def serving_login() -> str:
    """Name of the database login that serves requests: not an owner, subject to every policy."""
    return str(settings.DATABASES["default"]["USER"])


def open_migration(cursor: Any, name: str) -> int:
    """Open the entry `core.migrate:<name>` for the rest of the transaction; its number.

    A migration that rewrites guarded rows calls it first (under the owner's login): the triggers refuse writes that
    belong to no action, and the history of the rows stays complete.
    """
    cursor.execute(
        """insert into core_entry (action, package, actor, role, viewer_name, on_label, happened_at, reason, notes)
           values (%s, 'core', 'system:migrate', 'system', 'migrate', '', now(), '', '{}') returning id""",
        [f"core.migrate:{name}"],
    )
    entry_id = int(cursor.fetchone()[0])
    cursor.execute(
        "select set_config('hutong.entry', %s, true), set_config('hutong.package', '*', true)", [str(entry_id)]
    )
    return entry_id


def condition(reach: Reach) -> str:
    """Which rows of a table the serving login sees; all of them where it is empty."""
    if not reach.keys or reach.unwalled:
        return ""
    lo, hi = (f"(select current_setting('hutong.{end}', true)::bigint)" for end in ("lo", "hi"))
    met = [f"({key} >= {lo} and {key} < {hi})" for key in reach.keys]
    hidden = ""
    if reach.subject:
        granted, lost = (
            f"{reach.subject} = any((select current_setting('hutong.{whom}', true)::bigint[])::bigint[])"
            for whom in ("granted", "hidden")
        )
        met.append(granted)
        hidden = f" and not coalesce({lost}, false)"
    if reach.in_action:
        met.append("(select coalesce(current_setting('hutong.entry', true), '') <> '')")
    if reach.asked_of:
        nobody = f"{reach.subject} is null and " if reach.subject else ""
        met.append(f"({nobody}{reach.asked_of} = (select current_setting('hutong.role', true)) and {lo} > {hi})")
    return f"({' or '.join(met)}){hidden}"


def triggers(table: str, package: str) -> dict[str, str]:
    """Name of each audit trigger, and the statement that makes it, as PostgreSQL itself writes it."""
    after = {
        "i": "INSERT ON public.{0} REFERENCING NEW TABLE AS new_rows",
        "u": "UPDATE ON public.{0} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "d": "DELETE ON public.{0} REFERENCING OLD TABLE AS old_rows",
    }
    made = {
        f"hutong_{letter}": f"CREATE TRIGGER hutong_{letter} AFTER {what.format(table)} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION hutong_audit('{package}')"
        for letter, what in after.items()
    }
    made["hutong_t"] = (
        f"CREATE TRIGGER hutong_t BEFORE TRUNCATE ON public.{table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION hutong_no_truncate()"
    )
    return made


Models: TypeAlias = Sequence[type[models.Model]]
POLICY = "hutong_reach"
RIGHTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(APPEND_ONLY, ("SELECT", "INSERT")),
    **dict.fromkeys(TRIGGERS_ONLY, ()),
    "django_migrations": ("SELECT",),
}
"""What the serving login may do where that is not all four; on tables nobody declares it may do nothing."""
REST_OF_RIGHTS = """grant usage on schema public to {login};
grant usage, select on all sequences in schema public to {login};
grant execute on all functions in schema public to {login}"""


@dataclass(frozen=True)
class Walls:
    """What stands around a table; each trigger and policy by name, as PostgreSQL writes it."""

    triggers: dict[str, str]
    secured: bool
    """Row-level security is on."""
    policies: dict[str, str]
    rights: frozenset[str]


WRITTEN = """concat_ws(' ', p.polpermissive, p.polcmd, p.polroles::text, pg_get_expr(p.polqual, p.polrelid),
  pg_get_expr(p.polwithcheck, p.polrelid))"""
THERE = f"""
select c.relname, c.relrowsecurity,
       array(select array[g.tgname::text, pg_get_triggerdef(g.oid)
                             || case when g.tgenabled in ('O', 'A') then '' else ' off' end]
               from pg_trigger g where g.tgrelid = c.oid and g.tgname like 'hutong%%'),
       array(select array[p.polname::text, {WRITTEN}] from pg_policy p where p.polrelid = c.oid),
       array(select r from unnest(array['DELETE', 'TRUNCATE', 'TRIGGER']) r
              where has_table_privilege(%(login)s, c.oid, r)
              union all
             select r from unnest(array['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) r
              where has_any_column_privilege(%(login)s, c.oid, r))
  from pg_class c
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
   and not exists (select from pg_depend d
                    where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')"""  # noqa: S608
"""Tables and views; those of an extension are left to it."""


def _there(cursor: Any) -> dict[str, Walls]:
    """Every table and view of the database with what stands around it."""
    cursor.execute(THERE, {"login": serving_login()})
    return {
        name: Walls(dict(triggers), secured, dict(policies), frozenset(rights))
        for name, secured, triggers, policies, rights in cursor.fetchall()
    }


def _declared(connection: BaseDatabaseWrapper, cursor: Any, ours: Models) -> dict[str, Walls]:
    """Every table the house knows with what its declarations ask for."""
    walls = {table: Walls({}, False, {}, _rights(table)) for table in EXEMPT}
    written = _as_written(connection, cursor, ours)
    for model in ours:
        table, policy = model._meta.db_table, written.get(condition(reach_of(model)))
        walls[table] = Walls(
            triggers(table, model._meta.app_label) if guarded(model) else {},
            policy is not None,
            {POLICY: policy} if policy else {},
            _rights(table),
        )
    return walls


def _rights(table: str) -> frozenset[str]:
    return frozenset(RIGHTS.get(table, ("SELECT", "INSERT", "UPDATE", "DELETE")))


def _as_written(connection: BaseDatabaseWrapper, cursor: Any, ours: Models) -> dict[str, str]:
    """How this server writes down the policy of each condition: made on a table of a moment and read back, because
    no two versions need agree on blanks, casts and brackets."""
    conditions: dict[str, str] = {}
    columns: dict[str | None, str | None] = {}
    for model in ours:
        if sought := condition(reach_of(model)):
            conditions.setdefault(sought, f"p{len(conditions)}")
            used = {one.column for one in named(model)}
            columns |= {f.column: f.rel_db_type(connection) for f in model._meta.concrete_fields if f.attname in used}
    if not conditions:
        return {}
    made = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    statements = [f"create temporary table hutong_moment ({made})"]
    statements += [f"create policy {p} on hutong_moment using ({c}) with check (true)" for c, p in conditions.items()]
    cursor.execute("; ".join(statements))
    cursor.execute(f"select p.polname, {WRITTEN} from pg_policy p where p.polrelid = 'hutong_moment'::regclass")  # noqa: S608
    written = dict(cursor.fetchall())
    cursor.execute("drop table hutong_moment")
    return {sought: written[name] for sought, name in conditions.items()}


def _unlike(there: Walls, declared: Walls) -> Iterator[str]:
    """What is missing, different or too much around a table, in words."""
    for kind, have, want in (
        ("trigger", there.triggers, declared.triggers),
        ("policy", there.policies, declared.policies),
    ):
        for name in sorted(have.keys() | want.keys()):
            if name not in have:
                yield f"{kind} {name} is missing"
            elif name not in want:
                yield f"{kind} {name} is there and nothing declares it"
            elif have[name] != want[name]:
                off = have[name] == f"{want[name]} off"
                yield f"{kind} {name} {'is switched off' if off else 'does not say what the model declares'}"
    if there.secured != declared.secured:
        yield f"row-level security is {'on, and no reach asks for it' if there.secured else 'off'}"
    if more := there.rights - declared.rights:
        yield f"the serving login may {', '.join(sorted(more))} and must not"
    if less := declared.rights - there.rights:
        yield f"the serving login may not {', '.join(sorted(less))}"


def _compared(using: str, ours: Models) -> tuple[list[Fault], dict[str, tuple[Walls, Walls]]]:
    """What differs in words, and of each table that differs the walls there are and the walls declared."""
    with transaction.atomic(using), connections[using].cursor() as cursor:
        declared, there = _declared(connections[using], cursor, ours), _there(cursor)
        found = [*_of_the_login(cursor), *_of_functions(cursor)]
    tables = {}
    for table in sorted(declared.keys() | there.keys()):
        where = f"table {table}"
        if table not in there:
            found.append(Fault(where, "is not in the database"))
            continue
        # What somebody else put here keeps its walls; the serving login only has no business there.
        pair = there[table], declared.get(table, replace(there[table], rights=frozenset()))
        if unlike := [Fault(where, what) for what in _unlike(*pair)]:
            tables[table] = pair
            found += unlike
    return found, tables


def _of_the_login(cursor: Any) -> list[Fault]:
    cursor.execute("select rolname from pg_roles where rolname = %s and (rolsuper or rolbypassrls)", [serving_login()])
    return [Fault(f"login {name}", "passes every row-level policy") for (name,) in cursor.fetchall()]


def _of_functions(cursor: Any) -> list[Fault]:
    cursor.execute("select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace")
    there = dict(cursor.fetchall())
    return [
        Fault(f"function {name}", "does not say what this version says" if name in there else "is missing")
        for name, body in BODIES.items()
        if there.get(name) != body
    ]


def breaches(using: str = "default", ours: Models | None = None) -> list[Fault]:
    """Where the catalogue of the database differs from the declarations; empty when every wall stands."""
    return _compared(using, our_models() if ours is None else ours)[0]


def _refuse(found: Iterable[Fault], remedy: str) -> None:
    if lines := [str(fault) for fault in found]:
        raise ImproperlyConfigured("\n".join([*lines, remedy]))


def require(using: str = "default", ours: Models | None = None) -> None:
    """Refuse to go on, in words, where a declaration is wrong or a wall is not as declared."""
    ours = our_models() if ours is None else ours
    _refuse(faults(ours), "Mend the declarations named above.")
    _refuse(
        breaches(using, ours), "The walls of the database are not as declared. To make them again: ./hutong migrate"
    )


def fortify(using: str = "owner", ours: Models | None = None) -> None:
    """Make triggers, policies and rights again where they differ from the declarations: the last step of `migrate`.

    Rows of a table that was never watched before get a beginning in the history. ImproperlyConfigured where a
    declaration is wrong or a wall could not be made.
    """
    ours = our_models() if ours is None else ours
    _refuse(faults(ours), "Mend the declarations named above: no wall follows from them.")
    with transaction.atomic(using):
        found, tables = _compared(using, ours)
        if found:
            conditions = {model._meta.db_table: condition(reach_of(model)) for model in ours}
            with connections[using].cursor() as cursor:
                cursor.execute(FUNCTIONS)
                for table, (there, declared) in tables.items():
                    if declared.triggers and not there.triggers:
                        _adopt(cursor, table)
                    cursor.execute("; ".join(_made(table, there, declared, conditions.get(table, ""))))
                cursor.execute(REST_OF_RIGHTS.format(login=f'"{serving_login()}"'))
            found = breaches(using, ours)
        _refuse(found, "The login that owns the tables could not mend this.")


def _made(table: str, there: Walls, declared: Walls, sought: str) -> list[str]:
    """What makes the walls of one table again, in order."""
    login = f'"{serving_login()}"'
    sql = [f'drop trigger "{name}" on {table}' for name in there.triggers]
    sql += declared.triggers.values()
    if there.secured != declared.secured:
        sql.append(f"alter table {table} {'enable' if declared.secured else 'disable'} row level security")
    if there.policies != declared.policies:
        sql += [f'drop policy "{name}" on {table}' for name in there.policies]
        sql += [f"create policy {name} on {table} using ({sought}) with check (true)" for name in declared.policies]
    sql.append(f"revoke all on {table} from {login}, public")
    if declared.rights:
        sql.append(f"grant {', '.join(sorted(declared.rights))} on {table} to {login}")
    return sql


def _adopt(cursor: Any, table: str) -> None:
    """Rows older than their guard get a beginning in the history, or verify-audit would not know them.

    Only where the history knows nothing of the table: what an owner did while the triggers were off stays a finding.
    """
    cursor.execute(
        f"select exists (select from {table}) and not exists (select from core_change where table_name = %s)",  # noqa: S608
        [table],
    )
    if cursor.fetchone()[0]:
        entry_id = open_migration(cursor, f"guard_{table}")
        cursor.execute(
            f"""insert into core_change (entry_id, table_name, row_id, op, new)
                select %s, %s, t.id, 'I', to_jsonb(t) from {table} t order by t.id""",  # noqa: S608
            [entry_id, table],
        )
