"""Six patterns × three ranges into dates (FACTS §4.1, §4.2), against vectors and against python-dateutil."""

import random
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr

from graphtwin.items import Pattern, Range, Recurrence
from graphtwin.recurrence import dates_between, falls_on, first_date, last_date, neighbours
from graphtwin.recurrence_input import INDEXES, PATTERN_TYPES, WEEKDAYS, read_recurrence
from graphtwin.rrule import rrule_of
from tests.twin.graph.contract import data

VECTORS = data("recurrence-vectors.json")
FAR = date(2199, 12, 31)


def _recurrence(pattern: dict[str, Any], limit: dict[str, Any]) -> Recurrence:
    found = read_recurrence({"pattern": pattern, "range": limit})["recurrence"]
    assert isinstance(found, Recurrence)
    return found


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["n"])
def test_it_gives_the_dates_of_the_vectors(vector: dict[str, Any]) -> None:
    expected = [date.fromisoformat(each) for each in vector["computed_first_dates"]]
    recurrence = _recurrence(vector["pattern"], vector["range"])
    assert dates_between(recurrence, date.min, FAR)[: len(expected)] == expected


def _dice(seed: int) -> random.Random:
    return random.Random(seed)


def _random_recurrence(dice: random.Random) -> Recurrence:
    kind = dice.choice(PATTERN_TYPES)
    start = date(2020, 1, 1) + timedelta(days=dice.randrange(4000))
    pattern = Pattern(
        type=kind,
        interval=dice.choice((1, 1, 1, 2, 3, 4, 5, 13)),
        month=dice.randint(1, 12),
        day_of_month=dice.choice((dice.randint(1, 28), 29, 30, 31)),
        days_of_week=tuple(dice.sample(WEEKDAYS, dice.randint(1, 7))),
        first_day_of_week=dice.choice(WEEKDAYS),
        index=dice.choice(INDEXES),
    )
    end = (start + timedelta(days=dice.randrange(1, 3000))).isoformat()
    limits = (
        Range(type="noEnd", start_date=start.isoformat()),
        Range(type="endDate", start_date=start.isoformat(), end_date=end),
        Range(type="numbered", start_date=start.isoformat(), number_of_occurrences=dice.randint(1, 60)),
    )
    return Recurrence(pattern, dice.choice(limits))


@pytest.mark.parametrize("seed", range(10))
def test_it_expands_as_dateutil_does_the_translated_rule(seed: int) -> None:
    dice = _dice(seed)
    for _ in range(100):
        recurrence = _random_recurrence(dice)
        start = date.fromisoformat(recurrence.range.start_date)
        horizon = start + timedelta(days=365 * 8)
        first = first_date(recurrence)
        if first is None:
            continue
        midnight = datetime.combine(first, time())
        rule = rrulestr(rrule_of(recurrence, midnight, all_day=True), dtstart=midnight)
        expected = [each.date() for each in rule.between(midnight, datetime.combine(horizon, time()), inc=True)]
        assert dates_between(recurrence, start, horizon) == expected, recurrence


@pytest.mark.parametrize("seed", range(5))
def test_it_gives_the_same_dates_through_any_window(seed: int) -> None:
    dice = _dice(seed)
    for _ in range(100):
        recurrence = _random_recurrence(dice)
        start = date.fromisoformat(recurrence.range.start_date)
        everything = dates_between(recurrence, date.min, start + timedelta(days=3000))
        first = start + timedelta(days=dice.randrange(-100, 3000))
        last = first + timedelta(days=dice.randrange(400))
        last = min(last, start + timedelta(days=3000))
        assert dates_between(recurrence, first, last) == [each for each in everything if first <= each <= last]
        assert everything == [] or first_date(recurrence) == everything[0]


@pytest.mark.parametrize("seed", range(3))
def test_it_knows_the_neighbours_of_a_date(seed: int) -> None:
    dice = _dice(seed)
    for _ in range(60):
        recurrence = _random_recurrence(dice)
        dates = dates_between(recurrence, date.min, date(2045, 1, 1))[:20]
        for before, day, after in zip([None, *dates], dates, dates[1:], strict=False):
            assert neighbours(recurrence, day) == (before, after)
            assert falls_on(recurrence, day)


def test_it_knows_where_a_series_ends() -> None:
    daily = Pattern(type="daily", interval=2)
    until = Range(type="endDate", start_date="2026-08-03", end_date="2026-08-08")
    assert last_date(Recurrence(daily, until)) == date(2026, 8, 7)
    count = Range(type="numbered", start_date="2026-08-03", number_of_occurrences=3)
    assert last_date(Recurrence(daily, count)) == date(2026, 8, 7)


def test_it_counts_series_longer_than_it_remembers() -> None:
    count = Range(type="numbered", start_date="2026-01-01", number_of_occurrences=5000)
    dates = dates_between(Recurrence(Pattern(type="daily", interval=1), count), date.min, FAR)
    assert (len(dates), dates[-1]) == (5000, date(2026, 1, 1) + timedelta(days=4999))


def test_it_ends_where_the_calendar_ends() -> None:
    late = Range(type="noEnd", start_date="9999-11-30")
    monthly = Pattern(type="absoluteMonthly", interval=1, day_of_month=31)
    assert dates_between(Recurrence(monthly, late), date.min, date.max) == [date(9999, 11, 30), date(9999, 12, 31)]
    weekly = Pattern(type="weekly", interval=1, days_of_week=("friday",))
    assert dates_between(Recurrence(weekly, late), date.min, date.max)[-1] == date(9999, 12, 31)
