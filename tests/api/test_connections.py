"""Reset, disconnect and the sync history over the API and on the command line."""

import argparse
from collections.abc import Iterator

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.cli.reset import run
from kalends.config.errors import ConfigurationError
from kalends.domain.event import Event
from kalends.mailboxes import connect, reset, unfinished
from kalends.mailboxes.models import Connection, Mailbox
from tests.api.conftest import Api
from tests.unit.mailboxes.office import Office
from tests.unit.mailboxes.test_rehearsal import at, there


@pytest.fixture
def office(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    made = Office.in_this_process()
    for module in (connect, reset, unfinished):
        monkeypatch.setattr(module, "open_microsoft", lambda: made.microsoft)
    yield made
    made.close()


@pytest.fixture
def mailbox(office: Office, alice: Person) -> Mailbox:
    office.control("POST", "mailboxes", {"address": alice.email, "name": "Alice"})
    office.load(alice, [there("From Outlook", 9)])
    edits.create_event(alice, Event(when=at(10), subject="Mine"))
    return office.connect(alice)


@pytest.mark.usefixtures("mailbox")
def test_a_reset_is_rehearsed_and_done(office: Office, alice: Person, as_alice: Api) -> None:
    status, shown = as_alice("POST", "/outlook/reset/rehearsal", {"events": "remove-from-outlook"})
    assert (status, shown["links"], [row["subject"] for row in shown["rows"]]) == (200, 2, ["Mine"])
    assert as_alice("POST", "/outlook/reset", {"events": "leave", "digest": shown["digest"]})[0] == 409
    status, done = as_alice("POST", "/outlook/reset", {"events": "remove-from-outlook", "digest": shown["digest"]})
    assert (status, [row["goes"] for row in done["rows"]]) == (200, [True])
    assert office.subjects(alice) == ["From Outlook"]


@pytest.mark.usefixtures("office")
def test_disconnecting_is_rehearsed_and_done(mailbox: Mailbox, as_alice: Api) -> None:
    status, leaving = as_alice("GET", "/outlook/disconnect")
    assert (status, leaving["waiting"], leaving["mails"]) == (200, [], [])
    status, state = as_alice("POST", "/outlook/disconnect", {"digest": leaving["digest"]})
    assert (status, state["kind"]) == (200, "stopped")
    mailbox.refresh_from_db()
    assert mailbox.tokens == ""


@pytest.mark.usefixtures("mailbox")
def test_a_run_is_listed_and_undone(office: Office, alice: Person, as_alice: Api) -> None:
    copy = next(each for each in office.copies(alice) if each["subject"] == "From Outlook")
    office.outlook(alice, "PATCH", f"events/{copy['id']}", {"subject": "Renamed"})
    office.settle(alice)
    latest = as_alice("GET", "/outlook/runs")[1][0]
    assert (latest["changed_here"], latest["changed_there"], latest["mails"]) == (1, 0, 0)
    _, undoing = as_alice("GET", f"/outlook/runs/{latest['id']}/undo")
    assert [(step["subject"], step["mails"], step["left"]) for step in undoing["steps"]] == [("Renamed", [], "")]
    assert as_alice("POST", f"/outlook/runs/{latest['id']}/undo", {"digest": undoing["digest"]})[0] == 200
    office.settle(alice)
    assert office.subjects(alice) == ["From Outlook", "Mine"]


@pytest.mark.usefixtures("office")
def test_who_has_no_outlook_is_told_so(as_bob: Api) -> None:
    assert as_bob("POST", "/outlook/reset/rehearsal", {})[0] == 409
    assert as_bob("GET", "/outlook/disconnect")[0] == 409
    assert as_bob("GET", "/outlook/runs") == (200, [])
    assert as_bob("GET", "/outlook/runs/1/undo")[0] == 409


def test_the_command_line_resets(
    office: Office, mailbox: Mailbox, alice: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"user": alice.email, "events": "remove-from-outlook"}
    assert run(argparse.Namespace(**asked, rehearse=True)) == 0
    assert capsys.readouterr().out.startswith("Nothing has been changed.\n     2 links end\n")
    assert office.subjects(alice) == ["From Outlook", "Mine"]
    assert run(argparse.Namespace(**asked, rehearse=False)) == 0
    assert capsys.readouterr().out.startswith("Done. The sync is stopped.")
    mailbox.refresh_from_db()
    assert (mailbox.state, office.subjects(alice)) == (Connection.STOPPED, ["From Outlook"])


@pytest.mark.usefixtures("office")
def test_the_command_line_says_why_not(bob: Person) -> None:
    with pytest.raises(ConfigurationError, match="Connect Outlook first"):
        run(argparse.Namespace(user=bob.email, events="leave", rehearse=True))
