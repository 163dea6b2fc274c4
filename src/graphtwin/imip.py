"""The iCalendar text of a mail to somebody without a mailbox here (RFC 5546, RFC 6047)."""

from __future__ import annotations

from datetime import MAXYEAR, UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from graphtwin import bodies, series
from graphtwin.rrule import rrule_of
from graphtwin.zones import lenient_zone

if TYPE_CHECKING:
    from graphtwin.items import Event
    from graphtwin.tenant import Mailbox

_PARTSTAT = {"accepted": "ACCEPTED", "tentativelyAccepted": "TENTATIVE", "declined": "DECLINED"}
_ROLES = {"required": "REQ-PARTICIPANT", "optional": "OPT-PARTICIPANT", "resource": "NON-PARTICIPANT"}
_TEXT = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
_OCTETS = 75
_YEARS_OF_A_SERIES = 10


def text(mailbox: Mailbox, event: Event, kind: str, response: str | None) -> str:
    """Return the VCALENDAR: METHOD REQUEST, CANCEL or REPLY."""
    method = {"cancel": "CANCEL", "response": "REPLY"}.get(kind, "REQUEST")
    lines = ["BEGIN:VCALENDAR", "PRODID:-//graphtwin//EN", "VERSION:2.0", f"METHOD:{method}", *zone_lines(event)]
    lines += ["BEGIN:VEVENT", *event_lines(event), *exdate_lines(event)]
    if method == "REPLY":
        partstat = _PARTSTAT.get(response or "", "NEEDS-ACTION")
        lines.append(f"ATTENDEE;PARTSTAT={partstat}:mailto:{mailbox.address}")
    else:
        lines += attendee_lines(event)
    if method == "CANCEL":
        lines.append("STATUS:CANCELLED")
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VEVENT", "END:VCALENDAR"])


def event_lines(event: Event) -> list[str]:
    """Return the properties of a VEVENT without its attendees."""
    lines = [
        f"UID:{event.ical_uid}",
        f"DTSTAMP:{_utc(event.modified)}",
        f"SEQUENCE:{event.sequence}",
        f"SUMMARY:{(event.subject or '').translate(_TEXT)}",
        _time("DTSTART", event.start_utc, event),
        _time("DTEND", event.end_utc, event),
        f"ORGANIZER;CN={_quoted(event.organizer.name)}:mailto:{event.organizer.address}",
    ]
    if event.original_start_utc is not None:
        lines.append(_time("RECURRENCE-ID", event.original_start_utc, event))
    if event.recurrence is not None:
        lines.append(f"RRULE:{rrule_of(event.recurrence, event.start_utc, all_day=event.is_all_day)}")
    if event.locations:
        lines.append(f"LOCATION:{'; '.join(each['displayName'] for each in event.locations).translate(_TEXT)}")
    body = bodies.to_text(event.body)
    return [*lines, f"DESCRIPTION:{body.translate(_TEXT)}"] if body else lines


def exdate_lines(master: Event) -> list[str]:
    """Return the deleted dates of a series, none for anything else."""
    if master.recurrence is None:
        return []
    starts = (series.slot_on(master, date.fromisoformat(day)).start_utc for day in master.cancelled_dates)
    if master.is_all_day:
        return [f"EXDATE;VALUE=DATE:{each:%Y%m%d}" for each in starts]
    return [f"EXDATE:{each:%Y%m%dT%H%M%SZ}" for each in starts]


def attendee_lines(event: Event) -> list[str]:
    rsvp = "TRUE" if event.response_requested else "FALSE"
    return [
        f"ATTENDEE;ROLE={_ROLES[each.type]};PARTSTAT={_PARTSTAT.get(each.response, 'NEEDS-ACTION')};RSVP={rsvp}"
        f";CN={_quoted(each.name)}:mailto:{each.address}"
        for each in event.attendees
    ]


def zone_lines(event: Event) -> list[str]:
    """Return the VTIMEZONE of an event, nothing for days and UTC."""
    years = zone_years(event)
    return vtimezone(*years) if years else []


def zone_years(event: Event) -> tuple[str, int, int] | None:
    """Return the zone of an event, with the years it matters in: its own, for a series ten more."""
    if event.is_all_day or _zone_name(event) == "UTC":
        return None
    first = event.start_utc.year
    last = first if event.recurrence is None else min(first + _YEARS_OF_A_SERIES, MAXYEAR - 1)
    return _zone_name(event), first, last


def vtimezone(name: str, first: int, last: int) -> list[str]:
    """Return a VTIMEZONE with the offsets the zone has from one year to another."""
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    for onset, before, after, is_daylight in _changes(name, first, last):
        part = "DAYLIGHT" if is_daylight else "STANDARD"
        lines += [
            f"BEGIN:{part}",
            f"DTSTART:{onset:%Y%m%dT%H%M%S}",
            f"TZOFFSETFROM:{before}",
            f"TZOFFSETTO:{after}",
            f"END:{part}",
        ]
    return [*lines, "END:VTIMEZONE"]


@lru_cache(maxsize=1024)
def _changes(name: str, first: int, last: int) -> list[tuple[datetime, str, str, bool]]:
    """Return the onsets of a zone's offsets: (local onset, offset before, offset after, daylight)."""
    zone = lenient_zone(name)
    begin = datetime(first, 1, 1, tzinfo=UTC)
    days = (begin + timedelta(days=day) for day in range((last - first + 1) * 366))
    start = begin.astimezone(zone)
    found = [(start.replace(tzinfo=None), *(f"{start:%z}",) * 2, bool(start.dst()))]
    for earlier, later in pairwise(days):
        before, after = earlier.astimezone(zone), later.astimezone(zone)
        if before.utcoffset() != after.utcoffset():
            onset = _onset(zone, earlier, later) + (before.utcoffset() or timedelta())
            found.append((onset.replace(tzinfo=None), f"{before:%z}", f"{after:%z}", bool(after.dst())))
    return found


def _onset(zone: tzinfo, earlier: datetime, later: datetime) -> datetime:
    """Return the minute between two instants at which the offset changes."""
    offset = earlier.astimezone(zone).utcoffset()
    while later - earlier > timedelta(minutes=1):
        middle = earlier + timedelta(minutes=(later - earlier) // timedelta(minutes=2))
        if middle.astimezone(zone).utcoffset() == offset:
            earlier = middle
        else:
            later = middle
    return later


def _zone_name(event: Event) -> str:
    return event.original_start_zone or "UTC"


def _time(name: str, instant: datetime, event: Event) -> str:
    if event.is_all_day:
        return f"{name};VALUE=DATE:{instant:%Y%m%d}"
    zone_name = _zone_name(event)
    if zone_name == "UTC":
        return f"{name}:{_utc(instant)}"
    return f"{name};TZID={zone_name}:{instant.astimezone(lenient_zone(zone_name)):%Y%m%dT%H%M%S}"


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', "'") + '"'


def folded(line: str) -> str:
    """Fold a content line at 75 octets without splitting a character (RFC 5545 §3.1)."""
    parts: list[str] = []
    current = ""
    for character in line:
        if len((current + character).encode()) > _OCTETS - (1 if parts else 0):
            parts.append(current)
            current = ""
        current += character
    return "\r\n ".join([*parts, current])
