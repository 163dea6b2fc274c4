"""Where events stand in the grid: pure arithmetic on entries and days.

A day has 288 rows of five minutes. Events that overlap share a column side by side: they are taken in the order of
their start, each into the first lane that is free, and all that touch one another directly or through others get the
same number of lanes. All-day and long events are bars over the days of a week, put into the first lane that is free
over all their days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from graphtwin.pages.entries import Entry

ROWS = 288
MOST_LANES = 8
_ROW = timedelta(minutes=5)
_SHORTEST = 4
_DAY = timedelta(days=1)


@dataclass(slots=True, frozen=True, kw_only=True)
class Block:
    """An entry, or its part on one day, in that day's column; rows count from 0, `last` is exclusive."""

    entry: Entry
    first: int
    last: int
    lane: int
    lanes: int

    @property
    def is_short(self) -> bool:
        return self.last - self.first < 2 * _SHORTEST


@dataclass(slots=True, frozen=True, kw_only=True)
class Bar:
    """An entry over whole days of one week; columns count from 0. `before`, `after`: it goes on beyond the week."""

    entry: Entry
    column: int
    span: int
    lane: int
    before: bool
    after: bool


@dataclass(slots=True, frozen=True, kw_only=True)
class Week:
    """A row of a month: its days, the bars that fit, and how many more each day has."""

    days: tuple[date, ...]
    bars: tuple[Bar, ...]
    hidden: tuple[int, ...]


def blocks(entries: Iterable[Entry], day: date) -> tuple[Block, ...]:
    """Place the timed entries of one day."""
    found = []
    for entry in entries:
        rows = _rows(entry, day)
        if not entry.is_long and rows is not None:
            found.append((rows[0], rows[1], entry))
    found.sort(key=lambda each: (each[0], -each[1], each[2].id))
    placed: list[Block] = []
    for cluster in _clusters(found):
        placed.extend(_side_by_side(cluster))
    return tuple(placed)


def bars(entries: Iterable[Entry], days: Sequence[date]) -> tuple[Bar, ...]:
    """Place entries over the days of one week, the longest of those that begin together first."""
    touching = [entry for entry in entries if entry.first_day <= days[-1] and entry.last_day >= days[0]]
    touching.sort(
        key=lambda each: (max(each.first_day, days[0]), -(each.last_day - each.first_day), each.start, each.id)
    )
    free_from: list[date] = []
    placed = []
    for entry in touching:
        first, last = max(entry.first_day, days[0]), min(entry.last_day, days[-1])
        lane = next((index for index, free in enumerate(free_from) if free <= first), len(free_from))
        free_from[lane : lane + 1] = [last + _DAY]
        placed.append(
            Bar(
                entry=entry,
                column=(first - days[0]).days,
                span=(last - first).days + 1,
                lane=lane,
                before=entry.first_day < days[0],
                after=entry.last_day > days[-1],
            )
        )
    return tuple(placed)


def week_of_month(entries: Iterable[Entry], days: Sequence[date], *, lanes: int) -> Week:
    """Place a month's row with at most `lanes` bars on top of each other; a day that has more counts the rest."""
    placed = bars(entries, days)
    crowded = {column for bar in placed if bar.lane >= lanes for column in _columns(bar)}
    shown = tuple(bar for bar in placed if bar.lane < lanes - (1 if crowded.intersection(_columns(bar)) else 0))
    hidden = [
        sum(column in _columns(bar) for bar in placed) - sum(column in _columns(bar) for bar in shown)
        for column in range(len(days))
    ]
    return Week(days=tuple(days), bars=shown, hidden=tuple(hidden))


def row_at(moment: datetime) -> int:
    """The row of a wall clock, for the line that shows now."""
    return (moment.hour * 60 + moment.minute) // 5


def stylesheet() -> str:
    """The rules of every class that places something."""
    rules = [f".from-{row}{{grid-row-start:{row + 1}}}.to-{row}{{grid-row-end:{row + 1}}}" for row in range(ROWS + 1)]
    for lanes in range(1, MOST_LANES + 1):
        width = 100 / lanes
        rules += [
            f".lane-{lane}-{lanes}{{margin-left:{lane * width:.3f}%;width:calc({width:.3f}% - 3px)}}"
            for lane in range(lanes)
        ]
    rules += [
        f".column-{column}{{grid-column-start:{column + 1}}}.span-{column}{{grid-column-end:span {column}}}"
        for column in range(8)
    ]
    rules += [f".bar-{lane}{{grid-row:{lane + 2}}}" for lane in range(60)]
    return "\n".join(rules)


def _rows(entry: Entry, day: date) -> tuple[int, int] | None:
    midnight = datetime.combine(day, time())
    if (entry.end <= midnight and entry.start < midnight) or entry.start >= midnight + _DAY:
        return None
    first = max(0, (entry.start - midnight) // _ROW)
    last = min(ROWS, -((midnight - entry.end) // _ROW))
    first = min(first, ROWS - _SHORTEST)
    return first, max(last, first + _SHORTEST)


def _clusters(found: Sequence[tuple[int, int, Entry]]) -> list[list[tuple[int, int, Entry]]]:
    """Part the day where nothing crosses."""
    clusters: list[list[tuple[int, int, Entry]]] = []
    reach = -1
    for each in found:
        if each[0] >= reach:
            clusters.append([])
        clusters[-1].append(each)
        reach = max(reach, each[1])
    return clusters


def _side_by_side(cluster: Sequence[tuple[int, int, Entry]]) -> list[Block]:
    free_from: list[int] = []
    lanes = []
    for first, last, _ in cluster:
        lane = next((index for index, free in enumerate(free_from) if free <= first), len(free_from))
        free_from[lane : lane + 1] = [last]
        lanes.append(lane)
    count = min(len(free_from), MOST_LANES)
    return [
        Block(entry=entry, first=first, last=last, lane=min(lane, count - 1), lanes=count)
        for (first, last, entry), lane in zip(cluster, lanes, strict=True)
    ]


def _columns(bar: Bar) -> range:
    return range(bar.column, bar.column + bar.span)
