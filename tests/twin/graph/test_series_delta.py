"""Delta and series (FACTS §6.3): whole groups, short occurrences, silence about deleted ones."""

from typing import Any

from graphtwin.app import Twin
from tests.twin.graph.client import Person, lunch, moment
from tests.twin.graph.contract import data, nested_orders
from tests.twin.graph.test_series import instances, standup

WINDOW = "startDateTime=2026-08-01T00:00:00Z&endDateTime=2026-10-01T00:00:00Z"


def _start(person: Person, **headers: str) -> Any:
    return person.get(f"/me/calendarView/delta?{WINDOW}", **headers)


def _types(page: Any) -> list[str]:
    return [each.get("type", "removed") for each in page["value"]]


def test_it_shows_master_and_short_occurrences_in_the_zone_of_the_series(alice: Person) -> None:
    created = alice.post("/me/events", standup(location={"displayName": "Room"}))
    page = _start(alice, prefer='outlook.timezone="Europe/Amsterdam"')
    master, first, *_ = page["value"]
    shapes = data("wire-shapes.json")["delta_page"]
    assert nested_orders(master, shapes["seriesMaster"]) == []
    assert nested_orders(first, shapes["occurrence"]) == []
    assert first["start"] == {"dateTime": "2026-08-03T09:00:00.0000000", "timeZone": "W. Europe Standard Time"}
    assert master["start"] == {"dateTime": "2026-08-03T09:00:00.0000000", "timeZone": "Europe/Amsterdam"}
    assert first["@odata.etag"].startswith('W/"DwAAABYAAA')
    assert first["seriesMasterId"] == created["id"]
    assert [each["id"] for each in page["value"][1:]] == [each["id"] for each in instances(alice, created["id"])]


def test_it_names_the_windows_zone_of_a_series_made_with_an_iana_name(alice: Person) -> None:
    times = {
        "start": moment("2026-08-03T09:00:00", "Europe/Paris"),
        "end": moment("2026-08-03T09:30:00", "Europe/Paris"),
    }
    alice.post("/me/events", standup(**times))
    assert _start(alice)["value"][1]["start"]["timeZone"] == "Romance Standard Time"


def test_it_shows_the_whole_series_again_when_anything_in_it_changes(alice: Person) -> None:
    created = alice.post("/me/events", standup())
    alice.post("/me/events", lunch())
    link = _start(alice)["@odata.deltaLink"]
    second = instances(alice, created["id"])[1]
    alice.patch(f"/me/events/{second['id']}", {"subject": "Own"})
    page = alice.get(link)
    assert _types(page) == ["seriesMaster", "occurrence", "occurrence", "occurrence", "exception"]
    assert page["value"][4]["subject"] == "Own"
    alice.patch(f"/me/events/{created['id']}", {"subject": "All"})
    assert _types(alice.get(page["@odata.deltaLink"])) == _types(page)


def test_it_keeps_silence_about_a_deleted_occurrence_unless_told_otherwise(twin: Twin, alice: Person) -> None:
    created = alice.post("/me/events", standup())
    link = _start(alice)["@odata.deltaLink"]
    second = instances(alice, created["id"])[1]
    alice.delete(f"/me/events/{second['id']}")
    page = alice.get(link)
    assert _types(page) == ["seriesMaster", "occurrence", "occurrence", "occurrence"]
    assert second["id"] not in {each["id"] for each in page["value"]}
    twin.switches = twin.switches.changed({"removed_entry_for_deleted_occurrence": True})
    assert alice.get(link)["value"][-1] == {
        "@odata.type": "#microsoft.graph.event",
        "id": second["id"],
        "@removed": {"reason": "deleted"},
    }


def test_it_removes_a_deleted_series_by_its_master_alone(alice: Person) -> None:
    created = alice.post("/me/events", standup())
    link = _start(alice)["@odata.deltaLink"]
    alice.delete(f"/me/events/{created['id']}")
    gone = {"@odata.type": "#microsoft.graph.event", "id": created["id"], "@removed": {"reason": "deleted"}}
    assert alice.get(link)["value"] == [gone]


def test_it_includes_a_master_that_began_before_the_window(alice: Person) -> None:
    alice.post("/me/events", standup())
    late = "startDateTime=2026-08-16T00:00:00Z&endDateTime=2026-08-20T00:00:00Z"
    page = alice.get(f"/me/calendarView/delta?{late}")
    assert _types(page) == ["seriesMaster", "occurrence"]
    assert page["value"][0]["start"]["dateTime"][:10] == "2026-08-03"


def test_it_does_not_split_a_series_over_pages(alice: Person) -> None:
    for _ in range(3):
        alice.post("/me/events", standup())
    page = _start(alice, prefer="odata.maxpagesize=6")
    assert len(page["value"]) == 10
    assert len(alice.get(page["@odata.nextLink"], prefer="odata.maxpagesize=6")["value"]) == 5


def test_it_follows_single_to_series_and_back(alice: Person) -> None:
    event = alice.post("/me/events", standup(recurrence=None))
    link = _start(alice)["@odata.deltaLink"]
    alice.patch(f"/me/events/{event['id']}", {"recurrence": standup()["recurrence"]})
    page = alice.get(link)
    assert _types(page) == ["seriesMaster", "occurrence", "occurrence", "occurrence", "occurrence"]
    alice.patch(f"/me/events/{event['id']}", {"recurrence": None})
    assert _types(alice.get(page["@odata.deltaLink"])) == ["singleInstance"]


def test_it_takes_page_sizes_from_the_switches(twin: Twin, alice: Person) -> None:
    for number in range(6):
        alice.post("/me/events", lunch(subject=str(number)))
    twin.switches = twin.switches.changed({"delta_page_size": 4, "delta_page_size_limit": 5})
    assert len(_start(alice)["value"]) == 4
    assert len(_start(alice, prefer="odata.maxpagesize=100")["value"]) == 5


def test_it_says_removed_of_a_series_that_left_the_window(alice: Person) -> None:
    created = alice.post("/me/events", standup())
    link = _start(alice)["@odata.deltaLink"]
    away = {"start": moment("2027-08-02T09:00:00"), "end": moment("2027-08-02T09:30:00")}
    alice.patch(f"/me/events/{created['id']}", away)
    assert [each["id"] for each in alice.get(link)["value"]] == [created["id"]]


def test_it_follows_masters_without_their_occurrences_where_there_is_no_window(alice: Person) -> None:
    endless = {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd", "startDate": "2026-08-03"}}
    alice.post("/me/events", standup(recurrence=endless))
    assert _types(alice.get("/me/events/delta")) == ["seriesMaster"]


def test_it_shows_long_occurrences_in_windows_they_began_before(alice: Person) -> None:
    days = {"start": moment("2026-08-03T00:00:00"), "end": moment("2026-08-07T00:00:00")}
    created = alice.post("/me/events", standup(isAllDay=True, **days))
    late = "startDateTime=2026-08-13T10:00:00Z&endDateTime=2026-08-13T11:00:00Z"
    (shown,) = alice.get(f"/me/calendarView?{late}")["value"]
    assert shown["occurrenceId"] == f"OID.{created['id']}.2026-08-10"
    assert _types(alice.get(f"/me/calendarView/delta?{late}")) == ["seriesMaster", "occurrence"]


def test_it_shows_events_without_length_at_their_moment(alice: Person) -> None:
    point = {"start": moment("2026-08-03T09:00:00"), "end": moment("2026-08-03T09:00:00")}
    alice.post("/me/events", standup(**point))
    at = "startDateTime=2026-08-10T09:00:00Z&endDateTime=2026-08-10T10:00:00Z"
    before = "startDateTime=2026-08-10T08:00:00Z&endDateTime=2026-08-10T09:00:00Z"
    assert [len(alice.get(f"/me/calendarView?{each}")["value"]) for each in (at, before)] == [1, 0]


def test_it_knows_an_occurrence_by_the_etag_of_its_delta(alice: Person) -> None:
    created = alice.post("/me/events", standup())
    first, second = _start(alice)["value"][1:3]
    url = f"/me/events/{first['id']}"
    assert alice.ask("PATCH", url, {"subject": "Own"}, if_match=first["@odata.etag"]).status == 200
    assert (
        alice.ask("PATCH", f"/me/events/{second['id']}", {"subject": "X"}, if_match=second["@odata.etag"]).status == 412
    )
    assert alice.get(f"/me/events/{created['id']}")["subject"] == "Stand-up"
