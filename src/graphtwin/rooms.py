"""Rooms answer for themselves (FACTS §19): accepted when free, declined when busy, too far ahead or too long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from graphtwin import answers, series
from graphtwin.store import save

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.items import Event
    from graphtwin.tenant import Mailbox

BOOKING_WINDOW = timedelta(days=180)
MAXIMUM_DURATION = timedelta(minutes=1440)


def answer(twin: Twin, room: Mailbox, event: Event) -> None:
    """Shape the room's copy and answer the organizer."""
    _shape(twin, room, event)
    reason = _objection(twin, room, event)
    verdict: answers.Answer = "declined" if reason else "accepted"
    answers.respond(twin, room, event, verdict, comment=reason)


def _shape(twin: Twin, room: Mailbox, event: Event) -> None:
    """The copy shows the organizer's name as subject, and neither body nor attachments."""
    event.subject = event.organizer.name
    event.body, event.preview, event.attachments = "", "", []
    save(twin, room, event)


def _objection(twin: Twin, room: Mailbox, event: Event) -> str:
    """Return why the room cannot be had, "" if it can."""
    horizon = twin.now() + BOOKING_WINDOW
    if event.end_utc - event.start_utc > MAXIMUM_DURATION:
        return "The meeting is longer than the room may be booked for."
    if event.start_utc > horizon or (event.recurrence is not None and _runs_past(event, horizon)):
        return "The meeting lies further ahead than the room may be booked."
    taken = [each for each in room.events.values() if each is not event and each.id != event.master_id]
    wanted = [event] if event.recurrence is None else series.instances_between(event, event.start_utc, horizon)
    if any(_conflicts(each, other) for each in wanted for other in taken):
        return "The room is already booked at that time."
    return ""


def _runs_past(event: Event, horizon: datetime) -> bool:
    recurrence = event.recurrence
    if recurrence is None:
        return False
    if recurrence.range.type == "noEnd":
        return True
    last = series.last_end(event)
    return last is not None and last > horizon


def _conflicts(wanted: Event, taken: Event) -> bool:
    instances = (
        [taken] if taken.recurrence is None else series.instances_between(taken, wanted.start_utc, wanted.end_utc)
    )
    return any(
        each.show_as != "free"
        and not each.is_cancelled
        and series.overlaps(each.start_utc, each.end_utc, wanted.start_utc, wanted.end_utc)
        for each in instances
    )
