"""Times: Graph's `start`, `end`, `isAllDay` and original zones as one span, and back (FACTS.md §2.2).

We ask for UTC, so that `start` and `end` are instants, and tell them in the zone that the event was made in
(`originalStartTimeZone`). All-day events float: their dates are taken as they stand, and Graph's exclusive end becomes
the last day. A zone that cannot be named leaves UTC instants, and a span that must not be written back (RULES 4.4).
"""

import datetime as dt
import email.utils
from typing import Any

from kalends.domain.span import UTC, AllDay, Span, Timed, zone
from kalends.graph import wire
from kalends.graph.timezones import is_writable, zone_of

_ONE_DAY = dt.timedelta(days=1)


class UnreadableTime(ValueError):
    """A start or end that names no moment; the message says so to a person."""


def span_of(event: wire.Event) -> tuple[Span, bool]:
    """When the event is, and whether that may be written back; raises UnreadableTime and EndBeforeStart."""
    if event.is_all_day:
        return _all_day(_date_clock(event.start, "start"), _date_clock(event.end, "end")), True
    start, end = _instant(event.start, "start"), _instant(event.end, "end")
    start_zone = _told_in(event.original_start_time_zone, event.start)
    end_zone = _told_in(event.original_end_time_zone, event.end) or start_zone
    try:
        return Timed.at(start, end, start_zone or UTC, end_zone or UTC), bool(start_zone)
    except OverflowError as error:
        message = "Its time lies outside the calendar."
        raise UnreadableTime(message) from error


def _all_day(start: dt.datetime, end: dt.datetime) -> AllDay:
    last = end.date() if end.time() > dt.time() else end.date() - _ONE_DAY
    return AllDay(first=start.date(), last=start.date() if end == start else last)


def _told_in(original: str | None, moment: wire.DateTimeTimeZone | None) -> str | None:
    return zone_of(original) if original else zone_of(moment.time_zone if moment else None)


def _instant(moment: wire.DateTimeTimeZone | None, which: str) -> dt.datetime:
    wall = _wall_clock(moment, which)
    if wall.tzinfo:
        return wall.astimezone(dt.UTC)
    name = zone_of(moment.time_zone if moment and moment.time_zone else UTC)
    if name is None:
        message = f"Its {which} is told in a time zone that nobody knows."
        raise UnreadableTime(message)
    try:
        return wall.replace(tzinfo=zone(name)).astimezone(dt.UTC)
    except OverflowError as error:
        message = f"Its {which} lies outside the calendar."
        raise UnreadableTime(message) from error


def _date_clock(moment: wire.DateTimeTimeZone | None, which: str) -> dt.datetime:
    return _wall_clock(moment, which).replace(tzinfo=None)


def _wall_clock(moment: wire.DateTimeTimeZone | None, which: str) -> dt.datetime:
    text = (moment.date_time if moment else None) or ""
    if not text or text.startswith("0001-"):
        message = f"Its {which} is missing."
        raise UnreadableTime(message)
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        message = f"Its {which} is not a time: “{text[:40]}”."
        raise UnreadableTime(message) from error


def moment_of(text: str | None) -> dt.datetime | None:
    """A DateTimeOffset as aware UTC; None for nothing and for the years that stand for never (1 and 4501)."""
    try:
        moment = dt.datetime.fromisoformat(text or "")
        aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return None if moment.year in {1, 4501} else aware.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def http_date(text: str | None) -> dt.datetime | None:
    """The moment that an HTTP header names (RFC 9110 §5.6.7), aware UTC; None for anything else."""
    try:
        return email.utils.parsedate_to_datetime(text or "").astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def when_members(span: Span) -> dict[str, Any]:
    """The members of an event's JSON that say when it is; they never go separately (RULES 4.2)."""
    if isinstance(span, AllDay):
        return {
            "start": _named(dt.datetime.combine(span.first, dt.time()), UTC),
            "end": _named(dt.datetime.combine(span.last + _ONE_DAY, dt.time()), UTC),
            "isAllDay": True,
        }
    return {
        "start": _told(span.start, span.start_zone, span.start_at),
        "end": _told(span.end, span.end_zone, span.end_at),
        "isAllDay": False,
    }


def _told(wall: dt.datetime, zone_name: str, instant: dt.datetime) -> dict[str, str]:
    """The wall clock in its zone; in UTC where Graph knows no such zone, or that hour comes twice or never."""
    again = instant.astimezone(zone(zone_name))
    if is_writable(zone_name) and again.replace(tzinfo=None) == wall and not again.fold:
        return _named(wall, zone_name)
    return _named(instant.replace(tzinfo=None), UTC)


def _named(wall: dt.datetime, zone_name: str) -> dict[str, str]:
    return {"dateTime": wall.isoformat(), "timeZone": zone_name}


def instant_text(moment: dt.datetime) -> str:
    """An aware moment as Graph's queries want it: UTC with a Z, no plus sign to escape."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
