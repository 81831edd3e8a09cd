"""A county of ten thousand children over two months, with every fault of decisions, payments and tables mixed in.

The children come by roll files and by applications, through the same actions as in life and in bulk; what happens to
each is written down beside, in the book of `ledger.py`, which then says who must be paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any

from openpyxl import Workbook

from hutong.benefits import actions as benefits
from hutong.benefits.models import Award, RollImport, RollRow
from hutong.benefits.tests import build
from hutong.channels.content import Fen
from hutong.channels.tables import write_xlsx
from hutong.core.action import ActionSpec
from hutong.core.errors import Conflict
from hutong.core.files import Upload
from hutong.core.many import Item, bulk
from hutong.core.viewer import Viewer, acting
from hutong.money import actions as money
from hutong.money.models import AccountVersion, Order
from hutong.money.tests.build import account_input, card_numbers
from hutong.org.terms import Role
from hutong.people import actions as people
from hutong.people.models import Child
from hutong.people.tests.build import identity, places
from hutong.project.tests.ledger import NOVEMBER, OCTOBER, STANDARD, Kid, Ledger

HEADS = (
    "儿童姓名", "公民身份号码", "出生日期", "所在村（社区）", "保障类别", "起始月", "月发放额", "收款人", "银行账号",
    "开户银行", "仍要登记的理由",
)  # fmt: skip
VILLAGES = ("999901101201", "999901101202", "999901102201")
FAR_COUNTY, FAR_VILLAGE = "999902", "999902101201"
SURNAMES = "田安白陈丁方高何金李马宁潘秦苏王徐杨张周"
GIVEN = "安博川丹恩刚航佳凯磊敏妮鹏琪瑞思涛婉欣雅泽栋飞桂慧军康亮梅楠平倩柔爽婷薇雪志"
"""No two sound alike: files that do are compared before they are paid, and here only those meant to be are."""
APPLIED, ROLLED, FIRST, BETWEEN, SECOND = (
    build.at(2026, 9, 21), build.at(2026, 9, 28), build.at(2026, 10, 20), build.at(2026, 11, 9), build.at(2026, 11, 20)
)  # fmt: skip
BANK = "澄梧农商行"


@dataclass
class County:
    """Who sits at which post, the book, and the dice."""

    size: int
    seed: int
    book: Ledger = field(default_factory=Ledger)
    rolls: list[RollImport] = field(default_factory=list)
    made: int = 0

    def __post_init__(self) -> None:
        self.draw = Random(self.seed)
        cards = card_numbers(self.seed * 100_000 + 1)
        self.cards = (card for card in cards if not card.endswith("000"))  # a table would say that digits were lost
        self.places = places()
        self.posts = {name: build.officer(now=APPLIED) for name in ("first", "second", "third")}
        self.posts |= {"town": build.supervisor(now=APPLIED), "finance": build.finance(now=APPLIED)}
        self.posts["city"] = build.staff(Role.CITY_OFFICER, "9999", APPLIED)
        self.posts["far"] = build.officer(FAR_COUNTY, now=APPLIED)

    def at(self, post: str, now: datetime) -> Viewer:
        return replace(self.posts[post], now=now)

    def kid(self, *tags: str, **given: Any) -> Kid:
        """Another child; no two have the same name, and those born on one day have numbers far apart."""
        n = self.made
        self.made += 1
        k = n * 7919 % (len(SURNAMES) * len(GIVEN) ** 2)
        surname, k = SURNAMES[k % len(SURNAMES)], k // len(SURNAMES)
        born = given.pop("born", date(2009, 6, 1) + timedelta(days=n * 13 % 5003))
        fields = {
            "name": surname + GIVEN[k % len(GIVEN)] + GIVEN[k // len(GIVEN)], "born": born,
            "number": _number(born, n // 5003), "village": self.draw.choice(VILLAGES),
            "holder": f"{surname}秀兰", "account": next(self.cards), "tags": set(tags),
        }  # fmt: skip
        kid = Kid(**fields | given)
        self.book.kids.append(kid)
        return kid

    def some(self, kids: Sequence[Kid], share: float) -> list[Kid]:
        """A drawn part of them; the same child may be drawn for several faults."""
        return self.draw.sample(kids, max(3, round(len(kids) * share)))


def _number(born: date, nth: int) -> str:
    """A number that is no slip of another one: births that differ in a digit, or in two that changed places, differ in
    the last three digits too, and so do children born on one day."""
    digits = [int(digit) for digit in f"{born:%Y%m%d}"]
    plain, weighted = sum(digits), sum(at * digit for at, digit in enumerate(digits, start=1))
    return identity(born, (1 + nth) * 100 + (plain + 3 * nth) % 10 * 10 + (weighted + 7 * nth) % 10)


def tagged(county: County, tag: str) -> list[Kid]:
    """The children with a fault of this name."""
    return [kid for kid in county.book.kids if tag in kid.tags]


def all_of(spec: ActionSpec[Any], who: Viewer, items: Iterable[tuple[Any, Any]]) -> list[Any]:
    """One action with many (record, input), in one act; each must be done."""
    return [answer.got() for answer in bulk(spec, who, [Item(given, target) for target, given in items])]


# By roll ------------------------------------------------------------------------------------------------------------


def by_roll(county: County) -> list[Kid]:
    """The roll of the earlier system, a second one with every fault of a table, and a third nobody confirmed."""
    kids = [county.kid("roll", fen=county.draw.choice((STANDARD, STANDARD, 156_000, 103_000))) for _n in range(
        county.size
    )]  # fmt: skip
    _shared(county, kids)
    _at_eighteen(county)
    dead = [county.kid("dead before the roll", taken=False) for _n in range(10)]
    _on_file_as_dead(county, dead)
    taken = [kid for kid in county.book.kids if kid.taken and not kid.applied]
    paid_already = tagged(county, "orphan")[:15]
    bad = [county.kid("bad digit", taken=False) for _n in range(30)]
    for kid in bad:
        kid.number = kid.number[:-1] + ("0" if kid.number[-1] != "0" else "1")
    rows = [_row(kid) for kid in (*taken, *dead, *bad, *paid_already)]
    county.draw.shuffle(rows)
    data = write_xlsx(HEADS, rows)
    _take_over(county, data, confirmed=True)
    _refused_again(county, data)
    _odd_table(county, taken)
    waiting = [county.kid("roll nobody confirmed", waits=True) for _n in range(50)]
    _take_over(county, write_xlsx(HEADS, map(_row, waiting)), confirmed=False)
    _known(county)
    _approve(county)
    return [kid for kid in kids if kid.taken]


def _row(kid: Kid, why: str = "") -> tuple[Any, ...]:
    category = "孤儿" if len(kid.tags) % 2 else "事实无人抚养儿童"
    return (
        kid.name, kid.number, kid.born, kid.village, category, "2024-03", Fen(kid.fen), kid.holder, kid.account, BANK,
        why,
    )  # fmt: skip


def _shared(county: County, kids: list[Kid]) -> None:
    """Families in which one account receives for several children: fewer than four, too many, and confirmed ones."""
    pool = iter(county.draw.sample(kids, 90))
    for size, confirmed in [(3, 0), (4, 0), (5, 0), (6, 6), (5, 5), (5, 4)] * 3:
        family = [next(pool) for _n in range(size)]
        for kid in family:
            kid.account, kid.holder = family[0].account, family[0].holder
            kid.tags.add(f"account of {size}, {confirmed} confirmed")
        if confirmed:
            county.book.confirmed[family[0].account] = confirmed


def _at_eighteen(county: County) -> None:
    """The month of the eighteenth birthday is the last one paid. Who was of age already when the roll came is paid as
    the roll says, perhaps for a school, and the county is asked."""
    for born, last in (
        (date(2008, 9, 30), date(2026, 9, 1)),
        (date(2008, 10, 31), OCTOBER),
        (date(2008, 11, 30), NOVEMBER),
    ):
        for n in range(5):
            day = born - timedelta(days=n)
            of_age = day.replace(year=2026) <= ROLLED.date()
            county.kid("eighteen", born=day, last=None if of_age else last, number=_number(day, 3 + n))


def _on_file_as_dead(county: County, kids: list[Kid]) -> None:
    children = _registered(county, kids)
    died = {"died_on": "2026-08-05", "evidence": "death_certificate"}
    all_of(people.record_death, county.at("first", APPLIED), [(child, died) for child in children])


def _registered(county: County, kids: list[Kid]) -> list[Child]:
    given = [
        (None, {"name": kid.name, "birth_date": kid.born, "identity_number": kid.number,
                "actual_id": county.places[kid.village].pk, "registered_id": county.places[kid.village].pk,
                "in_spite_of": "户口簿核对无误，不是同一名儿童"})
        for kid in kids
    ]  # fmt: skip
    children = all_of(people.register_child, county.at("first", APPLIED), given)
    for kid, child in zip(kids, children, strict=True):
        kid.child = child.pk
    return children


def _take_over(county: County, data: bytes, *, confirmed: bool, **answers: Any) -> RollImport:
    given = {"place_id": county.places[build.COUNTY].pk, "first_month_here": "2026-10"}
    upload = Upload(name=f"名册{len(county.rolls) + 1}.xlsx", data=data)
    roll = benefits.import_roll(county.at("first", ROLLED), given | {"file": upload} | answers)
    if confirmed:
        benefits.confirm_roll(county.at("second", ROLLED), roll)
    county.rolls.append(roll)
    return roll


def _refused_again(county: County, data: bytes) -> None:
    """The same file again is refused whole."""
    try:
        _take_over(county, data, confirmed=True)
    except Conflict:
        return
    raise AssertionError("the same file was taken over twice")


def _odd_table(county: County, taken: list[Kid]) -> None:
    """Hidden rows that are left out, an error cell, an account as an exponent, a child again, one that sounds alike."""
    book = Workbook()
    book.active.append(HEADS)
    hidden = [county.kid("hidden row", taken=False) for _n in range(8)]
    for kid in hidden:
        book.active.append(_plain(_row(kid)))
        book.active.row_dimensions[book.active.max_row].hidden = True
    for column, text in ((6, "#N/A"), (8, "6.2999E+18"), (3, "无此村"), (6, "一千")):
        for _n in range(5):
            cells = _plain(_row(county.kid(f"cell {text}", taken=False)))
            book.active.append([*cells[:column], text, *cells[column + 1 :]])
    for kid in county.draw.sample(taken, 10):
        book.active.append(_plain(_row(replace(kid, account=next(county.cards)))))
    for kid in county.draw.sample([kid for kid in taken if kid.tags == {"roll"}], 10):
        kid.tags.add("has a second file")
        second = county.kid("sounds alike, same birthday", born=kid.born, number="", doubtful=True)
        second.name, second.village = kid.name, kid.village
        book.active.append(_plain(_row(second, "户主称是另一名儿童")))
    out = BytesIO()
    book.save(out)
    _take_over(county, out.getvalue(), confirmed=True, hidden_rows="leave")


def _plain(cells: Sequence[Any]) -> list[Any]:
    return [cell.amount / 100 if isinstance(cell, Fen) else cell for cell in cells]


def _known(county: County) -> None:
    """The numbers of the awards and orders that came of the rolls."""
    by_name: dict[tuple[str, date, bool], Kid] = {
        (kid.name, kid.born, not kid.number): kid for kid in county.book.kids if kid.taken and not kid.applied
    }
    with acting(county.at("first", ROLLED)):
        for award in Award.objects.filter(application=None).select_related("child").order_by("id"):
            child = award.child
            kid = by_name[child.name, child.birth_date, child.identity_key is None]
            kid.child, kid.award, kid.order = child.pk, award.pk, award.order_id or 0
        missed = {kid.name: kid.tags for kid in by_name.values() if not kid.order}
        told = RollRow.objects.filter(child_name__in=[*missed, ""]).values_list("child_name", "state", "errors")
        assert not missed, ("rows that had to be taken", list(missed.items())[:5], list(told)[:5])


def _approve(county: County) -> None:
    """A second officer compares the accounts; some he does not find right. Some shared ones are confirmed."""
    taken = [kid for kid in county.book.kids if kid.taken and not kid.applied]
    unlike = county.some([kid for kid in taken if not any("account of" in tag for tag in kid.tags)], 0.004)
    for kid in unlike:
        kid.approved = False
        kid.tags.add("account not approved")
    second = county.at("second", ROLLED)
    with acting(second):
        by_order = dict(Order.objects.values_list("payee_id", "id"))
        versions = {by_order[version.payee_id]: version for version in AccountVersion.objects.order_by("id")}
    all_of(money.approve_account, second, [(versions[kid.order], {}) for kid in taken if kid.approved])
    for account, most in county.book.confirmed.items():
        kid = next(kid for kid in taken if kid.account == account)
        receiving = sum(other.account == account for other in taken)
        given = {"most": most, "why": "一户多孩，已入户核实"}
        if most >= receiving:
            money.confirm_shared_account(second, versions[kid.order], given)
        else:
            county.book.confirmed[account] = 0


# By application -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A sort of application: how many, the parents, what the child gets elsewhere, who receives."""

    tag: str
    parents: str = "dead"
    dibao: int = 0
    tekun: int = 0
    payee: str = "guardian"
    many: int = 6


KINDS = (
    Kind("orphan", many=20),
    Kind("top-up", "lost", dibao=61_000),
    Kind("topped up to zero", "lost", tekun=STANDARD),
    Kind("raised", "lost", dibao=61_000),
    Kind("suspended"),
    Kind("suspended and lifted with arrears"),
    Kind("reduced"),
    Kind("ended by death"),
    Kind("guardian removed"),
    Kind("payee dead", payee="father"),
    Kind("payee jailed", "jailed", payee="mother"),
    Kind("no payee", payee=""),
    Kind("handover proposed"),
    Kind("handover accepted"),
)
FACTS = {
    "dead": (
        {"side": "father", "status": "dead", "since": "2021-03-02", "evidence": "household_cancellation"},
        {"side": "mother", "status": "dead", "since": "2022-09-20", "evidence": "death_certificate"},
    ),
    "lost": (
        {"side": "father", "status": "dead", "since": "2020-05-08", "evidence": "cremation"},
        {"side": "mother", "status": "lost_contact", "since": "2019-02-10", "reported_on": "2023-03-01",
         "accepted_on": "2023-03-03", "evidence": "police_receipt"},
    ),
    "jailed": (
        {"side": "father", "status": "dead", "since": "2020-05-08", "evidence": "cremation"},
        {"side": "mother", "status": "prison", "since": "2024-04-01", "term_from": "2024-04-01", "term_months": 72,
         "evidence": "custody_paper"},
    ),
}  # fmt: skip


def by_application(county: County) -> None:
    """Some hundred children whose families applied, decided by the county in September."""
    for kind in KINDS:
        fen = STANDARD - kind.dibao - kind.tekun
        kids = [county.kid(kind.tag, fen=fen, village=VILLAGES[0]) for _n in range(kind.many)]
        _decided(county, kind, kids)
    _of_one_number(county)
    _contradicted(county)


def _of_one_number(county: County) -> None:
    """A second file under the number of a child that is on a roll: whoever came later waits."""
    firsts = county.draw.sample([kid for kid in county.book.kids if kid.tags == {"orphan"}], 6)
    kind = Kind("second file under the same number")
    seconds = [county.kid(kind.tag, born=kid.born, number=kid.number, doubtful=True, village=VILLAGES[0])
               for kid in firsts]  # fmt: skip
    _decided(county, kind, seconds)


def _decided(county: County, kind: Kind, kids: list[Kid]) -> None:
    children = _registered(county, kids)
    first, second, town = (county.at(post, APPLIED) for post in ("first", "second", "town"))
    _described(county, kind, children)
    persons = _carers(county, kind, children, kids)
    apply = {"applicant_kind": "guardian", "applicant_name": "田桂英", "statement": "请予保障"}
    applications = all_of(benefits.apply, town, [(None, apply | {"child_id": child.pk}) for child in children])
    paper = {"kind": "identity", "about": "applicant", "file": build.photo()}
    all_of(benefits.add_proof, town, [(one, paper) for one in applications])
    all_of(benefits.file_application, town, [(one.pk, {}) for one in applications])
    opinion = {"opinion": "meets", "found": "入户查看，情况属实"}
    all_of(benefits.verify, town, [(one.pk, opinion) for one in applications])
    if kind.payee:
        _payees(county, kids, persons)
    awards = all_of(benefits.confirm, second, [(one.pk, {}) for one in applications])
    with acting(first):
        fresh = Award.objects.in_bulk([award.pk for award in awards])
    for kid, award in zip(kids, awards, strict=True):
        kid.award, kid.order = award.pk, fresh[award.pk].order_id or 0
        kid.applied, kid.payee, kid.payee_gone = True, bool(kind.payee), kind.payee in ("father", "mother")


def _described(county: County, kind: Kind, children: list[Child]) -> None:
    """Both parents, found by one person and confirmed by another, and what is paid elsewhere."""
    town, first = county.at("town", APPLIED), county.at("first", APPLIED)
    facts = all_of(people.record_parent_fact, town, [(c, fact) for c in children for fact in FACTS[kind.parents]])
    all_of(people.confirm_parent_fact, first, [(fact, {}) for fact in facts])
    aid = {"first_month": "2024-01", "dibao_fen": kind.dibao, "tekun_fen": kind.tekun, "disability_living_fen": 0}
    all_of(people.record_aid, first, [(child, aid) for child in children])


def _carers(county: County, kind: Kind, children: list[Child], kids: list[Kid]) -> list[int]:
    """The grandmother, guardian by law, and where somebody else receives that adult too."""
    first = county.at("first", APPLIED)
    guardian = {"bond": "guardian", "kinship": "paternal_grandparent", "basis": "law", "sex": "female"}
    given = [(child, guardian | {"name": kid.holder}) for child, kid in zip(children, kids, strict=True)]
    bonds = all_of(people.link_person, first, given)
    if kind.payee in ("father", "mother"):
        parent = {"bond": kind.payee, "sex": "male" if kind.payee == "father" else "female"}
        given = [(child, parent | {"name": kid.holder[0] + "春华"}) for child, kid in zip(children, kids, strict=True)]
        bonds = all_of(people.link_person, first, given)
    return [bond.person_id for bond in bonds]


def _payees(county: County, kids: list[Kid], persons: list[int]) -> None:
    first, second = county.at("first", APPLIED), county.at("second", APPLIED)
    named = [
        (None, {"child_id": kid.child, "kind": "guardian", "name": kid.holder, "person_id": person,
                "place_id": county.places[kid.village].pk})
        for kid, person in zip(kids, persons, strict=True)
    ]  # fmt: skip
    payees = all_of(money.name_payee, first, named)
    accounts = [account_input(kid.account, holder=kid.holder, bank=BANK) for kid in kids]
    versions = all_of(money.propose_account, first, zip([payee.pk for payee in payees], accounts, strict=True))
    all_of(money.approve_account, second, [(version.pk, {}) for version in versions])


def _contradicted(county: County) -> None:
    """A father recorded as dead and as able at once: nobody decides on that before it is settled."""
    kids = [county.kid("facts contradict", taken=False, village=VILLAGES[0]) for _n in range(5)]
    children = _registered(county, kids)
    _described(county, Kind(""), children)
    town, first = county.at("town", APPLIED), county.at("first", APPLIED)
    able = {"side": "father", "status": "able", "since": "2026-01-10", "evidence": "village_certificate"}
    facts = all_of(people.record_parent_fact, town, [(child, able) for child in children])
    all_of(people.confirm_parent_fact, first, [(fact, {}) for fact in facts])
    apply = {"applicant_kind": "guardian", "applicant_name": "田桂英", "statement": "请予保障"}
    made = all_of(benefits.apply, town, [(None, apply | {"child_id": child.pk}) for child in children])
    all_of(benefits.file_application, town, [(one.pk, {}) for one in made])
    all_of(benefits.verify, town, [(one.pk, {"opinion": "meets", "found": "情况不一致"}) for one in made])
    answers = bulk(benefits.confirm, county.at("second", APPLIED), [Item({}, one.pk) for one in made])
    assert all(answer.error is not None for answer in answers), "decided on facts that contradict each other"
