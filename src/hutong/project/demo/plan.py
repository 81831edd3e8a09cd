"""Who lives in the demo county: families drawn from the published figures, the same for every run of one month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from hutong.org.queries.datafiles import demo_plan
from hutong.people.terms import (
    DisabilityKind,
    FamilyAid,
    Health,
    Kinship,
    LegalStatus,
    Placement,
    SchoolLevel,
    Sex,
)
from hutong.project.demo.figures import Figures, apportioned, figures, shuffled
from hutong.project.demo.parent_situations import Trouble, orphaned, unattended
from hutong.project.demo.people import Numbers, Phones, account_number, given, specials, surname

RECIPIENTS = ("fu", "orphan_scattered", "orphan_institution", "infected")
"""Situations the living allowance is for."""
HOME = "999901001901"
"""Code of the children's home: a place of its own, opened by the demo."""
NEIGHBOURS = ("999902901901", "999902901902", "999902901903", "999902902901", "999902902902")
"""Codes of the villages of the neighbouring county, in which migrant children are registered; opened by the demo."""


SHOWN = ("999901101201", "999901101202")
"""Villages of the director whose login visitors take: more children than elsewhere, so that there is work."""


@dataclass(frozen=True)
class Adult:
    """A parent, guardian or carer."""

    name: str
    sex: Sex
    birth: date
    identity: str
    phone: str


@dataclass
class Kid:
    """One invented child with everything the history needs to know."""

    number: int
    family: int
    situation: str
    name: str
    sex: Sex
    birth: date
    identity: str
    village: str
    registered: str | None
    father: Adult | None = None
    mother: Adult | None = None
    carer: Adult | None = None
    kinship: Kinship = Kinship.NONE
    troubles: list[Trouble] = field(default_factory=list)
    placement: Placement = Placement.SCATTERED
    status: LegalStatus = LegalStatus.ORDINARY
    health: Health = Health.HEALTHY
    disability: tuple[DisabilityKind, int] | None = None
    school: SchoolLevel = SchoolLevel.NONE
    dibao_fen: int = 0
    tekun_fen: int = 0
    living_fen: int = 0
    account: str = ""

    @property
    def national_no(self) -> str:
        """Number in the national system: how the demo finds its children again."""
        return f"999901{self.number:08d}"

    @property
    def family_aid(self) -> FamilyAid:
        """What the household gets."""
        if self.tekun_fen:
            return FamilyAid.TEKUN
        return FamilyAid.DIBAO if self.dibao_fen else FamilyAid.NONE

    @property
    def recipient(self) -> bool:
        """Does the allowance exist for children in this situation?"""
        return self.situation in RECIPIENTS


def ages(dice: Random, kind: str, table: Figures) -> int:
    """Age in days, from the published bands."""
    bands = {
        "0-5": (60, 2190), "6-13": (2192, 5110), "14-16": (5115, 5840),
        "preschool": (300, 2190), "primary": (2200, 4380), "junior": (4400, 5475), "senior": (5500, 6560),
        "other": (400, 6560),
    }  # fmt: skip
    shares = table.schooling if kind in RECIPIENTS else table.ages
    return dice.randrange(*bands[shares.drawn(dice)])


def school_at(dice: Random, years: float) -> SchoolLevel:
    """Where a child of that age usually goes."""
    if years < 3:
        return SchoolLevel.NONE
    if years < 6.2:
        return SchoolLevel.KINDERGARTEN if dice.random() < 0.8 else SchoolLevel.NONE
    if years < 12.2:
        return SchoolLevel.PRIMARY
    if years < 15.2:
        return SchoolLevel.JUNIOR_HIGH
    return dice.choice([SchoolLevel.SENIOR_HIGH, SchoolLevel.SENIOR_HIGH, SchoolLevel.VOCATIONAL])


def villages() -> list[str]:
    """Codes of the villages and communities that people live in, in the order of the tree."""
    found = []
    for town in demo_plan()["townships"]:
        numbers = {"社区": 0, "村": 200}
        for name in town["villages"]:
            series = "社区" if name.endswith("社区") else "村"
            numbers[series] += 1
            if "虚拟" not in name:
                found.append(f"{town['code']}{numbers[series]:03d}")
    return found


@dataclass
class Planner:
    """Draws family after family until every situation has its number of children."""

    begin: date
    table: Figures
    dice: Random
    numbers: Numbers = field(default_factory=Numbers)
    phones: Phones = field(default_factory=Phones)
    kids: list[Kid] = field(default_factory=list)
    families: int = 0
    support: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self.support = self._supported()

    def run(self) -> list[Kid]:
        """Every child."""
        homes = villages()
        weights = [self.dice.uniform(0.4, 1.8) * (3 if home in SHOWN else 1) for home in homes]
        for situation, wanted in self.table.situations.counts.items():
            causes = self._causes(wanted)
            left = wanted
            while left:
                size = min(left, 1 + ("one", "two", "three").index(self.table.families.drawn(self.dice)))
                home = HOME if situation == "orphan_institution" else self.dice.choices(homes, weights)[0]
                self._family(situation, size if situation != "orphan_institution" else 1, home, causes)
                left = wanted - sum(k.situation == situation for k in self.kids)
        self._rename()
        return self.kids

    def _causes(self, wanted: int) -> Iterator[str]:
        """Causes of families; a few more than children, so that the iterator never runs dry."""
        row = shuffled(self.dice, apportioned(wanted, self.table.causes.shares))
        while True:
            yield from row

    def _adult(self, kind: str, years: tuple[int, int], family: str = "") -> Adult:
        sex = Sex.MALE if kind in ("father", "grandfather") else Sex.FEMALE
        birth = self.begin - timedelta(days=self.dice.randrange(years[0] * 365, years[1] * 365))
        name = (family or surname(self.dice)) + given(self.dice, kind)
        return Adult(name, sex, birth, self.numbers.next(birth, sex), self.phones.next())

    def _family(self, situation: str, size: int, home: str, causes: Iterator[str]) -> None:
        dice, recipient = self.dice, situation in RECIPIENTS
        self.families += 1
        family = surname(dice)
        born = sorted((ages(dice, situation, self.table) for _ in range(size)), reverse=True)
        eldest = born[0] // 365
        father = self._adult("father", (eldest + 21, eldest + 34), family)
        mother = self._adult("mother", (eldest + 20, eldest + 31))
        carer, kinship = self._carer(family, eldest)
        troubles: list[Trouble] = []
        if situation == "fu":
            troubles = unattended(dice, next(causes), self.begin, born[-1])
        elif situation.startswith("orphan"):
            troubles = orphaned(dice, self.begin, born[-1])
        foundling = situation == "orphan_institution" and dice.random() < 0.4
        registered = self._registered(situation, home)
        aid = self._aid() if recipient and not foundling and situation == "fu" else (0, 0, 0)
        for days in born:
            kid = self._kid(situation, family, home, registered, days)
            kid.dibao_fen, kid.tekun_fen = aid[:2]
            kid.living_fen = aid[2] if kid.disability else 0
            if foundling:
                self._found(kid)
                continue
            kid.father, kid.mother, kid.troubles = father, mother, troubles
            if situation != "orphan_institution":
                kid.carer, kid.kinship = carer, kinship
            if recipient:
                kid.account = account_number(dice)

    def _found(self, kid: Kid) -> None:
        kid.status, kid.name = LegalStatus.FOUNDLING, "护" + given(self.dice, "boy" if kid.sex == Sex.MALE else "girl")
        kid.health = Health.DISABLED if self.dice.random() < 0.6 else Health.HEALTHY
        kid.disability = (DisabilityKind.PHYSICAL, 2) if kid.health == Health.DISABLED else None

    def _carer(self, family: str, eldest: int) -> tuple[Adult, Kinship]:
        dice = self.dice
        if self.table.carers.drawn(dice) == "kin":
            return self._adult("mother", (28, 52), family), Kinship.AUNT_UNCLE
        if dice.random() < 0.67:
            kind, own = ("grandfather", family) if dice.random() < 0.45 else ("grandmother", "")
            return self._adult(kind, (eldest + 44, eldest + 58), own), Kinship.PATERNAL_GRANDPARENT
        return self._adult("grandmother", (eldest + 42, eldest + 57)), Kinship.MATERNAL_GRANDPARENT

    def _registered(self, situation: str, home: str) -> str | None:
        if situation == "without_papers":
            return None
        if situation == "migrant":
            return self.dice.choice(NEIGHBOURS)
        return home

    def _aid(self) -> tuple[int, int, int]:
        """A family is on one roll: tekun, or dibao, or neither; the living subsidy goes with a disability."""
        aid, kind = self.table.aid, next(self.support)
        dibao = self.dice.choice(aid.dibao.fen) if kind == "dibao" else 0
        tekun = self.dice.choice(aid.tekun.fen) if kind == "tekun" else 0
        return dibao, tekun, aid.disability_living.fen[0]

    def _supported(self) -> Iterator[str]:
        """What families are on, in the very shares of the figures: a hundred at a time, shuffled."""
        aid = self.table.aid
        shares = {"tekun": aid.tekun.share, "dibao": aid.dibao.share}
        counts = apportioned(100, shares | {"none": 100 - sum(shares.values())})
        while True:
            yield from shuffled(self.dice, counts)

    def _kid(self, situation: str, family: str, home: str, registered: str | None, days: int) -> Kid:
        dice, table = self.dice, self.table
        sex = Sex.MALE if dice.random() * 100 < table.boys.share else Sex.FEMALE
        birth = self.begin - timedelta(days=days)
        name = family + given(dice, "boy" if sex == Sex.MALE else "girl")
        while any(k.name == name for k in self.kids if k.family == self.families):
            name = family + given(dice, "boy" if sex == Sex.MALE else "girl")
        papers = situation != "without_papers"
        kid = Kid(
            number=len(self.kids) + 1, family=self.families, situation=situation, name=name, sex=sex, birth=birth,
            identity=self.numbers.next(birth, sex) if papers else "", village=home, registered=registered,
            school=school_at(dice, days / 365.25),
        )  # fmt: skip
        kid.status = LegalStatus.ORDINARY if papers else LegalStatus.NO_REGISTRATION
        kid.placement = Placement.INSTITUTION if situation == "orphan_institution" else Placement.SCATTERED
        healthy = table.health.recipients if kid.recipient else table.health.others
        if situation == "difficult" or dice.random() * 100 > healthy:
            self._ill(kid)
        self.kids.append(kid)
        return kid

    def _ill(self, kid: Kid) -> None:
        if self.dice.random() < 0.7:
            kid.health = Health.DISABLED
            kid.disability = (self.dice.choice(list(DisabilityKind)), self.dice.randint(1, 4))
        else:
            kid.health = Health.ILL

    def _rename(self) -> None:
        """Names every system must bear go to children of several situations."""
        for place, special in enumerate(specials()):
            fitting = [k for k in self.kids if k.sex == special["sex"] and k.status == LegalStatus.ORDINARY]
            fitting[(place * 379) % len(fitting)].name = special["name"]


def plan(today: date) -> list[Kid]:
    """Everybody, as they are when the history begins: six months before this month."""
    table = figures()
    return Planner(first_month(today, table.history.months), table, Random(table.seed)).run()  # noqa: S311 (no secret)


def first_month(today: date, months: int) -> date:
    """First day of the month that lies so many months back."""
    index = today.year * 12 + today.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
