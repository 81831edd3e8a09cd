"""The declaration of a screen: a sheet per model, panels and plain pages.

Domains declare in their screens.py; the doors (web, API, export, print) read the declarations. A sheet is no
framework: what does not fit is a `page` with a view of its own.

    register(Sheet[Child]("people.child", Child, title=("儿童", "Child"), plural=("儿童档案", "Children"),
                          fields={"name": ("姓名", "Name"), ...}, columns=(Column("name", link=True), ...)))
    panel("people.child", Panel("benefits.awards", ("补贴", "Allowances"), awards_of, order=40))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar
from urllib.parse import quote

from django.db import models
from django.http import HttpResponse
from django.utils.http import urlencode

from hutong.channels.areas import AREAS
from hutong.channels.content import Body
from hutong.core.action import ACTIONS
from hutong.core.record import words_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer

Words: TypeAlias = tuple[str, str]
"""(Chinese, English)."""
View: TypeAlias = Callable[..., HttpResponse]
M = TypeVar("M", bound=models.Model)
"""The model of a sheet; what the sheet contains is checked against it."""
R = TypeVar("R", contravariant=True)
"""The record that a part of a page takes; a part for any record serves every sheet."""
P = ParamSpec("P")


@dataclass(frozen=True)
class Column(Generic[R]):
    """A column of a list.

    `field` is a field of the model, or a path over foreign keys (`child__name`); each step is shown only as far as the
    viewer's clearance reaches. With `value` the cell is computed instead: `needs` names the fields it is made of, and
    a viewer who may not read all of them sees the mask.
    """

    field: str
    title: Words | None = None
    value: Callable[[Viewer, R], Any] | None = None
    needs: Sequence[str] = ()
    link: bool = False
    sort: bool = False
    numeric: bool = False
    export: bool = True
    minor: bool = False
    """Left out of the compact list beside an open record."""
    extra: bool = False
    """Shown, and taken away, only when all columns are asked for."""


@dataclass(frozen=True)
class Filter(Generic[M]):
    """A filter of a list. Its control follows the field's type: terms and yes/no as a choice, dates as a range,
    `kind="place"` as the type-ahead (`name` is then the place key column). `apply` overrides how it narrows."""

    name: str
    title: Words | None = None
    kind: str = ""
    choices: Callable[[Viewer], Sequence[tuple[str, str]]] | None = None
    apply: Callable[[models.QuerySet[M], str, Viewer], models.QuerySet[M]] | None = None


@dataclass(frozen=True)
class Panel(Generic[R]):
    """A part of a record's page. `render(viewer, record)` returns what it contains, or None for no panel at all."""

    name: str
    title: Words
    render: Callable[[Viewer, R], Body | Sequence[Body] | None]
    order: int = 50
    roles: Sequence[str] = ()
    """Empty: whoever sees the record."""
    side: bool = False
    """In the narrow column beside the main one."""
    actions: Sequence[str] = ()
    """Actions offered in the head of the panel (the record is their target)."""
    columns: Sequence[Column[Any]] = ()
    """What a ready panel draws, of the record or of `rows_of`."""
    rows_of: type[models.Model] | None = None


@dataclass(frozen=True)
class ActionForm(Generic[R]):
    """How an action looks as a form; every action has one even when none is declared.

    `initial(viewer, record)` prefills, `choices[field](viewer, record)` gives the options of a field,
    `aside(viewer, record)` the evidence shown beside the form, `confirm` adds a page to check the answers,
    `after(result, record)` the address to go to when it is done: the record's page without it, else the result's.
    """

    action: str
    text: Words | None = None
    """One sentence on what it does, above the form."""
    button: Words | None = None
    primary: bool = False
    danger: bool = False
    confirm: bool = False
    initial: Callable[[Viewer, R], Mapping[str, Any]] | None = None
    choices: Mapping[str, Callable[[Viewer, R], Sequence[tuple[Any, str]]]] = field(default_factory=dict)
    aside: Callable[[Viewer, R], Body | Sequence[Body] | None] | None = None
    after: Callable[[Any, R], str] | None = None
    done: Words | None = None
    """Message when it is done."""
    later: Sequence[str] = ()
    """Fields that are asked only once something is wrong with them."""
    offered: Callable[[Viewer, R], bool] | None = None
    """Further condition for showing the button; the envelope decides in any case."""


@dataclass(frozen=True)
class Sheet(Generic[M]):
    """A model as a list, a page per record, an API resource and an export."""

    name: str
    model: type[M]
    title: Words
    plural: Words
    columns: Sequence[Column[M]]
    fields: Mapping[str, Words] = field(default_factory=dict)
    """Words that differ here from those of the model's fields, on purpose."""
    hidden: Sequence[str] = ()
    """Fields with words that this sheet does not tell, in its API and its story."""
    name_of: Callable[[Viewer, M], str] | None = None
    """What a record is called in headings and links; the first column without it."""
    filters: Sequence[Filter[M]] = ()
    search: Callable[[models.QuerySet[M], str, Viewer], models.QuerySet[M]] | None = None
    search_label: Words | None = None
    rows: Callable[[Viewer], models.QuerySet[M]] | None = None
    """Where rows without a place of their own come from, instead of the model's reach. Such a sheet is drawn by a page
    with posts of its own and never registered: it has no record pages and no API."""
    narrow: Callable[[models.QuerySet[M], Viewer], models.QuerySet[M]] | None = None
    """Narrows the rows of the list further, after the reach; it can never widen them."""
    prefetch: Sequence[str] = ()
    order: Sequence[str] = ("-id",)
    """Columns of the key paging; `id` is added at the end."""
    panels: Sequence[Panel[M]] = ()
    head: Callable[[Viewer, M], Sequence[Any]] | None = None
    """Badges and due dates beside the record's name."""
    actions: Sequence[str] | None = None
    """Actions on the record's page, most used first; None: all actions on the model."""
    create: Sequence[str] = ()
    """Actions on the list, such as registering a new record."""
    roles: Sequence[str] = ()
    """Posts that get the list in menu and API; empty: all."""
    area: str = ""
    """Where it stands in the bar (`channels/areas.py`); every list a post can open has one."""
    rank: int | None = None
    """Its place among the lists of the area, most used first; None: other pages lead to it."""
    journalled: bool = True
    """Opening a record leaves a line in the journal."""
    history: bool = True
    export: bool = True
    """The list may be taken away as XLSX or CSV (with the visible fields alone)."""
    empty: Words = ("没有符合条件的记录。", "No records match.")

    @property
    def package(self) -> str:
        """The package that declares the sheet."""
        return self.name.partition(".")[0]

    @property
    def url(self) -> str:
        """Address of the list."""
        return f"/{self.name.replace('.', '/')}/"

    def label(self, name: str) -> Label:
        """Label of a field of the model; a path over a foreign key is called by the key."""
        head = name.partition("__")[0]
        words = self.fields.get(name) or self.fields.get(head)
        return Label(*words) if words else self.told.get(head) or Label(name, name.replace("_", " "))

    @cached_property
    def told(self) -> dict[str, Label]:
        """The fields that are told, with their words."""
        columns = {f.name: words_of(f) for f in self.model._meta.concrete_fields}
        own = {name: Label(*words) for name, words in self.fields.items() if name in columns}
        words = {name: own.get(name) or said for name, said in columns.items()}
        return {name: said for name, said in words.items() if said is not None and name not in self.hidden}

    def open_to(self, viewer: Viewer) -> bool:
        """Does the viewer's post have this list?"""
        return not self.roles or viewer.role in self.roles

    def called(self, viewer: Viewer, record: M) -> str:
        """What a record is called towards this viewer."""
        if self.name_of is not None:
            return self.name_of(viewer, record)
        return f"{Label(*self.title).text(viewer.locale)} {record.pk}"


@dataclass(frozen=True)
class Page:
    """A page with a view of its own, under the address `/<path>`."""

    path: str
    view: View
    name: str
    roles: Sequence[str] = ()
    title: Words = ("", "")
    area: str = ""
    rank: int | None = None

    @property
    def slots(self) -> list[str]:
        """Names of the values in the path."""
        return _SLOT.findall(self.path)


HOME = "/"
"""Address of the worklist."""
_SLOT = re.compile(r"<\w+:(\w+)>")
SHEETS: dict[str, Sheet[Any]] = {}
PANELS: dict[str, list[Panel[Any]]] = {}
ACTION_FORMS: dict[str, ActionForm[Any]] = {}
PAGES: dict[str, Page] = {}


def register(sheet: Sheet[M]) -> Sheet[M]:
    """Declare a sheet; two of one name are a programming error."""
    if sheet.name in SHEETS:
        raise RuntimeError(f"sheet {sheet.name} declared twice")
    if sheet.rows is not None:
        raise RuntimeError(f"sheet {sheet.name} has rows of its own: draw it on a page")
    _known(sheet.area, sheet.name)
    SHEETS[sheet.name] = sheet
    return sheet


def _known(area: str, name: str) -> None:
    if area and area not in AREAS:
        raise RuntimeError(f"{name} names the area {area}, and there is none (channels/areas.py)")


def panel(sheet: str, *panels: Panel[Any]) -> None:
    """Add panels to the page of a sheet, also of a lower storey, by its name."""
    known = PANELS.setdefault(sheet, [])
    for one in panels:
        if any(one.name == other.name for other in known):
            raise RuntimeError(f"panel {one.name} declared twice on {sheet}")
        known.append(one)


def _declared(form: Callable[P, ActionForm[R]]) -> Callable[P, ActionForm[R]]:
    def declare(*looks: P.args, **named: P.kwargs) -> ActionForm[R]:
        given = form(*looks, **named)
        if given.action in ACTION_FORMS:
            raise RuntimeError(f"the form of {given.action} is declared twice")
        ACTION_FORMS[given.action] = given
        return given

    return declare


action_form = _declared(ActionForm)
"""Declare how an action looks as a form: the attributes of ActionForm by name."""


def form_of(action: str) -> ActionForm[Any]:
    """The form of an action; the plain one where none was declared."""
    return ACTION_FORMS.get(action) or ActionForm(action)


def page(
    path: str,
    *,
    name: str,
    roles: Sequence[str] = (),
    title: Words = ("", ""),
    area: str = "",
    rank: int | None = None,
) -> Callable[[View], View]:
    """Declare a view of one's own: `@page("money/run/<int:run_id>/", name="money.run", roles=(...))`.

    The view gets the request (with `request.viewer`) and the address's values; it is called for signed-in viewers with
    one of the roles only, and answers with `hutong.channels.web.frame.show`. It stands in its `area`; with a `rank` it
    is one of the lists there.
    """
    _known(area, name)

    def declare(view: View) -> View:
        if name in PAGES:
            raise RuntimeError(f"page {name} declared twice")
        PAGES[name] = Page(path, view, name, tuple(roles), title, area, rank)
        return view

    return declare


def panels_of(sheet: Sheet[M], viewer: Viewer) -> list[Panel[M]]:
    """Panels of a record's page for a viewer's post, in order."""
    every = [*sheet.panels, *PANELS.get(sheet.name, ())]
    return sorted((p for p in every if not p.roles or viewer.role in p.roles), key=lambda p: (p.order, p.name))


def sheet_of(model: type[models.Model] | str) -> Sheet[Any] | None:
    """The sheet of a model (or of its label `package.model`)."""
    label = model if isinstance(model, str) else model._meta.label_lower
    return next((s for s in SHEETS.values() if s.model._meta.label_lower == label), None)


def person_sheet() -> Sheet[Any] | None:
    """The sheet of the persons the work is about: its model's reach names its own id as the subject."""
    return next((s for s in SHEETS.values() if getattr(s.model, "reach", None) and s.model.reach.subject == "id"), None)


def record_url(record: models.Model | type[models.Model] | str, pk: object = None) -> str:
    """Address of a record's page, also by its model (or label) and number; empty for a model without a sheet."""
    if isinstance(record, models.Model):
        record, pk = type(record), record.pk
    sheet = sheet_of(record)
    return f"{sheet.url}{pk}/" if sheet else ""


def to_result(result: Any, record: Any) -> str:
    """For `after` of an action on a record: on to the page of what it made."""
    return record_url(result)


def list_url(sheet: str, **asked: object) -> str:
    """Address of a list by the name of its sheet, narrowed by what is asked."""
    return SHEETS[sheet].url + _query(asked)


def page_url(page: str, **values: object) -> str:
    """Address of a declared page by its name; what its path does not take is asked after the `?`."""
    declared = PAGES[page]
    taken = {slot: quote(str(values.pop(slot)), safe="") for slot in declared.slots}
    return f"/{_SLOT.sub(lambda found: taken[found[1]], declared.path)}{_query(values)}"


def _query(asked: Mapping[str, object]) -> str:
    given = {name: str(value) for name, value in asked.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""


def leads(viewer: Viewer, url: str) -> bool:
    """Does an address lead anywhere for this post? A list or an act may belong to other posts."""
    match url.partition("?")[0].strip("/").split("/"):
        case [package, name] if f"{package}.{name}" in SHEETS:
            return SHEETS[f"{package}.{name}"].open_to(viewer)
        case [package, "action", name, *_] if f"{package}.{name}" in ACTIONS:
            return viewer.role in ACTIONS[f"{package}.{name}"].roles
    return True


def action_url(action: str, record_id: int | None = None, **asked: object) -> str:
    """Address of an action's form, with answers that are known already."""
    package, _, name = ACTIONS[action].name.partition(".")
    return f"/{package}/action/{name}/" + (f"{record_id}/" if record_id is not None else "") + _query(asked)
