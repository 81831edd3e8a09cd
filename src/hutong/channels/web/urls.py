"""Addresses of the pages. Pages with views of their own come first, then sheets and actions by their names."""

from __future__ import annotations

from django.urls import URLPattern, path

from hutong.channels.sheet import PAGES
from hutong.channels.web import account, action_form, files, home, listing, lookups, record, search
from hutong.channels.web.frame import for_roles

urlpatterns: list[URLPattern] = [
    path("", home.worklist, name="worklist"),
    path("login/", account.SignIn.as_view(), name="login"),
    path("account/password/", account.change_password, name="password"),
    path("logout/", account.sign_out, name="logout"),
    path("choose/language/", account.choose_language, name="choose_language"),
    path("choose/size/", account.choose_size, name="choose_size"),
    path("choose/post/", account.choose_post, name="choose_post"),
    path("search/", search.search_page, name="search"),
    path("lookup/<slug:name>/", lookups.lookup_page, name="lookup"),
    path("file/<int:file_id>/", files.file_page, name="file"),
    *(path(page.path, for_roles(page.roles, page.view), name=page.name) for page in PAGES.values()),
    path("<slug:package>/action/<slug:name>/", action_form.action_page, name="action"),
    path("<slug:package>/action/<slug:name>/<int:record_id>/", action_form.action_page, name="action_on"),
    path("<slug:package>/<slug:name>/", listing.list_page, name="list"),
    path("<slug:package>/<slug:name>/<int:record_id>/", record.record_page, name="record"),
]
