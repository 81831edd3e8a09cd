"""A bounded schemathesis run over the whole API: no server error, no answer the description does not name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from hutong.care.actions import record_finding
from hutong.channels.api import app
from hutong.core import clock_time
from hutong.core.viewer import Viewer, acting
from hutong.org.terms import Role
from hutong.org.tests.build import place, program, viewer_of
from hutong.people.models import Child
from hutong.people.terms import Sex

pytestmark = pytest.mark.random
EXAMPLES = 3
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


@pytest.fixture
def officer(fresh_db: str, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    """A county officer in the demo county, where a village director found a child and applied for it."""
    monkeypatch.setattr(app, "RATE", "1000000/m")
    monkeypatch.setattr(clock_time, "now", lambda: now)
    cache.clear()
    village = place("上笈村")
    new = {"name": "田穗禾", "sex": Sex.FEMALE, "birth_date": date(2016, 4, 2), "actual_id": village.pk}
    found = {
        "new_child": new, "place_id": village.pk, "seen_on": now.date(), "seen": "跟着奶奶生活。",
        "needs": ["living"], "apply_now": True,
    }  # fmt: skip
    record_finding(viewer_of(Role.VILLAGE_DIRECTOR, village), found)
    return viewer_of(Role.COUNTY_OFFICER, place("护桐县"))


def test_nothing_sent_to_any_address_breaks_it(officer: Viewer) -> None:
    _post, key = program(Role.COUNTY_OFFICER)
    headers = {"Authorization": f"Bearer {key}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), headers=headers)
    with acting(officer):
        number = Child.objects.order_by("id").values_list("id", flat=True)[0]
    bounded = settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    statuses: dict[str, set[int]] = {}
    problems: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @bounded
        @given(case=operation.as_strategy())
        def run(case: Any) -> None:
            seen = statuses.setdefault(case.operation.label, set())
            if "record_id" in (case.path_parameters or {}) and not seen:
                case.path_parameters["record_id"] = number
            try:
                seen.add(case.call_and_validate(headers=headers, checks=CHECKS).status_code)
            except Exception as failure:
                problems.append(f"{case.operation.label}: {failure}"[:1500])

        run()
    assert not problems, "\n\n".join(problems)
    lists = [label for label in statuses if label.startswith("GET") and "{" not in label]
    assert len(lists) > 20
    assert [label for label in lists if not statuses[label] & {200, 403, 422}] == []
