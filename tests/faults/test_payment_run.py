"""A payment run is killed when its lines are written and its transaction is open: afterwards nothing of it exists.

The run has a server and processes of its own. It is held at the task for the signer by a lock on that table, so the
kill always falls on the same spot: the batch and all its lines are in the database, not yet committed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from hutong.project.embedded import Cluster
from hutong.project.home import SOURCE, state_folder

pytestmark = pytest.mark.faults
PASSWORDS = {"admin": "a-secret", "owner": "o-secret", "app": "p-secret"}
ORDERS = 20

PROGRAM = """
import sys
import django
django.setup()
from datetime import datetime
from zoneinfo import ZoneInfo
from django.core.management import call_command
from hutong.core.audit import guard
from hutong.core.models import Entry, Task
from hutong.core.viewer import acting
from hutong.money.models import Batch, Line, Order
from hutong.money.tests.build import county

what, orders = sys.argv[1], int(sys.argv[2])
if what == "build":
    call_command("migrate", database="owner", verbosity=0)
    guard.fortify()
scene = county(datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
if what == "build":
    for _ in range(orders):
        scene.order()
with acting(scene.officer):
    known = list(Order.objects.order_by("id"))
assert len(known) == orders
if what == "run":
    batch = scene.run(known)
    print(batch.count, flush=True)
if what == "look":
    with acting(scene.officer):
        found = [Batch.objects.count(), Line.objects.count(), Task.objects.filter(kind="money.sign").count()]
    print(*found, Entry.objects.filter(action="money.prepare_batch").count(), flush=True)
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A durable server with a county that pays."""
    folder = Path(tempfile.mkdtemp(prefix="hutong-run-"))
    folder.chmod(0o755)
    named = os.environ.get("HUTONG_POSTGRES")
    made = Cluster(folder, PASSWORDS, state_folder(), binaries=Path(named) if named else None)
    try:
        made.start()
        _program(made, "build")
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)


def _started(cluster: Cluster, what: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "DATABASE_URL": cluster.url("app"),
        "HUTONG_OWNER_URL": cluster.url("owner"),
        "DJANGO_SETTINGS_MODULE": "hutong.project.settings",
        "PYTHONPATH": str(SOURCE),
        "HUTONG_ROOT_KEYS": "1:" + "A" * 43 + "=",
    }
    words = [sys.executable, "-c", PROGRAM, what, str(ORDERS)]
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _program(cluster: Cluster, what: str) -> list[int]:
    """Run the program to its end; the numbers it printed."""
    done = _started(cluster, what)
    said, complained = done.communicate(timeout=120)
    assert done.returncode == 0, complained
    return [int(word) for word in said.split()]


def _until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.05)


def _held(admin: psycopg.Connection[tuple[object, ...]]) -> bool:
    row = admin.execute(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ilike '%core_task%'"
    ).fetchone()
    return row is not None and row[0] == 1


@pytest.mark.parametrize("victim", ["database", "program"])
def test_a_killed_run_leaves_nothing_and_can_be_made_again(cluster: Cluster, victim: str) -> None:
    before = _program(cluster, "look")
    with (
        closing(psycopg.connect(cluster.url("owner"))) as holder,
        closing(psycopg.connect(cluster.url("admin"), autocommit=True)) as admin,
    ):
        holder.execute("lock table core_task in exclusive mode")
        run = _started(cluster, "run")
        try:
            _until(lambda: _held(admin), "the run waits with its lines written")
        except AssertionError:
            run.kill()
            raise
        if victim == "database":
            pid = cluster.pid()
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            assert run.wait(60) != 0
        else:
            run.kill()
            run.wait()
            holder.rollback()
            _until(lambda: not _held(admin), "the server has noticed")
    run.communicate()
    cluster.start()
    assert _program(cluster, "look") == before
    assert before[:3] == [0, 0, 0]


def test_after_the_kills_the_run_pays_everybody_once(cluster: Cluster) -> None:
    assert _program(cluster, "run") == [ORDERS]
    assert _program(cluster, "look") == [1, ORDERS, 1, 1]
    assert _program(cluster, "run") == [0]
