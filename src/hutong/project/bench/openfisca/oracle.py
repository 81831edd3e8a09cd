"""The core of the allowance stated twice more, apart from the product: NumPy tables (the floor) and OpenFisca-Core.

Runs in an environment of its own (`oracle.lock`): OpenFisca is under the AGPL, so nothing of it is ever imported by the
product; arrays are exchanged as files. Standards, categories and months are written here anew, from the texts; a fact
that is missing counts as "no", which is all OpenFisca can say. Usage: oracle.py FOLDER; prints figures as JSON.

FOLDER holds plan.json (children, months, words of each enum), one file per fact (little-endian, one value a child) and
`law-<month>`: for each child due x 8 + category, or -1 where the law cannot decide.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core import periods
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Array = Any  # numpy's own types say little more here
ROUNDS = 2
FOLDER = Path(sys.argv[1])
PLAN = json.loads((FOLDER / "plan.json").read_text("utf-8"))
STANDARDS = {
    "institution": {"2025-01-01": {"value": 210_000}, "2026-07-01": {"value": 220_000}},
    "scattered": {"2025-01-01": {"value": 156_000}, "2026-07-01": {"value": 164_000}},
}
TYPES = {"i1": np.int8, "i4": np.int32, "i8": np.int64}


def code(kind: str, word: str) -> int:
    """The number of a word."""
    return int(PLAN["words"][kind].index(word))


@cache
def fact(name: str) -> Array:
    """One value a child."""
    values = np.fromfile(FOLDER / name, dtype=TYPES[PLAN["facts"][name]])
    if name in PLAN["dates"]:
        return values.astype("datetime64[D]")
    return values.astype(bool) if name in PLAN["bools"] else values


def later(day: Array, months: int) -> Array:
    """The corresponding day so many months later, or the last day of that month."""
    month = day.astype("datetime64[M]") + months
    first = month.astype("datetime64[D]")
    last = (month + 1).astype("datetime64[D]") - 1
    return np.minimum(first + (day - day.astype("datetime64[M]").astype("datetime64[D]")), last)


def table(kind: str, words: tuple[str, ...]) -> Array:
    """Whether each word of an enum is among some."""
    return np.isin(np.arange(len(PLAN["words"][kind])), [code(kind, word) for word in words])


PAPERS = table("DeathProof", ("police_cancellation", "medical_certificate", "cremation_certificate", "court_judgment"))
DISABLED = ~table("Disability", ("none",))
MIND = table("Disability", ("intellectual", "mental"))
TERM = table("Custody", ("prison", "drug_isolation", "other"))
NO_TERM = table("Custody", ("compulsory_treatment",))


def severe(disability: Array, grade: Array) -> Array:
    """A severe disability: grades 1 and 2, of the mind up to 4."""
    return DISABLED[disability] & ((grade <= 2) | (MIND[disability] & (grade <= 4)))


def held(custody: Array, months: Array) -> Array:
    """Held for six months or more, or in compulsory treatment, which has no term."""
    return (TERM[custody] & (months >= 6)) | NO_TERM[custody]


ORPHAN, UNATTENDED, NONE = (code("Category", word) for word in ("ORPHAN", "FU", "NONE"))


# the floor: NumPy tables ----------------------------------------------------------------------------------------------
TABLE = np.full((4, 4), NONE, dtype=np.int8)
"""Category by (gone + 2 x in a condition) of the father and of the mother."""
TABLE[1:, 1:] = UNATTENDED
TABLE[1::2, 1::2] = ORPHAN


def floor(months: list[str]) -> list[Array]:
    """Due x 8 + category of each child, month by month."""
    parents = [tuple(fact(f"{side}_{name}") for name in PLAN["parent"]) for side in ("father", "mother")]
    steady = []
    for dead, proof, declared, custody, term, paper, disability, grade, card, contact, since, receipt in parents:
        gone = (dead & PAPERS[proof]) | declared
        met = (severe(disability, grade) & card) | (held(custody, term) & paper)
        waited = np.where(
            (contact == code("Contact", "reported")) & receipt, later(since, 6), np.datetime64("9999-12-31")
        )
        steady.append((gone.view(np.int8), met, waited))
    birthday = later(fact("child_birth"), 216)
    in_school = (fact("child_school") != code("School", "none")) & fact("child_school_full_time")
    schooling = in_school & fact("child_school_proof") & (fact("case_confirmed") <= birthday)
    first = fact("case_confirmed").astype("datetime64[M]") + 1
    in_time = birthday.astype("datetime64[M]")
    relief = fact("child_dibao_fen") + fact("child_tekun_fen") + fact("child_disability_living_fen")
    institution = fact("child_placement") == code("Placement", "institution")
    found = []
    for month in months:
        on = np.datetime64(f"{month}-01")
        father, mother = (gone + 2 * (met | (waited <= on)) for gone, met, waited in steady)
        category = TABLE[father, mother]
        young = on <= birthday
        continues = schooling & (category == ORPHAN)
        category = np.where(young | continues, category, np.int8(NONE))
        standard = np.where(institution, amount_on("institution", month), amount_on("scattered", month))
        amount = np.where(category == ORPHAN, standard, np.maximum(standard - relief, 0))
        payable = (category != NONE) & (on >= first) & ((on <= in_time) | continues)
        found.append(np.where(payable, amount, 0) * 8 + category)
    return found


def amount_on(name: str, month: str) -> int:
    """A standard in force in a month."""
    return max((day, value["value"]) for day, value in STANDARDS[name].items() if day <= f"{month}-01")[1]


# OpenFisca ------------------------------------------------------------------------------------------------------------
CHILD = build_entity(key="child", plural="children", label="A child", is_person=True)
ALWAYS, MONTHLY = periods.DateUnit.ETERNITY, periods.DateUnit.MONTH


def variable(name: str, kind: type, unit: periods.DateUnit, formula: Callable[..., Array] | None = None) -> type:
    """A variable of OpenFisca."""
    body = {"value_type": kind, "entity": CHILD, "definition_period": unit, "label": name}
    return type(name, (Variable,), body | ({"formula": formula} if formula else {}))


def of_parent(side: str) -> list[type]:
    """What is found of one parent."""

    def gone(child: Any, period: Any) -> Array:
        shown = child(f"{side}_dead", period) * PAPERS[child(f"{side}_death_proof", period)]
        return shown + child(f"{side}_missing_declared", period)

    def met(child: Any, period: Any) -> Array:
        disabled = severe(child(f"{side}_disability", period), child(f"{side}_disability_grade", period))
        custody = held(child(f"{side}_custody", period), child(f"{side}_custody_months", period))
        reported = child(f"{side}_contact", period) == code("Contact", "reported")
        long = later(child(f"{side}_lost_accepted", period), 6) <= np.datetime64(str(period.start))
        return (
            disabled * child(f"{side}_disability_card", period)
            + custody * child(f"{side}_custody_paper", period)
            + reported * long * child(f"{side}_lost_receipt", period)
        )

    return [variable(f"{side}_gone", bool, ALWAYS, gone), variable(f"{side}_met", bool, MONTHLY, met)]


def turns_18(child: Any, period: Any) -> Array:
    return later(child("child_birth", period), 216)


def orphan(child: Any, period: Any) -> Array:
    return child("father_gone", period) * child("mother_gone", period)


def unattended(child: Any, period: Any) -> Array:
    father, mother = child("father_met", period), child("mother_met", period)
    return (child("father_gone", period) + father) * (child("mother_gone", period) + mother) * (father + mother)


def continues(child: Any, period: Any) -> Array:
    school = (child("child_school", period) != code("School", "none")) * child("child_school_full_time", period)
    before = child("case_confirmed", period) <= child("turns_18", period)
    return before * child("orphan", period) * school * child("child_school_proof", period)


def category(child: Any, period: Any) -> Array:
    of_age = np.datetime64(str(period.start)) > child("turns_18", period)
    wanted = [of_age * ~child("continues", period), child("orphan", period), child("unattended", period)]
    return np.select(wanted, [NONE, ORPHAN, UNATTENDED], NONE)


def amount(child: Any, period: Any, parameters: Any) -> Array:
    standards, kind = parameters(period).standard, child("category", period)
    inside = child("child_placement", period) == code("Placement", "institution")
    standard = np.where(inside, standards.institution, standards.scattered)
    relief = sum(child(f"child_{name}_fen", period) for name in ("dibao", "tekun", "disability_living"))
    return np.select([kind == ORPHAN, kind == UNATTENDED], [standard, np.maximum(standard - relief, 0)], 0)


def due(child: Any, period: Any) -> Array:
    month = np.datetime64(str(period.start), "M")
    begun = child("case_confirmed", period).astype("datetime64[M]") + 1 <= month
    ended = (month > child("turns_18", period).astype("datetime64[M]")) * ~child("continues", period)
    return child("amount", period) * begun * ~ended


def system() -> TaxBenefitSystem:
    """The country package."""
    found = TaxBenefitSystem([CHILD])
    found.parameters = ParameterNode("", data={"standard": {name: {"values": STANDARDS[name]} for name in STANDARDS}})
    for name in PLAN["facts"]:
        kind = date if name in PLAN["dates"] else bool if name in PLAN["bools"] else int
        found.add_variable(variable(name, kind, ALWAYS))
    formulas = [variable("turns_18", date, ALWAYS, turns_18)]
    formulas += [variable("orphan", bool, ALWAYS, orphan), variable("unattended", bool, MONTHLY, unattended)]
    formulas += [variable("continues", bool, ALWAYS, continues), variable("category", int, MONTHLY, category)]
    formulas += [variable("amount", int, MONTHLY, amount), variable("due", int, MONTHLY, due)]
    for one in (*of_parent("father"), *of_parent("mother"), *formulas):
        found.add_variable(one)
    return found


def simulation(of: TaxBenefitSystem) -> Any:
    """The children with their facts, before anything is computed."""
    found = SimulationBuilder().build_default_simulation(of, count=PLAN["children"])
    for name in PLAN["facts"]:
        found.set_input(name, periods.ETERNITY, fact(name))
    return found


def openfisca(run: Any, months: list[str]) -> list[Array]:
    """Due x 8 + category of each child, month by month."""
    return [run.calculate("due", m).astype(np.int64) * 8 + run.calculate("category", m) for m in months]


# comparison -----------------------------------------------------------------------------------------------------------
def compared(found: list[Array], months: list[str]) -> dict[str, int]:
    """Against the law where it decides; and what these engines call decided although a fact is missing."""
    sums = {"different": 0, "decided": 0, "due": 0, "undecided": 0, "undecided_due": 0}
    for month, mine in zip(months, found, strict=True):
        law = np.fromfile(FOLDER / f"law-{month}", dtype=np.int64)
        known = law >= 0
        sums["different"] += int((law[known] != mine[known]).sum())
        sums["decided"] += int(known.sum())
        sums["due"] += int((mine[known] // 8).sum())
        sums["undecided"] += int((~known).sum())
        sums["undecided_due"] += int((mine[~known] // 8).sum())
    return sums


def measured(months: list[str]) -> dict[str, Any]:
    """Both engines over some months: best seconds, and the comparison."""
    country = system()
    engines: dict[str, Callable[[], Callable[[], list[Array]]]] = {
        "floor": lambda: lambda: floor(months),
        "openfisca": lambda: (lambda run: lambda: openfisca(run, months))(simulation(country)),
    }
    figures: dict[str, Any] = {}
    for name, prepare in engines.items():
        taken = []
        for _ in range(ROUNDS):
            work = prepare()
            start = time.perf_counter()
            found = work()
            taken.append(time.perf_counter() - start)
        figures[name] = {"seconds": min(taken), **compared(found, months)}
    return figures


if __name__ == "__main__":
    for each in PLAN["facts"]:
        fact(each)
    results = {str(count): measured(PLAN["months"][:count]) for count in PLAN["counts"]}
    results["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(json.dumps(results))
