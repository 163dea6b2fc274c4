"""20,000 random series, expanded by graphtwin, by libical with SKIP=BACKWARD and by python-dateutil: the same dates.

And the same instants: a series repeats its wall clock in its own zone, whatever DST does.
"""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from dateutil.rrule import rrulestr

from graphtwin import series
from graphtwin.events import new_event
from graphtwin.items import Moment, Pattern, Range, Recurrence
from graphtwin.recurrence import dates_between, first_date
from graphtwin.recurrence_input import INDEXES, PATTERN_TYPES, WEEKDAYS
from graphtwin.rrule import rrule_of
from graphtwin.store import settle
from tests.oracles import libical
from tests.twin.graph.client import Person

SERIES = 20_000
COMPARED = 12
ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Tehran")


def _series(seed: int, count: int) -> list[Recurrence]:
    """Random series that have at least one date."""
    dice = random.Random(seed)
    found: list[Recurrence] = []
    while len(found) < count:
        start = date(1990, 1, 1) + timedelta(days=dice.randrange(20_000))
        pattern = Pattern(
            type=dice.choice(PATTERN_TYPES),
            interval=dice.choice((1, 1, 2, 3, 5, 7, 13)),
            month=dice.randint(1, 12),
            day_of_month=dice.choice((dice.randint(1, 28), 29, 30, 31)),
            days_of_week=tuple(dice.sample(WEEKDAYS, dice.randint(1, 7))),
            first_day_of_week=dice.choice(WEEKDAYS),
            index=dice.choice(INDEXES),
        )
        end = (start + timedelta(days=dice.randrange(1, 2000))).isoformat()
        limits = (
            Range(type="noEnd", start_date=start.isoformat()),
            Range(type="endDate", start_date=start.isoformat(), end_date=end),
            Range(type="numbered", start_date=start.isoformat(), number_of_occurrences=dice.randint(1, 20)),
        )
        recurrence = Recurrence(pattern, dice.choice(limits))
        if first_date(recurrence) is not None:
            found.append(recurrence)
    return found


def _first_dates(recurrence: Recurrence) -> list[date]:
    years = 2 + COMPARED * recurrence.pattern.interval
    start = date.fromisoformat(recurrence.range.start_date)
    return dates_between(recurrence, start, start + timedelta(days=366 * years))[:COMPARED]


def _rule(recurrence: Recurrence, first: date, *, skip: bool) -> str:
    """The rule in iCalendar's words; with `skip` a day that a month has not is moved back by RFC 7529."""
    pattern = recurrence.pattern
    midnight = datetime.combine(first, time(), UTC)
    if not skip or not pattern.type.startswith("absolute"):
        return rrule_of(recurrence, midnight, all_day=True)
    plain = Recurrence(msgspec.structs.replace(pattern, day_of_month=1), recurrence.range)
    rule = rrule_of(plain, midnight, all_day=True).replace("BYMONTHDAY=1", f"BYMONTHDAY={pattern.day_of_month}")
    return f"RSCALE=GREGORIAN;SKIP=BACKWARD;{rule}"


def _misread(recurrence: Recurrence) -> bool:
    """Libical 3 loses the first week of some such rules; dateutil judges all of them."""
    pattern = recurrence.pattern
    return pattern.type == "weekly" and pattern.interval > 1 and pattern.first_day_of_week in WEEKDAYS[3:]


def test_it_expands_as_libical_does() -> None:
    found = [each for each in _series(7, SERIES) if not _misread(each)]
    ours = [_first_dates(each) for each in found]
    rules = [
        (_rule(each, dates[0], skip=True), f"{dates[0]:%Y%m%d}", len(dates))
        for each, dates in zip(found, ours, strict=True)
    ]
    theirs = libical.expand(rules)
    differing = [
        (rule, start, [f"{day:%Y%m%d}" for day in dates], other)
        for (rule, start, _), dates, other in zip(rules, ours, theirs, strict=True)
        if [f"{day:%Y%m%d}" for day in dates] != other
    ]
    assert differing[:3] == []


@pytest.mark.parametrize("seed", range(4))
def test_it_expands_as_dateutil_does(seed: int) -> None:
    for recurrence in _series(seed, 250):
        ours = _first_dates(recurrence)
        midnight = datetime.combine(ours[0], time())
        rule = rrulestr(_rule(recurrence, ours[0], skip=False), dtstart=midnight)
        assert [each.date() for each, _ in zip(rule, ours, strict=False)] == ours, recurrence


@pytest.mark.parametrize("zone_name", ZONES)
def test_it_keeps_the_wall_clock_of_a_zone(alice: Person, zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    for number, recurrence in enumerate(_series(ZONES.index(zone_name), 100)):
        dates = _first_dates(recurrence)
        clock = time(number % 24, 30)
        start = Moment(datetime.combine(dates[0], clock), zone_name)
        end = Moment(start.wall + timedelta(minutes=45), zone_name)
        event = new_event(alice.twin, alice.mailbox, alice.mailbox.default_calendar, start, end)
        event.recurrence = recurrence
        settle(event)
        window = (datetime.combine(dates[0], time(), UTC) - timedelta(days=2), event.end_utc + timedelta(days=800))
        shown = list(series.slots_between(event, *window))[:COMPARED]
        expected = [datetime.combine(day, clock, zone).astimezone(UTC) for day in dates[: len(shown)]]
        assert [slot.start_utc for slot in shown] == expected
