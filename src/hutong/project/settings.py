"""Django settings. Everything that differs between two installations comes from the environment (docs/commands.md)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from hutong.law.jurisdiction import conventions
from hutong.law.language import languages
from hutong.project.environment import database, flag, language_name, root_keys, words

SOURCE = Path(__file__).resolve().parent.parent

# Without a key of its own a process can be tried out, but nobody stays signed in longer than it lives.
SECRET_KEY = os.environ.get("HUTONG_SECRET_KEY") or secrets.token_urlsafe(48)
HUTONG_ROOT_KEYS = root_keys(os.environ.get("HUTONG_ROOT_KEYS", ""))
HUTONG_DEMO = flag("HUTONG_DEMO")
HUTONG_JURISDICTION = os.environ.get("HUTONG_JURISDICTION", "cn")
# File that each sealed head of the audit chain is appended to; it must lie outside the database.
HUTONG_HEADS = os.environ.get("HUTONG_HEADS", "")
# Further fonts of paper; Debian's package fonts-hanazono draws Extensions B to F.
HUTONG_FONTS = words("HUTONG_FONTS", "/usr/share/fonts/truetype/hanazono")
DEBUG = flag("HUTONG_DEBUG")

ALLOWED_HOSTS = words("HUTONG_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = words("HUTONG_ORIGINS")

INSTALLED_APPS = [
    "hutong.core.apps.CoreConfig",
    "hutong.channels.apps.ChannelsConfig",
    "hutong.lawbook.apps.LawbookConfig",
    "hutong.org.apps.OrgConfig",
    "hutong.people.apps.PeopleConfig",
    "hutong.money.apps.MoneyConfig",
    "hutong.benefits.apps.BenefitsConfig",
    "hutong.care.apps.CareConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    "procrastinate.contrib.django",
    "hutong.project.apps.ProjectConfig",
]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hutong.core.middleware.ViewerMiddleware",
    "hutong.channels.web.errors.ErrorPages",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "hutong.project.urls"
WSGI_APPLICATION = "hutong.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Two logins to one database: the application serves as one that owns nothing; the owner migrates and does nothing else.
SERVING_URL = os.environ.get("DATABASE_URL") or "postgresql://hutong_app@/hutong"
OWNER_URL = os.environ.get("HUTONG_OWNER_URL") or "postgresql://hutong_owner@/hutong"
DATABASES = {
    "default": database(SERVING_URL),
    "owner": {**database(OWNER_URL), "CONN_MAX_AGE": 0, "TEST": {"MIRROR": "default"}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "worklist"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 8 * 3600  # a working day: county offices share computers
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "hutong.channels.web.errors.csrf_failed"
HTTPS = flag("HUTONG_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("HUTONG_BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# The country says its clock and which languages come first; each language with a message catalogue can be chosen.
CONVENTIONS = conventions(HUTONG_JURISDICTION)
LOCALE_PATHS = [Path(folder) for folder in words("HUTONG_LOCALES")]
LANGUAGE_CODE = CONVENTIONS.languages[0]
LANGUAGES = [(code, language_name(code)) for code in languages(CONVENTIONS.languages, LOCALE_PATHS)]
TIME_ZONE = CONVENTIONS.zone.key
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "hutong.project.staticfiles.BuiltStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/built/.+-[\w-]{8}\.\w+$"

MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
MEGABYTE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * MEGABYTE
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * MEGABYTE
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("HUTONG_LOG", "WARNING")},
}
