"""Django's database setting out of a PostgreSQL address."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

OWN_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def django_database(url: str, pool_size: int = 0) -> dict[str, Any]:
    """What ``DATABASES["default"]`` is for the server at ``url``.

    Connections are never kept per thread: under ASGI threads come and go, and the server runs out of connections.
    A pool keeps up to ``pool_size`` for all threads of a process instead.
    """
    parts = conninfo_to_dict(url)
    options = {name: value for name, value in parts.items() if name not in OWN_NAMES}
    pool = {"pool": {"min_size": 1, "max_size": pool_size, "timeout": 10}} if pool_size else {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{ours: str(parts.get(theirs) or "") for theirs, ours in OWN_NAMES.items()},
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {**options, **pool},
    }
