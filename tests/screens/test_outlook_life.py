"""Resetting, disconnecting, pausing, the sync history and both sides, as pages against the simulated Outlook."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.calendars.models import Event as EventRow
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event, Field
from kalends.mailboxes import both_sides, connect, reset, unfinished
from kalends.mailboxes import runs as history
from kalends.mailboxes.models import Connection, Link, Mailbox
from kalends.mailboxes.queries import sync_state
from tests.screens.conftest import SignIn
from tests.unit.mailboxes.office import Office
from tests.unit.mailboxes.test_rehearsal import at, there


@pytest.fixture
def office(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    made = Office.in_this_process()
    for module in (both_sides, connect, reset, unfinished):
        monkeypatch.setattr(module, "open_microsoft", lambda: made.microsoft)
    yield made
    made.close()


@pytest.fixture
def mailbox(office: Office, alice: Person) -> Mailbox:
    """Alice's Outlook holds one event; one of hers is a quiet copy there."""
    office.control("POST", "mailboxes", {"address": alice.email, "name": "Alice"})
    office.load(alice, [there("From Outlook", 9)])
    edits.create_event(alice, Event(when=at(10), subject="Mine"))
    return office.connect(alice)


def _text(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def _hidden(answer: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    assert found is not None
    return found.group(1)


def test_a_reset_is_shown_and_then_done(office: Office, mailbox: Mailbox, as_alice: Client) -> None:
    page = as_alice.get(reverse("outlook_reset"), {"events": "remove-from-outlook"})
    assert "Resetting will end 2 links and move 1 copy to Outlook's Deleted Items, and send no mail" in _text(page)
    done = as_alice.post(reverse("outlook_reset"), {"events": "remove-from-outlook", "digest": _hidden(page, "digest")})
    assert "Nobody was mailed. The sync is stopped." in _text(done)
    mailbox.refresh_from_db()
    assert (mailbox.state, office.subjects(mailbox.person)) == (Connection.STOPPED, ["From Outlook"])


def test_a_reset_that_is_no_longer_what_was_shown_is_shown_again(
    mailbox: Mailbox, as_alice: Client, alice: Person
) -> None:
    page = as_alice.get(reverse("outlook_reset"), {"events": "remove-here"})
    edits.change_event(alice, str(EventRow.objects.get(subject="From Outlook").pk), {Field.SUBJECT: "Edited"})
    again = as_alice.post(reverse("outlook_reset"), {"events": "remove-here", "digest": _hidden(page, "digest")})
    assert "Look at it once more, then reset." in _text(again)
    assert "Edited" in _text(again)
    assert Link.objects.filter(mailbox=mailbox, active=True).count() == 2


def test_disconnecting_says_whom_it_mails(mailbox: Mailbox, as_alice: Client, alice: Person) -> None:
    eve = (Attendee(address="eve@example.net", name="Eve"),)
    edits.create_event(alice, Event(when=at(11), subject="Never told", attendees=eve))
    page = as_alice.get(reverse("outlook_disconnect"))
    assert "Kalends will mail Eve (invitation)." in _text(page)
    answer = as_alice.post(reverse("outlook_disconnect"), {"digest": _hidden(page, "digest")})
    assert answer.status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.state, mailbox.tokens) == (Connection.STOPPED, "")


def test_a_run_is_looked_at_and_undone(office: Office, mailbox: Mailbox, as_alice: Client, alice: Person) -> None:
    copy = next(each for each in office.copies(alice) if each["subject"] == "From Outlook")
    office.outlook(alice, "PATCH", f"events/{copy['id']}", {"subject": "Renamed there"})
    office.settle(alice)
    (run, *_) = history.runs(alice)
    assert "Sync history" in _text(as_alice.get(reverse("outlook_runs")))
    assert "From Outlook Renamed there" in _text(as_alice.get(reverse("outlook_run", args=[run.id])))
    page = as_alice.get(reverse("outlook_run_undo", args=[run.id]))
    assert "Title: back to From Outlook" in _text(page)
    assert "Nobody will be mailed." in _text(page)
    stale = as_alice.post(reverse("outlook_run_undo", args=[run.id]), {"digest": "another"})
    assert "Look at it once more, then undo." in _text(stale)
    done = as_alice.post(reverse("outlook_run_undo", args=[run.id]), {"digest": _hidden(page, "digest")})
    assert "Renamed there Undone." in _text(done)
    assert [view.subject for view in queries.search(alice, "From")] == ["From Outlook"]
    assert mailbox.person_id == alice.pk


@pytest.mark.usefixtures("mailbox")
def test_both_sides_are_shown_field_by_field(as_alice: Client, alice: Person) -> None:
    event_id = str(EventRow.objects.get(subject="From Outlook").pk)
    assert "Both sides are the same." in _text(as_alice.get(reverse("event_both", args=[event_id])))
    edits.change_event(alice, event_id, {Field.SUBJECT: "Here"})
    assert "Title differs waits for Outlook Here From Outlook" in _text(
        as_alice.get(reverse("event_both", args=[event_id]))
    )


@pytest.mark.usefixtures("mailbox")
def test_an_administrator_pauses_one_and_all(alice: Person, dora: Person, sign_in: SignIn) -> None:
    as_dora = sign_in(dora)
    press = reverse("person_sync", args=[alice.pk])
    assert as_dora.post(press, {"act": "pause", "reason": ""}).status_code == 409
    as_dora.post(press, {"act": "pause", "reason": "The server moves today."})
    assert "Paused. The server moves today." in _text(as_dora.get(reverse("people_sync")))
    assert "Paused. The server moves today." in _text(sign_in(alice).get(reverse("outlook_mine")))
    as_dora.post(press, {"act": "resume"})
    as_dora.post(reverse("people_sync_all"), {"act": "pause"})
    assert "switched off by an administrator" in sync_state(alice).words
    as_dora.post(reverse("people_sync_all"), {"act": "resume"})
    assert sync_state(alice).words.startswith("In sync")
