"""A person's own password: chosen at the first sign-in, changed later, never shown or kept in words."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from pydantic import SecretStr

from hutong.channels.web.fields import fields_of, has_secrets
from hutong.core.inputs import Given
from hutong.core.models import JournalLine, User

OLD, NEW = "a-long-password", "vier-Segel-im-Wind-7"


class WithSecret(Given):
    """An input with a secret."""

    name: str = ""
    password: SecretStr = SecretStr("")


def sent(old: str = OLD, new: str = NEW, again: str = "") -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": again or new}


@pytest.fixture
def clerk(filled: SimpleNamespace) -> Client:
    browser = Client()
    assert browser.login(username="clerk", password=OLD, request=_request())
    return browser


def _request() -> object:
    from django.test import RequestFactory

    return RequestFactory().post("/login/")


def test_a_secret_is_a_password_field_and_is_never_sent_back() -> None:
    name, secret = fields_of(WithSecret, {"name": "x", "password": "typed-before"}, "en")
    assert (name.value, name.input_type) == ("x", "text")
    assert (secret.value, secret.input_type) == ("", "password")
    assert has_secrets(WithSecret)
    assert not has_secrets(Given)


@pytest.mark.django_db
def test_nothing_opens_before_a_first_password_is_changed(clerk: Client, filled: SimpleNamespace) -> None:
    User.objects.filter(pk=filled.user.pk).update(must_change=True)
    for url in ("/", "/core/task/"):
        assert clerk.get(url)["Location"] == "/account/password/"
    assert "他人为您设置" in clerk.get("/account/password/").content.decode()
    assert clerk.post("/account/password/", sent())["Location"] == "/"
    assert clerk.get("/").status_code == 200
    user = User.objects.get(pk=filled.user.pk)
    assert user.check_password(NEW)
    assert not user.must_change


@pytest.mark.django_db
def test_a_change_is_journalled_without_the_password(clerk: Client, filled: SimpleNamespace) -> None:
    other = Client()
    other.force_login(filled.user)
    clerk.post("/account/password/", sent())
    line = JournalLine.objects.get(kind="password", what=f"user:{filled.user.pk}", post_id=filled.viewer.post_id)
    assert NEW not in str(vars(line))
    assert other.get("/").status_code == 302, "the session of another computer ends"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given",
    [sent(old="wrong"), sent(new="q7-Wq"), sent(new="1234567890123"), sent(again="different-one"), sent(new=OLD)],
    ids=["old password wrong", "short", "figures only", "not the same twice", "the old one again"],
)
def test_a_password_that_cannot_be_is_refused_in_words(clerk: Client, filled: SimpleNamespace, given: dict) -> None:
    answer = clerk.post("/account/password/", given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "密码没有修改" in page
    assert given["new_password1"] not in page
    assert User.objects.get(pk=filled.user.pk).check_password(OLD)


@pytest.mark.django_db
def test_strangers_are_sent_to_sign_in() -> None:
    assert Client().get("/account/password/")["Location"].startswith("/login/")
