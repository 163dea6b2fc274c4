"""Answers that people outside send from their mail programs (RFC 5546 §3.2.3; RULES 10.3, 11.3)."""

import datetime as dt
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.domain.attendee import Answer, Attendee, Partstat
from kalends.domain.event import Field
from kalends.domain.span import Span
from kalends.ical.itip import Answered, reply_text
from kalends.mailboxes.delivery import send_waiting
from kalends.mailboxes.incoming_mail import Receipt, receive
from kalends.mailboxes.mail_models import IncomingMail
from tests.unit.mailboxes.mail_server import MailServer, running_mail_server
from tests.unit.mailboxes.test_own_mail import DORA, review, tomorrow


@pytest.fixture
def server(db: None) -> Iterator[MailServer]:
    with running_mail_server() as running:
        yield running


@pytest.fixture
def alice(db: None) -> Person:
    return Person.objects.create_person("alice@example.com", name="Alice")


@pytest.fixture
def meeting(server: MailServer, alice: Person) -> str:
    event_id = edits.create_event(alice, review(DORA))
    send_waiting()
    return event_id


def reply(
    event_id: str,
    partstat: Partstat = Partstat.ACCEPTED,
    *,
    sender: str = DORA.address,
    attendee: Attendee = DORA,
    sequence: int = 0,
    when: Span | None = None,
    at: dt.datetime | None = None,
    proposes: bool = False,
    uid: str = "",
) -> bytes:
    answer = Answered(
        uid=uid or f"{event_id}@kalends",
        stamp=(at or timezone.now()).replace(microsecond=0),
        attendee=Attendee(address=attendee.address, name=attendee.name, answer=Answer(partstat=partstat)),
        sequence=sequence,
        when=when,
        comment="With pleasure",
        proposes=proposes,
    )
    message = EmailMessage()
    message["From"] = f"Somebody <{sender}>"
    message["Subject"] = "Accepted: Review"
    message["Message-ID"] = f"<{timezone.now().timestamp()}@elsewhere.example>"
    message.set_content("See the attachment.")
    message.add_alternative(reply_text(answer), subtype="calendar", params={"method": "REPLY"})
    return message.as_bytes()


def answer_here(alice: Person, event_id: str) -> str:
    return next(
        each.partstat.value for each in queries.event_detail(alice, event_id).participants if each.name == "Dora"
    )


def test_it_takes_in_an_answer_once(meeting: str, alice: Person) -> None:
    mail = reply(meeting, Partstat.TENTATIVE)
    assert receive(mail) == Receipt(taken=True, words="dora@elsewhere.example answered: tentative.")
    assert answer_here(alice, meeting) == "tentative"
    latest = queries.history(alice, meeting)[0]
    assert (latest.source, latest.cause) == ("mail", "Dora answered by mail: With pleasure")
    assert receive(mail).words.startswith("This message was handed over before")
    assert len(queries.history(alice, meeting)) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"sender": "mallory@elsewhere.example"},
            "mallory@elsewhere.example cannot answer for dora@elsewhere.example.",
        ),
        (
            {"attendee": Attendee(address="eve@elsewhere.example"), "sender": "eve@elsewhere.example"},
            "eve@elsewhere.example is not on the list of this meeting.",
        ),
        ({"uid": "unknown"}, "It answers a meeting that is not known here."),
        ({"partstat": Partstat.NEEDS_ACTION}, "The answer is none of accepted, tentative and declined."),
    ],
)
def test_r10_3_it_takes_answers_only_from_the_list(
    meeting: str, alice: Person, changes: dict[str, object], words: str
) -> None:
    assert receive(reply(meeting, **changes)) == Receipt(taken=False, words=words)  # type: ignore[arg-type]
    assert answer_here(alice, meeting) == "needs-action"
    assert IncomingMail.objects.get().outcome == words


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        (b"", "The message holds no answer from a calendar."),
        (b"From: a@b.example\r\n\r\nYes, gladly!", "The message holds no answer from a calendar."),
        (b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nEND:VEVENT", "METHOD:(none) is neither"),
        (b"\xff\xfe\x00Subject: \x00", "The message holds no answer from a calendar."),
    ],
)
def test_whatever_comes_in_is_kept(db: None, mail: bytes, words: str) -> None:
    receipt = receive(mail)
    assert (receipt.taken, receipt.words.startswith(words)) == (False, True)
    assert bytes(IncomingMail.objects.get().content) == mail


def test_r11_3_an_answer_to_an_earlier_time_does_not_count_for_the_present_one(meeting: str, alice: Person) -> None:
    edits.change_event(alice, meeting, {Field.WHEN: tomorrow(15)})
    assert receive(reply(meeting, sequence=0, when=tomorrow(9))).taken
    assert answer_here(alice, meeting) == "needs-action"
    assert receive(reply(meeting, sequence=1)).taken
    assert answer_here(alice, meeting) == "accepted"


def test_an_answer_to_an_earlier_text_counts(meeting: str, alice: Person) -> None:
    edits.change_event(alice, meeting, {Field.SUBJECT: "Review, again"})
    assert receive(reply(meeting, sequence=0)).taken
    assert answer_here(alice, meeting) == "accepted"


def test_the_later_of_two_answers_counts_in_either_order(meeting: str, alice: Person) -> None:
    now = timezone.now()
    assert receive(reply(meeting, Partstat.DECLINED, at=now)).taken
    assert not receive(reply(meeting, Partstat.ACCEPTED, at=now - dt.timedelta(hours=1))).taken
    assert answer_here(alice, meeting) == "declined"


def test_a_counter_is_a_proposal_in_the_history(meeting: str, alice: Person) -> None:
    assert receive(reply(meeting, when=tomorrow(14), proposes=True)).taken
    latest = queries.history(alice, meeting)[0]
    assert latest.cause == "Dora proposed a new time by mail: With pleasure"
    assert [(each.title, "14:00 to 15:00" in each.after) for each in latest.changes] == [("Proposed time", True)]
    assert answer_here(alice, meeting) == "needs-action"
