"""Signing in and out, and what a person chooses for themselves: language, text size, post."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from hutong.channels.lookup import posts_of
from hutong.channels.sheet import HOME
from hutong.channels.web.frame import SIZE_COOKIE, SIZES, frame_of, seen, show, to_sign_in, viewer_of
from hutong.core import clock_time
from hutong.core.audit.journal import journal
from hutong.core.errors import NotFound
from hutong.core.middleware import POST_KEY
from hutong.core.models import User
from hutong.core.terms import JournalKind
from hutong.core.viewer import Viewer, load_viewer

YEAR = 365 * 24 * 3600


class PeopleOnly(AuthenticationForm):
    """Client programs come with a key and never through this door, not even with a password somebody gave them."""

    def confirm_login_allowed(self, user: Any) -> None:
        """Raises what a wrong password raises: a stranger does not learn which accounts there are."""
        super().confirm_login_allowed(user)
        if user.machine:
            raise self.get_invalid_login_error()


class SignIn(LoginView):
    """The sign-in page; success and failure are journalled."""

    form_class = PeopleOnly

    template_name = "channels/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The frame of the page, without a viewer."""
        return {**super().get_context_data(**kwargs), "frame": frame_of(self.request), "title": _("Sign in")}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Remember the language of the account on this computer until sign-out."""
        response = super().form_valid(form)
        user = form.get_user()
        assert isinstance(user, User)  # noqa: S101 - AUTH_USER_MODEL
        journal(_arriving(user), JournalKind.LOGIN, what=f"user:{user.pk}", at=clock_time.now())
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.locale, max_age=YEAR, samesite="Lax")
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The name that was tried is kept, never the password."""
        name = str(form.data.get("username", ""))[:80].replace("\x00", "")
        known = User.objects.filter(username=name).first()
        viewer = _arriving(known) if known else None
        journal(viewer, JournalKind.LOGIN_FAILED, what=name, at=clock_time.now())
        response = super().form_invalid(form)
        response.status_code = 422
        return response


def _arriving(user: User) -> Viewer | None:
    """Whom an account becomes, so that its line in the journal lies where its post does."""
    return load_viewer(user.pk, None, clock_time.now())


@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """A person chooses another password; after a first one from somebody else nothing opens before that."""
    user = request.user
    if not isinstance(user, User):
        return to_sign_in(request)
    form = PasswordChangeForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _changed(request, user, form.cleaned_data["new_password1"], form.cleaned_data["old_password"])
    status = 422 if form.is_bound else 200
    context = {"form": form, "first": user.must_change}
    return show(request, "channels/password.html", context, title=_("Change password"), status=status)


def _changed(request: HttpRequest, user: User, new: str, old: str) -> HttpResponse:
    if new == old:
        context = {"form": PasswordChangeForm(user), "first": user.must_change, "same": True}
        return show(request, "channels/password.html", context, title=_("Change password"), status=422)
    user.set_password(new)
    user.must_change = False
    user.save(update_fields=["password", "must_change"])
    update_session_auth_hash(request, user)  # other computers are signed out, this one stays
    journal(_arriving(user), JournalKind.PASSWORD, what=f"user:{user.pk}", at=clock_time.now())
    messages.success(request, _("Your password is changed. Other computers are signed out."))
    return HttpResponseRedirect(HOME)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(reverse("login"))


def _back(request: HttpRequest) -> HttpResponseRedirect:
    target = request.POST.get("next", HOME)
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if safe else HOME)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Language of the pages: kept with the account, and on this computer for the sign-in page."""
    lang = request.POST.get("language", "")
    response = _back(request)
    if lang in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(locale=lang)
        translation.activate(lang)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, lang, max_age=YEAR, samesite="Lax")
    return response


@require_POST
def choose_size(request: HttpRequest) -> HttpResponse:
    """Text size, kept on this computer."""
    size = request.POST.get("size", "")
    response = _back(request)
    if size in SIZES:
        response.set_cookie(SIZE_COOKIE, size, max_age=YEAR, samesite="Lax")
    return response


@require_POST
@seen
def choose_post(request: HttpRequest) -> HttpResponse:
    """Work at another of one's posts."""
    wanted = request.POST.get("post", "")
    if wanted not in {str(card.id) for card in posts_of(viewer_of(request))}:
        raise NotFound()
    request.session[POST_KEY] = int(wanted)
    return HttpResponseRedirect(HOME)
