"""What is printed: notices to families and offices, and forms to be filled in.

Legal texts are Chinese; the fixed words of the page (page numbers, headings) come in the reader's language.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from hutong.channels.content import Note
from hutong.channels.print.fonts import families, fonts, for_paper, undrawn

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class NoticeTable:
    """A table inside a notice. `widths` are shares of the line, `numeric` the columns aligned to the right."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()
    numeric: Sequence[int] = ()


@dataclass(frozen=True)
class Notice:
    """A decision told to its addressee (决定书、通知书)."""

    office: str
    title: str
    number: str
    addressee: str
    paragraphs: Sequence[str]
    issued: date
    table: NoticeTable | None = None
    basis: Sequence[str] = ()
    """Articles the decision rests on, in words."""
    remedies: Sequence[str] = ()
    """What the addressee can do against it, where and until when."""
    contact: str = ""
    receipt: bool = False
    """With a slip on which the recipient signs (送达回证)."""


@dataclass(frozen=True)
class Blank:
    """A question of a form. With options they are printed as boxes, the chosen ones ticked; `lines` leaves room."""

    label: str
    value: str = ""
    options: Sequence[str] = ()
    chosen: Sequence[str] = ()
    wide: bool = False
    lines: int = 1


@dataclass(frozen=True)
class Section:
    """A titled block of questions; narrow ones stand two on a line."""

    title: str
    blanks: Sequence[Blank]


@dataclass(frozen=True)
class Form:
    """A form on paper."""

    title: str
    sections: Sequence[Section]
    number: str = ""
    intro: str = ""
    notes: Sequence[str] = ()
    signatures: Sequence[tuple[str, str]] = ()
    """(who signs, words before the signature)."""
    footer: str = ""
    made_on: date | None = field(default=None)


def render_notice(notice: Notice) -> bytes:
    """The notice as an A4 PDF; equal data gives equal bytes."""
    table = notice.table or NoticeTable((), ())
    return _set(
        "notice",
        {
            "office": notice.office,
            "title": notice.title,
            "number": notice.number,
            "addressee": notice.addressee,
            "paragraphs": list(notice.paragraphs),
            "heads": list(table.heads),
            "rows": [list(map(str, row)) for row in table.rows],
            "widths": list(table.widths) or [1] * len(table.heads),
            "numeric": list(table.numeric),
            "basis": list(notice.basis),
            "remedies": list(notice.remedies),
            "contact": notice.contact,
            "issued": f"{notice.issued.year}年{notice.issued.month}月{notice.issued.day}日",
            "receipt": notice.receipt,
        },
        notice.issued,
    )


def render_form(form: Form) -> bytes:
    """The form as an A4 PDF."""
    return _set(
        "form",
        {
            "title": form.title,
            "number": form.number,
            "intro": form.intro,
            "sections": [{"title": s.title, "items": _items(s.blanks)} for s in form.sections],
            "notes": list(form.notes),
            "signatures": [{"title": title, "words": words} for title, words in form.signatures],
            "footer": form.footer,
        },
        form.made_on or date(2026, 1, 1),
    )


def _items(blanks: Sequence[Blank]) -> list[dict[str, Any]]:
    """Questions for a grid of two on a line: one left alone before a wide one gets the whole line."""
    items: list[dict[str, Any]] = []
    open_half = False
    for at, blank in enumerate(blanks):
        following = blanks[at + 1] if at + 1 < len(blanks) else None
        alone = not open_half and (following is None or following.wide)
        wide = blank.wide or (alone and not blank.wide)
        options = [{"text": text, "on": text in blank.chosen} for text in blank.options]
        items.append(
            {"label": blank.label, "value": blank.value, "options": options, "wide": wide, "lines": blank.lines}
        )
        open_half = False if wide else not open_half
    return items


def _words() -> dict[str, Any]:
    return {
        "colon": _(":"),
        "page_before": _("Page "),
        "page_between": _(" of "),
        "page_after": _(" pages"),
        "basis": _("Legal basis"),
        "remedies": _("If you do not agree"),
        "seal": _("(seal)"),
        "receipt": _("Receipt of delivery"),
        "document": _("Document"),
        "addressee": _("Addressee"),
        "receipt_lines": [
            _("Received by"),
            _("Relation to the child"),
            _("Date and time"),
            _("Manner of delivery"),
            _("Delivered by"),
            _("Witness"),
        ],
        "date_blank": _("Date ____ / __ / __"),
    }


_own = threading.local()


def _compiler() -> Any:
    """This thread's compiler; the fonts are read once for the process."""
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(root=str(HERE), font_paths=fonts(), ignore_system_fonts=True)
    return _own.compiler


def by_hand(*texts: str) -> list[Note]:
    """For the page that offers a print: which characters of its texts stand there as empty boxes; none, no note."""
    codes = undrawn(*texts)
    said = _("No font here draws %(codes)s. The paper has a box with this code for each; write it in by hand.")
    return [Note(said % {"codes": ", ".join(codes)}, "warn")] if codes else []


def _prepared(value: Any) -> Any:
    """The data with every text as paper can show it."""
    if isinstance(value, str):
        return for_paper(value)
    if isinstance(value, Mapping):
        return {name: _prepared(part) for name, part in value.items()}
    return [_prepared(part) for part in value] if isinstance(value, Sequence) else value


def _set(template: str, data: dict[str, Any], day: date) -> bytes:
    told = {**_prepared({**data, "words": _words()}), "families": families()}
    made = _compiler().compile(
        str(HERE / f"{template}.typ"),
        format="pdf",
        sys_inputs={"data": json.dumps(told, ensure_ascii=False)},
        pdf_standards=["a-2u"],
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    return bytes(made)
