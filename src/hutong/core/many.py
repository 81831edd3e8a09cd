"""The bulk form of the envelope: one act on many records, one entry, an answer for each item.

Every action can be done in bulk as it stands: each item passes the same checks in the same order, and runs the same
function. What the items write is gathered (`hutong.core.gather`) and reaches the database as sets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import DatabaseError, OperationalError, models, transaction
from django.utils.translation import gettext as _

from hutong.core import places
from hutong.core.action import (
    ActionSpec,
    _Call,
    as_given,
    hold_key,
    hold_keys,
    jsonable,
    kept_of,
    locked,
    opening,
    used_keys,
    write_entry,
)
from hutong.core.audit.journal import actor_of, journal_lines
from hutong.core.bulk import parts
from hutong.core.constraints import in_words
from hutong.core.context import Running
from hutong.core.errors import Conflict, FieldError, HutongError, Invalid, NotFound, Refused
from hutong.core.gather import Again, Gathering
from hutong.core.viewer import Viewer, acting, viewer_or_none

T = TypeVar("T")

PART = 1_000
"""Items whose writes are gathered together; a bulk act needs some dozen statements for so many."""
ERRORS: dict[str, type[HutongError]] = {cls.__name__: cls for cls in (Invalid, NotFound, Refused, Conflict)}


@dataclass(frozen=True)
class Item:
    """One of many: the input, the record it is about (or its number), its own key, the version that was read."""

    given: Any = field(default_factory=dict)
    target: Any = None
    key: str | None = None
    version: int | None = None


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What became of an item: the result of its function, or why it was not done."""

    result: T | None = None
    error: HutongError | None = None

    def got(self) -> T:
        """The result; raises the error where there is one."""
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value]


def bulk(
    spec: ActionSpec[T], viewer: Viewer, items: Sequence[Item], *, key: str | None = None, whole: bool = False,
    reason: str = "",
) -> list[Answer[T]]:  # fmt: skip
    """Do one action with many items, in their order, in one transaction; an answer for each.

    A refused item leaves the others alone; with `whole` it leaves nothing of any. The same `key` with the same items
    returns the first answers. An item that was done under its own key, alone or in whatever bulk, is not done again.
    What is no expected failure (a programming error) is raised, and nothing is written.
    """
    return _Bulk(spec, viewer, items, key, whole, reason).run()


class _Spoiled(Exception):
    """Takes everything back where an item was refused and all or nothing was asked for."""


@dataclass
class _One:
    """An item on its way."""

    call: _Call[Any]
    place: int
    result: Any = None
    error: HutongError | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    known: bool = False
    """It was done before under its key."""
    place_key: int | None = None

    @property
    def done(self) -> bool:
        return self.error is None and not self.known


class _Bulk(Generic[T]):
    def __init__(
        self, spec: ActionSpec[T], viewer: Viewer, items: Sequence[Item], key: str | None, whole: bool, reason: str
    ) -> None:
        self.spec, self.key, self.whole, self.reason = spec, key, whole, reason
        self.seen_by = viewer
        self.viewer = viewer if spec.protects else viewer.without_emergency()
        self.ones = [_One(self._call(item), place) for place, item in enumerate(items)]

    def _call(self, item: Item) -> _Call[Any]:
        call: _Call[Any] = _Call(self.spec, self.viewer, item.target, item.given, item.key, item.version, self.reason)
        call.seen_by = self.seen_by
        return call

    def run(self) -> list[Answer[T]]:
        """The answers, in the order of the items."""
        with ExitStack() as stack:
            if viewer_or_none() is not self.viewer:
                stack.enter_context(acting(self.viewer))
            try:
                with transaction.atomic():
                    stored = self._stored()
                    if stored is not None:
                        return stored
                    self._inside()
            except _Spoiled:
                pass
            self._tell()
        if self.whole and any(one.error for one in self.ones):
            return [Answer(error=one.error or _not_alone()) for one in self.ones]
        return [Answer(one.result, one.error) for one in self.ones]

    def _tell(self) -> None:
        lines = []
        for one in self.ones:
            if one.error is not None:
                one.error = one.call.told(one.error)
                lines.append(one.call.line(one.error))
        journal_lines([line for line in lines if line is not None])

    # Keys

    def _stored(self) -> list[Answer[T]] | None:
        """The first answers to this very bulk act, where it was done before."""
        actor = actor_of(self.viewer)
        if any(one.call.key for one in self.ones):
            hold_keys(actor)
        if self.key:
            hold_key(actor, self.key)
            found = used_keys(actor, [self.key]).get(self.key)
            if found is not None and not found.same(self.spec.name, self._digest()):
                raise Conflict(_("This key was already used for something else."))
            if found is not None:
                return self._answers(found.result["items"])
        return None

    def _answers(self, kept: Sequence[Any]) -> list[Answer[T]]:
        with acting(self.seen_by):
            results = as_given([one.get("result") for one in kept])
        errors = [_error_of(one["error"]) if "error" in one else None for one in kept]
        return [
            Answer(error=result) if isinstance(result, NotFound) else Answer(result, error)
            for result, error in zip(results, errors, strict=True)
        ]

    def _digest(self) -> bytes:
        return hashlib.sha256(b"".join(one.call.digest() for one in self.ones)).digest()

    def _recall(self) -> None:
        """Items that were done before under their keys get their first answers; a key serves one item alone."""
        keyed = [one for one in self.ones if one.call.key]
        if not keyed:
            return
        used = used_keys(actor_of(self.viewer), [str(one.call.key) for one in keyed])
        before = [one for one in keyed if one.call.key in used]
        for one in before:
            found = used[str(one.call.key)]
            one.known, one.result = True, found.result
            if not found.same(self.spec.name, one.call.digest()):
                one.error = Conflict(_("This key was already used for something else."))
        mine = [one for one in before if one.error is None]
        with acting(self.seen_by):
            for one, result in zip(mine, as_given([one.result for one in mine]), strict=True):
                one.result, one.error = (None, result) if isinstance(result, NotFound) else (result, None)

    def _twins(self) -> Iterator[tuple[_One, _One]]:
        """Items whose key an earlier item of the same act bears."""
        first: dict[str, _One] = {}
        for one in self.ones:
            if one.call.key and not one.known and first.setdefault(one.call.key, one) is not one:
                yield one, first[one.call.key]

    # Doing it

    def _inside(self) -> None:
        self._recall()
        twins = list(self._twins())
        for one, _first in twins:
            one.known = True
        waiting = [one for one in self.ones if not one.known]
        if waiting:
            self._act(waiting)
        for one, first in twins:
            same = one.call.digest() == first.call.digest()
            one.result = first.result if same else None
            one.error = first.error if same else Conflict(_("This key was already used for something else."))
        if self.whole and any(one.error for one in self.ones):
            raise _Spoiled

    def _act(self, waiting: Sequence[_One]) -> None:
        with opening(self.spec, self.viewer) as action:
            self._hold(waiting)
            for part in parts(waiting, PART):
                self._do(action, part)
            if any(one.done for one in self.ones):
                self._write_entry(action)

    def _hold(self, ones: Sequence[_One]) -> None:
        """Hold all records at once, in the order of their numbers: two bulk acts never wait crosswise."""
        if self.spec.on is not None and len(ones) > PART:
            locked(self.spec, self.viewer, {one.call.number() for one in ones})

    def _do(self, action: Running, part: Sequence[_One]) -> None:
        """Some items as a set. Where the database refuses the set, halves of it are tried: one item spoils itself."""
        if len(part) == 1:
            self._alone(action, part[0])
            return
        try:
            with transaction.atomic():
                self._gathered(action, part)
        except OperationalError:
            raise
        except (DatabaseError, HutongError):
            half = len(part) // 2
            self._do(action, part[:half])
            self._do(action, part[half:])

    def _alone(self, action: Running, one: _One) -> None:
        action.gathering = None
        try:
            with transaction.atomic():
                self._one(action, one, self._found([one]))
        except HutongError as error:
            one.result, one.error = None, error
        except DatabaseError as error:
            refused = in_words(error)
            if refused is None:
                raise
            one.result, one.error = None, refused

    def _gathered(self, action: Running, part: Sequence[_One]) -> None:
        gathering = Gathering([_input(one) for one in part])
        action.gathering = gathering
        found = self._found(part)
        try:
            with gathering.watch():
                for one in part:
                    try:
                        self._item(gathering, action, one, found)
                    except HutongError as error:
                        one.result, one.error = None, error
                gathering.flush()
        finally:
            action.gathering = None

    def _item(self, gathering: Gathering, action: Running, one: _One, found: dict[int, models.Model]) -> None:
        try:
            with gathering.item():
                self._one(action, one, found)
        except Again:
            gathering.flush()
            with gathering.item():
                self._one(action, one, found)

    def _found(self, part: Sequence[_One]) -> dict[int, models.Model]:
        if self.spec.on is None:
            return {}
        return locked(self.spec, self.viewer, {one.call.number() for one in part})

    def _one(self, action: Running, one: _One, found: dict[int, models.Model]) -> None:
        """The envelope of one item."""
        action.notes, action.place_key, one.error = {}, None, None
        obj = self._target(action, one.call.number(), found) if self.spec.on is not None else None
        given = one.call.granted(obj)
        one.result, _subject = one.call.perform(action, obj, given)
        one.notes, one.place_key = action.notes, action.place_key

    def _target(self, action: Running, number: int, found: dict[int, models.Model]) -> models.Model:
        """The held record, a copy for each item; read again where an item before it may have changed it."""
        if number not in found:
            raise NotFound()
        many = action.gathering
        if many is not None and many.changed(found[number]):
            again = locked(self.spec, self.viewer, [number])
            if number not in again:
                raise NotFound()
            return again[number]
        return _copy(found[number])

    # What is kept

    def _write_entry(self, action: Running) -> None:
        done = [one for one in self.ones if one.done]
        refused = sum(one.error is not None for one in self.ones)
        notes = {str(one.place): jsonable(one.notes) for one in done if one.notes}
        action.notes = {"items": len(self.ones), "done": len(done), "refused": refused} | (
            {"of": notes} if notes else {}
        )
        if any(one.notes.get("departed") for one in done):
            action.notes["departed"] = True
        action.place_key = places.common({one.place_key for one in done if one.place_key is not None})
        on = self.spec.on or next((type(r) for one in done if isinstance(r := kept_of(one.result), models.Model)), None)
        keys = [str(one.call.key or "") if one.done else "" for one in self.ones]
        write_entry(
            self.spec, action, on=(on._meta.label_lower if on else "", None), key=self.key,
            digest=self._digest() if self.key else None, reason=self.reason,
            result={"items": [self._kept(one) for one in self.ones]}, item_keys=keys if any(keys) else None,
        )  # fmt: skip

    def _kept(self, one: _One) -> dict[str, Any]:
        if one.error is not None:
            return {"error": _kept_error(one.error)}
        kept = {"result": jsonable(kept_of(one.result))}
        return kept | ({"digest": one.call.digest().hex()} if one.done and one.call.key else {})


def _not_alone() -> Conflict:
    return Conflict(_("Not done: another item was refused, and all or nothing was asked for."))


def _copy(obj: models.Model) -> models.Model:
    """The same record, and what hangs on it, in memory of its own."""
    own = copy(obj)
    own._state.fields_cache = {
        name: copy(near) if isinstance(near, models.Model) else near for name, near in obj._state.fields_cache.items()
    }
    return own


def _input(one: _One) -> Any:
    try:
        return one.call.sound()
    except Invalid:
        return None


def _kept_error(error: HutongError) -> dict[str, Any]:
    """What the entry keeps of a refusal: which field and which code, and nothing of the persons it spoke of."""
    kept: dict[str, Any] = {"kind": type(error).__name__}
    if isinstance(error, Invalid):
        kept["errors"] = [{"field": one.field, "code": one.code} for one in error.errors]
    return kept


def _error_of(kept: dict[str, Any]) -> HutongError:
    text = _("This was refused when it was sent first. Send it alone to read why.")
    if "errors" in kept:
        return Invalid([FieldError(message=text, **one) for one in kept["errors"]])
    kind = ERRORS.get(kept["kind"], Refused)
    return kind() if kind is NotFound else kind(text)
