"""What `org` does once a day: late work that nobody follows up, and posts nobody works at."""

from __future__ import annotations

from procrastinate.contrib.django import app as queue

from hutong.core.action import call_system
from hutong.org.actions import follow_up_below, look_at_posts


@queue.periodic(cron="30 0 * * *")
@queue.task(name="org.daily", queueing_lock="org.daily")
def daily(timestamp: int) -> None:
    """After the limits were looked through (`hutong.sweep`)."""
    call_system(follow_up_below, {})
    call_system(look_at_posts, {})
