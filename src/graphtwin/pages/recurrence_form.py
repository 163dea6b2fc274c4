"""The part of the event form that says how an event repeats (FACTS §4.1, §4.2): six patterns, three ranges.

A form shows all fields; only those of the chosen pattern and range are read. What is left open follows from the start,
as in Outlook: a weekly series falls on the weekday it starts on, a monthly one on that day of the month.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

PATTERNS = (
    ("", "Does not repeat"),
    ("daily", "Every day or every n days"),
    ("weekly", "Every week, on days"),
    ("absoluteMonthly", "Every month, on a date"),
    ("relativeMonthly", "Every month, on a weekday"),
    ("absoluteYearly", "Every year, on a date"),
    ("relativeYearly", "Every year, on a weekday"),
)
RANGES = (("noEnd", "For ever"), ("endDate", "Until a day"), ("numbered", "A number of times"))
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = (("first", "First"), ("second", "Second"), ("third", "Third"), ("fourth", "Fourth"), ("last", "Last"))
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
MONTH_CHOICES = (("", "as the start"), *((str(number), name) for number, name in enumerate(MONTHS, 1)))
WEEKDAY_CHOICES = tuple((day, day.title()) for day in DAYS)
_UNITS = {
    "daily": "day",
    "weekly": "week",
    "absoluteMonthly": "month",
    "relativeMonthly": "month",
    "absoluteYearly": "year",
    "relativeYearly": "year",
}
_MOST_DAYS = 31


def recurrence_values(recurrence: Mapping[str, Any] | None) -> dict[str, str]:
    """The values of the fields for a patternedRecurrence, or for none."""
    pattern = (recurrence or {}).get("pattern") or {}
    given = (recurrence or {}).get("range") or {}
    ends = given.get("type") or "noEnd"
    return {
        "recurrence.pattern.type": pattern.get("type") or "",
        "recurrence.pattern.interval": str(pattern.get("interval") or 1),
        "recurrence.pattern.daysOfWeek": ",".join(sorted(pattern.get("daysOfWeek") or (), key=DAYS.index)),
        "recurrence.pattern.firstDayOfWeek": pattern.get("firstDayOfWeek") or "sunday",
        "recurrence.pattern.dayOfMonth": str(pattern.get("dayOfMonth") or ""),
        "recurrence.pattern.month": str(pattern.get("month") or ""),
        "recurrence.pattern.index": pattern.get("index") or "first",
        "recurrence.range.type": ends,
        "recurrence.range.endDate": str(given.get("endDate")) if ends == "endDate" else "",
        "recurrence.range.numberOfOccurrences": str(given.get("numberOfOccurrences")) if ends == "numbered" else "",
        "recurrence.range.recurrenceTimeZone": given.get("recurrenceTimeZone") or "",
    }


def recurrence_payload(values: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any] | None:
    """Return the patternedRecurrence the fields describe; what is wrong is put into `errors`."""
    kind = values["recurrence.pattern.type"]
    if not kind:
        return None
    if kind not in _UNITS:
        errors["recurrence.pattern.type"] = f"“{kind}” is no way to repeat."
        return None
    start = date.fromisoformat(values["start.dateTime"][:10])
    return {"pattern": _pattern(kind, start, values, errors), "range": _range(start, values, errors)}


def recurrence_words(recurrence: Mapping[str, Any]) -> str:
    """`Every 2 weeks on Monday, Friday, until 2026-12-31`."""
    pattern, given = recurrence["pattern"], recurrence["range"]
    kind, interval = pattern["type"], pattern["interval"]
    days = ", ".join(day.title() for day in pattern.get("daysOfWeek") or ())
    often = f"Every {_UNITS[kind]}" if interval == 1 else f"Every {interval} {_UNITS[kind]}s"
    when = {
        "daily": "",
        "weekly": f" on {days}",
        "absoluteMonthly": f" on day {pattern.get('dayOfMonth')}",
        "relativeMonthly": f" on the {pattern.get('index')} {days}",
        "absoluteYearly": f" on {pattern.get('dayOfMonth')} {_month(pattern)}",
        "relativeYearly": f" on the {pattern.get('index')} {days} of {_month(pattern)}",
    }[kind]
    until = {
        "endDate": f", until {given.get('endDate')}",
        "numbered": f", {given.get('numberOfOccurrences')} times",
    }.get(given["type"], "")
    return often + when + until


def _pattern(kind: str, start: date, values: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    days = [day for day in values["recurrence.pattern.daysOfWeek"].split(",") if day in DAYS] or [DAYS[start.weekday()]]
    pattern: dict[str, Any] = {"type": kind, "interval": _number(values, "recurrence.pattern.interval", 1, 999, errors)}
    if kind == "weekly":
        pattern |= {"daysOfWeek": days, "firstDayOfWeek": values["recurrence.pattern.firstDayOfWeek"]}
    if kind.startswith("relative"):
        pattern |= {"daysOfWeek": days, "index": values["recurrence.pattern.index"]}
    if kind.startswith("absolute"):
        pattern["dayOfMonth"] = _number(values, "recurrence.pattern.dayOfMonth", start.day, _MOST_DAYS, errors)
    if kind.endswith("Yearly"):
        pattern["month"] = _number(values, "recurrence.pattern.month", start.month, 12, errors)
    return pattern


def _range(start: date, values: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    kind = values["recurrence.range.type"]
    given: dict[str, Any] = {"type": kind, "startDate": start.isoformat()}
    if zone := values["recurrence.range.recurrenceTimeZone"]:
        given["recurrenceTimeZone"] = zone
    if kind == "endDate":
        given["endDate"] = values["recurrence.range.endDate"]
        if not given["endDate"]:
            errors["recurrence.range.endDate"] = "Say until which day it repeats."
        elif given["endDate"] < given["startDate"]:
            errors["recurrence.range.endDate"] = "The last day is before the first. Choose a later day."
    if kind == "numbered":
        given["numberOfOccurrences"] = _number(values, "recurrence.range.numberOfOccurrences", 10, 999, errors)
    return given


def _number(values: Mapping[str, str], name: str, default: int, most: int, errors: dict[str, str]) -> int:
    text = values[name].strip()
    if not text:
        return default
    if not text.isdecimal() or not 1 <= int(text) <= most:
        errors[name] = f"Give a whole number from 1 to {most}."
        return default
    return int(text)


def _month(pattern: Mapping[str, Any]) -> str:
    return MONTHS[(pattern.get("month") or 1) - 1]
