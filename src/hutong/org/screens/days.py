"""The order of the bar at posts whose day begins elsewhere than with children."""

from __future__ import annotations

from hutong.channels.areas import day_of
from hutong.org.terms import Role

day_of(Role.VILLAGE_DIRECTOR, "children", "care")
day_of(Role.COUNTY_FINANCE, "money")
day_of(Role.MINISTRY_OFFICER, "figures", "money")
day_of(Role.INSTITUTION_STAFF, "homes", "children")
day_of(Role.AUDITOR, "administration")
day_of(Role.ADMINISTRATOR, "administration")
