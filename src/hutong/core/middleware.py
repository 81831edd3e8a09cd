"""Each request runs in one transaction, in one viewer's name; a GET cannot write because the database refuses it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from hutong.core import clock_time
from hutong.core.viewer import Viewer, acting, load_viewer

SAFE = {"GET", "HEAD", "OPTIONS"}
POST_KEY = "post_id"
"""Session key: the post at which the user works now."""


def read_only() -> None:
    """From here on the database refuses to write in this transaction; for a question that comes as a form, too."""
    with connection.cursor() as cursor:
        cursor.execute("set transaction read only")


class ViewerMiddleware:
    """Puts `request.viewer` and the database session of the viewer in place; comes after authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        viewer = self._viewer(request)
        request.viewer = viewer  # type: ignore[attr-defined]
        if viewer is None:
            return self.get_response(request)
        with translation.override(viewer.locale):
            with transaction.atomic():
                if request.method in SAFE and connection.get_autocommit() is False:
                    read_only()
                with acting(viewer):
                    response = self.get_response(request)
                    if hasattr(response, "render") and callable(response.render):
                        response.render()
                if response.status_code >= 500:
                    transaction.set_rollback(True)
            response.headers.setdefault("Content-Language", viewer.locale)
            return response

    def _viewer(self, request: HttpRequest) -> Viewer | None:
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated or user.machine:  # programs come with a key, through the API
            return None
        post_id = request.session.get(POST_KEY) if hasattr(request, "session") else None
        return load_viewer(user.pk, post_id, clock_time.now())
