"""VTIMEZONE for an IANA zone, over the years that an event touches (RFC 5545 §3.6.5).

Every change of the clocks in those years is one observance: its DTSTART is the wall clock just before the change, told
in the offset that ends there, as the RFC wants it. The first observance says what holds before the first change.
"""

import datetime as dt
from collections.abc import Iterator

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from kalends.domain.span import UTC, zone

WEEK = dt.timedelta(days=7)  # no zone changes its clocks there and back within one


def vtimezone(name: str, first: dt.date, last: dt.date) -> Timezone:
    """The rules of a zone from the year of `first` to the year after `last`; raises UnknownZone."""
    component = Timezone()
    component.add("TZID", name)
    start = dt.datetime(first.year, 1, 1, tzinfo=dt.UTC)
    end = dt.datetime(min(last.year + 1, dt.MAXYEAR), 12, 31, tzinfo=dt.UTC)
    component.add_component(_observance(name, start, since=_local(name, start)))
    for change in _changes(name, start, end):
        before = _offset(name, change - dt.timedelta(seconds=1))
        component.add_component(_observance(name, change, since=(change + before).replace(tzinfo=None)))
    return component


def needs_rules(name: str) -> bool:
    """Whether times in this zone are told with rules; UTC is not."""
    return name != UTC


def _observance(name: str, change: dt.datetime, *, since: dt.datetime) -> TimezoneStandard | TimezoneDaylight:
    moment = change.astimezone(zone(name))
    component = TimezoneDaylight() if moment.dst() else TimezoneStandard()
    component.add("DTSTART", since)
    component.add("TZOFFSETFROM", _offset(name, change - dt.timedelta(seconds=1)))
    component.add("TZOFFSETTO", _offset(name, change))
    if moment.tzname():
        component.add("TZNAME", moment.tzname())
    return component


def _changes(name: str, start: dt.datetime, end: dt.datetime) -> Iterator[dt.datetime]:
    """The instants at which the offset becomes another, to the second."""
    week = start
    while week < end:
        following = week + WEEK
        if _offset(name, week) != _offset(name, following):
            yield _first_with_new_offset(name, week, following)
        week = following


def _first_with_new_offset(name: str, low: dt.datetime, high: dt.datetime) -> dt.datetime:
    old = _offset(name, low)
    while high - low > dt.timedelta(seconds=1):
        middle = low + dt.timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (middle, high) if _offset(name, middle) == old else (low, middle)
    return high


def _offset(name: str, moment: dt.datetime) -> dt.timedelta:
    return moment.astimezone(zone(name)).utcoffset() or dt.timedelta()


def _local(name: str, moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(zone(name)).replace(tzinfo=None)
