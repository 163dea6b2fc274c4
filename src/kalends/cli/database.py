"""The database for the while of one command."""

from collections.abc import Iterator
from contextlib import contextmanager

from kalends.config import environment, postgres


@contextmanager
def available() -> Iterator[str]:
    """The server told by DATABASE_URL, ours if it runs already, else ours until the block ends; yields its address."""
    folder = environment.postgres_folder()
    if environment.DATABASE_URL.read() or postgres.is_running(folder):
        yield address()
        return
    with postgres.running(folder) as server:
        yield server.url


def address() -> str:
    return environment.DATABASE_URL.read() or postgres.url(environment.postgres_folder())
