"""PostgreSQL refuses root; each way around that which this machine has is tried, in a folder closed to others."""

import os
from pathlib import Path

import psycopg
import pytest

from kalends.config import postgres, unprivileged
from kalends.config.errors import PostgresUnavailable
from kalends.config.unprivileged import NAMESPACE, NOBODY, OTHER_USER, Disguise

WAYS = {
    "as we are": Disguise(prefix=(), owner=os.geteuid()),
    "in a namespace": Disguise(prefix=NAMESPACE, owner=os.geteuid()),
    "as another user": Disguise(prefix=OTHER_USER, owner=NOBODY),
}
FOR_ROOT = [way for way in ("in a namespace", "as another user") if unprivileged.works(WAYS[way].prefix)]
HERE = FOR_ROOT if os.geteuid() == 0 else ["as we are"]


@pytest.mark.parametrize("way", HERE)
def test_it_starts_and_starts_again(short_folder: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setattr(unprivileged, "disguise", lambda: WAYS[way])
    short_folder.chmod(0o700)
    for expected in (None, (1,)):
        with postgres.running(short_folder, postgres.FAST_AND_FORGETFUL) as server:
            assert server.process is not None
            with psycopg.connect(server.url) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
                assert connection.execute("SELECT number FROM kept").fetchone() == expected
                connection.execute("INSERT INTO kept VALUES (1)")
    assert (short_folder / "cluster").stat().st_uid == WAYS[way].owner


@pytest.mark.parametrize("ways", [HERE, HERE[::-1]])
def test_the_files_change_hands_with_the_way(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch, ways: list[str]
) -> None:
    for way in ways:
        monkeypatch.setattr(unprivileged, "disguise", lambda way=way: WAYS[way])
        with postgres.running(short_folder, postgres.FAST_AND_FORGETFUL) as server:
            assert server.is_alive()
        owners = {path.stat().st_uid for path in (short_folder / "cluster").rglob("*")}
        assert owners == {WAYS[way].owner}


def test_it_says_what_to_do_when_there_is_no_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(PostgresUnavailable, match="as an ordinary user, or point DATABASE_URL"):
        unprivileged.disguise()
