"""The keys are made once, stay private, and are never overwritten."""

import json
import multiprocessing
from pathlib import Path

import pytest

from kalends.config import keys
from kalends.config.errors import ConfigurationError


def test_it_makes_keys_once(tmp_path: Path) -> None:
    first = keys.load_or_create(tmp_path)
    again = keys.load_or_create(tmp_path)
    assert again == first
    assert len(first.secret_key) >= 50
    assert [len(key) for key in first.ring.values()] == [32]


def test_only_we_can_read_them(tmp_path: Path) -> None:
    keys.load_or_create(tmp_path)
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_they_are_not_shown_when_printed(tmp_path: Path) -> None:
    made = keys.load_or_create(tmp_path)
    assert made.secret_key not in repr(made)


def test_a_new_key_encrypts_and_the_old_one_still_opens(tmp_path: Path) -> None:
    before = keys.load_or_create(tmp_path)
    newest = keys.add_key(tmp_path)
    after = keys.load_or_create(tmp_path)
    assert after.newest == newest != before.newest
    assert after.ring[before.newest] == before.ring[before.newest]
    assert after.secret_key == before.secret_key


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        made = pool.map(keys.load_or_create, [tmp_path] * 8)
    assert {each.secret_key for each in made} == {keys.load_or_create(tmp_path).secret_key}


@pytest.mark.parametrize("content", ["", "{}", '{"secret_key": "x", "newest": "a", "ring": {"a": "AAAA"}}', "[1]"])
def test_it_refuses_damaged_keys_and_leaves_them_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / "keys.json").write_text(content)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        keys.load_or_create(tmp_path)
    assert (tmp_path / "keys.json").read_text() == content


def test_it_refuses_a_ring_without_its_newest_key(tmp_path: Path) -> None:
    keys.load_or_create(tmp_path)
    content = json.loads((tmp_path / "keys.json").read_text())
    (tmp_path / "keys.json").write_text(json.dumps({**content, "newest": "lost"}))
    with pytest.raises(ConfigurationError, match="damaged"):
        keys.load_or_create(tmp_path)
