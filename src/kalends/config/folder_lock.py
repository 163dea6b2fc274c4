"""One process at a time per folder: an advisory lock that the kernel drops when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kalends.config.errors import DataFolderInUse


@contextmanager
def hold(lock: Path) -> Iterator[None]:
    """Hold ``lock`` until the block ends.

    :raises DataFolderInUse: another process holds it; the message names that process.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _claim(descriptor, lock)
        yield
    finally:
        os.close(descriptor)


def is_held(lock: Path) -> bool:
    """Whether another process holds ``lock`` now."""
    if not lock.exists():
        return False
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _claim(descriptor: int, lock: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode().strip() or "unknown"
        message = (
            f"The data folder {lock.parent} is in use by another Kalends (process {holder}). Stop that one, or set "
            "KALENDS_DATA to another folder."
        )
        raise DataFolderInUse(message) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
