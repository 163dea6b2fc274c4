"""Answers between two connected people (RULES §11, 5.2)."""

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.domain.attendee import Attendee, Partstat
from kalends.domain.event import Event
from tests.unit.mailboxes.office import Office
from tests.unit.mailboxes.test_trouble import nine, shown

ANSWERS = {"accept": "accepted", "tentativelyAccept": "tentative", "decline": "declined"}


@pytest.fixture
def review(office: Office, alice: Person, bob: Person) -> str:
    """A meeting that both have in Outlook and here."""
    office.connect(alice)
    office.connect(bob)
    guest = (Attendee(address=bob.email, name="Bob"),)
    event_id = edits.create_event(alice, Event(when=nine(2), subject="Review", attendees=guest))
    office.settle(alice, bob)
    office.forget_traffic()
    return event_id


def bobs_answer(viewer: Person, event_id: str) -> Partstat:
    people = queries.event_detail(viewer, event_id).participants
    return next(each.partstat for each in people if each.name == "Bob")


def copy_of(office: Office, person: Person) -> str:
    return str(office.copies(person)[0]["id"])


@pytest.mark.parametrize("first", ["alice", "bob"])
@pytest.mark.parametrize("action", ["accept", "tentativelyAccept", "decline"])
def test_it_shows_everybody_what_was_answered_in_outlook(office: Office, review: str, action: str, first: str) -> None:
    alice, bob = (Person.objects.get(name=name) for name in ("Alice", "Bob"))
    office.outlook(bob, "POST", f"events/{copy_of(office, bob)}/{action}", {"sendResponse": True})
    order = (alice, bob) if first == "alice" else (bob, alice)
    for person in order:
        office.sync(person)
    office.settle(*order)
    assert bobs_answer(alice, review) == ANSWERS[action]
    assert shown(alice) == ["Review"]
    assert shown(bob) == ([] if action == "decline" else ["Review"])
    assert office.mails() == [("response", alice.email)]


@pytest.mark.parametrize("partstat", [Partstat.ACCEPTED, Partstat.TENTATIVE, Partstat.DECLINED])
def test_it_tells_the_organizer_what_was_answered_here(
    office: Office, alice: Person, bob: Person, review: str, partstat: Partstat
) -> None:
    edits.respond(bob, review, partstat, "See you")
    office.settle(bob, alice)
    status = office.copies(alice)[0]["attendees"][0]["status"]["response"]
    assert status == {"accepted": "accepted", "tentative": "tentativelyAccepted", "declined": "declined"}[partstat]
    assert bobs_answer(alice, review) == partstat
    assert office.mails() == [("response", alice.email)]


def test_it_answers_without_telling_anybody(office: Office, alice: Person, bob: Person, review: str) -> None:
    edits.respond(bob, review, Partstat.ACCEPTED, send=False)
    office.settle(bob, alice)
    assert office.copies(bob)[0]["responseStatus"]["response"] == "accepted"
    assert office.mails() == []


def test_it_declines_and_removes_at_once(office: Office, alice: Person, bob: Person, review: str) -> None:
    edits.delete_event(bob, review, decline=True)
    office.settle(bob, alice)
    assert (office.subjects(bob), office.subjects(alice)) == ([], ["Review"])
    assert bobs_answer(alice, review) == Partstat.DECLINED
    assert office.mails() == [("response", alice.email)]


def test_it_only_removes_ones_own_without_a_word(office: Office, alice: Person, bob: Person, review: str) -> None:
    edits.hide_event(bob, review)
    office.settle(bob, alice)
    assert (office.subjects(bob), office.subjects(alice), shown(bob)) == ([], ["Review"], [])
    assert bobs_answer(alice, review) == Partstat.NEEDS_ACTION
    assert office.mails() == []


def test_it_asks_again_after_the_meeting_moved(office: Office, alice: Person, bob: Person, review: str) -> None:
    edits.respond(bob, review, Partstat.ACCEPTED)
    office.settle(bob, alice)
    edits.move_event(alice, review, nine(4))
    office.settle(alice, bob)
    assert bobs_answer(alice, review) == bobs_answer(bob, review) == Partstat.NEEDS_ACTION
    assert office.copies(bob)[0]["start"]["dateTime"].startswith(str(nine(4).start.date()))
