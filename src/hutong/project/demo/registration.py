"""The first weeks: every township registers its children, who brings them up, and what is known of their parents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from hutong.channels.tables import write_xlsx
from hutong.core.files import Upload
from hutong.people.actions import (
    confirm_parent_fact,
    correct_child,
    import_children,
    link_person,
    record_aid,
    record_disability,
    record_parent_fact,
    record_school,
)
from hutong.people.models import ParentFact
from hutong.people.terms import Bond, BondBasis, Evidence, FactState, Kinship, LegalStatus, SchoolLevel, Sex
from hutong.project.demo.plan import HOME, Adult, Kid
from hutong.project.demo.stage import Deed, Stage

HEADS = (
    "姓名", "性别", "出生日期", "公民身份号码", "民族", "实际居住地", "户籍地", "户籍与身份", "养育方式", "健康状况",
    "家庭救助身份", "全国系统编号", "仍要登记的理由", "照料人姓名", "照料人与儿童的关系", "照料人电话",
)  # fmt: skip
TWIN = "核对过户口簿，是另一名儿童（同名同岁）"


def import_township(stage: Stage, kids: list[Kid]) -> None:
    """One spreadsheet of a township; rows held back as possible duplicates are handed in again with a reason."""
    login = registrar(stage, kids[0])
    told = stage.do(login, import_children, {"file": _sheet(kids)})
    held = [kids[row["row"] - 2] for row in told.rows if row["code"] == "held"]
    if held:
        stage.do(login, import_children, {"file": _sheet(held, TWIN)})


def registrar(stage: Stage, kid: Kid) -> str:
    """Who hands in the list a child stands on."""
    return "county" if kid.village == HOME else stage.supervisor(kid.village)


def keeper(stage: Stage, kid: Kid) -> str:
    """Who knows the child and keeps its file."""
    return "institution" if kid.village == HOME else stage.director(kid.village)


def checker(stage: Stage, kid: Kid) -> str:
    """Who confirms what the keeper reports."""
    return "county2" if kid.village == HOME else stage.supervisor(kid.village)


def _sheet(kids: Iterable[Kid], why: str = "") -> Upload:
    rows = [
        (
            k.name, k.sex.zh, k.birth, k.identity, "汉族", k.village, k.registered or "", k.status.zh, k.placement.zh,
            k.health.zh, k.family_aid.zh, k.national_no, why, *_carer(k),
        )
        for k in kids
    ]  # fmt: skip
    return Upload(name="儿童名册.xlsx", data=write_xlsx(HEADS, rows, title="儿童名册"))


def _carer(kid: Kid) -> tuple[str, str, str]:
    """Carers of most children come with the list; guardians who may be paid are taken down one by one."""
    if kid.recipient or kid.carer is None:
        return "", "", ""
    return kid.carer.name, kid.kinship.zh, kid.carer.phone


def by_township(kids: Iterable[Kid]) -> dict[str, list[Kid]]:
    """Children by the township they live in; those of the children's home apart."""
    found: dict[str, list[Kid]] = defaultdict(list)
    for kid in kids:
        found[HOME if kid.village == HOME else kid.village[:9]].append(kid)
    return dict(sorted(found.items()))


def describe(stage: Stage, kid: Kid, child_id: int) -> Iterator[Deed]:
    """What the list does not tell: the guardian, a disability, how a foundling was found."""
    who = keeper(stage, kid)
    if kid.village == HOME:
        yield Deed(who, link_person, child_id, _state_guardian())
    elif kid.recipient and kid.carer:
        yield Deed(who, link_person, child_id, person(kid.carer, Bond.GUARDIAN, BondBasis.LAW, kid.kinship))
    if kid.disability:
        kind, grade = kid.disability
        found = {"kind": kind, "grade": grade, "valid_from": kid.birth + timedelta(days=58)}
        yield Deed(who, record_disability, child_id, found)
    if kid.status == LegalStatus.FOUNDLING:
        yield Deed(who, correct_child, child_id, {"status_evidence": Evidence.FOUNDLING_REPORT})


def _state_guardian() -> dict[str, object]:
    return {"bond": Bond.GUARDIAN, "name": "护桐县民政局", "kinship": Kinship.ORGANISATION, "basis": BondBasis.STATE}


def person(adult: Adult, bond: Bond, basis: BondBasis, kinship: Kinship) -> dict[str, object]:
    """Input of `people.link_person`."""
    return {
        "bond": bond, "name": adult.name, "kinship": kinship, "basis": basis, "sex": Sex(adult.sex),
        "birth_date": adult.birth, "identity_number": adult.identity, "phone": adult.phone,
    }  # fmt: skip


def add_parents(stage: Stage, kid: Kid, child_id: int) -> Iterator[Deed]:
    """Father and mother of a child for whom the allowance may exist."""
    for adult, bond in ((kid.father, Bond.FATHER), (kid.mother, Bond.MOTHER)):
        if adult:
            given = person(adult, bond, BondBasis.BIRTH, Kinship.PARENT)
            yield Deed(keeper(stage, kid), link_person, child_id, given)


def add_troubles(stage: Stage, kid: Kid, child_id: int) -> Iterator[Deed]:
    """What is known of the parents, for all brothers and sisters on file at once."""
    for trouble in kid.troubles:
        given = trouble.given() | {"siblings": kid.village != HOME}
        yield Deed(keeper(stage, kid), record_parent_fact, child_id, given)


def confirm_troubles(stage: Stage, kids: Mapping[int, Kid]) -> Iterator[Deed]:
    """The second person, for children by their numbers."""
    reported = ParentFact.objects.filter(child__in=kids, state=FactState.REPORTED).order_by("child", "id")
    for fact_id, child_id in reported.values_list("id", "child"):
        note = {"note": "入户并与部门数据核对一致"}
        yield Deed(checker(stage, kids[child_id]), confirm_parent_fact, fact_id, note)


def add_income(stage: Stage, kid: Kid, child_id: int, since: date) -> Iterator[Deed]:
    """What the child gets elsewhere, and its school."""
    given = {
        "first_month": since.replace(day=1), "dibao_fen": kid.dibao_fen, "tekun_fen": kid.tekun_fen,
        "disability_living_fen": kid.living_fen, "source": "县社会救助信息",
    }  # fmt: skip
    yield Deed(checker(stage, kid), record_aid, child_id, given)
    if kid.school != SchoolLevel.NONE:
        school = {
            "level": kid.school, "valid_from": since - timedelta(days=200), "public": True, "normal_length": True,
            "evidence": Evidence.SCHOOL_CERTIFICATE,
        }  # fmt: skip
        yield Deed(keeper(stage, kid), record_school, child_id, school)


def register(stage: Stage, group: list[Kid], begin: date, settled: set[int]) -> None:
    """The children of a township who are on file when the history begins; `settled` are those on the old roll."""
    import_township(stage, group)
    ids = stage.child_ids(k.national_no for k in group)
    known = {ids[kid.national_no]: kid for kid in group}
    recipients = {pk: kid for pk, kid in known.items() if kid.number in settled}
    described = [deed for pk, kid in known.items() for deed in describe(stage, kid, pk)]
    stage.do_all(described + [deed for pk, kid in recipients.items() for deed in add_parents(stage, kid, pk)])
    families: set[int] = set()
    troubles: list[Deed] = []
    for pk, kid in recipients.items():
        if kid.family not in families or kid.village == HOME:
            families.add(kid.family)
            troubles += add_troubles(stage, kid, pk)
    stage.do_all(troubles)
    stage.do_all(confirm_troubles(stage, recipients))
    stage.do_all(deed for pk, kid in recipients.items() for deed in add_income(stage, kid, pk, begin))
