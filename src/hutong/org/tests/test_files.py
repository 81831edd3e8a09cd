"""The derived files: every measured oddity of the two public lists, and the crosswalk between them."""

from __future__ import annotations

import csv
import io
import lzma
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from hutong.core.places import NATION, depth_of, parents, span_of
from hutong.org.queries.datafiles import (
    Former,
    Row,
    Slots,
    TooMany,
    demo,
    down_to_townships,
    former,
    lines,
    trimmed,
    villages,
)
from hutong.org.terms import IRREGULAR, Kind, Level, Scheme
from hutong.org.terms.naming import is_private, joined, spoken, township_stem, village_short, village_stem


class Tree:
    """The national rows with the lookups the tests need."""

    def __init__(self) -> None:
        self.slots = Slots()
        above = list(down_to_townships(self.slots))
        towns = {row.statistical: row.line for row in above if row.level == Level.TOWNSHIP}
        self.rows = [*above, *villages(self.slots, towns)]
        self.mca = {r.code: r for r in self.rows if r.scheme == Scheme.MCA}
        self.nbs = {r.code: r for r in self.rows if r.scheme == Scheme.NBS}
        self.by_further = {r.further: r for r in self.rows if r.further}
        self.children: dict[int, list[Row]] = defaultdict(list)
        for r in self.rows:
            if r.parent is not None:
                self.children[r.parent].append(r)

    def below(self, row: Row) -> list[Row]:
        return self.children[row.line]

    def parent(self, row: Row) -> Row:
        assert row.parent is not None
        return self.rows[row.parent]


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree()


@pytest.fixture(scope="module")
def past() -> dict[str, list[Former]]:
    rows: dict[str, list[Former]] = defaultdict(list)
    for row in former():
        rows[row.code].append(row)
    return rows


# ---- the nineteen measured cases, one test each


def test_cities_without_counties_have_one_node_with_one_code(tree: Tree) -> None:
    for code, name in (("4419", "东莞市"), ("4420", "中山市"), ("4604", "儋州市")):
        assert tree.mca[code].name == name
        assert tree.mca[code].level == Level.CITY
        assert f"{code}00" not in tree.mca
        assert f"{code}00" not in tree.nbs


def test_jinmen_is_a_county_and_neither_a_township_nor_a_village(tree: Tree) -> None:
    jinmen = tree.mca["350527"]
    assert jinmen.level == Level.COUNTY
    assert tree.below(jinmen) == []
    assert [r.line for r in tree.rows if r.name == "金门县"] == [jinmen.line]


def test_townships_of_cities_without_counties_hang_directly_under_the_city(tree: Tree) -> None:
    for code, least in (("4419", 32), ("4420", 23), ("4604", 16), ("6202", 3)):
        lower = tree.below(tree.mca[code])
        assert len(lower) >= least
        assert {r.level for r in lower} == {Level.TOWNSHIP}
        assert any(tree.below(r) for r in lower), "and their villages under them"


def test_municipality_pseudo_cities_do_not_exist(tree: Tree) -> None:
    assert not [r for r in tree.rows if r.name in {"市辖区", "县", "自治区直辖县级行政区划", "省直辖县级行政区划"}]
    for code in ("11", "12", "31", "50"):
        assert {r.level for r in tree.below(tree.mca[code])} == {Level.COUNTY}


def test_directly_governed_counties_hang_under_their_province(tree: Tree) -> None:
    direct = {
        code: [r for r in tree.below(tree.mca[code]) if r.level == Level.COUNTY] for code in ("41", "42", "46", "65")
    }
    assert {code: len(rows) for code, rows in direct.items()} == {"41": 1, "42": 4, "46": 15, "65": 13}


def test_the_corps_has_thirteen_cities_and_its_farms_are_told_apart(tree: Tree) -> None:
    cities = [r for r in tree.rows if r.kind == Kind.CORPS_CITY]
    assert sorted(r.code for r in cities) == [f"6590{n:02d}" for n in range(1, 14)]
    assert tree.mca["659013"].name == "草湖市"
    assert len(tree.below(tree.mca["659013"])) == 10
    farms = [r for r in tree.rows if r.kind == Kind.CORPS_FARM]
    assert len(farms) > 90
    assert all(r.code.startswith("65") for r in farms)


def test_development_zones_are_flagged_and_no_administrative_counties(tree: Tree) -> None:
    zones = [r for r in tree.rows if r.level == Level.COUNTY and r.kind == Kind.ZONE]
    assert len(zones) == 129
    assert all(r.scheme == Scheme.NBS for r in zones)
    assert tree.nbs["130171"].name == "石家庄高新技术产业开发区"
    assert Kind.ZONE in IRREGULAR


def test_non_administrative_townships_are_flagged(tree: Tree) -> None:
    odd = [r for r in tree.rows if r.level == Level.TOWNSHIP and r.scheme == Scheme.NBS and r.code[6] in "45"]
    assert len(odd) > 2500
    assert {r.kind for r in odd} <= {Kind.ZONE, Kind.FARM, Kind.CORPS_FARM, Kind.TOWNSHIP, Kind.TOWN, Kind.SUBDISTRICT}
    assert sum(Kind(r.kind) in IRREGULAR for r in odd) >= len(odd) - 5


def test_virtual_villages_are_flagged(tree: Tree) -> None:
    virtual = [r for r in tree.rows if "虚拟" in r.name and r.level == Level.VILLAGE]
    assert len(virtual) > 690
    assert {r.kind for r in virtual} == {Kind.VIRTUAL}


def test_a_code_used_for_another_place_before_keeps_its_former_names(tree: Tree, past: dict[str, list[Former]]) -> None:
    reused = [
        code for code, rows in past.items() if code in tree.mca and any(r.name != tree.mca[code].name for r in rows)
    ]
    assert len(reused) >= 30
    assert [r.name for r in past["520321"]] == ["遵义县"]


def test_a_split_county_names_all_its_successors(tree: Tree, past: dict[str, list[Former]]) -> None:
    (zunyi,) = past["520321"]
    assert zunyi.change == "split"
    assert set(zunyi.successors) == {"520302", "520303", "520304"}
    assert all(code in tree.mca for row in former() for code in row.successors)


def test_merged_counties_point_to_the_county_that_took_over(tree: Tree, past: dict[str, list[Former]]) -> None:
    assert past["500105"][0].successors == ("500157",)
    assert past["500112"][0].successors == ("500157", "500109")
    assert tree.mca["500157"].name == "两江新区"
    beibei = {r.name for r in tree.below(tree.mca["500109"])}
    assert {"大湾镇", "统景镇", "大盛镇", "兴隆镇", "茨竹镇"} <= beibei


def test_townships_that_crossed_a_county_bring_their_villages(tree: Tree) -> None:
    tongjing = next(r for r in tree.below(tree.mca["500109"]) if r.name == "统景镇")
    assert tongjing.further.startswith("500112"), "its statistical code is still that of the old county"
    assert tree.below(tongjing)
    assert all(v.code.startswith(tongjing.further) for v in tree.below(tongjing))


def test_one_code_in_two_schemes_is_two_places(tree: Tree) -> None:
    assert tree.mca["120114120"].name == "白古屯镇"
    assert tree.by_further["120114120"].name == "豆张庄镇"


def test_yearly_renaming_of_committees_keeps_the_stem() -> None:
    spellings = ("和平村委会", "和平村民委员会", "和平村村民委员会", "和平村", "和平社区居委会", "和平社区居民委员会")
    assert {village_stem(name) for name in spellings} == {"和平"}


def test_county_names_are_not_unique(tree: Tree) -> None:
    names = Counter(r.name for r in tree.rows if r.level == Level.COUNTY)
    assert names["鼓楼区"] == 4
    assert names["市中区"] == 4
    assert sum(1 for n in names.values() if n > 1) >= 28


def test_village_names_are_far_from_unique(tree: Tree) -> None:
    names = Counter(r.short for r in tree.rows if r.level == Level.VILLAGE)
    assert names["和平村"] > 270
    assert names["团结村"] > 270


def test_private_use_characters_are_mapped_and_rare_ones_kept(tree: Tree) -> None:
    assert not [r.name for r in tree.rows if is_private(r.name)]
    assert tree.nbs["420684103229"].short == "高𡐓村"
    assert tree.nbs["450681101201"].short == "𬇕尾村"
    assert sum(any(ord(ch) > 0xFFFF for ch in r.name) for r in tree.rows) > 5


def test_hong_kong_macao_and_taiwan_are_provinces_without_lower_levels(tree: Tree) -> None:
    for code in ("71", "81", "82"):
        assert tree.mca[code].level == Level.PROVINCE
        assert tree.below(tree.mca[code]) == []


# ---- the tree as a whole


def test_every_place_lies_inside_its_parent_and_no_key_is_given_twice(tree: Tree) -> None:
    assert len({r.key for r in tree.rows}) == len(tree.rows)
    for row in tree.rows[1:]:
        above = tree.parent(row)
        assert above.line < row.line
        assert row.key in span_of(above.key)
        assert parents(row.key)[0] == above.key
    assert tree.rows[0].key == 0
    assert span_of(0) == NATION


def test_nothing_of_either_list_is_lost(tree: Tree) -> None:
    levels = Counter(r.level for r in tree.rows)
    assert levels[Level.PROVINCE] == 34
    assert levels[Level.CITY] == 333
    assert levels[Level.VILLAGE] == 620_572
    assert levels[Level.COUNTY] == 2847 + 129
    assert len({(r.scheme, r.code) for r in tree.rows}) == len(tree.rows), "a scheme and a code name one place"


def test_places_outside_the_civil_affairs_list_are_few_and_say_so(tree: Tree) -> None:
    unlisted = [r for r in tree.rows if r.kind == Kind.UNLISTED]
    villages = sum(len(tree.below(r)) for r in unlisted)
    assert len(unlisted) < 300
    assert villages < 0.005 * 620_572


def test_rows_can_be_copied_as_text_and_searched(tree: Tree) -> None:
    for row in tree.rows:
        assert not set("\t\n\\") & set(row.name)
        assert row.pinyin.isascii()
        assert row.initials.isascii()
        assert len(row.name) <= 120
        assert len(row.pinyin) <= 400
    assert not [r.name for r in tree.rows if not r.pinyin]


def test_readings_follow_phrases(tree: Tree) -> None:
    assert tree.mca["50"].pinyin == "chongqingshi"
    assert tree.mca["3415"].pinyin == "luanshi"
    for code in ("110101", "430100"[:4], "500115"):
        row = tree.mca[code]
        assert row.pinyin == joined(spoken(row.name))[0]


def test_slots_that_run_out_are_an_error_and_not_a_second_owner() -> None:
    slots = Slots()
    slots.root(0, 0, 0, 254)
    slots.child(1, 0)
    with pytest.raises(TooMany):
        slots.child(2, 0)


def test_codes_lose_the_zeros_lists_pad_them_with() -> None:
    padded = {"110000": "11", "110000000000": "11", "441900000000": "4419", "110101000000": "110101"}
    padded |= {"110101001000": "110101001", "110101001001": "110101001001", "110101": "110101"}
    assert {code: trimmed(code) for code in padded} == padded


def test_short_names_and_stems() -> None:
    shorts = {
        "李庄村村民委员会": "李庄村",
        "多福巷社区居委会": "多福巷社区",
        "图嘎查委员会": "图嘎查",
        "村委会": "村委会",
    }
    assert {name: village_short(name) for name in shorts} == shorts
    stems = {"幸福满族乡": "幸福", "石梯子哈萨克民族乡": "石梯子", "乌拉街满族镇": "乌拉街", "回族乡": "回族"}
    assert {name: township_stem(name) for name in stems} == stems
    assert township_stem("濮阳县鲁河镇", "濮阳县") == "鲁河"


def test_the_demo_province_is_invented_and_nests() -> None:
    slots = Slots()
    slots.root(0, 0, 0, 34)
    rows = list(demo(slots))
    real = {row[5] for row in lines("divisions.tsv.xz")}
    upper = [r for r in rows if r.level != Level.VILLAGE]
    assert not {r.name for r in upper} & real
    assert {r.code[:2] for r in rows} == {"99"}
    assert {r.scheme for r in rows} == {Scheme.OWN}
    assert len({r.code for r in rows}) == len(rows)
    assert max(depth_of(r.key) for r in rows) == 5


def test_the_crosswalk_agrees_with_the_one_computed_before(tree: Tree, shared: Path) -> None:
    packed = shared / "data" / "divisions" / "township_crosswalk_mca2026_nbs2023.csv.xz"
    with lzma.open(packed) as raw:
        reference = list(csv.DictReader(io.TextIOWrapper(raw, "utf-8")))
    decided = [r for r in reference if r["match"] in {"code+name", "name"}]
    differ = [r for r in decided if tree.mca[r["mca_code"]].further != r["nbs_code"]]
    assert len(decided) > 37_000
    assert len(differ) <= 1
    conflicts = [r for r in reference if r["match"].startswith("CONFLICT")]
    solved = sum(bool(tree.mca[r["mca_code"]].further) for r in conflicts)
    assert solved >= 500
    assert len(conflicts) == 597


def test_all_measured_cases_are_covered(shared: Path) -> None:
    with (shared / "data" / "divisions" / "edge_cases.csv").open(encoding="utf-8") as text:
        assert len(list(csv.DictReader(text))) == 19


def test_former_counties_agree_with_the_history_of_codes(past: dict[str, list[Former]], shared: Path) -> None:
    with (shared / "data" / "divisions" / "county_history_1981_2024.csv").open(encoding="utf-8-sig") as text:
        table = csv.reader(text)
        next(table)
        known = {(row[0], row[3]) for row in table}
    named = [(r.code, r.name) for rows in past.values() for r in rows if r.ended.year <= 2024]
    agree = sum(pair in known for pair in named)
    assert agree >= 0.95 * len(named), f"{agree} of {len(named)}"
