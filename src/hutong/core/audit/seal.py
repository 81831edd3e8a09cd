"""Sealing of the audit: committed entries, changes and journal lines become Merkle blocks, chained by hash.

Each block covers all transactions below the oldest one still running, so nothing can slip in later. Its head is also
appended to a file outside the database: whoever rewrites the tables and every hash in them still meets the old heads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from hutong.core.models import Block

LOCK = 7_340_021
"""Advisory lock: one sealer at a time."""
GENESIS = b"\0" * 32


@dataclass(frozen=True)
class Sealed:
    """Figures of one block as computed from the rows."""

    root: bytes
    entries: int
    changes: int
    journal: int


@dataclass(frozen=True)
class Finding:
    """Something verify found wrong."""

    block: int
    text: str


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """Root of the binary tree over the leaves; an odd one is carried up (RFC 6962 prefixes keep levels apart)."""
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    if not level:
        return hashlib.sha256(b"").digest()
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\1" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def _leaves(from_txid: int, to_txid: int, counts: dict[str, int]) -> Iterator[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("select kind, id, leaf from hutong_leaves(%s, %s)", [from_txid, to_txid])
        while rows := cursor.fetchmany(20_000):
            for kind, row_id, leaf in rows:
                counts[kind] += 1
                yield f"{kind}{row_id}:".encode() + bytes(leaf)


def _compute(from_txid: int, to_txid: int) -> Sealed:
    counts = {"e": 0, "c": 0, "j": 0}
    root = merkle_root(_leaves(from_txid, to_txid, counts))
    return Sealed(root, counts["e"], counts["c"], counts["j"])


def _head(previous: bytes, number: int, from_txid: int, to_txid: int, sealed: Sealed) -> bytes:
    text = json.dumps([number, from_txid, to_txid, sealed.entries, sealed.changes, sealed.journal])
    return hashlib.sha256(previous + text.encode() + sealed.root).digest()


def seal_now() -> Block | None:
    """Seal everything committed below the oldest running transaction; None when there is nothing new."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        horizon = int(cursor.fetchone()[0])
        last = Block.objects.order_by("-id").first()
        start = last.to_txid if last else 0
        sealed = _compute(start, horizon)
        if sealed.entries + sealed.changes + sealed.journal == 0:
            return None
        number = (last.pk if last else 0) + 1
        head = _head(bytes(last.head) if last else GENESIS, number, start, horizon, sealed)
        block = Block.objects.create(
            id=number,
            from_txid=start,
            to_txid=horizon,
            entries=sealed.entries,
            changes=sealed.changes,
            journal=sealed.journal,
            root=sealed.root,
            head=head,
        )
    _export(block)
    return block


def heads_file() -> Path:
    """Where block heads are kept outside the database; point it at write-once storage in production."""
    return Path(settings.HUTONG_HEADS)


def _export(block: Block) -> None:
    path = heads_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as out:
        out.write(json.dumps({"block": block.pk, "to_txid": block.to_txid, "head": bytes(block.head).hex()}) + "\n")


STUCK_HOURS = 1
"""What has waited this long for its seal, or for the copy of the seal outside, waits for nothing normal."""


def is_stuck() -> bool:
    """Does the oldest unsealed entry, or the oldest block without a copy outside, wait for longer than it should?"""
    last = Block.objects.order_by("-id").first()
    with connection.cursor() as cursor:
        cursor.execute(
            """select exists (select from core_entry
                               where txid >= %(from)s and recorded_at < now() - make_interval(hours => %(hours)s))
                   or exists (select from core_block
                               where id > %(copied)s and sealed_at < now() - make_interval(hours => %(hours)s))""",
            {"from": last.to_txid if last else 0, "copied": max(exported_heads(), default=0), "hours": STUCK_HOURS},
        )
        return bool(cursor.fetchone()[0])


def exported_heads() -> dict[int, str]:
    """Block number -> head as it was written outside the database."""
    path = heads_file()
    if not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text("ascii").splitlines() if line.strip()]
    return {line["block"]: line["head"] for line in lines}


def verify() -> list[Finding]:
    """Recompute every block from the rows and compare with the chain and the exported heads."""
    findings: list[Finding] = []
    outside = exported_heads()
    previous, start, number = GENESIS, 0, 0
    for block in Block.objects.order_by("id"):
        number += 1
        sealed = _compute(block.from_txid, block.to_txid)
        findings += _compare(block, number, start, previous, sealed, outside)
        previous, start = bytes(block.head), block.to_txid
    missing = sorted(n for n in outside if n > number)
    if missing:
        findings.append(Finding(missing[0], f"blocks {missing[0]}-{missing[-1]} were sealed but are gone: truncated"))
    with connection.cursor() as cursor:
        cursor.execute("select hutong_outside(0, %s)", [start])
        orphans = int(cursor.fetchone()[0])
    if orphans:
        findings.append(
            Finding(0, f"{orphans} changes belong to no entry: an entry was deleted or a write bypassed it")
        )
    return findings


def _compare(
    block: Block, number: int, start: int, previous: bytes, sealed: Sealed, outside: dict[int, str]
) -> list[Finding]:
    found = []
    if block.pk != number or block.from_txid != start:
        found.append(Finding(block.pk, "the chain has a gap: a block was deleted"))
    counts = (sealed.entries, sealed.changes, sealed.journal)
    if counts != (block.entries, block.changes, block.journal):
        kept = (block.entries, block.changes, block.journal)
        found.append(
            Finding(block.pk, f"entries, changes, journal lines are {counts}, sealed were {kept}: deleted or added")
        )
    elif sealed.root != bytes(block.root):
        found.append(Finding(block.pk, "an entry, a change or a journal line was altered after sealing"))
    elif _head(previous, block.pk, block.from_txid, block.to_txid, sealed) != bytes(block.head):
        found.append(Finding(block.pk, "the head does not follow from the one before: the chain was rewritten"))
    if block.pk in outside and outside[block.pk] != bytes(block.head).hex():
        found.append(
            Finding(block.pk, "the head differs from the one kept outside: rewritten by an owner of the tables")
        )
    if block.pk not in outside:
        found.append(Finding(block.pk, "the head was never kept outside the database"))
    return found
