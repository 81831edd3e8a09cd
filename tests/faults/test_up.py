"""`./hutong up` in a folder of its own, killed in every way: what is left comes back without repair by hand."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import pytest

pytestmark = pytest.mark.faults
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240.0


def _until(true: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@dataclass
class Place:
    """One installation with its own state folder, embedded database and port."""

    state: Path
    port: int = field(default_factory=_free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.state / "up.log"

    @property
    def environment(self) -> dict[str, str]:
        own = {k: v for k, v in os.environ.items() if not re.match(r"HUTONG_(?!POSTGRES)|DATABASE_URL", k)}
        return {**own, "HUTONG_STATE": str(self.state), "HUTONG_DEMO": "0"}

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one command of the command line to its end."""
        line = [sys.executable, "-m", "hutong.project.cli", *words]
        return subprocess.run(line, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)

    def up(self) -> None:
        """Start and wait until it says that it is ready."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hutong.project.cli", "up", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        _until(lambda: "is ready on" in self.said() or self.process_ended(), "it is ready")
        assert not self.process_ended(), self.said()

    def process_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def answers(self) -> bool:
        """True when the web server answers, whatever it answers."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/static/nothing", timeout=10).close()
        except urllib.error.HTTPError as answer:
            answer.close()
            return True
        except OSError:
            return False
        return True

    def groups(self) -> list[int]:
        """First processes of the web server and the worker."""
        found: list[int] = json.loads((self.state / "live" / "processes.json").read_text("utf-8"))["groups"]
        return found

    def database(self) -> int:
        """Process of the database server."""
        (data,) = (self.state / "live").glob("postgres-[0-9]*")
        return int((data / "postmaster.pid").read_text("ascii").split("\n")[0])

    def url(self) -> str:
        password = json.loads((self.state / "live" / "secrets.json").read_text("utf-8"))["app_password"]
        sockets = str(self.state / "live" / "socket").replace("/", "%2F")
        return f"postgresql://hutong_app:{password}@/hutong?host={sockets}&port=5432"

    def left(self) -> list[str]:
        """Command lines of everything that still runs for this place."""
        found = []
        for process in psutil.process_iter(["cmdline", "environ", "status"]):
            words = " ".join(process.info["cmdline"] or [])
            mine = (process.info["environ"] or {}).get("HUTONG_STATE") == str(self.state)
            if (mine or str(self.state) in words) and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(words)
        return found


@pytest.fixture(scope="module")
def prepared() -> Iterator[Place]:
    """An installation with its tables made, not running."""
    state = Path(tempfile.mkdtemp(prefix="hutong-up-"))
    state.chmod(0o755)
    place = Place(state)
    try:
        done = place.command("up", "--no-serve")
        assert done.returncode == 0, done.stdout + done.stderr
        assert place.left() == []
        yield place
    finally:
        place.command("stop")
        shutil.rmtree(state)


@pytest.fixture
def place(prepared: Place) -> Iterator[Place]:
    """The installation, running; whatever the test did to it, nothing of it runs afterwards."""
    prepared.up()
    yield prepared
    prepared.command("stop")
    if prepared.process:
        prepared.process.wait(PATIENCE)
    assert prepared.left() == []


def test_an_interrupt_stops_everything(place: Place) -> None:
    assert place.answers()
    assert place.process is not None
    place.process.send_signal(signal.SIGINT)
    assert place.process.wait(PATIENCE) == 0
    assert place.left() == []


def test_a_second_up_is_told_about_the_first(place: Place) -> None:
    assert place.process is not None
    second = place.command("up", "--port", str(_free_port()))
    assert second.returncode == 1
    assert f"being served already (process {place.process.pid})" in second.stdout
    assert place.answers()


def test_a_killed_web_server_and_worker_are_started_again(place: Place) -> None:
    before = place.groups()
    for number in before:
        os.kill(number, signal.SIGKILL)
    _until(lambda: place.answers() and not set(before) & set(place.groups()), "both are new and answer")
    assert len(place.groups()) == 2


def test_a_killed_database_comes_back_with_what_was_committed(place: Place) -> None:
    with psycopg.connect(place.url(), autocommit=True) as db:
        tables = db.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
    before = place.database()
    os.kill(before, signal.SIGKILL)

    def back() -> bool:
        try:
            with psycopg.connect(place.url(), autocommit=True) as db:
                return db.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() == tables
        except psycopg.OperationalError:
            return False

    _until(back, "the database answers with its tables")
    assert place.database() != before
    _until(place.answers, "the web server answers")


def test_after_a_killed_supervisor_nothing_holds_the_port_and_up_goes_on(place: Place) -> None:
    assert place.process is not None
    place.process.kill()
    place.process.wait()
    place.up()
    assert place.answers()


def test_after_everything_was_killed_at_once_up_goes_on(place: Place) -> None:
    assert place.process is not None
    victims = [place.process.pid, place.database(), *place.groups()]
    for number in victims:
        os.kill(number, signal.SIGKILL)
    place.process.wait()
    place.up()
    assert place.answers()


def test_a_taken_port_is_named_with_the_way_out(prepared: Place) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = prepared.command("up", "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} is taken. Choose another one: ./hutong up --port {port + 1}" in refused.stdout


def test_one_url_of_an_external_database_is_not_enough(prepared: Place) -> None:
    line = [sys.executable, "-m", "hutong.project.cli", "migrate"]
    environment = {**prepared.environment, "DATABASE_URL": "postgresql://somebody@/hutong"}
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "HUTONG_OWNER_URL" in done.stdout
