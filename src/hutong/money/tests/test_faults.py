"""Real kills in the middle of a payment run, and two people at once. Each in a database of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import connection, connections, transaction

from hutong.core.models import Entry, Task
from hutong.core.viewer import acting
from hutong.money import actions
from hutong.money.models import Batch, Line, Order
from hutong.money.queries.relation import Relation
from hutong.money.terms import BatchState
from hutong.money.tests.beside import at_once
from hutong.money.tests.build import NOVEMBER, Scene, county, relation_of

pytestmark = pytest.mark.faults

CHILD = """
import sys, django
django.setup()
from django.db import connections
for alias in ("default", "owner"):
    connections[alias].settings_dict["NAME"] = sys.argv[1]
from datetime import datetime
from hutong.core.viewer import acting
from hutong.money import actions
from hutong.money.models import Order
from hutong.money.tests.build import NOVEMBER, county, relation_of
scene = county(datetime.fromisoformat(sys.argv[2]))
with acting(scene.officer):
    orders = list(Order.objects.order_by("id"))
relation = relation_of(orders)
print("running", flush=True)
actions.prepare_batch(scene.officer, {"place_id": scene.county.pk, "month": NOVEMBER, "relation": relation})
print("done", flush=True)
"""
"""A run in a process of its own."""


@pytest.fixture
def scene(fresh_db: str, django_db_blocker: object, now: datetime) -> Scene:
    """A county with twenty orders, committed."""
    made = county(now)
    for _ in range(20):
        made.order()
    return made


def orders_of(scene: Scene) -> list[Order]:
    with acting(scene.officer):
        return list(Order.objects.order_by("id"))


@contextmanager
def stuck_in_the_middle(database: str, scene: Scene) -> Iterator[subprocess.Popen[str]]:
    """A run that has written its first lines and waits for the tenth, which another transaction holds."""
    tenth = orders_of(scene)[9]
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("select set_config('hutong.entry', '1', true), set_config('hutong.package', 'money', true)")
        cursor.execute(
            "insert into money_batch (version, place_id, place_key, month, purpose, state, maker_id, count, total_fen,"
            " booked_fen, told) values (1, %s, %s, %s, 'run', 'prepared', %s, 0, 0, 0, '{}') returning id",
            [scene.county.pk, scene.county.key, NOVEMBER, scene.officer.user_id],
        )
        batch_id = cursor.fetchone()[0]
        cursor.execute(
            "insert into money_line (version, batch_id, order_id, child_id, account_id, item, month, kind, state,"
            " amount_fen, rule_version, reason_code, refusal, place_key) select 1, %s, o.id, o.child_id, a.id, o.item,"
            " %s, 'regular', 'prepared', 1, 'x', '', '', o.place_key from money_order o"
            " join money_accountversion a on a.payee_id = o.payee_id where o.id = %s",
            [batch_id, NOVEMBER, tenth.pk],
        )
        child = start(database, scene)
        try:
            yield child
        finally:
            if child.poll() is None:
                child.kill()
            transaction.set_rollback(True, using="owner")
    wait_for(lambda: not at_work(database))
    child.communicate(timeout=20)


def start(database: str, scene: Scene) -> subprocess.Popen[str]:
    """The run in a process of its own, once it waits in the middle of writing its lines."""
    source = os.pathsep.join(p for p in sys.path if p)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, database, scene.now.isoformat()],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONPATH": source},
    )  # fmt: skip
    wait_for(lambda: bool(backends(database)) or child.poll() is not None)
    assert child.poll() is None, child.communicate()[0]
    return child


def backends(database: str) -> list[int]:
    """Server processes that wait in the middle of writing lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pid from pg_stat_activity where datname = %s and state = 'active' and query like %s"
            " and wait_event_type = 'Lock'",
            [database, "%insert into money_line%"],
        )
        return [row[0] for row in cursor.fetchall()]


def at_work(database: str) -> int:
    """Other server processes of this database with an open transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
            " and xact_start is not null",
            [database],
        )
        return int(cursor.fetchone()[0])


def wait_for(met: Callable[[], bool], seconds: float = 90) -> None:
    """Until it is so; fails the test otherwise."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def assert_nothing_half_written(scene: Scene) -> None:
    with acting(scene.officer):
        assert not Batch.objects.exists()
        assert not Line.objects.exists()
        assert not Task.objects.filter(kind="money.sign").exists()
    assert not Entry.objects.filter(action="money.prepare_batch").exists()
    batch = scene.run(orders_of(scene))
    assert (batch.count, batch.told) == (20, {}), "the run can simply be made again"


def test_killing_the_program_in_the_middle_of_a_run_leaves_nothing(scene: Scene, fresh_db: str) -> None:
    with stuck_in_the_middle(fresh_db, scene) as child:
        child.send_signal(signal.SIGKILL)
        assert child.wait(10) == -signal.SIGKILL
    assert_nothing_half_written(scene)


def test_losing_the_database_in_the_middle_of_a_run_leaves_nothing(scene: Scene, fresh_db: str) -> None:
    with stuck_in_the_middle(fresh_db, scene) as child:
        with connection.cursor() as cursor:
            for pid in backends(fresh_db):
                cursor.execute("select pg_terminate_backend(%s)", [pid])
        assert "done" not in child.communicate(timeout=20)[0]
        assert child.returncode not in (0, None)
    assert_nothing_half_written(scene)


def test_a_failure_after_the_lines_were_written_takes_them_back(scene: Scene) -> None:
    orders = orders_of(scene)
    good = relation_of(orders)
    broken = Relation(good.sql.replace("null::bigint as parameter_set", "999999::bigint as parameter_set"), good.params)
    with pytest.raises(Exception, match="parameter_set"):
        actions.prepare_batch(scene.officer, {"place_id": scene.county.pk, "month": NOVEMBER, "relation": broken})
    assert_nothing_half_written(scene)


def test_two_officers_preparing_the_same_month_pay_once(scene: Scene) -> None:
    orders = orders_of(scene)

    def run() -> Batch:
        return scene.run(orders)

    found = at_once(run, run)
    assert sorted(b.count for b in found if isinstance(b, Batch)) == [0, 20]
    with acting(scene.officer):
        assert Line.objects.count() == 20


def test_two_finance_officers_signing_at_once_one_signs_and_the_other_is_told(scene: Scene) -> None:
    from hutong.core.errors import Conflict
    from hutong.org.terms import Role

    batch = scene.run(orders_of(scene))
    one, two = scene.finance, scene.viewer(Role.COUNTY_FINANCE, "finance2")
    found = at_once(lambda: actions.sign_batch(one, batch.pk), lambda: actions.sign_batch(two, batch.pk))
    assert sum(isinstance(x, Batch) for x in found) == 1
    assert sum(isinstance(x, Conflict) for x in found) == 1
    with acting(scene.finance):
        signed = Batch.objects.get(pk=batch.pk)
    assert signed.state == BatchState.SIGNED
    assert Entry.objects.filter(action="money.sign_batch", on_id=batch.pk).count() == 1
