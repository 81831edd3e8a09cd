"""Addresses of the project; the pages themselves are declared by the packages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("hutong.channels.api.urls")),
    path("", include("hutong.channels.web.urls")),
]

handler400 = "hutong.channels.web.errors.bad_request"
handler403 = "hutong.channels.web.errors.forbidden"
handler404 = "hutong.channels.web.errors.not_found"
handler500 = "hutong.channels.web.errors.broken"
