"""A backup brings everything back; a bad one changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kalends.cli import archive
from kalends.config import keys, postgres
from kalends.config.errors import ConfigurationError


@pytest.fixture
def database(short_folder: Path) -> Iterator[str]:
    with postgres.running(short_folder / "postgres", postgres.FAST_AND_FORGETFUL) as server:
        yield server.url


def _words(database: str) -> list[str]:
    with psycopg.connect(database) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM kept ORDER BY word")]


def _fill(database: str, *words: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        for word in words:
            connection.execute("INSERT INTO kept VALUES (%s)", [word])


def test_it_brings_back_the_rows_and_the_keys(database: str, short_folder: Path, tmp_path: Path) -> None:
    before = keys.load_or_create(short_folder)
    _fill(database, "then")
    archive.write(tmp_path / "backup", database, short_folder)
    _fill(database, "now")
    keys.add_key(short_folder)
    archive.read(tmp_path / "backup", database, short_folder)
    assert _words(database) == ["then"]
    assert keys.load_or_create(short_folder) == before


def test_only_we_can_read_it(database: str, short_folder: Path, tmp_path: Path) -> None:
    keys.load_or_create(short_folder)
    archive.write(tmp_path / "backup", database, short_folder)
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]


def test_it_knows_an_empty_installation(database: str, short_folder: Path) -> None:
    assert archive.is_empty(database, short_folder)
    _fill(database, "something")
    assert not archive.is_empty(database, short_folder)


def test_a_file_that_is_no_backup_changes_nothing(database: str, short_folder: Path, tmp_path: Path) -> None:
    _fill(database, "kept")
    (tmp_path / "letter").write_text("Dear Alice")
    with pytest.raises(ConfigurationError, match="is not a backup of Kalends"):
        archive.read(tmp_path / "letter", database, short_folder)
    assert _words(database) == ["kept"]


def test_a_damaged_dump_changes_nothing(database: str, short_folder: Path, tmp_path: Path) -> None:
    keys.load_or_create(short_folder)
    _fill(database, *(f"word {number}" for number in range(200)))
    archive.write(tmp_path / "backup", database, short_folder)
    whole = (tmp_path / "backup").read_bytes()
    (tmp_path / "backup").write_bytes(whole.replace(b"PGDMP", b"PGXXX", 1))
    with pytest.raises(ConfigurationError, match="pg_restore failed"):
        archive.read(tmp_path / "backup", database, short_folder)
    assert len(_words(database)) == 200
