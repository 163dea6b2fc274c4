"""RRULE to and from the domain's six patterns (RFC 5545 §3.3.10, §3.8.5.3).

| domain | RRULE |
|---|---|
| Monthly, Yearly up to day 28 | `BYMONTHDAY=n` |
| Monthly, Yearly on 29 to 31 "or the last" | `BYMONTHDAY=28,…,n;BYSETPOS=-1`: RFC 5545 skips, Outlook does not |
| a relative pattern with one weekday | `BYDAY=2WE`, `BYDAY=-1FR` |
| a relative pattern with several | `BYDAY=SA,SU;BYSETPOS=1` |

What Outlook cannot hold raises CannotExpress with the reason in words: several days of a month, hours, weeks of the
year, RDATE and the like. Without BYxxx parts the rule takes its day from DTSTART, as RFC 5545 says.
"""

import datetime as dt
from collections.abc import Mapping

from icalendar import vRecur

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
from kalends.domain.span import zone

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
POSITIONS = {1: Position.FIRST, 2: Position.SECOND, 3: Position.THIRD, 4: Position.FOURTH, -1: Position.LAST}
NUMBERS = {position: number for number, position in POSITIONS.items()}
SHORTEST_MONTH = 28
LAST_OF_ALL = -1

Parts = Mapping[str, list[str]]


class CannotExpress(DomainError):
    """A rule that none of Outlook's patterns can hold; the message says why."""


def _refuse(reason: str) -> CannotExpress:
    return CannotExpress(f"It cannot be represented as a series, because {reason}.")


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def rrule(recurrence: Recurrence, start: dt.time | None) -> str:
    """The rule's text without `RRULE:`; `start` is the wall-clock time of the occurrences, None for whole days.

    UNTIL is UTC for timed events and a date for whole days (RFC 5545 §3.3.10).
    """
    return ";".join([*_pattern_parts(recurrence.pattern), *_range_parts(recurrence, start)])


def _pattern_parts(pattern: Pattern) -> list[str]:
    match pattern:
        case Daily():
            return ["FREQ=DAILY", f"INTERVAL={pattern.interval}"]
        case Weekly():
            days = f"BYDAY={_codes(pattern.days)}"
            return ["FREQ=WEEKLY", f"INTERVAL={pattern.interval}", days, f"WKST={CODES[pattern.week_start]}"]
        case Monthly():
            return ["FREQ=MONTHLY", f"INTERVAL={pattern.interval}", *_day_parts(pattern.day)]
        case MonthlyRelative():
            return ["FREQ=MONTHLY", f"INTERVAL={pattern.interval}", *_relative_parts(pattern)]
        case Yearly():
            month = f"BYMONTH={pattern.month}"
            return ["FREQ=YEARLY", f"INTERVAL={pattern.interval}", month, *_day_parts(pattern.day)]
        case YearlyRelative():
            month = f"BYMONTH={pattern.month}"
            return ["FREQ=YEARLY", f"INTERVAL={pattern.interval}", month, *_relative_parts(pattern)]


def _day_parts(day: int) -> list[str]:
    if day <= SHORTEST_MONTH:
        return [f"BYMONTHDAY={day}"]
    days = ",".join(str(each) for each in range(SHORTEST_MONTH, day + 1))
    return [f"BYMONTHDAY={days}", "BYSETPOS=-1"]


def _relative_parts(pattern: MonthlyRelative | YearlyRelative) -> list[str]:
    number = NUMBERS[pattern.position]
    if len(pattern.days) == 1:
        return [f"BYDAY={number}{_codes(pattern.days)}"]
    return [f"BYDAY={_codes(pattern.days)}", f"BYSETPOS={number}"]


def _codes(days: frozenset[Weekday]) -> str:
    return ",".join(CODES[day] for day in sorted(days))


def _range_parts(recurrence: Recurrence, start: dt.time | None) -> list[str]:
    match recurrence.range:
        case NoEnd():
            return []
        case Numbered(count=count):
            return [f"COUNT={count}"]
        case Until(last=last) if start is None:
            return [f"UNTIL={last:%Y%m%d}"]
        case Until(last=last):
            local = dt.datetime.combine(last, start or dt.time(), zone(recurrence.zone))
            return [f"UNTIL={local.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"]


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def recurrence_of(text: str, first: dt.date, zone_name: str) -> Recurrence:
    """The domain's value of a rule whose DTSTART falls on `first` in `zone_name`. Raises CannotExpress."""
    try:
        parts = {name: [str(each) for each in _listed(value)] for name, value in vRecur.from_ical(text).items()}
    except (ValueError, TypeError, KeyError) as error:
        raise _refuse(f"its rule “{text}” cannot be read") from error
    pattern = _pattern(parts, first)
    return Recurrence(pattern=pattern, range=_range(text, parts, first, zone_name), zone=zone_name)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _pattern(parts: Parts, first: dt.date) -> Pattern:
    for name, words in _NOT_IN_OUTLOOK.items():
        if name in parts:
            raise _refuse(words)
    interval = int(parts.get("INTERVAL", ["1"])[0])
    match parts.get("FREQ", [""])[0].upper():
        case "DAILY":
            return _daily(parts, interval)
        case "WEEKLY":
            return _weekly(parts, interval, first)
        case "MONTHLY":
            return _monthly(parts, interval, first)
        case "YEARLY":
            return _yearly(parts, interval, first)
    raise _refuse("Outlook repeats by days, weeks, months or years only")


_NOT_IN_OUTLOOK = {
    "BYHOUR": "Outlook knows one time of day in a series",
    "BYMINUTE": "Outlook knows one time of day in a series",
    "BYSECOND": "Outlook knows one time of day in a series",
    "BYWEEKNO": "Outlook does not count weeks of the year",
    "BYYEARDAY": "Outlook does not count days of the year",
}


def _daily(parts: Parts, interval: int) -> Pattern:
    if {"BYMONTHDAY", "BYMONTH", "BYSETPOS"} & parts.keys():
        raise _refuse("a daily repetition cannot leave out days of the month")
    if "BYDAY" not in parts:
        return Daily(interval=interval)
    if interval != 1:
        raise _refuse("every n-th day cannot at the same time be certain weekdays")
    return Weekly(interval=1, days=_plain_days(parts["BYDAY"]), week_start=_week_start(parts))


def _weekly(parts: Parts, interval: int, first: dt.date) -> Pattern:
    if {"BYMONTHDAY", "BYMONTH", "BYSETPOS"} & parts.keys():
        raise _refuse("a weekly repetition cannot leave out days of the month")
    days = _plain_days(parts["BYDAY"]) if "BYDAY" in parts else frozenset({Weekday(first.weekday())})
    return Weekly(interval=interval, days=days, week_start=_week_start(parts))


def _monthly(parts: Parts, interval: int, first: dt.date) -> Pattern:
    if "BYMONTH" in parts:
        raise _refuse("a monthly repetition cannot leave out months")
    if "BYDAY" in parts:
        days, position = _relative(parts)
        return MonthlyRelative(interval=interval, days=days, position=position)
    return Monthly(interval=interval, day=_month_day(parts, first))


def _yearly(parts: Parts, interval: int, first: dt.date) -> Pattern:
    months = parts.get("BYMONTH", [str(first.month)])
    if len(months) != 1:
        raise _refuse("a yearly repetition falls into one month")
    month = int(months[0])
    if "BYDAY" not in parts:
        if "BYMONTHDAY" in parts and "BYMONTH" not in parts:
            raise _refuse("a yearly repetition falls into one month")
        return Yearly(interval=interval, day=_month_day(parts, first), month=month)
    if "BYMONTH" not in parts:
        raise _refuse("Outlook does not count weekdays of the year")
    days, position = _relative(parts)
    return YearlyRelative(interval=interval, days=days, position=position, month=month)


def _relative(parts: Parts) -> tuple[frozenset[Weekday], Position]:
    if "BYMONTHDAY" in parts:
        raise _refuse("a weekday cannot at the same time be a day of the month")
    entries = parts["BYDAY"]
    if "BYSETPOS" in parts:
        return _plain_days(entries), _position(parts["BYSETPOS"])
    if len(entries) != 1 or entries[0].upper() in CODES:
        raise _refuse("Outlook's monthly repetition falls on one day of the month")
    return frozenset({_weekday(entries[0][-2:])}), _position([entries[0][:-2]])


def _month_day(parts: Parts, first: dt.date) -> int:
    """The day of the month; `28,…,n` with BYSETPOS=-1, and -1 alone, mean "or the last"."""
    days = sorted({int(day) for day in parts.get("BYMONTHDAY", [str(first.day)])})
    if days == [LAST_OF_ALL] and "BYSETPOS" not in parts:
        return 31
    if parts.get("BYSETPOS") == ["-1"] and days == list(range(SHORTEST_MONTH, days[-1] + 1)):
        return days[-1]
    if len(days) != 1 or days[0] < 1 or "BYSETPOS" in parts:
        raise _refuse("Outlook's monthly repetition falls on one day of the month")
    if days[0] > SHORTEST_MONTH:
        raise _refuse("it leaves out months that are too short, where Outlook takes their last day")
    return days[0]


def _position(entries: list[str]) -> Position:
    numbers = [int(entry) for entry in entries]
    if len(numbers) != 1 or numbers[0] not in POSITIONS:
        raise _refuse("Outlook counts to the fourth and knows the last")
    return POSITIONS[numbers[0]]


def _plain_days(entries: list[str]) -> frozenset[Weekday]:
    return frozenset(_weekday(entry) for entry in entries)


def _weekday(code: str) -> Weekday:
    if code.upper() not in CODES:
        raise _refuse(f"“{code}” is not a plain weekday")
    return Weekday(CODES.index(code.upper()))


def _week_start(parts: Parts) -> Weekday:
    return _weekday(parts.get("WKST", ["MO"])[0])


def _range(text: str, parts: Parts, first: dt.date, zone_name: str) -> Range:
    if "COUNT" in parts:
        return Numbered(first=first, count=int(parts["COUNT"][0]))
    if "UNTIL" not in parts:
        return NoEnd(first=first)
    until = vRecur.from_ical(text)["UNTIL"]
    moment = until[0] if isinstance(until, list) else until
    if isinstance(moment, dt.datetime):
        moment = (moment.astimezone(zone(zone_name)) if moment.tzinfo else moment).date()
    return Until(first=first, last=moment)
