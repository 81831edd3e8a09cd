"""Reads what the environment says about this installation: databases, keys, hosts. No Django here."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

VARIABLES = {
    "DATABASE_URL": "an external PostgreSQL (15 or newer) under the login that serves and owns nothing",
    "HUTONG_OWNER_URL": "the same database under the login that owns the tables and migrates; set both or neither",
    "HUTONG_POSTGRES": "folder of another PostgreSQL's programs (15 or newer) to run instead of the embedded one",
    "HUTONG_STATE": "folder for secrets, logs and the embedded database, instead of the usual one",
    "HUTONG_SECRET_KEY": "signs sessions and forms; made at random and kept with the installation otherwise",
    "HUTONG_ROOT_KEYS": "root keys of encryption, `1:<base64 of 32 bytes>` separated by commas; the highest one seals",
    "HUTONG_HEADS": "file that receives every sealed head of the audit chain; keep it on another machine",
    "HUTONG_JURISDICTION": "the law that applies: a folder of `hutong.law` (`cn`)",
    "HUTONG_LOCALES": "folders of further message catalogues (`<language>/LC_MESSAGES/django.mo`), separated by commas",
    "HUTONG_FONTS": "folders of further fonts for paper, separated by commas (without: Debian's `fonts-hanazono`)",
    "HUTONG_HOSTS": "names under which the site is reached, separated by commas",
    "HUTONG_ORIGINS": "origins that may send forms, with scheme, where a proxy changes the host",
    "HUTONG_HTTPS": "1: cookies and pages over HTTPS alone",
    "HUTONG_BEHIND_PROXY": "1: a proxy in front sets X-Forwarded-Proto",
    "HUTONG_DEMO": "1: invented people, time can be set, sign-in names are printed; set by `up`, never on real data",
    "HUTONG_DEBUG": "1: Django's debug pages, for developers alone",
    "HUTONG_LOG": "level of the log: DEBUG, INFO, WARNING or ERROR",
    "HUTONG_REQUIRE": "`all`: a skipped test fails the run",
    "HUTONG_SHARED": "folder of reference material for some tests",
    "HUTONG_CHROMIUM": "the browser of the page tests, where it is not the usual Chromium",
    "HUTONG_PICTURES": "folder in which page tests leave pictures of the pages",
    "HUTONG_TEST_PG": "libpq connection string for the law's own tests, instead of the tests' database",
}
"""Every variable of the environment the product reads, with what it means (docs/commands.md)."""


NATIVE = {"zh-hans": "中文", "en": "English"}


class BadSetting(ValueError):
    """A variable of the environment that cannot be used; the text says what to write instead."""


def database(url: str) -> dict[str, Any]:
    """One Django database from a PostgreSQL URL.

    A unix socket is written as a query: ``postgresql://user:password@/name?host=/folder&port=5432``.
    Other query parameters go to libpq as they are (``sslmode`` for instance).
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise BadSetting(f"'{parts.scheme}' is no PostgreSQL URL; write postgresql://user:password@host:5432/name")
    options = dict(parse_qsl(parts.query))
    name = unquote(parts.path.lstrip("/"))
    if not name or not parts.username:
        raise BadSetting("a database URL needs a user and a database: postgresql://user:password@host:5432/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": options.pop("port", "") or str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def root_keys(text: str) -> dict[int, bytes]:
    """Root encryption keys by version, from ``1:<base64 of 32 bytes>`` separated by commas; the highest one seals."""
    keys: dict[int, bytes] = {}
    for item in filter(None, (piece.strip() for piece in text.split(","))):
        version, _, value = item.partition(":")
        try:
            key = base64.b64decode(value, validate=True)
        except ValueError as broken:
            raise BadSetting("HUTONG_ROOT_KEYS: write 1:<base64 of 32 random bytes>") from broken
        if not version.isdigit() or not 1 <= int(version) <= 255 or len(key) != 32:
            raise BadSetting("HUTONG_ROOT_KEYS: every key has a version from 1 to 255 and 32 bytes")
        keys[int(version)] = key
    return keys


def flag(name: str, environ: Mapping[str, str] = os.environ) -> bool:
    """True for 1, true, yes, on; false for empty, 0, false, no, off; anything else is refused."""
    value = environ.get(name, "").strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("", "0", "false", "no", "off"):
        return False
    raise BadSetting(f"{name} is a switch: write 1 or 0, not '{value}'")


def words(name: str, default: str = "", environ: Mapping[str, str] = os.environ) -> list[str]:
    """A comma-separated list without blanks."""
    return [word.strip() for word in environ.get(name, default).split(",") if word.strip()]


def language_name(code: str) -> str:
    """What a language calls itself; its code where nobody knows."""
    if code in NATIVE:
        return NATIVE[code]
    from babel import Locale, UnknownLocaleError  # only where there is a further language

    try:
        return Locale.parse(code.replace("-", "_")).get_display_name() or code
    except (UnknownLocaleError, ValueError):
        return code
