"""Series into dates: Microsoft's own examples, and the edges where sync tools go wrong."""

import datetime as dt
import json
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kalends.domain import expansion
from kalends.domain.recurrence import (
    Daily,
    Monthly,
    MonthlyRelative,
    NoEnd,
    NotAPattern,
    Numbered,
    Position,
    Recurrence,
    Until,
    Weekday,
    Weekly,
)
from kalends.domain.span import AllDay, Timed
from kalends.graph import wire
from kalends.graph.recurrence import recurrence_of

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "recurrence-vectors.json").read_text())
DAY = dt.date
EVERY_DAY = frozenset(Weekday)


def _dates(pattern: Any, first: str, count: int = 4) -> list[str]:
    rule = Recurrence(pattern=pattern, range=NoEnd(first=DAY.fromisoformat(first)), zone="UTC")
    return [date.isoformat() for date in islice(expansion.dates(rule), count)]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"vector-{vector['n']}")
def test_it_expands_microsofts_examples(vector: dict[str, Any]) -> None:
    told = {"pattern": vector["pattern"], "range": vector["range"]}
    rule = recurrence_of(msgspec.json.decode(json.dumps(told), type=wire.PatternedRecurrence), "UTC")
    expected = vector["computed_first_dates"]
    assert [date.isoformat() for date in islice(expansion.dates(rule), len(expected))] == expected


def test_it_takes_the_last_day_of_shorter_months() -> None:
    assert _dates(Monthly(day=31), "2027-01-31", 5) == [
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
        "2027-04-30",
        "2027-05-31",
    ]


def test_it_falls_once_on_a_set_of_weekdays() -> None:
    weekend = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})
    assert _dates(MonthlyRelative(days=weekend, position=Position.FIRST), "2026-11-01", 3) == [
        "2026-11-01",
        "2026-12-05",
        "2027-01-02",
    ]
    assert _dates(MonthlyRelative(days=EVERY_DAY, position=Position.LAST), "2027-01-01", 2) == [
        "2027-01-31",
        "2027-02-28",
    ]


def test_it_counts_weeks_from_the_weeks_first_day() -> None:
    days = frozenset({Weekday.SUNDAY, Weekday.TUESDAY})
    from_monday = Weekly(interval=2, days=days, week_start=Weekday.MONDAY)
    from_sunday = Weekly(interval=2, days=days, week_start=Weekday.SUNDAY)
    assert _dates(from_monday, "2026-11-03", 3) == ["2026-11-03", "2026-11-08", "2026-11-17"]
    assert _dates(from_sunday, "2026-11-03", 3) == ["2026-11-03", "2026-11-15", "2026-11-17"]


def test_it_ends_by_date_or_number() -> None:
    first = DAY(2026, 11, 2)
    until = Recurrence(pattern=Daily(interval=2), range=Until(first=first, last=DAY(2026, 11, 6)), zone="UTC")
    numbered = Recurrence(pattern=Daily(interval=2), range=Numbered(first=first, count=2), zone="UTC")
    assert list(expansion.dates(until)) == [DAY(2026, 11, 2), DAY(2026, 11, 4), DAY(2026, 11, 6)]
    assert list(expansion.dates(numbered)) == [DAY(2026, 11, 2), DAY(2026, 11, 4)]
    assert expansion.last_date(until) == DAY(2026, 11, 6)
    assert expansion.last_date(numbered) == DAY(2026, 11, 4)
    assert list(expansion.dates(numbered, from_date=DAY(2026, 11, 3))) == [DAY(2026, 11, 4)]


def test_it_ends_with_the_calendar_itself() -> None:
    assert _dates(Daily(), "9999-12-30", 4) == ["9999-12-30", "9999-12-31"]
    assert _dates(Monthly(day=31), "9999-12-01", 4) == ["9999-12-31"]


def test_it_keeps_the_hour_across_daylight_saving() -> None:
    when = Timed(
        start=dt.datetime.fromisoformat("2026-10-24T09:00"),
        start_zone="Europe/Amsterdam",
        end=dt.datetime.fromisoformat("2026-10-24T10:00"),
        end_zone="Europe/Amsterdam",
    )
    rule = Recurrence(pattern=Daily(), range=NoEnd(first=DAY(2026, 10, 24)), zone="Europe/Amsterdam")
    found = expansion.occurrences(when, rule, when.start_at, when.start_at + dt.timedelta(days=2))
    assert [span.start_at.isoformat() for _, span in found] == [
        "2026-10-24T07:00:00+00:00",
        "2026-10-25T08:00:00+00:00",
        "2026-10-26T08:00:00+00:00",
    ][:2]


def test_it_lists_what_overlaps_the_window() -> None:
    when = AllDay(first=DAY(2026, 11, 2), last=DAY(2026, 11, 4))
    rule = Recurrence(pattern=Weekly(days=frozenset({Weekday.MONDAY})), range=NoEnd(first=when.first), zone="UTC")
    start = dt.datetime(2026, 11, 11, tzinfo=dt.UTC)
    found = list(expansion.occurrences(when, rule, start, start + dt.timedelta(days=5)))
    assert found == [(DAY(2026, 11, 9), AllDay(first=DAY(2026, 11, 9), last=DAY(2026, 11, 11)))]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Daily(interval=0),
        lambda: Weekly(days=frozenset()),
        lambda: Monthly(day=32),
        lambda: Numbered(first=DAY(2026, 1, 1), count=0),
        lambda: Until(first=DAY(2026, 1, 2), last=DAY(2026, 1, 1)),
    ],
)
def test_it_refuses_what_makes_no_pattern(make: Any) -> None:
    with pytest.raises(NotAPattern):
        make()
