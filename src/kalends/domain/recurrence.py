"""How an event repeats: six patterns × three ranges, exactly what Outlook can hold (RFC 5545 §3.3.10, FACTS.md §4).

| pattern | falls on |
|---|---|
| Daily | every n-th day |
| Weekly | each listed weekday of every n-th week; `week_start` decides where a week begins |
| Monthly | one day of every n-th month; 29 to 31 mean "or the last day" of a shorter month |
| MonthlyRelative | the first … fourth or last of a set of weekdays, once in every n-th month |
| Yearly | one day of one month of every n-th year; 29 to 31 as above |
| YearlyRelative | as MonthlyRelative, in one month of every n-th year |

A set of weekdays in a relative pattern gives one date: `{saturday, sunday}, first` is the first weekend day; all seven
days and `last` is the month's last day.
"""

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from kalends.domain.errors import DomainError


class NotAPattern(DomainError):
    """Numbers that make no pattern or no range; the message says which and what is allowed."""


class Weekday(IntEnum):
    """As `date.weekday()` counts them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


class Position(StrEnum):
    """Which of a month's fitting days; in their order, LAST at the end."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    LAST = "last"


MOST_INTERVALS = 999
LONGEST_MONTH = 31
MONTHS = 12


def _within(number: int, most: int, words: str) -> None:
    if not 1 <= number <= most:
        message = f"{words} must be between 1 and {most}, not {number}."
        raise NotAPattern(message)


def _some(days: frozenset[Weekday]) -> None:
    if not days:
        message = "Choose at least one day of the week."
        raise NotAPattern(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """Every n-th day."""

    interval: int = 1

    def __post_init__(self) -> None:
        _within(self.interval, MOST_INTERVALS, "The number of days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """Each of `days` in every n-th week."""

    interval: int = 1
    days: frozenset[Weekday]
    week_start: Weekday = Weekday.MONDAY

    def __post_init__(self) -> None:
        _within(self.interval, MOST_INTERVALS, "The number of weeks")
        _some(self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Monthly:
    """One day, or the last, of every n-th month."""

    interval: int = 1
    day: int

    def __post_init__(self) -> None:
        _within(self.interval, MOST_INTERVALS, "The number of months")
        _within(self.day, LONGEST_MONTH, "The day of the month")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyRelative:
    """The `position`-th of `days` in every n-th month, once."""

    interval: int = 1
    days: frozenset[Weekday]
    position: Position

    def __post_init__(self) -> None:
        _within(self.interval, MOST_INTERVALS, "The number of months")
        _some(self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Yearly:
    """One day of `month` in every n-th year."""

    interval: int = 1
    day: int
    month: int

    def __post_init__(self) -> None:
        _within(self.interval, MOST_INTERVALS, "The number of years")
        _within(self.day, LONGEST_MONTH, "The day of the month")
        _within(self.month, MONTHS, "The month")


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyRelative:
    """The `position`-th of `days` in `month` of every n-th year, once."""

    interval: int = 1
    days: frozenset[Weekday]
    position: Position
    month: int

    def __post_init__(self) -> None:
        _within(self.interval, MOST_INTERVALS, "The number of years")
        _some(self.days)
        _within(self.month, MONTHS, "The month")


Pattern = Daily | Weekly | Monthly | MonthlyRelative | Yearly | YearlyRelative


@dataclass(frozen=True, slots=True, kw_only=True)
class NoEnd:
    """From `first` on, for ever."""

    first: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """From `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            message = f"The series would end ({self.last}) before it begins ({self.first})."
            raise NotAPattern(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """From `first` on, so many occurrences; deleted ones count, as Outlook counts them."""

    first: dt.date
    count: int

    def __post_init__(self) -> None:
        _within(self.count, MOST_INTERVALS, "The number of occurrences")


Range = NoEnd | Until | Numbered


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A pattern in a range; its dates are dates of the wall clock in `zone` (FACTS.md §2.2)."""

    pattern: Pattern
    range: Range
    zone: str
