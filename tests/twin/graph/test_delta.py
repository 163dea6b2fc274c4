"""calendarView/delta for single events (FACTS §6)."""

from typing import Any

import pytest

from graphtwin.app import Twin
from tests.twin.graph.client import Person, lunch, moment
from tests.twin.graph.contract import data, nested_orders

WINDOW = "startDateTime=2026-08-01T00:00:00Z&endDateTime=2026-09-01T00:00:00Z"


def _round(person: Person, url: str, **headers: str) -> tuple[list[Any], str]:
    """All entries until the deltaLink, and that."""
    entries: list[Any] = []
    while True:
        page = person.get(url, **headers)
        entries += page["value"]
        if "@odata.deltaLink" in page:
            return entries, page["@odata.deltaLink"]
        url = page["@odata.nextLink"]


def _start(person: Person, home: str = "/me/calendarView", **headers: str) -> tuple[list[Any], str]:
    return _round(person, f"{home}/delta?{WINDOW}", **headers)


def test_it_begins_with_everything_in_the_window(alice: Person) -> None:
    inside = alice.post("/me/events", lunch())
    alice.post("/me/events", lunch(start=moment("2026-10-04T12:00:00"), end=moment("2026-10-04T13:00:00")))
    (entry,), _ = _start(alice)
    assert entry["@odata.type"] == "#microsoft.graph.event"
    full = {name: value for name, value in inside.items() if not name.startswith(("@odata.context", "calendar@"))}
    assert {name: value for name, value in entry.items() if name != "@odata.type"} == full


def test_it_has_the_shape_of_real_pages(alice: Person) -> None:
    bob = [{"emailAddress": {"address": "bob@elsewhere.example", "name": "Bob"}, "type": "required"}]
    alice.post("/me/events", lunch(attendees=bob))
    page = alice.get(f"/me/calendarView/delta?{WINDOW}")
    assert list(page) == ["@odata.context", "value", "@odata.deltaLink"]
    assert page["@odata.context"].endswith("/v1.0/$metadata#Collection(event)")
    assert nested_orders(page["value"][0], data("wire-shapes.json")["delta_page"]["singleInstance"]) == []


def test_it_tells_what_was_created_changed_and_deleted_since(alice: Person) -> None:
    first = alice.post("/me/events", lunch(subject="First"))
    second = alice.post("/me/events", lunch(subject="Second"))
    _, link = _start(alice)
    assert _round(alice, link)[0] == []
    alice.patch(f"/me/events/{first['id']}", {"subject": "Changed"})
    alice.delete(f"/me/events/{second['id']}")
    alice.post("/me/events", lunch(subject="Third"))
    entries, new_link = _round(alice, link)
    assert [each.get("subject", each.get("@removed")) for each in entries] == [
        "Changed",
        "Third",
        {"reason": "deleted"},
    ]
    assert entries[2] == {
        "@odata.type": "#microsoft.graph.event",
        "id": second["id"],
        "@removed": {"reason": "deleted"},
    }
    assert new_link != link
    assert _round(alice, new_link)[0] == []
    assert _round(alice, link)[0] == entries


def test_it_pages_as_asked_and_forgets_nothing_on_the_way(alice: Person) -> None:
    made = [alice.post("/me/events", lunch(subject=str(number))) for number in range(7)]
    page = alice.get(f"/me/calendarView/delta?{WINDOW}", prefer="odata.maxpagesize=3")
    assert [each["subject"] for each in page["value"]] == ["0", "1", "2"]
    alice.patch(f"/me/events/{made[0]['id']}", {"subject": "0 again"})
    alice.delete(f"/me/events/{made[4]['id']}")
    rest, link = _round(alice, page["@odata.nextLink"], prefer="odata.maxpagesize=3")
    assert [each["subject"] for each in rest] == ["3", "5", "6"]
    later, _ = _round(alice, link)
    assert [each.get("subject", "gone") for each in later] == ["0 again", "gone"]


def test_it_says_removed_of_what_left_the_window_or_never_was_in_it(twin: Twin, alice: Person) -> None:
    event = alice.post("/me/events", lunch())
    _, link = _start(alice)
    away = {"start": moment("2027-08-04T12:00:00"), "end": moment("2027-08-04T13:00:00")}
    alice.patch(f"/me/events/{event['id']}", away)
    alice.post("/me/events", lunch(**away))
    assert [each["@removed"] for each in _round(alice, link)[0]] == [{"reason": "deleted"}, {"reason": "deleted"}]
    twin.switches = twin.switches.changed({"delta_tells_of_events_outside_window": False})
    assert _round(alice, link)[0] == []


def test_it_watches_each_calendar_by_itself(alice: Person) -> None:
    calendar = alice.post("/me/calendars", {"name": "Projects"})
    home = f"/me/calendars/{calendar['id']}"
    _, own = _start(alice, f"{home}/calendarView")
    _, default = _start(alice)
    alice.post(f"{home}/events", lunch(subject="Project"))
    assert [each["subject"] for each in _round(alice, own)[0]] == ["Project"]
    assert _round(alice, default)[0] == []


def test_it_obeys_zone_body_and_id_preferences_on_each_call(alice: Person) -> None:
    alice.post("/me/events", lunch(body={"contentType": "html", "content": "<b>Hi</b>"}))
    prefer = 'outlook.timezone="Europe/Amsterdam", outlook.body-content-type="text", IdType="ImmutableId"'
    (entry,), link = _start(alice, prefer=prefer)
    assert (entry["start"]["timeZone"], entry["body"]["content"], len(entry["id"])) == ("Europe/Amsterdam", "Hi", 68)
    alice.patch(f"/me/events/{entry['id']}", {"subject": "Changed"})
    (entry,), _ = _round(alice, link)
    assert (entry["start"]["timeZone"], entry["body"]["contentType"], len(entry["id"])) == ("UTC", "html", 152)


def test_it_accepts_the_function_in_brackets_and_a_link_built_by_hand(alice: Person) -> None:
    page = alice.get(f"/me/calendarView/delta()?{WINDOW}")
    token = page["@odata.deltaLink"].partition("$deltatoken=")[2]
    assert alice.get(f"/me/calendarView/delta?$deltatoken={token}")["value"] == []


@pytest.mark.parametrize(
    "option", ["$select=subject", "$filter=subject eq 'x'", "$expand=attachments", "$orderby=subject"]
)
def test_it_refuses_options_that_delta_does_not_have(alice: Person, option: str) -> None:
    answer = alice.ask("GET", f"/me/calendarView/delta?{WINDOW}&{option}")
    assert (answer.status, answer.code) == (400, "BadRequest")


def test_it_answers_malformed_foreign_and_expired_tokens(twin: Twin, alice: Person, bob: Person) -> None:
    _, link = _start(alice)
    malformed = alice.ask("GET", "/me/calendarView/delta?$deltatoken=nonsense")
    assert (malformed.status, malformed.body["error"]["message"]) == (400, "Badly formed token.")
    assert bob.ask("GET", link).status == 400
    alice.mailbox.expire_delta_tokens()
    expired = alice.ask("GET", link)
    assert (expired.status, expired.code) == (410, "SyncStateNotFound")
    for code in ("resyncRequired", "fullSyncRequired", "syncStateInvalid"):
        twin.switches = twin.switches.changed({"expired_delta_answer": code})
        assert alice.ask("GET", link).code == code


def test_it_refuses_tokens_after_the_days_it_is_told(twin: Twin, alice: Person) -> None:
    _, unlimited = _start(alice)
    twin.switches = twin.switches.changed({"delta_token_life_days": 7})
    _, link = _start(alice)
    twin.clock.advance(7 * 86_400)
    alice.token = twin.tokens.issue(alice.mailbox)
    _, renewed = _round(alice, link)
    twin.clock.advance(1)
    assert [alice.ask("GET", each).status for each in (unlimited, link, renewed)] == [200, 410, 200]


def test_it_can_show_empty_pages_and_replays(twin: Twin, alice: Person) -> None:
    alice.post("/me/events", lunch())
    twin.switches = twin.switches.changed({"delta_empty_page_before_last": True})
    page = alice.get(f"/me/calendarView/delta?{WINDOW}")
    assert (len(page["value"]), "@odata.nextLink" in page) == (1, True)
    last = alice.get(page["@odata.nextLink"])
    assert (last["value"], "@odata.deltaLink" in last) == ([], True)
    twin.switches = twin.switches.changed({"delta_empty_page_before_last": False, "delta_replays_last_changes": 1})
    alice.post("/me/events", lunch(subject="Next"))
    assert [each["subject"] for each in _round(alice, last["@odata.deltaLink"])[0]] == ["Lunch", "Next"]


def test_it_follows_events_without_a_window_where_that_is_switched_on(twin: Twin, alice: Person) -> None:
    alice.post("/me/events", lunch())
    entries, link = _round(alice, "/me/events/delta")
    assert [each["subject"] for each in entries] == ["Lunch"]
    assert _round(alice, link)[0] == []
    twin.switches = twin.switches.changed({"events_delta_enabled": False})
    assert alice.ask("GET", "/me/events/delta").status == 400
