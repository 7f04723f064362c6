"""Django's settings, made from ours. Nothing is read from a settings module or from the environment."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings as django_settings
from psycopg.conninfo import make_conninfo

from regulars.doors import schema
from regulars.kit.settings import Settings

HERE = Path(__file__).parent
SCHEMA = "people"
"""The PostgreSQL schema of Django's own tables: operators, sessions, log-in links."""
LANGUAGES = (("en", "English"), ("zh-hans", "简体中文"))
_ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104  # listening there names no host a browser could ask for
_YEAR_SECONDS = 365 * 24 * 3600
_SESSION_SECONDS = 14 * 24 * 3600
_PASSWORD_LENGTH_MIN = 10


_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
    "regulars.doors.console.apps.Console",
]
_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Pads at random and masks the form token, so a secret does not show in a page's length (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "regulars.doors.console.middleware.permissions_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "regulars.doors.console.permissions.check",
    "django_htmx.middleware.HtmxMiddleware",
    "regulars.doors.console.middleware.reader",
]


def configure(settings: Settings, dsn: str) -> None:
    """Configure Django for this process, once; again with the same database does nothing.

    `dsn` is a libpq keyword string or URL, with a host name or a socket folder.

    Raises:
        RuntimeError: Django already serves another database in this process.
    """
    if django_settings.configured:
        if getattr(django_settings, "REGULARS_DSN", None) != make_conninfo(dsn):
            raise RuntimeError("Django is configured for another database in this process")
        return
    django_settings.configure(
        REGULARS=settings,
        REGULARS_DSN=make_conninfo(dsn),
        DEBUG=settings.debug,
        SECRET_KEY=_secret_key(settings.home),
        DATABASES=schema.databases(dsn),
        **_program(),
        **_web(settings.public_url, settings.host),
        **_accounts(),
    )
    django.setup()


def _secret_key(home: Path) -> str:
    """The key that signs cookies: 64 random bytes in a file only its owner reads, made on first use."""
    path = home / "django.secret"
    home.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text()


def _program() -> dict[str, Any]:
    return {
        "INSTALLED_APPS": _APPS,
        "MIDDLEWARE": _MIDDLEWARE,
        "ROOT_URLCONF": "regulars.doors.console.urls",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "builtins": ["django.templatetags.i18n", "regulars.doors.console.templatetags.console"],
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                        "regulars.doors.console.navigation.around",
                    ],
                },
            }
        ],
        "LANGUAGE_CODE": "en",
        "LANGUAGES": LANGUAGES,
        "LANGUAGE_COOKIE_NAME": "language",
        "LANGUAGE_COOKIE_AGE": _YEAR_SECONDS,
        "LOCALE_PATHS": [HERE / "locale"],
        "USE_I18N": True,
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "LOGGING_CONFIG": None,
    }


def _web(public_url: str, host: str) -> dict[str, Any]:
    address = urlsplit(public_url)
    is_tls = address.scheme == "https"
    hosts = {"localhost", "127.0.0.1", "[::1]", host, address.hostname or "localhost"} - _ANY_ADDRESS
    return {
        "ALLOWED_HOSTS": sorted(hosts),
        "CSRF_TRUSTED_ORIGINS": [f"{address.scheme}://{address.netloc}"] if address.netloc else [],
        "STATIC_URL": "/static/",
        "SESSION_COOKIE_AGE": _SESSION_SECONDS,
        "SESSION_COOKIE_NAME": "operator",
        "CSRF_FAILURE_VIEW": "regulars.doors.console.errors.stale_form",
        **{
            f"{cookie}_COOKIE_{name}": value
            for cookie in ("SESSION", "CSRF", "LANGUAGE")
            for name, value in (("HTTPONLY", True), ("SAMESITE", "Lax"), ("SECURE", is_tls))
        },
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_HSTS_SECONDS": _YEAR_SECONDS if is_tls else 0,
        "X_FRAME_OPTIONS": "DENY",
        "CONTENT_SECURITY_POLICY": {
            "DIRECTIVES": {
                "default-src": ["'self'"],
                "img-src": ["'self'", "data:"],
                "object-src": ["'none'"],
                "base-uri": ["'none'"],
                "form-action": ["'self'"],
                "frame-ancestors": ["'none'"],
            }
        },
    }


def _accounts() -> dict[str, Any]:
    return {
        "AUTH_USER_MODEL": "console.Operator",
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": _PASSWORD_LENGTH_MIN},
            },
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "home",
        "MFA_ADAPTER": "regulars.doors.console.second_step.SecondStep",
        "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"],
        "MFA_TOTP_ISSUER": "regulars",
        "ACCOUNT_ADAPTER": "regulars.doors.console.accounts.OperatorAccounts",
        "ACCOUNT_FORMS": {"login": "regulars.doors.console.accounts.LoginForm"},
        "ACCOUNT_LOGIN_METHODS": {"username", "email"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "email", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
        "ACCOUNT_USER_DISPLAY": "regulars.doors.console.accounts.display_name",
    }
