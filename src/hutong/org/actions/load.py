"""Loading the tree that comes with the product: set-based, one audited entry, one history row per place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from django.db import connection
from django.utils.translation import gettext as _

from hutong.core.action import action
from hutong.core.bulk import set_based
from hutong.core.context import opened
from hutong.core.errors import Conflict, Invalid
from hutong.core.inputs import Nothing
from hutong.core.places import depth_of
from hutong.core.viewer import SYSTEM, Viewer
from hutong.org.actions.offices import open_offices
from hutong.org.actions.tree import add_ended
from hutong.org.models import Division, DivisionCode
from hutong.org.queries.datafiles import (
    Row,
    Slots,
    TooMany,
    demo,
    demo_former,
    demo_plan,
    down_to_townships,
    former,
    villages,
    villages_of_towns,
)
from hutong.org.terms import Kind, Level, Role, Scheme

COLUMNS = ("parent_id", "level", "kind", "scheme", "code", "name", "short", "pinyin", "initials", "key", "last_slot")
NULL = "\\N"


@action(
    "org.load_divisions",
    input=Nothing,
    roles=(SYSTEM, Role.ADMINISTRATOR),
    title=("载入区划", "Load divisions"),
)
def load_divisions(viewer: Viewer, given: Nothing) -> dict[str, int]:
    """Load the national tree down to its townships, with codes, former counties and offices; Conflict when a tree is
    there already. The villages follow by an action of their own, beside other work; their slots are kept free."""
    if Division.objects.exists():
        raise Conflict(_("The divisions are already loaded. Use the actions for changes instead."))
    slots = Slots()
    rows = list(_placed(down_to_townships(slots)))
    expected = villages_of_towns()
    slots.last |= {row.line: expected[row.statistical] for row in rows if row.statistical in expected}
    ids = _ids("org_division", len(rows))
    _copy_divisions(rows, ids, slots)
    further = [(ids[r.line], Scheme.NBS.value, r.further, NULL) for r in rows if r.further]
    _copy("org_divisioncode", ["division_id", "scheme", "code", "valid_to"], further)
    counts = {"divisions": len(rows), "codes": len(further), "former": _load_former(rows, ids)}
    with set_based():
        return counts | {"agencies": open_offices()}


@action(
    "org.load_villages",
    input=Nothing,
    roles=(SYSTEM, Role.ADMINISTRATOR),
    title=("载入村（居）", "Load villages"),
)
def load_villages(viewer: Viewer, given: Nothing) -> dict[str, int]:
    """Load the villages below the townships of the national tree; Conflict without these, or when they are there."""
    listed = villages_of_towns()
    towns = [town for town in _townships() if town[0] in listed]
    if len(towns) != len(listed):
        raise Conflict(_("Load the divisions down to their townships first."))
    if Division.objects.filter(scheme=Scheme.NBS, level=Level.VILLAGE).exists():
        raise Conflict(_("The villages are already loaded. Use the actions for changes instead."))
    slots = Slots()
    for line, (_code, _pk, key) in enumerate(towns):
        slots.root(line, key, depth_of(key), 0)
    rows = villages(slots, {code: line for line, (code, _pk, _key) in enumerate(towns)})
    ids = [pk for _code, pk, _key in towns]
    return {"villages": _copy("org_division", COLUMNS, (_values(row, ids, {}) for row in _placed(rows)))}


def _townships() -> Iterator[tuple[str, int, int]]:
    """Statistical code, number and key of the townships of today."""
    towns = Division.objects.filter(level=Level.TOWNSHIP, valid_to=None)
    yield from towns.filter(scheme=Scheme.NBS).values_list("code", "pk", "key")
    codes = DivisionCode.objects.filter(scheme=Scheme.NBS, division__in=towns.exclude(scheme=Scheme.NBS))
    yield from codes.values_list("code", "division", "division__key")


@action(
    "org.load_demo_county", input=Nothing, roles=(SYSTEM, Role.ADMINISTRATOR), title=("载入演示县", "Load demo county")
)
def load_demo_county(viewer: Viewer, given: Nothing) -> Division:
    """Load the invented province beside the national tree; returns its county."""
    if Division.objects.filter(scheme=Scheme.OWN, code=demo_plan()["province"]["code"]).exists():
        raise Conflict(_("The demo county is already loaded."))
    root = Division.objects.filter(key=0).first() or _nation()
    slots = Slots()
    slots.root(0, 0, 0, root.last_slot)
    rows = list(_placed(demo(slots)))
    ids = [root.pk, *_ids("org_division", len(rows))]
    _copy_divisions(rows, ids, slots)
    root.last_slot = slots.last[0]
    root.save(update_fields=["last_slot"])
    _load_demo_former()
    open_offices()
    return Division.objects.get(scheme=Scheme.OWN, code=demo_plan()["county"]["code"])


def _nation() -> Division:
    """The root alone, where the national tree is not loaded (tests of other packages)."""
    return Division.objects.create(
        level=Level.NATION, kind=Kind.NATION, scheme=Scheme.MCA, name="中华人民共和国", short="中华人民共和国", key=0
    )


def _placed(rows: Iterable[Row]) -> Iterator[Row]:
    try:
        yield from rows
    except TooMany as full:
        raise Invalid(str(full)) from full


def _ids(table: str, count: int) -> Sequence[int]:
    """As many primary keys as needed, in order; read one by one only where somebody else took some meanwhile."""
    with connection.cursor() as cursor:
        take = "select nextval(pg_get_serial_sequence(%s, 'id')) as n from generate_series(1, %s)"
        cursor.execute(f"select min(n), max(n) from ({take}) taken", [table, count])  # noqa: S608
        first, last = cursor.fetchone()
        if last - first + 1 == count:
            return range(first, last + 1)
        cursor.execute(take, [table, count])
        return [row[0] for row in cursor.fetchall()]


def _copy_divisions(rows: Iterable[Row], ids: Sequence[int], slots: Slots) -> None:
    """COPY the places; `ids` by line number. The demo's rows start at line 1, the national ones at 0."""
    _copy("org_division", ["id", *COLUMNS], ((ids[row.line], *_values(row, ids, slots.last)) for row in rows))


def _values(row: Row, ids: Sequence[int], last: Mapping[int, int]) -> tuple[object, ...]:
    return (
        NULL if row.parent is None else ids[row.parent], row.level, row.kind, row.scheme, row.code, row.name,
        row.short, row.pinyin, row.initials, row.key, last.get(row.line, 0),
    )  # fmt: skip


def _copy(table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> int:
    """COPY rows as text. Names hold no tab, line break or backslash: the derivation refuses them (test)."""
    head, names, count = f"1\t{opened().now.isoformat()}\t", ", ".join(("version", "created_at", *columns)), 0
    with connection.cursor() as cursor, cursor.copy(f"copy {table} ({names}) from stdin") as copy:
        for block in _blocks(rows):
            copy.write("".join(head + "\t".join(map(str, row)) + "\n" for row in block))
            count += len(block)
    return count


def _blocks(rows: Iterable[tuple[object, ...]], size: int = 2000) -> Iterator[list[tuple[object, ...]]]:
    rest = iter(rows)
    while block := list(islice(rest, size)):
        yield block


def _load_former(rows: list[Row], ids: Sequence[int]) -> int:
    """Former codes and names of counties that went on, closed nodes and successors for those that did not."""
    live = {r.code: r for r in rows if r.scheme == Scheme.MCA and r.level in (Level.CITY, Level.COUNTY)}
    names, codes, ended = [], [], []
    for past in former():
        heirs = [live[code] for code in past.successors]
        if past.change == "continues" and len(heirs) == 1:
            (heir,) = heirs
            if heir.name != past.name:
                names.append((ids[heir.line], past.name, past.ended.isoformat()))
            if heir.code != past.code:
                codes.append((ids[heir.line], Scheme.MCA.value, past.code, past.ended.isoformat()))
        else:
            ended.append((past, [ids[h.line] for h in heirs]))
    _copy("org_divisionname", ["division_id", "name", "valid_to"], names)
    _copy("org_divisioncode", ["division_id", "scheme", "code", "valid_to"], codes)
    for past, heir_ids in ended:
        add_ended(
            Division(level=Level.COUNTY, kind=past.kind, scheme=Scheme.MCA, code=past.code, name=past.name),
            past,
            heir_ids,
        )
    return len(names) + len(codes) + len(ended)


def _load_demo_former() -> None:
    own = Division.objects.filter(scheme=Scheme.OWN)
    for past in demo_former():
        heirs = list(own.filter(code__in=past.successors, valid_to=None).values_list("pk", flat=True))
        add_ended(
            Division(level=Level.TOWNSHIP, kind=past.kind, scheme=Scheme.OWN, code=past.code, name=past.name),
            past,
            heirs,
        )
