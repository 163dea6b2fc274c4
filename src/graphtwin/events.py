"""Create, change and delete events in one mailbox (FACTS §2, §8.1); what travels to others is in `meetings`.

A write is checked completely before anything is touched, so that a refused request leaves no trace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from graphtwin import attachments, extensions, meetings, online, series
from graphtwin.errors import GraphError, invalid_request, item_not_found, validation_failure
from graphtwin.event_input import Fields, read_members
from graphtwin.extended import apply_extended
from graphtwin.ids import split_occurrence_id
from graphtwin.items import Attendee, Calendar, Event, Moment, Organizer
from graphtwin.store import discard, instant_of, save, save_new, settle

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

_ONE_DAY = timedelta(days=1)
_AFTERWARDS = timedelta(seconds=1)


def find_event(mailbox: Mailbox, event_id: str, calendar_id: str | None = None) -> Event:
    """Return the event of an id of either kind, an occurrence computed; raises the 404 or 400 of FACTS §14."""
    event = mailbox.events.get(event_id) or mailbox.events.get(mailbox.by_immutable_id.get(event_id, ""))
    if event is None:
        event = _find_occurrence(mailbox, event_id)
    if calendar_id is not None and event.calendar_id != calendar_id:
        raise item_not_found()
    return event


def _find_occurrence(mailbox: Mailbox, event_id: str) -> Event:
    try:
        parts = split_occurrence_id(event_id)
    except ValueError as error:
        raise GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.") from error
    if parts is None:
        raise item_not_found()
    master = mailbox.events.get(parts[0]) or mailbox.events.get(mailbox.by_immutable_id.get(parts[0], ""))
    found = series.instance_on(master, parts[1]) if master is not None and master.recurrence is not None else None
    if found is None:
        raise item_not_found()
    return found


def create_event(twin: Twin, mailbox: Mailbox, calendar: Calendar, body: Mapping[str, Any]) -> Event:
    """Create an event as its owner; invitations leave at once unless it is a draft."""
    fields = read_members(body)
    digest = hashlib.blake2b(msgspec.json.encode(body), digest_size=16).hexdigest()
    earlier = _earlier_with_transaction_id(mailbox, fields.get("transaction_id"), digest)
    if earlier is not None:
        return earlier
    if "start" not in fields or "end" not in fields:
        raise validation_failure()
    event = new_event(twin, mailbox, calendar, fields["start"], fields["end"])
    event.creation_digest = digest
    _check(fields, event)
    _set(mailbox, event, fields)
    event.intended_show_as = event.show_as
    attachments.attach_from_post(twin, mailbox, event, body)
    extensions.add_from_post(event, body)
    series.begin(event)
    online.fill_in(twin, mailbox, event)
    dispatch = meetings.prepare_first(twin, event)
    save_new(twin, mailbox, event)
    meetings.send(twin, mailbox, event, dispatch)
    if twin.switches.change_key_moves_after_create:
        twin.clock.call_at(twin.now() + _AFTERWARDS, lambda: _touch(twin, mailbox, event))
    return event


def _touch(twin: Twin, mailbox: Mailbox, event: Event) -> None:
    """Let the server work on an event that is still there: its changeKey moves, and nothing else."""
    if mailbox.events.get(event.id) is event:
        save(twin, mailbox, event)


def new_event(twin: Twin, mailbox: Mailbox, calendar: Calendar, start: Moment, end: Moment) -> Event:
    """Return an event of the mailbox's owner with new ids and Graph's defaults, not yet stored."""
    ids, number, now = twin.tenant.ids, twin.tenant.ids.next(), twin.now()
    uid = ids.global_object_id(mailbox.object_id, number)
    return Event(
        number=number,
        calendar_id=calendar.id,
        id=ids.regular_id(mailbox.object_id, calendar.id, number, consumer=mailbox.personality == "consumer"),
        immutable_id=ids.immutable_id(mailbox.object_id, number),
        created=now,
        modified=now,
        start=start,
        end=end,
        start_utc=now,
        end_utc=now,
        original_start_zone=start.zone,
        original_end_zone=end.zone,
        ical_uid=uid,
        uid=uid,
        organizer=Organizer(mailbox.address, mailbox.name),
    )


def _earlier_with_transaction_id(mailbox: Mailbox, transaction_id: str | None, digest: str) -> Event | None:
    """Return what an earlier POST with this transactionId made; raises 400 if it made something else (FACTS §2.5)."""
    event_id = mailbox.by_transaction_id.get(transaction_id) if transaction_id is not None else None
    if event_id is None:
        return None
    event = mailbox.events.get(event_id)
    if event is not None and event.creation_digest == digest:
        return event
    raise GraphError(
        400,
        "ErrorDuplicateTransactionId",
        "Your request can't be completed. The TransactionId specified in the request has already been used to create "
        "a different event.",
        extra={"@event.existingEventId": event_id},
    )


def patch_event(twin: Twin, mailbox: Mailbox, event: Event, body: Mapping[str, Any]) -> Event:
    """Change an event; returns it, for an occurrence the exception it has become."""
    fields = read_members(body)
    fields.pop("transaction_id", None)
    online.drop_fixed(event, fields)
    if event.original_date is not None:
        fields.pop("recurrence", None)
    before = meetings.Before.of(event)
    _check(fields, event)
    if event.original_date is None:
        series.check_has_dates(event, fields)
    if event.original_date is not None:
        series.check_boundaries(mailbox, event, fields)
        event = series.as_exception(mailbox, event, fields)
    _set(mailbox, event, fields)
    if event.is_organizer and "show_as" in fields:
        event.intended_show_as = event.show_as
    series.follow_master(twin, mailbox, event, fields, before.when)
    online.fill_in(twin, mailbox, event)
    dispatch = meetings.prepare_update(twin, event, before, frozenset(body))
    save(twin, mailbox, event)
    meetings.send(twin, mailbox, event, dispatch)
    return event


def delete_event(twin: Twin, mailbox: Mailbox, event: Event, *, comment: str = "", mails: bool = True) -> None:
    """Delete an event or occurrence; the organizer's deletion cancels the meeting."""
    if event.original_date is not None:
        series.delete_instance(twin, mailbox, event)
    else:
        discard(twin, mailbox, event)
    if mails:
        meetings.send_cancellation(twin, mailbox, event, comment)


def _check(fields: Fields, event: Event) -> None:
    """Refuse impossible times: the fields together with what the event has already."""
    start, end = fields.get("start", event.start), fields.get("end", event.end)
    all_day = fields.get("is_all_day", event.is_all_day)
    if all_day:
        _check_all_day(start, end)
    elif instant_of(end, all_day=False) < instant_of(start, all_day=False):
        raise validation_failure()


def _check_all_day(start: Moment, end: Moment) -> None:
    midnight = start.wall.time().isoformat() == end.wall.time().isoformat() == "00:00:00"
    if not midnight:
        raise invalid_request("The Event.Start property for an all-day event needs to be set to midnight.")
    if start.zone != end.zone:
        raise invalid_request("The start and end of an all-day event must be in the same time zone.")
    if end.wall - start.wall < _ONE_DAY:
        raise invalid_request("The duration of an event marked as All day must be at least 24 hours.")


def _set(mailbox: Mailbox, event: Event, fields: Fields) -> None:
    """Write checked fields into the event."""
    for name, value in fields.items():
        if name == "attendees":
            event.attendees = _merged_attendees(mailbox, event, value)
        elif name == "extended_changes":
            apply_extended(event, value)
        else:
            setattr(event, name, value)
    settle(event)


def _merged_attendees(mailbox: Mailbox, event: Event, wanted: list[Attendee]) -> list[Attendee]:
    """Keep the answers of those who stay; the organizer is not on his own list (FACTS §2.4)."""
    known = {(each.address or "").lower(): each for each in event.attendees}
    merged = []
    for each in wanted:
        key = (each.address or "").lower()
        if event.is_organizer and key == mailbox.address.lower():
            continue
        old = known.get(key)
        if old is not None:
            each.response, each.response_time, each.proposed = old.response, old.response_time, old.proposed
        merged.append(each)
    return merged
