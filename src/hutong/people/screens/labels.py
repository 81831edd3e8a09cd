"""Labels of fields and small cells that several panels share."""

from __future__ import annotations

from datetime import date
from typing import Any

from hutong.channels.content import Badge, Place, Tone
from hutong.channels.web.files import file_link
from hutong.core.access import MASK, shown
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.people.actions.registering import UNNAMED
from hutong.people.models import Child
from hutong.people.terms import BirthPrecision, FactState

CHILD = {
    "child_no": ("儿童编号", "Child number"),
    "name": ("姓名", "Name"),
    "sex": ("性别", "Sex"),
    "birth_date": ("出生日期", "Birth date"),
    "birth_precision": ("日期准确程度", "How exact"),
    "ethnicity": ("民族", "Ethnic group"),
    "identity": ("公民身份号码", "Identity number"),
    "national_no": ("全国系统编号", "Number in the national system"),
    "status": ("户籍与身份", "Legal status"),
    "status_evidence": ("身份证明", "Proof of the status"),
    "placement": ("养育方式", "Placement"),
    "health": ("健康状况", "Health"),
    "family_aid": ("家庭救助身份", "Assistance status of the family"),
    "registered_key": ("户籍地", "Household registration"),
    "actual_key": ("实际居住地", "Lives in"),
    "address": ("详细地址", "Address"),
    "died_on": ("死亡日期", "Died on"),
    "merged_into": ("已并入", "Merged into"),
}
PARENT_FACT = {
    "child": ("儿童", "Child"),
    "side": ("父亲或母亲", "Which parent"),
    "status": ("情形", "Situation"),
    "since": ("自", "Since"),
    "until": ("至", "Until"),
    "term_from": ("刑期或措施起始日", "Sentence or measure from"),
    "term_months": ("刑期或措施期限（月）", "Sentence or measure, months"),
    "reported_on": ("失联报案日期", "Reported to the police on"),
    "accepted_on": ("警方受理日期", "Accepted by the police on"),
    "lost_steps": ("五步核实已完成步数", "Steps of the five-step proof"),
    "disability_kind": ("残疾类别", "Kind of disability"),
    "disability_grade": ("残疾等级", "Grade of disability"),
    "witnesses": ("邻里证人数", "Neighbours' statements"),
    "note": ("说明", "Note"),
    "evidence": ("证明", "Proof"),
    "paper": ("证明材料", "Paper"),
    "state": ("核实", "Confirmed"),
    "confirmed_on": ("核实日期", "Confirmed on"),
    "replaces": ("替代", "Replaces"),
}
RELATION = {
    "child": ("儿童", "Child"),
    "person": ("姓名", "Name"),
    "bond": ("角色", "Role"),
    "kinship": ("与儿童的关系", "Kinship"),
    "basis": ("依据", "Basis"),
    "valid_from": ("自", "Since"),
    "valid_to": ("至", "Until"),
    "evidence": ("证明", "Proof"),
    "paper": ("证明材料", "Paper"),
}
_TONES: dict[str, Tone] = {FactState.REPORTED: "warn", FactState.CONFIRMED: "good", FactState.REJECTED: "plain"}


def labels(*pairs: tuple[str, str]) -> list[Label]:
    """Headings of a small table."""
    return [Label(*pair) for pair in pairs]


def name_of(viewer: Viewer, child: Child) -> str:
    """What a child is called towards this viewer: its name, or its number where it has none yet."""
    name = shown(viewer, child, "name")
    if name == MASK:
        return f"{MASK} {child.child_no[-4:]}"
    return name or f"{UNNAMED.text(viewer.locale)} {child.child_no}"


def age_on(birth: date, day: date) -> int:
    """Full years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def birth_cell(viewer: Viewer, child: Child) -> Any:
    """Birth date as exactly as it is known, with the age."""
    if child.birth_date is None:
        return None
    years = age_on(child.birth_date, child.died_on or viewer.today)
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
