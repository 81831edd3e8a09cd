"""The action envelope: the one way to write.

Idempotency key -> lock row -> grant (reach, role, separation of duties) -> validate input -> transaction, telling the
database which action and package is writing -> run -> move the workflow, start and stop clocks -> events -> entry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar, cast

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from hutong.core import clock_time
from hutong.core.audit.journal import actor_of, journal
from hutong.core.constraints import in_words
from hutong.core.context import Running, _open, running
from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.flow import FLOWS, Flow
from hutong.core.inputs import Given, Nothing, located
from hutong.core.record import Record, Scoped, in_reach
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
            except Invalid as invalid:
                raise Invalid([located(error, self.spec.input) for error in invalid.errors]) from invalid
            except DatabaseError as error:
                refused = in_words(error)
                if refused is None:
                    raise
                raise refused from error
            except NotFound:
                if self.viewer is not self.seen_by and self._in_sight():
                    text = _("This child is open to you for an emergency only; the place in charge has to do this.")
                    self._refusal(JournalKind.REFUSED, text)
                    raise Refused(text) from None
                self._refusal(JournalKind.NOT_FOUND, "")
                raise
            except Refused as refusal:
                self._refusal(JournalKind.REFUSED, str(refusal))
                raise

    def _inside(self) -> T:
        stored = self._stored() if self.key else None
        if stored is not None:
            return self._replay(stored)
        obj = self._locked()
        flow = self.spec.flow
        given = self._validated()
        self._granted(obj, given, flow)
        before = getattr(obj, flow.field) if flow and obj is not None and isinstance(obj, flow.model) else None
        parent = running()
        with connection.cursor() as cursor:
            cursor.execute("select nextval('core_entry_id_seq')")
            entry_id = int(cursor.fetchone()[0])
        now = self.viewer.now
        action = Running(
            self.spec.name, self.spec.package, self.viewer, now, entry_id, parent.entry_id if parent else None
        )
        action.place_key = _place_key(obj)
        token = _open.set(action)
        try:
            _announce(entry_id, self.spec.package)
            result = self.spec.func(self.viewer, *([obj] if self.spec.on is not None else []), given)
            kept = result.record if isinstance(result, Disclosed) else result
            subject = obj if obj is not None else kept if isinstance(kept, models.Model) else None
            if flow:
                moved = obj if isinstance(obj, flow.model) else kept
                if isinstance(moved, flow.model):
                    flow.follow(self.spec.name, moved, before)
            self._write_entry(action, subject, kept)
        finally:
            _open.reset(token)
        _announce(parent.entry_id if parent else None, parent.package if parent else "")
        return result

    def _stored(self) -> tuple[bytes | None, Any] | None:
        actor = actor_of(self.viewer)
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{actor} {self.key}"])
            cursor.execute(
                "select action, given_digest, result from core_entry where actor = %s and key = %s", [actor, self.key]
            )
            row = cursor.fetchone()
        if row is None:
            return None
        if row[0] != self.spec.name or (row[1] and bytes(row[1]) != self._digest()):
            raise Conflict(_("This key was already used for something else."))
        return row[1], json.loads(row[2]) if isinstance(row[2], str) else row[2]

    def _replay(self, stored: tuple[bytes | None, Any]) -> T:
        result = stored[1]
        if isinstance(result, dict) and set(result) == {"label", "id"}:
            with acting(self.seen_by):
                result = apps.get_model(result["label"])._default_manager.get(pk=result["id"])
        return cast(T, result)

    def _digest(self) -> bytes:
        given = self.given.model_dump(mode="python") if isinstance(self.given, BaseModel) else dict(self.given or {})
        target = self.target.pk if isinstance(self.target, models.Model) else self.target
        text = json.dumps([target, given], default=_plain, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).digest()

    def _locked(self) -> Any:
        model = self.spec.on
        if model is None:
            return None
        pk = self.target.pk if isinstance(self.target, models.Model) else self.target
        self._hold_whole(model, pk)
        rows, scoped = model._default_manager.all(), False
        if isinstance(rows, Scoped) and self.viewer.role != SYSTEM:
            scoped = bool(model.reach.keys)  # type: ignore[attr-defined]
            rows = rows.visible_to(self.viewer) if scoped else rows
        obj = rows.select_for_update(of=("self",)).filter(pk=pk).first()
        if obj is None or not (scoped or self.viewer.role == SYSTEM or in_reach(self.viewer, obj)):
            raise NotFound()
        if self.version is not None and isinstance(obj, Record) and obj.version != self.version:
            raise Conflict(_("Somebody else changed this record in the meantime. Reload the page and decide again."))
        return obj

    def _hold_whole(self, part: type[models.Model], pk: int) -> None:
        """What the record is part of is held first, also outside the reach: two actions never wait crosswise."""
        name: str = getattr(part, "part_of", "")
        if name:
            whole = cast(type[models.Model], part._meta.get_field(name).related_model)
            with acting(system_viewer(self.spec.name, now=self.viewer.now)):
                named = part._default_manager.filter(pk=pk).values(name)
                list(whole._default_manager.select_for_update().filter(pk__in=named).values("pk"))

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

    def _validated(self) -> Given:
        if isinstance(self.given, self.spec.input):
            return self.given
        raw = self.given.model_dump() if isinstance(self.given, BaseModel) else dict(self.given or {})
        try:
            return self.spec.input.model_validate(raw)
        except ValidationError as error:
            raise Invalid(messages_of(error, self.spec.input)) from error

    def _write_entry(self, action: Running, subject: models.Model | None, result: Any) -> None:
        place_key = action.place_key if action.place_key is not None else _place_key(subject)
        with connection.cursor() as cursor:
            cursor.execute(
                """insert into core_entry (id, action, package, actor, user_id, post_id, role, viewer_name, on_label,
                     on_id, place_key, key, given_digest, parent_id, happened_at, reason, notes, result)
                   values (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)""",
                [
                    action.entry_id, self.spec.name, self.spec.package, actor_of(self.viewer), self.viewer.user_id,
                    self.viewer.post_id, self.viewer.role, self.viewer.name,
                    subject._meta.label_lower if subject is not None else "", subject.pk if subject else None,
                    place_key, self.key, self._digest() if self.key else None, action.parent_id, action.now,
                    self.reason, json.dumps(_jsonable(action.notes)), json.dumps(_jsonable(result)),
                ],
            )  # fmt: skip

    def _refusal(self, kind: JournalKind, text: str) -> None:
        target = self.target
        pk = target.pk if isinstance(target, models.Model) else target
        journal(self.viewer, kind, what=self.spec.name, subject=self.spec.on, subject_id=pk, purpose=text)


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


def _jsonable(value: Any) -> Any:
    if isinstance(value, models.Model):
        return _plain(value)
    return json.loads(json.dumps(value, default=_plain, ensure_ascii=False))


def departed(reasons: str, **facts: Any) -> Mapping[str, Any]:
    """The note an action leaves when an officer departs from the law's advice; counted in supervision."""
    return {"departed": True, "reasons": reasons, **facts}
