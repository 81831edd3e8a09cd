"""The whole country in a database of its own: loaded, found, answered for by the right offices."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection, connections, transaction

from hutong.core import places
from hutong.core.action import call_system
from hutong.core.context import Running, _open
from hutong.core.errors import Conflict
from hutong.core.models import Entry
from hutong.core.viewer import acting, system_viewer
from hutong.org.actions import load_demo_county, load_divisions, load_villages, transfer_division
from hutong.org.models import Agency, AgencyArea, Division
from hutong.org.queries.search import suggest
from hutong.org.terms import AgencyKind, Kind, Level, Scheme
from hutong.org.tests.build import MONDAY, by_code

TABLES = "org_division, org_divisioncode, org_agency, org_agencyarea"


@pytest.fixture
def nation(fresh_db: str) -> Iterator[None]:
    """The loaded tree, where an earlier attempt failed and was swept: the planner takes the tables for empty then."""
    with transaction.atomic():
        call_system(load_demo_county)
        transaction.set_rollback(True)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"vacuum (truncate off) {TABLES}")
    call_system(load_divisions)
    call_system(load_villages)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"analyze {TABLES}")
    with acting(system_viewer("tests", now=MONDAY)):
        yield


def test_the_nation_is_loaded_found_and_answered_for(nation: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select count(*), count(distinct key) from org_division where valid_to is null")
        assert cursor.fetchone() == (665_591, 665_591)
    _one_entry_and_once()
    _offices()
    _former()
    _search()
    load_demo_county(system_viewer("tests", now=MONDAY), {})
    assert suggest("护桐")[0].path == "瑶屿省澄梧市"


def _one_entry_and_once() -> None:
    towns, entry = (Entry.objects.get(action=f"org.load_{what}") for what in ("divisions", "villages"))
    assert towns.result["divisions"] + entry.result["villages"] == 665_591
    village = Division.objects.get(scheme=Scheme.NBS, code="420684103229")
    with connection.cursor() as cursor:
        cursor.execute("select entry_id, op from hutong_history('org_division', %s)", [village.pk])
        assert cursor.fetchall() == [(entry.pk, "I")]
    for again in (load_divisions, load_villages):
        with pytest.raises(Conflict):
            call_system(again)


def _offices() -> None:
    assert Agency.objects.get(kind=AgencyKind.MINISTRY).name == "中华人民共和国民政部"
    assert Agency.objects.filter(kind=AgencyKind.DEPARTMENT).count() == 31
    planned = Agency.objects.filter(kind=AgencyKind.PLANNED_CITY_BUREAU).order_by("division__code")
    assert [a.name for a in planned] == ["大连市民政局", "宁波市民政局", "厦门市民政局", "青岛市民政局", "深圳市民政局"]
    corps = Agency.objects.get(kind=AgencyKind.CORPS_BUREAU)
    areas = AgencyArea.objects.filter(agency=corps)
    assert corps.name == "新疆生产建设兵团民政局"
    assert areas.filter(division__kind=Kind.CORPS_CITY).count() == 13
    assert areas.filter(division__kind=Kind.CORPS_FARM).count() > 90
    assert Agency.objects.get(name="石河子市民政局").parent == corps
    assert not Agency.objects.filter(division__code__in=["71", "81", "82"]).exists()
    orphaned = Agency.objects.filter(parent=None).exclude(kind=AgencyKind.MINISTRY)
    assert not orphaned.exists()


def _former() -> None:
    zunyi = Division.objects.get(code="520321")
    assert zunyi.valid_to is not None
    heirs = set(zunyi.became.values_list("successor__name", flat=True))
    assert heirs == {"红花岗区", "汇川区", "播州区"}
    liangjiang = Division.objects.get(name="两江新区")
    assert set(liangjiang.came_from.values_list("predecessor__name", flat=True)) == {"江北区", "渝北区"}
    fuzhou = Division.objects.get(scheme=Scheme.MCA, code="350121")
    assert places.codes(fuzhou.pk) == ["CN-350121", "CN-3501", "CN-35", "CN"]
    changle = by_code(Scheme.MCA, "350182")
    assert changle is not None
    assert (changle.name, changle.code) == ("长乐区", "350112")
    assert by_code(Scheme.NBS, "120114120") != by_code(Scheme.MCA, "120114120")


def _search() -> None:
    assert suggest("北京")[0].division.level == Level.PROVINCE
    assert {h.division.name for h in suggest("鼓楼区")} == {"鼓楼区"}
    assert suggest("luan")[0].division.name == "六安市"
    assert suggest("遵义县")[0].division.valid_to is not None


def test_whoever_registers_during_a_border_change_gets_the_new_key(fresh_db: str) -> None:
    county = call_system(load_demo_county)
    village = Division.objects.get(short="滴翠村")
    town, old = village.parent, village.key
    assert town is not None
    found: list[int] = []
    holding, asking = threading.Event(), threading.Event()

    def register() -> None:
        holding.wait(10)
        viewer = system_viewer("tests", now=MONDAY)
        with transaction.atomic(), acting(viewer):
            token = _open.set(Running("org.test", "org", viewer, MONDAY, 1, None))
            asking.set()
            found.append(places.key(village.pk))
            _open.reset(token)
        connections.close_all()

    thread = threading.Thread(target=register)
    thread.start()
    with transaction.atomic():
        viewer = system_viewer("tests", now=MONDAY)
        transfer_division(viewer, town, {"parent": county.parent_id, "effective": "2026-11-01"})
        holding.set()
        asking.wait(10)
        time.sleep(0.3)
        assert found == [], "waits for the border change"
    thread.join(10)
    village.refresh_from_db()
    assert found == [village.key]
    assert village.key != old
