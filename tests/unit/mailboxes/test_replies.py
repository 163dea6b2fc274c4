"""Answers by mail of people whose own Outlook is not connected (RULES 10.3, 11.4): Alice organizes in Outlook."""

from collections.abc import Iterator

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.domain.attendee import Attendee, Partstat
from kalends.domain.event import Event, Field
from kalends.ical.itip import Answered, read_message
from kalends.mailboxes.delivery import send_waiting
from kalends.mailboxes.mail_models import OpenReply
from kalends.mailboxes.replies import settle_replies
from kalends.options.stored import write
from tests.unit.mailboxes.mail_server import MailServer, calendar_part, running_mail_server
from tests.unit.mailboxes.office import Office
from tests.unit.mailboxes.test_own_mail import tomorrow


@pytest.fixture
def server(db: None) -> Iterator[MailServer]:
    with running_mail_server() as running:
        yield running


@pytest.fixture
def review(office: Office, server: MailServer, alice: Person) -> str:
    """Alice's meeting with Bob, who has an account here and no mailbox at all."""
    write("mail.our_domains", "partner.example")
    Person.objects.create_person("bob@partner.example", name="Bob")
    office.connect(alice)
    guest = (Attendee(address="bob@partner.example", name="Bob"),)
    return edits.create_event(alice, Event(when=tomorrow(), subject="Review", attendees=guest))


@pytest.fixture
def bob(review: str) -> Person:
    return Person.objects.get(email="bob@partner.example")


def deliver(office: Office, server: MailServer, alice: Person) -> None:
    """The replies reach Alice's Outlook."""
    send_waiting()
    for recipient, message in server.messages:
        path = f"/_twin/inbound?to={recipient}"
        office.world.post(path, content=message.as_bytes(), headers={"Content-Type": "message/rfc822"})
    server.messages.clear()
    office.settle(alice)


def shown(office: Office, alice: Person) -> list[tuple[str, str]]:
    people = office.copies(alice)[0]["attendees"]
    return [(each["emailAddress"]["address"], each["status"]["response"]) for each in people]


def test_r11_4_a_reply_waits_until_the_organizers_copy_lists_its_sender(
    office: Office, server: MailServer, alice: Person, bob: Person, review: str
) -> None:
    edits.respond(bob, review, Partstat.ACCEPTED, "Gladly")
    assert (settle_replies(office.microsoft), send_waiting()) == (1, 0)
    office.settle(alice)
    assert (settle_replies(office.microsoft), send_waiting()) == (1, 1)
    ((recipient, message),) = server.messages
    said = read_message(calendar_part(message))
    assert isinstance(said, Answered)
    assert (recipient, message["From"], said.attendee.answer.partstat, said.comment) == (
        alice.email,
        "Bob <bob@partner.example>",
        Partstat.ACCEPTED,
        "Gladly",
    )
    deliver(office, server, alice)
    assert shown(office, alice) == [("bob@partner.example", "accepted")]
    assert (settle_replies(office.microsoft), send_waiting()) == (0, 0)


def test_r11_4_an_answer_to_another_time_than_the_copys_is_not_mailed(
    office: Office, server: MailServer, alice: Person, bob: Person, review: str
) -> None:
    office.settle(alice)
    edits.change_event(alice, review, {Field.WHEN: tomorrow(15)})
    edits.respond(bob, review, Partstat.ACCEPTED)
    assert (settle_replies(office.microsoft), send_waiting()) == (1, 0)
    office.settle(alice)
    settle_replies(office.microsoft)
    deliver(office, server, alice)
    assert shown(office, alice) == [("bob@partner.example", "accepted")]


def test_r11_4_a_reply_is_repeated_when_the_copy_moved_on_three_times_at_most(
    office: Office, server: MailServer, alice: Person, bob: Person, review: str
) -> None:
    office.settle(alice)
    edits.respond(bob, review, Partstat.ACCEPTED)
    settle_replies(office.microsoft)
    sent = [send_waiting()]
    for number in range(4):
        edits.change_event(alice, review, {Field.SUBJECT: f"Review {number}"})
        office.settle(alice)
        settle_replies(office.microsoft)
        sent.append(send_waiting())
    assert (sum(sent), sent[0]) == (3, 1)


def test_r10_3_nobody_is_answered_for_outside_our_domains(
    office: Office, server: MailServer, alice: Person, bob: Person, review: str
) -> None:
    write("mail.our_domains", "example.com")
    office.settle(alice)
    assert edits.preview_respond(bob, review) == ()
    edits.respond(bob, review, Partstat.ACCEPTED)
    assert (OpenReply.objects.count(), send_waiting()) == (0, 0)


def test_somebody_who_wants_nobody_told_tells_nobody(
    office: Office, server: MailServer, alice: Person, bob: Person, review: str
) -> None:
    office.settle(alice)
    forecast = [(mail.recipient, mail.via.value, mail.certain) for mail in edits.preview_respond(bob, review)]
    edits.respond(bob, review, Partstat.ACCEPTED, send=False)
    assert (forecast, settle_replies(office.microsoft), send_waiting()) == ([(alice.email, "kalends", False)], 0, 0)
