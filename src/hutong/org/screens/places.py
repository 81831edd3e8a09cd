"""Places: the type-ahead, and a browser that opens one level at a time and never the whole tree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from hutong.channels.content import Badge, Body, Fact, Facts, Link, Note, Rows, Step, Steps
from hutong.channels.lookup import Hit, register_lookup
from hutong.channels.panels import facts_of
from hutong.channels.sheet import (
    Column,
    Filter,
    Panel,
    Sheet,
    action_form,
    action_url,
    page,
    record_url,
    register,
)
from hutong.channels.web.frame import viewer_of
from hutong.core import places
from hutong.core.errors import NotFound
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.access import MAINTAINERS, administers
from hutong.org.models import Agency, Division, DivisionCode, DivisionName, Succession
from hutong.org.queries.places import chain, children, division
from hutong.org.queries.search import suggest
from hutong.org.terms import IRREGULAR, KINDS_OF, Level, below


def place_hits(viewer: Viewer, text: str) -> list[Hit]:
    """Suggestions for a form: places one can choose today."""
    return [Hit(str(h.division.pk), f"{h.path}{h.division.short}", _hint(viewer, h)) for h in suggest(text)]


def _hint(viewer: Viewer, hit: Any) -> str:
    kind = Label(hit.division.kind.zh, hit.division.kind.en).text(viewer.locale)
    if hit.division.valid_to is not None:
        return Label(f"{kind}，已撤销", f"{kind}, ended").text(viewer.locale)
    if hit.former:
        return Label(f"{kind}，原名{hit.former}", f"{kind}, formerly {hit.former}").text(viewer.locale)
    return kind


def place_called(viewer: Viewer, value: str) -> str:
    """The full name of a place that was chosen."""
    try:
        number = places.number(value)
        return places.name(number, viewer.locale) if number is not None else ""
    except NotFound:
        return ""


register_lookup("place", place_hits, place_called)


@page("org/places/", name="org.places", title=("区划", "Places"), area="administration", rank=40)
def own_place(request: HttpRequest) -> HttpResponse:
    """The browser begins where the viewer works."""
    viewer = viewer_of(request)
    if viewer.place_id is None:
        raise NotFound()
    return HttpResponseRedirect(record_url(division(viewer.place_id)))


def called(viewer: Viewer, place: Division) -> str:
    """Name in headings and links."""
    return place.short


def head_of(viewer: Viewer, place: Division) -> Sequence[Badge]:
    """What sort of place it is, and whether it still exists."""
    found = [Badge(place.kind, "warn" if place.kind in IRREGULAR else "plain")]
    if place.valid_to is not None:
        found.append(Badge(Label("已撤销", "Ended"), "bad"))
    return found


def searched(rows: QuerySet[Division], text: str, viewer: Viewer) -> QuerySet[Division]:
    """The list narrowed to what the type-ahead finds, ended places included."""
    return rows.filter(pk__in=[hit.division.pk for hit in suggest(text, limit=50, closed=True)])


def in_parent(rows: QuerySet[Division], value: str, viewer: Viewer) -> QuerySet[Division]:
    """Places directly in another one."""
    return rows.filter(parent=number) if (number := places.number(value)) is not None else rows.none()


def upward(viewer: Viewer, place: Division) -> Body:
    """Where it lies, each step a link."""
    line = [d for d in reversed(chain(place)) if d.pk != place.pk]
    facts = [Fact(d.level, Link(d.short, record_url(d))) for d in line]
    codes = [Fact(place.scheme, place.code)] if place.code else []
    further = DivisionCode.objects.filter(division=place, valid_to=None).exclude(code=place.code)
    codes += [Fact(row.scheme, row.code) for row in further]
    dates = facts_of(viewer, place, [name for name in ("valid_from", "valid_to") if getattr(place, name)])
    return Facts([*facts, *codes, *dates])


def downward(viewer: Viewer, place: Division) -> Sequence[Body] | None:
    """The next level, and the way to add to it."""
    rows = [
        [Link(d.short, record_url(d)), _kind(d), d.code or ""]
        for d in children(place).only("short", "kind", "code", "level")
    ]
    parts: list[Body] = []
    if rows:
        heads = [label_of(Division, name) for name in ("name", "kind", "code")]
        parts.append(Rows(heads, rows))
    if _may_add(viewer, place):
        url = action_url("org.open_division", parent=place.pk)
        parts.append(Facts([Fact(Label("维护", "Maintain"), Link(Label("新增下级区划", "Add a place here"), url))]))
    return parts or None


def _kind(place: Division) -> Any:
    return Badge(place.kind, "warn") if place.kind in IRREGULAR else place.kind


def _state(viewer: Viewer, place: Division) -> Any:
    """Its kind, or that it is no more."""
    return Badge(Label("已撤销", "Ended"), "bad") if place.valid_to is not None else _kind(place)


def _may_add(viewer: Viewer, place: Division) -> bool:
    addable = any(below(level, place.level) for level in KINDS_OF) and place.valid_to is None
    return addable and viewer.role in MAINTAINERS and administers(viewer, place)


def history(viewer: Viewer, place: Division) -> Body | None:
    """Former names and codes, and what it came from or became."""
    steps = [
        (row.valid_to, Step(row.name, Label(f"至 {_last(row)}", f"until {_last(row)}"), Label("原名", "Former name")))
        for row in DivisionName.objects.filter(division=place)
    ]
    steps += [
        (row.valid_to, Step(row.code, Label(f"至 {_last(row)}", f"until {_last(row)}"), Label("原代码", "Former code")))
        for row in DivisionCode.objects.filter(division=place).exclude(valid_to=None)
    ]
    came = Succession.objects.filter(successor=place).select_related("predecessor")
    steps += [(s.effective, _succession(s, s.predecessor, ("由此并入或分出", "Came from"))) for s in came]
    became = Succession.objects.filter(predecessor=place).select_related("successor")
    steps += [(s.effective, _succession(s, s.successor, ("现由此承接", "Taken over by"))) for s in became]
    return Steps([step for _when, step in sorted(steps, key=lambda pair: pair[0], reverse=True)]) if steps else None


def _last(row: Any) -> str:
    return (row.valid_to - timedelta(days=1)).isoformat()


def _succession(row: Succession, other: Division, words: tuple[str, str]) -> Step:
    basis = f" {row.basis}" if row.basis else ""
    text = Label("{0}：{1}{2}", "{0}: {1}{2}").filled(Label(*words), row.kind.words, basis)
    return Step(other.short, row.effective, text, url=record_url(other))


def offices(viewer: Viewer, place: Division) -> Body | None:
    """Offices with their seat here."""
    rows = Agency.objects.filter(division=place, closed_on=None).order_by("id")
    found = [[Link(a.name, record_url(a)), a.kind, a.phone] for a in rows]
    heads = [Label("机构", "Office"), label_of(Agency, "kind"), label_of(Agency, "phone")]
    return Rows(heads, found) if found else None


def warning(viewer: Viewer, place: Division) -> Body | None:
    """Why a place looks odd, in words."""
    if place.valid_to is not None:
        return Note(
            Label(
                "此区划已撤销，其记录现在承接的区划中。", "This place has ended; its records lie in what took it over."
            ),
            "warn",
        )
    if place.kind in IRREGULAR:
        return Note(
            Label(
                "不是正式建制的区划，可能没有相应的政府或居（村）委会。查明归属后，可并入或划转到正式区划。",
                "Not a regular division: there may be no government or committee. "
                "When it is clear where it belongs, merge or transfer it.",
            ),
            "warn",
        )
    return None


register(
    Sheet[Division](
        "org.division",
        Division,
        title=("区划", "Place"),
        plural=("区划", "Places"),
        area="administration",
        name_of=called,
        columns=(
            Column("short", link=True),
            Column("level"),
            Column("kind", value=_state, needs=("kind", "valid_to")),
            Column("parent__short"),
            Column("code", minor=True),
        ),
        filters=(
            Filter("parent", kind="place", apply=in_parent),
            Filter("level"),
            Filter("kind"),
        ),
        search=searched,
        search_label=("名称、拼音、首字母或代码", "Name, pinyin, initials or code"),
        head=head_of,
        prefetch=("parent",),
        order=("key",),
        panels=(
            Panel("org.warning", ("提示", "Note"), warning, order=5),
            Panel("org.below", ("下级区划", "Places in it"), downward, order=10),
            Panel("org.offices", ("机构", "Offices"), offices, order=20),
            Panel("org.history", ("沿革", "History"), history, order=30),
            Panel("org.upward", ("位置与代码", "Where it lies"), upward, order=10, side=True),
        ),
        actions=(
            "org.rename_division",
            "org.merge_divisions",
            "org.split_division",
            "org.transfer_division",
            "org.close_division",
        ),
        create=("org.open_division",),
        journalled=False,
    )
)


def siblings(viewer: Viewer, place: Division) -> list[tuple[Any, str]]:
    """Places of the same level beside this one: what can be merged into it."""
    rows = Division.objects.filter(parent=place.parent_id, level=place.level, valid_to=None).exclude(pk=place.pk)
    return [(d.pk, d.short) for d in rows.order_by("key")]


def _kinds(viewer: Viewer, record: object) -> list[tuple[Any, str]]:
    every = [kind for kinds in KINDS_OF.values() for kind in kinds]
    return [(kind.value, kind.label(viewer.locale)) for kind in dict.fromkeys(every)]


def lower_places(viewer: Viewer, place: Division) -> Body | None:
    """What has to be divided among the parts, ready to be copied."""
    rows = [[d.short, d.code] for d in children(place)]
    heads = [Label("下级区划", "Lower place"), label_of(Division, "code")]
    return Rows(heads, rows) if rows else None


def offered(viewer: Viewer, place: Division) -> bool:
    """Only for places that exist and lie in one's area."""
    return place.valid_to is None and administers(viewer, place)


def not_mixed(viewer: Viewer, place: Division) -> bool:
    """Borders are changed below the province."""
    return offered(viewer, place) and place.level not in (Level.NATION, Level.PROVINCE)


def _today(viewer: Viewer, record: object) -> dict[str, Any]:
    return {"effective": viewer.today}


action_form(
    "org.open_division",
    text=(
        "新设立的村、社区或乡镇在此登记；没有代码时系统自动编码。",
        "Register a new village, community or township; without a code it gets one of this system.",
    ),
    initial=_today,
    choices={"kind": _kinds},
    done=("已新增。", "Added."),
)
action_form(
    "org.rename_division",
    text=("生效日之前的记录仍显示原名称。", "What is dated before that day keeps showing the former name."),
    initial=lambda viewer, place: {"name": place.name, "effective": viewer.today},
    offered=offered,
    done=("已更名。", "Renamed."),
)
action_form(
    "org.merge_divisions",
    text=(
        "所选区划并入本区划：其中的儿童、任务和负责人员一并转入，原名称保留在沿革中。",
        "The places chosen become part of this one: children, tasks and responsibilities move with them.",
    ),
    initial=_today,
    choices={"places": siblings},
    confirm=True,
    danger=True,
    offered=not_mixed,
    done=("已合并。", "Merged."),
)
action_form(
    "org.split_division",
    text=(
        "本区划撤销，分设为两个以上的区划；每个下级区划必须且只能划入其中一个。",
        "This place ends and is divided; each lower place goes to exactly one of the parts.",
    ),
    initial=_today,
    aside=lower_places,
    confirm=True,
    danger=True,
    offered=not_mixed,
    done=("已拆分。", "Divided."),
)
action_form(
    "org.transfer_division",
    text=(
        "本区划连同其中的儿童和任务划归另一上级区划；负责人员继续负责。",
        "This place goes to another one with everything in it; those who answer for it keep doing so.",
    ),
    initial=_today,
    confirm=True,
    danger=True,
    offered=not_mixed,
    done=("已划转。", "Transferred."),
)
action_form(
    "org.close_division",
    text=(
        "只有没有任何记录的区划可以撤销；否则请并入承接的区划。",
        "Only an empty place can be closed; otherwise merge it.",
    ),
    initial=_today,
    danger=True,
    offered=offered,
    done=("已撤销。", "Closed."),
)
