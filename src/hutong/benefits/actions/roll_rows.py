"""The rows of a roll before anything is written: place, category, payee, and which child each row means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from hutong.benefits.models import Award, RollRow
from hutong.benefits.queries.roll import HEADINGS, in_column, read_category
from hutong.benefits.terms import AwardState, Category, RowState
from hutong.channels.tables import Line, PartDate, Table, told_rows
from hutong.core import places
from hutong.core.bulk import next_ids
from hutong.core.errors import FieldError, HutongError, Invalid
from hutong.core.inputs import EARLIEST
from hutong.core.jurisdiction import language
from hutong.core.validation import messages_of
from hutong.core.viewer import Viewer
from hutong.money.actions.inputs import bare_number
from hutong.money.terms import PayeeKind
from hutong.people.actions.registering import Homes, RegisterChild, check, new_child
from hutong.people.models import Child
from hutong.people.queries.candidates import Candidate, asked_of, duplicates_of_many
from hutong.people.queries.identity import identity_key, read_identity
from hutong.people.queries.names import read_name
from hutong.people.queries.placing import Placing
from hutong.people.terms import BirthPrecision, Likeness

TAKEN_FROM_ROLL = "原发放名册转入"
"""Reason kept with a child registered from a roll in spite of a similar one."""

COLLECTIVE_NAMES = {
    PayeeKind.INSTITUTION: re.compile("(福利院|福利中心|福利机构|救助站|救助管理站|(救助|保护)中心|SOS儿童村)$"),
    PayeeKind.VILLAGE: re.compile("[村居]民?委(员)?会$"),
}
"""How rolls call payees that receive for many children; no limit of children on an account holds for them."""


@dataclass
class Planned:
    """A row whose award can be written, once its child is known or made."""

    line: RollRow
    cells: dict[str, Any]
    found: list[FieldError] = field(default_factory=list)
    place_id: int = 0
    place_key: int = 0
    category: Category = Category.ORPHAN
    name: str = ""
    number: str = ""
    payee: str = ""
    account: str = ""
    known: bool = False
    why: str = ""
    """Why the child is registered although it resembles another one."""
    child: Child = field(default_factory=Child)

    @property
    def first_month(self) -> date:
        return self.cells["first_month"]  # type: ignore[no-any-return]

    @property
    def amount_fen(self) -> int:
        return int(self.cells["amount_fen"])

    @property
    def bank(self) -> str:
        return str(self.cells["bank"] or "")

    @property
    def national_no(self) -> str:
        return str(self.cells["national_no"] or "")

    @property
    def payee_kind(self) -> PayeeKind:
        """The child itself, a body that receives for many children, or else the guardian."""
        if self.payee == self.child.name:
            return PayeeKind.CHILD
        return next((kind for kind, named in COLLECTIVE_NAMES.items() if named.search(self.payee)), PayeeKind.GUARDIAN)

    def _told(self, errors: Sequence[FieldError]) -> list[dict[str, Any]]:
        return told_rows([replace(e, row=self.line.row_no, sheet=self.line.sheet) for e in errors])

    def refuse(self, errors: Sequence[FieldError]) -> None:
        """Say why the row has no award."""
        self.line.award, self.line.state, self.line.errors = None, RowState.REFUSED, self._told(errors)

    def hold(self, why: str) -> None:
        """Keep the row back until somebody has compared it."""
        todo = _("Compare the two. Where it is another child, say so in the column “%(column)s”.")
        column = next(h.shown for h in HEADINGS if h.name == "in_spite_of")
        self.line.state = RowState.HELD
        self.line.errors = self._told([FieldError("", "held", why, todo % {"column": column})])

    @contextmanager
    def finding(self) -> Iterator[None]:
        """Keep what is wrong with the row, and go on with the rest of it."""
        try:
            yield
        except Invalid as bad:
            self.found += bad.errors
        except HutongError as bad:
            self.found.append(FieldError("", "refused", str(bad)))


def planned(viewer: Viewer, table: Table, last_month: date) -> tuple[list[Planned], list[RollRow]]:
    """Rows that can be written, and the line of every row that was read; refused and held ones say why."""
    placing = Placing(viewer)
    placing.learn([line.cells["place"] for line in table.lines])
    keys = {
        place: places.key(place) for place in {placing.find(line.cells["place"])[0] for line in table.lines} if place
    }
    plan = [_read(viewer, line, table, placing, keys, last_month) for line in table.lines]
    _find_known(viewer, plan)
    _make_unknown(viewer, plan)
    _hold_twins(plan)
    for one in plan:
        if one.found:
            one.refuse(one.found)
    return [one for one in plan if not one.line.errors], [one.line for one in plan]


def _read(
    viewer: Viewer, line: Line, table: Table, placing: Placing, keys: Mapping[int, int], last_month: date
) -> Planned:
    """What the cells of a row say, checked one by one."""
    cells: dict[str, Any] = {**dict.fromkeys(h.name for h in HEADINGS), **line.cells}
    row = RollRow(sheet=line.sheet, row_no=line.row, child_name=cells["name"] or "", paid_fen=cells["amount_fen"])
    one = Planned(row, cells)
    place_id, problem = placing.find(cells["place"])
    with one.finding():
        if place_id is None:
            raise in_column("place", "unknown", problem, _("Write the code or the full name of the village."))
        one.place_id, one.place_key = place_id, keys[place_id]
    with one.finding():
        one.category = read_category(cells["category"])
    with one.finding():
        _check_month(cells["first_month"], last_month)
    with one.finding():
        if cells["identity_number"]:
            one.number = str(read_identity(cells["identity_number"], viewer.today).normalised)
    with one.finding():
        one.account = _account(cells["account"])
    one.name = read_name(cells["name"]).text
    one.payee = read_name(cells["payee"]).text or (one.name if "payee" not in table.columns else "")
    with one.finding():
        if not one.payee:
            raise in_column("payee", "missing", _("is missing"), _("Name who receives the money."))
    return one


def _check_month(month: date, last: date) -> None:
    if month > last:
        text = _("is %(month)s, after the first month paid from here") % {"month": f"{month:%Y-%m}"}
        raise in_column("first_month", "future", text, _("Check the year."))
    if month < EARLIEST:
        text = _("is %(month)s: nobody was paid then") % {"month": f"{month:%Y-%m}"}
        raise in_column("first_month", "too_early", text, _("Check the year."))


def _account(text: str | None) -> str:
    try:
        return bare_number(text) if text else ""
    except ValueError as error:
        todo = _("Compare it with the card or passbook.")
        raise in_column("account", "invalid", str(error), todo) from error


# Which child


def _find_known(viewer: Viewer, plan: Sequence[Planned]) -> None:
    """Children on file with the number of the row: one that died, or has an award, refuses the row."""
    mine = Child.objects.visible_to(viewer).filter(merged_into=None)
    keys = {identity_key(one.number) for one in plan if one.number}
    by_key = {bytes(child.identity_key): child for child in mine.filter(identity_key__in=keys)}
    national = {one.national_no for one in plan if one.national_no and not one.number}
    by_national = {child.national_no: child for child in mine.filter(national_no__in=national)}
    for one in plan:
        child = by_key.get(identity_key(one.number)) if one.number else by_national.get(one.national_no)
        if child is not None:
            one.child, one.known = child, True
    known = {one.child.pk for one in plan if one.known}
    running = Award.objects.filter(child_id__in=known).exclude(state=AwardState.ENDED)
    having = set(running.values_list("child_id", flat=True))
    for one in plan:
        if one.known and one.child.died_on is not None:
            one.found.append(_died(one.child))
        if one.known and one.child.pk in having:
            one.found.append(FieldError("", "conflict", _("This child already has an award that is running.")))


def _died(child: Child) -> FieldError:
    what = _("is on file as dead: died on %(day)s") % {"day": child.died_on}
    todo = _("Nothing is paid after a death. Correct the file if it is a mistake.")
    return in_column("name", "dead", what, todo).errors[0]


def _make_unknown(viewer: Viewer, plan: Sequence[Planned]) -> None:
    """Children that are on file nowhere are made of the row; one that probably is on file is held back."""
    fresh = [one for one in plan if not one.known and one.place_id]
    for one, number in zip(fresh, next_ids(Child, len(fresh)), strict=True):
        with one.finding():
            one.child = _made(viewer, one, number)
    fresh = [one for one in fresh if not one.found]
    for at, candidates in duplicates_of_many(viewer, [asked_of(one.child) for one in fresh]).items():
        _compare(fresh[at], candidates[0])


def _compare(one: Planned, near: Candidate) -> None:
    likely = near.match.likeness == Likeness.LIKELY and not one.cells["in_spite_of"]
    if likely and near.child is not None and near.child.died_on is not None:
        one.found.append(_died(near.child))
    elif likely:
        lang = language()
        who = f"{near.child} ({near.child.child_no})" if near.child else near.office(lang)
        one.hold(_("%(who)s: %(likeness)s") % {"who": who, "likeness": near.match.likeness.label(lang)})
    else:
        one.why = one.cells["in_spite_of"] or TAKEN_FROM_ROLL


def _made(viewer: Viewer, one: Planned, number: int) -> Child:
    """The child of a row, not yet saved. Raises Invalid, Refused."""
    born = one.cells["birth_date"]
    fields = {
        "name": one.cells["name"] or "",
        "identity_number": one.number,
        "actual_id": one.place_id,
        "registered_id": one.place_id,
        "national_no": one.national_no,
    }
    if isinstance(born, PartDate):
        fields |= {"birth_date": born.day, "birth_precision": BirthPrecision(born.precision)}
    try:
        given = RegisterChild.model_validate(fields)
    except ValidationError as error:
        raise Invalid(messages_of(error, RegisterChild)) from error
    homes = Homes(one.place_key, one.place_key)
    check(viewer, given, homes)
    return new_child(viewer, given, homes, number)


def _hold_twins(plan: Sequence[Planned]) -> None:
    """The same child twice on one roll: the second row is held back."""
    seen: dict[Any, Planned] = {}
    for one in plan:
        if one.found or one.line.errors:
            continue
        for same in _marks(one):
            earlier = seen.setdefault(same, one)
            if earlier is not one and not (one.cells["in_spite_of"] and isinstance(same, tuple)):
                at = {"row": earlier.line.row_no, "sheet": earlier.line.sheet}
                said = _("the same child as in row %(row)s of sheet %(sheet)s") if at["sheet"] else ""
                one.hold((said or _("the same child as in row %(row)s")) % at)
                break


def _marks(one: Planned) -> list[Any]:
    """What makes two rows of one roll the same child."""
    child = one.child
    marks: list[Any] = [child.pk]
    if child.identity_key:
        marks.append(bytes(child.identity_key))
    if child.national_no:
        marks.append(child.national_no)
    if child.name_key is not None and child.birth_date is not None:
        marks.append((child.name_key, child.birth_date, one.place_id))
    return marks
