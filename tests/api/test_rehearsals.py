"""The rehearsal over the API and on the command line, against the simulated Outlook."""

import argparse
import json
from collections.abc import Iterator

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.cli.sync import run
from kalends.domain.event import Event
from kalends.mailboxes import rehearsal
from kalends.mailboxes.models import Connection, Mailbox
from tests.api.conftest import Api
from tests.unit.mailboxes.office import Office
from tests.unit.mailboxes.test_rehearsal import at, there


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    made = Office.in_this_process()
    yield made
    made.close()


@pytest.fixture
def consented(office: Office, alice: Person) -> Mailbox:
    office.control("POST", "mailboxes", {"address": alice.email, "name": "Alice"})
    office.load(alice, [there("Only there", 12), there("Same", 9)])
    edits.create_event(alice, Event(when=at(9), subject="Same"))
    edits.create_event(alice, Event(when=at(11), subject="Only here"))
    return office.consent(alice)


def test_it_is_read_shown_and_started(office: Office, consented: Mailbox, as_alice: Api) -> None:
    status, told = as_alice("POST", "/outlook/rehearsal/reading", {})
    assert (status, told["ready"]) == (202, False)
    rehearsal.read_mailbox(consented.pk, office.microsoft)
    assert as_alice("GET", "/outlook/rehearsal/reading")[1]["ready"]
    status, shown = as_alice("POST", "/outlook/rehearsal", {})
    assert status == 200
    assert (shown["counts"], shown["mails"]) == (
        {"linked": 1, "here": 1, "there": 1, "differing": 0, "changed": 0, "left": 0},
        0,
    )
    one_way = as_alice("POST", "/outlook/rehearsal", {"direction": "from outlook"})[1]
    assert one_way["counts"]["there"] == 0
    start = {"choices": {"direction": "from outlook"}, "digest": shown["digest"]}
    assert as_alice("POST", "/outlook/rehearsal/start", start)[0] == 409
    status, told = as_alice("POST", "/outlook/rehearsal/start", {"digest": shown["digest"]})
    assert status == 200, told
    assert Mailbox.objects.get().state == Connection.ACTIVE


def test_it_refuses_before_there_is_anything_to_show(as_bob: Api) -> None:
    assert as_bob("GET", "/outlook/rehearsal/reading")[0] == 404
    assert as_bob("POST", "/outlook/rehearsal", {})[0] == 409
    assert as_bob("POST", "/outlook/rehearsal/reading", {})[0] == 409
    assert as_bob("POST", "/outlook/rehearsal/start", {"digest": "x"})[0] == 409


@pytest.mark.usefixtures("consented")
def test_the_command_line_tells_it(
    office: Office, alice: Person, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rehearsal, "open_microsoft", lambda: office.microsoft)
    options = argparse.Namespace(user=alice.email, rehearse=True, json=True)
    assert run(options) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["counts"]["here"], told["counts"]["there"], told["counts"]["linked"], told["mails"]) == (1, 1, 1, [])
    assert run(argparse.Namespace(user=alice.email, rehearse=True, json=False)) == 0
    words = capsys.readouterr().out
    assert words.startswith("Nothing has been changed.")
    assert "Only here" in words
    assert "     0 mails" in words
    assert Mailbox.objects.get().state == Connection.CONSENTED
