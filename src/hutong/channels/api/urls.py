"""Addresses of the API; imported after start-up, when everything is declared."""

from __future__ import annotations

from django.urls import path

from hutong.channels.api.app import build

urlpatterns = [path("", build().urls)]
