"""What an office said of the headings of its tables, and of words in them, remembered from one table of a kind to the
next."""

from __future__ import annotations

from collections.abc import Mapping

from hutong.core.context import running
from hutong.core.models import HeadingUse


def remembered(within: str = "") -> dict[str, str]:
    """Heading -> column for the tables that the running action takes; empty outside an action. `within` names a column
    whose words are meant instead, for instance the results of one bank."""
    action = running()
    if action is None or not action.viewer.spans:
        return {}
    rows = HeadingUse.objects.filter(kind=f"{action.name}{within}", place_key=action.viewer.spans[0].lo)
    return dict(rows.values_list("heading", "means"))


def remember(said: Mapping[str, str], within: str = "") -> None:
    """Keep what was said now; the last word about a heading holds."""
    action = running()
    if action is None or not action.viewer.spans:
        return
    kind, place_key = f"{action.name}{within}", action.viewer.spans[0].lo
    for heading, means in said.items():
        known = HeadingUse.objects.filter(kind=kind, place_key=place_key, heading=heading).first()
        use = known or HeadingUse(kind=kind, place_key=place_key, heading=heading)
        if known is None or known.means != means:
            use.means = means
            use.save()
