"""Pieces that the inputs of several actions share: names, dates that cannot lie ahead, places, papers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel

from hutong.core import places
from hutong.core.errors import NotFound
from hutong.core.files import Upload, store_file
from hutong.core.inputs import Given, Words, of, wrong
from hutong.core.jurisdiction import language
from hutong.core.models import StoredFile
from hutong.core.terms import DataClass
from hutong.core.viewer import Viewer
from hutong.people.models import Child
from hutong.people.queries.names import read_name
from hutong.people.terms import BirthPrecision, Evidence, FamilyAid, Health, LegalStatus, Placement, Sex


def _name(value: str) -> str:
    name = read_name(value)
    if name.problems:
        lang = language()
        raise ValueError("; ".join(p.label(lang) for p in name.problems))
    return name.text


def _some_name(value: str) -> str:
    name = _name(value)
    if not name:
        raise ValueError(_("must not be empty"))
    return name


WHO = ("孩子是谁", "Who the child is")
WHERE = ("住在哪里", "Where it lives")
MORE = ("其他情况", "Further")

ChildName = Annotated[str, AfterValidator(_name)]
"""A name, repaired; empty for a child nobody has named yet."""
AdultName = Annotated[str, AfterValidator(_some_name)]
Paper = Upload | None


class ChildFacts(Given):
    """The plain facts of a child's file; what is empty is not given.

    They are asked when a file is opened, can be corrected, stand on the child's page, in the list with all columns and
    in its export, are read from spreadsheets and filled in when files are merged: a fact added here is in all of them.
    """

    sections: ClassVar[tuple[Words, ...]] = (WHO, WHERE, MORE)

    name: ChildName = of(Child, "name", "", section=WHO)
    sex: Sex | None = of(Child, "sex", None, section=WHO)
    birth_date: date | None = of(Child, "birth_date", None, section=WHO)
    birth_precision: BirthPrecision | None = of(Child, "birth_precision", None, section=WHO)
    ethnicity: str = of(Child, "ethnicity", "", section=WHO)
    address: str = of(Child, "address", "", section=WHERE)
    status: LegalStatus | None = of(Child, "status", None, section=MORE)
    status_evidence: Evidence | None = of(Child, "status_evidence", None, section=MORE)
    placement: Placement | None = of(Child, "placement", None, section=MORE)
    family_aid: FamilyAid | None = of(Child, "family_aid", None, section=MORE)
    health: Health | None = of(Child, "health", None, section=MORE)
    national_no: str = of(Child, "national_no", "", section=MORE)

    def known(self) -> dict[str, Any]:
        """The facts that were given, by field."""
        told = {name: getattr(self, name) for name in ChildFacts.model_fields}
        return {name: value for name, value in told.items() if value not in (None, "")}


def place_key(given: BaseModel, field: str) -> int:
    """Key of the place a field names; Invalid for an unknown place."""
    try:
        return places.key(getattr(given, field))
    except NotFound:
        raise wrong(given, field, "unknown", _("is not a place we know"), _("Choose it from the list.")) from None


def keep_paper(
    viewer: Viewer, child: Child, paper: Paper, data_class: DataClass = DataClass.SENSITIVE
) -> StoredFile | None:
    """Store the proof of a fact with the child's file."""
    if paper is None:
        return None
    stored = store_file(viewer, paper.data, paper.name, place_key=child.actual_key, child_id=child.pk)
    if data_class != DataClass.SENSITIVE:
        stored.data_class_value = int(data_class)
        stored.save()
    return stored
