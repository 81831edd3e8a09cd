"""Offices and what they answer for."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from hutong.channels.content import Body, Link, Rows
from hutong.channels.panels import fields_panel
from hutong.channels.sheet import Column, Filter, Panel, Sheet, action_form, record_url, register
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.access import STAFFING, area_of, inside, valid_on
from hutong.org.actions.posts import BELOW_COUNTY, LEVELS
from hutong.org.models import Agency, Division, Post
from hutong.org.queries.places import children
from hutong.org.queries.posts import holders_on
from hutong.org.terms import AgencyKind, Level, Role

READERS = (*(role for role in STAFFING if isinstance(role, Role)), Role.AUDITOR, Role.TOWNSHIP_SUPERVISOR)
CHOICES = 300


def in_area(rows: QuerySet[Agency], viewer: Viewer) -> QuerySet[Agency]:
    """Offices with their seat in the viewer's area."""
    return rows.filter(inside("division__key", area_of(viewer)))


def by_name(rows: QuerySet[Agency], text: str, viewer: Viewer) -> QuerySet[Agency]:
    """Offices whose name contains the text; the area has already narrowed the rows."""
    return rows.filter(name__contains=text)


def areas(viewer: Viewer, agency: Agency) -> Body | None:
    """Places it answers for."""
    rows = agency.areas.filter(valid_on(viewer.today)).select_related("division").order_by("division__key")[:500]
    cells = [[Link(a.division.short, record_url(a.division)), a.division.kind, a.valid_from] for a in rows]
    heads = [Label("区划", "Place"), label_of(Division, "kind"), Label("自", "Since")]
    return Rows(heads, cells, empty=Label("未设定。", "None."))


def posts(viewer: Viewer, agency: Agency) -> Body:
    """Posts with their holders."""
    rows = list(agency.posts.filter(closed_on=None).order_by("role", "id"))
    names = holders_on(rows, viewer.today)
    vacant = Label("空缺", "vacant")
    cells = [[Link(p.title, record_url(p)), p.role, names.get(p.pk, vacant)] for p in rows]
    heads = [Label("岗位", "Post"), label_of(Post, "role"), Label("任职人员", "Holder")]
    return Rows(heads, cells, empty=Label("尚未设置岗位。", "No posts yet."))


register(
    Sheet[Agency](
        "org.agency",
        Agency,
        title=("机构", "Office"),
        plural=("机构", "Offices"),
        name_of=lambda viewer, agency: agency.name,
        columns=(Column("name", link=True), Column("kind"), Column("division__short")),
        filters=(Filter("kind"),),
        search=by_name,
        search_label=("机构名称", "Name of the office"),
        narrow=in_area,
        prefetch=("division",),
        order=("division__key", "id"),
        panels=(
            fields_panel("org.agency", ("机构信息", "Office"), ("kind", "division", "parent", "phone", "address")),
            Panel("org.agency_posts", ("岗位", "Posts"), posts, order=20, actions=("org.create_post",)),
            Panel("org.agency_areas", ("负责的区划", "Answers for"), areas, order=30),
        ),
        create=("org.create_agency",),
        roles=READERS,
        area="administration",
        rank=20,
        journalled=False,
    )
)


def superior(viewer: Viewer, record: object) -> list[tuple[Any, str]]:
    """Offices of the line in the viewer's area."""
    line = (AgencyKind.DEPARTMENT, AgencyKind.BUREAU, AgencyKind.PLANNED_CITY_BUREAU, AgencyKind.CORPS_BUREAU)
    rows = in_area(Agency.objects.filter(kind__in=line, closed_on=None), viewer).order_by("division__key")
    return [("", "—"), *((a.pk, a.name) for a in rows[:CHOICES])]


def founded(viewer: Viewer, record: object) -> list[tuple[Any, str]]:
    """Kinds of offices that are founded by hand; the line comes with the places."""
    kinds = (AgencyKind.INSTITUTION, AgencyKind.VILLAGE_COMMITTEE, AgencyKind.FINANCE, AgencyKind.BUREAU)
    return [(kind.value, kind.label(viewer.locale)) for kind in kinds]


def own_places(viewer: Viewer, record: object) -> list[tuple[Any, str]]:
    """Places directly in the viewer's."""
    here = Division.objects.filter(pk=viewer.place_id or 0).first()
    return [(d.pk, d.short) for d in children(here)[:CHOICES]] if here else []


def posts_here(viewer: Viewer, agency: Agency) -> list[tuple[Any, str]]:
    """Roles that exist at an office of this level and that the viewer may staff."""
    level = agency.division.level
    mine = tuple(Role) if viewer.role == Role.ADMINISTRATOR else BELOW_COUNTY
    roles = [role for role in mine if level in LEVELS.get(role, tuple(Level))]
    return [(role.value, role.label(viewer.locale)) for role in roles]


def places_of_office(viewer: Viewer, agency: Agency) -> list[tuple[Any, str]]:
    """Places directly below those the office answers for."""
    found: list[tuple[Any, str]] = []
    for area in agency.areas.filter(valid_on(viewer.today)).select_related("division"):
        found += [(d.pk, d.short) for d in children(area.division)[:CHOICES]] or [
            (area.division_id, area.division.short)
        ]
    return found[:CHOICES]


action_form(
    "org.create_agency",
    text=(
        "儿童福利院、未保站等机构在此登记；各级民政部门已随区划建立。",
        "Register an institution; the line of offices is there already.",
    ),
    initial=lambda viewer, record: {"since": viewer.today, "division": viewer.place_id},
    choices={"kind": founded, "parent": superior, "places": own_places},
)
action_form(
        "org.create_post",
        text=("不选区划时，岗位负责本机构的全部区划；儿童主任须选定村（社区）。",
              "Without places the post answers for all of the office's; a child director needs villages."),
        initial=lambda viewer, agency: {"since": viewer.today},
        choices={"role": posts_here, "places": places_of_office},
    )  # fmt: skip
