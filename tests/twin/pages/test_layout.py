"""Where events stand in the grid."""

from datetime import date, datetime, timedelta

import pytest

from graphtwin.pages.entries import Entry, entry
from graphtwin.pages.layout import bars, blocks, row_at, stylesheet, week_of_month

MONDAY = date(2026, 8, 3)
WEEK = tuple(MONDAY + timedelta(days=count) for count in range(7))


def event(name: str, start: str, end: str, **members: object) -> Entry:
    """An event named by a letter; times such as `3 10:00`, the day being of August 2026."""

    def moment(text: str) -> dict[str, str]:
        day, _, clock = text.partition(" ")
        return {"dateTime": f"2026-08-{int(day):02}T{clock or '00:00'}:00.0000000"}

    return entry({"id": name, "subject": name, "start": moment(start), "end": moment(end), **members}, calendar_hue=0)


def placed(*entries: Entry, day: date = MONDAY) -> list[tuple[str, int, int, int, int]]:
    return [(each.entry.id, each.first, each.last, each.lane, each.lanes) for each in blocks(entries, day)]


def test_five_minutes_are_a_row() -> None:
    assert placed(event("a", "3 09:00", "3 10:30")) == [("a", 108, 126, 0, 1)]
    assert row_at(datetime.fromisoformat("2026-08-03T09:07")) == 109


def test_events_that_overlap_stand_side_by_side() -> None:
    a, b, c = event("a", "3 09:00", "3 11:00"), event("b", "3 10:00", "3 12:00"), event("c", "3 11:00", "3 12:00")
    assert placed(c, b, a) == [("a", 108, 132, 0, 2), ("b", 120, 144, 1, 2), ("c", 132, 144, 0, 2)]


def test_events_that_only_touch_have_the_whole_width() -> None:
    assert placed(event("a", "3 09:00", "3 10:00"), event("b", "3 10:00", "3 11:00")) == [
        ("a", 108, 120, 0, 1),
        ("b", 120, 132, 0, 1),
    ]


def test_a_moment_is_high_enough_to_be_read() -> None:
    assert placed(event("a", "3 09:00", "3 09:00")) == [("a", 108, 112, 0, 1)]
    assert placed(event("a", "3 23:58", "3 23:59")) == [("a", 284, 288, 0, 1)]


def test_a_night_is_cut_at_midnight() -> None:
    night = event("a", "3 22:00", "4 06:00")
    assert placed(night) == [("a", 264, 288, 0, 1)]
    assert placed(night, day=WEEK[1]) == [("a", 0, 72, 0, 1)]
    assert placed(night, day=WEEK[2]) == []


def test_an_event_that_ends_at_midnight_does_not_touch_the_next_day() -> None:
    late = event("a", "3 22:00", "4 00:00")
    assert (late.first_day, late.last_day) == (MONDAY, MONDAY)
    assert placed(late, day=WEEK[1]) == []


def test_more_events_than_lanes_share_the_last_one() -> None:
    crowd = [event(chr(97 + count), "3 09:00", "3 10:00") for count in range(10)]
    assert [(lane, lanes) for _, _, _, lane, lanes in placed(*crowd)] == [(min(count, 7), 8) for count in range(10)]


def test_long_events_stand_above_the_hours() -> None:
    fair = event("a", "4", "6", isAllDay=True)
    watch = event("b", "3 09:00", "4 09:00")
    assert placed(fair, watch) == []
    assert (fair.is_long, watch.is_long) == (True, True)


def test_bars_take_the_first_lane_that_is_free_over_all_their_days() -> None:
    a, b, c = (
        event("a", "3", "5", isAllDay=True),
        event("b", "4", "6", isAllDay=True),
        event("c", "5", "6", isAllDay=True),
    )
    found = [(each.entry.id, each.column, each.span, each.lane) for each in bars([c, b, a], WEEK)]
    assert found == [("a", 0, 2, 0), ("b", 1, 2, 1), ("c", 2, 1, 0)]


def test_a_bar_beyond_the_week_says_so() -> None:
    (bar,) = bars([event("a", "1", "12", isAllDay=True)], WEEK)
    assert (bar.column, bar.span, bar.before, bar.after) == (0, 7, True, True)


def test_a_crowded_day_of_a_month_counts_what_it_does_not_show() -> None:
    crowd = [event(chr(97 + count), "4 09:00", "4 10:00") for count in range(6)]
    week = week_of_month(crowd, WEEK, lanes=4)
    assert [bar.entry.id for bar in week.bars] == ["a", "b", "c"]
    assert week.hidden == (0, 3, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("count", [1, 4])
def test_a_day_that_is_just_full_hides_nothing(count: int) -> None:
    week = week_of_month([event(chr(97 + each), "4 09:00", "4 10:00") for each in range(count)], WEEK, lanes=4)
    assert (len(week.bars), sum(week.hidden)) == (count, 0)


def test_every_class_that_places_has_its_rule() -> None:
    css = stylesheet()
    for rule in (".from-0{", ".to-288{", ".lane-7-8{", ".lane-0-1{", ".column-6{", ".span-7{", ".bar-0{"):
        assert rule in css
