"""Why a file was not opened: a code and what it is about; the words are found where the viewer's language is known."""

from __future__ import annotations

from typing import Any


class Unopened(Exception):
    """A file that is not opened. Codes: `damaged`, `forged`, `encrypted`, `macros`, `entities`, `too_deep`, `too_wide`,
    `too_many_sheets`, `too_many_rows`, `too_large_unpacked`, `too_long`, `too_heavy`, `too_slow`, `not_known`."""

    def __init__(self, code: str, **about: Any) -> None:
        self.code, self.about = code, about
        super().__init__(code)
