"""Files of strangers are opened in a process apart: what is made to do harm is refused by name, and nobody dies."""

from __future__ import annotations

import io
import os
import struct
import time
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfWriter

from hutong.core.apart import run
from hutong.core.apart.refusal import Unopened
from hutong.core.apart.run import open_apart
from hutong.core.errors import Invalid
from hutong.core.files import sniff

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MEGABYTE = 1024 * 1024


def workbook(sheet: str, *, count: int = 1, head: str = "", more: dict[str, Any] | None = None) -> bytes:
    """A workbook written by hand: what its sheets hold, how many, and further parts."""
    names = [f"s{n}" for n in range(count)]
    listed = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="{n}"/>' for i, n in enumerate(names, start=1))
    links = "".join(f'<Relationship Id="{n}" Type="{DOCUMENT}/worksheet" Target="worksheets/{n}.xml"/>' for n in names)
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
        **{f"xl/worksheets/{n}.xml": f'{head}<worksheet xmlns="{MAIN}">{sheet}</worksheet>' for n in names},
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def text(reference: str, words: str = "甲") -> str:
    number = "".join(c for c in reference if c.isdigit())
    return f'<row r="{number}"><c r="{reference}" t="inlineStr"><is><t>{words}</t></is></c></row>'


def rows(*parts: str) -> str:
    return f"<sheetData>{''.join(parts)}</sheetData>"


def forged() -> bytes:
    """A workbook whose table of contents says that the sheet is ten bytes long."""
    data = bytearray(workbook(rows(*(text(f"A{n}", "数据" * 40) for n in range(1, 200)))))
    at = data.rindex(b"xl/worksheets/s0.xml") - 46
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def overlapping() -> bytes:
    """Many entries in the table of contents that all point at the same packed bytes."""
    out = io.BytesIO(workbook(rows(text("A1", "数据" * 4000))))
    with zipfile.ZipFile(out, "a") as archive:
        first = archive.getinfo("xl/worksheets/s0.xml")
        for n in range(60):
            twin = zipfile.ZipInfo(f"xl/worksheets/t{n}.xml")
            for name in ("header_offset", "CRC", "compress_size", "file_size", "compress_type", "flag_bits"):
                setattr(twin, name, getattr(first, name))
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
        archive._didModify = True  # type: ignore[attr-defined]
    return out.getvalue()


ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
HARMFUL: dict[str, tuple[Any, str]] = {
    "one cell at the last row and column": (lambda: workbook(rows(text("XFD1048576"))), "too_wide"),
    "a bomb that says so": (lambda: workbook(rows(text("A1")), more={"xl/x.xml": b" " * (301 * MEGABYTE)}),
                            "too_large_unpacked"),
    "sizes that are not true": (forged, "forged"),
    "parts on top of each other": (overlapping, "forged"),
    "entities that grow": (lambda: workbook(rows(text("A1", "&b;")), head=ENTITIES), "entities"),
    "entities outside the file": (lambda: workbook(rows(text("A1", "&a;")), head=OUTSIDE), "entities"),
    "deep nesting": (lambda: workbook("<a>" * 20_000 + "</a>" * 20_000), "too_deep"),
    "ten thousand sheets": (lambda: workbook(rows(text("A1")), count=10_000), "too_many_sheets"),
    "macros": (lambda: workbook(rows(text("A1")), more={"xl/vbaProject.bin": b"x"}), "macros"),
    "a cell beyond what cells hold": (lambda: workbook(rows(text("A1", "长" * 40_000))), "too_long"),
    "more rows than asked for": (lambda: workbook(rows(*(text(f"A{n}") for n in range(1, 2002)))), "too_many_rows"),
    "an old or locked workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "encrypted"),
    "a program": (lambda: b"MZ\x90\x00" * 40, "not_known"),
    "another archive": (lambda: zipped({"a.txt": b"x"}), "not_known"),
    "markup that ends early": (lambda: workbook("<sheetData><row>"), "damaged"),
    "a text that never ends its quotes": (lambda: b'"a,b\n' * 3, "damaged_text"),
    "a text with one endless row": (lambda: b"a," * 200_000 + b"b", "too_wide"),
}  # fmt: skip


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def opened(data: bytes, unpacked: int = 300 * MEGABYTE) -> list[Any]:
    return open_apart("table", data, rows=2000, unpacked=unpacked)


@pytest.mark.parametrize("what", HARMFUL)
def test_what_is_made_to_do_harm_is_refused_by_name(what: str) -> None:
    make, code = HARMFUL[what]
    with pytest.raises(Unopened) as refused:
        opened(make())
    assert refused.value.code == code
    assert opened(workbook(rows(text("A1"))))[1] == [1, False, ["甲"]], "and the next file is read"


def test_the_attack_at_the_last_column_is_small_and_names_the_cell() -> None:
    data = workbook(rows(text("XFD1048576")))
    assert len(data) < 1500
    with pytest.raises(Unopened) as refused:
        opened(data)
    assert refused.value.about["cell"] == "XFD1048576"
    far = workbook(rows(text("A1"), '<row r="1048576"><c r="XFD1048576" s="1"/></row>'))
    assert opened(far)[1:2] == [[1, False, ["甲"]]], "an empty cell with a frame is no content"


def test_memory_time_and_answer_are_bounded_and_whoever_passes_them_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = workbook(rows(text("A1", "x" * (560 * MEGABYTE))))
    with pytest.raises(Unopened) as refused:
        opened(many, 2000 * MEGABYTE)
    assert refused.value.code == "too_heavy"
    assert opened(workbook(rows(text("A1"))))
    monkeypatch.setattr(run, "WALL_SECONDS", 0.001)
    slow = workbook(rows(*(text(f"A{n}", "数据" * 400) for n in range(1, 2000))))
    with pytest.raises(Unopened) as late:
        opened(slow)
    assert late.value.code == "too_slow"
    monkeypatch.undo()
    assert opened(slow)


def test_the_process_apart_knows_no_secret_and_ends_with_its_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    process = run._Process()
    environment = Path(f"/proc/{process._popen.pid}/environ").read_bytes()
    assert b"secret" not in environment
    assert b"HUTONG" not in environment
    process._popen.stdin.close()  # type: ignore[union-attr]
    assert process._popen.wait(timeout=10) == 0
    process.end()


def test_it_is_kept_warm_and_a_dead_one_is_replaced() -> None:
    small = workbook(rows(text("A1")))
    opened(small)
    (warm,) = run._idle
    opened(small)
    assert run._idle == [warm]
    os.kill(warm._popen.pid, 9)
    warm._popen.wait()
    assert opened(small)
    assert run._idle != [warm]
    started = time.perf_counter()
    for _n in range(20):
        opened(small)
    assert time.perf_counter() - started < 1


def test_several_threads_are_served_at_once() -> None:
    small = workbook(rows(text("A1")))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(opened, [small] * 12))
    assert all(answer == answers[0] for answer in answers)
    assert len(run._idle) <= run.WARM


def png(width: int, height: int) -> bytes:
    """A picture that claims a size it does not hold."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def test_papers_are_opened_apart_too() -> None:
    picture, paper = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.write(paper)
    assert sniff(picture.getvalue()) == "image/jpeg"
    assert sniff(paper.getvalue()) == "application/pdf"
    for data in (png(60_000, 60_000), b"%PDF-1.7 broken", b"GIF89a" + b"\0" * 40, zipped({"a": b"b"})):
        with pytest.raises(Invalid) as refused:
            sniff(data)
        assert refused.value.errors[0].remedy


def test_a_pdf_that_nests_without_end_is_refused() -> None:
    nested = b"%PDF-1.4\n1 0 obj\n" + b"[" * 200_000 + b"]" * 200_000 + b"\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF"
    with pytest.raises(Invalid):
        sniff(nested)
