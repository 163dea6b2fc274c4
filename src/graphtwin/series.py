"""Series: masters, computed occurrences, exceptions and deleted dates (FACTS §4.3, §4.4).

An unchanged occurrence is stored nowhere. `instance_on` and `instances_between` make it from the master, as an
`Event` of type occurrence; writing to one turns it into an exception, which the master keeps under its original date.
Times of day repeat in the zone of the recurrence, so that a series keeps its wall clock when DST changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from graphtwin.errors import GraphError, validation_failure
from graphtwin.ids import occurrence_id
from graphtwin.items import Event, Moment, Recurrence
from graphtwin.recurrence import dates_between, falls_on, first_date, last_date, neighbours
from graphtwin.store import instant_of, save, settle
from graphtwin.zones import utc_of, wall_in

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

_ONE_DAY = timedelta(days=1)
_TIMES = frozenset({"start", "end", "is_all_day", "recurrence"})


class Slot(msgspec.Struct, frozen=True):
    """When an occurrence is, by the pattern."""

    original: date
    start: Moment
    end: Moment
    start_utc: datetime
    end_utc: datetime


def zone_of(master: Event) -> str:
    """Return the zone the series repeats in."""
    named = master.recurrence.range.recurrence_time_zone if master.recurrence else ""
    return named or master.original_start_zone or master.original_end_zone or "UTC"


class _Clockwork:
    """Time of day and length of a series, to be set on any date."""

    def __init__(self, master: Event) -> None:
        self.all_day = master.is_all_day
        self.zone = zone_of(master)
        if master.is_all_day:
            start, end = master.start.wall, master.end.wall
        else:
            start, end = wall_in(master.start_utc, self.zone), wall_in(master.end_utc, self.zone)
        self.time: time = start.time()
        self.length = end - start

    def on(self, day: date) -> Slot:
        start = Moment(datetime.combine(day, self.time), self.zone)
        end = Moment(start.wall + self.length, self.zone)
        return Slot(day, start, end, instant_of(start, all_day=self.all_day), instant_of(end, all_day=self.all_day))


def slot_on(master: Event, day: date) -> Slot:
    return _Clockwork(master).on(day)


def slots_between(master: Event, begin: datetime, end: datetime) -> Iterator[Slot]:
    """Yield the unchanged occurrences that overlap the window, in order."""
    if master.recurrence is None:
        return
    clockwork = _Clockwork(master)
    first = _day(begin, -1) - (clockwork.length if clockwork.length > _ONE_DAY else timedelta(0))
    gone = {*master.cancelled_dates, *master.exceptions}
    for day in dates_between(master.recurrence, max(first, date.min), _day(end, 1)):
        if gone and day.isoformat() in gone:
            continue
        slot = clockwork.on(day)
        if overlaps(slot.start_utc, slot.end_utc, begin, end):
            yield slot


def _day(instant: datetime, days: int) -> date:
    """Return the date of an instant, moved, within what a date can say."""
    return date.fromordinal(min(max(instant.date().toordinal() + days, 3), date.max.toordinal()))


def overlaps(start: datetime, end: datetime, window_start: datetime, window_end: datetime) -> bool:
    """An event without length belongs to the window that holds its moment (FACTS §5)."""
    return start < window_end and (end > window_start or start == end == window_start)


def last_end(master: Event) -> datetime | None:
    """Return when the last occurrence by the pattern ends; None for a series without end."""
    if master.recurrence is None or master.recurrence.range.type == "noEnd":
        return None
    last = last_date(master.recurrence)
    return _Clockwork(master).on(last).end_utc if last is not None else None


def instances_between(master: Event, begin: datetime, end: datetime) -> list[Event]:
    """Return occurrences and exceptions that overlap the window, by start."""
    found = [occurrence(master, slot) for slot in slots_between(master, begin, end)]
    found += [each for each in master.exceptions.values() if overlaps(each.start_utc, each.end_utc, begin, end)]
    return sorted(found, key=lambda event: event.start_utc)


def instance_on(master: Event, day: date) -> Event | None:
    """Return the occurrence or exception whose original date is `day`."""
    key = day.isoformat()
    if key in master.exceptions:
        return master.exceptions[key]
    if key in master.cancelled_dates or master.recurrence is None or not falls_on(master.recurrence, day):
        return None
    return occurrence(master, _Clockwork(master).on(day))


def occurrence(master: Event, slot: Slot) -> Event:
    """Return the unchanged occurrence of a slot as an event of its own."""
    return msgspec.structs.replace(
        master,
        id=occurrence_id(master.id, slot.original),
        immutable_id=occurrence_id(master.immutable_id, slot.original),
        start=slot.start,
        end=slot.end,
        start_utc=slot.start_utc,
        end_utc=slot.end_utc,
        recurrence=None,
        exceptions={},
        cancelled_dates=[],
        master_id=master.id,
        original_date=slot.original.isoformat(),
        original_start_utc=slot.start_utc,
        is_occurrence=True,
        transaction_id=None,
    )


def begin(event: Event) -> None:
    """Make a master consistent: fill in the zone, and move its start to the first date of the pattern (FACTS §4.2)."""
    if event.recurrence is None:
        return
    limit = event.recurrence.range
    if not limit.recurrence_time_zone:
        filled = msgspec.structs.replace(limit, recurrence_time_zone=event.original_start_zone)
        event.recurrence = Recurrence(event.recurrence.pattern, filled)
    first = first_date(event.recurrence)
    if first is None:
        raise validation_failure()
    _move_to(event, first)


def _move_to(event: Event, day: date) -> None:
    """Set the master on a date, keeping time of day, length and the spelling of its zones."""
    slot = _Clockwork(event).on(day)
    if event.is_all_day:
        event.start, event.end = Moment(slot.start.wall, event.start.zone), Moment(slot.end.wall, event.end.zone)
    elif slot.start_utc != event.start_utc:
        event.start = Moment(wall_in(slot.start_utc, event.start.zone), event.start.zone)
        event.end = Moment(wall_in(slot.end_utc, event.end.zone), event.end.zone)
    settle(event)


def check_has_dates(event: Event, fields: dict[str, Any]) -> None:
    """Refuse a change after which a series would have no occurrence."""
    recurrence: Recurrence | None = fields.get("recurrence", event.recurrence)
    if recurrence is None or _TIMES.isdisjoint(fields):
        return
    if "start" in fields and "recurrence" not in fields:
        start: Moment = fields["start"]
        all_day = fields.get("is_all_day", event.is_all_day)
        wall = start.wall if all_day else wall_in(utc_of(start), zone_of(event))
        recurrence = _beginning_on(recurrence, wall.date())
    if first_date(recurrence) is None:
        raise validation_failure()


def _beginning_on(recurrence: Recurrence, day: date) -> Recurrence:
    return Recurrence(recurrence.pattern, msgspec.structs.replace(recurrence.range, start_date=day.isoformat()))


def check_boundaries(mailbox: Mailbox, event: Event, fields: dict[str, Any]) -> None:
    """Refuse to move an occurrence onto or over the day of a neighbour (FACTS §4.3)."""
    if "start" not in fields and "end" not in fields:
        return
    master = mailbox.events[str(event.master_id)]
    zone_name = zone_of(master)
    start, end = (_wall_of(fields.get(name, getattr(event, name)), event, zone_name) for name in ("start", "end"))
    before, after = _standing_neighbours(master, date.fromisoformat(str(event.original_date)))
    last_day = (end - timedelta(microseconds=1)).date() if end > start else start.date()
    if (before is not None and start.date() <= before) or (after is not None and last_day >= after):
        raise GraphError(
            400,
            "ErrorOccurrenceCrossingBoundary",
            "Modified occurrence is crossing or overlapping adjacent occurrence.",
        )


def _wall_of(moment: Moment, event: Event, zone_name: str) -> datetime:
    return moment.wall if event.is_all_day else wall_in(utc_of(moment), zone_name)


def _standing_neighbours(master: Event, day: date) -> tuple[date | None, date | None]:
    """Return the days the previous and the next occurrence are on now: exceptions where they were moved to."""
    if master.recurrence is None:
        return None, None
    before, after = neighbours(master.recurrence, day)
    while before is not None and before.isoformat() in master.cancelled_dates:
        before = neighbours(master.recurrence, before)[0]
    while after is not None and after.isoformat() in master.cancelled_dates:
        after = neighbours(master.recurrence, after)[1]
    return _where(master, before), _where(master, after)


def _where(master: Event, original: date | None) -> date | None:
    moved = master.exceptions.get(original.isoformat()) if original else None
    if moved is None:
        return original
    return moved.start.wall.date() if moved.is_all_day else wall_in(moved.start_utc, zone_of(master)).date()


def as_exception(mailbox: Mailbox, event: Event, changed: dict[str, Any]) -> Event:
    """Keep an occurrence as an exception of its master, and note which fields it has of its own from now on."""
    master = mailbox.events[str(event.master_id)]
    if event.is_occurrence:
        event.is_occurrence = False
        event.attendees = [copy(each) for each in event.attendees]
        event.overridden = set()
        master.exceptions[str(event.original_date)] = event
    event.overridden |= set(changed)
    return event


def delete_instance(twin: Twin, mailbox: Mailbox, event: Event) -> None:
    """Take one date out of a series; the only trace is the master's list of cancelled dates."""
    master = mailbox.events[str(event.master_id)]
    key = str(event.original_date)
    master.exceptions.pop(key, None)
    master.cancelled_dates = sorted({*master.cancelled_dates, key})
    save(twin, mailbox, master)


def follow_master(twin: Twin, mailbox: Mailbox, event: Event, fields: dict[str, Any], when_before: object) -> None:
    """Carry a change of a master over to its series (FACTS §4.4), and turn single into series and back."""
    if event.original_date is not None:
        return
    if event.recurrence is None:
        event.exceptions, event.cancelled_dates = {}, []
        return
    if "start" in fields and "recurrence" not in fields:
        _range_follows_start(event)
    if not _TIMES.isdisjoint(fields):
        begin(event)
    if (event.start_utc, event.end_utc, event.is_all_day, event.recurrence) != when_before:
        if twin.switches.exceptions_dropped_when_master_moves:
            event.exceptions = {}
        if twin.switches.deleted_dates_return_when_master_moves:
            event.cancelled_dates = []
    flow_into_exceptions(twin, mailbox, event, fields)


def _range_follows_start(event: Event) -> None:
    """A master moved to another day takes the beginning of its range along."""
    recurrence = event.recurrence
    if recurrence is None:
        return
    wall = event.start.wall if event.is_all_day else wall_in(event.start_utc, zone_of(event))
    event.recurrence = _beginning_on(recurrence, wall.date())


def flow_into_exceptions(twin: Twin, mailbox: Mailbox, master: Event, fields: Iterable[str]) -> None:
    """Give exceptions what they did not change themselves."""
    flowing = [name for name in fields if name not in _TIMES | {"extended_changes", "transaction_id"}]
    for exception in master.exceptions.values():
        for name in flowing:
            if name not in exception.overridden:
                value = getattr(master, name)
                setattr(exception, name, [copy(each) for each in value] if name == "attendees" else value)
        exception.modified = twin.now()
        mailbox.touch(exception)
