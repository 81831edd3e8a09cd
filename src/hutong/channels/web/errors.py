"""Pages for what went wrong, in the user's language, each saying what to do next."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from hutong.channels.web.frame import SIZES, frame_of
from hutong.core.errors import HutongError, Invalid


class ErrorPages:
    """Turns expected failures of a view into their page; comes after the viewer's middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Our own errors, and values the database cannot hold; anything else is a fault and stays one."""
        if isinstance(error, DataError | UnicodeEncodeError):
            return error_page(request, 422, _("A value is too large, or holds characters that cannot be kept."))
        if not isinstance(error, HutongError):
            return None
        findings = error.errors if isinstance(error, Invalid) and len(error.errors) > 1 else ()
        return error_page(request, error.status, str(error) if not findings else "", findings=findings)


def titles() -> dict[int, str]:
    """Headings by status."""
    return {
        400: _("This request cannot be read"),
        401: _("Please sign in"),
        403: _("Your post may not do this"),
        404: _("Not found"),
        409: _("Somebody else was faster"),
        422: _("This cannot be accepted"),
        500: _("Something broke on our side"),
    }


def advice() -> dict[int, str]:
    """What to do next, by status."""
    return {
        400: _("Go back and try again. If it happens again, tell your system administrator what you did."),
        401: _("Your session has ended. Sign in again."),
        403: _("If this belongs to your work, ask your county office for the right post."),
        404: _("Check the address, or search again."),
        409: _("Open the record again and look at what changed before you decide."),
        422: _("Go back, correct it and send it again."),
        500: _("Nothing was half saved. Try again in a minute; if it stays, tell your system administrator the time."),
    }


def error_page(request: HttpRequest, status: int, text: str = "", findings: object = ()) -> HttpResponse:
    """The page for a status, inside the frame."""
    title = titles().get(status) or titles()[400]
    context = {"frame": frame_of(request), "title": title, "text": text, "status": status, "findings": findings}
    context["advice"] = advice().get(status, "")
    return HttpResponse(render_to_string("channels/error.html", context, request=request), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400."""
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Http404 | None = None) -> HttpResponse:
    """handler404."""
    return error_page(request, 404, _("There is no such page."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or was sent from elsewhere."""
    return error_page(request, 403, _("This form is no longer valid. Go back, reload the page and send it again."))


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: asks nothing of the database."""
    frame = {"viewer": None, "size": SIZES[0], "sizes": SIZES, "html_lang": "zh-Hans", "lang": "zh-hans", "path": "/"}
    context = {"frame": frame, "title": titles()[500], "status": 500, "advice": advice()[500], "text": ""}
    return HttpResponse(render_to_string("channels/error.html", context), status=500)
