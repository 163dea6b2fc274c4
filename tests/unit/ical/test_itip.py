"""Invitations, cancellations and answers as text (RFC 5546)."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.domain.attendee import Addressee, Answer, Attendee, Partstat
from kalends.domain.event import Event, Personal, ResponseOptions
from kalends.domain.span import AllDay
from kalends.ical.errors import MalformedCalendar
from kalends.ical.itip import Answered, Invitation, Method, cancel_text, read_message, reply_text, request_text
from kalends.ical.vevent import Entry
from tests.unit.ical.entries import ADDRESSES, LINE, NAME, entries, spans

STAMP = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
BOB = Attendee(address="bob@example.com", name="Bob")
DORA = Attendee(address="dora@elsewhere.example", name="Dora")
DAY = AllDay(first=dt.date(2026, 12, 1), last=dt.date(2026, 12, 1))
REVIEW = Entry(uid="1", stamp=STAMP, event=Event(when=DAY, subject="Review", attendees=(BOB, DORA)))


@settings(max_examples=150, deadline=None)
@given(entries())
def test_it_reads_back_an_invitation_without_what_is_personal(entry: Entry) -> None:
    read = read_message(request_text(entry, "bob@example.com"))
    assert read == Invitation(method=Method.REQUEST, entry=replace(entry, personal=Personal()))


@settings(max_examples=150, deadline=None)
@given(
    st.builds(
        Answered,
        uid=ADDRESSES,
        stamp=st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2090, 1, 1)).map(
            lambda moment: moment.replace(microsecond=0, tzinfo=dt.UTC)
        ),
        attendee=st.builds(
            Attendee, address=ADDRESSES, name=NAME, answer=st.builds(Answer, partstat=st.sampled_from(Partstat))
        ),
        organizer=st.none() | st.builds(Addressee, address=ADDRESSES),
        sequence=st.integers(0, 99),
        when=st.none() | spans(),
        subject=LINE,
        comment=LINE,
        proposes=st.booleans(),
    )
)
def test_it_reads_back_an_answer(answer: Answered) -> None:
    assert read_message(reply_text(answer)) == answer


def test_a_cancellation_names_only_whom_it_is_for() -> None:
    read = read_message(cancel_text(REVIEW, "BOB@example.com"))
    assert isinstance(read, Invitation)
    assert (read.method, read.entry.cancelled, read.entry.event.attendees) == (Method.CANCEL, True, (BOB,))


def test_an_invitation_to_a_hidden_list_names_only_whom_it_is_for() -> None:
    hidden = replace(REVIEW, event=replace(REVIEW.event, response_options=ResponseOptions(hide_attendees=True)))
    read = read_message(request_text(hidden, DORA.address))
    assert isinstance(read, Invitation)
    assert read.entry.event.attendees == (DORA,)


@pytest.mark.parametrize(
    ("method", "body", "words"),
    [
        ("PUBLISH", "BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n", "neither an invitation nor an answer"),
        ("REPLY", "", "holds no event"),
        ("REPLY", "BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n", "this one names 0"),
        ("REPLY", "BEGIN:VEVENT\r\nATTENDEE:mailto:a@b.example\r\nEND:VEVENT\r\n", "no UID"),
    ],
)
def test_it_says_what_is_wrong_with_a_message(method: str, body: str, words: str) -> None:
    with pytest.raises(MalformedCalendar, match=words):
        read_message(f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\n{body}END:VCALENDAR\r\n")
