"""The first administrator, and one who forgot the password: both from the command line, shown once."""

from __future__ import annotations

import pytest

from hutong.core.models import Entry, User
from hutong.core.viewer import load_viewer
from hutong.org.terms import Role
from hutong.org.tests.build import MONDAY, demo_county, office_of, place, viewer_of
from hutong.project import cli

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_tests_database")]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = cli.main(["administrator", *words])
    return code, capsys.readouterr().out


def test_the_first_administrator_is_let_in_and_later_gets_another_password(capsys: pytest.CaptureFixture[str]) -> None:
    demo_county()
    office = office_of(place("护桐县"))
    words = ("--login", "root.admin", "--name", "安宁", "--office", str(office.pk))
    code, said = run(capsys, *words)
    assert code == 0, said
    first = said.split()[0]
    user = User.objects.get(username="root.admin")
    assert (user.name, user.must_change, user.check_password(first)) == ("安宁", True, True)
    viewer = load_viewer(user.pk, None, MONDAY)
    assert viewer is not None
    assert viewer.role == Role.ADMINISTRATOR
    code, said = run(capsys, "--login", "ROOT.ADMIN")
    second = said.split()[0]
    user.refresh_from_db()
    assert (code, second != first, user.check_password(second)) == (0, True, True)
    assert Entry.objects.filter(action="org.reset_password", actor="system:org.reset_password").count() == 2
    assert User.objects.filter(username__iexact="root.admin").count() == 1


def test_what_cannot_be_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    clerk = User.objects.get(pk=viewer_of(Role.COUNTY_OFFICER).user_id)
    for words, told in (
        ((), "--login NAME"),
        (("--login", "x.y", "--office", "999999999"), "no such office"),
        (("--login", clerk.username), "no administrator's"),
    ):
        code, said = run(capsys, *words)
        assert (code, told in said) == (1, True), said
    assert not User.objects.filter(username="x.y").exists()
