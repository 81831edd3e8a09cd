"""Whole requests in this process, through the WSGI handler: with the second wall, and as the owner without it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.test import Client

from hutong.channels.sheet import HOME, list_url, record_url
from hutong.core.audit import journal
from hutong.core.models import User
from hutong.org.models import Agency, AgencyArea, Division, Post, PostHolding
from hutong.org.terms import AgencyKind, Role
from hutong.project.bench.report import Report, percentile
from hutong.project.bench.stage import set_up, unwatched

SECTION = "Whole requests"
COUNTIES, COUNTY_SIZE = 20, 5_000
TASKS_PER_COUNTY = 200
ROUNDS = 60
WARM = 10
_TASKS = """insert into core_task (version, kind, on_label, on_id, child_id, place_key, role, note, urgent, state,
         raised_level, due_on)
       select 1, 'money.missing_account', 'money.order', n, n, key, 'county_officer', '', n %% 20 = 0, 'open', 0,
              '2026-12-01'
         from seed where n %% %(every)s = 0"""
_FACTS = """insert into people_parentfact (version, child_id, side, status, since, note, evidence, state, recorded_by,
         confirmed_by, confirmed_on)
       select 1, n, side, 'dead', '2024-01-01', '', 'data_comparison', 'confirmed', %(maker)s, %(signer)s,
              '2024-02-01'
         from seed, unnest(array['father', 'mother']) side"""
_TABLES = ("core_task", "people_parentfact", "org_agency", "org_agencyarea", "org_post", "org_postholding")


def _office(county: Division, user: User) -> None:
    """A county's office, and its officer."""
    long_ago = date(2020, 1, 1)
    agency = Agency.objects.using("owner").create(kind=AgencyKind.BUREAU, name="试县民政局", division=county)
    AgencyArea.objects.using("owner").create(agency=agency, division=county)
    post = Post.objects.using("owner").create(agency=agency, role=Role.COUNTY_OFFICER, title="经办人")
    PostHolding.objects.using("owner").create(post=post, user_id=user.pk, valid_from=long_ago)


@contextmanager
def _as_owner() -> Iterator[None]:
    """The pages read as the owner of the tables, whom no policy holds back."""
    served = dict(connections["default"].settings_dict)
    owner = connections["owner"].settings_dict
    _connect(owner["USER"], owner["PASSWORD"])
    try:
        yield
    finally:
        _connect(served["USER"], served["PASSWORD"])


def _connect(user: str, password: str) -> None:
    journal.close()
    connections["default"].close()
    connections["default"].settings_dict.update(USER=user, PASSWORD=password)


def _getter(user: User) -> Callable[[str], None]:
    """Ask for an address with the session of a user; anything but 200 is an error."""
    browser = Client()
    browser.force_login(user)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    application = get_wsgi_application()
    host = next((name for name in settings.ALLOWED_HOSTS if not name.startswith((".", "*"))), "localhost")

    def get(path: str) -> None:
        environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": host, "HTTP_COOKIE": cookies, "QUERY_STRING": ""}
        environ |= {"wsgi.url_scheme": "https", "HTTP_X_FORWARDED_PROTO": "https"}
        setup_testing_defaults(environ)
        status: list[str] = []
        body = application(environ, lambda line, headers, exc=None: status.append(line))  # type: ignore[arg-type]
        size = sum(len(part) for part in body)
        body.close()
        if not status[0].startswith("200") or not size:
            raise RuntimeError(f"{path}: {status[0]}")

    return get


def _timed(get: Callable[[str], None], paths: list[str], rounds: int) -> tuple[float, int]:
    """95th percentile in milliseconds, and how many statements one request sends."""
    for n in range(WARM):
        get(paths[n % len(paths)])
    count = 0

    def counting(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counting):
        get(paths[0])
    samples = []
    for n in range(rounds):
        start = time.perf_counter()
        get(paths[n % len(paths)])
        samples.append((time.perf_counter() - start) * 1000)
    return percentile(samples), count


def run(report: Report, *, counties: int = COUNTIES, size: int = COUNTY_SIZE, rounds: int = ROUNDS) -> None:
    """Worklist, child page and list of children of a county officer."""
    stage = set_up(counties, size, searched=True)
    with unwatched(*_TABLES) as cursor:
        cursor.execute(_TASKS, {"every": max(1, size // TASKS_PER_COUNTY)})
        cursor.execute(_FACTS, {"maker": stage.maker.pk, "signer": stage.signer.pk})
        _office(Division.objects.using("owner").get(code="990001"), stage.maker)
        cursor.execute("analyze")
    get = _getter(stage.maker)
    pages = {
        f"worklist of {min(size, TASKS_PER_COUNTY)} tasks": [HOME],
        "page of a child": [record_url("people.child", n) for n in range(1, min(size, 40) + 1)],
        f"list of a county's {size:,} children": [list_url("people.child")],
    }
    for what, paths in pages.items():
        walled, count = _timed(get, paths, rounds)
        with _as_owner():
            bare, _count = _timed(get, paths, rounds)
        note = f"{count} statements; floor: the same request as the owner, without policies"
        report.add(SECTION, f"{what}, p95", walled, "ms", goal=200, floor=bare, note=note)
