"""Repetition: Graph's patternedRecurrence to and from the domain (FACTS.md §4.1, §4.2; `recurrencePattern`).

Graph returns every member, with fillers where a type has no use for it (`month: 0`, `endDate: 0001-01-01`); only the
members of the type are read, and only those are written. A relative pattern with several weekdays is one date.
"""

import datetime as dt
from typing import Any

from kalends.domain.errors import DomainError
from kalends.domain.recurrence import (
    Daily,
    Monthly,
    MonthlyRelative,
    NoEnd,
    Numbered,
    Pattern,
    Position,
    Range,
    Recurrence,
    Until,
    Weekday,
    Weekly,
    Yearly,
    YearlyRelative,
)
from kalends.graph import wire
from kalends.graph.timezones import zone_of

DEFAULT_WEEK_START = "sunday"


class UnreadableRecurrence(DomainError):
    """A repetition that Graph does not document; the message says what it holds."""


def recurrence_of(told: wire.PatternedRecurrence, fallback_zone: str) -> Recurrence:
    """The domain's value; `fallback_zone` (IANA) stands in for a zone that cannot be named. Raises DomainError."""
    if told.pattern is None or told.range is None:
        message = "Its repetition has no pattern or no range."
        raise UnreadableRecurrence(message)
    zone = zone_of(told.range.recurrence_time_zone) or fallback_zone
    return Recurrence(pattern=_pattern(told.pattern), range=_range(told.range), zone=zone)


def recurrence_members(recurrence: Recurrence) -> dict[str, Any]:
    """The whole `recurrence` member of a POST or PATCH; the range always names its zone (FACTS.md §4.2)."""
    return {
        "pattern": _pattern_members(recurrence.pattern),
        "range": {**_range_members(recurrence.range), "recurrenceTimeZone": recurrence.zone},
    }


def _pattern(told: wire.RecurrencePattern) -> Pattern:
    interval = told.interval or 1
    match (told.type or "").casefold():
        case "daily":
            return Daily(interval=interval)
        case "weekly":
            return Weekly(interval=interval, days=_days(told), week_start=_weekday(told.first_day_of_week))
        case "absolutemonthly":
            return Monthly(interval=interval, day=told.day_of_month or 0)
        case "relativemonthly":
            return MonthlyRelative(interval=interval, days=_days(told), position=_position(told))
        case "absoluteyearly":
            return Yearly(interval=interval, day=told.day_of_month or 0, month=told.month or 0)
        case "relativeyearly":
            return YearlyRelative(interval=interval, days=_days(told), position=_position(told), month=told.month or 0)
    message = f"It repeats in a way that Kalends does not know: “{told.type}”."
    raise UnreadableRecurrence(message)


def _range(told: wire.RecurrenceRange) -> Range:
    first = _date(told.start_date)
    match (told.type or "").casefold():
        case "noend":
            return NoEnd(first=first)
        case "enddate":
            return Until(first=first, last=_date(told.end_date))
        case "numbered":
            return Numbered(first=first, count=told.number_of_occurrences or 0)
    message = f"Its repetition ends in a way that Kalends does not know: “{told.type}”."
    raise UnreadableRecurrence(message)


def _days(told: wire.RecurrencePattern) -> frozenset[Weekday]:
    return frozenset(_weekday(name) for name in told.days_of_week or [])


def _weekday(name: str | None) -> Weekday:
    try:
        return Weekday[(name or DEFAULT_WEEK_START).upper()]
    except KeyError:
        message = f"It repeats on a day that no week has: “{name}”."
        raise UnreadableRecurrence(message) from None


def _position(told: wire.RecurrencePattern) -> Position:
    try:
        return Position((told.index or Position.FIRST).casefold())
    except ValueError:
        message = f"It repeats on a position that no month has: “{told.index}”."
        raise UnreadableRecurrence(message) from None


def _date(text: str | None) -> dt.date:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        message = f"Its repetition has no readable date: “{text}”."
        raise UnreadableRecurrence(message) from None


def _pattern_members(pattern: Pattern) -> dict[str, Any]:
    match pattern:
        case Daily(interval=interval):
            return {"type": "daily", "interval": interval}
        case Weekly(interval=interval, week_start=start):
            days = {"daysOfWeek": _names(pattern.days), "firstDayOfWeek": start.name.lower()}
            return {"type": "weekly", "interval": interval, **days}
        case Monthly(interval=interval, day=day):
            return {"type": "absoluteMonthly", "interval": interval, "dayOfMonth": day}
        case MonthlyRelative(interval=interval, position=position):
            days = {"daysOfWeek": _names(pattern.days), "index": position.value}
            return {"type": "relativeMonthly", "interval": interval, **days}
        case Yearly(interval=interval, day=day, month=month):
            return {"type": "absoluteYearly", "interval": interval, "dayOfMonth": day, "month": month}
        case YearlyRelative(interval=interval, position=position, month=month):
            days = {"daysOfWeek": _names(pattern.days), "index": position.value}
            return {"type": "relativeYearly", "interval": interval, "month": month, **days}


def _names(days: frozenset[Weekday]) -> list[str]:
    return [day.name.lower() for day in sorted(days)]


def _range_members(range_: Range) -> dict[str, Any]:
    start = {"startDate": range_.first.isoformat()}
    match range_:
        case NoEnd():
            return {"type": "noEnd", **start}
        case Until(last=last):
            return {"type": "endDate", **start, "endDate": last.isoformat()}
        case Numbered(count=count):
            return {"type": "numbered", **start, "numberOfOccurrences": count}
