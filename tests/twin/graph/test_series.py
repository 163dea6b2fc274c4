"""Series: masters, occurrences, exceptions, deleted dates (FACTS §4)."""

from typing import Any

import pytest

from graphtwin.app import Twin
from tests.twin.graph.client import Person, lunch, moment
from tests.twin.graph.contract import data, nested_orders

WINDOW = "startDateTime=2026-08-01T00:00:00Z&endDateTime=2026-10-01T00:00:00Z"
MONDAYS = ["2026-08-03", "2026-08-10", "2026-08-17", "2026-08-24"]


def weekly(*days: str, **limit: Any) -> dict[str, Any]:
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": list(days or ("monday",))}
    return {
        "pattern": pattern,
        "range": {"type": "numbered", "startDate": "2026-08-03", "numberOfOccurrences": 4, **limit},
    }


def standup(**members: Any) -> dict[str, Any]:
    """Four Mondays at nine in Amsterdam."""
    times = {
        "start": moment("2026-08-03T09:00:00", "W. Europe Standard Time"),
        "end": moment("2026-08-03T09:30:00", "W. Europe Standard Time"),
    }
    return lunch(**{"subject": "Stand-up", **times, "recurrence": weekly(), **members})


def instances(person: Person, master_id: str, **headers: str) -> list[Any]:
    return list(person.get(f"/me/events/{master_id}/instances?{WINDOW}&$top=100", **headers)["value"])


def dates(person: Person, master_id: str) -> list[str]:
    return [each["start"]["dateTime"][:10] for each in instances(person, master_id)]


def test_it_has_the_shape_of_a_real_master(alice: Person) -> None:
    created = alice.post("/me/events", standup(location={"displayName": "Room"}))
    listed = alice.get(f"/me/events/{created['id']}")
    assert nested_orders(listed, data("wire-shapes.json")["event_series_master_get"]) == []


def test_it_returns_every_member_of_a_recurrence_with_its_fillers(alice: Person) -> None:
    until = weekly("Tuesday", type="endDate", endDate="2026-08-30")
    del until["range"]["numberOfOccurrences"]
    created = alice.post("/me/events", standup(recurrence=until))
    assert created["type"] == "seriesMaster"
    assert created["recurrence"] == {
        "pattern": {
            "type": "weekly",
            "interval": 1,
            "month": 0,
            "dayOfMonth": 0,
            "daysOfWeek": ["tuesday"],
            "firstDayOfWeek": "sunday",
            "index": "first",
        },
        "range": {
            "type": "endDate",
            "startDate": "2026-08-03",
            "endDate": "2026-08-30",
            "recurrenceTimeZone": "W. Europe Standard Time",
            "numberOfOccurrences": 0,
        },
    }


def test_it_moves_the_start_to_the_first_date_that_fits(alice: Person) -> None:
    created = alice.post("/me/events", standup(recurrence=weekly("wednesday")))
    assert created["start"] == {"dateTime": "2026-08-05T07:00:00.0000000", "timeZone": "UTC"}
    assert dates(alice, created["id"])[0] == "2026-08-05"


@pytest.mark.parametrize(
    "pattern",
    [
        {"type": "hourly", "interval": 1},
        {"type": "daily", "interval": 0},
        {"type": "daily"},
        {"type": "daily", "interval": 1, "month": 13},
        {"type": "daily", "interval": 1, "dayOfMonth": 32},
        {"type": "daily", "interval": 1, "daysOfWeek": ["someday"]},
        {"type": "daily", "interval": 1, "index": "fifth"},
        {"type": "daily", "interval": 1, "firstDayOfWeek": "someday"},
        {"type": "weekly", "interval": 1},
        {"type": "relativeMonthly", "interval": 1},
        {"type": "absoluteMonthly", "interval": 1},
        {"type": "absoluteYearly", "interval": 1, "dayOfMonth": 3},
        {"type": "relativeYearly", "interval": 1, "daysOfWeek": ["monday"]},
    ],
)
def test_it_refuses_impossible_patterns_even_in_fields_it_ignores(alice: Person, pattern: dict[str, Any]) -> None:
    recurrence = {"pattern": pattern, "range": {"type": "noEnd", "startDate": "2026-08-03"}}
    answer = alice.ask("POST", "/me/events", standup(recurrence=recurrence))
    assert (answer.status, answer.code) == (400, "ErrorPropertyValidationFailure")


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ({"type": "sometimes"}, "ErrorPropertyValidationFailure"),
        ({"type": "endDate", "endDate": "2026-08-01"}, "ErrorPropertyValidationFailure"),
        ({"type": "endDate"}, "ErrorPropertyValidationFailure"),
        ({"numberOfOccurrences": 0}, "ErrorPropertyValidationFailure"),
        ({"numberOfOccurrences": -1}, "ErrorPropertyValidationFailure"),
        ({"startDate": "soon"}, "ErrorPropertyValidationFailure"),
        ({"endDate": "2026-13-01"}, "ErrorPropertyValidationFailure"),
        ({"recurrenceTimeZone": "Nowhere/Land"}, "TimeZoneNotSupportedException"),
        ({"type": "endDate", "startDate": "2026-08-04", "endDate": "2026-08-05"}, "ErrorPropertyValidationFailure"),
    ],
)
def test_it_refuses_impossible_ranges(alice: Person, limit: dict[str, Any], code: str) -> None:
    answer = alice.ask("POST", "/me/events", standup(recurrence=weekly(**limit)))
    assert (answer.status, answer.code) == (400, code)


def test_it_lists_masters_but_views_occurrences(alice: Person) -> None:
    created = alice.post("/me/events", standup())
    assert [each["type"] for each in alice.events()] == ["seriesMaster"]
    viewed = alice.get(f"/me/calendarView?{WINDOW}")["value"]
    assert [each["start"]["dateTime"][:10] for each in viewed] == MONDAYS
    first = viewed[0]
    assert (first["type"], first["seriesMasterId"], first["recurrence"]) == ("occurrence", created["id"], None)
    assert first["occurrenceId"] == f"OID.{created['id']}.2026-08-03"
    assert first["originalStart"] == "2026-08-03T07:00:00Z"
    assert {**alice.get(f"/me/events/{first['id']}"), "@odata.context": 0} == {"@odata.context": 0, **first}
    assert viewed == instances(alice, created["id"])


def test_it_dates_the_ical_uid_of_occurrences_and_shares_the_uid(alice: Person) -> None:
    created = alice.post("/me/events", standup())
    viewed = instances(alice, created["id"])
    assert {each["uid"] for each in viewed} == {created["uid"]}
    assert [each["iCalUId"][32:40] for each in viewed] == ["07EA0803", "07EA080A", "07EA0811", "07EA0818"]
    assert created["iCalUId"][32:40] == "00000000"


def test_it_keeps_the_wall_clock_when_summer_time_ends(alice: Person) -> None:
    dated = {"type": "daily", "interval": 1}
    recurrence = {"pattern": dated, "range": {"type": "numbered", "startDate": "2026-10-24", "numberOfOccurrences": 3}}
    times = {
        "start": moment("2026-10-24T09:00:00", "Europe/Amsterdam"),
        "end": moment("2026-10-24T09:30:00", "Europe/Amsterdam"),
    }
    alice.post("/me/events", standup(recurrence=recurrence, **times))
    autumn = "startDateTime=2026-10-01T00:00:00Z&endDateTime=2026-11-01T00:00:00Z"
    viewed = alice.get(f"/me/calendarView?{autumn}")["value"]
    assert [each["start"]["dateTime"][11:16] for each in viewed] == ["07:00", "08:00", "08:00"]


def test_it_repeats_in_the_zone_of_the_recurrence(alice: Person) -> None:
    recurrence = weekly(recurrenceTimeZone="Pacific Standard Time", startDate="2026-08-03")
    late = {"start": moment("2026-08-04T04:00:00"), "end": moment("2026-08-04T05:00:00")}
    created = alice.post("/me/events", standup(recurrence=recurrence, **late))
    assert instances(alice, created["id"])[1]["start"]["dateTime"] == "2026-08-11T04:00:00.0000000"


def test_it_turns_a_patched_occurrence_into_an_exception(alice: Person) -> None:
    created = alice.post("/me/events", standup())
    second = instances(alice, created["id"])[1]
    changed = alice.patch(
        f"/me/events/{second['id']}", {"subject": "Long stand-up", "end": moment("2026-08-10T09:00:00")}
    )
    assert (changed["type"], changed["id"], changed["subject"]) == ("exception", second["id"], "Long stand-up")
    assert (changed["seriesMasterId"], changed["recurrence"]) == (created["id"], None)
    assert changed["occurrenceId"] == f"OID.{created['id']}.2026-08-10"
    assert changed["iCalUId"] == second["iCalUId"]
    assert [each["type"] for each in instances(alice, created["id"])] == [
        "occurrence",
        "exception",
        "occurrence",
        "occurrence",
    ]


def test_it_keeps_the_id_of_a_moved_exception_and_its_original_date(alice: Person) -> None:
    created = alice.post("/me/events", standup())
    second = instances(alice, created["id"])[1]
    moved = alice.patch(
        f"/me/events/{second['id']}", {"start": moment("2026-08-12T10:00:00"), "end": moment("2026-08-12T11:00:00")}
    )
    assert (moved["id"], moved["occurrenceId"][-10:]) == (second["id"], "2026-08-10")
    assert moved["originalStart"] == "2026-08-10T07:00:00Z"
    assert dates(alice, created["id"]) == ["2026-08-03", "2026-08-12", "2026-08-17", "2026-08-24"]


def test_it_deletes_dates_and_tells_of_them_only_when_asked(alice: Person) -> None:
    created = alice.post("/me/events", standup())
    url = f"/me/events/{created['id']}"
    first, _, third, _ = instances(alice, created["id"])
    alice.patch(f"/me/events/{first['id']}", {"subject": "Kick-off"})
    alice.delete(f"/me/events/{third['id']}")
    assert dates(alice, created["id"]) == ["2026-08-03", "2026-08-10", "2026-08-24"]
    assert alice.ask("GET", f"/me/events/{third['id']}").status == 404
    assert "cancelledOccurrences" not in alice.get(url)
    selected = alice.get(
        f"{url}?$select=subject,cancelledOccurrences,exceptionOccurrences&$expand=exceptionOccurrences"
    )
    assert selected["cancelledOccurrences"] == [f"OID.{created['id']}.2026-08-17"]
    assert [each["subject"] for each in selected["exceptionOccurrences"]] == ["Kick-off"]
    assert "exceptionOccurrences" not in alice.get(f"{url}?$expand=exceptionOccurrences")


@pytest.mark.parametrize(
    ("start", "status"),
    [
        ("2026-08-03T20:00:00", 400),
        ("2026-08-04T00:00:00", 200),
        ("2026-08-16T10:00:00", 200),
        ("2026-08-17T06:00:00", 400),
        ("2026-08-30T06:00:00", 400),
        ("2026-07-30T06:00:00", 400),
    ],
)
def test_it_refuses_crossing_boundaries(alice: Person, start: str, status: int) -> None:
    created = alice.post("/me/events", standup())
    second = instances(alice, created["id"])[1]
    later = start.replace(":00:00", ":10:00")
    answer = alice.ask("PATCH", f"/me/events/{second['id']}", {"start": moment(start), "end": moment(later)})
    assert answer.status == status
    if status == 400:
        assert answer.code == "ErrorOccurrenceCrossingBoundary"


def test_it_lets_an_occurrence_move_where_a_neighbour_was_deleted(alice: Person) -> None:
    created = alice.post("/me/events", standup())
    _, second, third, _ = instances(alice, created["id"])
    alice.delete(f"/me/events/{third['id']}")
    times = {"start": moment("2026-08-18T10:00:00"), "end": moment("2026-08-18T11:00:00")}
    assert alice.ask("PATCH", f"/me/events/{second['id']}", times).status == 200


def test_it_carries_the_masters_changes_into_what_was_not_overridden(alice: Person) -> None:
    created = alice.post("/me/events", standup(location={"displayName": "Room"}))
    second = instances(alice, created["id"])[1]
    alice.patch(f"/me/events/{second['id']}", {"subject": "Long stand-up"})
    alice.patch(f"/me/events/{created['id']}", {"subject": "Daily", "location": {"displayName": "Bar"}})
    shown = [(each["subject"], each["location"]["displayName"]) for each in instances(alice, created["id"])]
    assert shown == [("Daily", "Bar"), ("Long stand-up", "Bar"), ("Daily", "Bar"), ("Daily", "Bar")]


@pytest.mark.parametrize(
    ("dropped", "returned", "subjects"),
    [
        (True, True, ["Stand-up", "Stand-up", "Stand-up", "Stand-up"]),
        (False, True, ["Stand-up", "Own", "Stand-up", "Stand-up"]),
        (True, False, ["Stand-up", "Stand-up", "Stand-up"]),
    ],
)
def test_it_drops_exceptions_when_the_master_moves(
    twin: Twin, alice: Person, *, dropped: bool, returned: bool, subjects: list[str]
) -> None:
    twin.switches = twin.switches.changed(
        {"exceptions_dropped_when_master_moves": dropped, "deleted_dates_return_when_master_moves": returned}
    )
    created = alice.post("/me/events", standup())
    _, second, third, _ = instances(alice, created["id"])
    alice.patch(f"/me/events/{second['id']}", {"subject": "Own"})
    alice.delete(f"/me/events/{third['id']}")
    later = {"start": moment("2026-08-03T08:00:00"), "end": moment("2026-08-03T08:30:00")}
    alice.patch(f"/me/events/{created['id']}", later)
    assert [each["subject"] for each in instances(alice, created["id"])] == subjects


def test_it_takes_the_range_along_when_a_master_moves_to_another_day(alice: Person) -> None:
    created = alice.post("/me/events", standup(recurrence=weekly("monday", "tuesday")))
    later = {"start": moment("2026-08-11T08:00:00"), "end": moment("2026-08-11T08:30:00")}
    changed = alice.patch(f"/me/events/{created['id']}", later)
    assert changed["recurrence"]["range"]["startDate"] == "2026-08-11"
    assert dates(alice, created["id"]) == ["2026-08-11", "2026-08-17", "2026-08-18", "2026-08-24"]


def test_it_turns_a_single_event_into_a_series_and_back(alice: Person) -> None:
    created = alice.post("/me/events", standup(recurrence=None))
    url = f"/me/events/{created['id']}"
    assert created["type"] == "singleInstance"
    assert alice.patch(url, {"recurrence": weekly()})["type"] == "seriesMaster"
    assert dates(alice, created["id"]) == MONDAYS
    single = alice.patch(url, {"recurrence": None})
    assert (single["type"], single["recurrence"], single["id"]) == ("singleInstance", None, created["id"])
    assert alice.ask("GET", f"{url}/instances?{WINDOW}").status == 400


def test_it_ignores_recurrence_on_an_occurrence(alice: Person) -> None:
    created = alice.post("/me/events", standup())
    second = instances(alice, created["id"])[1]
    changed = alice.patch(f"/me/events/{second['id']}", {"recurrence": weekly("friday"), "subject": "Own"})
    assert (changed["type"], changed["recurrence"]) == ("exception", None)


def test_it_repeats_all_day_events_on_their_dates(alice: Person) -> None:
    recurrence = {
        "pattern": {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31},
        "range": {"type": "noEnd", "startDate": "2026-08-31"},
    }
    whole = {"isAllDay": True, "start": moment("2026-08-31T00:00:00"), "end": moment("2026-09-01T00:00:00")}
    created = alice.post("/me/events", standup(recurrence=recurrence, **whole))
    year = "startDateTime=2026-08-01T00:00:00Z&endDateTime=2027-03-02T00:00:00Z"
    shown = alice.get(f"/me/events/{created['id']}/instances?{year}", prefer='outlook.timezone="Tokyo Standard Time"')
    assert [each["start"]["dateTime"][:10] for each in shown["value"]] == [
        "2026-08-31",
        "2026-09-30",
        "2026-10-31",
        "2026-11-30",
        "2026-12-31",
        "2027-01-31",
        "2027-02-28",
    ]


def test_it_demands_a_window_for_instances(alice: Person) -> None:
    created = alice.post("/me/events", standup())
    assert alice.ask("GET", f"/me/events/{created['id']}/instances").status == 400


def test_it_shows_no_original_start_to_personalities_of_the_consumer_kind(twin: Twin) -> None:
    mailbox = twin.tenant.add_mailbox("eve@outlook.example", "Eve", personality="consumer")
    eve = Person(twin, mailbox, twin.tokens.issue(mailbox))
    created = eve.post("/me/events", standup())
    second = instances(eve, created["id"])[1]
    exception = eve.patch(f"/me/events/{second['id']}", {"location": {"displayName": "Room"}})
    assert "originalStart" not in exception
    shown = {name: value for name, value in exception.items() if not name.startswith(("@odata.context", "calendar@"))}
    shape = data("wire-shapes.json")["delta_page"]["exception"]
    assert nested_orders({"@odata.type": "", **shown}, shape) == []


@pytest.mark.parametrize(
    "change",
    [
        {"start": moment("2026-09-03T08:00:00"), "end": moment("2026-09-03T09:00:00")},
        {"recurrence": weekly("sunday", type="endDate", startDate="2026-08-03", endDate="2026-08-05")},
    ],
)
def test_it_refuses_to_leave_a_series_without_dates_and_changes_nothing(alice: Person, change: dict[str, Any]) -> None:
    limit = weekly("monday", type="endDate", endDate="2026-08-30")
    created = alice.post("/me/events", standup(recurrence=limit))
    answer = alice.ask("PATCH", f"/me/events/{created['id']}", {"subject": "Other", **change})
    assert (answer.status, answer.code) == (400, "ErrorPropertyValidationFailure")
    assert {**alice.get(f"/me/events/{created['id']}"), "@odata.context": 0} == {**created, "@odata.context": 0}
