"""Exactly one party mails for one meeting (RULES 2.2): Alice has no Outlook, Bob has, Dora is elsewhere."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.calendars.models import Event as EventRow
from kalends.domain.attendee import Attendee, Partstat
from kalends.domain.event import Field
from kalends.mailboxes.delivery import send_waiting
from kalends.mailboxes.models import Link, MailRecord
from tests.unit.mailboxes.mail_server import MailServer, running_mail_server
from tests.unit.mailboxes.office import Office
from tests.unit.mailboxes.test_own_mail import DORA, review, tomorrow


@pytest.fixture
def server(db: None) -> Iterator[MailServer]:
    with running_mail_server() as running:
        yield running


@pytest.fixture
def alice(db: None) -> Person:
    """She has an account here and no mailbox there."""
    return Person.objects.create_person("alice@kalends.example", name="Alice")


@pytest.fixture
def meeting(office: Office, server: MailServer, alice: Person, bob: Person) -> str:
    """A meeting of the three, whose invitations have left Kalends."""
    office.connect(bob)
    office.forget_traffic()
    event_id = edits.create_event(alice, review(Attendee(address=bob.email, name="Bob"), DORA))
    send_waiting()
    return event_id


def deliver(office: Office, server: MailServer) -> None:
    """What the server has for Bob reaches his Outlook; Dora's mails leave for elsewhere."""
    for recipient, message in server.messages:
        if recipient == "bob@example.com":
            headers = {"Content-Type": "message/rfc822"}
            path = f"/_twin/inbound?to={recipient}"
            answer = office.world.post(path, content=message.as_bytes(), headers=headers)
            assert (answer.status_code, answer.json()) == (200, {"events": 1})
    server.messages.clear()


def eleven_minutes_pass(event_id: str) -> None:
    """The meeting was last changed so long ago."""
    EventRow.objects.filter(pk=event_id).update(modified=timezone.now() - dt.timedelta(minutes=11))


def answer_here(viewer: Person, event_id: str, name: str) -> str:
    people = queries.event_detail(viewer, event_id).participants
    return next(each.partstat.value for each in people if each.name == name)


def test_r2_2_kalends_mails_everybody_and_outlook_nobody(
    office: Office, server: MailServer, alice: Person, bob: Person, meeting: str
) -> None:
    assert server.told() == [("bob@example.com", "REQUEST", 0), (DORA.address, "REQUEST", 0)]
    deliver(office, server)
    office.settle(bob)
    edits.change_event(alice, meeting, {Field.WHEN: tomorrow(15), Field.SUBJECT: "Longer review"})
    send_waiting()
    deliver(office, server)
    office.settle(bob)
    edits.delete_event(alice, meeting)
    send_waiting()
    deliver(office, server)
    office.settle(bob)
    assert office.mails() == []
    assert [*MailRecord.objects.values_list("via", flat=True).distinct().order_by()] == ["kalends"]


def test_r10_2_the_copy_that_exchange_makes_is_linked_by_its_uid(
    office: Office, server: MailServer, alice: Person, bob: Person, meeting: str
) -> None:
    office.sync(bob)
    assert office.subjects(bob) == []
    deliver(office, server)
    office.settle(bob)
    (copy,) = office.copies(bob)
    (link,) = Link.objects.filter(event_id=meeting, active=True)
    assert (copy["iCalUId"], copy["isOrganizer"]) == (f"{meeting}@kalends", False)
    assert (link.remote_id, link.quiet) == (copy["id"], False)
    assert EventRow.objects.count() == 1


def test_r10_2_without_a_copy_after_ten_minutes_a_quiet_one_is_written_until_the_real_one_comes(
    office: Office, server: MailServer, alice: Person, bob: Person, meeting: str
) -> None:
    eleven_minutes_pass(meeting)
    office.settle(bob)
    (quiet,) = office.copies(bob)
    assert (quiet["subject"], quiet["attendees"]) == ("Review", [])
    deliver(office, server)
    office.settle(bob)
    (copy,) = office.copies(bob)
    assert (copy["iCalUId"], copy["isOrganizer"]) == (f"{meeting}@kalends", False)
    assert not Link.objects.get(event_id=meeting, active=True).quiet
    assert office.mails() == []


def test_bobs_answer_in_outlook_is_known_here(
    office: Office, server: MailServer, alice: Person, bob: Person, meeting: str
) -> None:
    deliver(office, server)
    office.settle(bob)
    copy = office.copies(bob)[0]["id"]
    office.outlook(bob, "POST", f"events/{copy}/accept", {"sendResponse": True})
    office.settle(bob)
    assert answer_here(alice, meeting, "Bob") == "accepted"


def test_bobs_answer_here_reaches_his_outlook(
    office: Office, server: MailServer, alice: Person, bob: Person, meeting: str
) -> None:
    deliver(office, server)
    office.settle(bob)
    edits.respond(bob, meeting, Partstat.TENTATIVE, send=False)
    office.settle(bob)
    assert office.copies(bob)[0]["responseStatus"]["response"] == "tentativelyAccepted"
    assert answer_here(alice, meeting, "Bob") == "tentative"


def test_r2_1_kalends_goes_on_after_the_organizer_connects(office: Office, server: MailServer, bob: Person) -> None:
    alice = office.person("Alice")
    meeting = edits.create_event(alice, review(DORA))
    send_waiting()
    office.connect(alice)
    forecast = edits.preview_change(alice, meeting, {Field.WHEN: tomorrow(16)})
    edits.change_event(alice, meeting, {Field.WHEN: tomorrow(16)})
    office.settle(alice)
    send_waiting()
    (quiet,) = office.copies(alice)
    assert (quiet["attendees"], [(mail.name, mail.via.value) for mail in forecast]) == ([], [("Dora", "kalends")])
    assert server.told() == [(DORA.address, "REQUEST", 0), (DORA.address, "REQUEST", 1)]
    assert office.mails() == []


def test_r9_2_moving_the_quiet_copy_in_outlook_mails_nobody_by_itself(
    office: Office, server: MailServer, bob: Person
) -> None:
    alice = office.person("Alice")
    meeting = edits.create_event(alice, review(DORA))
    send_waiting()
    office.connect(alice)
    (quiet,) = office.copies(alice)
    start = dt.datetime.combine(timezone.now().date() + dt.timedelta(days=2), dt.time(12))
    moved = {
        "start": {"dateTime": f"{start:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
        "end": {"dateTime": f"{start + dt.timedelta(hours=1):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
    }
    office.outlook(alice, "PATCH", f"events/{quiet['id']}", moved)
    office.settle(alice)
    assert EventRow.objects.get(pk=meeting).starts_at.replace(tzinfo=None) == start
    assert (send_waiting(), len(server.messages), office.mails()) == (0, 1, [])
    forecast = edits.preview_tell(alice, meeting)
    edits.tell_people(alice, meeting)
    send_waiting()
    assert [(mail.name, mail.kind.value, mail.via.value) for mail in forecast] == [("Dora", "update", "kalends")]
    assert server.told() == [(DORA.address, "REQUEST", 0), (DORA.address, "REQUEST", 1)]
    assert edits.preview_tell(alice, meeting) == ()
