"""Expansion agrees with two other implementations, and both dialects keep every recurrence (STYLE 20)."""

import datetime as dt
import random
from itertools import islice

import msgspec
from dateutil.rrule import rrulestr

from kalends.domain import expansion
from kalends.domain.recurrence import Monthly, NoEnd, Numbered, Recurrence, Until, Weekday, Weekly, Yearly
from kalends.domain.span import Timed, zone
from kalends.graph import recurrence as graph
from kalends.graph import wire
from kalends.ical import rrule as ical
from tests.oracles import libical
from tests.properties.random_recurrences import recurrence

RULES = 20_000
FIRST_DATES = 12
NINE = dt.time(9)
LATE_STARTS = (Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY, Weekday.SATURDAY)
_patterned = msgspec.json.Decoder(wire.PatternedRecurrence)


def _random_rules(seed: int, count: int = RULES) -> list[tuple[Recurrence, dt.date]]:
    """Recurrences with the date of their first occurrence; those that end before it are left out."""
    chance = random.Random(seed)
    drawn = (recurrence(chance) for _ in range(count))
    return [(each, first) for each in drawn if (first := expansion.first_date(each))]


def test_it_expands_as_dateutil_does_across_daylight_saving() -> None:
    for rule, first in _random_rules(1):
        start = dt.datetime.combine(first, NINE, zone(rule.zone))
        expected = islice(rrulestr(ical.rrule(rule, NINE), dtstart=start), FIRST_DATES)
        when = Timed.at(start, start + dt.timedelta(hours=1), rule.zone)
        found = [expansion.at(when, date).start_at for date in islice(expansion.dates(rule), FIRST_DATES)]
        assert found == [each.astimezone(dt.UTC) for each in expected], rule


def test_it_expands_as_libical_does_with_skip_backward() -> None:
    rules = [(rule, first) for rule, first in _random_rules(2) if not _misread_by_libical(rule)]
    told = libical.expand([(_for_libical(rule), f"{first:%Y%m%d}T090000", FIRST_DATES) for rule, first in rules])
    assert len(told) == len(rules)
    for (rule, _), expected in zip(rules, told, strict=True):
        found = [f"{date:%Y%m%d}T090000" for date in islice(expansion.dates(rule), FIRST_DATES)]
        assert found == expected, rule


def test_it_survives_both_dialects() -> None:
    for rule, first in _random_rules(3):
        members = msgspec.json.encode(graph.recurrence_members(rule))
        assert graph.recurrence_of(_patterned.decode(members), "Etc/GMT+12") == rule
        again = ical.recurrence_of(ical.rrule(rule, NINE), rule.range.first, rule.zone)
        assert (again.range, again.zone) == (rule.range, rule.zone)
        assert list(islice(expansion.dates(again), FIRST_DATES)) == list(islice(expansion.dates(rule), FIRST_DATES))
        assert first in expansion.dates(rule)


def test_it_gives_the_same_dates_from_any_date_on() -> None:
    for rule, first in _random_rules(4, 3000):
        every = list(islice(expansion.dates(rule), 40))
        middle = first + (every[-1] - first) / 2
        later = list(islice(expansion.dates(rule, from_date=middle), FIRST_DATES))
        assert later[: len(every)] == [date for date in every if date >= middle][: len(later)], rule


def _misread_by_libical(rule: Recurrence) -> bool:
    """Libical 3.0 loses the first week of some such rules; dateutil, above, judges all of them."""
    weekly = rule.pattern
    return isinstance(weekly, Weekly) and weekly.interval > 1 and weekly.week_start in LATE_STARTS


def _for_libical(rule: Recurrence) -> str:
    """Libical knows RFC 7529: a short month takes its last day by SKIP=BACKWARD; the rest is as in RFC 5545."""
    text = ical.rrule(Recurrence(pattern=rule.pattern, range=NoEnd(first=rule.range.first), zone=rule.zone), NINE)
    match rule.pattern:
        case Monthly(interval=interval, day=day):
            text = f"RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL={interval};BYMONTHDAY={day};SKIP=BACKWARD"
        case Yearly(interval=interval, day=day, month=month):
            text = f"RSCALE=GREGORIAN;FREQ=YEARLY;INTERVAL={interval};BYMONTH={month};BYMONTHDAY={day};SKIP=BACKWARD"
    match rule.range:
        case Numbered(count=count):
            return f"{text};COUNT={count}"
        case Until(last=last):
            return f"{text};UNTIL={last:%Y%m%d}T090000"
        case _:
            return text
