"""Where an installation keeps what is its own: secrets, logs, heads of the audit chain, database clusters.

A clone never shares this folder with another one. Standard library alone.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hutong.project.progress import Stop

SOURCE = Path(__file__).resolve().parents[2]
UNPRIVILEGED = 65534
"""User and group that run the database when root starts it (`nobody` on every Linux)."""


def clone() -> Path | None:
    """The clone this code runs from, or None when it runs from an installed wheel."""
    folder = SOURCE.parent
    return folder if (folder / "pyproject.toml").is_file() and (folder / "hutong").is_file() else None


def is_root() -> bool:
    """True when a database server started by us would have to change its user."""
    return os.name == "posix" and os.geteuid() == 0


def state_folder() -> Path:
    """The folder of this installation, made on the first call.

    `HUTONG_STATE` names it; otherwise root uses a folder of its own outside root's home, as `nobody` must be able to
    enter it, others use `.hutong` in the clone, and an installed wheel the user's data folder.
    """
    named = os.environ.get("HUTONG_STATE")
    if named:
        return _made(Path(named).resolve())
    here = clone()
    if is_root():
        digest = hashlib.sha256(str(here or SOURCE).encode()).hexdigest()[:12]
        try:
            return _made(Path("/var/lib/hutong") / digest)
        except OSError:
            return _made(Path(tempfile.gettempdir()) / f"hutong-{digest}")
    if here:
        return _made(here / ".hutong")
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return _made(Path(data) / "hutong")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    if os.name == "posix" and folder.stat().st_uid != os.geteuid():
        raise Stop(f"{folder} belongs to somebody else. Remove it or set HUTONG_STATE to a folder of your own.")
    return folder


@contextmanager
def locked(file: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold a lock that ends with the process, whichever way it ends; yields False when another one holds it."""
    with file.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def write_whole(file: Path, text: str, mode: int = 0o600) -> None:
    """Write a file so that a kill leaves the old content or the new, never half of it."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    os.chmod(name, mode)
    os.replace(name, file)


def kept_secrets(folder: Path) -> dict[str, str]:
    """Keys and passwords of this installation, made at random on the first call and readable by the owner alone."""
    file = folder / "secrets.json"
    with locked(folder / "secrets.lock"):
        if not file.exists():
            made = {
                "secret_key": secrets.token_urlsafe(48),
                "root_keys": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
                **{f"{login}_password": secrets.token_urlsafe(24) for login in ("admin", "owner", "app")},
            }
            write_whole(file, json.dumps(made, indent=1))
        loaded: dict[str, str] = json.loads(file.read_text("utf-8"))
    return loaded
