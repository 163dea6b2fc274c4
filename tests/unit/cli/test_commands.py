"""Commands about people and settings, as typed."""

import argparse
import importlib
import io
import json

import pytest

from kalends.accounts.models import Person
from kalends.accounts.tokens import person_of
from kalends.config.errors import ConfigurationError
from kalends.options.models import StoredOption
from kalends.options.stored import read_text

pytestmark = pytest.mark.django_db
PASSWORD = "calendar-2026"


def _run(command: str, *words: str) -> int:
    module = importlib.import_module(f"kalends.cli.{command}")
    parser = argparse.ArgumentParser()
    module.arguments(parser)
    code: int = module.run(parser.parse_args(words))
    return code


def test_it_creates_an_administrator(capsys: pytest.CaptureFixture[str]) -> None:
    _run("create_user", "Alice@Example.com", "--name", "Alice", "--administrator", "--password", PASSWORD)
    alice = Person.objects.get()
    assert (alice.email, alice.name, alice.is_administrator) == ("alice@example.com", "Alice", True)
    assert alice.check_password(PASSWORD)
    assert capsys.readouterr().out == "Created the administrator alice@example.com.\n"


def test_it_changes_the_password_of_somebody_who_exists(capsys: pytest.CaptureFixture[str]) -> None:
    _run("create_user", "bob@example.com", "--name", "Bob", "--password", "first-words-9")
    _run("create_user", "bob@example.com", "--password", PASSWORD)
    bob = Person.objects.get()
    assert (bob.name, bob.is_administrator, bob.check_password(PASSWORD)) == ("Bob", False, True)
    assert capsys.readouterr().out.splitlines()[1] == "Changed the person bob@example.com."


def test_it_reads_a_password_from_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    _run("create_user", "bob@example.com")
    assert Person.objects.get().check_password(PASSWORD)


def test_a_weak_password_creates_nobody() -> None:
    with pytest.raises(ConfigurationError, match="too short"):
        _run("create_user", "bob@example.com", "--password", "bob")
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("bob",), "bob is not a mail address"),
        (("bob@example.com", "--time-zone", "Europe/Atlantis"), "“Europe/Atlantis” is not a known time zone"),
    ],
)
def test_it_explains_what_it_cannot_take(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        _run("create_user", *words, "--password", PASSWORD)
    assert not Person.objects.exists()


def test_a_token_opens_the_api_for_its_owner(capsys: pytest.CaptureFixture[str]) -> None:
    bob = Person.objects.create_person("bob@example.com", PASSWORD)
    _run("create_token", "Bob@Example.com", "--label", "backup script")
    assert person_of(capsys.readouterr().out.strip()) == bob


def test_it_says_who_is_unknown() -> None:
    with pytest.raises(ConfigurationError, match="Nobody here is known as zoe"):
        _run("create_token", "zoe@example.com")


def test_a_setting_is_kept_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    _run("settings", "set", "outlook.days_back", "90")
    _run("settings", "get", "outlook.days_back")
    assert capsys.readouterr().out == "90\n"


def test_a_secret_is_read_from_a_pipe_and_never_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("the~value.of-a-secret\n"))
    _run("settings", "set", "outlook.client_secret", "-")
    _run("settings", "list", "client", "secret")
    assert "the~value" not in capsys.readouterr().out
    assert read_text("outlook.client_secret") == "the~value.of-a-secret"
    assert "the~value" not in StoredOption.objects.get(name="outlook.client_secret").value


def test_it_explains_a_refused_setting() -> None:
    with pytest.raises(ConfigurationError, match="Secret ID"):
        _run("settings", "set", "outlook.client_secret", "11111111-2222-3333-4444-555555555555")


def test_settings_are_listed_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    _run("settings", "list", "--json", "days", "ahead")
    listed = json.loads(capsys.readouterr().out)
    assert [(each["name"], each["value"], each["is_set"]) for each in listed] == [("outlook.days_ahead", "730", False)]
