"""Words of places, agencies and posts."""

from hutong.core.terms import Term


class Level(Term):
    """Levels of the tree; a level may be missing (Beijing has no cities, Dongguan no counties)."""

    NATION = "nation", "国家", "nation"
    PROVINCE = "province", "省级", "province"
    CITY = "city", "地级", "prefecture"
    COUNTY = "county", "县级", "county"
    TOWNSHIP = "township", "乡级", "township"
    VILLAGE = "village", "村级", "village"


ORDER: tuple[str, ...] = tuple(level.value for level in Level)
"""From the nation down."""


def below(level: str, other: str) -> bool:
    """Does a level lie below another one?"""
    return ORDER.index(level) > ORDER.index(other)


class Kind(Term):
    """What exactly a place is. Those from ZONE on are no administrative divisions, or not confirmed ones."""

    NATION = "nation", "国家", "nation"
    PROVINCE = "province", "省", "province"
    AUTONOMOUS_REGION = "autonomous_region", "自治区", "autonomous region"
    MUNICIPALITY = "municipality", "直辖市", "municipality"
    SPECIAL_REGION = "special_region", "特别行政区", "special administrative region"
    CITY = "city", "地级市", "prefecture-level city"
    PREFECTURE = "prefecture", "地区", "prefecture"
    AUTONOMOUS_PREFECTURE = "autonomous_prefecture", "自治州", "autonomous prefecture"
    LEAGUE = "league", "盟", "league"
    COUNTY = "county", "县", "county"
    DISTRICT = "district", "市辖区", "district"
    COUNTY_CITY = "county_city", "县级市", "county-level city"
    AUTONOMOUS_COUNTY = "autonomous_county", "自治县", "autonomous county"
    BANNER = "banner", "旗", "banner"
    AUTONOMOUS_BANNER = "autonomous_banner", "自治旗", "autonomous banner"
    FOREST_DISTRICT = "forest_district", "林区", "forest district"
    SPECIAL_DISTRICT = "special_district", "特区", "special district"
    CORPS_CITY = "corps_city", "兵团城市", "Corps city"
    SUBDISTRICT = "subdistrict", "街道", "subdistrict"
    TOWN = "town", "镇", "town"
    TOWNSHIP = "township", "乡", "township"
    ETHNIC_TOWNSHIP = "ethnic_township", "民族乡", "ethnic township"
    SUMU = "sumu", "苏木", "sumu"
    DISTRICT_OFFICE = "district_office", "区公所", "district office"
    VILLAGE = "village", "村", "village"
    COMMUNITY = "community", "社区", "residents' community"
    GACHA = "gacha", "嘎查", "gacha"
    ZONE = "zone", "功能区（非建制）", "functional area (not a division)"
    FARM = "farm", "农林牧渔场", "state farm"
    CORPS_FARM = "corps_farm", "兵团团场", "regimental farm of the Corps"
    UNLISTED = "unlisted", "待核实（名录已无）", "to be confirmed (no longer listed)"
    QUARTER = "quarter", "类似村级单位", "living quarters"
    VIRTUAL = "virtual", "虚拟社区", "virtual community"
    INSTITUTION = "institution", "机构集体户", "institution"


IRREGULAR = frozenset({Kind.ZONE, Kind.FARM, Kind.CORPS_FARM, Kind.UNLISTED, Kind.QUARTER, Kind.VIRTUAL})
"""Kinds a page marks, because no government or committee of the usual sort stands behind them."""

KINDS_OF: dict[Level, tuple[Kind, ...]] = {
    Level.COUNTY: (
        Kind.COUNTY, Kind.DISTRICT, Kind.COUNTY_CITY, Kind.AUTONOMOUS_COUNTY, Kind.BANNER, Kind.AUTONOMOUS_BANNER,
        Kind.FOREST_DISTRICT, Kind.SPECIAL_DISTRICT, Kind.CORPS_CITY, Kind.ZONE,
    ),
    Level.TOWNSHIP: (
        Kind.SUBDISTRICT, Kind.TOWN, Kind.TOWNSHIP, Kind.ETHNIC_TOWNSHIP, Kind.SUMU, Kind.DISTRICT_OFFICE, Kind.ZONE,
        Kind.FARM, Kind.CORPS_FARM,
    ),
    Level.VILLAGE: (Kind.VILLAGE, Kind.COMMUNITY, Kind.GACHA, Kind.QUARTER, Kind.INSTITUTION),
}  # fmt: skip
"""Kinds a place opened in the product may have, by level; provinces and cities come with the national list."""


class Scheme(Term):
    """Whose code it is. One code means different places in different schemes."""

    MCA = "mca", "民政部区划代码", "civil affairs code"
    NBS = "nbs", "统计用区划代码", "statistical code"
    OWN = "own", "本系统代码", "code of this system"


class SuccessionKind(Term):
    """How one place became another."""

    MERGE = "merge", "合并", "merged into"
    SPLIT = "split", "分设", "divided into"


class AgencyKind(Term):
    """Offices that answer for places."""

    MINISTRY = "ministry", "民政部", "ministry"
    DEPARTMENT = "department", "省级民政部门", "provincial department"
    BUREAU = "bureau", "民政局", "civil affairs bureau"
    PLANNED_CITY_BUREAU = "planned_city_bureau", "计划单列市民政局", "bureau of a city with separate planning"
    CORPS_BUREAU = "corps_bureau", "兵团民政局", "Corps civil affairs bureau"
    TOWNSHIP_OFFICE = "township_office", "乡镇（街道）", "township office"
    VILLAGE_COMMITTEE = "village_committee", "村（居）委会", "village committee"
    INSTITUTION = "institution", "儿童福利和保护机构", "child welfare institution"
    FINANCE = "finance", "财务", "finance office"


class Role(Term):
    """Posts of the system. Reach, actions and clearance follow from the role (access.py)."""

    VILLAGE_DIRECTOR = "village_director", "儿童主任", "village child director", "民发〔2019〕34号"
    TOWNSHIP_SUPERVISOR = "township_supervisor", "儿童督导员", "township supervisor", "民发〔2019〕34号"
    COUNTY_OFFICER = "county_officer", "县级民政经办人", "county officer"
    COUNTY_FINANCE = "county_finance", "县级财务人员", "county finance officer"
    CITY_OFFICER = "city_officer", "市级民政人员", "city officer"
    PROVINCE_OFFICER = "province_officer", "省级民政人员", "province officer"
    MINISTRY_OFFICER = "ministry_officer", "民政部人员", "ministry officer"
    INSTITUTION_STAFF = "institution_staff", "机构工作人员", "institution staff"
    AUDITOR = "auditor", "审计监督人员", "auditor"
    ADMINISTRATOR = "administrator", "系统管理员", "system administrator"
