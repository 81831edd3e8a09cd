"""Ask the process apart. It is kept warm and used again; one that broke, or took too long, is ended and replaced."""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Any

from hutong.core.apart.refusal import Unopened
from hutong.core.apart.worker import ANSWER, DONE, HEAD, OUTPUT

WALL_SECONDS = 90.0
"""How long somebody waits for a file to be opened."""
WARM = 1
"""Processes kept waiting for the next file, in each process of ours."""
JOBS_EACH = 200
"""Files after which a process is replaced."""
KEPT = ("PATH", "LANG", "LC_ALL", "TZ")
"""Of our environment all that the process apart is told: no address and no key."""


class _Broken(Exception):
    """The process has ended or does not answer as it should."""


class _Process:
    """One process apart, asked by one thread at a time."""

    def __init__(self) -> None:
        self.jobs = 0
        env = {name: os.environ[name] for name in KEPT if name in os.environ}
        env |= {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONUTF8": "1"}
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "hutong.core.apart.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, bufsize=0,
        )  # fmt: skip

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    def ask(self, question: bytes, data: bytes) -> tuple[bytes, bytes]:
        """Send a file and wait for the answer. Raises _Broken, Unopened."""
        self.jobs += 1
        until = time.monotonic() + WALL_SECONDS
        self._send(HEAD.pack(len(question), len(data)) + question, until)
        self._send(data, until)
        kind, size = ANSWER.unpack(self._read(ANSWER.size, until))
        if size > OUTPUT:
            raise _Broken
        return kind, self._read(size, until)

    def _send(self, data: bytes, until: float) -> None:
        pipe, left = self._popen.stdin.fileno(), memoryview(data)  # type: ignore[union-attr]
        while left:
            self._ready([], [pipe], until)
            try:
                left = left[os.write(pipe, left[: select.PIPE_BUF]) :]
            except OSError as error:
                raise _Broken from error

    def _read(self, size: int, until: float) -> bytes:
        pipe, got = self._popen.stdout.fileno(), bytearray()  # type: ignore[union-attr]
        while len(got) < size:
            self._ready([pipe], [], until)
            part = os.read(pipe, min(size - len(got), 1 << 20))
            if not part:
                raise _Broken
            got += part
        return bytes(got)

    def _ready(self, reads: list[int], writes: list[int], until: float) -> None:
        poll = select.poll()
        for pipe in (*reads, *writes):
            poll.register(pipe, select.POLLIN if pipe in reads else select.POLLOUT)
        if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
            raise Unopened("too_slow")

    def end(self) -> None:
        """End it, whatever it is doing."""
        with suppress(OSError):
            self._popen.kill()
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._popen.wait()


_idle: list[_Process] = []
_of_parent: list[list[_Process]] = []
_lock = threading.Lock()


def _forget() -> None:
    """A forked child leaves the processes of its parent alone, and keeps them in mind so that nothing ends them."""
    global _idle, _lock
    _of_parent.append(_idle)
    _idle, _lock = [], threading.Lock()


def _end_idle() -> None:
    while _idle:
        _idle.pop().end()


os.register_at_fork(after_in_child=_forget)
atexit.register(_end_idle)


def _take() -> _Process:
    with _lock:
        while _idle:
            process = _idle.pop()
            if process.alive:
                return process
            process.end()
    return _Process()


def _give_back(process: _Process) -> None:
    with _lock:
        if process.jobs < JOBS_EACH and len(_idle) < WARM:
            _idle.append(process)
            return
    process.end()


def open_apart(job: str, data: bytes, **options: Any) -> list[Any]:
    """What the process apart read in a file, as plain data. Raises Unopened."""
    question = json.dumps({"job": job, "options": options}).encode()
    process = _take()
    try:
        kind, said = process.ask(question, data)
    except (_Broken, Unopened) as broken:
        process.end()
        if isinstance(broken, Unopened):
            raise
        raise Unopened("too_heavy") from broken
    except BaseException:
        process.end()
        raise
    _give_back(process)
    if kind == DONE:
        return [json.loads(line) for line in said.split(b"\n") if line]
    refused = json.loads(said)
    raise Unopened(str(refused["code"]), **refused["about"])
