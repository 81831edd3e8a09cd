"""Reads the words after a command; a wrong one is answered with what can be written."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from hutong.project.progress import Stop


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Stop(f"{message}\n{self.format_usage().strip()}")


def options(command: str, words: Sequence[str], needed: Sequence[str] = (), **known: Any) -> argparse.Namespace:
    """Options by name with their defaults; a default of False makes a switch, an int or a str a value of that kind,
    a list one that may be repeated.    `needed` are words without a dash that must be there, in their order."""
    parser = _Parser(prog=f"./hutong {command}", add_help=False)
    for name in needed:
        parser.add_argument(name)
    for name, default in known.items():
        written = "--" + name.replace("_", "-")
        if default is False:
            parser.add_argument(written, action="store_true")
        elif isinstance(default, list):
            parser.add_argument(written, action="append", default=default)
        else:
            parser.add_argument(written, default=default, type=type(default))
    return parser.parse_args(list(words))
