"""The one tree made from two lists: civil affairs down to the township, statistics for the villages below it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from crosswalk import Matcher, Town, crosswalk
from sources import Sources

from hutong.org.terms.naming import clean

# Counties of the statistical list that are the same place as a node of the civil affairs list under another code:
# four cities without counties (the statistical list invents one), and the islands of Sansha before its districts.
SAME_PLACE = {
    "441900": "441900000000",
    "442000": "442000000000",
    "460400": "460400000000",
    "620201": "620200000000",
    "460321": "460302000000",
    "460322": "460303000000",
    "460323": "460302000000",
}
NATION = "000000000000"
CORPS_CITIES = "6590"
_CITY_KINDS = {"自治州": "autonomous_prefecture", "地区": "prefecture", "盟": "league", "市": "city"}
_COUNTY_KINDS = {
    "自治县": "autonomous_county",
    "自治旗": "autonomous_banner",
    "神农架林区": "forest_district",
    "特区": "special_district",
    "旗": "banner",
    "县": "county",
    "市": "county_city",
    "区": "district",
}
_TOWNSHIP_KINDS = {
    "街道": "subdistrict",
    "地区": "subdistrict",
    "民族苏木": "ethnic_township",
    "苏木": "sumu",
    "族乡": "ethnic_township",
    "乡": "township",
    "镇": "town",
    "区公所": "district_office",
}
_PROVINCE_KINDS = {
    "特别行政区": "special_region",
    "自治区": "autonomous_region",
    "市": "municipality",
    "省": "province",
}
_FARM = ("场", "团", "团场", "连", "站", "所", "农垦")


@dataclass
class Node:
    """One place. Codes are as each list writes them (12 digits civil affairs, 2-12 digits statistics), '' if absent."""

    level: str
    kind: str
    name: str
    mca: str = ""
    nbs: str = ""
    children: list["Node"] = field(default_factory=list)

    @property
    def order(self) -> str:
        return (self.mca or self.nbs).ljust(12, "0")

    def add(self, child: "Node") -> "Node":
        self.children.append(child)
        return child

    def walk(self) -> Iterator[tuple["Node", "Node | None"]]:
        """Every node below and this one, parents first, siblings by code; each with its parent."""
        stack: list[tuple[Node, Node | None]] = [(self, None)]
        while stack:
            node, parent = stack.pop()
            yield node, parent
            stack.extend((c, node) for c in sorted(node.children, key=lambda c: c.order, reverse=True))


@dataclass
class Tree:
    """The root, the node of every statistical township (villages hang by it), and the matcher for the report."""

    root: Node
    towns: dict[str, Node]
    matcher: Matcher
    zones: int = 0
    unlisted: list[Node] = field(default_factory=list)


def suffix_kind(name: str, table: dict[str, str], default: str) -> str:
    """The kind by the longest ending of the name."""
    return next((table[s] for s in sorted(table, key=len, reverse=True) if name.endswith(s)), default)


def build(sources: Sources, closed: dict[str, str]) -> Tree:
    """The tree to township level; `closed` maps statistical counties abolished since to the county that took over."""
    root, counties = _upper(sources)
    zones = _zones(sources, counties, closed)
    listed = set(sources.mca_towns)
    for county, towns in sources.mca_towns.items():
        for name, code in towns:
            counties[county].add(Node("township", suffix_kind(name, _TOWNSHIP_KINDS, "township"), name, mca=code))
    matcher = _match(sources, counties)
    tree = Tree(root, {}, matcher, zones)
    by_mca = {n.mca[:9]: n for n, _ in root.walk() if n.level == "township"}
    for pair in matcher.pairs:
        by_mca[pair.mca].nbs = pair.nbs
        tree.towns[pair.nbs] = by_mca[pair.mca]
    for town in sorted(matcher.nbs.values(), key=lambda t: t.code):
        _hang(tree, town, counties, listed, closed)
    return tree


def _upper(sources: Sources) -> tuple[Node, dict[str, Node]]:
    """Nation, provinces, cities and counties; pseudo cities never appear, their counties hang under the province."""
    root = Node("nation", "nation", "中华人民共和国", mca=NATION, nbs="")
    counties: dict[str, Node] = {}
    for name, province in sources.provinces.items():
        top = root.add(Node("province", suffix_kind(name, _PROVINCE_KINDS, "province"), name, mca=province["code"]))
        top.nbs = sources.nbs_upper(province["code"][:2])
        for city_name, city in province["cities"].items():
            parent = top
            if city["code"]:
                kind = suffix_kind(city_name, _CITY_KINDS, "city")
                parent = top.add(
                    Node("city", kind, city_name, mca=city["code"], nbs=sources.nbs_upper(city["code"][:4]))
                )
                counties[city["code"]] = parent
            for county_name, code in city["counties"].items():
                kind = suffix_kind(county_name, _COUNTY_KINDS, "county")
                kind = "corps_city" if code.startswith(CORPS_CITIES) else kind
                node = Node("county", kind, county_name, mca=code, nbs=sources.nbs_upper(code[:6]))
                counties[code] = parent.add(node)
    return root, counties


def _zones(sources: Sources, counties: dict[str, Node], closed: dict[str, str]) -> int:
    """Development zones and other functional areas that only statistics treat as counties: kept, and flagged."""
    count = 0
    for code, name in sources.nbs_counties.items():
        full = SAME_PLACE.get(code, code + "000000")
        if full not in counties and code not in closed:
            counties[full] = counties[code[:4] + "00000000"].add(Node("county", "zone", name, nbs=code))
            count += 1
    return count


def _match(sources: Sources, counties: dict[str, Node]) -> Matcher:
    mca = [Town(c[:9], n, counties[county].name) for county, towns in sources.mca_towns.items() for n, c in towns]
    nbs = [Town(c, clean(n), sources.nbs_counties[c[:6]]) for c, n in sources.nbs_towns.items()]
    return crosswalk(mca, nbs)


def _hang(tree: Tree, town: Town, counties: dict[str, Node], listed: set[str], closed: dict[str, str]) -> None:
    """A township known to statistics alone: zone, farm, or one the civil affairs list no longer (or not) has."""
    county = town.code[:6]
    full = SAME_PLACE.get(county, closed.get(county, county) + "000000")
    node = Node("township", _town_kind(town, full in listed), town.name, nbs=town.code)
    tree.towns[town.code] = counties[full].add(node)
    if node.kind == "unlisted":
        tree.unlisted.append(node)


def _town_kind(town: Town, county_listed: bool) -> str:
    if town.code.startswith("65") and ("兵团" in town.name or town.name.endswith("团")):
        return "corps_farm"
    if town.code[6] in "45" or town.name.endswith(("特殊乡镇", "特殊街道")):
        return "farm" if town.name.endswith(_FARM) else "zone"
    return "unlisted" if county_listed else suffix_kind(town.name, _TOWNSHIP_KINDS, "township")


def village_kind(name: str) -> str:
    """Virtual villages and living quarters have no residents' committee, hence no child director."""
    if "虚拟" in name:
        return "virtual"
    if name.endswith(("社区", "居委会", "居民委员会", "家委会", "社区居委会", "社区居民委员会", "社区委员会")):
        return "community"
    if name.endswith(("嘎查", "嘎查委员会", "嘎查村委会", "嘎查村民委员会", "嘎查委会")):
        return "gacha"
    if name.endswith(("村", "村委会", "村民委员会", "村委员会", "牧委会", "牧民委员会", "村委")):
        return "village"
    return "quarter"
