"""The command line answers everything that can be typed."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from hutong.project import cli
from hutong.project.docs import commands_page
from hutong.project.home import SOURCE


def test_without_words_every_command_has_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    said = capsys.readouterr().out.splitlines()
    for command in cli.COMMANDS:
        assert sum(line.split()[:1] == [command.name] for line in said) == 1
        assert 10 < len(command.line) < 90


def test_an_unknown_command_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["uo"]) == 2
    said = capsys.readouterr().out
    assert "no command 'uo'" in said
    assert "./hutong up" in said


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.name)
def test_every_command_has_its_function(command: cli.Command) -> None:
    module, _, function = command.run.partition(":")
    assert callable(getattr(import_module(f"hutong.project.{module}"), function))


def test_a_wrong_option_is_answered_with_the_right_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate", "--now"]) == 1
    assert "usage: ./hutong migrate" in capsys.readouterr().out
    assert cli.main(["up", "--port", "eighty"]) == 1
    assert "--port" in capsys.readouterr().out


def test_listing_needs_the_standard_library_alone() -> None:
    """A fresh clone lists its commands before anything is installed: -I -S leaves no other library to find."""
    code = f"import sys; sys.path.insert(0, {str(SOURCE)!r}); from hutong.project import bootstrap, cli; cli.main([])"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "./hutong up" in done.stdout


def test_the_page_of_commands_is_up_to_date() -> None:
    written = (SOURCE.parent / "docs" / "commands.md").read_text("utf-8")
    assert written == commands_page(), "run ./hutong docs"
