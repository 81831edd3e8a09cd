"""The API itself: one list and one record per sheet, one POST per action, each in one transaction and one name."""

# No `from __future__ import annotations` here: ninja reads the annotations of the functions made below.
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

from django.db import DataError, connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Body, Header, NinjaAPI, Path, Query
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.throttling import AuthRateThrottle
from pydantic import ValidationError as Mismatch

from hutong.channels.api.shapes import (
    MOST_ITEMS,
    Asked,
    Done,
    Finding,
    Many,
    ManyDone,
    OneDone,
    Problem,
    asked_shape,
    filters_of,
    page_shape,
    record_shape,
    wire_fields,
    wire_name,
)
from hutong.channels.api.tokens import Bearer, Machine
from hutong.channels.reading import narrowed, one, ordering, slice_of
from hutong.channels.sheet import SHEETS, Sheet, sheet_of
from hutong.core.access import visible_fields
from hutong.core.action import ACTIONS, ActionSpec, Disclosed
from hutong.core.audit.journal import journal
from hutong.core.errors import FieldError, HutongError, Invalid, Refused
from hutong.core.many import Item, bulk
from hutong.core.places import written
from hutong.core.record import PlaceKeyField
from hutong.core.terms import JournalKind, Label
from hutong.core.validation import messages_of
from hutong.core.viewer import SYSTEM, Viewer, acting

RATE = "1200/m"
"""Requests a client may send; slower ones are told how long to wait."""
Number = Annotated[int, Path(ge=1, lt=2**63)]
READS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 422, 429), Problem)
WRITES: dict[int, Any] = {**READS, 409: Problem}


def build(namespace: str = "api-v1") -> NinjaAPI:
    """The API over everything that is declared now (that is, after start-up)."""
    api = NinjaAPI(
        title="Hutong", version="1", urls_namespace=namespace, auth=Bearer(), throttle=[AuthRateThrottle(RATE)],
        description="Sheets to read, actions to write. Every answer holds only what the client's post may see.",
    )  # fmt: skip
    for sheet in SHEETS.values():
        _add_sheet(api, sheet)
    for spec in sorted(ACTIONS.values(), key=lambda s: s.name):
        if not spec.inner and any(role != SYSTEM for role in spec.roles):
            _add_action(api, spec)
    _add_handlers(api)
    return api


def _in_name_of(request: HttpRequest, work: Callable[[Viewer], Any], *, write: bool = False) -> Any:
    machine: Machine = request.auth  # type: ignore[attr-defined]
    with translation.override(machine.viewer.locale), transaction.atomic():
        if not write:
            with connection.cursor() as cursor:
                cursor.execute("set transaction read only")
        with acting(machine.viewer):
            return work(machine.viewer)


# Sheets


def _add_sheet(api: NinjaAPI, sheet: Sheet[Any]) -> None:
    record, asked = record_shape(sheet), asked_shape(sheet)
    page = page_shape(sheet, record)
    path, tag = sheet.url, sheet.name.partition(".")[0]
    name = sheet.name.replace(".", "_")

    def listed(request: HttpRequest, params: Query[asked]) -> Any:  # type: ignore[valid-type]
        return _in_name_of(request, lambda viewer: _page(sheet, viewer, params, set(request.GET)))

    def read(request: HttpRequest, record_id: Number) -> Any:
        return _in_name_of(request, lambda viewer: _opened(sheet, viewer, record_id))

    shown = {"tags": [tag], "exclude_unset": True}
    words = Label(*sheet.plural).en
    api.get(path, response={200: page, **READS}, operation_id=f"{name}_list", summary=words, **shown)(listed)  # type: ignore[arg-type]
    summary = f"One of: {words}"
    one_path = f"{path}{{record_id}}/"
    api.get(one_path, response={200: record, **READS}, operation_id=f"{name}_read", summary=summary, **shown)(read)  # type: ignore[arg-type]


def _page(sheet: Sheet[Any], viewer: Viewer, params: Asked, names: set[str]) -> dict[str, Any]:
    unknown = names - set(type(params).model_fields)
    if unknown:  # a misspelt filter must not give everything
        text = _("is not known here; check the spelling of the field")
        raise Invalid([FieldError(name, "extra_forbidden", text, label=name) for name in sorted(unknown)])
    if not sheet.open_to(viewer):
        raise Refused(_("Your post may not open this page."))
    given = {k: v for k, v in params.model_dump().items() if isinstance(v, str)}
    given |= {one.name: given[name] for name, one in filters_of(sheet).items() if name in given}
    rows = narrowed(sheet, viewer, given).prefetch_related(*sheet.prefetch)
    found = slice_of(rows, ordering(sheet, viewer), after=params.after, size=params.size)
    journal(viewer, JournalKind.LISTED, what=sheet.name, subject=sheet.model, count=len(found.rows))
    return {"items": sent(sheet, viewer, found.rows), "next": found.next}


def _opened(sheet: Sheet[Any], viewer: Viewer, record_id: int) -> dict[str, Any]:
    record = one(sheet, viewer, record_id)
    if sheet.journalled:
        journal(viewer, JournalKind.OPENED, what=sheet.name, subject=record)
    return sent(sheet, viewer, [record])[0]


def sent(sheet: Sheet[Any], viewer: Viewer, records: Iterable[Any]) -> list[dict[str, Any]]:
    """Records as this viewer may read them: fields above the clearance are absent, places go by their codes."""
    fields = wire_fields(sheet)
    read: list[tuple[Any, dict[str, Any]]] = []
    for record in records:
        readable = visible_fields(viewer, record)
        read.append((record, {n: getattr(record, f.attname) for n, f in fields.items() if n in readable}))
    places = [name for name, f in fields.items() if isinstance(f, PlaceKeyField)]
    keys = {values[name] for _record, values in read for name in places if values.get(name) is not None}
    codes = written(keys) if keys else {}
    return [
        {
            **{
                wire_name(fields[n]): codes.get(v) if n in places else (None if v == "" else v)
                for n, v in values.items()
            },
            "id": record.pk,
            "version": getattr(record, "version", None),
            "called": sheet.called(viewer, record),
        }
        for record, values in read
    ]


# Actions


def _add_action(api: NinjaAPI, spec: ActionSpec[Any]) -> None:
    package, _dot, name = spec.name.partition(".")
    shape = spec.input
    key_header: Any = Header("", alias="Idempotency-Key", max_length=100, description="The same key acts once")  # type: ignore[type-arg]
    match_header: Any = Header("", alias="If-Match", max_length=20, description="`version` the client has read")  # type: ignore[type-arg]

    def create(
        request: HttpRequest,
        given: Body[shape],  # type: ignore[valid-type]
        idempotency_key: str = key_header,
    ) -> Any:
        return _in_name_of(request, lambda viewer: _do(spec, viewer, (given,), idempotency_key, ""), write=True)

    def change(
        request: HttpRequest,
        record_id: Number,
        given: Body[shape],  # type: ignore[valid-type]
        idempotency_key: str = key_header,
        if_match: str = match_header,
    ) -> Any:
        target = (record_id, given)
        return _in_name_of(request, lambda viewer: _do(spec, viewer, target, idempotency_key, if_match), write=True)

    _add_many(api, spec)
    path = f"/actions/{package}/{name}/" + ("{record_id}/" if spec.on is not None else "")
    func: Any = create if spec.on is None else change
    api.post(
        path, response={200: Done, **WRITES}, tags=[package], operation_id=f"{package}_{name}",
        summary=spec.title.en or name,
    )(func)  # fmt: skip


def _add_many(api: NinjaAPI, spec: ActionSpec[Any]) -> None:
    package, _dot, name = spec.name.partition(".")
    key_header: Any = Header("", alias="Idempotency-Key", max_length=100, description="The same key acts once")  # type: ignore[type-arg]

    def many(request: HttpRequest, given: Many, idempotency_key: str = key_header) -> Any:
        return _in_name_of(request, lambda viewer: _do_many(spec, viewer, given, idempotency_key), write=True)

    words = spec.title.en or name
    api.post(
        f"/actions/{package}/{name}/many/", response={200: ManyDone, **WRITES}, tags=[package],
        operation_id=f"{package}_{name}_many", summary=f"{words}: many at once",
        description=f"Up to {MOST_ITEMS:,} items; each has an answer, and a refused one leaves the others alone.",
    )(many)  # fmt: skip


def _do_many(spec: ActionSpec[Any], viewer: Viewer, given: Many, key: str) -> ManyDone:
    items = [Item(one.given, one.id, f"api:{one.key}" if one.key else None, one.version) for one in given.items]
    answers = bulk(spec, viewer, items, key=f"api:{key}" if key else None, whole=given.whole)
    told = [OneDone(problem=_problem(a.error)) if a.error else OneDone(done=_done(a.result)) for a in answers]
    return ManyDone(answers=told)


def _do(spec: ActionSpec[Any], viewer: Viewer, target: Sequence[Any], key: str, version: str) -> Done:
    number = version.strip('"')
    if number and not (number.isdigit() and len(number) < 10):
        raise Invalid(_("If-Match must be the version of the record."))
    return _done(spec(viewer, *target, key=f"api:{key}" if key else None, version=int(number) if number else None))


def _done(result: Any) -> Done:
    if isinstance(result, Disclosed):
        return Done(record=result.record._meta.label_lower, id=result.record.pk, secret=result.secret)
    if isinstance(result, models.Model):
        sheet = sheet_of(type(result))
        url = f"/api/v1{sheet.url}{result.pk}/" if sheet else ""
        return Done(record=result._meta.label_lower, id=result.pk, url=url)
    return Done(result=result)


# What went wrong


def _problem(error: HutongError) -> Problem:
    findings = error.errors if isinstance(error, Invalid) else ()
    return Problem(status=error.status, text=str(error), errors=list(map(_finding, findings)))


def _add_handlers(api: NinjaAPI) -> None:
    def problem(request: HttpRequest, status: int, text: str, errors: Sequence[Finding] = ()) -> HttpResponse:
        return api.create_response(request, Problem(status=status, text=text, errors=list(errors)), status=status)

    @api.exception_handler(HutongError)
    def expected(request: HttpRequest, error: HutongError) -> HttpResponse:
        told = _problem(error)
        return problem(request, told.status, told.text, told.errors)

    @api.exception_handler(ValidationError)
    def mismatch(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(request, 422, _("This cannot be accepted"), _findings(request, error))

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = problem(request, 401, _("Send a valid key: Authorization: Bearer …"))
        response.headers["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(Throttled)
    def too_many(request: HttpRequest, error: Throttled) -> HttpResponse:
        response = problem(request, 429, _("Too many requests; wait a moment."))
        response.headers["Retry-After"] = str(int(error.wait or 1) + 1)
        return response

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(request, error.status_code, str(error))

    @api.exception_handler(DataError)
    @api.exception_handler(UnicodeEncodeError)
    def unfit(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem(request, 422, _("A value is too large, or holds characters that cannot be kept."))


def _finding(error: FieldError) -> Finding:
    kept = {name: getattr(error, name) for name in ("field", "label", "code", "message", "remedy", "row", "sheet")}
    return Finding(**kept)


def _findings(request: HttpRequest, error: ValidationError) -> list[Finding]:
    """The input's own words where the body was wrong, the library's for headers and parameters."""
    parts = request.path.strip("/").split("/")
    body = [e for e in error.errors if e.get("loc", ("",))[0] == "body"]
    spec = ACTIONS.get(".".join(parts[3:5])) if body and "actions" in parts and parts[-1] != "many" else None
    if spec is not None:
        machine: Machine = request.auth  # type: ignore[attr-defined]
        with translation.override(machine.viewer.locale):
            told = _told(spec, request)
        if told:
            return told
    return [
        Finding(field=".".join(map(str, e["loc"][1:])), code=str(e["type"]), message=str(e["msg"]))
        for e in error.errors
    ]


def _told(spec: ActionSpec[Any], request: HttpRequest) -> list[Finding]:
    try:
        spec.input.model_validate_json(request.body)
    except Mismatch as mismatch:
        return list(map(_finding, messages_of(mismatch, spec.input)))
    return []
