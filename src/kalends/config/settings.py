"""Django's settings for Kalends, out of the environment (environment.py) and the keys in the data folder."""

import pkgutil
from importlib.util import find_spec
from urllib.parse import urlsplit

from kalends.config import environment, keys, log, postgres
from kalends.config.database import django_database

BASE_URL = environment.base_url()
DATA_FOLDER = environment.data_folder()
KEYS = keys.load_or_create(DATA_FOLDER)

SECRET_KEY = KEYS.secret_key
DEBUG = False
ALLOWED_HOSTS = sorted({urlsplit(BASE_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# Where Microsoft is; empty means: by the account type in the settings.
GRAPH_URL = environment.GRAPH_URL.read()
MICROSOFT_LOGIN_URL = environment.LOGIN_URL.read()
CA_FILE = environment.CA_FILE.read()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "django_htmx",
    "ninja",
    "kalends.accounts",
    "kalends.options",
    "kalends.calendars",
    "kalends.mailboxes",
    "kalends.jobs",
    "kalends.api",
    "kalends.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kalends.config.static_files.static_files",
    "kalends.config.content_security.ContentSecurity",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "kalends.config.urls"
ASGI_APPLICATION = "kalends.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": django_database(
        environment.DATABASE_URL.read() or postgres.url(environment.postgres_folder()),
        environment.POOL_SIZE.read_number(),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign_in"

# Browsers share cookies between the ports of one host, graphtwin's among them: ours have names of their own.
SESSION_COOKIE_NAME = "kalends_session"
CSRF_COOKIE_NAME = "kalends_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https:")
if BASE_URL.startswith("https:"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Texts of events come from mails and may be long; Exchange itself takes no more.
DATA_UPLOAD_MAX_MEMORY_SIZE = 25_000_000

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

# Assets carry their content's hash in their name (frontend/vite.config.ts), so they are served as they lie.
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.*/dist/assets/.+-[\w-]{8}\.\w+$"

# Every module of kalends.jobs declares jobs; all are loaded when Django starts.
JOBS = find_spec("kalends.jobs")
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = [
    f"kalends.jobs.{module.name}"
    for module in pkgutil.iter_modules(JOBS.submodule_search_locations if JOBS else None)
    if module.name != "apps"
]

LOGGING = log.configuration(environment.LOG_LEVEL.read().upper())
