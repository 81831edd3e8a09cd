"""What the package tells others, and the tasks it leaves. Divisions and posts have dates instead of states."""

from hutong.core.events import declare_event
from hutong.core.sweep import NEXT_UP
from hutong.core.tasks import task_kind
from hutong.org.terms import Role

RENAMED = declare_event("org.division_renamed")
MERGED = declare_event("org.divisions_merged")
SPLIT = declare_event("org.division_split")
TRANSFERRED = declare_event("org.division_transferred")
CLOSED = declare_event("org.division_closed")

CHECK_PLACES = task_kind(
    "org.check_places",
    title=("核对拆分后各户所在村居", "Check where households lie after a division was split"),
    url=lambda task: f"/org/divisions/{task.on_id}/",
)

NEXT_UP.update(
    {
        Role.VILLAGE_DIRECTOR.value: Role.TOWNSHIP_SUPERVISOR.value,
        Role.TOWNSHIP_SUPERVISOR.value: Role.COUNTY_OFFICER.value,
        Role.INSTITUTION_STAFF.value: Role.COUNTY_OFFICER.value,
        Role.COUNTY_OFFICER.value: Role.CITY_OFFICER.value,
        Role.COUNTY_FINANCE.value: Role.CITY_OFFICER.value,
        Role.CITY_OFFICER.value: Role.PROVINCE_OFFICER.value,
        Role.PROVINCE_OFFICER.value: Role.MINISTRY_OFFICER.value,
    }
)
"""Who is told when a limit of a post has run out."""
