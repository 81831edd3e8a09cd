"""The frame around every page: who is there, where one can go, what was just done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from hutong.channels.lookup import posts_of
from hutong.channels.sheet import HOME
from hutong.channels.web.menu import Way as Way
from hutong.channels.web.menu import bar_of, here_of
from hutong.core import places
from hutong.core.errors import NotFound, Refused
from hutong.core.jurisdiction import language
from hutong.core.viewer import Viewer

SIZES = ("standard", "large", "larger")
SIZE_COOKIE = "hutong_size"
View = Callable[..., HttpResponse]


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of a request that `seen` let through."""
    return cast(Viewer, request.viewer)  # type: ignore[attr-defined]


def seen(view: View) -> View:
    """The view is called in a viewer's name only: strangers are sent to sign in, accounts without a post are told."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = getattr(request, "user", None)
        if user is not None and getattr(user, "must_change", False):
            return HttpResponseRedirect(reverse("password"))
        if getattr(request, "viewer", None) is not None:
            return view(request, *args, **kwargs)
        if user is not None and user.is_authenticated:  # whoever left, or was never appointed, is signed out as well
            logout(request)
            return show(request, "channels/no_post.html", {}, title=_("Your account has no post"), status=403)
        return to_sign_in(request)

    return inner


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, and from there back to where somebody wanted to go."""
    login = reverse("login")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": login})
    target = f"{login}?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else login
    return HttpResponseRedirect(target)


def for_roles(roles: Sequence[str], view: View) -> View:
    """The view is for these posts alone."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if roles and viewer_of(request).role not in roles:
            raise Refused(_("Your post may not open this page."))
        return view(request, *args, **kwargs)

    return seen(inner)


def size_of(request: HttpRequest) -> str:
    """Text size chosen on this computer."""
    chosen = request.COOKIES.get(SIZE_COOKIE, SIZES[0])
    return chosen if chosen in SIZES else SIZES[0]


def html_tag(lang: str) -> str:
    """A language code as HTML writes it: zh-hans -> zh-Hans."""
    language_part, between, script = lang.partition("-")
    return f"{language_part}{between}{script.capitalize()}"


def frame_of(request: HttpRequest) -> dict[str, Any]:
    """What the base template needs, with or without a viewer."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    lang = language()
    frame: dict[str, Any] = {"lang": lang, "html_lang": html_tag(lang), "dir": "rtl" if get_language_bidi() else "ltr"}
    frame["languages"] = [(code, html_tag(code), name, code == lang) for code, name in settings.LANGUAGES]
    frame |= {"size": size_of(request), "sizes": SIZES, "path": request.get_full_path(), "viewer": viewer}
    if viewer is not None:
        posts, bar = posts_of(viewer), bar_of(viewer, here_of(request))
        frame |= {"bar": bar, "posts": posts, "agency": _agency(viewer)}
        frame |= {"post": next((p for p in posts if p.id == viewer.post_id), None)}
        frame |= {"at_home": request.path == HOME, "stop": next((stop for stop in bar if stop.current), None)}
    return frame


def _agency(viewer: Viewer) -> str:
    if viewer.place_id is None:
        return ""
    try:
        return places.name(viewer.place_id, viewer.locale)
    except (NotFound, RuntimeError):
        return ""


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    crumbs: Sequence[Way] = (),
    status: int = 200,
) -> HttpResponse:
    """Answer with a page inside the frame. `title` is the page's heading and the window's title."""
    full = {**context, "title": title, "crumbs": crumbs, "frame": frame_of(request)}
    return HttpResponse(render_to_string(template, full, request=request), status=status)
