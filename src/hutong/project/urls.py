"""Addresses of the project; the pages themselves are declared by the packages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path


def icon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this address wherever a page names no icon, beside a file that was opened for one."""
    return HttpResponse(status=302, headers={"Location": static("channels/icon.svg")})


urlpatterns: list[URLPattern | URLResolver] = [
    path("favicon.ico", icon),
    path("api/v1/", include("hutong.channels.api.urls")),
    path("", include("hutong.channels.web.urls")),
]

handler400 = "hutong.channels.web.errors.bad_request"
handler403 = "hutong.channels.web.errors.forbidden"
handler404 = "hutong.channels.web.errors.not_found"
handler500 = "hutong.channels.web.errors.broken"
