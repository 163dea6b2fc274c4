"""Events as they go over the wire: members in the order and with the defaults of real responses (wire-shapes.json).

`members` gives an event as a dictionary for $select and filters; `full_bytes` gives it encoded, from a cache keyed by
event, change and view, because lists and deltas show the same events again and again.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from graphtwin import bodies
from graphtwin.ids import dated_ical_uid, occurrence_id
from graphtwin.items import Attendee, Event, Moment
from graphtwin.preferences import View
from graphtwin.recurrence_input import recurrence_json
from graphtwin.tenant import Mailbox
from graphtwin.zones import wall_in

NEVER = "0001-01-01T00:00:00Z"
_NO_PLACE = {"displayName": "", "locationType": "default", "uniqueIdType": "unknown", "address": {}, "coordinates": {}}
_CACHED = 20_000


def instant_text(instant: datetime) -> str:
    """UTC with `Z`, fraction without trailing zeros (FACTS §1)."""
    text: str = msgspec.to_builtins(instant if instant.tzinfo is UTC else instant.astimezone(UTC))
    return f"{text[:-1].rstrip('0')}Z" if instant.microsecond else text


def wall_text(wall: datetime) -> str:
    """A wall clock with seven fractional digits."""
    text: str = msgspec.to_builtins(wall)
    return f"{text}0" if wall.microsecond else f"{text}.0000000"


def moment_json(moment: Moment, instant: datetime, zone_name: str, *, floating: bool) -> dict[str, str]:
    """Return a dateTimeTimeZone in the zone asked for; all-day events keep their dates in every zone."""
    if floating:
        return {"dateTime": wall_text(moment.wall), "timeZone": zone_name}
    wall = moment.wall if moment.zone == zone_name else wall_in(instant, zone_name)
    return {"dateTime": wall_text(wall), "timeZone": zone_name}


def etag(event: Event) -> str:
    return f'W/"{event.change_key}"'


def occurrence_etag(master: Event) -> str:
    """The other form, which delta shows of unchanged occurrences (FACTS §6.3): base64 of 0F000000 16000000 and the 22
    bytes of the master's changeKey.
    """
    key = b64decode(master.change_key)
    return f'W/"{b64encode(bytes.fromhex("0F00000016000000") + key[:22]).decode()}"'


def shown_id(event: Event, *, immutable: bool) -> str:
    return event.immutable_id if immutable else event.id


def members(mailbox: Mailbox, event: Event, view: View) -> dict[str, Any]:
    """Return the complete event, beginning with its etag; navigation links are not part of it."""
    item_id = shown_id(event, immutable=view.immutable)
    body = bodies.to_text(event.body) if view.text else event.body
    return {
        "@odata.etag": etag(event),
        "id": item_id,
        "createdDateTime": instant_text(event.created),
        "lastModifiedDateTime": instant_text(event.modified),
        "changeKey": event.change_key,
        "categories": event.categories,
        "transactionId": event.transaction_id,
        "originalStartTimeZone": event.original_start_zone,
        "originalEndTimeZone": event.original_end_zone,
        "iCalUId": _ical_uid(event),
        "uid": event.uid,
        "reminderMinutesBeforeStart": event.reminder_minutes,
        "isReminderOn": event.is_reminder_on,
        "hasAttachments": bool(event.attachments) and not all(each.is_inline for each in event.attachments),
        "subject": event.subject,
        **({} if view.basic else {"bodyPreview": event.preview}),
        "importance": event.importance,
        "sensitivity": event.sensitivity,
        **_original_start(mailbox, event),
        "isAllDay": event.is_all_day,
        "isCancelled": event.is_cancelled,
        "isOrganizer": event.is_organizer,
        "responseRequested": event.response_requested,
        "seriesMasterId": _master_id(mailbox, event, view),
        "showAs": event.show_as,
        "type": event.type,
        "webLink": web_link(item_id, consumer=mailbox.personality == "consumer"),
        "onlineMeetingUrl": None,
        "isOnlineMeeting": event.is_online_meeting,
        "onlineMeetingProvider": event.online_meeting_provider,
        "allowNewTimeProposals": event.allow_new_time_proposals,
        "occurrenceId": _occurrence_id(mailbox, event, view),
        "isDraft": event.is_draft,
        "hideAttendees": event.hide_attendees,
        "responseStatus": {"response": event.response, "time": _answer_time(event.response_time)},
        **({} if view.basic else {"body": {"contentType": "text" if view.text else "html", "content": body}}),
        **_when_and_where(event, view),
        "recurrence": recurrence_json(event.recurrence),
        "attendees": [_attendee_json(each) for each in _visible_attendees(mailbox, event)],
        "organizer": {"emailAddress": {"name": event.organizer.name, "address": event.organizer.address}},
        "onlineMeeting": event.online_meeting,
        **event.oddities,
    }


def _when_and_where(event: Event, view: View) -> dict[str, Any]:
    return {
        "start": moment_json(event.start, event.start_utc, view.zone_name, floating=event.is_all_day),
        "end": moment_json(event.end, event.end_utc, view.zone_name, floating=event.is_all_day),
        "location": location_json(event.locations),
        "locations": event.locations,
    }


def location_json(locations: list[dict[str, Any]]) -> dict[str, Any]:
    """`location` stands for all of `locations`: none, the one, or their names joined."""
    if not locations:
        return _NO_PLACE
    if len(locations) == 1:
        return locations[0]
    joined = "; ".join(each["displayName"] for each in locations)
    return {"displayName": joined, "locationType": "default", "uniqueId": joined, "uniqueIdType": "private"}


def _ical_uid(event: Event) -> str:
    if event.original_date is None:
        return event.ical_uid
    return dated_ical_uid(event.ical_uid, date.fromisoformat(event.original_date))


def _original_start(mailbox: Mailbox, event: Event) -> dict[str, str]:
    """Occurrences and exceptions have one, but not in personal accounts (FACTS §2.1)."""
    if event.original_start_utc is None or mailbox.personality == "consumer":
        return {}
    return {"originalStart": instant_text(event.original_start_utc)}


def _master_id(mailbox: Mailbox, event: Event, view: View) -> str | None:
    if event.master_id is None:
        return None
    return shown_id(mailbox.events[event.master_id], immutable=view.immutable)


def _occurrence_id(mailbox: Mailbox, event: Event, view: View) -> str | None:
    return None if event.original_date is None else f"OID.{_master_id(mailbox, event, view)}.{event.original_date}"


def web_link(item_id: str, *, consumer: bool = False) -> str:
    host = "outlook.live.com" if consumer else "outlook.office365.com"
    quoted = item_id.replace("=", "%3D")  # an id is URL-safe base64: nothing else in it needs quoting
    return f"https://{host}/owa/?itemid={quoted}&exvsurl=1&path=/calendar/item"


def _answer_time(when: datetime | None) -> str:
    return NEVER if when is None else instant_text(when)


def _visible_attendees(mailbox: Mailbox, event: Event) -> list[Attendee]:
    """With hideAttendees an invitee sees nobody but himself."""
    if not event.hide_attendees or event.is_organizer:
        return event.attendees
    return [each for each in event.attendees if (each.address or "").lower() == mailbox.address.lower()]


def _attendee_json(attendee: Attendee) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "type": attendee.type,
        "status": {"response": attendee.response, "time": _answer_time(attendee.response_time)},
        "emailAddress": {"name": attendee.name, "address": attendee.address},
    }
    if attendee.proposed is not None:
        shown["proposedNewTime"] = attendee.proposed
    return shown


def new_occurrence_ids(master: Event, original: date) -> tuple[str, str]:
    return occurrence_id(master.id, original), occurrence_id(master.immutable_id, original)


class Rendered:
    """Encoded events without their braces, remembered by event, change and view."""

    def __init__(self) -> None:
        self._cache: dict[tuple[str | bool | None, ...], bytes] = {}
        self._encoder = msgspec.json.Encoder()

    def inner(self, mailbox: Mailbox, event: Event, view: View) -> bytes:
        key = (event.id, event.change_key, view.zone, view.text, view.immutable, view.basic)
        found = self._cache.get(key)
        if found is None:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            found = self._encoder.encode(members(mailbox, event, view))[1:-1]
            self._cache[key] = found
        return found

    def clear(self) -> None:
        self._cache.clear()
