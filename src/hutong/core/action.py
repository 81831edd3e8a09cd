"""The action envelope: the one way to write.

Idempotency key -> lock row -> grant (reach, role, separation of duties) -> validate input -> transaction, telling the
database which action and package is writing -> run -> move the workflow, start and stop clocks -> events -> entry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar, cast

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from hutong.core import clock_time
from hutong.core.audit.journal import Line, actor_of, journal_lines, line_of
from hutong.core.constraints import in_words
from hutong.core.context import Running, _open, opened, running
from hutong.core.errors import Conflict, HutongError, Invalid, NotFound, Refused
from hutong.core.flow import FLOWS, Flow
from hutong.core.inputs import Given, Nothing, located
from hutong.core.record import Record, Scoped, all_in_reach, in_reach
from hutong.core.terms import JournalKind, Label
from hutong.core.validation import messages_of
from hutong.core.viewer import SYSTEM, Viewer, acting, system_viewer, viewer_or_none

T = TypeVar("T")


@dataclass(frozen=True)
class Disclosed:
    """A result with a secret, shown once to whoever asked: the entry, and the same key again, know the record alone."""

    record: models.Model
    secret: str = field(repr=False)


@dataclass(frozen=True)
class ActionSpec(Generic[T]):
    """A registered action; calling it runs the envelope."""

    name: str
    package: str
    on: type[models.Model] | None
    input: type[Given]
    roles: tuple[str, ...]
    allow: Callable[..., str | None] | None
    func: Callable[..., T]
    title: Label
    inner: bool
    """Called by other packages only; no page and no API offers it."""
    protects: bool = False
    """May be done for a child that is open to the viewer for an emergency alone."""

    def __call__(
        self,
        viewer: Viewer,
        *args: Any,
        key: str | None = None,
        version: int | None = None,
        reason: str = "",
    ) -> T:
        """`spec(viewer, record or id, given)`, or `spec(viewer, given)` where the action creates its record.

        Raises NotFound, Refused, Conflict, Invalid; nothing is written then but the journal line.
        """
        target, given = args if self.on is not None and len(args) == 2 else (None, args[0] if args else {})
        if self.on is not None and len(args) == 1:
            target, given = args[0], {}
        return _Call(self, viewer, target, given, key, version, reason).run()

    @property
    def flow(self) -> Flow | None:
        """The flow that has a move of this name, if any."""
        return next((f for f in FLOWS.values() if self.name in f.moves), None)

    def offered_to(self, viewer: Viewer, obj: models.Model | None = None) -> bool:
        """Should a screen offer this action to the viewer now? The envelope decides again when it is called."""
        if viewer.role not in self.roles or self.inner:
            return False
        flow = self.flow
        if obj is not None and flow is not None and isinstance(obj, flow.model):
            frm = flow.moves[self.name].frm
            if frm and getattr(obj, flow.field) not in frm:
                return False
        return self.protects or obj is None or not only_for_emergency(viewer, obj)


ACTIONS: dict[str, ActionSpec[Any]] = {}


def only_for_emergency(viewer: Viewer, obj: models.Model) -> bool:
    """Is the record in sight only because its child was opened for an emergency?"""
    return bool(viewer.emergency) and not in_reach(viewer.without_emergency(), obj) and in_reach(viewer, obj)


def action(
    name: str,
    *,
    on: type[models.Model] | None = None,
    input: type[Given] = Nothing,  # noqa: A002 - the house's word for it
    roles: Sequence[str] = (),
    allow: Callable[..., str | None] | None = None,
    title: tuple[str, str] = ("", ""),
    inner: bool = False,
    protects: bool = False,
) -> Callable[[Callable[..., T]], ActionSpec[T]]:
    """Register a function `(viewer, record, given)` or `(viewer, given)` as the action `package.name`."""

    def register(func: Callable[..., T]) -> ActionSpec[T]:
        if name in ACTIONS:
            raise RuntimeError(f"action {name} declared twice")
        package = name.partition(".")[0]
        spec = ActionSpec(name, package, on, input, tuple(roles), allow, func, Label(*title), inner, protects)
        ACTIONS[name] = spec
        return spec

    return register


def call_system(spec: ActionSpec[T], *args: Any, key: str | None = None) -> T:
    """Run an action in the name of the job called like it, with the nation as reach."""
    viewer = system_viewer(spec.name, now=clock_time.now())
    with acting(viewer):
        return spec(viewer, *args, key=key)


@dataclass
class _Call(Generic[T]):
    spec: ActionSpec[T]
    viewer: Viewer
    target: Any
    given: Any
    key: str | None
    version: int | None
    reason: str
    _sound: Given | None = None

    def run(self) -> T:
        self.seen_by = self.viewer
        if not self.spec.protects:
            self.viewer = self.viewer.without_emergency()
        with ExitStack() as stack:
            if viewer_or_none() is not self.viewer:
                stack.enter_context(acting(self.viewer))
            try:
                with transaction.atomic():
                    return self._inside()
            except DatabaseError as error:
                refused = in_words(error)
                if refused is None:
                    raise
                raise refused from error
            except HutongError as error:
                told = self.told(error)
                journal_lines([line] if (line := self.line(told)) else [])
                raise told from error.__cause__

    def _inside(self) -> T:
        stored = self._stored() if self.key else None
        if stored is not None:
            return self._replay(stored)
        obj = self._locked()
        given = self.granted(obj)
        with opening(self.spec, self.viewer) as running_action:
            result, subject = self.perform(running_action, obj, given)
            on = (subject._meta.label_lower, subject.pk) if subject is not None else ("", None)
            digest = self.digest() if self.key else None
            kept = kept_of(result)
            write_entry(self.spec, running_action, on=on, key=self.key, digest=digest, reason=self.reason, result=kept)
        return result

    def granted(self, obj: Any) -> Given:
        """The input, once it is sound and the viewer may do this to the locked record."""
        if self.version is not None and isinstance(obj, Record) and obj.version != self.version:
            raise Conflict(_("Somebody else changed this record in the meantime. Reload the page and decide again."))
        given = self.sound()
        self._granted(obj, given, self.spec.flow)
        return given

    def perform(self, action: Running, obj: Any, given: Given) -> tuple[T, models.Model | None]:
        """Run the function and move the workflow; the result and the record it was about."""
        flow = self.spec.flow
        before = getattr(obj, flow.field) if flow and obj is not None and isinstance(obj, flow.model) else None
        action.place_key = _place_key(obj)
        result = self.spec.func(self.viewer, *([obj] if self.spec.on is not None else []), given)
        kept = kept_of(result)
        subject = obj if obj is not None else kept if isinstance(kept, models.Model) else None
        if flow:
            moved = obj if isinstance(obj, flow.model) else kept
            if isinstance(moved, flow.model):
                flow.follow(self.spec.name, moved, before)
        if action.place_key is None:
            action.place_key = _place_key(subject)
        return result, subject

    def _stored(self) -> Used | None:
        actor = actor_of(self.viewer)
        hold_key(actor, str(self.key))
        found = used_keys(actor, [str(self.key)]).get(str(self.key))
        if found is not None and not found.same(self.spec.name, self.digest()):
            raise Conflict(_("This key was already used for something else."))
        return found

    def _replay(self, stored: Used) -> T:
        with acting(self.seen_by):
            result = as_given([stored.result])[0]
        if isinstance(result, NotFound):
            raise result
        return cast(T, result)

    def digest(self) -> bytes:
        """What was asked of which record, as a hash: the same key serves for the same alone."""
        try:
            given = self.sound().model_dump(mode="python")  # the same from a form, the API and a bulk act
        except Invalid:
            given = self.given.model_dump(mode="python") if isinstance(self.given, BaseModel) else dict(self.given)
        text = json.dumps([self.number(), given], default=_plain, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).digest()

    def _locked(self) -> Any:
        if self.spec.on is None:
            return None
        pk = self.number()
        found = locked(self.spec, self.viewer, [pk])
        if pk not in found:
            raise NotFound()
        return found[pk]

    def number(self) -> Any:
        """Primary key of the record that was named."""
        target = self.target.pk if isinstance(self.target, models.Model) else self.target
        return target if self.spec.on is None else cast(Any, self.spec.on._meta.pk).to_python(target)

    def _in_sight(self) -> bool:
        """Is the target, or the child a new record would be about, open to the viewer for an emergency?"""
        if self.spec.on is None:
            about = self.given if isinstance(self.given, Mapping) else vars(self.given)
            return str(about.get("child_id")) in map(str, self.seen_by.emergency)
        pk = self.target.pk if isinstance(self.target, models.Model) else self.target
        with acting(self.seen_by):
            obj = self.spec.on._default_manager.filter(pk=pk).first()
            return obj is not None and in_reach(self.seen_by, obj)

    def _granted(self, obj: Any, given: Given, flow: Flow | None) -> None:
        if self.viewer.role not in self.spec.roles:
            raise Refused(_("Your post may not do this."))
        if flow and isinstance(obj, flow.model):
            flow.check(self.spec.name, obj)
        if self.spec.allow is not None:
            refusal = self.spec.allow(self.viewer, *([obj] if self.spec.on is not None else []), given)
            if refusal:
                raise Refused(refusal)

    def sound(self) -> Given:
        """The input as the action declares it; Invalid where it is not."""
        if self._sound is None:
            self._sound = self._validated()
        return self._sound

    def _validated(self) -> Given:
        if isinstance(self.given, self.spec.input):
            return self.given
        raw = self.given.model_dump() if isinstance(self.given, BaseModel) else dict(self.given or {})
        try:
            return self.spec.input.model_validate(raw)
        except ValidationError as error:
            raise Invalid(messages_of(error, self.spec.input)) from error

    def told(self, error: HutongError) -> HutongError:
        """What the caller hears of a failure: findings stand under fields of the input."""
        if isinstance(error, Invalid):
            error.errors = [located(finding, self.spec.input) for finding in error.errors]
            return error
        if isinstance(error, NotFound) and self.viewer is not self.seen_by and self._in_sight():
            return Refused(_("This child is open to you for an emergency only; the place in charge has to do this."))
        return error

    def line(self, error: HutongError) -> Line | None:
        """The line of the journal, where somebody looked for what lies outside or was refused."""
        if not isinstance(error, NotFound | Refused):
            return None
        kind, text = (JournalKind.REFUSED, str(error)) if isinstance(error, Refused) else (JournalKind.NOT_FOUND, "")
        return line_of(
            self.viewer, kind, what=self.spec.name, subject=self.spec.on, subject_id=self.number(), purpose=text
        )


# Pieces that one act and many at once share


@contextmanager
def opening(spec: ActionSpec[Any], viewer: Viewer) -> Iterator[Running]:
    """Tell Python and the database which action is writing from here on; the outer one comes back after it."""
    parent = running()
    with connection.cursor() as cursor:
        cursor.execute("select nextval('core_entry_id_seq')")
        entry_id = int(cursor.fetchone()[0])
    outer = parent.entry_id if parent else None
    begun = Running(spec.name, spec.package, viewer, viewer.now, entry_id, outer, made=parent.made if parent else None)
    token = _open.set(begun)
    try:
        _announce(entry_id, spec.package)
        yield opened()
    finally:
        _open.reset(token)
    _announce(outer, parent.package if parent else "")


def locked(spec: ActionSpec[Any], viewer: Viewer, numbers: Collection[int]) -> dict[int, models.Model]:
    """Those of the records that are inside the reach, held in the order of their numbers until the end."""
    model = cast(type[models.Model], spec.on)
    _hold_wholes(spec, viewer, model, numbers)
    rows, scoped = model._default_manager.all(), False
    if isinstance(rows, Scoped) and viewer.role != SYSTEM:
        scoped = bool(model.reach.keys)  # type: ignore[attr-defined]
        rows = rows.visible_to(viewer) if scoped else rows
    found = {obj.pk: obj for obj in rows.select_for_update(of=("self",)).filter(pk__in=numbers).order_by("pk")}
    if scoped or viewer.role == SYSTEM:
        return found
    inside = all_in_reach(viewer, list(found.values()))
    return {pk: obj for pk, obj in found.items() if pk in inside}


def _hold_wholes(spec: ActionSpec[Any], viewer: Viewer, part: type[models.Model], numbers: Collection[int]) -> None:
    """What the records are part of is held first, also outside the reach: two actions never wait crosswise."""
    name: str = getattr(part, "part_of", "")
    if name:
        whole = cast(type[models.Model], part._meta.get_field(name).related_model)
        with acting(system_viewer(spec.name, now=viewer.now)):
            named = part._default_manager.filter(pk__in=numbers).values(name)
            list(whole._default_manager.select_for_update().filter(pk__in=named).order_by("pk").values("pk"))


def write_entry(
    spec: ActionSpec[Any], action: Running, *, on: tuple[str, int | None], key: str | None, digest: bytes | None,
    reason: str, result: Any, item_keys: list[str] | None = None,
) -> None:  # fmt: skip
    """Write what happened: who, at which post, on what, why and with which outcome."""
    viewer = action.viewer
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into core_entry (id, action, package, actor, user_id, post_id, role, viewer_name, on_label,
                 on_id, place_key, key, given_digest, parent_id, happened_at, reason, notes, result, item_keys)
               values (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)""",
            [
                action.entry_id, spec.name, spec.package, actor_of(viewer), viewer.user_id, viewer.post_id,
                viewer.role, viewer.name, *on, action.place_key, key, digest, action.parent_id, action.now, reason,
                json.dumps(jsonable(action.notes)), json.dumps(jsonable(result)), item_keys,
            ],
        )  # fmt: skip


def kept_of(result: Any) -> Any:
    """What an entry knows of a result: of a disclosed secret its record alone."""
    return result.record if isinstance(result, Disclosed) else result


# Keys


class Used(NamedTuple):
    """What a key was used for: an act of its own, or an item of a bulk act."""

    action: str
    digest: bytes | None
    result: Any

    def same(self, name: str, digest: bytes) -> bool:
        """Was it this very act with this very input?"""
        return self.action == name and (self.digest is None or self.digest == digest)


def hold_key(actor: str, key: str) -> None:
    """Nobody else uses the key meanwhile, not as an item of a bulk act either."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock_shared(hashtextextended(%s, 1)),"
            " pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [actor, f"{actor} {key}"],
        )


def hold_keys(actor: str) -> None:
    """The actor's other acts with keys wait: one lock, whatever the number of items."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 1))", [actor])


_USED = """
select key, action, given_digest, result from core_entry where actor = %(actor)s and key = any(%(keys)s)
union all
select k.key, e.action, decode(i.item ->> 'digest', 'hex'), i.item -> 'result'
  from core_entry e cross join unnest(e.item_keys) with ordinality k(key, place)
  cross join lateral (select e.result -> 'items' -> (k.place - 1)::int as item) i
 where e.actor = %(actor)s and e.item_keys && %(keys)s::varchar[] and k.key = any(%(keys)s)"""


def used_keys(actor: str, keys: Sequence[str]) -> dict[str, Used]:
    """What the actor has used these keys for."""
    with connection.cursor() as cursor:
        cursor.execute(_USED, {"actor": actor, "keys": list(keys)})
        rows = cursor.fetchall()
    return {
        key: Used(name, bytes(digest) if digest else None, json.loads(result) if isinstance(result, str) else result)
        for key, name, digest, result in rows
    }


def as_given(results: Sequence[Any]) -> list[Any]:
    """Results as entries keep them, with the records they name; NotFound in the place of one that is out of sight."""
    wanted: dict[str, set[int]] = {}
    for result in results:
        if _names_record(result):
            wanted.setdefault(result["label"], set()).add(result["id"])
    found = {label: apps.get_model(label)._default_manager.in_bulk(numbers) for label, numbers in wanted.items()}
    return [
        found[result["label"]].get(result["id"], NotFound()) if _names_record(result) else result for result in results
    ]


def _names_record(result: Any) -> bool:
    return isinstance(result, dict) and set(result) == {"label", "id"}


@contextmanager
def announced(package: str) -> Iterator[None]:
    """Write in the name of another package than the action's own; `*` is every one."""
    entry_id = opened().entry_id
    _announce(entry_id, package)
    yield
    _announce(entry_id, opened().package)


def _announce(entry_id: int | None, package: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('hutong.entry', %s, true), set_config('hutong.package', %s, true)",
            [str(entry_id or ""), package],
        )


def _place_key(obj: Any) -> int | None:
    reach = getattr(obj, "reach", None)
    return getattr(obj, reach.keys[0]) if reach is not None and reach.keys else None


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return {"label": value._meta.label_lower, "id": value.pk}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return str(value)


def jsonable(value: Any) -> Any:
    """As an entry keeps it: records by kind and number, dates as text."""
    if isinstance(value, models.Model):
        return _plain(value)
    return json.loads(json.dumps(value, default=_plain, ensure_ascii=False))


def departed(reasons: str, **facts: Any) -> Mapping[str, Any]:
    """The note an action leaves when an officer departs from the law's advice; counted in supervision."""
    return {"departed": True, "reasons": reasons, **facts}
