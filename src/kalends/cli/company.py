"""The small company that a trial begins with: what its people have here, in Outlook, or in both.

Days are counted from the Monday of the week in which the trial begins. What is `BOTH` was entered twice, as people do
before their calendars are connected; the first sync has to find that out.
"""

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from html import escape
from typing import Any

from kalends.domain.attendee import Attendee
from kalends.domain.event import Event, Place
from kalends.domain.span import AllDay, Span, Timed

ZONE = "Europe/Berlin"


class Side(Enum):
    """Where an entry was made."""

    HERE = "here"
    OUTLOOK = "outlook"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of the company, or one of its rooms."""

    address: str
    name: str
    signs_in: bool = True
    administrator: bool = False


ALICE = Member(address="alice@example.com", name="Alice Adams", administrator=True)
BOB = Member(address="bob@example.com", name="Bob Brown")
CHARLIE = Member(address="charlie@example.com", name="Charlie Clark")
AURORA = Member(address="aurora@example.com", name="Room Aurora", signs_in=False)
MEMBERS = (ALICE, BOB, CHARLIE, AURORA)
CONTACTS = (AURORA, Member(address="dana@customer.example", name="Dana Diaz (customer)", signs_in=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event; `minutes` 0 means the whole day. `clock` is the time in the company's zone."""

    owner: Member
    side: Side
    day: int
    subject: str
    clock: dt.time = dt.time(9)
    minutes: int = 60
    place: str = ""
    note: str = ""
    with_: tuple[Member, ...] = ()


ENTRIES = (
    Entry(owner=ALICE, side=Side.BOTH, day=0, subject="Plan the week", clock=dt.time(9), minutes=30),
    Entry(owner=ALICE, side=Side.BOTH, day=1, subject="Budget for next year", clock=dt.time(10), minutes=90),
    Entry(owner=ALICE, side=Side.BOTH, day=3, subject="Call the tax office", clock=dt.time(14), minutes=30),
    Entry(owner=ALICE, side=Side.BOTH, day=4, subject="Office closed", minutes=0),
    Entry(owner=ALICE, side=Side.HERE, day=1, subject="Dentist", clock=dt.time(16, 30), place="Main Street 5"),
    Entry(owner=ALICE, side=Side.HERE, day=2, subject="Write the offer for Dana", clock=dt.time(13), minutes=120),
    Entry(owner=ALICE, side=Side.HERE, day=8, subject="Prepare the workshop", clock=dt.time(9), minutes=180),
    Entry(
        owner=ALICE,
        side=Side.OUTLOOK,
        day=2,
        subject="Design review",
        clock=dt.time(10),
        place="Room Aurora",
        note="We look at the new start page.",
        with_=(BOB, CHARLIE),
    ),
    Entry(
        owner=ALICE,
        side=Side.OUTLOOK,
        day=3,
        subject="One to one with Bob",
        clock=dt.time(11),
        minutes=30,
        with_=(BOB,),
    ),
    Entry(owner=ALICE, side=Side.OUTLOOK, day=4, subject="Lunch with Dana", clock=dt.time(12, 30), place="Trattoria"),
    Entry(owner=ALICE, side=Side.BOTH, day=7, subject="Plan the week", clock=dt.time(9), minutes=30),
    Entry(owner=ALICE, side=Side.HERE, day=10, subject="Read Charlie's draft", clock=dt.time(15), minutes=45),
    Entry(owner=ALICE, side=Side.OUTLOOK, day=9, subject="Workshop day", minutes=0),
    Entry(
        owner=ALICE,
        side=Side.OUTLOOK,
        day=10,
        subject="Budget round",
        clock=dt.time(10),
        minutes=90,
        place="Room Aurora",
        with_=(BOB, CHARLIE),
    ),
    Entry(owner=BOB, side=Side.BOTH, day=0, subject="Focus time", clock=dt.time(13), minutes=120),
    Entry(owner=BOB, side=Side.BOTH, day=2, subject="Physiotherapy", clock=dt.time(8), minutes=45),
    Entry(owner=BOB, side=Side.HERE, day=4, subject="Release notes", clock=dt.time(15)),
    Entry(owner=BOB, side=Side.OUTLOOK, day=1, subject="Handover with Charlie", clock=dt.time(15), with_=(CHARLIE,)),
    Entry(owner=BOB, side=Side.OUTLOOK, day=10, subject="Holiday", minutes=0),
    Entry(owner=CHARLIE, side=Side.HERE, day=3, subject="Book the train", clock=dt.time(9), minutes=30),
    Entry(owner=CHARLIE, side=Side.OUTLOOK, day=0, subject="Sales call", clock=dt.time(11)),
)


def entries(side: Side) -> tuple[Entry, ...]:
    """What was entered on ``side``, those entered on both included."""
    return tuple(entry for entry in ENTRIES if entry.side in {side, Side.BOTH})


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def event(entry: Entry, monday: dt.date) -> Event:
    """The entry as Kalends has it."""
    return Event(
        when=_span(entry, monday),
        subject=entry.subject,
        body=_body(entry),
        places=(Place(name=entry.place),) if entry.place else (),
        attendees=tuple(Attendee(address=one.address, name=one.name) for one in entry.with_),
    )


def graph_event(entry: Entry, monday: dt.date) -> dict[str, Any]:
    """The entry as Outlook has it, in Graph's spelling."""
    span = _span(entry, monday)
    if isinstance(span, AllDay):
        times = (
            dt.datetime.combine(span.first, dt.time()),
            dt.datetime.combine(span.last + dt.timedelta(1), dt.time()),
        )
    else:
        times = (span.start, span.end)
    return {
        "subject": entry.subject,
        "body": {"contentType": "html", "content": _body(entry)},
        "isAllDay": isinstance(span, AllDay),
        "start": {"dateTime": times[0].isoformat(), "timeZone": ZONE},
        "end": {"dateTime": times[1].isoformat(), "timeZone": ZONE},
        **({"location": {"displayName": entry.place}} if entry.place else {}),
        "attendees": [
            {"emailAddress": {"address": one.address, "name": one.name}, "type": "required"} for one in entry.with_
        ],
    }


def _span(entry: Entry, monday: dt.date) -> Span:
    day = monday + dt.timedelta(days=entry.day)
    if entry.minutes == 0:
        return AllDay(first=day, last=day)
    start = dt.datetime.combine(day, entry.clock)
    return Timed(start=start, start_zone=ZONE, end=start + dt.timedelta(minutes=entry.minutes), end_zone=ZONE)


def _body(entry: Entry) -> str:
    return f"<p>{escape(entry.note)}</p>" if entry.note else ""
