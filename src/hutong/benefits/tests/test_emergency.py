"""What a post hears that would decide about a child it may only look at in an emergency."""

from __future__ import annotations

import pytest

from hutong.benefits import actions
from hutong.benefits.models import Application
from hutong.core.errors import NotFound, Refused
from hutong.core.models import JournalLine
from hutong.org.queries.posts import viewer_at
from hutong.org.terms import Role
from hutong.org.tests.build import MONDAY, place, viewer_of
from hutong.people.actions import break_glass, register_child

pytestmark = pytest.mark.django_db


def test_an_application_in_an_emergency_is_refused_with_what_is_allowed() -> None:
    home = place("上笈村").pk
    known = {"name": "田小禾", "actual_id": home, "registered_id": home, "birth_date": "2015-06-15"}
    child = register_child(viewer_of(Role.COUNTY_OFFICER), known)
    helper = viewer_of(Role.TOWNSHIP_SUPERVISOR, place("松涧乡"))
    asked = {"child_id": child.pk, "applicant_kind": "guardian", "applicant_name": "田桂英"}
    with pytest.raises(NotFound):
        actions.apply(helper, asked)
    break_glass(helper, {"child_no": child.child_no, "reason": "孩子在我镇受伤送医，需联系监护人"})
    looking = viewer_at(helper.user_id or 0, helper.post_id, MONDAY)
    assert looking is not None
    with pytest.raises(Refused, match=r"管辖地|in charge"):
        actions.apply(looking, asked)
    with pytest.raises(NotFound):
        actions.apply(looking, asked | {"child_id": child.pk + 1000})
    assert JournalLine.objects.filter(kind="refused", what="benefits.apply", user_id=helper.user_id).count() == 1
    assert not Application.objects.exists()
