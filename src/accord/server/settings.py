"""Settings of the Django project, read from the environment once.

``ACCORD_ENV`` is ``development`` (the default: for a laptop and the demo) or ``production``, which insists on a secret
key and host names and turns on everything that needs HTTPS. Reading this module starts nothing and touches no network.
"""

import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

PRODUCTION = os.environ.get("ACCORD_ENV", "development") == "production"
DEBUG = os.environ.get("ACCORD_DEBUG", "") == "1" and not PRODUCTION
HOME = Path(os.environ.get("ACCORD_HOME", "var")).absolute()
SERVER = Path(__file__).parent


def _secret_key() -> str:
    """Return the signing key from the environment, from a file, or, on a laptop only, the one kept in this folder."""
    if key := os.environ.get("ACCORD_SECRET_KEY"):
        return key
    if path := os.environ.get("ACCORD_SECRET_KEY_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    if PRODUCTION:
        msg = "ACCORD_SECRET_KEY (or ACCORD_SECRET_KEY_FILE) must be set in production"
        raise ImproperlyConfigured(msg)
    kept = HOME / "secret_key"
    if kept.is_file():
        return kept.read_text(encoding="utf-8").strip()
    return "development-only:" + secrets.token_urlsafe(50)  # whatever signs something makes one that is kept first


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [host for host in os.environ.get("ACCORD_HOSTS", "").split(",") if host]
if not ALLOWED_HOSTS and not PRODUCTION:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
SITE_URL = os.environ.get("ACCORD_URL", "http://localhost:8000")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []

INSTALLED_APPS = [
    "accord.server.accounts",
    "accord.server.notifications",
    "accord.server.agreements",
    "accord.server.tracking",
    "accord.server.people",
    "accord.server.hostnames",
    "accord.server.pipeline",
    "accord.server.forms",
    "accord.server.channels",
    "accord.server.handoffs",
    "accord.server.nurture",
    "accord.server.teams",
    "accord.server.duplicates",
    "accord.server.calls",
    "accord.server.inbox",
    "accord.server.intake",
    "accord.server.companies",
    "accord.server.capture",
    "accord.server.warehouse",
    "accord.server.scoreboard",
    "accord.server.closing",
    "accord.server.credit",
    "accord.server.backtests",
    "accord.server.live",
    "accord.server.board",
    "accord.server.watch",
    "accord.server.disputes",
    "accord.server.ui",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "allauth",
    "allauth.account",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accord.server.accounts.middleware.local_time",
    "accord.server.accounts.middleware.private_pages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accord.server.ui.htmx.htmx_answers",
    "accord.server.ui.middleware.KnownErrors",
]

ROOT_URLCONF = "accord.server.urls"
WSGI_APPLICATION = "accord.server.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SERVER / "ui" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accord.server.ui.context.shell",
            ],
        },
    }
]

DATABASES = {
    "default": {
        **dj_database_url.parse(os.environ.get("DATABASE_URL", "postgres:///accord"), conn_max_age=60),
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accord_cache",
        # It counts attempts to sign in: thrown away beyond Django's 300 entries, they would be counted from 0 again.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accord.server.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SESSION_ENGINE = "accord.server.accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION and os.environ.get("ACCORD_BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static" if PRODUCTION else None  # elsewhere the files are found where they are
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False

ACCORD_MAIL_DOMAIN = os.environ.get("ACCORD_MAIL_DOMAIN", "").lower()
"""What follows the @ in the addresses of mail sources; empty: the host of ``ACCORD_URL``."""

ACCORD_NETWORKS = Path(os.environ.get("ACCORD_NETWORKS") or HOME / "networks" / "table")
"""The table of networks that ``accord networks load`` makes; there need be none."""

ACCORD_REVERSE_DNS = os.environ.get("ACCORD_REVERSE_DNS", "") == "1"
"""Whether a name server is asked whose machines come to the website; it then knows who comes."""

ACCORD_NAME_SERVER = os.environ.get("ACCORD_NAME_SERVER", "")
"""The one that is asked, as address:port; empty: those of this machine."""

ACCORD_PRIVATE_ADDRESSES = os.environ.get("ACCORD_PRIVATE_ADDRESSES", "") == "1"
"""Whether webhooks that people enter may lie in this network, and be asked without HTTPS."""

ACCORD_REGION = os.environ.get("ACCORD_REGION", "DE").upper()
"""The country of telephone numbers that do not say theirs, where the company's is not known."""

ACCORD_LOG_DAYS = int(os.environ.get("ACCORD_LOG_DAYS", "90"))
"""How long the log keeps what sources sent, in whole weeks; what was made of it stays."""

ACCORD_WAREHOUSE = Path(os.environ.get("ACCORD_WAREHOUSE") or HOME / "warehouse").absolute()
"""The folder of the warehouse; one that all machines share where web and worker run on several."""

ACCORD_WAREHOUSE_URL = os.environ.get("ACCORD_WAREHOUSE_URL") or "duckdb:"
"""The engine on which ``accord warehouse ask`` puts its questions; pages always ask by DuckDB."""

ACCORD_HEALTH_CHECKS = [
    "accord.server.accounts.health.every_team_has_a_manager",
    "accord.server.agreements.health.agreement_in_force",
    "accord.server.tracking.health.intake_keeps_up",
    "accord.server.tracking.health.log_has_its_weeks",
    "accord.server.companies.health.networks_are_known",
    "accord.server.handoffs.health.nothing_left_behind",
    "accord.server.watch.health.somebody_looks",
    "accord.server.notifications.health.mails_leave",
    "accord.server.notifications.health.pushes_leave",
    "accord.server.notifications.health.chats_take_messages",
    "accord.server.backtests.health.batch_is_live",
    "accord.server.warehouse.health.warehouse_follows",
    "accord.server.warehouse.health.facts_follow",
    "accord.server.credit.health.credit_follows",
]
NOTIFICATIONS_WANTED = {
    "lead": "accord.server.handoffs.notices.still_theirs",
    "revision": "accord.server.agreements.telling.still_wanted",
    "watch": "accord.server.watch.looking.still_wanted",
    "duplicate": "accord.server.duplicates.notices.still_holds",
    "dispute": "accord.server.disputes.notices.still_wanted",
}
NOTIFICATIONS_HOURS = "accord.server.handoffs.hours.working_hours"
NAV_BADGES = {
    "queue": "accord.server.handoffs.queries.queue_badge",
    "todo": "accord.server.handoffs.todo.todo_badge",
    "calls": "accord.server.calls.queries.waiting_badge",
    "agreement": "accord.server.agreements.awaiting.signature_badge",
}
BELL = "accord.server.notifications.bell.unseen"
NAV_OFFERED = {
    "agreement": "accord.server.agreements.awaiting.may_read_any",
    "board": "accord.server.board.pages.is_offered",
    "near-misses": "accord.server.nurture.readers.may_read",
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["accord.server.jobs"]

EMAIL_BACKEND = os.environ.get("ACCORD_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = os.environ.get("ACCORD_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("ACCORD_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("ACCORD_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("ACCORD_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("ACCORD_SMTP_TLS", "") == "1"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("ACCORD_MAIL_FROM", "Accord <accord@localhost>")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("ACCORD_LOG_LEVEL", "WARNING")},
}
