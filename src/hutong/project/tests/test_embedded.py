"""The embedded PostgreSQL comes back from every kind of end, and two clusters know nothing of each other."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from hutong.project.embedded import Cluster
from hutong.project.home import kept_secrets, state_folder

pytestmark = pytest.mark.faults
PASSWORDS = {"admin": "a-secret", "owner": "o-secret", "app": "p-secret"}


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A cluster in a folder every user may pass through, as root's temporary folders keep `nobody` out."""
    folder = Path(tempfile.mkdtemp(prefix="hutong-test-"))
    folder.chmod(0o755)
    named = os.environ.get("HUTONG_POSTGRES")
    made = Cluster(folder, PASSWORDS, state_folder(), durable=False, binaries=Path(named) if named else None)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)
        if made.socket.exists():
            shutil.rmtree(made.socket)


def _write(cluster: Cluster, value: int) -> None:
    with psycopg.connect(cluster.url("owner"), autocommit=True) as db:
        db.execute("create table if not exists kept (value int)")
        db.execute("insert into kept values (%s)", [value])


def _read(cluster: Cluster) -> list[int]:
    with psycopg.connect(cluster.url("owner")) as db:
        return [row[0] for row in db.execute("select value from kept order by value")]


def test_the_serving_login_owns_nothing_and_cannot_make_tables(cluster: Cluster) -> None:
    assert cluster.start() is True
    assert cluster.start() is False
    with psycopg.connect(cluster.url("app")) as db:
        row = db.execute("select rolsuper, rolcreatedb, rolbypassrls from pg_roles where rolname = current_user")
        assert row.fetchone() == (False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("create table mine (id int)")


def test_chinese_text_is_ordered_by_character_and_changed_in_case(cluster: Cluster) -> None:
    cluster.start()
    with psycopg.connect(cluster.url("app")) as db:
        assert db.execute("show server_encoding").fetchone() == ("UTF8",)
        assert db.execute("select lower('ÄΩ'), length('䶮𠅤'), '巴' < '阿'").fetchone() == ("äω", 2, True)


def test_a_killed_server_keeps_what_was_committed(cluster: Cluster) -> None:
    cluster.start()
    _write(cluster, 1)
    pid = cluster.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    began = time.monotonic()
    assert cluster.start() is True
    assert time.monotonic() - began < 20
    _write(cluster, 2)
    assert _read(cluster) == [1, 2]


def test_a_lock_file_naming_another_program_does_not_keep_the_server_down(cluster: Cluster) -> None:
    """After a reboot the number in the lock file may belong to anything, here to this test itself."""
    cluster.start()
    _write(cluster, 1)
    left = (cluster.data / "postmaster.pid").read_text("ascii").split("\n")
    cluster.stop()
    assert cluster.pid() is None
    (cluster.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *left[1:]]), "ascii")
    assert cluster.start() is True
    assert _read(cluster) == [1]


def test_a_kill_in_the_middle_of_making_the_cluster_leaves_a_clean_start(cluster: Cluster) -> None:
    half = cluster.folder / "postgres-new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n", "ascii")
    cluster.start()
    _write(cluster, 1)
    assert _read(cluster) == [1]


def test_stop_ends_the_server_while_somebody_is_connected(cluster: Cluster) -> None:
    cluster.start()
    pid = cluster.pid()
    db = psycopg.connect(cluster.url("app"))
    db.execute("select 1")
    cluster.stop()
    db.close()
    assert cluster.pid() is None
    assert pid is not None
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_wrong_password_opens_nothing(cluster: Cluster) -> None:
    cluster.start()
    wrong = cluster.url("app").replace("p-secret", "o-secret")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_secrets_are_made_once_and_readable_by_the_owner_alone(tmp_path: Path) -> None:
    first = kept_secrets(tmp_path)
    assert kept_secrets(tmp_path) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len(set(first.values())) == len(first)
