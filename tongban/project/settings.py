"""Settings of one node process, read from the environment. Each is described in docs/reference/settings.md.

A wrong value stops the start with a sentence that names it; there are no per-environment files.
"""

import os
import re
import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

SHORTEST_SECRET = 16

PACKAGE = Path(__file__).resolve().parent.parent


def _text(name: str, default: str) -> str:
    return os.environ.get(name, default).strip()


def _choice(name: str, default: str, allowed: set[str]) -> str:
    value = _text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(sorted(allowed))}")
    return value


def _number(name: str, default: int) -> int:
    value = _text(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number")
    return int(value)


def _address(name: str) -> str:
    value = _text(name, "")
    if value and not re.fullmatch(r"/.+|[^/\s]+:[0-9]{1,5}", value):
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be the path of a socket or host:port")
    return value


def _hours(name: str, default: str) -> tuple[int, int]:
    value = _text(name, default)
    warn, _, alarm = value.partition(",")
    if not (warn.isdecimal() and alarm.isdecimal() and 0 < int(warn) <= int(alarm)):
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be two numbers of hours such as {default}")
    return int(warn), int(alarm)


def _origins(name: str) -> list[str]:
    """They enter a policy header as they are, so that only whole origins pass."""
    origins = [origin for origin in _text(name, "").split(",") if origin]
    for origin in origins:
        if not re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]{1,5})?|http://([a-z0-9-]+\.)*localhost(:[0-9]{1,5})?", origin):
            raise ImproperlyConfigured(f"{name} holds {origin!r}; an origin is written https://partner.example")
    return origins


def _pairs(name: str, default: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in _text(name, default).split(",") if pair.strip()]
    if not all(key.strip() and address.strip().startswith(("http://", "https://")) for key, _, address in pairs):
        raise ImproperlyConfigured(f"{name} must be name=address, separated by commas")
    return {key.strip(): address.strip() for key, _, address in pairs}


def _database(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", "tongban"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Statements are prepared after a few uses: planning, with the rows' policies, is most of the work of a small one.
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 3,
            **({"sslmode": parts["sslmode"]} if "sslmode" in parts else {}),
        },
    }


MODE = _choice("TONGBAN_MODE", "production", {"demo", "production"})
PRODUCTION = MODE == "production"
DEBUG = False

HOME = Path(_text("TONGBAN_HOME", "")) if _text("TONGBAN_HOME", "") else None
SECRET_KEY = _text("TONGBAN_SECRET_KEY", "") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = [host for host in _text("TONGBAN_HOSTS", "localhost,.localhost,127.0.0.1").split(",") if host]

# The role of DATABASE_URL neither owns the tables nor bypasses row-level security; migrations use DATABASE_OWNER_URL.
DATABASE_URL = _text("DATABASE_URL", "")
DATABASE_OWNER_URL = _text("DATABASE_OWNER_URL", "")
DATABASES = {"default": _database(DATABASE_URL)}

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "django_htmx",
    "tongban.kernel",
    "tongban.regions",
    "tongban.people",
    "tongban.documents",
    "tongban.audit",
    "tongban.clients",
    "tongban.slips",
    "tongban.seals",
    "tongban.catalogue",
    "tongban.alliance",
    "tongban.exchange",
    "tongban.cases",
    "tongban.papers",
    "tongban.licences",
    "tongban.notices",
    "tongban.feedback",
    "tongban.enquiries",
    "tongban.guidance",
    "tongban.review",
    "tongban.web",
    "tongban.project",
]

MIDDLEWARE = [
    # Takes back, for pages that a partner may frame, what the next one says to everybody.
    "tongban.web.embed.profile.Framed",
    # Outermost, so that redirects, static files and errors carry the headers too.
    "tongban.web.edge.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tongban.web.kiosk.Kiosk",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tongban.web.access.Doors",
]

ROOT_URLCONF = "tongban.project.urls"
WSGI_APPLICATION = "tongban.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates", PACKAGE / "web" / "components"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": ["tongban.web.edge.page_context", "django.template.context_processors.csrf"],
            "builtins": ["tongban.web.components.tags", "django.templatetags.static"],
        },
    }
]

STATIC_URL = "static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "blobs": {
        "BACKEND": "tongban.documents.storage.WholeFiles",
        "OPTIONS": {"location": str(HOME / "blobs") if HOME else None, "file_permissions_mode": 0o600},
    },
}

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = False
LANGUAGE_CODE = "zh-hans"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SECURE = PRODUCTION
# With this prefix no other site under the same domain can plant one.
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers then send "Origin: null" with forms, which the CSRF check must refuse.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Files wait in memory or, above a mebibyte, in a nameless file of the node's private directory; they are sealed before anything is kept.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "tongban.web.uploading.NamelessFiles",
]
FILE_UPLOAD_TEMP_DIR = str(HOME / "tmp") if HOME else None
# Path of a Unix socket, or host:port.
CLAMD = _address("TONGBAN_CLAMD")
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
MAX_REQUEST_BYTES = 5 * MAX_UPLOAD_BYTES

CHECKPOINT_MINUTES = _number("TONGBAN_CHECKPOINT_MINUTES", 5)
if not 1 <= CHECKPOINT_MINUTES <= 59:
    raise ImproperlyConfigured(f"TONGBAN_CHECKPOINT_MINUTES is {CHECKPOINT_MINUTES}; it must be between 1 and 59")

SMS_GATEWAY_URL = _text("TONGBAN_SMS_GATEWAY_URL", "")
SMS_GATEWAY_SECRET = _text("TONGBAN_SMS_GATEWAY_SECRET", "")
OIDC_ISSUER = _text("TONGBAN_OIDC_ISSUER", "")
OIDC_CLIENT_ID = _text("TONGBAN_OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = _text("TONGBAN_OIDC_CLIENT_SECRET", "")
# By the name that service definitions give them: `register` of a source, `effect` of an item. The first three have settings of their own.
REGISTERS = {
    "insured": _text("TONGBAN_INSURED_REGISTER_URL", ""),
    "residence": _text("TONGBAN_RESIDENCE_REGISTER_URL", ""),
    **_pairs("TONGBAN_REGISTERS", ""),
}
BUSINESS_SYSTEMS = {
    "insurance-platform": _text("TONGBAN_INSURANCE_PLATFORM_URL", ""),
    **_pairs("TONGBAN_BUSINESS_SYSTEMS", ""),
}
REGISTER_SECRET = _text("TONGBAN_REGISTER_SECRET", "")
REGISTER_TIMEOUT_SECONDS = _number("TONGBAN_REGISTER_TIMEOUT_SECONDS", 5)
REGISTER_TRIES = _number("TONGBAN_REGISTER_TRIES", 3)
REGISTER_RETRY_SECONDS = _number("TONGBAN_REGISTER_RETRY_SECONDS", 2)
AUTOMATIC_SAMPLE_ONE_IN = _number("TONGBAN_AUTOMATIC_SAMPLE_ONE_IN", 20)
if AUTOMATIC_SAMPLE_ONE_IN < 1:
    raise ImproperlyConfigured("TONGBAN_AUTOMATIC_SAMPLE_ONE_IN must be at least 1")

# Host, or host:port, with commas: where webhooks may lead.
WEBHOOK_HOSTS = [host.strip() for host in _text("TONGBAN_WEBHOOK_HOSTS", "").split(",") if host.strip()]
# Origins whose pages may show ours in a frame.
EMBED_ORIGINS = _origins("TONGBAN_EMBED_ORIGINS")
UPLOAD_URL = _text("TONGBAN_UPLOAD_URL", "")
UPLOAD_SECRET = _text("TONGBAN_UPLOAD_SECRET", "")

DEVICE_BRIDGES = _pairs("TONGBAN_DEVICE_BRIDGES", "")
DEVICE_BRIDGE_SECRET = _text("TONGBAN_DEVICE_BRIDGE_SECRET", "")
if DEVICE_BRIDGES and len(DEVICE_BRIDGE_SECRET) < SHORTEST_SECRET:
    raise ImproperlyConfigured(
        "TONGBAN_DEVICE_BRIDGE_SECRET is too short for TONGBAN_DEVICE_BRIDGES; it needs 16 characters"
    )

PEER_REQUESTS_PER_SECOND = _number("TONGBAN_PEER_REQUESTS_PER_SECOND", 1000)
LADDER_STORED_HOURS = _hours("TONGBAN_LADDER_STORED_HOURS", "1,12")
LADDER_ADMITTED_HOURS = _hours("TONGBAN_LADDER_ADMITTED_HOURS", "12,24")
LADDER_OPENED_HOURS = _hours("TONGBAN_LADDER_OPENED_HOURS", "24,36")
# 网络安全法 Art. 21 (3): no less than six months.
AUDIT_MONTHS = _number("TONGBAN_AUDIT_MONTHS", 36)
if AUDIT_MONTHS < 6:
    raise ImproperlyConfigured(f"TONGBAN_AUDIT_MONTHS is {AUDIT_MONTHS}; it must be at least 6")
READING_ALARM = _number("TONGBAN_READING_ALARM", 40)
READING_LIMIT = _number("TONGBAN_READING_LIMIT", 120)
if not 1 <= READING_ALARM <= READING_LIMIT:
    raise ImproperlyConfigured("TONGBAN_READING_ALARM must be at least 1 and at most TONGBAN_READING_LIMIT")

MAIL_HOST = _text("TONGBAN_MAIL_HOST", "")
MAIL_PORT = _number("TONGBAN_MAIL_PORT", 465)
MAIL_USER = _text("TONGBAN_MAIL_USER", "")
MAIL_PASSWORD = _text("TONGBAN_MAIL_PASSWORD", "")
MAIL_FROM = _text("TONGBAN_MAIL_FROM", "")
ARCHIVE_DAYS = _number("TONGBAN_ARCHIVE_DAYS", 30)
FOLLOW_SECONDS = _number("TONGBAN_FOLLOW_SECONDS", 10)
PAPERS = _choice("TONGBAN_PAPERS", "on", {"on", "off"}) == "on"
PAPER_FONTS = [path for path in _text("TONGBAN_PAPER_FONTS", "/usr/share/fonts/opentype/noto").split(",") if path]
# RFC 3161 over HTTP; empty: seals are not stamped.
TSA_URL = _text("TONGBAN_TSA_URL", "")
if TSA_URL and not TSA_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"TONGBAN_TSA_URL is {TSA_URL!r}; it must begin with http:// or https://")
ASSIGN_OFFICERS = _choice("TONGBAN_ASSIGN_OFFICERS", "by-hand", {"by-hand", "random"})
LADDER_WORKING_DAYS = _choice("TONGBAN_LADDER_WORKING_DAYS", "off", {"on", "off"}) == "on"

LOGGING_CONFIG = None
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
CSRF_FAILURE_VIEW = "tongban.web.errors.csrf_failed"
SILENCED_SYSTEM_CHECKS: list[str] = []
