"""Keys of machine clients on the command line: shown once, listed without the key, gone when revoked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from hutong.channels.api.tokens import machine_of
from hutong.core import clock_time
from hutong.core.models import JournalLine, Token, User
from hutong.org.terms import Role
from hutong.org.tests.build import MONDAY, viewer_of
from hutong.project import cli, tokens

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands meet the database of the test instead of an installation."""

    @contextmanager
    def here() -> Iterator[None]:
        yield

    monkeypatch.setattr(tokens, "at_work", here)
    monkeypatch.setattr(clock_time, "now", lambda: MONDAY)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = cli.main(["token", *words])
    return code, capsys.readouterr().out


def issued(capsys: pytest.CaptureFixture[str], days: str = "30") -> tuple[str, Token]:
    viewer = viewer_of(Role.COUNTY_OFFICER)
    name = User.objects.get(pk=viewer.user_id).username
    words = ("issue", "--user", name, "--post", str(viewer.post_id), "--name", "县医院接口", "--days", days)
    code, said = run(capsys, *words)
    assert code == 0, said
    return said.split()[0], Token.objects.get()


def test_a_key_is_shown_once_and_works_at_its_post_for_its_days(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, token = issued(capsys)
    machine = machine_of(key)
    assert machine is not None
    assert (machine.viewer.post_id, machine.viewer.machine) == (token.post_id, True)
    code, said = run(capsys, "list")
    assert code == 0
    assert "县医院接口" in said
    assert key not in said
    assert key.encode() not in bytes(token.digest)
    for days, works in ((29, True), (30, False)):
        moment = MONDAY + timedelta(days=days)
        monkeypatch.setattr(clock_time, "now", lambda moment=moment: moment)
        assert (machine_of(key) is not None) is works


def test_a_revoked_key_stops_at_once_and_both_are_journalled(capsys: pytest.CaptureFixture[str]) -> None:
    key, token = issued(capsys)
    assert run(capsys, "revoke", str(token.pk))[0] == 0
    assert machine_of(key) is None
    lines = JournalLine.objects.filter(kind="token", on_id=token.pk, post_id=token.post_id).order_by("id")
    assert [line.what for line in lines] == ["issued", "revoked"]
    code, said = run(capsys, "revoke", str(token.pk))
    assert code == 1
    assert "no key" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "token issue"),
        (("sell",), "token issue"),
        (("issue", "--user", "x"), "--post NUMBER"),
        (("issue", "--user", "nobody", "--post", "1", "--name", "x"), "no account 'nobody'"),
        (("issue", "--user", "nobody", "--post", "1", "--name", "x", "--days", "0"), "--days"),
        (("revoke", "first"), "token revoke NUMBER"),
        (("revoke", "999999"), "no key 999999"),
    ],
)
def test_what_cannot_be_is_said_in_words(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str) -> None:
    code, said = run(capsys, *words)
    assert code == 1
    assert told in said


def test_a_key_only_for_a_post_the_account_holds(capsys: pytest.CaptureFixture[str]) -> None:
    viewer, other = viewer_of(Role.COUNTY_OFFICER), viewer_of(Role.CITY_OFFICER)
    name = User.objects.get(pk=viewer.user_id).username
    code, said = run(capsys, "issue", "--user", name, "--post", str(other.post_id), "--name", "x")
    assert code == 1
    assert "does not hold post" in said
    assert not Token.objects.exists()


def test_an_empty_list_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "list") == (0, "No key was issued yet.\n")
