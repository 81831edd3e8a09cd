"""Writes of many like pieces of work, gathered and put into the database as sets.

While a bulk act runs, what its items save, ask for and raise waits here. It reaches the database in one statement for
each kind of write: when the last item is done, or earlier, as soon as a statement reads or writes what is waiting. So
an action is written once, for one record, and may read back at any time what it wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from itertools import count
from typing import Any, NamedTuple, TypeAlias

from django.db import connection, models, transaction

from hutong.core.bulk import change_rows, insert_rows, next_ids, row_of

Key: TypeAlias = tuple[Hashable, ...]
READS = ("select", "fetch", "show")
PASSES = ("release", "rollback", "set")
THROUGH = re.compile(r"\b(?:from|join|lateral)\s+(?!lateral\b|unnest\b|generate_series\b|jsonb?_)\w+\s*\(")
"""A read through a function of ours: its text does not name the tables it reads, so whatever waits is written first."""
WRITING_READS = ("procrastinate_",)
"""Functions that write although they are called by a SELECT."""


class Waiting(NamedTuple):
    """One write that waits: `how(*fixed, rows)` does it together with the others of the same kind."""

    how: Callable[..., Any]
    fixed: Key
    row: Any
    about: Key | None
    """The record it is about; two writes about one record keep their order."""
    once: bool
    """A statement holds it once only for one record."""
    tables: tuple[str, ...]


class Again(BaseException):
    """An item needs what waited before it, and is past the point at which that could be written: it begins anew."""


class Gathering:
    """What the items of one bulk act have written and the database does not know yet."""

    def __init__(self, inputs: Sequence[Any] = ()) -> None:
        self.inputs = inputs
        self.memo: dict[Any, Any] = {}
        """What was looked up for all items; forgotten when something is written past this gathering."""
        self._expected = max(len(inputs), 1)
        self._ids: dict[type[models.Model], list[int]] = {}
        self._sets: dict[Key, list[Any]] = {}
        self._place: dict[Key, int] = {}
        self._places = count()
        self._last: dict[Key, int] = {}
        self._touch: dict[Key, tuple[str, ...]] = {}
        self._item: list[Waiting] = []
        self._savepoint: str | None = None
        self._busy = False
        self._saved: set[Key] = set()
        self._texts: list[str] = []
        self.open = True
        """Does it gather? Not while it writes, nor for the rest of an item that opened a savepoint of its own."""

    def next_id(self, model: type[models.Model]) -> int:
        """A primary key; as many are taken at once as there are items."""
        left = self._ids.get(model)
        if not left:
            with self._quietly():
                left = self._ids[model] = next_ids(model, self._expected)[::-1]
        return left.pop()

    def put(
        self, how: Callable[..., Any], fixed: Key, row: Any, *, about: Key | None, tables: tuple[str, ...],
        once: bool = False,
    ) -> None:  # fmt: skip
        """Have `how(*fixed, rows)` called later, with this row among the others."""
        self._item.append(Waiting(how, fixed, row, about, once, tables))

    def save(self, record: models.Model, names: Sequence[str] | None) -> bool:
        """Take a record that is being saved, the whole or some fields; False where only the database can."""
        model, adding = type(record), record._state.adding
        fields = [f for f in model._meta.concrete_fields if names is None or f.primary_key or f.name in names]
        if adding and record.pk is None:
            record.pk = self.next_id(model)
        row = row_of(record, fields)
        if row is None:
            return False
        record._state.adding, record._state.db = False, connection.alias
        how = insert_rows if adding else change_rows
        table = model._meta.db_table
        fixed = (model,) if adding else (model, *(f.name for f in fields))
        self.put(_rows, (how, *fixed), row, about=(model, record.pk), tables=(table,), once=True)
        self._saved.add((model, record.pk))
        self._forget(table)
        return True

    def changed(self, record: models.Model) -> bool:
        """May an item have changed this record since it was read?"""
        table = record._meta.db_table
        return (type(record), record.pk) in self._saved or any(table in text for text in self._texts)

    def named(self, field: str, rows: Callable[[], models.QuerySet[Any]], key: Hashable, number: int) -> Any:
        """The record with this number among `rows()`, read once for all items that name one in `field`."""
        kept = self.memo.get((key, field))
        if kept is None or number not in kept[1]:
            numbers = {getattr(one, field, None) for one in self.inputs} - {None} | {number}
            asked = rows()
            found = {one.pk: one for one in asked.filter(pk__in=numbers)}
            kept = self.memo[key, field] = (asked.model._meta.db_table, {n: found.get(n) for n in numbers})
        return copy(kept[1][number])  # what an item does to it in memory is not the next one's

    def _forget(self, table: str) -> None:
        for key in [k for k, kept in self.memo.items() if isinstance(kept, tuple) and kept[0] == table]:
            del self.memo[key]

    @contextmanager
    def item(self) -> Iterator[None]:
        """One piece of work: when it fails, nothing of it remains."""
        self._item, self.open = [], True
        try:
            yield
        except BaseException:
            self._item = []
            self._undo()
            raise
        taken, self._item = self._item, []
        self._take_in(taken)
        if self._savepoint is not None:
            with self._quietly():
                transaction.savepoint_commit(self._savepoint)
            self._savepoint = None

    def _undo(self) -> None:
        if self._savepoint is not None and not connection.needs_rollback:
            with self._quietly():
                transaction.savepoint_rollback(self._savepoint)
                transaction.savepoint_commit(self._savepoint)
            self.memo.clear()
        self._savepoint = None

    def _take_in(self, taken: Sequence[Waiting]) -> None:
        """Sort writes into the sets; one that would overtake an earlier write to its record waits for that."""
        for one in taken:
            key: Key = (one.how, *one.fixed)
            if one.about is not None and one.about in self._last:
                place, last = self._place.get(key), self._last[one.about]
                if place is not None and (place < last or (one.once and place == last)):
                    self._write(list(self._sets))
            place = self._place[key] if key in self._place else self._place.setdefault(key, next(self._places))
            self._sets.setdefault(key, []).append(one.row)
            self._touch[key] = one.tables
            if one.about is not None:
                self._last[one.about] = place

    def flush(self) -> None:
        """Write what waits, of items that are done and of the one that runs."""
        taken, self._item = self._item, []
        self._take_in(taken)
        self._write(list(self._sets))

    def _write(self, keys: Sequence[Key]) -> None:
        """Write these sets, the first ones of those that wait."""
        sets = [(key, self._sets.pop(key)) for key in keys]
        for key in keys:
            del self._place[key]
        if not self._sets:
            self._last = {}
        with self._quietly():
            for (how, *fixed), rows in sets:
                how(*fixed, rows)  # type: ignore[operator]

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        was, self._busy, opened, self.open = self._busy, True, self.open, False
        try:
            yield
        finally:
            self._busy, self.open = was, opened

    @contextmanager
    def watch(self) -> Iterator[None]:
        """See every statement of this connection, so that none meets a database that lags behind."""
        with connection.execute_wrapper(self._seen):
            yield

    def _seen(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not self._busy:
            text = str(sql).lstrip().lower()
            if text.startswith(READS) and not any(name in text for name in WRITING_READS):
                through = bool(THROUGH.search(text))
                self._settle(lambda tables: through or any(table in text for table in tables))
            elif not text.startswith(PASSES):
                self._settle(lambda tables: True, always=True)
                self.memo.clear()
                self._texts.append(text)
                self.open = self.open and not text.startswith("savepoint")
        return execute(sql, params, many, context)

    def _settle(self, needs: Callable[[tuple[str, ...]], bool], *, always: bool = False) -> None:
        """Write in the midst of an item what a statement needs, and all that came before it.

        The item can still be undone alone: what it wrote itself stands behind a savepoint.
        """
        keys = list(self._sets)
        upto = max((n for n, key in enumerate(keys, 1) if needs(self._touch[key])), default=0)
        mine = max((n for n, one in enumerate(self._item, 1) if needs(one.tables)), default=0)
        if not (upto or mine or always):
            return
        taken, rest = self._item[:mine], self._item[mine:]
        if any(one.about in self._last for one in taken):
            upto = len(keys)
        if upto and self._savepoint is not None:
            raise Again
        self._item = []
        self._write(keys[:upto])
        if (mine or always) and self._savepoint is None:
            with self._quietly():
                self._savepoint = transaction.savepoint()
        self._alone(taken)
        self._item = rest

    def _alone(self, taken: Sequence[Waiting]) -> None:
        """Write a few in their order, beside the sets that go on waiting."""
        with self._quietly():
            for one in taken:
                one.how(*one.fixed, [one.row])


def _rows(how: Callable[..., Any], model: type[models.Model], *rest: Any) -> None:
    how(model, rest[-1])
