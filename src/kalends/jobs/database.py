"""Jobs run in threads of the worker; each gives its database connection back when it ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections


@contextmanager
def connection_of_a_job() -> Iterator[None]:
    """A fresh database connection for a job, given back at its end."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()
