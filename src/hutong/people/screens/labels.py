"""Labels of fields and small cells that several panels share."""

from __future__ import annotations

from typing import Any

from hutong.channels.content import Badge, Place, Tone
from hutong.channels.web.files import file_link
from hutong.core import months
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.people.models import Child
from hutong.people.terms import BirthPrecision, FactState

_TONES: dict[str, Tone] = {FactState.REPORTED: "warn", FactState.CONFIRMED: "good", FactState.REJECTED: "plain"}


def labels(*pairs: tuple[str, str]) -> list[Label]:
    """Headings of a small table."""
    return [Label(*pair) for pair in pairs]


def birth_cell(viewer: Viewer, child: Child) -> Any:
    """Birth date as exactly as it is known, with the age."""
    if child.birth_date is None:
        return None
    years = months.full_years(child.birth_date, child.died_on or viewer.today)
    age = Label(f"{years}岁", f"{years} years old" if years != 1 else "1 year old").text(viewer.locale)
    shapes = {BirthPrecision.MONTH: "%Y-%m", BirthPrecision.YEAR: "%Y"}
    day = child.birth_date.strftime(next((s for p, s in shapes.items() if p == child.birth_precision), "%Y-%m-%d"))
    exact = "" if child.birth_precision == BirthPrecision.DAY else f" · {_word(child.birth_precision, viewer)}"
    return f"{day} · {age}{exact}"


def _word(term: Any, viewer: Viewer) -> str:
    return str(term.label(viewer.locale))


def place_cell(key: int | None) -> Any:
    """A place by its name; nothing where there is none."""
    return None if key is None else Place(key=key)


def paper_cell(viewer: Viewer, fact: Any) -> Any:
    """Kind of proof, leading to the paper where one is on file."""
    return file_link(viewer, fact.paper_id, fact.evidence) if fact.paper_id else fact.evidence


def state_cell(viewer: Viewer, fact: Any) -> Badge:
    """Reported, confirmed or found untrue, in words and colour."""
    return Badge(fact.state, _TONES[fact.state])
