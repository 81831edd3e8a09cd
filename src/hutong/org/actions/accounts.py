"""Accounts of people and of client programs: made, given a way in, and a new one when the old is forgotten."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from pydantic import SecretStr

from hutong.core.action import Disclosed, action
from hutong.core.audit.journal import journal
from hutong.core.context import note
from hutong.core.crypto import new_password, new_token, token_digest
from hutong.core.errors import Conflict, Invalid, NotFound
from hutong.core.inputs import LINE, Given, Nothing, Place, ask, finding, of, wrong
from hutong.core.models import Token, User
from hutong.core.tasks import done_tasks
from hutong.core.terms import JournalKind
from hutong.core.viewer import SYSTEM, Viewer
from hutong.org.access import not_mine
from hutong.org.actions.posts import FROM, PLACES, create_post, may_change_post, may_staff
from hutong.org.models import Agency, Post, PostHolding
from hutong.org.queries.posts import held_by, holder_of
from hutong.org.terms import Role
from hutong.org.workflow import VACANT_POST

LONGEST = timedelta(days=3 * 366)
"""A key lives three years at most; then somebody has to ask whether the program still needs it."""
LOGIN = r"^[\w.@+-]{3,80}$"
ADMINISTRATORS = (Role.ADMINISTRATOR, SYSTEM)


class NewAccount(Given):
    """A person who can sign in."""

    username: str = of(User, "username", pattern=LOGIN)
    name: str = of(User, "name", min_length=1)
    password: SecretStr = ask(
        "初始密码",
        "First password",
        hint=("至少10个字符；本人首次登录时须修改。", "At least 10 characters; it is changed at the first sign-in."),
        min_length=10,
        max_length=LINE,
    )
    locale: str = of(User, "locale", "zh-hans", pattern=f"^({'|'.join(dict(settings.LANGUAGES))})$")


class NewMachine(Given):
    """A program of another office: what it is called, what it may do as which role, and for which places."""

    # Nobody signs in with it, and it is no person: the columns go by other words here.
    username: str = of(User, "username", words=("账号名", "Account name"), pattern=LOGIN)
    name: str = of(User, "name", words=("程序名称", "Program"), min_length=1)
    role: Role = of(Post, "role", words=("按何种岗位授权", "Acts as"))
    places: list[Place] = PLACES
    since: date = FROM


class NewToken(Given):
    """What the key is for, and its last day."""

    name: str = of(Token, "name", min_length=1)
    valid_to: date = of(Token, "valid_to")


def _saved(user: User, given: Given) -> User:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as taken:
        raise wrong(given, "username", "duplicate", _("is already in use")) from taken
    return user


@action("org.create_account", input=NewAccount, roles=ADMINISTRATORS, title=("新建账号", "Create an account"))
def create_account(viewer: Viewer, given: NewAccount) -> User:
    """An account without any post; rights come with an appointment. The password never reaches the entry, and whoever
    gets it from an administrator has to choose another one at the first sign-in."""
    user = User(username=given.username, name=given.name, locale=given.locale, must_change=viewer.role != SYSTEM)
    secret = given.password.get_secret_value()
    try:
        validate_password(secret, user)
    except ValidationError as weak:
        raise Invalid([finding(NewAccount, "password", "invalid", text) for text in weak.messages]) from weak
    user.set_password(secret)
    return _saved(user, given)


# A forgotten password


def _may_reset(viewer: Viewer, post: Post, given: Given) -> str | None:
    if refusal := may_change_post(viewer, post, given):
        return refusal
    user = holder_of(post, viewer.today)
    if user is None:
        return _("The post is vacant.")
    if user.machine:
        return _("A client program has no password; issue a key for it.")
    if user.pk == viewer.user_id:
        return _("Nobody resets their own password: change it in the menu under your name.")
    others = [held.agency.division for held in held_by(user.pk, viewer.today).select_related("agency__division")]
    return not_mine(viewer, *others)


@action(
    "org.reset_password",
    on=Post,
    input=Nothing,
    roles=ADMINISTRATORS,
    allow=_may_reset,
    title=("重置密码", "Reset the password"),
)
def reset_password(viewer: Viewer, post: Post, given: Nothing) -> Disclosed:
    """A first password for whoever holds the post, shown once; it opens nothing but the page to choose another.

    Every session of the account ends and failed tries are forgotten. Neither entry nor journal know the password.
    """
    user = holder_of(post, viewer.today)
    if user is None:
        raise NotFound()
    secret = new_password()
    user.set_password(secret)
    user.must_change = True
    user.save(update_fields=["password", "must_change"])
    forget_failures(username=user.username)
    note(user=user.pk)
    journal(viewer, JournalKind.PASSWORD, what=f"user:{user.pk}", subject=post)
    return Disclosed(post, secret)


# Client programs


def _may_make_machine(viewer: Viewer, agency: Agency, given: NewMachine) -> str | None:
    if given.role == Role.ADMINISTRATOR:
        return _("A program never administers accounts and posts.")
    return may_staff(viewer, agency, given.role)


@action(
    "org.create_machine_account",
    on=Agency,
    input=NewMachine,
    roles=ADMINISTRATORS,
    allow=_may_make_machine,
    title=("登记对接程序", "Register a client program"),
)
def create_machine_account(viewer: Viewer, agency: Agency, given: NewMachine) -> Post:
    """An account without a password and a post of its own: the post gives reach and clearance, keys the way in."""
    seat = {"role": given.role, "title": given.name, "places": given.places, "since": given.since}
    post = create_post(viewer, agency, seat)
    user = User(username=given.username, name=given.name, machine=True, locale=viewer.locale)
    user.set_unusable_password()
    PostHolding.objects.create(post=post, user=_saved(user, given), valid_from=given.since)
    done_tasks(post, VACANT_POST.name)
    return post


def _may_issue(viewer: Viewer, post: Post, given: NewToken) -> str | None:
    user = holder_of(post, viewer.today)
    if user is None or not user.machine:
        return _("Keys are for client programs only; people sign in.")
    return may_change_post(viewer, post, given)


@action(
    "org.issue_token",
    on=Post,
    input=NewToken,
    roles=ADMINISTRATORS,
    allow=_may_issue,
    title=("发放密钥", "Issue a key"),
)
def issue_token(viewer: Viewer, post: Post, given: NewToken) -> Disclosed:
    """A key for the program at this post, shown once; only its hash is kept."""
    if not viewer.today <= given.valid_to <= viewer.today + LONGEST:
        raise wrong(given, "valid_to", "out_of_range", _("must lie between today and three years from now"))
    user = holder_of(post, viewer.today)
    if user is None:
        raise NotFound()
    key = new_token()
    token = Token.objects.create(
        user=user,
        post_id=post.pk,
        name=given.name,
        digest=token_digest(key),
        valid_from=viewer.today,
        valid_to=given.valid_to,
    )
    return Disclosed(token, key)


def _may_revoke(viewer: Viewer, token: Token, given: Any) -> str | None:
    return may_change_post(viewer, Post.objects.get(pk=token.post_id), given)


@action("org.revoke_token", on=Token, roles=ADMINISTRATORS, allow=_may_revoke, title=("停用密钥", "Revoke a key"))
def revoke_token(viewer: Viewer, token: Token, given: Nothing) -> Token:
    """The key works no longer from this moment on; what was done with it stays in the record."""
    yesterday = viewer.today - timedelta(days=1)
    if token.valid_to is not None and token.valid_to <= yesterday:
        raise Conflict(_("This key has ended already."))
    token.valid_to = yesterday
    token.save(update_fields=["valid_to"])
    return token
