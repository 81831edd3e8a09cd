"""The base of every domain table, and what each field says about who may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar, cast

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from hutong.core.bulk import insert_rows, next_ids, parts, row_of
from hutong.core.context import gathering, running
from hutong.core.errors import FieldError, Invalid
from hutong.core.jurisdiction import language
from hutong.core.terms import DataClass, Label, Term
from hutong.core.viewer import Viewer


@dataclass(frozen=True, init=False)
class Reach:
    """How a row says whose it is: columns with place keys, and the column of the person it is about.

    The explicit filter of a query and the row-level policy of the table both follow from it (hutong.core.audit.guard).
    """

    keys: tuple[str, ...]
    subject: str
    national: bool
    in_action: bool
    """An open action reads rows of other places too: it closes the limits and tasks of a matter wherever they lie."""
    asked_of: str
    """Column of a role: a row about nobody is read by whoever holds that role and reaches no records at all."""
    unwalled: str
    """Why the database has no policy for a table that is not national and hangs on no other record."""

    def __init__(
        self,
        *keys: str,
        subject: str = "",
        national: bool = False,
        in_action: bool = False,
        asked_of: str = "",
        unwalled: str = "",
    ) -> None:
        vars(self).update(
            keys=keys, subject=subject, national=national, in_action=in_action, asked_of=asked_of, unwalled=unwalled
        )

    @classmethod
    def everybody(cls) -> Reach:
        """Reference tables without personal data that every signed-in viewer may read."""
        return cls(national=True)

    @classmethod
    def through_parent(cls) -> Reach:
        """Rows read only through the record they hang on; they have no list of their own."""
        return cls()

    def filter(self, viewer: Viewer) -> Q:
        """The explicit filter of a query: the first wall, and what makes the index used."""
        if self.national:
            return Q()
        met = Q(pk__in=[])
        for key in self.keys:
            for span in viewer.spans:
                met |= Q(**{f"{key}__gte": span.lo, f"{key}__lt": span.hi})
        if self.subject and viewer.granted:
            met |= Q(**{f"{self.subject}__in": viewer.granted})
        if self.subject and viewer.hidden:
            met &= ~Q(**{f"{self.subject}__in": viewer.hidden})
        return met


class Scoped(models.QuerySet[Any]):
    """A queryset that knows whose rows a viewer may see."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Only the rows inside the viewer's reach (by any of the model's place keys or by a grant)."""
        reach: Reach = self.model.reach
        return self.filter(reach.filter(viewer))


class Record(models.Model):
    """One row of a domain: numbered, versioned, dated."""

    reach: Reach = Reach.through_parent()
    author: str = ""
    """Number of the account that recorded it; whoever that is reads back what they wrote (hutong.core.access)."""
    part_of: str = ""
    """Reference to the whole it belongs to, where actions on either change both: the envelope holds the whole first."""

    id = models.BigAutoField(primary_key=True)
    version = models.IntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False, null=True)
    updated_at = models.DateTimeField(editable=False, null=True)

    objects = Scoped.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Dates come from the business time of the running action; each change raises the version. Raises Invalid for
        a text that is longer than its column."""
        fitting(self)
        action = running()
        moment = action.now if action else None
        if self._state.adding:
            self.created_at = self.created_at or moment
        else:
            self.version += 1
        self.updated_at = moment or self.updated_at
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "version", "updated_at"}
        fresh, many = self._state.adding, gathering()
        if many is None or not many.save(self, kwargs.get("update_fields")):
            super().save(*args, **kwargs)
        if fresh and action is not None and action.made is not None:
            action.made.setdefault(self.label(), []).append(self.pk)

    @classmethod
    def label(cls) -> str:
        """`package.model`, the name records go by in entries, tasks and the journal."""
        return cls._meta.label_lower


def fitting(record: models.Model) -> None:
    """Raise Invalid, under the words of the field, for texts longer than their columns: the database names neither."""
    found = []
    for field, most in _lengths(type(record)):
        value = record.__dict__.get(field.attname)
        if isinstance(value, str) and len(value) > most:
            text = _("is too long (at most %(max_length)s characters)") % {"max_length": most}
            words = words_of(field)
            label = words.text(language()) if words else field.name
            found.append(FieldError(field.name, "string_too_long", text, _("Shorten it."), label=label))
    if found:
        raise Invalid(found)


@cache
def _lengths(model: type[models.Model]) -> list[tuple[models.Field[Any, Any], int]]:
    return [(f, f.max_length) for f in model._meta.concrete_fields if isinstance(f, models.CharField) and f.max_length]


def in_reach(viewer: Viewer, record: models.Model) -> bool:
    """Is the record inside the reach: by its own keys, or where it has none by every record it must hang on?"""
    return bool(all_in_reach(viewer, [record]))


def all_in_reach(viewer: Viewer, records: Sequence[models.Model]) -> set[int]:
    """Numbers of those records of one model that are inside the reach; as many statements for one as for many."""
    if not records:
        return set()
    model = type(records[0])
    reach: Reach | None = getattr(model, "reach", None)
    inside = {record.pk for record in records} if reach is not None else set()
    if reach is None or reach.national:
        return inside
    if reach.keys:
        rows = model._default_manager.filter(reach.filter(viewer), pk__in=inside)
        return set(rows.values_list("pk", flat=True))
    needed = [f for f in model._meta.concrete_fields if f.is_relation and not f.null]
    models.prefetch_related_objects(list(records), *(f.name for f in needed))
    for field in needed:
        parents = {record.pk: parent for record in records if (parent := _parent(record, field.name)) is not None}
        met = set(parents)  # without those whose parent the policies of the database hide
        if _has_scope(cast(type[models.Model], field.related_model)):
            reached = all_in_reach(viewer, list({parent.pk: parent for parent in parents.values()}.values()))
            met = {pk for pk, parent in parents.items() if parent.pk in reached}
        inside &= met
    scoped = any(_has_scope(cast(type[models.Model], field.related_model)) for field in needed)
    return inside if scoped else set()


def _parent(record: models.Model, name: str) -> models.Model | None:
    try:
        return cast(models.Model, getattr(record, name))
    except ObjectDoesNotExist:
        return None


def _has_scope(model: type[models.Model]) -> bool:
    """Can a record of this model lie outside somebody's reach? An adult lies wherever the children do."""
    reach: Reach | None = getattr(model, "reach", None)
    if reach is not None and (reach.keys or reach.national):
        return True
    return any(f.is_relation and not f.null for f in model._meta.concrete_fields)


def create_all(records: Sequence[Record]) -> None:
    """Insert new records of one model, dated as `save` dates them, in statements of 5,000 rows."""
    if len(records) == 1:
        records[0].save(force_insert=True)
        return
    action = running()
    for part in parts(records):
        model = type(part[0])
        numberless = [record for record in part if record.pk is None]
        for record, number in zip(numberless, next_ids(model, len(numberless)) if numberless else [], strict=True):
            record.pk = number
        for record in part:
            record.updated_at = action.now if action else record.updated_at
            record.created_at = record.created_at or record.updated_at
            record._state.adding, record._state.db = False, "default"
        if action is not None and action.made is not None:
            action.made.setdefault(model.label(), []).extend(record.pk for record in part)
        rows = [row_of(record, model._meta.concrete_fields) for record in part]
        insert_rows(model, [row for row in rows if row is not None])


def next_id(model: type[models.Model]) -> int:
    """The next primary key of a table, taken before the insert: ciphertext is bound to its row."""
    many = gathering()
    return many.next_id(model) if many is not None else next_ids(model, 1)[0]


if TYPE_CHECKING:  # Django's fields cannot be subscripted when they run
    _Char: TypeAlias = models.CharField[Any, Any]
    _BigInteger: TypeAlias = models.BigIntegerField[Any, Any]
    _Foreign: TypeAlias = models.ForeignKey[Any, Any]
else:
    _Char, _BigInteger, _Foreign = models.CharField, models.BigIntegerField, models.ForeignKey

F = TypeVar("F", bound="models.Field[Any, Any]")
Words: TypeAlias = tuple[str, str]
"""(Chinese, English)."""


def _declared(field: F, data_class: DataClass, zh: str, en: str, hint: Words | None, control: str) -> F:
    # Attributes of the field and no arguments of it: a wording makes no migration.
    field.data_class = data_class  # type: ignore[attr-defined]
    field.words = Label(zh, en) if zh else None  # type: ignore[attr-defined]
    field.hint, field.control = hint, control  # type: ignore[attr-defined]
    return field


def open_(field: F, zh: str = "", en: str = "", *, hint: Words | None = None, control: str = "") -> F:
    """Field anybody inside the reach may read.

    A field with words (Chinese, English) is told to people: forms, lists, exports, imports, the history and the API
    take its words, its hint and its length from here. One without words is kept and told to nobody.
    """
    return _declared(field, DataClass.OPEN, zh, en, hint, control)


def personal(field: F, zh: str = "", en: str = "", *, hint: Words | None = None, control: str = "") -> F:
    """Field that tells who somebody is."""
    return _declared(field, DataClass.PERSONAL, zh, en, hint, control)


def sensitive(field: F, zh: str = "", en: str = "", *, hint: Words | None = None, control: str = "") -> F:
    """Field whose leak harms: identity numbers, health, accounts, causes (PIPL art. 28)."""
    return _declared(field, DataClass.SENSITIVE, zh, en, hint, control)


def sealed(field: F, zh: str = "", en: str = "", *, hint: Words | None = None, control: str = "") -> F:
    """Field the law seals: opened one by one, with a purpose that is kept."""
    return _declared(field, DataClass.SEALED, zh, en, hint, control)


def words_of(field: models.Field[Any, Any]) -> Label | None:
    """The words of a field; None for one that is told to nobody."""
    return getattr(field, "words", None)


def label_of(model: type[models.Model], name: str) -> Label:
    """The words of a model's field by its name. Raises FieldDoesNotExist; RuntimeError for a field without words."""
    found = words_of(model._meta.get_field(name))  # type: ignore[arg-type]
    if found is None:
        raise RuntimeError(f"{model.__name__}.{name} has no words")
    return found


def labels_of(model: type[models.Model], *names: str) -> list[Label]:
    """The words of several fields, as headings of a small table."""
    return [label_of(model, name) for name in names]


def data_class_of(field: models.Field[Any, Any]) -> DataClass | None:
    """The declared class; None where a field of a domain model forgot it (a house test refuses that)."""
    return getattr(field, "data_class", None)


class TermField(_Char):
    """Stores the value of a Term; the words themselves live in terms.py, so they never make a migration."""

    def __init__(self, term: type[Term] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        self.term = term
        super().__init__(**kwargs)

    def word(self, value: str) -> Term:
        """The Term member of a stored value; ValueError for a word outside the vocabulary."""
        members: type[StrEnum] = self.term or Term
        return cast(Term, members(value))

    def from_db_value(self, value: str | None, *_: Any) -> Term | str | None:
        """The Term member, so that templates and code have its words at hand."""
        if value is None or value == "" or self.term is None:
            return value
        return self.word(value)

    def get_prep_value(self, value: Any) -> Any:
        """Only words of the vocabulary reach the table; ValueError otherwise."""
        if value in (None, "") or self.term is None:
            return super().get_prep_value(value)
        return self.word(value).value


class PlaceKeyField(_BigInteger):
    """A packed place key (hutong.core.places); written by actions beside the place it belongs to.

    It is part of the reach of its table. `aside` says why one is not; such a key stays as it is when a border moves.
    """

    data_class = DataClass.OPEN

    def __init__(self, zh: str = "", en: str = "", *, aside: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = Label(zh, en) if zh else None
        self.aside = aside


class AccountField(_Foreign):
    """The account of whoever did it; null where a job did.

    Its column bears the bare name of the field (`recorded_by`) as the history does. There is no index: nothing asks
    what an account did by reading the tables, and accounts are never deleted.
    """

    def __init__(self, to: Any = "core.User", **kwargs: Any) -> None:
        kwargs |= {"on_delete": models.PROTECT, "related_name": "+", "db_index": False}
        super().__init__(to, **kwargs | {"null": True, "editable": False})

    def contribute_to_class(self, cls: type[models.Model], name: str, *args: Any, **kwargs: Any) -> None:
        """Take the name for the column too."""
        self.db_column = name
        super().contribute_to_class(cls, name, *args, **kwargs)

    def deconstruct(self) -> Any:
        """For migrations, a plain reference whose column is named."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs
