"""Whether the database has all migrations, asked without Django, whose loading costs more than all else of a start.

A wrong "no" costs a second: the migrations are then looked at properly. A "yes" means that every migration of every
installed application is recorded as applied.
"""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg.errors import UndefinedTable

from kalends.config import settings

LABELS = {"procrastinate.contrib.django": "procrastinate"}


def is_up_to_date(database: str) -> bool:
    """Whether the database at the address ``database`` fits this version of Kalends."""
    with psycopg.connect(database) as connection:
        try:
            applied = set(connection.execute("SELECT app, name FROM django_migrations"))
        except UndefinedTable:
            return False
    return applied.issuperset(_declared())


def _declared() -> Iterator[tuple[str, str]]:
    """Every migration by its file's name; applications are found, not loaded, for some need Django to be loaded."""
    for app in settings.INSTALLED_APPS:
        spec = importlib.util.find_spec(app)
        for location in (spec.submodule_search_locations if spec else None) or ():
            for file in Path(location, "migrations").glob("[0-9]*.py"):
                yield LABELS.get(app, app.rpartition(".")[2]), file.stem
