"""Business time at the doors of the system. Actions never read a clock: their viewer carries the moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from hutong.core.models import Setting

DEMO_SHIFT = "demo_shift_seconds"


def now() -> datetime:
    """The moment to put into a viewer: real time, or in a demo database real time shifted by its setting."""
    moment = timezone.now()
    if not settings.HUTONG_DEMO:
        return moment
    shift = Setting.objects.filter(pk=DEMO_SHIFT).values_list("value", flat=True).first()
    return moment + timedelta(seconds=int(shift or 0))


def set_demo_time(moment: datetime) -> None:
    """Move a demo database to another moment; ValueError anywhere else."""
    if not settings.HUTONG_DEMO:
        raise ValueError("only a demo database may set its time (HUTONG_DEMO)")
    shift = int((moment - timezone.now()).total_seconds())
    Setting.objects.update_or_create(name=DEMO_SHIFT, defaults={"value": shift})
