"""Telling the twin itself: mailboxes, events in bulk, clock, ledger, log, switches, applications."""

from typing import Any

import pytest

from graphtwin.app import Twin
from tests.twin.control.conftest import Call, ask

ALICE, BOB = "alice@example.com", "bob@example.com"


def moment(text: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": f"{text}.0000000", "timeZone": zone}


def event(subject: str = "Lunch", **more: object) -> dict[str, Any]:
    return {"subject": subject, "start": moment("2026-08-04T10:00:00"), "end": moment("2026-08-04T11:00:00"), **more}


def bearer(call: Call, address: str = ALICE) -> str:
    return str(call("POST", "/_twin/token", {"mailbox": address})[1]["access_token"])


def test_it_makes_and_removes_mailboxes(call: Call) -> None:
    status, made = call("POST", "/_twin/mailboxes", {"address": "Room1@example.com", "name": "Room 1", "kind": "room"})
    assert (status, made["name"], made["kind"], made["personality"], made["events"]) == (
        201,
        "Room 1",
        "room",
        "work",
        0,
    )
    assert call("POST", "/_twin/mailboxes", {"address": "room1@EXAMPLE.com"})[0] == 409
    assert call("GET", "/_twin/mailboxes/room1@example.com") == (200, made)
    assert call("DELETE", "/_twin/mailboxes/room1@example.com")[0] == 204
    assert call("GET", "/_twin/mailboxes/room1@example.com")[0] == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"address": "nobody"},
        {"address": 7},
        {"address": "a@b", "personality": "odd"},
        {"address": "a@b", "kind": "odd"},
        {"address": "a@b", "colour": 1},
    ],
)
def test_it_says_what_is_wrong_with_a_mailbox(call: Call, wrong: dict[str, object]) -> None:
    status, answer = call("POST", "/_twin/mailboxes", wrong)
    assert (status, bool(answer["error"]["message"])) == (400, True)


def test_it_loads_events_without_mailing_anybody(call: Call) -> None:
    guests = [
        {
            "emailAddress": {"address": BOB, "name": "Bob"},
            "status": {"response": "accepted", "time": "2026-08-01T08:00:00Z"},
        }
    ]
    status, answer = call("POST", f"/_twin/mailboxes/{ALICE}/events", [event(attendees=guests), event("Swim")])
    assert (status, len(answer["value"])) == (201, 2)
    assert call("GET", "/_twin/mail")[1] == {"value": []}
    shown = call("GET", f"/v1.0/me/events/{answer['value'][0]['id']}", bearer=bearer(call))[1]
    assert shown["attendees"][0]["status"] == {"response": "accepted", "time": "2026-08-01T08:00:00Z"}
    assert call("GET", "/v1.0/me/events", bearer=bearer(call, BOB))[1]["value"] == []


def test_it_loads_an_invitees_copy_that_knows_its_meeting(call: Call) -> None:
    guests = [{"emailAddress": {"address": BOB, "name": "Bob"}}]
    made = call("POST", f"/_twin/mailboxes/{ALICE}/events", [event(attendees=guests)])[1]["value"][0]
    copy = event(
        attendees=guests,
        iCalUId=made["iCalUId"],
        organizer={"emailAddress": {"address": ALICE, "name": "Alice"}},
        responseStatus={"response": "tentativelyAccepted", "time": "2026-08-01T08:00:00Z"},
    )
    loaded = call("POST", f"/_twin/mailboxes/{BOB}/events", {"events": [copy]})[1]["value"][0]
    shown = call("GET", f"/v1.0/me/events/{loaded['id']}", bearer=bearer(call, BOB))[1]
    assert (shown["isOrganizer"], shown["responseStatus"]["response"]) == (False, "tentativelyAccepted")
    call("PATCH", f"/v1.0/me/events/{made['id']}", {"subject": "Supper"}, bearer=bearer(call))
    assert call("GET", f"/v1.0/me/events/{loaded['id']}", bearer=bearer(call, BOB))[1]["subject"] == "Supper"


def test_it_puts_oddities_onto_the_wire_as_they_are(call: Call) -> None:
    call("POST", f"/_twin/mailboxes/{ALICE}/events", [event(oddities={"subject": None, "location": 7})])
    (shown,) = call("GET", "/v1.0/me/events", bearer=bearer(call))[1]["value"]
    assert (shown["subject"], shown["location"]) == (None, 7)


def test_it_names_the_event_that_cannot_be_loaded(call: Call) -> None:
    status, answer = call("POST", f"/_twin/mailboxes/{ALICE}/events", [event(), {"subject": "no times"}])
    assert (status, answer["error"]["message"]) == (
        400,
        "Event 1 cannot be loaded: An event needs start and end. The 1 before it are.",
    )
    assert call("POST", f"/_twin/mailboxes/{ALICE}/events", "none")[0] == 400
    assert call("POST", "/_twin/mailboxes/nobody@example.com/events", [])[0] == 404


def series() -> dict[str, Any]:
    zone = "Europe/Berlin"
    times = {"start": moment("2026-10-19T09:00:00", zone), "end": moment("2026-10-19T10:00:00", zone)}
    limit = {"type": "numbered", "startDate": "2026-10-19", "numberOfOccurrences": 3}
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"]}
    return {
        **event("Team", recurrence={"pattern": pattern, "range": limit}, calendar="Projects"),
        **times,
        "cancelledOccurrences": ["2026-10-19"],
        "exceptionOccurrences": [
            {
                "originalDate": "2026-11-02",
                "subject": "Team, late",
                "start": moment("2026-11-02T15:00:00", zone),
                "end": moment("2026-11-02T16:00:00", zone),
            }
        ],
    }


def test_it_writes_a_mailbox_out_so_that_it_can_be_loaded_again(call: Call) -> None:
    call("POST", f"/_twin/mailboxes/{ALICE}/events", [event(), series()])
    first = call("GET", f"/_twin/mailboxes/{ALICE}/export")[1]
    call("POST", "/_twin/mailboxes", {"address": "copy@example.com", "name": "Copy"})
    assert call("POST", "/_twin/mailboxes/copy@example.com/events", first)[0] == 201
    second = call("GET", "/_twin/mailboxes/copy@example.com/export")[1]
    kept = ("subject", "start", "end", "recurrence", "calendar", "cancelledOccurrences", "uid", "type")
    assert [{name: each[name] for name in kept} for each in first["events"]] == [
        {name: each[name] for name in kept} for each in second["events"]
    ]
    assert [each["subject"] for each in second["events"][1]["exceptionOccurrences"]] == ["Team, late"]


def test_it_writes_a_mailbox_out_as_icalendar(twin: Twin, call: Call) -> None:
    call("POST", f"/_twin/mailboxes/{ALICE}/events", [series()])
    answer = ask(twin, "GET", f"/_twin/mailboxes/{ALICE}/export?format=ics")
    lines = answer.body.decode().split("\r\n")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    for wanted in (
        "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=SU;COUNT=3",
        "EXDATE:20261019T070000Z",
        "DTSTART;TZID=Europe/Berlin:20261019T090000",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261102T090000",
        "DTSTART;TZID=Europe/Berlin:20261102T150000",
    ):
        assert wanted in lines
    assert ask(twin, "GET", f"/_twin/mailboxes/{ALICE}/export?format=pdf").status == 400


def test_it_stops_sets_and_advances_the_clock(call: Call) -> None:
    assert call("GET", "/_twin/clock")[1] == {"now": "2026-08-03T09:00:00Z", "frozen": True}
    moved = call("POST", "/_twin/clock", {"now": "2026-09-01T00:00:00+02:00", "advance_seconds": 90.5})[1]
    assert moved == {"now": "2026-08-31T22:01:30.500000Z", "frozen": True}
    assert call("POST", "/_twin/clock", {"frozen": False})[1]["frozen"] is False


@pytest.mark.parametrize("wrong", [{"now": "soon"}, {"advance_seconds": -1}, {"advance_seconds": "1"}, {"speed": 2}])
def test_it_says_what_is_wrong_with_a_time(call: Call, wrong: dict[str, object]) -> None:
    assert call("POST", "/_twin/clock", wrong)[0] == 400


def test_it_keeps_a_ledger_of_mail_that_can_be_searched_and_emptied(call: Call) -> None:
    guests = [{"emailAddress": {"address": BOB}, "type": "required"}]
    made = call("POST", "/v1.0/me/events", event(attendees=guests), bearer=bearer(call))[1]
    (mail,) = call("GET", f"/_twin/mail?mailbox={BOB}&kind=request")[1]["value"]
    assert (mail["sender"], mail["recipients"], mail["event_id"]) == (ALICE, [BOB], made["id"])
    assert call("GET", "/_twin/mail?kind=cancel")[1]["value"] == []
    assert call("DELETE", "/_twin/mail") == (204, None)
    assert call("GET", "/_twin/mail")[1]["value"] == []


def test_it_logs_what_clients_asked(call: Call) -> None:
    token = bearer(call)
    call("GET", "/v1.0/me/events?$top=3", bearer=token)
    call("GET", "/v1.0/me/nothing", bearer=token)
    rows = call("GET", f"/_twin/requests?mailbox={ALICE}")[1]["value"]
    assert [(each["method"], each["path"], each["query"], each["status"] < 300) for each in rows] == [
        ("GET", "/v1.0/me/events", "$top=3", True),
        ("GET", "/v1.0/me/nothing", "", False),
    ]
    assert {each["path"] for each in call("GET", "/_twin/requests?all=true")[1]["value"]} > {"/_twin/token"}
    call("DELETE", "/_twin/requests")
    assert call("GET", "/_twin/requests")[1]["value"] == []


def test_it_sets_switches_by_name(call: Call) -> None:
    assert call("POST", "/_twin/switches", {"delta_page_size": 5})[1]["delta_page_size"] == 5
    for wrong in ({"colour": 1}, {"delta_page_size": "many"}):
        assert call("POST", "/_twin/switches", wrong)[0] == 400
    assert call("GET", "/_twin/switches")[1]["delta_page_size"] == 5


def test_it_registers_applications(call: Call) -> None:
    status, app = call(
        "POST",
        "/_twin/apps",
        {"displayName": "Mine", "redirectUris": ["https://mine.example.com/back"], "passwordCredentials": [{}]},
    )
    assert (status, app["displayName"], len(app["passwordCredentials"])) == (201, "Mine", 1)
    assert app["passwordCredentials"][0]["endDateTime"] == "2028-08-02T09:00:00+00:00"
    assert [each["displayName"] for each in call("GET", "/_twin/apps")[1]["value"]] == ["Kalends", "Mine"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirectUris": ["http://mine.example.com/back"]},
        {"redirectUris": ["mine"]},
        {"signInAudience": "All"},
        {"passwordCredentials": ["secret"]},
        {"passwordCredentials": [{"endDateTime": "later"}]},
        {"keyCredentials": [{"key": "none"}]},
        {"appId": 7},
    ],
)
def test_it_says_what_is_wrong_with_an_application(call: Call, wrong: dict[str, object]) -> None:
    status, answer = call("POST", "/_twin/apps", wrong)
    assert (status, bool(answer["error"]["message"])) == (400, True)


def test_it_forgets_everything_but_clock_and_switches(call: Call) -> None:
    call("POST", "/_twin/switches", {"delta_page_size": 5})
    assert call("POST", "/_twin/reset", {"seed": 12}) == (200, {"seed": 12})
    assert call("GET", "/_twin/mailboxes")[1]["value"] == []
    assert call("GET", "/_twin/clock")[1] == {"now": "2026-08-03T09:00:00Z", "frozen": True}
    assert call("GET", "/_twin/switches")[1]["delta_page_size"] == 5
    assert call("POST", "/_twin/reset", {"seed": "x"})[0] == 400


def test_it_keeps_failures_of_its_own_for_tests_to_see(twin: Twin, call: Call) -> None:
    twin.mail.mails = 7  # type: ignore[assignment]
    assert call("GET", "/_twin/mail")[0] == 500
    (failure,) = call("GET", "/_twin/errors")[1]["value"]
    assert failure.startswith("GET /_twin/mail\nTraceback")


def test_it_gives_a_token_of_an_application(call: Call) -> None:
    answer = call("POST", "/_twin/token", {"appId": "me", "scopes": ["Calendars.Read"]})[1]
    assert "refresh_token" not in answer
    assert call("GET", f"/v1.0/users/{ALICE}/events", bearer=answer["access_token"])[0] == 200
    assert call("GET", "/v1.0/me/events", bearer=answer["access_token"])[0] == 400
