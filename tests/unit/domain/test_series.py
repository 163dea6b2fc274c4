"""Series, their overrides, and how far an edit reaches (RULES §12)."""

import datetime as dt
from dataclasses import replace

import pytest

from kalends.domain import expansion, series
from kalends.domain.event import Field
from kalends.domain.recurrence import Daily, NoEnd, Numbered, Recurrence, Until, Weekday, Weekly
from kalends.domain.series import CrossesNeighbour, NoSuchOccurrence, Occurrence, Override, Series
from kalends.domain.span import Timed

ZONE = "Europe/Amsterdam"


def day(number: int) -> dt.date:
    return dt.date(2026, 11, number)


def at(number: int, hour: int = 9) -> Timed:
    start = dt.datetime.combine(day(number), dt.time(hour))
    return Timed(start=start, start_zone=ZONE, end=start + dt.timedelta(hours=1), end_zone=ZONE)


MONDAYS = Series(
    when=at(2),
    recurrence=Recurrence(
        pattern=Weekly(days=frozenset({Weekday.MONDAY})), range=Until(first=day(2), last=day(30)), zone=ZONE
    ),
)
NOVEMBER = (dt.datetime(2026, 11, 1, tzinfo=dt.UTC), dt.datetime(2026, 12, 1, tzinfo=dt.UTC))


def listed(each: Series) -> list[Occurrence]:
    return sorted(series.occurrences(each, *NOVEMBER), key=lambda one: one.recurrence_id)


def test_r12_1_it_keeps_of_one_date_only_what_it_changes() -> None:
    changed = series.change_this(MONDAYS, day(9), {Field.SUBJECT: "Retrospective"})
    assert changed.overrides == (Override(recurrence_id=day(9), values={Field.SUBJECT: "Retrospective"}),)
    moved = series.change_this(changed, day(9), {Field.WHEN: at(10)})
    assert [(one.recurrence_id, one.when, one.values.get(Field.SUBJECT)) for one in listed(moved)] == [
        (day(2), at(2), None),
        (day(9), at(10), "Retrospective"),
        (day(16), at(16), None),
        (day(23), at(23), None),
        (day(30), at(30), None),
    ]


def test_it_deletes_one_date() -> None:
    left = series.delete_this(MONDAYS, day(9))
    assert [one.recurrence_id.day for one in listed(left)] == [2, 16, 23, 30]
    with pytest.raises(NoSuchOccurrence):
        series.change_this(left, day(9), {Field.SUBJECT: "Gone"})
    with pytest.raises(NoSuchOccurrence):
        series.delete_this(MONDAYS, day(10))


@pytest.mark.parametrize(("to", "fine"), [(3, True), (2, False), (15, True), (16, False), (17, False)])
def test_it_keeps_an_occurrence_between_its_neighbours(to: int, fine: bool) -> None:
    if fine:
        assert series.change_this(MONDAYS, day(9), {Field.WHEN: at(to)})
    else:
        with pytest.raises(CrossesNeighbour, match="Outlook cannot hold that"):
            series.change_this(MONDAYS, day(9), {Field.WHEN: at(to)})


def test_it_may_pass_the_place_of_a_deleted_neighbour() -> None:
    left = series.delete_this(MONDAYS, day(16))
    assert series.occurrence(series.change_this(left, day(9), {Field.WHEN: at(18)}), day(9)).when == at(18)


def test_r12_4b_a_new_time_loses_moved_times_and_keeps_the_rest() -> None:
    busy = series.delete_this(MONDAYS, day(23))
    busy = series.change_this(busy, day(9), {Field.SUBJECT: "Retrospective", Field.WHEN: at(10)})
    busy = series.change_this(busy, day(16), {Field.WHEN: at(17)})
    later = series.change_all(busy, when=at(2, 11))
    assert later.overrides == (
        Override(recurrence_id=day(9), values={Field.SUBJECT: "Retrospective"}),
        Override(recurrence_id=day(23), deleted=True),
    )
    assert [one.when for one in listed(later)] == [at(2, 11), at(9, 11), at(16, 11), at(30, 11)]


def test_r12_4b_a_new_pattern_loses_what_has_no_place_in_it() -> None:
    busy = series.change_this(series.delete_this(MONDAYS, day(16)), day(9), {Field.SUBJECT: "Retrospective"})
    fortnightly = replace(busy.recurrence, pattern=Weekly(interval=2, days=frozenset({Weekday.MONDAY})))
    assert series.change_all(busy, recurrence=fortnightly).overrides == (Override(recurrence_id=day(16), deleted=True),)


def test_r12_2_a_new_end_keeps_moved_times_within_it() -> None:
    busy = series.change_this(MONDAYS, day(9), {Field.WHEN: at(10)})
    shorter = replace(busy.recurrence, range=Until(first=day(2), last=day(16)))
    assert series.change_all(busy, recurrence=shorter).overrides == busy.overrides


def test_it_begins_where_the_new_pattern_begins() -> None:
    tuesdays = replace(MONDAYS.recurrence, pattern=Weekly(days=frozenset({Weekday.TUESDAY})))
    assert series.change_all(MONDAYS, recurrence=tuesdays).when == at(3)
    nothing = replace(tuesdays, range=Until(first=day(4), last=day(8)))
    with pytest.raises(NoSuchOccurrence):
        series.change_all(MONDAYS, recurrence=nothing)


def test_r12_3_it_is_cut_from_a_date_on() -> None:
    busy = series.change_this(MONDAYS, day(9), {Field.SUBJECT: "Early"})
    busy = series.change_this(busy, day(23), {Field.SUBJECT: "Late"})
    cut = series.split(busy, day(16))
    assert [one.recurrence_id.day for one in listed(cut.before)] == [2, 9]
    assert [one.recurrence_id.day for one in listed(cut.after)] == [16, 23, 30]
    assert cut.before.recurrence.range == Until(first=day(2), last=day(9))
    assert cut.after.recurrence.range == Until(first=day(16), last=day(30))
    assert cut.after.when == at(16)
    assert [each.values[Field.SUBJECT] for each in cut.before.overrides] == ["Early"]
    assert [each.values[Field.SUBJECT] for each in cut.after.overrides] == ["Late"]


@pytest.mark.parametrize(
    ("whole", "before", "after"),
    [
        (NoEnd(first=day(2)), Until(first=day(2), last=day(5)), NoEnd(first=day(6))),
        (Numbered(first=day(2), count=7), Numbered(first=day(2), count=4), Numbered(first=day(6), count=3)),
    ],
)
def test_r12_3_it_shares_out_the_range(whole: NoEnd | Numbered, before: Until, after: NoEnd) -> None:
    daily = Series(when=at(2), recurrence=Recurrence(pattern=Daily(), range=whole, zone=ZONE))
    cut = series.split(daily, day(6))
    assert (cut.before.recurrence.range, cut.after.recurrence.range) == (before, after)
    both = [*expansion.dates(cut.before.recurrence), *[each.recurrence_id for each in listed(cut.after)]]
    assert both[:7] == [day(number) for number in range(2, 9)]


def test_it_is_not_cut_before_its_first_date() -> None:
    with pytest.raises(NoSuchOccurrence, match="whole series"):
        series.split(MONDAYS, day(2))


def test_r12_4_a_part_continues_what_lost_its_end() -> None:
    cut = series.split(MONDAYS, day(16))
    assert series.continues(cut.before, lost_end=True, after=cut.after)
    assert not series.continues(cut.before, lost_end=False, after=cut.after)
    later = series.split(MONDAYS, day(23)).after
    assert not series.continues(cut.before, lost_end=True, after=later)
    assert not series.continues(MONDAYS, lost_end=True, after=cut.after)
