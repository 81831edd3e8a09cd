"""One installation: its folder, its secrets, its database (embedded or given), and the environment of its processes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hutong.project.embedded import Cluster
from hutong.project.environment import database
from hutong.project.home import kept_secrets, state_folder
from hutong.project.progress import Stop


@dataclass(frozen=True)
class Installation:
    """What `up` serves (`live`) or what the tests use (`test`); the two share nothing but program files."""

    folder: Path
    secrets: dict[str, str]
    cluster: Cluster | None

    def environment(self) -> dict[str, str]:
        """Variables every process of the installation starts with; what the caller's environment names goes first."""
        own = {
            "DJANGO_SETTINGS_MODULE": "hutong.project.settings",
            "HUTONG_SECRET_KEY": self.secrets["secret_key"],
            "HUTONG_ROOT_KEYS": self.secrets["root_keys"],
            "HUTONG_HEADS": str(self.folder / "heads.jsonl"),
            "PYTHONUNBUFFERED": "1",
        }
        if self.cluster:
            own |= {"HUTONG_OWNER_URL": self.cluster.url("owner"), "DATABASE_URL": self.cluster.url("app")}
        if self.cluster and self.cluster.durable:
            own["HUTONG_DEMO"] = "1"  # the embedded database is for trying out; another database has to ask for it
        return {**own, **{name: os.environ[name] for name in own if os.environ.get(name)}}

    def start(self) -> bool:
        """Start the embedded database, if there is one; True when this call started it."""
        os.environ.update(self.environment())
        return self.cluster.start() if self.cluster else False

    def stop(self) -> None:
        """Stop the embedded database, if there is one."""
        if self.cluster:
            self.cluster.stop()

    @contextmanager
    def running(self) -> Iterator[None]:
        """The database runs inside; it is stopped again if it was not running before."""
        started = self.start()
        try:
            yield
        finally:
            if started:
                self.stop()


def given_urls() -> tuple[str, str] | None:
    """Owner's and serving URL of an external PostgreSQL, or None for the embedded one."""
    owner, serving = os.environ.get("HUTONG_OWNER_URL"), os.environ.get("DATABASE_URL")
    if owner and serving:
        return owner, serving
    if owner or serving:
        raise Stop(
            "An external PostgreSQL needs both: HUTONG_OWNER_URL (the login that owns the tables and migrates) and "
            "DATABASE_URL (the login that serves and owns nothing). Set the other one too, or neither."
        )
    return None


def _digest(url: str) -> str:
    """Names a database by where it is: keys and heads of the chain belong to one database and to no other."""
    parts = database(url)
    return hashlib.sha256(f"{parts['HOST']} {parts['PORT']} {parts['NAME']}".encode()).hexdigest()[:12]


def installation(purpose: str = "live") -> Installation:
    """The installation of this clone, for ``live`` or ``test``; made on the first call, started by nobody yet."""
    state = state_folder()
    urls = given_urls()
    folder = state / (f"{purpose}-{_digest(urls[1])}" if urls else purpose)
    folder.mkdir(exist_ok=True)
    secrets = kept_secrets(folder)
    if urls:
        return Installation(folder, secrets, None)
    named = os.environ.get("HUTONG_POSTGRES")
    passwords = {login: secrets[f"{login}_password"] for login in ("admin", "owner", "app")}
    binaries = Path(named) if named else None
    return Installation(
        folder, secrets, Cluster(folder, passwords, state, durable=purpose == "live", binaries=binaries)
    )
