"""Six patterns × three ranges into dates (FACTS §4.1, §4.2). Pure: no zones, no events.

Periods (days, weeks, months, years) are counted from the range's startDate in steps of `interval`; each period gives
its dates:

| pattern | dates of a period |
|---|---|
| daily | the day |
| weekly | each listed day of the week, which begins on firstDayOfWeek |
| absoluteMonthly, absoluteYearly | dayOfMonth, or the last day of a shorter month |
| relativeMonthly, relativeYearly | once: the index-th, or last, of the days that fall on a listed weekday |

Dates before startDate do not exist. The first date is the first that fits the pattern whatever the interval, and its
period is the first period: "every third month on the 7th" from 15 May gives 7 June, 7 September … `endDate` is
inclusive; `numbered` counts what exists.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

import msgspec

from graphtwin.items import Pattern, Recurrence

_PYTHON_WEEKDAY = {"monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6}
_POSITION = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_MONTHS = 12


def dates_between(recurrence: Recurrence, first: date, last: date) -> list[date]:
    """Return the dates of the series from `first` to `last`, both inclusive, in order."""
    found = []
    for each in _dates(recurrence, first):
        if each > last:
            break
        if each >= first:
            found.append(each)
    return found


def first_date(recurrence: Recurrence) -> date | None:
    """Return the first date of the series, None if the range ends before one."""
    return next(_dates(recurrence, date.min), None)


def last_date(recurrence: Recurrence) -> date | None:
    """Return the last date of a series that ends."""
    if recurrence.range.type == "endDate":
        end = date.fromisoformat(recurrence.range.end_date)
        found = dates_between(recurrence, _earlier(recurrence.pattern, end), end)
        return found[-1] if found else None
    return max(_dates(recurrence, date.min), default=None)


def falls_on(recurrence: Recurrence, day: date) -> bool:
    return dates_between(recurrence, day, day) == [day]


def neighbours(recurrence: Recurrence, day: date) -> tuple[date | None, date | None]:
    """Return the dates before and after one of the dates of the series."""
    before: date | None = None
    for each in _dates(recurrence, _earlier(recurrence.pattern, day)):
        if each > day:
            return before, each
        if each < day:
            before = each
    return before, None


def _earlier(pattern: Pattern, day: date) -> date:
    """Return a day at least one whole period before."""
    days = {"daily": 1, "weekly": 7}.get(pattern.type, 31 if "Monthly" in pattern.type else 366) * pattern.interval + 31
    return date.fromordinal(max(1, day.toordinal() - days))


def _dates(recurrence: Recurrence, wanted_from: date) -> Iterator[date]:
    """Yield the dates of the series; those before `wanted_from` may be left out unless they must be counted."""
    limit = recurrence.range
    start = date.fromisoformat(limit.start_date)
    if limit.type == "numbered":
        yield from (each for each in _numbered(recurrence) if each >= wanted_from)
        return
    end = date.fromisoformat(limit.end_date) if limit.type == "endDate" else date.max
    for each in _unbounded(recurrence.pattern, start, max(start, wanted_from)):
        if each > end:
            return
        yield each


@lru_cache(maxsize=4096)
def _counted(recurrence: Recurrence, count: int) -> tuple[date, ...]:
    start = date.fromisoformat(recurrence.range.start_date)
    dates = _unbounded(recurrence.pattern, start, start)
    return tuple(each for each, _ in zip(dates, range(count), strict=False))


def _numbered(recurrence: Recurrence) -> Iterator[date]:
    """Yield a numbered series from its remembered beginning; only absurdly long ones are computed on."""
    total = recurrence.range.number_of_occurrences
    remembered = 2000
    if total <= remembered:
        yield from _counted(recurrence, total)
        return
    start = date.fromisoformat(recurrence.range.start_date)
    for each, _ in zip(_unbounded(recurrence.pattern, start, start), range(total), strict=False):
        yield each


def _unbounded(pattern: Pattern, start: date, wanted_from: date) -> Iterator[date]:
    """Yield the dates from the period that holds `wanted_from`, or an earlier one, until the calendar ends."""
    first = _first_fitting(pattern, start)
    if first is None:
        return
    for period in _PERIODS[pattern.type](pattern, first, max(first, wanted_from)):
        for each in period:
            if each >= first:
                yield each


@lru_cache(maxsize=4096)
def _first_fitting(pattern: Pattern, start: date) -> date | None:
    """Return the first date from `start` on that the pattern gives in any period."""
    every = msgspec.structs.replace(pattern, interval=1)
    periods = _PERIODS[pattern.type](every, start, start)
    return next((each for period in periods for each in period if each >= start), None)


def _days(pattern: Pattern, start: date, wanted_from: date) -> Iterator[list[date]]:
    step = pattern.interval
    day = start.toordinal() + (wanted_from - start).days // step * step
    while day <= date.max.toordinal():
        yield [date.fromordinal(day)]
        day += step


def _weeks(pattern: Pattern, start: date, wanted_from: date) -> Iterator[list[date]]:
    first_weekday = _PYTHON_WEEKDAY[pattern.first_day_of_week]
    offsets = sorted((_PYTHON_WEEKDAY[day] - first_weekday) % 7 for day in pattern.days_of_week)
    week = start.toordinal() - (start.weekday() - first_weekday) % 7
    step = 7 * pattern.interval
    week += (wanted_from.toordinal() - week) // step * step
    while week <= date.max.toordinal():
        days = (week + offset for offset in offsets)
        yield [date.fromordinal(day) for day in days if 0 < day <= date.max.toordinal()]
        week += step


def _months_by_day(pattern: Pattern, start: date, wanted_from: date) -> Iterator[list[date]]:
    for year, month in _month_steps(start, wanted_from, pattern.interval):
        yield [_clipped(year, month, pattern.day_of_month)]


def _months_by_weekday(pattern: Pattern, start: date, wanted_from: date) -> Iterator[list[date]]:
    for year, month in _month_steps(start, wanted_from, pattern.interval):
        yield [_nth(year, month, pattern)]


def _years_by_day(pattern: Pattern, start: date, wanted_from: date) -> Iterator[list[date]]:
    for year in _year_steps(start, wanted_from, pattern.interval):
        yield [_clipped(year, pattern.month, pattern.day_of_month)]


def _years_by_weekday(pattern: Pattern, start: date, wanted_from: date) -> Iterator[list[date]]:
    for year in _year_steps(start, wanted_from, pattern.interval):
        yield [_nth(year, pattern.month, pattern)]


def _month_steps(start: date, wanted_from: date, interval: int) -> Iterator[tuple[int, int]]:
    month = start.year * _MONTHS + start.month - 1
    month += (wanted_from.year * _MONTHS + wanted_from.month - 1 - month) // interval * interval
    while month < (date.max.year + 1) * _MONTHS:
        yield month // _MONTHS, month % _MONTHS + 1
        month += interval


def _year_steps(start: date, wanted_from: date, interval: int) -> Iterator[int]:
    first = start.year + (wanted_from.year - start.year) // interval * interval
    yield from range(first, date.max.year + 1, interval)


def _clipped(year: int, month: int, day: int) -> date:
    """Return the day, or the last of a shorter month."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _nth(year: int, month: int, pattern: Pattern) -> date:
    """Return the index-th day of a month that falls on one of the listed weekdays."""
    weekdays = {_PYTHON_WEEKDAY[day] for day in pattern.days_of_week}
    first = date(year, month, 1)
    length = calendar.monthrange(year, month)[1]
    matching = [day for day in range(1, length + 1) if (first.weekday() + day - 1) % 7 in weekdays]
    return date(year, month, matching[_POSITION[pattern.index]])


_PERIODS = {
    "daily": _days,
    "weekly": _weeks,
    "absoluteMonthly": _months_by_day,
    "relativeMonthly": _months_by_weekday,
    "absoluteYearly": _years_by_day,
    "relativeYearly": _years_by_weekday,
}
