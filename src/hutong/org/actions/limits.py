"""Time limits in an officer's hands: standing still, running on, lengthened once; the same actions for every limit."""

from __future__ import annotations

from datetime import date

from django.apps import apps
from django.utils.translation import gettext as _

from hutong.core.action import action
from hutong.core.clocks import extend_clock, pause_clock, resume_clock, rule_of
from hutong.core.events import raise_event
from hutong.core.flow import FLOWS
from hutong.core.inputs import Given, Text, ask
from hutong.core.jurisdiction import language, law
from hutong.core.models import Clock
from hutong.core.viewer import Viewer
from hutong.law.engine.model import NOTHING
from hutong.org.terms import Role
from hutong.org.workflow import LIMIT_EXTENDED, OFFICES

WORKERS = (Role.TOWNSHIP_SUPERVISOR, Role.INSTITUTION_STAFF, Role.COUNTY_OFFICER)
"""Posts whose own work stands still."""


class Because(Given):
    """For what reason, in words a supervisor can follow."""

    why: Text = ask("理由", "Reason", min_length=4, max_length=500)


class Extend(Because):
    """The reason; and the day, where the law leaves the length to the office."""

    until: date | None = ask(
        "延长至", "New last day", None, hint=("依据已规定天数的不填", "Leave empty where the law sets the length")
    )


def may_extend(viewer: Viewer, clock: Clock, given: object = None) -> str | None:
    """Refusal unless the law names the viewer's office, which answers for the place, to decide."""
    rule = rule_of(clock)
    if rule is None or rule.extension.title == NOTHING:
        return _("The law does not let this limit be extended.")
    if viewer.role not in {OFFICES.get(office) for office in rule.extension.by}:
        named = law().law.offices_named(rule.extension.by)
        return _("The law leaves the extension to: %(who)s.") % {"who": named.text(language())}
    return None if viewer.reaches(clock.place_key) else _("The place in charge decides on its limits.")


def may_pause(viewer: Viewer, clock: Clock, given: object = None) -> str | None:
    """Refusal unless it is the viewer's own work, and no step of the record makes its limit stand still by itself."""
    rule = rule_of(clock)
    if rule is None or rule.pause == NOTHING:
        return _("The law names no pause for this limit.")
    if viewer.role != clock.role or not viewer.reaches(clock.place_key):
        return _("Only the post whose work it is has its limit stand still.")
    if _stands_still_by_itself(clock):
        return _("Return the record for what is missing: its limit then stands still by itself until it comes back.")
    return None


def _stands_still_by_itself(clock: Clock) -> bool:
    """Does the record of the limit go through a state that makes this limit stand still?"""
    flow = FLOWS.get(apps.get_model(clock.on_label))
    if flow is None:
        return False
    named = {name for state in flow.states.values() for name in state.pauses}
    record = flow.model._default_manager.filter(pk=clock.on_id).first()
    return record is not None and clock.limit in {flow.states[name].limit_of(record) for name in named}


@action(
    "org.extend_limit",
    on=Clock,
    input=Extend,
    roles=(*WORKERS, Role.CITY_OFFICER, Role.PROVINCE_OFFICER, Role.MINISTRY_OFFICER),
    allow=may_extend,
    title=("延长期限", "Extend the time limit"),
)
def extend_limit(viewer: Viewer, clock: Clock, given: Extend) -> Clock:
    """Once, by the office the law names; the package whose record it is hears of the new day."""
    extend_clock(clock, given.why, given.until)
    raise_event(LIMIT_EXTENDED, on_label=clock.on_label, on_id=clock.on_id, limit=clock.limit, due_on=clock.due_on)
    return clock


@action(
    "org.pause_limit",
    on=Clock,
    input=Because,
    roles=WORKERS,
    allow=may_pause,
    title=("中止计算期限", "Have the time limit stand still"),
)
def pause_limit(viewer: Viewer, clock: Clock, given: Because) -> Clock:
    """From today on its days do not count; whoever follows up what is late sees it in their list."""
    return pause_clock(clock, given.why)


@action(
    "org.resume_limit",
    on=Clock,
    roles=WORKERS,
    allow=lambda viewer, clock, given: may_pause(viewer, clock),
    title=("恢复计算期限", "Let the time limit run on"),
)
def resume_limit(viewer: Viewer, clock: Clock, given: Given) -> Clock:
    """What was left of it runs on; the new last day comes from the law."""
    return resume_clock(clock)
