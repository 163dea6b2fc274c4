"""A mailbox written out: as JSON that `loading.py` reads again, and as one iCalendar object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphtwin import imip
from graphtwin.preferences import View
from graphtwin.render import members

if TYPE_CHECKING:
    from graphtwin.items import Event
    from graphtwin.tenant import Mailbox

_OWN_TO_THE_COPY = frozenset({"@odata.etag", "changeKey", "webLink", "bodyPreview"})


def as_json(mailbox: Mailbox) -> dict[str, Any]:
    """Every single event and master as Graph shows it in its own zone, with calendar, deleted and changed dates."""
    return {
        "address": mailbox.address,
        "name": mailbox.name,
        "personality": mailbox.personality,
        "calendars": [{"name": each.name, "isDefaultCalendar": each.is_default} for each in mailbox.calendars.values()],
        "events": [_row(mailbox, each) for each in mailbox.events.values()],
    }


def as_icalendar(mailbox: Mailbox) -> str:
    """VEVENTs with their zones, series with RRULE and EXDATE, changed occurrences with RECURRENCE-ID (RFC 5545)."""
    lines = ["BEGIN:VCALENDAR", "PRODID:-//graphtwin//EN", "VERSION:2.0", f"X-WR-CALNAME:{mailbox.name}"]
    zones: dict[str, tuple[int, int]] = {}
    for name, first, last in filter(None, map(imip.zone_years, mailbox.events.values())):
        known = zones.get(name, (first, last))
        zones[name] = (min(first, known[0]), max(last, known[1]))
    for name, (first, last) in zones.items():
        lines += imip.vtimezone(name, first, last)
    for event in mailbox.events.values():
        lines += _vevent(event, imip.exdate_lines(event))
        for exception in event.exceptions.values():
            lines += _vevent(exception, [])
    return "".join(f"{imip.folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _row(mailbox: Mailbox, event: Event) -> dict[str, Any]:
    row = {
        **_members(mailbox, event),
        "calendar": mailbox.calendars[event.calendar_id].name,
        "cancelledOccurrences": list(event.cancelled_dates),
    }
    row["exceptionOccurrences"] = [
        {**_members(mailbox, each), "originalDate": day} for day, each in event.exceptions.items()
    ]
    return row


def _members(mailbox: Mailbox, event: Event) -> dict[str, Any]:
    """In the zone of the event, so that a series keeps its wall clock."""
    view = View(zone=event.original_start_zone or "UTC")
    return {name: value for name, value in members(mailbox, event, view).items() if name not in _OWN_TO_THE_COPY}


def _vevent(event: Event, exdates: list[str]) -> list[str]:
    status = ["STATUS:CANCELLED"] if event.is_cancelled else []
    return ["BEGIN:VEVENT", *imip.event_lines(event), *exdates, *imip.attendee_lines(event), *status, "END:VEVENT"]
