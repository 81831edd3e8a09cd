"""Former counties since 2000: what a code once meant, and where its territory is today.

A place that went on under a new name or code keeps its node and gets an older name and code; one that was divided
or joined to another becomes a closed node with its successors. Only the year of a change is known from yearly
lists: a former code counts as valid until the end of that year.
"""

from collections.abc import Iterable
from typing import Any

from sources import Sources
from tree import Tree

from hutong.org.terms.naming import clean

SINCE = 2000
_CONTINUES = {"撤县设区", "撤市设区", "撤县设市", "更名", "同名改码"}
_MUNICIPALITIES = {"11", "12", "31", "50"}
_ENDS = {"撤销", "撤区设区", "撤旗设区"}

Row = tuple[str, str, str, str, str, str]


def former(sources: Sources, tree: Tree, curated: Iterable[dict[str, Any]]) -> list[Row]:
    """Rows (change, name, code, last year, successors, basis); change is continues, merged or split."""
    live = {n.mca[:6] for n, _ in tree.root.walk() if n.level in {"county", "city"} and n.mca}
    rows = {(r["code"], r["name"]): _curated(r) for r in curated}
    events = sorted(_county_events(sources), key=lambda e: (-e["year"], e["old"]["code"], e["new"]["code"]))
    lands: dict[str, list[tuple[int, list[str]]]] = {}
    for row in rows.values():
        lands.setdefault(row[2], []).append((int(row[3]), row[4].split(";")))
    for event in events:
        old, new = event["old"]["code"][:6], event["new"]["code"][:6]
        to = _today(new, event["year"], live, lands) if _plausible(old, new, live) else []
        name = clean(event["old"]["name"])
        if not to or (old, name) in rows or (to == [old] and _same_name(tree, old, name)):
            continue
        change = "continues" if event["type"] in _CONTINUES and len(to) == 1 else "split" if len(to) > 1 else "merged"
        rows[old, name] = (change, name, old, str(event["year"]), ";".join(to), event.get("doc_no") or "")
        lands.setdefault(old, []).append((event["year"], to))
    return sorted(rows.values(), key=lambda r: (r[2], r[3], r[1]))


def _curated(row: dict[str, Any]) -> Row:
    change = "split" if len(row["to"]) > 1 else "merged"
    return change, row["name"], row["code"], str(row["until"]), ";".join(row["to"]), row["basis"]


def _county_events(sources: Sources) -> Iterable[dict[str, Any]]:
    for event in sources.events:
        usable = event["level"] == 3 and event["year"] >= SINCE and event["type"] in _CONTINUES | _ENDS
        if usable and event["old"].get("code") and event["new"].get("code"):
            yield event


def _today(code: str, year: int, live: set[str], lands: dict[str, list[tuple[int, list[str]]]]) -> list[str]:
    """Where a code of that year lies now: later changes of the same code first, else the code itself."""
    later = sorted((y, to) for y, to in lands.get(code, []) if y > year)
    if later:
        return later[0][1]
    return [code] if code in live else []


def _plausible(old: str, new: str, live: set[str]) -> bool:
    """The yearly lists were compared by machine, which at times found a namesake elsewhere: the successor must lie in
    the same city, unless that city itself got another code; municipalities have no cities."""
    if old[:2] in _MUNICIPALITIES or old[:2] != new[:2]:
        return old[:2] == new[:2]
    return old[:4] == new[:4] or old[:4] + "00" not in live


def _same_name(tree: Tree, code: str, name: str) -> bool:
    return any(n.mca[:6] == code and n.name == name for n, _ in tree.root.walk() if n.level == "county")
