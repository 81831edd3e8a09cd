"""Findings: the short form of the village director, the list, the page, and their place on a child's page."""

from __future__ import annotations

from typing import Any

from hutong.care.access import FINDERS
from hutong.care.models import Finding
from hutong.channels.content import Badge, Body, Fact, Facts, Lines, Link, Rows, Tone
from hutong.channels.panels import fields_panel
from hutong.channels.sheet import (
    Column,
    Filter,
    Panel,
    Sheet,
    action_form,
    action_url,
    panel,
    record_url,
    register,
)
from hutong.channels.web.files import file_link
from hutong.core.access import may_read, shown
from hutong.core.record import label_of, labels_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.models import Division
from hutong.org.terms import Level
from hutong.people.models import Child
from hutong.people.queries.children import name_of

READERS = FINDERS
TONES: dict[str, Tone] = {"new": "warn", "taken_up": "info", "closed": "good"}


def called(viewer: Viewer, finding: Finding) -> str:
    """The child's name, else how it was described."""
    child = finding.child
    if child is not None and may_read(viewer, Child, "name"):
        return name_of(viewer, child)
    return str(shown(viewer, finding, "description"))[:40] or f"#{finding.pk}"


def state_cell(viewer: Viewer, finding: Finding) -> Badge:
    """The state in words."""
    return Badge(finding.state, TONES[str(finding.state)])


def photos(viewer: Viewer, finding: Finding) -> Body | None:
    """Photos taken with it, opened one by one."""
    files = finding.photos.order_by("id").values_list("file_id", flat=True)
    return Facts([Fact(Label("照片", "Photo"), file_link(viewer, pk)) for pk in files]) if files else None


def behind(viewer: Viewer, finding: Finding) -> Body:
    """The way to the child and to what was applied for."""
    facts = []
    if finding.child is not None:
        facts.append(Fact(label_of(Finding, "child"), Link(called(viewer, finding), record_url(finding.child))))
    else:
        url = action_url("people.register_child", actual_id=finding.place_id)
        facts.append(Fact(label_of(Finding, "child"), Link(Label("登记这名儿童", "Register this child"), url)))
    if finding.application_id is not None:
        url = record_url("benefits.application", finding.application_id)
        facts.append(Fact(Label("补贴申请", "Application"), Link(Label("打开申请", "Open it"), url)))
    return Facts(facts)


def my_villages(viewer: Viewer, record: object) -> list[tuple[int, str]]:
    """Villages of the post; a director chooses among a few, never from the whole tree."""
    found: list[tuple[int, str]] = []
    for span in viewer.spans:
        rows = Division.objects.filter(key__gte=span.lo, key__lt=span.hi, level=Level.VILLAGE, valid_to=None)
        found += list(rows.order_by("key").values_list("pk", "short")[:400])
    return found


def today_and_village(viewer: Viewer, record: object) -> dict[str, Any]:
    """Today, and the village where the post has only one."""
    mine = my_villages(viewer, record)
    return {"seen_on": viewer.today} | ({"place_id": mine[0][0]} if len(mine) == 1 else {})


register(
    Sheet[Finding](
        "care.finding",
        Finding,
        title=("发现", "Finding"),
        plural=("发现记录", "Findings"),
        name_of=called,
        columns=(
            Column("description", value=called, needs=("description",), link=True),
            Column("place_key"),
            Column("seen_on", sort=True),
            Column("state", value=state_cell),
        ),
        filters=(Filter("place_key"), Filter("state"), Filter("seen_on")),
        prefetch=("child",),
        panels=(
            fields_panel(
                "care.seen",
                ("看到的情况", "What was seen"),
                (
                    "seen_on",
                    "place_key",
                    "whereabouts",
                    "description",
                    "seen",
                    Column("needs", value=lambda viewer, f: Lines(f.needs), needs=("needs",)),
                    "closing",
                ),
            ),
            Panel("care.photos", ("照片", "Photos"), photos, order=20),
            Panel("care.behind", ("关联", "Belongs to"), behind, order=10, side=True),
        ),
        head=lambda viewer, f: [state_cell(viewer, f)],
        actions=("care.take_up", "care.close_finding"),
        create=("care.record_finding",),
        roles=READERS,
        area="care",
        rank=10,
        empty=(
            "还没有发现记录。看到有困难的儿童，请点“登记发现”。",
            "No findings yet. Record a child in need when you see one.",
        ),
    )
)
action_form(
    "care.record_finding",
    text=(
        "没有户口、身份号码或姓名也可以登记。写下看到的情况即可，其余由乡镇跟进。",
        "Papers or a name are not needed. Write down what you saw; the township looks after the rest.",
    ),
    button=("登记发现", "Record a finding"),
    primary=True,
    initial=today_and_village,
    choices={"place_id": my_villages},
)
action_form("care.take_up", primary=True, aside=lambda viewer, finding: behind(viewer, finding))


def on_child_page(viewer: Viewer, child: Child) -> list[Body]:
    """What was seen of the child, and the way to record more; that way is open in an emergency too."""
    found = Finding.objects.visible_to(viewer).filter(child=child).order_by("-seen_on", "-id")[:20]
    rows = [[Link(f.seen_on, record_url(f)), shown(viewer, f, "seen"), state_cell(viewer, f)] for f in found]
    url = action_url("care.record_finding", child_id=child.pk)
    more = Link(Label("登记发现", "Record a finding"), url)
    return [
        *([Rows(labels_of(Finding, "seen_on", "seen", "state"), rows)] if rows else []),
        Facts([Fact(Label("下一步", "Next step"), more)]),
    ]


panel("people.child", Panel("care.findings", ("发现记录", "Findings"), on_child_page, order=60, roles=READERS))
