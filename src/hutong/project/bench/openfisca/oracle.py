"""The allowance stated again, apart from the product: its core as NumPy tables (the floor) and in OpenFisca-Core, and
the whole law in OpenFisca-Core.

Runs in an environment of its own (`oracle.lock`): OpenFisca is under the AGPL, so nothing of it is ever imported by the
product; arrays are exchanged as files. Of the core, standards, categories and months are written here anew, from the
texts, and a fact that is missing counts as "no". The whole law comes written as Variables (`bench/country.py`), with
what is unknown. Usage: oracle.py FOLDER; prints figures as JSON.

FOLDER holds plan.json (children, months, words of each enum), country.py, one file per fact that anybody states and one
per month with what the law says of each child: numbers in text, dates as days since 1970, `plan["unknown"]` for NULL.
"""

from __future__ import annotations

import json
import resource
import runpy
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
ROUNDS = 3
FOLDER = Path(sys.argv[1])
PLAN = json.loads((FOLDER / "plan.json").read_text("utf-8"))
STANDARDS = {
    "institution": {"2025-01-01": {"value": 210_000}, "2026-07-01": {"value": 220_000}},
    "scattered": {"2025-01-01": {"value": 156_000}, "2026-07-01": {"value": 164_000}},
}
TYPES = {"BOOLEAN": bool, "TINYINT": np.int8, "INT": np.int32, "DATE": "datetime64[D]", "BIGINT": np.int64}
UNKNOWN = PLAN["unknown"]


def code(kind: str, word: str) -> int:
    """The number of a word."""
    return int(PLAN["words"][kind].index(word))


def stated(name: str) -> Array:
    """One number a child, as it was stated."""
    return np.fromfile(FOLDER / name, dtype=np.int64, sep=" ")


@cache
def fact(name: str) -> Array:
    """The same as the core takes it: its "no" where it is missing."""
    values = stated(name)
    values[values == UNKNOWN] = PLAN["missing"][name]
    return values.astype(TYPES[PLAN["facts"][name]])


@cache
def law(month: str) -> dict[str, Array]:
    """What the law says of a month: outputs and reasons."""
    names = PLAN["law"]
    values = np.fromfile(FOLDER / f"law-{month}", dtype=np.int64, sep=" ").reshape(-1, len(names))
    return {name: values[:, at] for at, name in enumerate(names)}


def later(day: Array, months: int) -> Array:
    """The corresponding day so many months later, or the last day of that month."""
    month = day.astype("datetime64[M]")
    passed = day - month.astype("datetime64[D]")
    month += months
    last = (month + 1).astype("datetime64[D]") - 1
    return np.minimum(month.astype("datetime64[D]") + passed, last)


def table(kind: str, words: tuple[str, ...]) -> Array:
    """Whether each word of an enum is among some."""
    return np.isin(np.arange(len(PLAN["words"][kind])), [code(kind, word) for word in words])


PAPERS = table("DeathProof", ("police_cancellation", "medical_certificate", "cremation_certificate", "court_judgment"))
DISABLED = ~table("Disability", ("none",))
MIND = table("Disability", ("intellectual", "mental"))
TERM = table("Custody", ("prison", "drug_isolation", "other"))
NO_TERM = table("Custody", ("compulsory_treatment",))


def severe(disability: Array, grade: Array) -> Array:
    """A severe disability: grades 1 and 2, of the mind every grade."""
    return DISABLED[disability] & ((grade <= 2) | MIND[disability])


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
    for dead, proof, declared, custody, term, paper, disability, grade, card, contact, idle, since, receipt in parents:
        gone = (dead & PAPERS[proof]) | declared
        met = (severe(disability, grade) & card) | (held(custody, term) & paper)
        waited = np.where(
            (contact == code("Contact", "reported")) & idle & receipt, later(since, 6), np.datetime64("9999-12-31")
        )
        steady.append((gone.view(np.int8), met, waited))
    birthday = later(fact("child_birth"), 216)
    in_school = (fact("child_school") != code("School", "none")) & fact("child_school_full_time")
    confirmed_young = fact("case_confirmed") < birthday
    schooling = in_school & fact("child_school_proof") & confirmed_young
    first = fact("case_confirmed").astype("datetime64[M]") + 1
    in_time = birthday.astype("datetime64[M]")
    tekun = fact("child_tekun_fen")
    relief = fact("child_dibao_fen") + tekun + fact("child_disability_living_fen")
    institution = fact("child_placement") == code("Placement", "institution")
    found = []
    for month in months:
        on = np.datetime64(f"{month}-01")
        father, mother = (gone + 2 * (met | (waited <= on)) for gone, met, waited in steady)
        category = TABLE[father, mother]
        young = confirmed_young & (on <= in_time)
        continues = schooling & (category == ORPHAN)
        category = np.where(young | continues, category, np.int8(NONE))
        standard = np.where(institution, amount_on("institution", month), amount_on("scattered", month))
        topped_up = np.where(tekun > 0, 0, np.maximum(standard - relief, 0))
        amount = np.where(category == ORPHAN, standard, topped_up)
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
            + reported * long * child(f"{side}_duty_unperformed", period) * child(f"{side}_lost_receipt", period)
        )

    return [variable(f"{side}_gone", bool, ALWAYS, gone), variable(f"{side}_met", bool, MONTHLY, met)]


def turns_18(child: Any, period: Any) -> Array:
    return later(child("child_birth", period), 216)


def orphan(child: Any, period: Any) -> Array:
    return child("father_gone", period) * child("mother_gone", period)


def unattended(child: Any, period: Any) -> Array:
    father, mother = child("father_met", period), child("mother_met", period)
    return (child("father_gone", period) + father) * (child("mother_gone", period) + mother) * (father + mother)


def confirmed_young(child: Any, period: Any) -> Array:
    return child("case_confirmed", period) < child("turns_18", period)


def continues(child: Any, period: Any) -> Array:
    school = (child("child_school", period) != code("School", "none")) * child("child_school_full_time", period)
    return child("confirmed_young", period) * child("orphan", period) * school * child("child_school_proof", period)


def category(child: Any, period: Any) -> Array:
    in_time = np.datetime64(str(period.start), "M") <= child("turns_18", period).astype("datetime64[M]")
    young = child("confirmed_young", period) * in_time
    wanted = [~young * ~child("continues", period), child("orphan", period), child("unattended", period)]
    return np.select(wanted, [NONE, ORPHAN, UNATTENDED], NONE)


def amount(child: Any, period: Any, parameters: Any) -> Array:
    standards, kind = parameters(period).standard, child("category", period)
    inside = child("child_placement", period) == code("Placement", "institution")
    standard = np.where(inside, standards.institution, standards.scattered)
    relief = sum(child(f"child_{name}_fen", period) for name in ("dibao", "tekun", "disability_living"))
    topped_up = np.where(child("child_tekun_fen", period) > 0, 0, np.maximum(standard - relief, 0))
    return np.select([kind == ORPHAN, kind == UNATTENDED], [standard, topped_up], 0)


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
        kind = {"DATE": date, "BOOLEAN": bool}.get(PLAN["facts"][name], int)
        found.add_variable(variable(name, kind, ALWAYS))
    formulas = [variable("turns_18", date, ALWAYS, turns_18)]
    formulas += [variable("confirmed_young", bool, ALWAYS, confirmed_young)]
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


# the whole law in OpenFisca -------------------------------------------------------------------------------------------
WIDE = {int: np.dtype("int8"), float: np.dtype("float64")}
"""Words in one byte, money in the 53 bits of a float: OpenFisca's own four bytes would round an exact amount."""


def month_of(day: Array, later_by: int = 0) -> Array:
    """The first day of the month, or of one so many months later."""
    return (day.astype("datetime64[M]") + later_by).astype("datetime64[D]")


@cache
def country() -> tuple[TaxBenefitSystem, dict[str, Any]]:
    """The country package that was written for these months, and what else its text says."""
    names = {"np": np, "nan": np.nan, "Variable": Variable, "CHILD": CHILD, "later": later, "month_of": month_of}
    units = {"MONTH": MONTHLY, "ETERNITY": ALWAYS, "date": date}
    text = runpy.run_path(str(FOLDER / "country.py"), names | units)
    found = TaxBenefitSystem([CHILD])
    tree: dict[str, Any] = {}
    for name, values in text["PARAMETERS"].items():
        folder, _, leaf = name.partition(".")
        tree.setdefault(folder, {})[leaf] = {"values": {day: {"value": value} for day, value in values.items()}}
    found.parameters = ParameterNode("", data=tree)
    for one in text.values():
        if isinstance(one, type) and issubclass(one, Variable) and one is not Variable:
            made = found.add_variable(one)
            made.dtype = WIDE.get(made.value_type, made.dtype)
    return found, text


@cache
def given(name: str) -> Array:
    """The values of an input Variable, with what is unknown."""
    source, rail, silence = country()[1]["INPUTS"][name]
    values = stated(source) if (FOLDER / source).is_file() else np.full(PLAN["children"], UNKNOWN)
    if rail in ("holds", "may"):
        return values == 1 if rail == "holds" else values != 0
    missing = values == UNKNOWN
    if silence is not None:
        values[missing] = silence
        return values
    if rail == "date":
        return np.where(missing, np.datetime64("NaT"), values.astype("datetime64[D]"))
    return np.where(missing, -1, values).astype(np.int8) if rail == "int" else np.where(missing, np.nan, values)


def whole_simulation() -> Any:
    """The children with everything that is stated of them, before anything is computed."""
    of, text = country()
    found = SimulationBuilder().build_default_simulation(of, count=PLAN["children"])
    for name in text["INPUTS"]:
        found.set_input(name, periods.ETERNITY, given(name))
    return found


def whole(run: Any, months: list[str], wanted: list[str]) -> list[list[Array]]:
    """Some Variables of each child, month by month; what a month needed besides is let go after it."""
    found = []
    passing = [name for name, one in country()[0].variables.items() if one.definition_period == MONTHLY]
    for month in months:
        found.append([run.calculate(name, month) for name in wanted])
        for name in passing:
            run.delete_arrays(name, month)
    return found


# comparison -----------------------------------------------------------------------------------------------------------
def compared(found: list[Array], months: list[str]) -> dict[str, int]:
    """The core against the law where it decides; and what it calls decided although a fact is missing."""
    sums = {"different": 0, "decided": 0, "due": 0, "undecided": 0, "undecided_due": 0}
    for month, mine in zip(months, found, strict=True):
        told = law(month)
        known = (told["due"] != UNKNOWN) & (told["category"] != UNKNOWN)
        sums["different"] += int(((told["due"] * 8 + told["category"]) != mine)[known].sum())
        sums["decided"] += int(known.sum())
        sums["due"] += int((mine[known] // 8).sum())
        sums["undecided"] += int((~known).sum())
        sums["undecided_due"] += int((mine[~known] // 8).sum())
    return sums


def numbers(values: Array) -> Array:
    """An output as the law's file has it."""
    if values.dtype.kind == "M":
        return np.where(np.isnat(values), UNKNOWN, values.astype(np.int64))
    missing = np.isnan(values) if values.dtype.kind == "f" else values < 0
    return np.where(missing, UNKNOWN, np.where(missing, 0, values).astype(np.int64))


def compared_whole(found: list[list[Array]], months: list[str]) -> dict[str, int]:
    """Every output of every child against the law, unknown against unknown; reasons where they were computed."""
    outputs = country()[1]["OUTPUTS"]
    sums = {"different": 0, "undecided": 0}
    for month, mine in zip(months, found, strict=True):
        told = law(month)
        differs = np.zeros(PLAN["children"], dtype=bool)
        for name, values in zip(outputs, mine, strict=False):
            differs |= told[name] != numbers(values)
        reasons = mine[len(outputs) :]
        for at in range(0, len(reasons), PLAN["bits"]):
            mask = sum(held.astype(np.int64) << bit for bit, held in enumerate(reasons[at : at + PLAN["bits"]]))
            differs |= told[f"reasons_{at // PLAN['bits']}"] != mask
        sums["different"] += int(differs.sum())
        sums["undecided"] += int((told["outcome"] == UNKNOWN).sum())
    return sums


Engine = tuple[Callable[[], Callable[[], Any]], Callable[[Any, list[str]], dict[str, int]]]


def engines(months: list[str]) -> dict[str, Engine]:
    """What is measured: how a run is made ready, and how its results are compared."""
    core, text = system(), country()[1]

    def ready(wanted: list[str]) -> Callable[[], Any]:
        run = whole_simulation()
        return lambda: whole(run, months, wanted)

    return {
        "floor": (lambda: lambda: floor(months), compared),
        "core": (lambda: (lambda run: lambda: openfisca(run, months))(simulation(core)), compared),
        "whole": (lambda: ready(text["OUTPUTS"]), compared_whole),
        "reasons": (lambda: ready(text["OUTPUTS"] + text["REASONS"]), compared_whole),
    }


def measured(months: list[str]) -> dict[str, Any]:
    """Every engine over some months: best seconds, and the comparison."""
    figures: dict[str, Any] = {}
    for name, (prepare, compare) in engines(months).items():
        taken = []
        for _ in range(ROUNDS):
            work = found = None  # let the last round go first
            work = prepare()
            start = time.perf_counter()
            found = work()
            taken.append(time.perf_counter() - start)
        figures[name] = {"seconds": min(taken), **compare(found, months)}
    return figures


if __name__ == "__main__":
    for each in PLAN["facts"]:
        fact(each)
    results = {str(count): measured(PLAN["months"][:count]) for count in PLAN["counts"]}
    results["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(json.dumps(results))
