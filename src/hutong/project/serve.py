"""The two long-running programs: the web server and the background worker."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Sequence

from hutong.project import manage
from hutong.project.installation import installation
from hutong.project.options import options

GRACE_SECONDS = 8.0
LEASH = "HUTONG_LEASH"
"""Set by the supervisor: standard input is a pipe that closes when the supervisor is gone, however it ended."""


def serve(words: Sequence[str]) -> None:
    """``./hutong serve``: granian over WSGI; processes take requests, threads inside them wait for the database."""
    given = options("serve", words, host="127.0.0.1", port=8000, workers=2)
    with installation().running():
        _hold_leash()
        manage.django()
        manage.require_walls()
        from granian import Granian
        from granian.constants import Interfaces
        from granian.log import LogLevels

        Granian(
            "hutong.project.wsgi:application",
            address=given.host,
            port=given.port,
            interface=Interfaces.WSGI,
            workers=given.workers,
            blocking_threads=4,
            respawn_failed_workers=True,
            workers_kill_timeout=int(GRACE_SECONDS),
            log_level=LogLevels.warning,
        ).serve()


def worker(words: Sequence[str]) -> None:
    """``./hutong worker``: runs queued reactions and periodic work until it is told to stop."""
    options("worker", words)
    with installation().running():
        _hold_leash()
        manage.django()
        manage.require_walls()
        from django.core.management import call_command

        call_command("procrastinate", "worker", "--shutdown-graceful-timeout", str(GRACE_SECONDS), verbosity=0)


def _hold_leash() -> None:
    """End this program and everything it started when the supervisor is gone."""
    if os.environ.pop(LEASH, ""):
        threading.Thread(target=_watch, daemon=True, name="leash").start()


def _watch() -> None:
    # The number, not sys.stdin: its lock, held here while waiting, would hang the processes the web server forks.
    while os.read(0, 1):
        pass
    os.killpg(os.getpgrp(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS + 2)
    os.killpg(os.getpgrp(), signal.SIGKILL)
