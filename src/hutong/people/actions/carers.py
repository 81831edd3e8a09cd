"""Who looks after the children of an imported spreadsheet: read with the row, bound when the child is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from pydantic import ValidationError

from hutong.channels.tables import Heading, Line
from hutong.core.bulk import next_ids
from hutong.core.errors import FieldError
from hutong.core.record import create_all
from hutong.core.terms import Label
from hutong.core.validation import messages_of
from hutong.core.viewer import Viewer
from hutong.people.actions.bonds import LinkPerson
from hutong.people.models import Child, Person, Relation
from hutong.people.queries.keys import name_keys
from hutong.people.terms import Bond, Kinship

CARER_HEADINGS = (
    Heading("carer", Label("照料人姓名", "Carer"), ("监护人姓名", "受委托照护人", "监护人")),
    Heading("carer_kinship", Label("照料人与儿童的关系", "Carer's kinship"), ("与儿童的关系", "与儿童关系")),
    Heading("carer_phone", Label("照料人电话", "Carer's phone"), ("联系电话", "电话"), kind="number_text"),
)
"""Columns about the adult who looks after the child."""
SHORT = {
    "爷爷": Kinship.PATERNAL_GRANDPARENT, "奶奶": Kinship.PATERNAL_GRANDPARENT,
    "外公": Kinship.MATERNAL_GRANDPARENT, "外婆": Kinship.MATERNAL_GRANDPARENT,
    "姥爷": Kinship.MATERNAL_GRANDPARENT, "姥姥": Kinship.MATERNAL_GRANDPARENT,
    "父亲": Kinship.PARENT, "母亲": Kinship.PARENT,
}  # fmt: skip
"""Words local lists use for a kinship."""


def read_carers(lines: Sequence[Line], errors: list[FieldError]) -> dict[tuple[str, int], LinkPerson]:
    """Sheet and row -> the carer named in the row; mistakes go to the list of errors."""
    carers = {}
    for line in lines:
        row = line.cells
        if not row.get("carer"):
            continue
        kinship = _kinship(str(row.get("carer_kinship") or ""))
        if kinship is None:
            known = "、".join(k.zh for k in Kinship)
            what = _("is not one of: %(expected)s") % {"expected": known}
            errors.append(line.wrong(CARER_HEADINGS[1], "unknown", what))
            continue
        given = {"bond": Bond.CARER, "name": row["carer"], "kinship": kinship, "phone": row.get("carer_phone") or ""}
        try:
            carers[line.sheet, line.row] = LinkPerson.model_validate(given)
        except ValidationError as error:
            found = messages_of(error, LinkPerson)
            errors += [replace(e, row=line.row, sheet=line.sheet) for e in found]
    return carers


def _kinship(text: str) -> Kinship | None:
    word = text.strip().casefold()
    if not word:
        return Kinship.NONE
    return SHORT.get(word) or next((k for k in Kinship if word in (k.value, k.zh, k.en.casefold())), None)


def bind_carers(viewer: Viewer, pairs: list[tuple[Child, LinkPerson]]) -> None:
    """One adult per name and telephone number: brothers and sisters share theirs."""
    people = {(given.name, given.phone or f"row {n}"): given for n, (_child, given) in enumerate(pairs)}
    keys = dict(zip(people, next_ids(Person, len(people)), strict=True))
    persons = [
        Person(id=keys[key], name=given.name, name_key=name_keys(given.name).name, phone=given.phone)
        for key, given in people.items()
    ]
    create_all(persons)
    relations = [
        Relation(
            child=child, person_id=keys[given.name, given.phone or f"row {n}"], bond=given.bond,
            kinship=given.kinship, recorded_by_id=viewer.user_id,
        )
        for n, (child, given) in enumerate(pairs)
    ]  # fmt: skip
    create_all(relations)
