"""Series → dates and occurrences. Every period of the pattern is visited once; nothing is searched by trial.

1. The series begins on the first date from the range's `first` on that fits the pattern (FACTS.md §4.2); the period of
   that date – day, week, month or year – is the one from which every n-th counts.
2. Each n-th period gives its dates: `Weekly` each listed day, the others one.
3. The range ends them: never, after a date, or after a number of them.

Dates are those of the wall clock in the series' zone, so an occurrence keeps its hour across daylight saving.
"""

import calendar
import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, takewhile

from kalends.domain.recurrence import (
    Daily,
    Monthly,
    MonthlyRelative,
    NoEnd,
    Numbered,
    Pattern,
    Position,
    Recurrence,
    Until,
    Weekday,
    Weekly,
    Yearly,
    YearlyRelative,
)
from kalends.domain.span import AllDay, Span, Timed

ORDER = tuple(Position)
WEEK = 7
MONTHS = 12


def dates(recurrence: Recurrence, *, from_date: dt.date | None = None) -> Iterator[dt.date]:
    """The series' dates in order, from `from_date` on when given; without end for NoEnd up to the year 9999."""
    match recurrence.range:
        case NoEnd():
            return _since(recurrence, from_date)
        case Until(last=last):
            return takewhile(lambda date: date <= last, _since(recurrence, from_date))
        case Numbered(count=count):
            counted = islice(_since(recurrence, None), count)
            return counted if from_date is None else (date for date in counted if date >= from_date)


def first_date(recurrence: Recurrence) -> dt.date | None:
    """The first occurrence's date; None when the range ends before it."""
    return next(dates(recurrence), None)


def last_date(recurrence: Recurrence) -> dt.date | None:
    """The last occurrence's date; None when the series never ends, or has no occurrence."""
    if isinstance(recurrence.range, NoEnd):
        return None
    last = None
    for last in dates(recurrence):  # noqa: B007 - the loop's last value is what is asked for
        pass
    return last


def falls_on(recurrence: Recurrence, date: dt.date) -> bool:
    """Whether the series has an occurrence on this date."""
    return next(dates(recurrence, from_date=date), None) == date


def at(when: Span, date: dt.date) -> Span:
    """The span of the occurrence on `date`, for a series whose first occurrence has the span `when`."""
    if isinstance(when, AllDay):
        return AllDay(first=date, last=date + (when.last - when.first))
    moved = date - when.start.date()
    return Timed(start=when.start + moved, start_zone=when.start_zone, end=when.end + moved, end_zone=when.end_zone)


def occurrences(
    when: Span, recurrence: Recurrence, start: dt.datetime, end: dt.datetime
) -> Iterator[tuple[dt.date, Span]]:
    """Dates and spans of the occurrences that overlap the window [start, end), both aware; overrides not regarded."""
    reach = when.end_at - when.start_at
    day = dt.timedelta(days=1)
    for date in dates(recurrence, from_date=_date_before(start - reach - day)):
        span = at(when, date)
        if span.start_at >= end:
            if date > end.date() + day:
                return
            continue
        if span.end_at > start or (span.start_at == span.end_at and span.start_at >= start):
            yield date, span


def _date_before(moment: dt.datetime) -> dt.date:
    return moment.astimezone(dt.UTC).date()


def _since(recurrence: Recurrence, from_date: dt.date | None) -> Iterator[dt.date]:
    """The dates without regard to the range's end, quickly skipping the periods before `from_date`."""
    anchor = _anchor(recurrence.pattern, recurrence.range.first)
    lowest = max(anchor, from_date) if from_date else anchor
    try:
        yield from (date for date in _periods(recurrence.pattern, anchor, lowest) if date >= lowest)
    except (OverflowError, ValueError):
        return  # the year 9999 is over


def _anchor(pattern: Pattern, first: dt.date) -> dt.date:
    """The first date from `first` on that fits the pattern, whatever its interval."""
    match pattern:
        case Daily():
            return first
        case Weekly(days=days):
            return first + dt.timedelta(days=min((day - first.weekday()) % WEEK for day in days))
        case Monthly() | MonthlyRelative():
            found = _in_month(pattern, first.year, first.month)
            return found if found >= first else _in_month(pattern, *_month_after(first.year, first.month, 1))
        case Yearly() | YearlyRelative():
            found = _in_month(pattern, first.year, pattern.month)
            return found if found >= first else _in_month(pattern, first.year + 1, pattern.month)


def _periods(pattern: Pattern, anchor: dt.date, lowest: dt.date) -> Iterator[dt.date]:
    """The dates of every n-th period, from about `lowest` on."""
    match pattern:
        case Daily(interval=interval):
            yield from _steps(anchor, lowest, interval)
        case Weekly():
            yield from _weeks(pattern, anchor, lowest)
        case Monthly() | MonthlyRelative():
            yield from _months(pattern, anchor, lowest, pattern.interval)
        case Yearly() | YearlyRelative():
            yield from _months(pattern, anchor, lowest, pattern.interval * MONTHS)


def _steps(anchor: dt.date, lowest: dt.date, days: int) -> Iterator[dt.date]:
    skipped = -(-(lowest - anchor).days // days)
    date = anchor + dt.timedelta(days=skipped * days)
    step = dt.timedelta(days=days)
    while True:
        yield date
        date += step


def _weeks(pattern: Weekly, anchor: dt.date, lowest: dt.date) -> Iterator[dt.date]:
    offsets = sorted((day - pattern.week_start) % WEEK for day in pattern.days)
    monday_like = anchor - dt.timedelta(days=(anchor.weekday() - pattern.week_start) % WEEK)
    skipped = max(0, (lowest - monday_like).days // (WEEK * pattern.interval))
    week = monday_like + dt.timedelta(weeks=skipped * pattern.interval)
    step = dt.timedelta(weeks=pattern.interval)
    while True:
        for offset in offsets:
            yield week + dt.timedelta(days=offset)
        week += step


def _months(
    pattern: Monthly | MonthlyRelative | Yearly | YearlyRelative, anchor: dt.date, lowest: dt.date, step: int
) -> Iterator[dt.date]:
    behind = (lowest.year - anchor.year) * MONTHS + lowest.month - anchor.month
    skipped = behind // step
    year, month = _month_after(anchor.year, anchor.month, skipped * step)
    while True:
        yield _in_month(pattern, year, month)
        year, month = _month_after(year, month, step)


def _month_after(year: int, month: int, months: int) -> tuple[int, int]:
    years, index = divmod(month - 1 + months, MONTHS)
    return year + years, index + 1


def _in_month(pattern: Monthly | MonthlyRelative | Yearly | YearlyRelative, year: int, month: int) -> dt.date:
    weekday, length = calendar.monthrange(year, month)
    if isinstance(pattern, Monthly | Yearly):
        return dt.date(year, month, min(pattern.day, length))
    return dt.date(year, month, _fitting_day(pattern.days, pattern.position, Weekday(weekday), length))


@lru_cache(maxsize=4096)
def _fitting_day(days: frozenset[Weekday], position: Position, first: Weekday, length: int) -> int:
    """The day of a month that begins on `first` and is `length` days long."""
    fitting = [day for day in range(1, length + 1) if (first + day - 1) % WEEK in days]
    return fitting[-1 if position is Position.LAST else ORDER.index(position)]
