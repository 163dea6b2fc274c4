"""graphtwin's occurrences against two other implementations, on 20,000 random series each (FACTS.md §4.1).

libical knows RFC 7529, so a short month takes its last day by SKIP=BACKWARD; python-dateutil is given the translated
rule, with a time of day in a zone that changes its clocks, and must agree on the instants too. The translations are
made here, so that graphtwin's own cannot hide a mistake.
"""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from graphtwin.items import Event, Moment, Organizer, Pattern, Range, Recurrence
from graphtwin.recurrence import dates_between, first_date
from graphtwin.recurrence_input import INDEXES, PATTERN_TYPES, WEEKDAYS
from graphtwin.series import begin, slots_between
from tests.oracles import libical

SERIES = 20_000
FIRST_DATES = 12
POSITIONS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Auckland")
NINE = time(9)
MISREAD_BY_LIBICAL = ("wednesday", "thursday", "friday", "saturday")


def drawn(seed: int) -> list[tuple[Recurrence, date]]:
    """Random series with the date of their first occurrence."""
    chance = random.Random(seed)
    every = (one(chance) for _ in range(SERIES))
    return [(each, first) for each in every if (first := first_date(each)) is not None]


def one(chance: random.Random) -> Recurrence:
    start = date(2024, 1, 1) + timedelta(days=chance.randrange(1500))
    pattern = Pattern(
        type=chance.choice(PATTERN_TYPES),
        interval=chance.choice((1, 1, 1, 2, 3, 5)),
        month=chance.randint(1, 12),
        day_of_month=chance.choice((chance.randint(1, 28), 29, 30, 31)),
        days_of_week=tuple(chance.sample(WEEKDAYS, chance.randint(1, 7))),
        first_day_of_week=chance.choice(WEEKDAYS),
        index=chance.choice(INDEXES),
    )
    zone = chance.choice(ZONES)
    return Recurrence(pattern, Range(type="noEnd", start_date=start.isoformat(), recurrence_time_zone=zone))


def rule(pattern: Pattern, *, skipping: bool) -> str:
    """As RRULE; a day of the month that a month lacks by SKIP, or else by the last of the days 28 to n."""
    days = ",".join(each[:2].upper() for each in pattern.days_of_week)
    yearly = pattern.type.endswith("Yearly")
    month = f"BYMONTH={pattern.month};" if yearly else ""
    frequency = {"daily": "DAILY", "weekly": "WEEKLY"}.get(pattern.type, "YEARLY" if yearly else "MONTHLY")
    head = f"FREQ={frequency};INTERVAL={pattern.interval}"
    if pattern.type == "daily":
        return head
    if pattern.type == "weekly":
        return f"{head};BYDAY={days};WKST={pattern.first_day_of_week[:2].upper()}"
    if pattern.type.startswith("relative"):
        return f"{head};{month}BYDAY={days};BYSETPOS={POSITIONS[pattern.index]}"
    if skipping:
        return f"RSCALE=GREGORIAN;{head};{month}BYMONTHDAY={pattern.day_of_month};SKIP=BACKWARD"
    if pattern.day_of_month <= 28:
        return f"{head};{month}BYMONTHDAY={pattern.day_of_month}"
    late = ",".join(str(day) for day in range(28, pattern.day_of_month + 1))
    return f"{head};{month}BYMONTHDAY={late};BYSETPOS=-1"


def is_misread(pattern: Pattern) -> bool:
    """Libical 3.0 loses the first week of some such rules; dateutil, below, judges all of them."""
    return pattern.type == "weekly" and pattern.interval > 1 and pattern.first_day_of_week in MISREAD_BY_LIBICAL


def test_it_expands_as_libical_does_with_skip_backward() -> None:
    series = [(each, first) for each, first in drawn(1) if not is_misread(each.pattern)]
    told = libical.expand(
        [(rule(each.pattern, skipping=True), f"{first:%Y%m%d}T090000", FIRST_DATES) for each, first in series]
    )
    for (each, first), expected in zip(series, told, strict=True):
        horizon = date.fromisoformat(expected[-1][:8])
        assert [f"{day:%Y%m%d}T090000" for day in dates_between(each, first, horizon)] == expected, each


def test_it_expands_as_dateutil_does_across_changes_of_the_clock() -> None:
    for each, first in drawn(2):
        zone = each.range.recurrence_time_zone
        start = datetime.combine(first, NINE, ZoneInfo(zone))
        expected = [
            found.astimezone(UTC)
            for found in islice(rrulestr(rule(each.pattern, skipping=False), dtstart=start), FIRST_DATES)
        ]
        slots = slots_between(master(each, first, zone), start.astimezone(UTC), expected[-1] + timedelta(minutes=1))
        assert [slot.start_utc for slot in slots] == expected, each


NOW = datetime(2026, 8, 3, tzinfo=UTC)


def master(recurrence: Recurrence, first: date, zone: str) -> Event:
    start = Moment(datetime.combine(first, NINE), zone)
    event = Event(
        number=1,
        calendar_id="",
        id="",
        immutable_id="",
        created=NOW,
        modified=NOW,
        start=start,
        end=Moment(start.wall + timedelta(hours=1), zone),
        start_utc=start.wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC),
        end_utc=(start.wall + timedelta(hours=1)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC),
        original_start_zone=zone,
        original_end_zone=zone,
        ical_uid="",
        uid="",
        organizer=Organizer("", ""),
        recurrence=recurrence,
    )
    begin(event)
    return event
