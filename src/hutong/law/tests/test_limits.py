"""Time limits: every worked example of the law files, calendar arithmetic, pauses, extensions, what is refused."""

from __future__ import annotations

import json
import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from hutong.law import Jurisdiction, cli, jurisdiction
from hutong.law.engine.calendar import due_date, term_at
from hutong.law.engine.errors import LawError, LimitRefused
from hutong.law.engine.load_rules import load
from hutong.law.engine.model import NOTHING, Limit, Run
from hutong.law.engine.places import chain

RUNS = [(limit, run) for limit in jurisdiction("cn").law.limits.values() for run in limit.runs()]
BASE = """conventions: {currency: {code: CNY, zh: 元, en: yuan, digits: 2}, zone: UTC, languages: [en]}
places:
  CN: {zh: 全国, en: country}
  CN-35: {zh: 省, en: province}
offices:
  county: {zh: 县, en: county}
instruments: [{id: act, zh: 法, en: act, kind: law, status: in_force, evidence: T}]
week: {place: CN, from: 2010-01-01, rest: [saturday, sunday], act: act, evidence: T}
parameters:
  - {parameter: wait, type: days, zh: 期, en: wait, values: [
      {place: CN, from: 2010-01-01, value: 7, act: act, evidence: T}]}
  - {parameter: pay, type: money, zh: 款, en: pay, values: []}
limits:
  - limit: X-1
    zh: 期限
    en: limit
    counts_from: {zh: 事件, en: event}
"""
TERM = (
    "{place: CN, from: 2010-01-01, length: 5, calendar: natural, act: act, evidence: T"
    ", example: 2025-03-03 -> 2025-03-10}"
)
TERMS = f"    terms:\n      - {TERM}\n"


def day(text: str) -> date:
    return datetime.fromisoformat(text) if " " in text else date.fromisoformat(text)


@pytest.mark.parametrize(("limit", "run"), RUNS, ids=[f"{limit.id} {run.place} {run.start}" for limit, run in RUNS])
def test_examples_of_the_law(cn: Jurisdiction, limit: Limit, run: Run) -> None:
    term = term_at(limit, chain(run.place), run.start)
    assert due_date(limit, term, run.start, cn.calendar, run.pauses, run.extended) == run.due


def test_every_length_is_shown(cn: Jurisdiction) -> None:
    for limit in cn.law.limits.values():
        shown = {(run.place, term_at(limit, chain(run.place), run.start).start) for run in limit.runs()}
        assert limit.figure or shown >= {(term.place, term.start) for term in limit.terms}, limit.id


@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        ("2025-09-26", 1, "2025-09-28"),  # a Sunday that is worked
        ("2025-09-26", 3, "2025-09-30"),
        ("2025-09-30", 1, "2025-10-09"),  # the National Day week
        ("2025-10-10", 1, "2025-10-11"),  # a Saturday that is worked
        (
            "2025-12-31",
            1,
            "2026-01-04",
        ),  # over the year's end: New Year is free to 3 January, the 4th is a worked Sunday
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),  # Spring Festival
        ("2025-10-09", -1, "2025-09-30"),
    ],
)
def test_working_days(cn: Jurisdiction, start: str, length: int, due: str) -> None:
    assert cn.calendar.add_working_days(day(start), length) == day(due)


@pytest.mark.parametrize(
    ("name", "start", "place", "due"),
    [
        ("GRD-10.to", "2024-02-29", "CN", "2025-02-28"),  # 29 February and a year: the last day of the month
        ("GRD-10.from", "2025-01-31", "CN", "2025-04-30"),  # 31 January and three months
        ("FU-COND-LOST", "2023-08-31", "CN", "2024-02-29"),  # six months into a leap February
        ("FU-COND-LOST", "2025-08-31", "CN", "2026-02-28"),
        ("FND-9.review", "2025-08-04", "CN", "2025-10-09"),  # the 60th day is 3 October: the day after the holidays
        ("FND-9.review", "2025-08-30", "CN", "2025-10-29"),
        ("FND-9.suit", "2025-08-31", "CN", "2026-02-28"),  # a Saturday that is worked
        ("FND-9.inaction", "2023-10-31", "CN", "2024-01-02"),  # two months, to a New Year's Eve that is a Sunday
        ("FND-9.inaction", "2025-11-03", "CN", "2026-01-04"),  # sixty days since 2024; the 2nd and 3rd are free
        ("FND-9.suit_after_review", "2026-09-18", "CN", "2026-10-08"),  # the 15th day falls into National Day
        ("GRD-3", "2025-02-13", "CN", "2025-03-17"),  # a Saturday moves to Monday
    ],
)
def test_months_years_and_free_last_days(cn: Jurisdiction, name: str, start: str, place: str, due: str) -> None:
    assert cn.limit(name, day(start), place).due == day(due)


def test_hours_run_from_the_moment(cn: Jurisdiction) -> None:
    """72 hours from Friday 16:30 end on Monday 16:30: neither the day after nor free days matter (art. 201, 203)."""
    found = cn.limit("GRD-19", day("2025-03-07 16:30"), "CN")
    assert found.moment == day("2025-03-10 16:30")
    assert found.due == date(2025, 3, 10)
    whole_days = cn.limit("GRD-19.urgent", date(2025, 3, 7), "CN")
    assert (whole_days.moment, whole_days.due) == (None, date(2025, 3, 8))


def test_a_pause_is_not_counted(cn: Jurisdiction) -> None:
    """A case meeting called on 4 March that ended on 20 March: 15 working days from 3 March, of which one had run."""
    start, pause = date(2025, 3, 3), (date(2025, 3, 4), date(2025, 3, 20))
    assert cn.limit("FU-APP-3", start, "CN").due == date(2025, 3, 24)
    assert cn.limit("FU-APP-3", start, "CN", pauses=[pause]).due == date(2025, 4, 10)
    assert cn.limit("FU-APP-3", start, "CN", pauses=[(date(2025, 3, 24), date(2025, 4, 1))]).due == date(2025, 3, 24)


def test_pauses_that_overlap_count_once(cn: Jurisdiction) -> None:
    start, due = date(2025, 3, 3), date(2025, 6, 3)
    parts = [(date(2025, 4, 20), date(2025, 5, 9)), (date(2025, 3, 10), date(2025, 4, 25))]
    assert cn.limit("ADO-12.decision", start, "CN", pauses=parts).due == due
    with pytest.raises(LimitRefused, match="ends before it begins"):
        cn.limit("ADO-12.decision", start, "CN", pauses=[(date(2025, 3, 20), date(2025, 3, 10))])


@pytest.mark.random
def test_working_days_there_and_back(cn: Jurisdiction) -> None:
    """From any day the n-th working day is one, and lies n working days away; a pause of n days never shortens."""
    rng = random.Random(7)
    for _ in range(400):
        start, count = date(2020, 1, 1) + timedelta(days=rng.randrange(2500)), rng.randint(1, 60)
        end = cn.calendar.add_working_days(start, count)
        assert cn.calendar.is_working_day(end)
        assert cn.calendar.working_days_between(start, end) == count
        first = start + timedelta(days=rng.randrange(120))
        last = first + timedelta(days=rng.randrange(40))
        paused = cn.calendar.add_working_days(start, count, [(first, last)])
        lost = cn.calendar.working_days_between(first, min(last, paused)) if first < paused else 0
        assert cn.calendar.working_days_between(start, paused) == count + lost


def test_a_notice_stops_the_decision_on_an_adoption(cn: Jurisdiction) -> None:
    """Thirty days from 3 March without the sixty days of the public notice of 10 March."""
    notice = cn.limit("ADO-12.notice", date(2025, 3, 10), "CN")
    assert notice.due == date(2025, 5, 9)
    found = cn.limit("ADO-12.decision", date(2025, 3, 3), "CN", pauses=[(date(2025, 3, 10), notice.due)])
    assert found.due == date(2025, 6, 3)  # the 90th day is Sunday 1 June, 2 June is the Dragon Boat holiday


def test_delivery_by_publication_starts_the_appeal(cn: Jurisdiction) -> None:
    delivered = cn.limit("DELIVERY.public", date(2025, 4, 1), "CN").due
    assert delivered == date(2025, 5, 1)  # a fiction of the law falls on any day
    assert cn.limit("FND-9.review", delivered, "CN").due == date(2025, 6, 30)


def test_an_extension_has_the_length_of_the_law(cn: Jurisdiction) -> None:
    start = date(2025, 3, 3)
    assert cn.limit("FND-9.answer", start, "CN").due == date(2025, 5, 6)
    assert cn.limit("FND-9.answer", start, "CN", extended=True).due == date(2025, 6, 3)


def test_what_the_law_does_not_allow_is_refused(cn: Jurisdiction) -> None:
    pause = (date(2025, 3, 4), date(2025, 3, 20))
    with pytest.raises(LimitRefused, match="names no pause"):
        cn.limit("FU-APP-2", date(2025, 3, 3), "CN", pauses=[pause])  # it counts from receipt (62号, part 2)
    with pytest.raises(LimitRefused, match="names no pause"):
        cn.limit("GRD-3", date(2025, 3, 3), "CN", pauses=[pause])
    with pytest.raises(LimitRefused, match="no extension of a fixed length"):
        cn.limit("GRD-16", date(2025, 3, 3), "CN", extended=True)


def test_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["due", "ADO-12.decision", "--json", "--since", "2025-03-03", "--place", "CN-350121"]
    assert cli.main([*ask, "--paused", "2025-03-10..2025-05-09"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["due"], told["kind"], told["tell"], told["default"]) == ("2025-06-03", "duty", ["city"], False)
    assert cli.main(["due", "GRD-19", "--json", "--since", "2025-03-07 16:30", "--place", "CN"]) == 0
    assert json.loads(capsys.readouterr().out)["moment"] == "2025-03-10 16:30:00"
    assert cli.main([*ask, "--extended"]) == 2
    assert "no extension of a fixed length" in capsys.readouterr().err
    assert cli.main(["due", "ADO-99", "--since", "2025-03-03", "--place", "CN"]) == 2
    assert cli.main([*ask, "--paused", "2025-03-10"]) == 2


def test_each_duty_says_what_lateness_does_and_who_is_told(cn: Jurisdiction) -> None:
    """Lengths that are only ours may stay silent; whoever is late with a duty of the law is known to somebody."""
    for limit in cn.law.limits.values():
        ours = all(term.basis.act == "house" for term in limit.terms)
        if limit.kind in ("duty", "right") and not ours:
            assert limit.breach != NOTHING, limit.id
        if limit.kind == "duty" and not ours:
            assert limit.tell, limit.id


def refusal(folder: Path, text: str) -> LawError:
    (folder / "law.yaml").write_text(BASE + text, encoding="utf-8")
    with pytest.raises(LawError) as caught:
        load(folder)
    assert str(caught.value).startswith("law.yaml:")
    return caught.value


def test_base_loads(tmp_path: Path) -> None:
    (tmp_path / "law.yaml").write_text(BASE + TERMS, encoding="utf-8")
    assert load(tmp_path).limits["X-1"].runs()[0].due == date(2025, 3, 10)


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        (TERMS.replace(", example: 2025-03-03 -> 2025-03-10", ""), "has no example", 19),
        ("    figure: wait\n", "has no example", 14),
        (TERMS.replace("-> 2025-03-10", ""), "is no example of a limit", 19),
        (TERMS.replace("-> 2025-03-10", "-> 2025-02-30"), "a day that does not exist", 19),
        (TERMS + "    figure: wait\n", "one source of the length", 14),
        ("", "one source of the length", 14),
        ("    figure: pay\n    example: 2025-03-03 -> 2025-03-10\n", "is no length", 18),
        (TERMS + "    kind: soft\n", "'soft' is not allowed", 20),
        (TERMS + "    breach: {zh: 提醒, en: reminder, tell: conty}\n", "unknown office 'conty'", 20),
        (TERMS + "    extension: {zh: 延长, en: more, by: county, length: 3}\n", "a length needs its unit", 20),
        (TERMS + f"      - {TERM}\n", "two values for CN at once", 20),
        (TERMS.replace("calendar: natural", "calendar: lunar"), "'lunar' is not allowed", 19),
        (TERMS.replace("length: 5", "length: five"), "whole number", 19),
    ],
)
def test_refused_with_file_and_line(tmp_path: Path, text: str, what: str, line: int) -> None:
    error = refusal(tmp_path, text)
    assert what in str(error)
    assert error.mark.line == line
