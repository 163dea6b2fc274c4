"""What is logged, and how: one line per record on standard error, for people and for any collector."""

from typing import Any


def configuration(level: str) -> dict[str, Any]:
    """Django's ``LOGGING``: Kalends at ``level``, everything else only when it warns."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "kalends": {"level": level},
            "procrastinate": {"level": "WARNING"},
            # MSAL would print a cut-off answer of the login, with the tokens in it; its errors reach us anyway.
            "msal": {"level": "CRITICAL"},
            # Django's own handler would print each record a second time.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
