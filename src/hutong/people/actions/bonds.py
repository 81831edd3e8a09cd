"""Adults and households: who is what to a child, from when to when."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from hutong.core.action import action
from hutong.core.context import note
from hutong.core.errors import NotFound
from hutong.core.events import raise_event
from hutong.core.inputs import DIGITS, Given, Line, Place, Text, ask, not_ahead, of, wrong
from hutong.core.record import next_id
from hutong.core.viewer import Viewer
from hutong.people import workflow
from hutong.people.access import WORKERS, child_in_reach
from hutong.people.actions.inputs import AdultName, Paper, keep_paper, place_key
from hutong.people.models import Child, Household, Member, Person, Relation
from hutong.people.queries.identity import SEX_OF, identity_key, read_identity, sealed_identity
from hutong.people.queries.keys import name_keys
from hutong.people.terms import Bond, BondBasis, Evidence, Kinship, Sex

GUARDIANS = (Bond.GUARDIAN, Bond.CARER, Bond.ENTRUSTED)


class LinkPerson(Given):
    """An adult and what they are to the child. One adult may be father, guardian and carer: three bonds."""

    bond: Bond = of(Relation, "bond")
    name: AdultName = of(Person, "name")
    kinship: Kinship = of(Relation, "kinship", Kinship.NONE)
    basis: BondBasis = of(Relation, "basis", BondBasis.FACT)
    sex: Sex = of(Person, "sex", Sex.UNKNOWN)
    birth_date: date | None = of(Person, "birth_date", None)
    identity_number: Line = of(Person, "identity", "", control=DIGITS)
    phone: str = of(Person, "phone", "")
    address: str = of(Person, "address", "")
    valid_from: date | None = of(Relation, "valid_from", None)
    evidence: Evidence = of(Relation, "evidence", Evidence.NONE)
    paper: Paper = of(Relation, "paper", None)


@action(
    "people.link_person",
    on=Child,
    input=LinkPerson,
    roles=WORKERS,
    title=("登记父母、监护人或照料人", "Add a parent, guardian or carer"),
)
def link_person(viewer: Viewer, child: Child, given: LinkPerson) -> Relation:
    """Bind an adult to the child. An adult already known by the same number and name is taken, not doubled."""
    not_ahead(viewer, given, "birth_date", "valid_from")
    if given.bond in (Bond.FATHER, Bond.MOTHER) and child.relations.filter(bond=given.bond, valid_to=None).exists():
        raise wrong(
            given,
            "bond",
            "duplicate",
            _("is already recorded for this child"),
            _("End the earlier entry first if it was wrong."),
        )
    person = _person(viewer, given)
    if child.relations.filter(person=person, bond=given.bond, valid_to=None).exists():
        raise wrong(given, "bond", "duplicate", _("is already recorded for this person"))
    paper = keep_paper(viewer, child, given.paper)
    relation = Relation.objects.create(
        child=child, person=person, bond=given.bond, kinship=_kinship(given), basis=given.basis,
        valid_from=given.valid_from, evidence=given.evidence, paper=paper, recorded_by_id=viewer.user_id,
    )  # fmt: skip
    _told(child, given.bond)
    return relation


def _kinship(given: LinkPerson) -> Kinship:
    return (
        Kinship.PARENT if given.bond in (Bond.FATHER, Bond.MOTHER) and given.kinship == Kinship.NONE else given.kinship
    )


def _told(child: Child, bond: Bond) -> None:
    if bond in GUARDIANS:
        raise_event(workflow.GUARDIAN_CHANGED, child_id=child.pk, bond=str(bond))


def _person(viewer: Viewer, given: LinkPerson) -> Person:
    key = name_keys(given.name).name
    check = read_identity(given.identity_number, viewer.today) if given.identity_number else None
    if check is not None:
        known = Person.objects.filter(identity_key=identity_key(check.normalised), name_key=key).order_by("id").first()
        if known is not None:
            return _kept_up(known, given)
    row_id = next_id(Person)
    person = Person(
        id=row_id,
        name=given.name,
        name_key=key,
        sex=given.sex,
        birth_date=given.birth_date,
        phone=given.phone,
        address=given.address,
    )
    if check is not None:
        person.identity = sealed_identity(Person, row_id, check.normalised)
        person.identity_key = identity_key(check.normalised)
        person.birth_date = person.birth_date or check.birth
        person.sex = SEX_OF[check.sex] if given.sex == Sex.UNKNOWN and check.sex else given.sex
    person.save(force_insert=True)
    return person


def _kept_up(person: Person, given: LinkPerson) -> Person:
    news = {f: v for f in ("phone", "address") if (v := getattr(given, f)) and v != getattr(person, f)}
    if news:
        for field, value in news.items():
            setattr(person, field, value)
        person.save()
    return person


class UnlinkPerson(Given):
    """The end of a bond; it stays in the history."""

    valid_to: date = of(Relation, "valid_to")
    why: Text = ask("原因", "Reason")


@action(
    "people.unlink_person",
    on=Relation,
    input=UnlinkPerson,
    roles=WORKERS,
    allow=child_in_reach,
    title=("终止关系", "End a bond"),
)
def unlink_person(viewer: Viewer, relation: Relation, given: UnlinkPerson) -> Relation:
    """End a bond on a day."""
    not_ahead(viewer, given, "valid_to")
    if relation.valid_from and given.valid_to < relation.valid_from:
        raise wrong(given, "valid_to", "too_early", _("lies before the beginning"), _("Check both dates."))
    relation.valid_to = given.valid_to
    relation.save()
    note(why=given.why)
    _told(relation.child, relation.bond)
    return relation


class OpenHousehold(Given):
    """A household: a register or simply people under one roof."""

    division_id: Place = of(Household, "place_key")
    address: str = of(Household, "address", "")
    register_no: str = of(Household, "register_no", "")


def _here(viewer: Viewer, given: OpenHousehold) -> str | None:
    return None if viewer.reaches(place_key(given, "division_id")) else _("This place is not in your area.")


@action(
    "people.open_household", input=OpenHousehold, roles=WORKERS, allow=_here, title=("建立家庭户", "Open a household")
)
def open_household(viewer: Viewer, given: OpenHousehold) -> Household:
    """Open a household record."""
    key = place_key(given, "division_id")
    return Household.objects.create(
        division_id=given.division_id, place_key=key, address=given.address, register_no=given.register_no
    )


class JoinHousehold(Given):
    """Who joins: a child, or an adult already bound to one."""

    child_no: str = of(Child, "child_no", "")
    person_id: int | None = ask("成年人", "Adult", None)
    head: bool = of(Member, "head", False)
    valid_from: date | None = of(Member, "valid_from", None)


@action(
    "people.join_household", on=Household, input=JoinHousehold, roles=WORKERS, title=("加入家庭户", "Join a household")
)
def join_household(viewer: Viewer, household: Household, given: JoinHousehold) -> Member:
    """Add a member."""
    not_ahead(viewer, given, "valid_from")
    if bool(given.child_no) == (given.person_id is not None):
        raise wrong(given, "child_no", "invalid", _("choose either a child or an adult"))
    child = Child.objects.visible_to(viewer).filter(child_no=given.child_no).first() if given.child_no else None
    if given.child_no and child is None:
        raise wrong(given, "child_no", "unknown", _("is not a child in your area"))
    if given.person_id is not None and not Person.objects.filter(pk=given.person_id).exists():
        raise wrong(given, "person_id", "unknown", _("is not known"))
    who = Q(child=child) if child is not None else Q(person_id=given.person_id)
    if household.members.filter(who, valid_to=None).exists():
        raise wrong(given, "child_no", "duplicate", _("is already a member of this household"))
    return Member.objects.create(
        household=household, child=child, person_id=given.person_id, head=given.head, valid_from=given.valid_from
    )


class LeaveHousehold(Given):
    """The end of a membership."""

    valid_to: date = of(Relation, "valid_to")


def _household_here(viewer: Viewer, member: Member, given: Given) -> str | None:
    if not viewer.reaches(member.household.place_key):
        raise NotFound()
    return None


@action(
    "people.leave_household",
    on=Member,
    input=LeaveHousehold,
    roles=WORKERS,
    allow=_household_here,
    title=("离开家庭户", "Leave a household"),
)
def leave_household(viewer: Viewer, member: Member, given: LeaveHousehold) -> Member:
    """End a membership on a day."""
    not_ahead(viewer, given, "valid_to")
    member.valid_to = given.valid_to
    member.save()
    return member
