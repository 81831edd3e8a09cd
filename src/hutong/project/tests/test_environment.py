"""What the environment may say, and how a mistake in it is answered."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from hutong.project import environment
from hutong.project.environment import BadSetting, database, flag, root_keys, words

SOURCE = Path(environment.__file__).resolve().parents[1]


def test_a_unix_socket_is_a_query_of_the_url() -> None:
    found = database("postgresql://me:p%40ss@/hutong?host=%2Frun%2Fpg&port=5433&sslmode=disable")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/run/pg", "5433", "hutong")
    assert (found["USER"], found["PASSWORD"], found["OPTIONS"]) == ("me", "p@ss", {"sslmode": "disable"})


def test_a_network_address_stands_in_the_url() -> None:
    found = database("postgres://me@db.example:6000/child%20welfare")
    assert (found["HOST"], found["PORT"], found["NAME"], found["PASSWORD"]) == (
        "db.example",
        "6000",
        "child welfare",
        "",
    )


@pytest.mark.parametrize("url", ["mysql://me@db/x", "postgresql://db.example/x", "postgresql://me@db.example/"])
def test_an_unusable_database_url_says_what_to_write(url: str) -> None:
    with pytest.raises(BadSetting, match="postgresql://user:password@host:5432/name"):
        database(url)


def test_root_keys_are_read_by_version() -> None:
    one, two = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
    assert root_keys(f"1:{one}, 2:{two}") == {1: b"\1" * 32, 2: b"\2" * 32}
    assert root_keys("") == {}


@pytest.mark.parametrize(
    "text", ["1:abc", "0:" + "A" * 44, "x:" + "A" * 44, "1:" + base64.b64encode(b"short").decode()]
)
def test_a_damaged_root_key_is_refused(text: str) -> None:
    with pytest.raises(BadSetting, match="HUTONG_ROOT_KEYS"):
        root_keys(text)


def test_switches_and_lists() -> None:
    assert flag("X", {"X": "Yes"})
    assert not flag("X", {"X": "off"})
    assert not flag("X", {})
    with pytest.raises(BadSetting, match="X is a switch"):
        flag("X", {"X": "maybe"})
    assert words("X", "a, b,,", {}) == ["a", "b"]


def test_every_variable_the_source_reads_is_documented_and_no_other() -> None:
    read = set()
    for file in [*SOURCE.rglob("*.py"), SOURCE.parents[1] / "conftest.py"]:
        if file != Path(environment.__file__):
            read |= set(re.findall(r"\b(HUTONG_[A-Z_]+|DATABASE_URL)\"", file.read_text("utf-8")))
    own_signals = {"HUTONG_LEASH"}
    assert read - own_signals == set(environment.VARIABLES)
