"""How an event repeats: fields of the form to Graph's patternedRecurrence, and to words."""

import pytest

from graphtwin.pages.event_form import BLANK
from graphtwin.pages.recurrence_form import recurrence_payload, recurrence_values, recurrence_words
from tests.twin.pages.conftest import ALICE, Application, Person

P = "recurrence.pattern."
R = "recurrence.range."
START = {**BLANK, "start.dateTime": "2026-08-31T09:00"}

TABLE = [
    ({P + "type": "daily", P + "interval": "3"}, {"type": "daily", "interval": 3}, "Every 3 days"),
    (
        {P + "type": "weekly", P + "daysOfWeek": "monday,friday", P + "firstDayOfWeek": "monday"},
        {"type": "weekly", "interval": 1, "daysOfWeek": ["monday", "friday"], "firstDayOfWeek": "monday"},
        "Every week on Monday, Friday",
    ),
    (
        {P + "type": "weekly"},
        {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "sunday"},
        "Every week on Monday",
    ),
    (
        {P + "type": "absoluteMonthly"},
        {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31},
        "Every month on day 31",
    ),
    (
        {P + "type": "relativeMonthly", P + "index": "last", P + "daysOfWeek": "friday", P + "interval": "2"},
        {"type": "relativeMonthly", "interval": 2, "daysOfWeek": ["friday"], "index": "last"},
        "Every 2 months on the last Friday",
    ),
    (
        {P + "type": "absoluteYearly", P + "dayOfMonth": "1"},
        {"type": "absoluteYearly", "interval": 1, "dayOfMonth": 1, "month": 8},
        "Every year on 1 August",
    ),
    (
        {P + "type": "relativeYearly", P + "index": "first", P + "daysOfWeek": "sunday", P + "month": "9"},
        {"type": "relativeYearly", "interval": 1, "daysOfWeek": ["sunday"], "index": "first", "month": 9},
        "Every year on the first Sunday of September",
    ),
]


@pytest.mark.parametrize(("fields", "pattern", "words"), TABLE)
def test_each_pattern_has_only_the_members_it_needs(
    fields: dict[str, str], pattern: dict[str, object], words: str
) -> None:
    errors: dict[str, str] = {}
    given = recurrence_payload({**START, **fields}, errors)
    assert (given, errors) == ({"pattern": pattern, "range": {"type": "noEnd", "startDate": "2026-08-31"}}, {})
    assert given is not None
    assert recurrence_words(given) == words


@pytest.mark.parametrize(
    ("fields", "given", "words"),
    [
        (
            {R + "type": "endDate", R + "endDate": "2026-12-31"},
            {"type": "endDate", "startDate": "2026-08-31", "endDate": "2026-12-31"},
            "Every day, until 2026-12-31",
        ),
        (
            {R + "type": "numbered", R + "numberOfOccurrences": "5", R + "recurrenceTimeZone": "Asia/Tokyo"},
            {
                "type": "numbered",
                "startDate": "2026-08-31",
                "numberOfOccurrences": 5,
                "recurrenceTimeZone": "Asia/Tokyo",
            },
            "Every day, 5 times",
        ),
    ],
)
def test_each_range_has_only_the_members_it_needs(fields: dict[str, str], given: dict[str, object], words: str) -> None:
    found = recurrence_payload({**START, P + "type": "daily", **fields}, {})
    assert found is not None
    assert (found["range"], recurrence_words(found)) == (given, words)


def test_what_graph_returns_gives_the_same_again() -> None:
    returned = {
        "pattern": {
            "type": "weekly",
            "interval": 2,
            "month": 0,
            "dayOfMonth": 0,
            "daysOfWeek": ["friday", "monday"],
            "firstDayOfWeek": "monday",
            "index": "first",
        },
        "range": {
            "type": "endDate",
            "startDate": "2026-08-31",
            "endDate": "2026-12-31",
            "recurrenceTimeZone": "Europe/Berlin",
            "numberOfOccurrences": 0,
        },
    }
    assert recurrence_payload({**START, **recurrence_values(returned)}, {}) == {
        "pattern": {"type": "weekly", "interval": 2, "daysOfWeek": ["monday", "friday"], "firstDayOfWeek": "monday"},
        "range": {
            "type": "endDate",
            "startDate": "2026-08-31",
            "endDate": "2026-12-31",
            "recurrenceTimeZone": "Europe/Berlin",
        },
    }


def test_a_single_event_becomes_a_series_and_a_single_event_again(person: Person, app: Application) -> None:
    made = app.create("Review", "2026-08-03T10:00:00", "2026-08-03T11:00:00")
    address = f"/mailboxes/{ALICE}/events/{made['id']}"
    person.send(address, {P + "type": "daily", R + "type": "numbered", R + "numberOfOccurrences": "2"})
    assert len(person.look(f"/mailboxes/{ALICE}").having("data-event-id")) == 2
    person.send(address, {P + "type": ""})
    assert app.ask("GET", f"/events/{made['id']}")["type"] == "singleInstance"


def test_the_time_of_a_whole_series_is_changed(person: Person, app: Application) -> None:
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"]}
    given = {"type": "numbered", "startDate": "2026-08-03", "numberOfOccurrences": 2}
    recurrence = {"pattern": pattern, "range": given}
    made = app.create("Review", "2026-08-03T10:00:00", "2026-08-03T11:00:00", recurrence=recurrence)
    moved = {"start.dateTime": "2026-08-03T14:00", "end.dateTime": "2026-08-03T15:00"}
    person.send(f"/mailboxes/{ALICE}/events/{made['id']}", moved)
    starts = person.look(f"/mailboxes/{ALICE}", view="month", date="2026-08-03").values("data-start")
    assert starts == ["2026-08-03T14:00:00", "2026-08-10T14:00:00"]
