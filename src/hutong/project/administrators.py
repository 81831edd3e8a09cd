"""``./hutong administrator``: the way in for whoever runs the installation, before anybody can sign in or after the
last administrator forgot the password. Everything goes through the actions and is kept like them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hutong.project.manage import at_work
from hutong.project.options import options
from hutong.project.progress import Stop, say


def administrator(words: Sequence[str]) -> None:
    """Appoints an administrator at an office (the ministry without a number), or resets an administrator's password."""
    given = options("administrator", words, login="", name="", office=0)
    if not given.login:
        raise Stop("Write ./hutong administrator --login NAME [--name TEXT] [--office NUMBER]")
    with at_work():
        from django.utils import translation

        from hutong.core.errors import HutongError

        with translation.override("en"):
            try:
                secret = _let_in(given)
            except HutongError as error:
                raise Stop(str(error)) from error
        say(f"{secret}\n\nShown this once: the first password of {given.login}, to be changed at the first sign-in.")


def _let_in(given: Any) -> str:
    from hutong.core import clock_time
    from hutong.core.action import call_system
    from hutong.core.models import User
    from hutong.core.viewer import ZONE
    from hutong.org.actions import reset_password
    from hutong.org.queries.posts import held_by
    from hutong.org.terms import Role

    today = clock_time.now().astimezone(ZONE).date()
    user = User.objects.filter(username__iexact=given.login).first()
    post = held_by(user.pk, today).filter(role=Role.ADMINISTRATOR).first() if user else None
    if user is not None and post is None:
        raise Stop(f"The account '{user.username}' is no administrator's; an administrator appoints it on the pages.")
    return call_system(reset_password, post or _appointed(given, today), {}).secret


def _appointed(given: Any, today: Any) -> Any:
    """A new post with a new account; its password is set by the reset that follows."""
    from django.db import transaction

    from hutong.core.action import call_system
    from hutong.core.crypto import new_password
    from hutong.org.actions import appoint, create_account, create_post
    from hutong.org.models import Agency
    from hutong.org.terms import Role

    offices = Agency.objects.filter(closed_on=None)
    office = offices.filter(pk=given.office).first() if given.office else offices.filter(division__key=0).first()
    if office is None:
        raise Stop("There is no such office; its number stands in the address of its page. Was the tree loaded yet?")
    new = {"username": given.login, "name": given.name or given.login, "password": new_password()}
    with transaction.atomic():
        post = call_system(create_post, office, {"role": Role.ADMINISTRATOR, "title": "系统管理员", "since": today})
        call_system(appoint, post, {"user": call_system(create_account, new).pk, "since": today})
    return post
