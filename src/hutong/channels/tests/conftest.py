"""A desk to try the doors on, alone in the registries, and the same desk served over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace

import pytest
from django.urls import get_resolver

from hutong.channels import sheet
from hutong.channels.tests.desk import REGISTRIES, FakePlaces, declare, restore, viewer_at
from hutong.core import clock_time, places
from hutong.core import viewer as viewer_module
from hutong.core.action import ACTIONS
from hutong.core.models import User
from hutong.core.viewer import Viewer


@pytest.fixture
def desk(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Sheet, actions and forms of the desk, alone in the registries for the time of a test but for the law's pages."""
    assert get_resolver().url_patterns, (
        "addresses are made once, of everything that is declared: before it is put aside"
    )
    before = [r.copy() for r in REGISTRIES]
    law = {name: page for name, page in sheet.PAGES.items() if name.startswith("law.")}
    for registry in REGISTRIES:
        registry.clear()
    sheet.PAGES.update(law)
    posts: dict[int, Viewer] = {}
    places.register_resolver(FakePlaces())
    viewer_module.register_loader(lambda user_id, post_id, moment: posts.get(user_id))
    monkeypatch.setattr(clock_time, "now", lambda: now)
    declare()
    yield SimpleNamespace(posts=posts, sheet=sheet.SHEETS["core.task"])
    for registry, kept in zip(REGISTRIES, before, strict=True):
        restore(registry, kept)


@pytest.fixture
def filled(desk: SimpleNamespace, now: datetime) -> SimpleNamespace:
    """The desk with sixty tasks and an account `clerk` signed in as a clerk of HERE. Needs a database fixture."""
    viewer = viewer_at("clerk", now)
    ACTIONS["core.desk_fill"](viewer, {})
    user = User(username="clerk", name="林晓")
    user.set_password("a-long-password")
    user.save()
    desk.posts[user.pk] = viewer_at("clerk", now, user_id=user.pk)
    desk.user, desk.viewer = user, desk.posts[user.pk]
    return desk


@pytest.fixture
def site(live_site: str, filled: SimpleNamespace) -> str:
    """The desk, served; its address."""
    return live_site
