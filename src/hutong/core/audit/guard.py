"""The walls inside the database: audit triggers, row-level security, rights of the serving login.

Each domain table gets one `Guard` in its migration. A write with no open action, or by a package that does not own the
table, is refused by the trigger; every changed row leaves a line in core_change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from hutong.core.record import Reach

APPEND_ONLY = ("core_entry", "core_journalline", "core_block")
"""The serving login may insert and read these, never change or delete."""
TRIGGERS_ONLY = ("core_change",)
"""Only the audit triggers write these; they are read through hutong_history alone."""
EXEMPT = {
    "core_user": "account: sign-in stamps and preferences; rights come from posts, which are guarded",
    "core_entry": "is the audit itself",
    "core_change": "is the audit itself",
    "core_journalline": "is the audit itself",
    "core_block": "is the audit itself",
    "core_setting": "switches of the installation, written at set-up",
    "django_session": "Django's own",
    "django_migrations": "Django's own",
    "django_content_type": "Django's own",
    "auth_permission": "Django's own, unused",
    "auth_group": "Django's own, unused",
    "auth_group_permissions": "Django's own, unused",
    "axes_accessattempt": "django-axes' own",
    "axes_accesslog": "django-axes' own",
    "axes_accessfailurelog": "django-axes' own",
    "axes_accessattemptexpiration": "django-axes' own",
    "procrastinate_jobs": "the queue's own",
    "procrastinate_events": "the queue's own",
    "procrastinate_periodic_defers": "the queue's own",
    "procrastinate_workers": "the queue's own",
}
"""Tables without audit triggers, each with its reason; a house test compares this list with the database."""

FUNCTIONS = """
create or replace function hutong_txid() returns bigint language sql volatile as
  $$ select pg_current_xact_id()::text::bigint $$;

create or replace function hutong_allowed(owner text, tbl text) returns bigint language plpgsql stable as $$
declare
  entry text := current_setting('hutong.entry', true);
  package text := current_setting('hutong.package', true);
begin
  if entry is null or entry = '' then
    raise exception 'write to % outside any action', tbl using errcode = 'HT001';
  end if;
  if owner <> 'core' and package <> owner and package <> '*' then
    raise exception 'action of package % may not write to % of package %', package, tbl, owner using errcode = 'HT002';
  end if;
  return entry::bigint;
end $$;

create or replace function hutong_audit() returns trigger language plpgsql security definer
  set search_path = public, pg_temp set enable_nestloop = off set jit = off set timezone = 'UTC' as $$
declare entry bigint := hutong_allowed(TG_ARGV[0], TG_TABLE_NAME);
begin
  if TG_OP = 'INSERT' then
    insert into core_change (entry_id, table_name, row_id, op, new)
      select entry, TG_TABLE_NAME, n.id, 'I', to_jsonb(n) from new_rows n;
  elsif TG_OP = 'UPDATE' then
    insert into core_change (entry_id, table_name, row_id, op, old, new)
      select entry, TG_TABLE_NAME, n.id, 'U', d.old, d.new
        from new_rows n join old_rows o on o.id = n.id
        cross join lateral (
          select jsonb_object_agg(a.key, b.value) as old, jsonb_object_agg(a.key, a.value) as new
            from jsonb_each(to_jsonb(n)) a join jsonb_each(to_jsonb(o)) b on b.key = a.key
           where a.value is distinct from b.value) d
       where d.new is not null;
  elsif TG_OP = 'DELETE' then
    insert into core_change (entry_id, table_name, row_id, op, old)
      select entry, TG_TABLE_NAME, o.id, 'D', to_jsonb(o) from old_rows o;
  end if;
  return null;
end $$;

create or replace function hutong_no_truncate() returns trigger language plpgsql as $$
begin
  raise exception 'table % is never emptied', TG_TABLE_NAME using errcode = 'HT003';
end $$;
"""

READERS = """
create or replace function hutong_history(tbl text, pk bigint)
  returns table (change_id bigint, entry_id bigint, op text, old jsonb, new jsonb)
  language sql stable security definer set search_path = public, pg_temp as
  $$ select id, entry_id, op::text, old, new from core_change
      where table_name = tbl and row_id = pk order by id $$;

create or replace function hutong_leaf(content jsonb) returns bytea language sql immutable as
  $$ select sha256(convert_to(jsonb_object_agg(key, value)::text, 'UTF8')) from jsonb_each(content)
      where value <> 'null' $$;

create or replace function hutong_leaves(from_tx bigint, to_tx bigint)
  returns table (kind text, id bigint, leaf bytea)
  language sql stable security definer set search_path = public, pg_temp set timezone = 'UTC' as $$
  select 'e', e.id, hutong_leaf(to_jsonb(e)) from core_entry e where e.txid >= from_tx and e.txid < to_tx
  union all
  select 'c', c.id, hutong_leaf(to_jsonb(c)) from core_change c where c.txid >= from_tx and c.txid < to_tx
  union all
  select 'j', j.id, hutong_leaf(to_jsonb(j)) from core_journalline j
   where j.txid >= from_tx and j.txid < to_tx
  order by 1, 2 $$;

create or replace function hutong_outside(first_tx bigint, last_tx bigint) returns bigint
  language sql stable security definer set search_path = public, pg_temp as $$
  select (select count(*) from core_entry where txid < first_tx)
       + (select count(*) from core_change where txid < first_tx)
       + (select count(*) from core_change c where c.txid < last_tx
            and not exists (select 1 from core_entry e where e.id = c.entry_id)) $$;
"""


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


@dataclass(frozen=True)
class Placed:
    """A table whose rows lie in places: what a border change must rewrite."""

    table: str
    keys: tuple[str, ...]
    model: type[models.Model]


def placed_tables() -> list[Placed]:
    """Every table with place keys, of all packages, in a stable order."""
    found = []
    for model in apps.get_models():
        reach = getattr(model, "reach", None)
        if isinstance(reach, Reach) and reach.keys:
            found.append(Placed(model._meta.db_table, reach.keys, model))
    return sorted(found, key=lambda p: p.table)


def policy(table: str, reach: tuple[str, ...], subject: str, open_in_action: bool) -> list[str]:
    """The DDL of row-level security by place keys; a migration that widens a reach runs it again."""
    lo = "(select current_setting('hutong.lo', true)::bigint)"
    hi = "(select current_setting('hutong.hi', true)::bigint)"
    met = [f"({key} >= {lo} and {key} < {hi})" for key in reach]
    hidden = ""
    if subject:
        met.append(f"{subject} = any((select current_setting('hutong.granted', true)::bigint[])::bigint[])")
        hidden = (
            f" and not coalesce({subject} = any((select current_setting('hutong.hidden', true)::bigint[])::bigint[]),"
            " false)"
        )
    if open_in_action:
        met.append("(select coalesce(current_setting('hutong.entry', true), '') <> '')")
    return [
        f"alter table {table} enable row level security",
        f"drop policy if exists hutong_reach on {table}",
        f"create policy hutong_reach on {table} using (({' or '.join(met)}){hidden}) with check (true)",
    ]


class Guard(Operation):
    """Migration operation: audit triggers and, where the table has place keys, row-level security."""

    reversible = True
    reduces_to_sql = True

    def __init__(
        self, table: str, package: str, reach: tuple[str, ...] = (), subject: str = "", open_in_action: bool = False
    ) -> None:
        self.table, self.package = table, package
        self.reach, self.subject, self.open_in_action = tuple(reach), subject, open_in_action

    def statements(self) -> list[str]:
        """The DDL, in order."""
        t = self.table
        run = f"execute function hutong_audit('{self.package}')"
        sql = [
            f"create trigger hutong_i after insert on {t} referencing new table as new_rows for each statement {run}",
            f"create trigger hutong_u after update on {t} referencing old table as old_rows new table as new_rows "
            f"for each statement {run}",
            f"create trigger hutong_d after delete on {t} referencing old table as old_rows for each statement {run}",
            f"create trigger hutong_t before truncate on {t} for each statement execute function hutong_no_truncate()",
        ]
        if self.reach:
            sql += policy(t, self.reach, self.subject, self.open_in_action)
        return sql

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The database alone changes."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for statement in self.statements():
            schema_editor.execute(statement)
        if not schema_editor.collect_sql:
            self._adopt(schema_editor)

    def _adopt(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Rows older than their guard get a beginning in the history, or verify-audit would not know them."""
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"select exists (select from {self.table})")  # noqa: S608
            if not cursor.fetchone()[0]:
                return
            entry_id = open_migration(cursor, f"guard_{self.table}")
            cursor.execute(
                f"""insert into core_change (entry_id, table_name, row_id, op, new)
                    select %s, %s, t.id, 'I', to_jsonb(t) from {self.table} t order by t.id""",  # noqa: S608
                [entry_id, self.table],
            )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for letter in "iudt":
            schema_editor.execute(f"drop trigger if exists hutong_{letter} on {self.table}")
        if self.reach:
            schema_editor.execute(f"drop policy if exists hutong_reach on {self.table}")
            schema_editor.execute(f"alter table {self.table} disable row level security")

    def describe(self) -> str:
        return f"Guard {self.table} (owned by {self.package})"

    @property
    def migration_name_fragment(self) -> str:
        return f"guard_{self.table}"


def rights(login: str) -> list[str]:
    """What the serving login may do; run as the owner after every migration."""
    who = f'"{login}"'
    sql = [
        f"grant usage on schema public to {who}",
        f"grant select, insert, update, delete on all tables in schema public to {who}",
        f"grant usage, select on all sequences in schema public to {who}",
        f"grant execute on all functions in schema public to {who}",
        f"revoke all on django_migrations from {who}",
        f"grant select on django_migrations to {who}",
    ]
    sql += [f"revoke update, delete on {table} from {who}" for table in APPEND_ONLY]
    sql += [f"revoke all on {table} from {who}" for table in TRIGGERS_ONLY]
    return sql


def grant_rights(using: str = "owner") -> None:
    """Give the serving login its rights; the last step of `migrate`."""
    from django.db import connections

    with connections[using].cursor() as cursor:
        for statement in rights(serving_login()):
            cursor.execute(statement)
