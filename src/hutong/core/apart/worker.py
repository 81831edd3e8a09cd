"""The process apart: waits for files, opens one at a time inside its limits, answers in lines of JSON.

It knows no secret and no database, writes no file and starts no program. It ends when whoever started it does.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from hutong.core.apart import papers, workbook
from hutong.core.apart.refusal import Unopened

MEGABYTE = 1024 * 1024
MEMORY = 1024 * MEGABYTE
"""Bytes of address space; what asks for more is refused memory."""
CPU_SECONDS = 60
OUTPUT = 192 * MEGABYTE
"""Bytes of an answer."""
JOBS: dict[str, Callable[..., Iterator[Any]]] = {"table": workbook.read, "paper": papers.read}
HEAD = struct.Struct(">II")
"""Length of the question, length of the file."""
ANSWER = struct.Struct(">cI")
"""What the answer is, and its length."""
WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
DONE, REFUSED = b"+", b"-"


def limited() -> None:
    """Take from this process what no reader of files needs."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        resource.setrlimit(what, (most, most))


def seconds_more(seconds: int) -> None:
    """The kernel ends this process when it has worked so much longer."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    most = int(spent.ru_utime + spent.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def answer(job: str, data: bytes, options: dict[str, Any]) -> tuple[bytes, bytes]:
    """Open one file: what it is, and the lines or the refusal."""
    lines = bytearray()
    try:
        for item in JOBS[job](data, **options):
            lines += WRITE(item).encode("utf-8", "replace")
            lines += b"\n"
            if len(lines) > OUTPUT:
                raise Unopened("too_heavy")
        return DONE, bytes(lines)
    except Unopened as refused:
        return REFUSED, json.dumps({"code": refused.code, "about": refused.about}).encode()
    except (MemoryError, RecursionError):
        return REFUSED, b'{"code": "too_heavy", "about": {}}'


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer until the source ends."""
    while head := source.read(HEAD.size):
        asked, size = HEAD.unpack(head)
        question = json.loads(source.read(asked))
        data = source.read(size)
        seconds_more(CPU_SECONDS)
        kind, said = answer(question["job"], data, question["options"])
        sink.write(ANSWER.pack(kind, len(said)) + said)
        sink.flush()


def main() -> None:
    """Serve on the pipes this process was started with; what a library prints goes to standard error."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limited()
    serve(source, sink)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
