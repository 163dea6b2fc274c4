"""Events over the API: what is written is what is told, and only to whom it may be told."""

from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Api

NINE = {"start": "2026-11-23T09:00:00", "end": "2026-11-23T10:00:00", "zone": "Europe/Amsterdam"}
TEN = {"start": "2026-11-23T10:00:00", "end": "2026-11-23T11:00:00", "zone": "Europe/Amsterdam"}
WEEK = {"start": "2026-11-23T00:00:00Z", "end": "2026-11-30T00:00:00Z"}
PLAN = {
    "subject": "Plan the spring",
    "body": "<p>Bring the figures</p>",
    "when": NINE,
    "places": [{"name": "Room 1", "email": "room1@example.com", "uri": ""}],
    "attendees": [{"address": "Bob@example.com", "name": "Bob", "role": "optional"}],
    "importance": "high",
    "response_options": {"requested": True, "propose_new_times": False, "hide_attendees": False},
    "show_as": "oof",
    "reminder": 30,
    "categories": ["Blue"],
    "sensitivity": "personal",
}


def _made(api: Api, payload: dict[str, Any] = PLAN) -> dict[str, Any]:
    status, event = api("POST", "/events", payload)
    assert status == 201, event
    return dict(event)


def test_it_tells_an_event_as_it_was_made(as_alice: Api) -> None:
    made = _made(as_alice)
    status, told = as_alice("GET", f"/events/{made['id']}")
    assert status == 200
    assert told == made
    assert {name: told[name] for name in ("subject", "body", "importance", "response_options", "places")} == {
        name: PLAN[name] for name in ("subject", "body", "importance", "response_options", "places")
    }
    assert {name: value for name, value in told["when"].items() if value is not None} == NINE | {
        "end_zone": "Europe/Amsterdam"
    }
    assert [(each["address"], each["role"], each["answer"]) for each in told["attendees"]] == [
        ("Bob@example.com", "optional", "needs-action")
    ]
    assert told["personal"] == {
        "answer": "needs-action",
        "show_as": "oof",
        "reminder": 30,
        "categories": ["Blue"],
        "sensitivity": "personal",
        "hidden": False,
    }


def test_it_changes_only_what_is_named(as_alice: Api) -> None:
    made = _made(as_alice)
    status, told = as_alice("PATCH", f"/events/{made['id']}", {"subject": "Plan the summer", "reminder": None})
    assert status == 200
    changed = {"subject", "personal", "version", "modified"}
    assert {name for name in made if made[name] != told[name]} == changed
    assert (told["subject"], told["personal"]["reminder"]) == ("Plan the summer", None)


def test_it_does_nothing_when_nothing_changes(as_alice: Api) -> None:
    made = _made(as_alice)
    assert as_alice("PATCH", f"/events/{made['id']}", {"subject": "Plan the spring"}) == (200, made)


def test_it_refuses_a_change_of_a_field_that_moved_on(as_alice: Api) -> None:
    made = _made(as_alice)
    as_alice("PATCH", f"/events/{made['id']}", {"subject": "Second"})
    status, told = as_alice("PATCH", f"/events/{made['id']}", {"subject": "Third", "version": made["version"]})
    assert status == 409
    assert told["error"]
    assert as_alice("GET", f"/events/{made['id']}")[1]["subject"] == "Second"


def test_it_lists_what_touches_the_window(as_alice: Api) -> None:
    made = _made(as_alice)
    status, listed = as_alice("GET", "/events", **WEEK)
    assert (status, [(each["id"], each["subject"]) for each in listed]) == (200, [(made["id"], "Plan the spring")])
    assert as_alice("GET", "/events", start="2027-01-01T00:00:00Z", end="2027-01-02T00:00:00Z") == (200, [])


def test_it_shows_an_invitation_to_the_attendee_who_answers_for_himself(as_alice: Api, as_bob: Api) -> None:
    made = _made(as_alice)
    assert [each["answer"] for each in as_bob("GET", "/events", **WEEK)[1]] == ["needs-action"]
    status, told = as_bob("POST", f"/events/{made['id']}/answer", {"answer": "accepted"})
    assert (status, told["personal"]["answer"]) == (200, "accepted")
    assert [each["answer"] for each in as_alice("GET", f"/events/{made['id']}")[1]["attendees"]] == ["accepted"]


def test_it_hides_events_from_strangers(as_alice: Api, as_charlie: Api) -> None:
    made = _made(as_alice, PLAN | {"sensitivity": "private"})
    status, told = as_charlie("GET", f"/events/{made['id']}")
    assert status == 200
    assert (told["busy_only"], told["body"], told["attendees"], told["personal"]) == (True, "", [], None)
    assert "spring" not in str(told)
    for method, path, payload in [
        ("PATCH", "", {"subject": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/answer", {"answer": "accepted"}),
        ("GET", "/history", None),
        ("POST", "/restore", None),
        ("POST", "/archive", None),
    ]:
        status, told = as_charlie(method, f"/events/{made['id']}{path}", payload)
        assert status in (404, 409), (method, path, told)
    assert as_alice("GET", f"/events/{made['id']}")[1] == made


def test_it_adds_and_removes_one_person_at_a_time(as_alice: Api) -> None:
    made = _made(as_alice)
    address = f"/events/{made['id']}/attendees"
    added = as_alice("POST", address, {"address": "dora@example.com"})[1]
    assert [each["address"] for each in added["attendees"]] == ["Bob@example.com", "dora@example.com"]
    removed = as_alice("DELETE", f"{address}/BOB@example.com")[1]
    assert [each["address"] for each in removed["attendees"]] == ["dora@example.com"]
    assert as_alice("DELETE", f"{address}/nobody@example.com")[0] == 404


def test_it_deletes_and_restores(as_alice: Api) -> None:
    made = _made(as_alice, PLAN | {"attendees": []})
    assert as_alice("DELETE", f"/events/{made['id']}") == (204, None)
    assert as_alice("GET", "/events", **WEEK) == (200, [])
    status, told = as_alice("POST", f"/events/{made['id']}/restore")
    assert (status, told["state"]) == (200, "active")
    assert len(as_alice("GET", "/events", **WEEK)[1]) == 1


def test_it_archives_and_unarchives(as_alice: Api) -> None:
    made = _made(as_alice, PLAN | {"attendees": []})
    assert as_alice("POST", f"/events/{made['id']}/archive")[1]["state"] == "archived"
    assert as_alice("POST", f"/events/{made['id']}/unarchive")[1]["state"] == "active"


def test_it_keeps_a_history_of_fields(as_alice: Api) -> None:
    made = _made(as_alice)
    as_alice("PATCH", f"/events/{made['id']}", {"when": TEN})
    newest = as_alice("GET", f"/events/{made['id']}/history")[1][0]
    assert [change["field"] for change in newest["changes"]] == ["when"]
    assert (newest["who"], newest["source"]) == ("Alice", "api")


def test_it_forecasts_the_mails_of_somebody_without_outlook(as_alice: Api) -> None:
    bob = {"recipient": "bob@example.com", "name": "Bob", "kind": "request", "certain": True, "via": "kalends"}
    assert as_alice("POST", "/events/mails", PLAN) == (200, [bob])


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({}, "when"),
        ({"when": NINE | {"end": "2026-11-23T08:00:00"}}, "before the start"),
        ({"when": NINE | {"zone": "Mars/Olympus"}}, "Mars/Olympus"),
        ({"when": NINE | {"start": "2026-11-23T09:00:00Z"}}, "wall-clock"),
        ({"when": NINE, "attendees": [{"address": "nobody"}]}, "attendees"),
        ({"when": NINE, "subject": "a\x00b"}, "NUL"),
        ({"when": NINE, "reminder": -1}, "reminder"),
    ],
)
def test_it_says_what_is_wrong_with_a_payload(as_alice: Api, payload: dict[str, Any], words: str) -> None:
    status, told = as_alice("POST", "/events", payload)
    assert status == 422
    assert words in told["error"]


def test_it_refuses_callers_without_a_token(db: None) -> None:
    for path in ("/events?start=2026-01-01T00:00:00Z&end=2026-01-02T00:00:00Z", "/me", "/contacts"):
        reply = Client().get(f"/api/v1{path}", headers={"authorization": "Bearer kalends_wrong"})
        assert (reply.status_code, reply["WWW-Authenticate"]) == (401, "Bearer")
        assert "create-token" in reply.json()["error"]
