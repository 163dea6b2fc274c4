"""Events as `.ics` text and back (RFC 5545)."""

import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.domain.attendee import Addressee, Answer, Attendee, Partstat, Role
from kalends.domain.event import Event, Personal, Place, ShowAs
from kalends.domain.span import AllDay, Timed
from kalends.ical.calendar import calendar_text, entries_of
from kalends.ical.errors import MalformedCalendar
from kalends.ical.text import text_of
from kalends.ical.vevent import Entry
from kalends.ical.vtimezone import vtimezone
from tests.unit.ical.entries import ZONES, entries

STAMP = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)


@settings(max_examples=150, deadline=None)
@given(st.lists(entries(), min_size=1, max_size=2))
def test_it_reads_back_what_it_wrote(written: list[Entry]) -> None:
    assert entries_of(calendar_text(written)) == written


def test_it_writes_a_meeting_as_others_expect_it() -> None:
    when = Timed(
        start=dt.datetime(2026, 11, 23, 9),
        start_zone="Europe/Amsterdam",
        end=dt.datetime(2026, 11, 23, 10),
        end_zone="Europe/Amsterdam",
    )
    event = Event(
        when=when,
        subject="Review, part 2",
        body="<p>Bring&nbsp;notes</p>",
        places=(Place(name="Room Aurora"),),
        organizer=Addressee(address="alice@example.com", name="Alice"),
        attendees=(Attendee(address="bob@example.com", name="Bob", role=Role.OPTIONAL),),
    )
    entry = Entry(uid="1@kalends", stamp=STAMP, sequence=2, event=event, personal=Personal(show_as=ShowAs.FREE))
    lines = calendar_text([entry]).replace("\r\n ", "").split("\r\n")
    assert lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT")] == [
        "BEGIN:VEVENT",
        "UID:1@kalends",
        "DTSTAMP:20261121T090000Z",
        "SEQUENCE:2",
        "DTSTART;TZID=Europe/Amsterdam:20261123T090000",
        "DTEND;TZID=Europe/Amsterdam:20261123T100000",
        "SUMMARY:Review\\, part 2",
        "DESCRIPTION:Bring notes",
        "X-ALT-DESC;FMTTYPE=text/html:<p>Bring&nbsp\\;notes</p>",
        "LOCATION:Room Aurora",
        "ORGANIZER;CN=Alice:mailto:alice@example.com",
        "ATTENDEE;CN=Bob;CUTYPE=INDIVIDUAL;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.com",
        "PRIORITY:5",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "CLASS:PUBLIC",
    ]


@pytest.mark.parametrize("name", ZONES[1:])
def test_another_reader_of_its_zone_sees_the_same_clocks(name: str) -> None:
    text = vtimezone(name, dt.date(2026, 1, 1), dt.date(2027, 12, 31)).to_ical().decode()
    calendar = tmp_calendar(text)
    other = tzical(calendar).get(name)
    start = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    for hour in range(0, 24 * 700, 5):
        moment = start + dt.timedelta(hours=hour)
        wall = moment.astimezone(ZoneInfo(name))
        naive = wall.replace(tzinfo=None)
        if wall.fold == 0 and naive.replace(tzinfo=ZoneInfo(name), fold=1).utcoffset() == wall.utcoffset():
            assert naive.replace(tzinfo=other).utcoffset() == wall.utcoffset(), wall


def tmp_calendar(zone_text: str) -> io.StringIO:
    return io.StringIO(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{zone_text}END:VCALENDAR\r\n")


FOREIGN = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:7
DTSTART;TZID={zone}:20260302T090000
{more}
END:VEVENT
END:VCALENDAR
"""


def foreign(more: str = "", zone: str = "Europe/Amsterdam") -> Event:
    (entry,) = entries_of(FOREIGN.format(more=more or "COMMENT:none", zone=zone).replace("\n", "\r\n"))
    return entry.event


def test_it_knows_the_zones_of_windows() -> None:
    when = foreign("DURATION:PT90M", zone="W. Europe Standard Time").when
    assert (when.start_at, when.end_at) == (
        dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC),
    )


def test_it_takes_what_others_write_wrongly() -> None:
    event = foreign(
        "SEQUENCE:x\nPRIORITY:high\nDTEND:never\nATTENDEE;PARTSTAT=ACCEPTED:MAILTO:bob@example.com\nDTSTAMP:1"
    )
    assert event.attendees == (Attendee(address="bob@example.com", answer=Answer(partstat=Partstat.ACCEPTED)),)
    assert event.when.start_at == event.when.end_at


def test_it_takes_days_without_an_end() -> None:
    text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260302\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    day = dt.date(2026, 3, 2)
    assert entries_of(text)[0].event.when == AllDay(first=day, last=day)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no VCALENDAR"),
        ("Hello Bob", "no iCalendar text"),
        ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", "no start"),
        ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260302T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", "no UID"),
        ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "VCALENDAR"),
    ],
)
def test_it_says_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(MalformedCalendar, match=words):
        entries_of(text)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_it_refuses_anything_else_in_words(text: str | bytes) -> None:
    with pytest.raises(MalformedCalendar):
        entries_of(text)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("<style>p{}</style>A &amp; B", "A & B"),
        ("plain", "plain"),
    ],
)
def test_it_tells_html_in_words(markup: str, words: str) -> None:
    assert text_of(markup) == words
