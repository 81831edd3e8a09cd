"""Keys of client programs on the command line: shown once, listed without the key, gone when revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hutong.channels.api.tokens import machine_of
from hutong.core import clock_time
from hutong.core.models import Entry, Token
from hutong.org.terms import Role
from hutong.org.tests.build import MONDAY, program, viewer_of
from hutong.project import cli

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_tests_database")]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = cli.main(["token", *words])
    return code, capsys.readouterr().out


def issued(capsys: pytest.CaptureFixture[str]) -> tuple[str, Token]:
    seat, _first = program(Role.COUNTY_OFFICER)
    code, said = run(capsys, "issue", "--post", str(seat.pk), "--name", "补发", "--days", "30")
    assert code == 0, said
    return said.split()[0], Token.objects.get(name="补发")


def test_a_key_is_shown_once_and_works_at_its_post_for_its_days(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, token = issued(capsys)
    assert "never used" in run(capsys, "list")[1]
    machine = machine_of(key)
    assert machine is not None
    assert (machine.viewer.post_id, machine.viewer.machine) == (token.post_id, True)
    code, said = run(capsys, "list")
    assert code == 0
    assert "补发" in said
    assert "last used 2026-11-23" in said
    assert key not in said
    assert key.encode() not in bytes(token.digest)
    for days, works in ((29, True), (30, False)):
        moment = MONDAY + timedelta(days=days)
        monkeypatch.setattr(clock_time, "now", lambda moment=moment: moment)
        assert (machine_of(key) is not None) is works


def test_a_revoked_key_stops_at_once_and_both_are_entries(capsys: pytest.CaptureFixture[str]) -> None:
    key, token = issued(capsys)
    assert run(capsys, "revoke", str(token.pk))[0] == 0
    assert machine_of(key) is None
    entries = Entry.objects.filter(action__in=["org.issue_token", "org.revoke_token"], actor__startswith="system:")
    assert entries.filter(on_id__in=[token.post_id, token.pk]).count() >= 2
    code, said = run(capsys, "revoke", str(token.pk))
    assert code == 1
    assert "ended already" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "token issue"),
        (("sell",), "token issue"),
        (("issue", "--name", "x"), "--post NUMBER"),
        (("issue", "--post", "999999999", "--name", "x"), "no such record"),
        (("revoke", "first"), "token revoke NUMBER"),
        (("revoke", "999999"), "no such record"),
    ],
)
def test_what_cannot_be_is_said_in_words(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str) -> None:
    code, said = run(capsys, *words)
    assert code == 1
    assert told in said


def test_no_key_for_the_post_of_a_person_nor_for_longer_than_three_years(capsys: pytest.CaptureFixture[str]) -> None:
    viewer = viewer_of(Role.COUNTY_OFFICER)
    code, said = run(capsys, "issue", "--post", str(viewer.post_id), "--name", "x")
    assert (code, "people sign in" in said) == (1, True)
    seat, _key = program(Role.COUNTY_OFFICER)
    code, said = run(capsys, "issue", "--post", str(seat.pk), "--name", "x", "--days", "4000")
    assert (code, "three years" in said) == (1, True)


def test_an_empty_list_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "list") == (0, "No key was issued yet.\n")
