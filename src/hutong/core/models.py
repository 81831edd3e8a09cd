"""Tables of the spine: accounts, entries, tasks, clocks, events, files, blocks."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from hutong.core.record import AccountField, PlaceKeyField, Reach, Record, Scoped, TermField, open_, personal, sensitive
from hutong.core.terms import DataClass, JournalKind, TaskState


class Accounts(BaseUserManager["User"]):
    """Finds accounts by their sign-in name."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Sign-in names are compared without regard to case."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """An account: a person's or a machine client's. What it may do comes from its posts alone."""

    username = open_(
        models.CharField(max_length=80, unique=True),
        "登录名",
        "Sign-in name",
        hint=("3至80个字母、数字或 . @ + - _", "3 to 80 letters, digits or . @ + - _"),
    )
    name = personal(models.CharField(max_length=100), "姓名", "Name")
    locale = open_(models.CharField(max_length=10, default="zh-hans"), "语言", "Language")
    text_size = open_(models.CharField(max_length=10, default="standard"))
    is_active = open_(models.BooleanField(default=True))
    machine = open_(models.BooleanField(default=False))
    must_change = open_(models.BooleanField(default=False))
    """Somebody else chose the password: no page opens before its owner has chosen another one."""

    session_round = open_(models.IntegerField(default=0))
    """Part of every session's mark: raising it ends them all, wherever they are open."""

    USERNAME_FIELD = "username"
    reach = Reach.everybody()
    objects = Accounts()

    def __str__(self) -> str:
        return self.name or self.username

    def get_session_auth_hash(self) -> str:
        """What a session must carry to be this account's: another password ends it, and so does another round."""
        return salted_hmac("hutong.session", f"{self.password} {self.session_round}", algorithm="sha256").hexdigest()

    def end_sessions(self) -> None:
        """Sign the account out everywhere, at once."""
        self.session_round += 1
        self.save(update_fields=["session_round"])


class Token(Record):
    """A machine client's key; only its hash is kept. The client acts at one post, with that post's reach."""

    user = open_(models.ForeignKey(User, on_delete=models.PROTECT, related_name="+"))
    post_id = open_(models.BigIntegerField())
    name = open_(models.CharField(max_length=100), "用途", "Used for")
    digest = sensitive(models.BinaryField(max_length=32, unique=True))
    valid_from = open_(models.DateField())
    valid_to = open_(models.DateField(null=True), "有效期至", "Last day")

    reach = Reach.everybody()


class Entry(models.Model):
    """One action that happened: who, at which post, on what, when, and with which outcome. Append-only."""

    id = models.BigAutoField(primary_key=True)
    action = open_(models.CharField(max_length=100), "事项", "What")
    package = open_(models.CharField(max_length=40))
    actor = open_(models.CharField(max_length=120))
    user_id = open_(models.BigIntegerField(null=True))
    post_id = open_(models.BigIntegerField(null=True))
    role = open_(models.CharField(max_length=40), "岗位", "Post")
    viewer_name = personal(models.CharField(max_length=120), "办理人", "Who")
    on_label = open_(models.CharField(max_length=80, blank=True))
    on_id = open_(models.BigIntegerField(null=True))
    place_key = PlaceKeyField("地点", "Where", null=True)
    key = open_(models.CharField(max_length=120, null=True))
    item_keys = open_(ArrayField(models.CharField(max_length=120), null=True))
    """Of a bulk act: the key of each item in the order of `result`; empty for one without a key or not done."""
    given_digest = open_(models.BinaryField(max_length=32, null=True))
    parent_id = open_(models.BigIntegerField(null=True))
    happened_at = open_(models.DateTimeField(), "时间", "When")
    recorded_at = open_(models.DateTimeField(db_default=Now()))
    reason = personal(models.TextField(blank=True))
    notes = personal(models.JSONField(default=dict))
    result = personal(models.JSONField(null=True))
    txid = open_(models.BigIntegerField(db_default=models.Func(function="hutong_txid")))

    reach = Reach("place_key", unwalled="an action finds the entry of its key wherever that was written")
    objects = Scoped.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="entry_key_once")]
        indexes = [
            models.Index(fields=["on_label", "on_id", "id"], name="entry_subject"),
            models.Index(fields=["txid"], name="entry_txid"),
            models.Index(fields=["action", "happened_at"], name="entry_action"),
            models.Index(fields=["place_key", "id"], name="entry_place"),
            GinIndex(fields=["item_keys"], condition=models.Q(item_keys__isnull=False), name="entry_item_keys"),
            models.Index(
                fields=["place_key", "happened_at"], condition=models.Q(notes__departed=True), name="entry_departed"
            ),
        ]


class Change(models.Model):
    """What a row was and became; written by triggers alone, never by the application."""

    id = models.BigAutoField(primary_key=True)
    entry_id = open_(models.BigIntegerField())
    table_name = open_(models.CharField(max_length=63))
    row_id = open_(models.BigIntegerField())
    op = open_(models.CharField(max_length=1))
    old = sensitive(models.JSONField(null=True))
    new = sensitive(models.JSONField(null=True))
    txid = open_(models.BigIntegerField(db_default=models.Func(function="hutong_txid")))

    class Meta:
        indexes = [
            models.Index(fields=["table_name", "row_id"], name="change_row"),
            models.Index(fields=["txid"], name="change_txid"),
        ]


class JournalLine(models.Model):
    """Looking and being refused: appended on a connection of its own, so a rollback does not take it along."""

    id = models.BigAutoField(primary_key=True)
    kind = open_(TermField(JournalKind), "类别", "Kind")
    actor = open_(models.CharField(max_length=120))
    user_id = open_(models.BigIntegerField(null=True))
    post_id = open_(models.BigIntegerField(null=True))
    what = open_(models.CharField(max_length=120))
    on_label = open_(models.CharField(max_length=80, blank=True))
    on_id = open_(models.BigIntegerField(null=True))
    purpose = personal(models.TextField(blank=True))
    count = open_(models.IntegerField(default=1), "条数", "Records")
    happened_at = open_(models.DateTimeField(), "时间", "When")
    recorded_at = open_(models.DateTimeField(db_default=Now()))
    txid = open_(models.BigIntegerField(db_default=models.Func(function="hutong_txid")))

    class Meta:
        indexes = [
            models.Index(fields=["on_label", "on_id", "id"], name="journal_subject"),
            models.Index(fields=["post_id", "id"], name="journal_post"),
            models.Index(fields=["happened_at"], condition=models.Q(kind="not_found"), name="journal_not_found"),
        ]


class Clock(Record):
    """A legal time limit running on a record; its length, calendar and breach are law data (limit id).

    `due_on` is what the law says of the columns above it; `hutong.core.clocks` counts it anew when one of them changes.
    """

    limit = open_(models.CharField(max_length=60), "期限", "Limit")
    on_label = open_(models.CharField(max_length=80))
    on_id = open_(models.BigIntegerField())
    place_key = PlaceKeyField("地点", "Where")
    role = open_(models.CharField(max_length=40), "承办岗位", "Whose work")
    child_id = open_(models.BigIntegerField(null=True))
    watched_key = PlaceKeyField(null=True)
    """A second place that is told when it runs out: where a matter was taken down that is decided elsewhere."""
    from_on = open_(models.DateField(), "起算日", "Counted from")
    from_at = open_(models.DateTimeField(null=True))
    """Limits in hours: the moment it began, and in `due_at` the moment it ends."""
    pauses = personal(models.JSONField(default=list))
    """[first day, last day, reason] of each time in which it stood still; no last day: it does since `paused_on`."""
    extended_on = open_(models.DateField(null=True), "延长日", "Extended on")
    extended_to = open_(models.DateField(null=True))
    """The day an officer set, where the law leaves the length of an extension to them."""
    extended_why = personal(models.TextField(blank=True), "延长理由", "Why it was extended")
    due_on = open_(models.DateField(), "到期日", "Due")
    due_at = open_(models.DateTimeField(null=True))
    unpublished = open_(models.SmallIntegerField(null=True))
    """The first year counted whose holidays are not published: the day may still move."""
    paused_on = open_(models.DateField(null=True), "中止日", "Paused on")
    stopped_on = open_(models.DateField(null=True), "办结日", "Done on")
    breached_on = open_(models.DateField(null=True), "超期登记日", "Found late on")
    evidence = open_(models.CharField(max_length=1))

    reach = Reach("place_key", "watched_key", subject="child_id", in_action=True)

    class Meta:
        indexes = [
            models.Index(fields=["on_label", "on_id"], name="clock_subject"),
            models.Index(fields=["due_on"], condition=models.Q(stopped_on=None), name="clock_running"),
        ]


class Task(Record):
    """Something a post must do; the worklist is the open ones inside the reach of the post's role."""

    kind = open_(models.CharField(max_length=80))
    on_label = open_(models.CharField(max_length=80))
    on_id = open_(models.BigIntegerField())
    child_id = open_(models.BigIntegerField(null=True))
    place_key = PlaceKeyField()
    role = open_(models.CharField(max_length=40))
    note = personal(models.TextField(blank=True))
    due_on = open_(models.DateField(null=True))
    due_at = open_(models.DateTimeField(null=True))
    urgent = open_(models.BooleanField(default=False))
    state = open_(TermField(TaskState, default=TaskState.OPEN.value))
    clock = open_(models.ForeignKey(Clock, null=True, on_delete=models.PROTECT, related_name="+"))
    finished_at = open_(models.DateTimeField(null=True))
    raised_level = open_(models.SmallIntegerField(default=0))

    reach = Reach("place_key", subject="child_id", in_action=True, asked_of="role")

    class Meta:
        indexes = [
            models.Index(
                fields=["role", "place_key", "due_on", "id"],
                condition=models.Q(state="open"),
                name="task_open",
            ),
            models.Index(fields=["on_label", "on_id", "kind"], name="task_subject"),
        ]


class Grant(Record):
    """A dated permission to see one person outside one's reach (referral, acceptance elsewhere, break-glass)."""

    subject_id = open_(models.BigIntegerField())
    place_key = PlaceKeyField()
    post_id = open_(models.BigIntegerField(null=True))
    why = personal(models.CharField(max_length=200))
    valid_from = open_(models.DateField())
    valid_to = open_(models.DateField(null=True))
    ends_at = open_(models.DateTimeField(null=True))
    """Where a grant is counted in hours: the moment it ends, inside its days."""
    hides = open_(models.BooleanField(default=False))
    looks_only = open_(models.BooleanField(default=False))
    """The post sees the person and acts for its protection alone (break-glass)."""

    reach = Reach("place_key", unwalled="read before anybody is looking: it says what somebody may see")

    class Meta:
        indexes = [
            models.Index(fields=["place_key"], name="grant_place"),
            models.Index(fields=["post_id"], name="grant_post"),
        ]


class EventLine(Record):
    """An event raised by an action: a name, ids and dates; subscribers run from the queue."""

    name = open_(models.CharField(max_length=80), "事件", "Event")
    payload = open_(models.JSONField(default=dict))
    entry_id = open_(models.BigIntegerField(), "办理编号", "Entry")

    reach = Reach.everybody()


class HeadingUse(Record):
    """What an office said a heading of its tables is: asked once, and remembered for the next table of that kind."""

    kind = open_(models.CharField(max_length=100))
    """The action that takes such tables."""
    heading = open_(models.CharField(max_length=200))
    means = open_(models.CharField(max_length=60, blank=True))
    """Name of the column; empty for none."""
    place_key = PlaceKeyField()

    reach = Reach("place_key")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place_key", "kind", "heading"], name="heading_use_once")]


class StoredFile(Record):
    """A proof or document, encrypted, bound to its own row; never stored outside the transaction that needs it."""

    name = personal(models.CharField(max_length=200))
    media_type = open_(models.CharField(max_length=60))
    size = open_(models.IntegerField())
    sha256 = open_(models.BinaryField(max_length=32))
    content = sensitive(models.BinaryField())
    place_key = PlaceKeyField()
    child_id = open_(models.BigIntegerField(null=True))
    data_class_value = open_(models.SmallIntegerField(default=int(DataClass.SENSITIVE)))
    stored_by = open_(AccountField())

    reach = Reach("place_key", subject="child_id", in_action=True)


class Block(models.Model):
    """A sealed run of entries, changes and journal lines: transactions from (incl.) to (excl.), chained by hash."""

    id = models.BigAutoField(primary_key=True)
    from_txid = open_(models.BigIntegerField())
    to_txid = open_(models.BigIntegerField())
    entries = open_(models.BigIntegerField())
    changes = open_(models.BigIntegerField())
    journal = open_(models.BigIntegerField())
    root = open_(models.BinaryField(max_length=32))
    head = open_(models.BinaryField(max_length=32))
    sealed_at = open_(models.DateTimeField(db_default=Now()))


class Setting(models.Model):
    """A switch of this installation, such as the injected time of a demo database."""

    name = models.CharField(max_length=60, primary_key=True)
    value = open_(models.JSONField())
