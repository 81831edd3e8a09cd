"""A bounded schemathesis run over the API of the desk: no server error, no answer the description does not name."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.urls import path
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from hutong.channels.api import app
from hutong.channels.tests.desk import key_of
from hutong.core.models import Task
from hutong.core.viewer import acting

urlpatterns: list[Any] = []
pytestmark = pytest.mark.random
EXAMPLES = 25


@pytest.fixture
def described(fresh_db: str, filled: SimpleNamespace, django_settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The described API with a key that opens it."""
    monkeypatch.setattr(app, "RATE", "1000000/m")
    urlpatterns[:] = [path("api/v1/", app.build("searched").urls)]
    django_settings.ROOT_URLCONF = __name__
    cache.clear()
    key, _user = key_of(filled.posts, filled.viewer)
    headers = {"Authorization": f"Bearer {key}"}
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), headers=headers), headers


@pytest.fixture
def django_settings(settings: Any) -> Any:
    """pytest-django's settings, under a name that hypothesis does not use."""
    return settings


def test_nothing_sent_breaks_it_or_gets_an_answer_nobody_described(described: Any, filled: SimpleNamespace) -> None:
    schema, headers = described
    statuses: dict[str, set[int]] = {}
    with acting(filled.viewer):
        number = Task.objects.order_by("id")[0].pk
    bounded = settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    checks = [not_a_server_error, status_code_conformance, response_schema_conformance]
    for result in schema.get_all_operations():
        operation = result.ok()

        @bounded
        @given(case=operation.as_strategy())
        def run(case: Any) -> None:
            seen = statuses.setdefault(case.operation.label, set())
            if case.path_parameters and not seen & {200, 409}:  # a number nobody has teaches little
                case.path_parameters["record_id"] = number
            response = case.call_and_validate(headers=headers, checks=checks)
            seen.add(response.status_code)

        run()
    assert len(statuses) == 8, "a list, a record, three actions and each of them many at a time"
    for label, seen in statuses.items():
        assert 200 in seen, f"{label} never succeeded: {seen}"
