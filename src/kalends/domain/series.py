"""A repeating event: a pattern, and for single dates only what differs there (RULES §12; RFC 5545 §3.8.4.4).

An override is named by its `recurrence_id`, the date by the pattern in the series' zone, whatever time it was moved to.
It holds just the fields it changes, so that later changes of the series reach all others (RULES 12.1); or it says that
the date is deleted. What follows a change:

| scope | what becomes of the series |
|---|---|
| this one | the fields go into the date's override |
| all | the fields go into the series; overrides keep theirs, and survive a new time or pattern as in `survivors` |
| all | the fields go into the series; overrides keep theirs, and outlive a new time or pattern as in `survivors` |
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any

from kalends.domain import expansion
from kalends.domain.errors import DomainError
from kalends.domain.event import Field
from kalends.domain.recurrence import NoEnd, Numbered, Range, Recurrence, Until
from kalends.domain.span import Span, Timed


class NoSuchOccurrence(DomainError):
    """The series has no occurrence on that date."""


class CrossesNeighbour(DomainError):
    """An occurrence would reach or pass the day of the one before or after it, which Outlook refuses."""


class Scope(StrEnum):
    """How far an edit, a deletion or an answer reaches."""

    THIS = "this"
    FROM_HERE = "from here"
    ALL = "all"


Fields = Mapping[Field, Any]
"""Values by field, as in sync/snapshot.py; here they are carried, never looked into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What one date of a series has of its own."""

    recurrence_id: dt.date
    values: Fields = field(default_factory=dict)
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The time of the first occurrence by the pattern, how it repeats, and the overrides in the order of their dates.

    The first occurrence keeps its place here also when it is deleted or moved (FACTS.md §4.3).
    """

    when: Span
    recurrence: Recurrence
    overrides: tuple[Override, ...] = ()

    def override(self, recurrence_id: dt.date) -> Override | None:
        """What the date has of its own, if anything."""
        return next((each for each in self.overrides if each.recurrence_id == recurrence_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One date of a series as it stands: `values` are those of its override, `when` its present time."""

    recurrence_id: dt.date
    when: Span
    values: Fields = field(default_factory=dict)


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def occurrences(series: Series, start: dt.datetime, end: dt.datetime) -> Iterator[Occurrence]:
    """The occurrences over the window [start, end), both aware, in the order of their pattern; deleted ones are not."""
    own = {each.recurrence_id: each for each in series.overrides}
    for date, when in expansion.occurrences(series.when, series.recurrence, start, end):
        if date not in own:
            yield Occurrence(recurrence_id=date, when=when)
    for override in series.overrides:
        if override.deleted or not expansion.falls_on(series.recurrence, override.recurrence_id):
            continue
        when = override.values.get(Field.WHEN, expansion.at(series.when, override.recurrence_id))
        if when.start_at < end and when.end_at > start:
            yield Occurrence(recurrence_id=override.recurrence_id, when=when, values=override.values)


def occurrence(series: Series, recurrence_id: dt.date) -> Occurrence:
    """The occurrence of a date. Raises NoSuchOccurrence."""
    override = series.override(recurrence_id)
    deleted = override is not None and override.deleted
    if deleted or not expansion.falls_on(series.recurrence, recurrence_id):
        message = f"There is no occurrence on {recurrence_id}."
        raise NoSuchOccurrence(message)
    values = override.values if override is not None else {}
    when = values.get(Field.WHEN, expansion.at(series.when, recurrence_id))
    return Occurrence(recurrence_id=recurrence_id, when=when, values=values)


def day_of(span: Span) -> dt.date:
    """The day on which a span starts, by its own clock."""
    return span.start.date() if isinstance(span, Timed) else span.first


# ── this one ────────────────────────────────────────────────────────────────────────────────────────────────────────


def change_this(series: Series, recurrence_id: dt.date, changes: Fields) -> Series:
    """One date gets values of its own. Raises NoSuchOccurrence, and CrossesNeighbour for a move Outlook refuses."""
    present = occurrence(series, recurrence_id)
    if Field.WHEN in changes:
        refuse_crossing(series, recurrence_id, changes[Field.WHEN])
    return _with(series, Override(recurrence_id=recurrence_id, values={**present.values, **changes}))


def delete_this(series: Series, recurrence_id: dt.date) -> Series:
    """One date is no more. Raises NoSuchOccurrence."""
    occurrence(series, recurrence_id)
    return _with(series, Override(recurrence_id=recurrence_id, deleted=True))


def refuse_crossing(series: Series, recurrence_id: dt.date, when: Span) -> None:
    """An occurrence stays strictly between the days of its neighbours (FACTS.md §4.3)."""
    before, after = neighbours(series, recurrence_id)
    day = day_of(when)
    if before is not None and day <= day_of(before.when):
        message = f"It would reach the occurrence before it, on {day_of(before.when)}. Outlook cannot hold that."
        raise CrossesNeighbour(message)
    if after is not None and day >= day_of(after.when):
        message = f"It would reach the next occurrence, on {day_of(after.when)}. Outlook cannot hold that."
        raise CrossesNeighbour(message)


def neighbours(series: Series, recurrence_id: dt.date) -> tuple[Occurrence | None, Occurrence | None]:
    """The occurrences before and after a date, deleted ones passed over."""
    before = None
    for date in _standing(series):
        if date > recurrence_id:
            return before, occurrence(series, date)
        if date < recurrence_id:
            before = occurrence(series, date)
    return before, None


def _standing(series: Series) -> Iterator[dt.date]:
    gone = {each.recurrence_id for each in series.overrides if each.deleted}
    return (date for date in expansion.dates(series.recurrence) if date not in gone)


def _with(series: Series, override: Override) -> Series:
    others = [each for each in series.overrides if each.recurrence_id != override.recurrence_id]
    return replace(series, overrides=_ordered([*others, override]))


def _ordered(overrides: Iterable[Override]) -> tuple[Override, ...]:
    return tuple(sorted(overrides, key=lambda each: each.recurrence_id))


# ── all ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def change_all(series: Series, when: Span | None = None, recurrence: Recurrence | None = None) -> Series:
    """Another time or repetition for the whole series. The first occurrence lies where the new pattern begins."""
    repeats = recurrence or series.recurrence
    first = expansion.first_date(repeats)
    if first is None:
        message = "With this end the series would have no occurrence."
        raise NoSuchOccurrence(message)
    changed = Series(when=expansion.at(when or series.when, first), recurrence=repeats)
    return replace(changed, overrides=survivors(series, changed))


def survivors(before: Series, after: Series) -> tuple[Override, ...]:
    """Which overrides outlive a change of time or pattern made here (RULES 12.4b).

    Those whose date the new pattern still has: deletions, and values other than a moved time, which is lost when the
    series' own time or pattern changed. A change of the range's end alone moves nothing.
    """
    retimed = before.recurrence.pattern != after.recurrence.pattern or _hours(before.when) != _hours(after.when)
    kept = []
    for override in before.overrides:
        if not expansion.falls_on(after.recurrence, override.recurrence_id):
            continue
        values = {name: value for name, value in override.values.items() if not (retimed and name is Field.WHEN)}
        if values or override.deleted:
            kept.append(replace(override, values=values))
    return tuple(kept)


def _hours(when: Span) -> tuple[object, ...]:
    """A span without its date."""
    if isinstance(when, Timed):
        return (when.start.time(), when.start_zone, when.end - when.start, when.end_zone)
    return (when.last - when.first,)


# ── from here on ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A series cut in two: `before` ends ahead of the date, `after` begins on it."""

    before: Series
    after: Series


def split(series: Series, recurrence_id: dt.date) -> Split:
    """Cut a series before one of its dates, changing nothing else. Raises NoSuchOccurrence for the first or no date."""
    if not expansion.falls_on(series.recurrence, recurrence_id):
        message = f"There is no occurrence on {recurrence_id}."
        raise NoSuchOccurrence(message)
    last = last_before(series, recurrence_id)
    if last is None:
        message = f"{recurrence_id} is the first occurrence: this would be the whole series."
        raise NoSuchOccurrence(message)
    head, tail = _ranges(series.recurrence, recurrence_id, last)
    return Split(
        before=Series(
            when=series.when,
            recurrence=replace(series.recurrence, range=head),
            overrides=tuple(each for each in series.overrides if each.recurrence_id < recurrence_id),
        ),
        after=Series(
            when=expansion.at(series.when, recurrence_id),
            recurrence=replace(series.recurrence, range=tail),
            overrides=tuple(each for each in series.overrides if each.recurrence_id >= recurrence_id),
        ),
    )


def last_before(series: Series, recurrence_id: dt.date) -> dt.date | None:
    """The date of the pattern before this one, deleted or not."""
    last = None
    for date in expansion.dates(series.recurrence):
        if date >= recurrence_id:
            break
        last = date
    return last


def _ranges(recurrence: Recurrence, cut: dt.date, last: dt.date) -> tuple[Range, Range]:
    """The ranges of both parts; a number of occurrences is shared out between them."""
    first = recurrence.range.first
    match recurrence.range:
        case NoEnd():
            return Until(first=first, last=last), NoEnd(first=cut)
        case Until(last=end):
            return Until(first=first, last=last), Until(first=cut, last=end)
        case Numbered(count=count):
            passed = sum(1 for date in expansion.dates(recurrence) if date < cut)
            return Numbered(first=first, count=passed), Numbered(first=cut, count=count - passed)


def continues(before: Series, lost_end: bool, after: Series) -> bool:
    """Whether `after` is the rest of `before`, which lost its end: it begins within one period of the cut (12.4).

    `lost_end` says that the series once went on past its present end; one that always ended there is not continued.
    """
    last = expansion.last_date(before.recurrence)
    first = expansion.first_date(after.recurrence)
    if not lost_end or last is None or first is None or first <= last:
        return False
    return first - last <= _period(before)


def _period(series: Series) -> dt.timedelta:
    """The longest gap between two neighbouring dates of the pattern, looked for over its first dates."""
    endless = replace(series.recurrence, range=NoEnd(first=series.recurrence.range.first))
    first = expansion.first_date(endless) or series.recurrence.range.first
    dates = [date for date, _ in zip(expansion.dates(endless, from_date=first), range(15), strict=False)]
    return max((later - earlier for earlier, later in pairwise(dates)), default=dt.timedelta())
