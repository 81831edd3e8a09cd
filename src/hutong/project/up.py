"""``./hutong up``: from a clone to a served system, and again from wherever a kill left it."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

from hutong.project import assets
from hutong.project.embedded import stop_all
from hutong.project.furnish import furnish, show_logins
from hutong.project.home import clone, locked, state_folder
from hutong.project.installation import Installation, installation
from hutong.project.manage import django, migrate_now
from hutong.project.options import options
from hutong.project.progress import Stop, say, step
from hutong.project.supervisor import Program, Supervisor, sweep

HOST = "127.0.0.1"
ANSWER_SECONDS = 60


def up(words: Sequence[str]) -> None:
    """Set up what is missing; serve unless ``--no-serve``."""
    given = options("up", words, port=8000, no_serve=False)
    home = installation()
    with locked(home.folder / "up.lock", wait=False) as free:
        if not free:
            raise Stop(f"This clone is being served already (process {_supervisor(home)}). ./hutong stop ends it.")
        sweep(home.folder / "processes.json")
        if not given.no_serve:
            _free_port(given.port)
        began = time.monotonic()
        try:
            prepare(home)
        except BaseException:
            home.stop()
            raise
        if given.no_serve:
            home.stop()
            say(f"Ready after {time.monotonic() - began:.0f} s. Start it with ./hutong up")
            return
        address = f"http://{HOST}:{given.port}"
        programs = [
            Program("web server", ["serve", "--port", str(given.port)]),
            Program("worker", ["worker"]),
        ]
        Supervisor(home, programs).run(lambda: _ready(address, programs[0], began))


def prepare(home: Installation) -> None:
    """Assets, catalogues, database, tables, first content; what is done already takes no time."""
    os.environ["HUTONG_DEMO"] = os.environ.get("HUTONG_DEMO") or "1"
    here = clone()
    if here:
        assets.build(here)
    with step("database"):
        home.start()
    django()
    migrate_now()
    furnish()


def _ready(address: str, web: Program, began: float) -> bool:
    """Say so once the web server answers; raises Stop when it does not for too long."""
    if _answers(address):
        say(f"\nHutong 护童 is ready on {address} after {time.monotonic() - began:.0f} s. Ctrl-C stops it.")
        show_logins()
        return True
    if web.ended() or time.monotonic() - web.starts[-1] > ANSWER_SECONDS:
        raise Stop("The web server does not answer; its last words stand above.")
    return False


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 (our own loopback address)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _free_port(port: int) -> None:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError as taken:
            raise Stop(f"Port {port} is taken. Choose another one: ./hutong up --port {port + 1}") from taken


def _supervisor(home: Installation) -> int | None:
    """Process number of the `up` that runs in this clone, as far as it has come to writing it down."""
    try:
        return int(json.loads((home.folder / "processes.json").read_text("utf-8"))["supervisor"])
    except (OSError, ValueError, KeyError):
        return None


def stop(words: Sequence[str]) -> None:
    """``./hutong stop``: ends a running ``up`` of this clone and databases that were left running."""
    options("stop", words)
    home = installation()
    with locked(home.folder / "up.lock", wait=False) as free:
        number = None if free else _supervisor(home)
    if not free and number is None:
        raise Stop("./hutong up is still setting up in this clone; end it with Ctrl-C where it runs.")
    if number is not None:
        os.kill(number, signal.SIGTERM)
    with locked(home.folder / "up.lock"):  # free as soon as that process is gone
        sweep(home.folder / "processes.json")
        for folder in (home.folder, *state_folder().glob("test*")):
            stop_all(folder)
    say("Nothing of this clone is running.")
