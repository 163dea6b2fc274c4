"""RRULEs: what Outlook can hold is kept, what it cannot is refused with the reason."""

import datetime as dt

import pytest

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
from kalends.ical.rrule import CannotExpress, recurrence_of, rrule

FIRST = dt.date(2026, 11, 4)
WEEKDAYS = frozenset({Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY})
WEDNESDAY = frozenset({Weekday.WEDNESDAY})


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("FREQ=DAILY;INTERVAL=3", Daily(interval=3)),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", Weekly(days=WEEKDAYS)),
        ("FREQ=WEEKLY", Weekly(days=WEDNESDAY)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;WKST=SU", Weekly(interval=2, days=WEDNESDAY, week_start=Weekday.SUNDAY)),
        ("FREQ=MONTHLY", Monthly(day=4)),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", Monthly(day=31)),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", Monthly(day=30)),
        ("FREQ=MONTHLY;BYDAY=1WE", MonthlyRelative(days=WEDNESDAY, position=Position.FIRST)),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", MonthlyRelative(days=WEEKDAYS, position=Position.LAST)),
        ("FREQ=YEARLY", Yearly(day=4, month=11)),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=-1WE", YearlyRelative(days=WEDNESDAY, position=Position.LAST, month=11)),
    ],
)
def test_it_reads_what_outlook_can_hold(text: str, pattern: Pattern) -> None:
    assert recurrence_of(text, FIRST, "UTC") == Recurrence(pattern=pattern, range=NoEnd(first=FIRST), zone="UTC")


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=9,15",
        "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
        "FREQ=WEEKLY;BYMONTH=5",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=-2",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=YEARLY;BYYEARDAY=100",
        "FREQ=YEARLY;BYMONTH=1,7",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=DAILY;INTERVAL=0",
        "nonsense",
    ],
)
def test_it_says_why_a_rule_cannot_be_a_series(text: str) -> None:
    with pytest.raises(ValueError, match=r"because|between"):
        recurrence_of(text, FIRST, "UTC")


def test_it_refuses_in_words() -> None:
    with pytest.raises(CannotExpress, match="leaves out months that are too short"):
        recurrence_of("FREQ=MONTHLY;BYMONTHDAY=31", FIRST, "UTC")


def test_it_writes_until_as_an_instant_or_a_date() -> None:
    until = Recurrence(pattern=Daily(), range=Until(first=FIRST, last=dt.date(2026, 11, 30)), zone="America/New_York")
    assert rrule(until, dt.time(20)) == "FREQ=DAILY;INTERVAL=1;UNTIL=20261201T010000Z"
    assert rrule(until, None) == "FREQ=DAILY;INTERVAL=1;UNTIL=20261130"
    assert recurrence_of(rrule(until, dt.time(20)), FIRST, "America/New_York") == until
    assert recurrence_of(rrule(until, None), FIRST, "America/New_York") == until


def test_it_keeps_the_number_of_occurrences() -> None:
    numbered = Recurrence(pattern=Daily(), range=Numbered(first=FIRST, count=7), zone="UTC")
    assert rrule(numbered, dt.time(9)) == "FREQ=DAILY;INTERVAL=1;COUNT=7"
    assert recurrence_of("FREQ=DAILY;COUNT=7", FIRST, "UTC") == numbered
