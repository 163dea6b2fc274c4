"""A backup as a file: a tar archive of the database's dump and of the keys, without which the dump's secrets stay shut.

Restoring happens beside what is there: the present schema is set aside, the dump goes into a new one, and only when all
of it is in, the old one is dropped. A restore that fails leaves everything as it was.
"""

import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from kalends.config import keys, postgres_binaries
from kalends.config.errors import ConfigurationError

DUMP = "database.dump"
ASIDE = "public_before_restore"


def write(file: Path, database: str, data: Path) -> None:
    """Write the backup ``file``, readable only for its owner, whole or not at all."""
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".kalends-backup-") as name:
        folder = Path(name)
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={folder / DUMP}", database)
        unfinished = folder / "archive"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as archive:
            archive.add(data / keys.FILE_NAME, keys.FILE_NAME)
            archive.add(folder / DUMP, DUMP)
        unfinished.replace(file)


def is_empty(database: str, data: Path) -> bool:
    """Whether there is nothing that a restore would replace."""
    with psycopg.connect(database) as connection:
        tables = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone()
    return tables is None and not (data / keys.FILE_NAME).exists()


def read(file: Path, database: str, data: Path) -> None:
    """Make the installation what it was when ``file`` was written."""
    with tempfile.TemporaryDirectory(prefix="kalends-restore-") as name:
        folder = Path(name)
        _unpack(file, folder)
        with _schema_set_aside(database):
            _run(
                "pg_restore",
                "--no-owner",
                "--exit-on-error",
                "--schema=public",
                f"--dbname={database}",
                str(folder / DUMP),
            )
        restored = data / f"{keys.FILE_NAME}.restored"
        restored.touch(mode=0o600)
        restored.write_bytes((folder / keys.FILE_NAME).read_bytes())
        restored.replace(data / keys.FILE_NAME)


def _unpack(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            for name in (DUMP, keys.FILE_NAME):
                archive.extract(name, folder, filter="data")
        keys.load_or_create(folder)
    except (OSError, KeyError, tarfile.TarError) as error:
        message = f"{file} is not a backup of Kalends ({error}). Nothing was changed."
        raise ConfigurationError(message) from error


@contextmanager
def _schema_set_aside(database: str) -> Iterator[None]:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {ASIDE} CASCADE")
        connection.execute(f"ALTER SCHEMA public RENAME TO {ASIDE}")
        connection.execute("CREATE SCHEMA public")
        try:
            yield
        except ConfigurationError:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute(f"ALTER SCHEMA {ASIDE} RENAME TO public")
            raise
        connection.execute(f"DROP SCHEMA {ASIDE} CASCADE")


def _run(program: str, *arguments: str) -> None:
    binary = postgres_binaries.find().program(program)
    answer = subprocess.run([binary, *arguments], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        message = f"{program} failed: {answer.stderr.strip()}"
        raise ConfigurationError(message)
