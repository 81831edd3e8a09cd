"""Matters by the number that stands on their papers: equality alone, and no question asked for what is no number."""

from __future__ import annotations

import re

from django.db.models import QuerySet

from hutong.benefits.models import Application, Determination
from hutong.core.viewer import Viewer

_BRACKETS = str.maketrans("([（【［)]）】］", "〔〔〔〔〔〕〕〕〕〕")
_RECEIPT = re.compile(r"[A-Z]{2}\d{9,}")


def by_receipt(rows: QuerySet[Application], text: str, viewer: Viewer) -> QuerySet[Application]:
    """Applications with this receipt number (`SQ202611230000012`)."""
    number = _plain(text).upper()
    return rows.filter(receipt_no=number) if _RECEIPT.fullmatch(number) else rows.none()


def by_document(rows: QuerySet[Determination], text: str, viewer: Viewer) -> QuerySet[Determination]:
    """Decisions with this document number, whichever brackets the year stands in (`儿保决字[2026]12号`)."""
    number = _plain(text).translate(_BRACKETS)
    return rows.filter(document_no=number) if "〔" in number else rows.none()


def _plain(text: str) -> str:
    return "".join(text.split())
