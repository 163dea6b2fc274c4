"""An RFC 5545 rule as a patternedRecurrence, as far as one exists (FACTS §4.1); the other way is `rrule`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from graphtwin.items import Pattern, Range, Recurrence
from graphtwin.recurrence_input import INDEXES, WEEKDAYS
from graphtwin.zones import lenient_zone

_DAYS = {name[:2].upper(): name for name in WEEKDAYS}
_INDEX = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_BYDAY = re.compile(r"^([+-]?\d+)?(SU|MO|TU|WE|TH|FR|SA)$")
_SHORTEST_MONTH, _LONGEST_MONTH = 28, 31
_KNOWN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"})


def recurrence_of(rule: str, start: date, zone_name: str) -> Recurrence:
    """Return the recurrence of a rule; raises ValueError for what Outlook's patterns cannot express."""
    parts = {
        name.upper(): value.upper() for name, _, value in (part.partition("=") for part in rule.split(";") if part)
    }
    if not set(parts) <= _KNOWN:
        raise ValueError(f"'{rule}' has parts that Outlook does not know.")
    pattern = _pattern(parts, start)
    limit = Range(type="noEnd", start_date=start.isoformat(), recurrence_time_zone=zone_name)
    if "COUNT" in parts:
        count = int(parts["COUNT"])
        limit = Range(
            type="numbered", start_date=start.isoformat(), recurrence_time_zone=zone_name, number_of_occurrences=count
        )
    elif "UNTIL" in parts:
        end = _until(parts["UNTIL"], zone_name)
        limit = Range(type="endDate", start_date=start.isoformat(), recurrence_time_zone=zone_name, end_date=end)
    return Recurrence(pattern, limit)


def _until(text: str, zone_name: str) -> str:
    if "T" not in text:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date().isoformat()
    moment = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    local = moment.astimezone(lenient_zone(zone_name)) if text.endswith("Z") else moment
    return local.date().isoformat()


def _pattern(parts: dict[str, str], start: date) -> Pattern:
    frequency, interval = parts.get("FREQ", ""), int(parts.get("INTERVAL", "1"))
    first_day = _DAYS[parts.get("WKST", "MO")]
    days = [_BYDAY.match(each) for each in parts.get("BYDAY", "").split(",") if each]
    if None in days:
        raise ValueError(f"'{parts['BYDAY']}' are no days.")
    ordinals = {int(day[1]) for day in days if day and day[1]}
    names = tuple(_DAYS[day[2]] for day in days if day)
    if frequency == "DAILY" and not names:
        return Pattern(type="daily", interval=interval)
    if frequency == "WEEKLY" or (frequency == "DAILY" and interval == 1):
        if ordinals or "BYSETPOS" in parts:
            raise ValueError("A week has no n-th weekday.")
        own_day = (WEEKDAYS[(start.weekday() + 1) % 7],)
        return Pattern(type="weekly", interval=interval, days_of_week=names or own_day, first_day_of_week=first_day)
    if frequency not in {"MONTHLY", "YEARLY"}:
        raise ValueError(f"Outlook repeats nothing {frequency.lower() or 'without frequency'}.")
    prefix = "Monthly" if frequency == "MONTHLY" else "Yearly"
    month = int(parts.get("BYMONTH", start.month)) if frequency == "YEARLY" else 0
    if names:
        return _relative(parts, names, ordinals, Pattern(type=f"relative{prefix}", interval=interval, month=month))
    if parts.get("BYMONTHDAY") == "-1":
        return Pattern(type=f"relative{prefix}", interval=interval, month=month, days_of_week=WEEKDAYS, index="last")
    day = _day_of_month(parts, start)
    return Pattern(type=f"absolute{prefix}", interval=interval, month=month, day_of_month=day)


def _relative(parts: dict[str, str], names: tuple[str, ...], ordinals: set[int], pattern: Pattern) -> Pattern:
    """`2TU` and `MO,TU;BYSETPOS=2` name the second; several ordinals, or one with several days, name too much."""
    positions = ordinals or {int(each) for each in parts.get("BYSETPOS", "").split(",") if each}
    if len(positions) != 1 or (ordinals and len(names) > 1) or "BYMONTHDAY" in parts:
        raise ValueError("Outlook repeats once a month, on one weekday or on the n-th of several.")
    index = _INDEX.get(positions.pop(), "")
    if index not in INDEXES:
        raise ValueError("Outlook knows first to fourth and last.")
    return Pattern(type=pattern.type, interval=pattern.interval, month=pattern.month, days_of_week=names, index=index)


def _day_of_month(parts: dict[str, str], start: date) -> int:
    days = [int(each) for each in parts.get("BYMONTHDAY", str(start.day)).split(",")]
    clipped = len(days) > 1 and days == list(range(_SHORTEST_MONTH, days[-1] + 1)) and parts.get("BYSETPOS") == "-1"
    if not clipped and (len(days) > 1 or "BYSETPOS" in parts):
        raise ValueError("Outlook repeats on one day of the month.")
    if not 1 <= days[-1] <= _LONGEST_MONTH:
        raise ValueError("Outlook counts the days of a month from its beginning.")
    return days[-1]
