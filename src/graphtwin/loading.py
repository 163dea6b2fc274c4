"""Putting events into a mailbox in bulk, as if they had always been there: nobody is mailed, nothing is delivered.

An event is described as Graph shows it, so what was read from one mailbox can be loaded into another. Beyond what a
client may write, these members are understood:

| member | meaning |
|---|---|
| iCalUId, uid | identity across mailboxes; without them a new one is made |
| organizer, isOrganizer | another organizer makes this an invitee's copy |
| responseStatus, attendees[].status | answers that have been given |
| isCancelled | the organizer has cancelled |
| createdDateTime, lastModifiedDateTime | |
| cancelledOccurrences | dates, or occurrenceIds, that were deleted from a series |
| exceptionOccurrences | changed occurrences: `originalDate` and the members that differ |
| calendar | name of a calendar, made if there is none of that name |
| oddities | members that go onto the wire as they are, however broken |

What the real API would refuse is taken all the same (`loose_input`): attendees without address, null subjects, odd
zones.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from graphtwin import series
from graphtwin.errors import validation_failure
from graphtwin.event_input import Fields, read_members
from graphtwin.events import new_event
from graphtwin.extended import apply_extended
from graphtwin.items import Event, Organizer
from graphtwin.loose_input import read_loosely
from graphtwin.store import save_new, settle

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.items import Calendar
    from graphtwin.tenant import Mailbox

_UNSENT = datetime(1, 1, 1, tzinfo=UTC)


def load_event(twin: Twin, mailbox: Mailbox, described: Mapping[str, Any]) -> Event:
    """Add one event, however odd; raises GraphError only for one without times."""
    fields, oddities = read_loosely(described)
    event = new_event(twin, mailbox, _calendar(mailbox, described.get("calendar")), fields["start"], fields["end"])
    _fill(event, fields)
    event.intended_show_as = event.show_as
    event.oddities = oddities
    _identify(event, described)
    _take_over_meeting(event, mailbox, described)
    event.created = _time(described.get("createdDateTime")) or event.created
    event.modified = _time(described.get("lastModifiedDateTime")) or event.modified
    series.begin(event)
    save_new(twin, mailbox, event)
    _alter_occurrences(mailbox, event, described)
    return event


def _fill(event: Event, fields: Fields) -> None:
    for name, value in fields.items():
        if name == "extended_changes":
            apply_extended(event, value)
        else:
            setattr(event, name, value)
    settle(event)


def _calendar(mailbox: Mailbox, name: str | None) -> Calendar:
    if name is None:
        return mailbox.default_calendar
    found = next((each for each in mailbox.calendars.values() if each.name == name), None)
    return found or mailbox.add_calendar(name)


def _identify(event: Event, described: Mapping[str, Any]) -> None:
    uid = described.get("uid") or described.get("iCalUId")
    if isinstance(uid, str):
        event.uid = event.ical_uid = uid


def _take_over_meeting(event: Event, mailbox: Mailbox, described: Mapping[str, Any]) -> None:
    """Answers, organizer and cancellation, which only the server may write otherwise."""
    for attendee, row in zip(event.attendees, described.get("attendees") or (), strict=False):
        status = row.get("status") or {}
        attendee.response = status.get("response") or "none"
        attendee.response_time = _time(status.get("time"))
    address = ((described.get("organizer") or {}).get("emailAddress") or {}).get("address") or mailbox.address
    event.is_organizer = bool(described.get("isOrganizer", address.lower() == mailbox.address.lower()))
    if not event.is_organizer:
        name = described["organizer"]["emailAddress"].get("name") or address
        event.organizer = Organizer(address, name)
        own = described.get("responseStatus") or {}
        event.response = own.get("response") or "notResponded"
        event.response_time = _time(own.get("time"))
    event.is_cancelled = bool(described.get("isCancelled", False))
    event.sent = bool(event.attendees) and not event.is_draft
    event.critical_change = event.created if event.sent else None


def _alter_occurrences(mailbox: Mailbox, master: Event, described: Mapping[str, Any]) -> None:
    for text in described.get("cancelledOccurrences") or ():
        master.cancelled_dates.append(str(text)[-10:])
    for row in described.get("exceptionOccurrences") or ():
        occurrence = series.instance_on(master, date.fromisoformat(row["originalDate"]))
        if occurrence is None:
            raise validation_failure(f"The series has no occurrence on {row['originalDate']}.")
        fields = read_members(row)
        exception = series.as_exception(mailbox, occurrence, fields)
        _fill(exception, fields)
        mailbox.touch(exception)


def _time(text: object) -> datetime | None:
    """A date and time in ISO 8601; the year 1 means never."""
    if not isinstance(text, str):
        return None
    try:
        moment = msgspec.convert(text, datetime)
    except msgspec.ValidationError as error:
        raise validation_failure(f"'{text}' is not a date and time.") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None if moment <= _UNSENT else moment
