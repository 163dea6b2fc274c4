"""patternedRecurrence in and out: validation of every field, also of those a type ignores (FACTS §4.1, §4.2)."""

from __future__ import annotations

from datetime import date
from typing import Any

from graphtwin.errors import GraphError, validation_failure
from graphtwin.items import Pattern, Range, Recurrence
from graphtwin.zones import zone_or_none

WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
PATTERN_TYPES = ("daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly")
RANGE_TYPES = ("endDate", "noEnd", "numbered")
INDEXES = ("first", "second", "third", "fourth", "last")
_NEEDS_DAYS = frozenset({"weekly", "relativeMonthly", "relativeYearly"})
_NEEDS_DAY_OF_MONTH = frozenset({"absoluteMonthly", "absoluteYearly"})
_NEEDS_MONTH = frozenset({"absoluteYearly", "relativeYearly"})
_NO_DATE = "0001-01-01"


def read_recurrence(value: Any) -> dict[str, Any]:
    if value is None:
        return {"recurrence": None}
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("pattern"), dict)
        or not isinstance(value.get("range"), dict)
    ):
        raise validation_failure()
    return {"recurrence": Recurrence(_pattern(value["pattern"]), _range(value["range"]))}


def _pattern(value: dict[str, Any]) -> Pattern:
    kind = _choice(value.get("type"), PATTERN_TYPES)
    days = value.get("daysOfWeek") or []
    if not isinstance(days, list):
        raise validation_failure()
    pattern = Pattern(
        type=kind,
        interval=_whole(value.get("interval"), 1, 9999),
        month=_whole(value.get("month") or 0, 0, 12),
        day_of_month=_whole(value.get("dayOfMonth") or 0, 0, 31),
        days_of_week=tuple(dict.fromkeys(_choice(day, WEEKDAYS) for day in days)),
        first_day_of_week=_choice(value.get("firstDayOfWeek") or "sunday", WEEKDAYS),
        index=_choice(value.get("index") or "first", INDEXES),
    )
    missing = (
        (kind in _NEEDS_DAYS and not pattern.days_of_week)
        or (kind in _NEEDS_DAY_OF_MONTH and not pattern.day_of_month)
        or (kind in _NEEDS_MONTH and not pattern.month)
    )
    if missing:
        raise validation_failure()
    return pattern


def _range(value: dict[str, Any]) -> Range:
    kind = _choice(value.get("type"), RANGE_TYPES)
    start = _date(value.get("startDate"))
    end = value.get("endDate") or _NO_DATE
    end_date = _date(end) if end != _NO_DATE else None
    count = _whole(value.get("numberOfOccurrences") or 0, 0, 2**31 - 1)
    zone_name = value.get("recurrenceTimeZone") or ""
    if not isinstance(zone_name, str) or (zone_name and zone_or_none(zone_name) is None):
        raise GraphError(
            400,
            "TimeZoneNotSupportedException",
            f"A valid TimeZone value must be specified. The following TimeZone value is not supported: '{zone_name}'.",
        )
    if kind == "endDate" and (end_date is None or end_date < start):
        raise validation_failure()
    if kind == "numbered" and not count:
        raise validation_failure()
    return Range(
        type=kind,
        start_date=start.isoformat(),
        end_date=end_date.isoformat() if kind == "endDate" and end_date else _NO_DATE,
        recurrence_time_zone=zone_name,
        number_of_occurrences=count if kind == "numbered" else 0,
    )


def _choice(value: Any, allowed: tuple[str, ...]) -> str:
    for each in allowed:
        if isinstance(value, str) and each.lower() == value.lower():
            return each
    raise validation_failure()


def _whole(value: Any, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise validation_failure()
    return value


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(value[:10])
    except (TypeError, ValueError) as error:
        raise validation_failure() from error


def recurrence_json(recurrence: Recurrence | None) -> dict[str, Any] | None:
    """Return every member with its filler, as the server does."""
    if recurrence is None:
        return None
    pattern, limit = recurrence.pattern, recurrence.range
    return {
        "pattern": {
            "type": pattern.type,
            "interval": pattern.interval,
            "month": pattern.month,
            "dayOfMonth": pattern.day_of_month,
            "daysOfWeek": list(pattern.days_of_week),
            "firstDayOfWeek": pattern.first_day_of_week,
            "index": pattern.index,
        },
        "range": {
            "type": limit.type,
            "startDate": limit.start_date,
            "endDate": limit.end_date,
            "recurrenceTimeZone": limit.recurrence_time_zone,
            "numberOfOccurrences": limit.number_of_occurrences,
        },
    }
