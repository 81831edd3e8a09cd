"""Keeps the database, the web server and the worker running together, and leaves nothing behind when it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import psutil

from hutong.project.home import write_whole
from hutong.project.installation import Installation
from hutong.project.progress import Stop, say
from hutong.project.serve import GRACE_SECONDS, LEASH

LOOK_SECONDS = 0.25
TOO_OFTEN = 5
"""Restarts of one program within a minute after which restarting is no help."""


@dataclass
class Program:
    """One command of ours as a process group of its own, on a leash that ends it when we are gone."""

    name: str
    words: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start the program; raises Stop when it has ended too often."""
        now = time.monotonic()
        self.starts = [*(moment for moment in self.starts if now - moment < 60), now]
        if len(self.starts) > TOO_OFTEN:
            raise Stop(f"The {self.name} ends again and again; its last words stand above.")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hutong.project.cli", *self.words],
            stdin=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, LEASH: "1"},
        )

    def ended(self) -> bool:
        """True when the program's first process is gone."""
        return self.process is None or self.process.poll() is not None

    def ask_to_end(self) -> None:
        """Tell the program to finish what it is doing and end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, patience: float = GRACE_SECONDS + 4) -> None:
        """Wait until the program has ended, then end what is left of its group."""
        if self.process is None:
            return
        if self.process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        end_group(self.process.pid)
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()


def end_group(group: int) -> None:
    """Kill what is left of a process group; nothing when it is empty."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


class Supervisor:
    """Runs until it is told to stop; what ends in between is started again."""

    def __init__(self, home: Installation, programs: Sequence[Program]) -> None:
        self.home, self.programs = home, list(programs)
        self.record = home.folder / "processes.json"
        self.told = threading.Event()

    def run(self, ready: Callable[[], bool]) -> None:
        """Start everything, ask `ready` until it is, and look after the programs until a signal says stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._tell)
        try:
            for program in self.programs:
                self._start(program)
            while not self.told.wait(LOOK_SECONDS / 4) and not ready():
                pass
            while not self.told.wait(LOOK_SECONDS):
                self._look()
        finally:
            self._stop()

    def _tell(self, number: int, frame: FrameType | None) -> None:
        self.told.set()

    def _look(self) -> None:
        cluster = self.home.cluster
        if cluster and cluster.pid() is None:
            say("The database ended; starting it again.")
            cluster.start()
        for program in self.programs:
            if program.ended():
                say(f"The {program.name} ended; starting it again.")
                program.stop()
                self._start(program)

    def _start(self, program: Program) -> None:
        program.start()
        running = [p.process.pid for p in self.programs if p.process and not p.ended()]
        write_whole(self.record, json.dumps({"supervisor": os.getpid(), "groups": running}))

    def _stop(self) -> None:
        say("\nStopping …")
        for program in self.programs:
            program.ask_to_end()
        for program in self.programs:
            program.stop()
        self.home.stop()
        self.record.unlink(missing_ok=True)
        say("Stopped.")


def sweep(record: Path) -> int:
    """End what a killed supervisor left running; returns how many processes that were.

    A number is believed only when the process runs our command line: numbers are used again.
    """
    try:
        groups = set(json.loads(record.read_text("utf-8"))["groups"])
    except (OSError, ValueError, KeyError):
        return 0
    ended = []
    for process in psutil.process_iter(["cmdline", "exe"]):
        try:
            ours = os.getpgid(process.pid) in groups and sys.prefix in " ".join(process.info["cmdline"] or [])
            if ours:
                process.kill()
                ended.append(process)
        except (psutil.Error, ProcessLookupError, PermissionError):
            continue
    psutil.wait_procs(ended, timeout=GRACE_SECONDS)  # until then they hold the port
    record.unlink(missing_ok=True)
    return len(ended)
