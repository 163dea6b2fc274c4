"""A patternedRecurrence as an RFC 5545 rule, for mails to the outside and for .ics exports.

Day n ≥ 29 means "or the last day", which is `BYMONTHDAY=28,…,n;BYSETPOS=-1`; a relative pattern falls once, which is
`BYDAY=…;BYSETPOS=…`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from graphtwin.items import Pattern, Recurrence
from graphtwin.zones import lenient_zone

_DAYS = {
    "sunday": "SU",
    "monday": "MO",
    "tuesday": "TU",
    "wednesday": "WE",
    "thursday": "TH",
    "friday": "FR",
    "saturday": "SA",
}
_POSITIONS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_FREQUENCY = {"daily": "DAILY", "weekly": "WEEKLY", "absoluteMonthly": "MONTHLY", "relativeMonthly": "MONTHLY"}
_SHORTEST_MONTH = 28


def rrule_of(recurrence: Recurrence, start_utc: datetime, *, all_day: bool) -> str:
    """Return the value of RRULE; UNTIL is a date for all-day series, else the last start in UTC."""
    pattern, limit = recurrence.pattern, recurrence.range
    parts = [f"FREQ={_FREQUENCY.get(pattern.type, 'YEARLY')}", f"INTERVAL={pattern.interval}", *_by_parts(pattern)]
    if limit.type == "numbered":
        parts.append(f"COUNT={limit.number_of_occurrences}")
    elif limit.type == "endDate":
        parts.append(f"UNTIL={_until(limit.end_date, limit.recurrence_time_zone, start_utc, all_day=all_day)}")
    return ";".join(parts)


def _by_parts(pattern: Pattern) -> list[str]:
    days = "BYDAY=" + ",".join(_DAYS[day] for day in pattern.days_of_week)
    month = [f"BYMONTH={pattern.month}"] if "Yearly" in pattern.type else []
    if pattern.type == "weekly":
        return [days, f"WKST={_DAYS[pattern.first_day_of_week]}"]
    if pattern.type.startswith("relative"):
        return [*month, days, f"BYSETPOS={_POSITIONS[pattern.index]}"]
    if pattern.type == "daily":
        return []
    if pattern.day_of_month <= _SHORTEST_MONTH:
        return [*month, f"BYMONTHDAY={pattern.day_of_month}"]
    every = ",".join(str(day) for day in range(_SHORTEST_MONTH, pattern.day_of_month + 1))
    return [*month, f"BYMONTHDAY={every}", "BYSETPOS=-1"]


def _until(end_date: str, zone_name: str, start_utc: datetime, *, all_day: bool) -> str:
    last = date.fromisoformat(end_date)
    if all_day:
        return f"{last:%Y%m%d}"
    zone = lenient_zone(zone_name)
    time_of_day: time = start_utc.astimezone(zone).time()
    end = datetime.combine(last, time_of_day, zone)
    return f"{end.astimezone(UTC):%Y%m%dT%H%M%SZ}"
