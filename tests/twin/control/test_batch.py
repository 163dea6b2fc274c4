"""Twenty requests in one (FACTS.md §11)."""

from typing import Any

import pytest

from graphtwin.app import Twin
from tests.twin.control.conftest import Call, ask

ALICE = "alice@example.com"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def bearer(call: Call) -> str:
    return str(call("POST", "/_twin/token", {"mailbox": ALICE})[1]["access_token"])


def creation(name: str, **more: object) -> dict[str, Any]:
    start, end = ({"dateTime": f"2026-08-04T{hour}:00:00", "timeZone": "UTC"} for hour in ("10", "11"))
    body = {"subject": name, "start": start, "end": end}
    return {"id": name, "method": "POST", "url": "/me/events", "headers": JSON, "body": body, **more}


def run(call: Call, bearer: str, *requests: dict[str, Any]) -> dict[str, dict[str, Any]]:
    status, answer = call("POST", "/v1.0/$batch", {"requests": list(requests)}, bearer=bearer)
    assert status == 200, answer
    return {each["id"]: each for each in answer["responses"]}


def test_it_answers_each_part_with_status_headers_and_body(call: Call, bearer: str) -> None:
    answers = run(call, bearer, creation("a"), {"id": "b", "method": "GET", "url": "/me/events/none"})
    assert (answers["a"]["status"], answers["a"]["body"]["subject"]) == (201, "a")
    assert answers["a"]["headers"]["Content-Type"].startswith("application/json")
    assert (answers["b"]["status"], answers["b"]["body"]["error"]["code"]) in {
        (400, "ErrorInvalidIdMalformed"),
        (404, "ErrorItemNotFound"),
    }


def test_it_keeps_the_query_and_the_headers_of_a_part(call: Call, bearer: str) -> None:
    run(call, bearer, *(creation(f"e{number}") for number in range(3)))
    asked = {
        "id": "q",
        "method": "GET",
        "url": "/me/events?$top=1&$select=start",
        "headers": {"Prefer": 'outlook.timezone="Europe/Berlin"'},
    }
    answer = run(call, bearer, asked)["q"]
    (event,) = answer["body"]["value"]
    assert event["start"] == {"dateTime": "2026-08-04T12:00:00.0000000", "timeZone": "Europe/Berlin"}
    assert answer["headers"]["Preference-Applied"] == 'outlook.timezone="Europe/Berlin"'


def test_it_runs_successors_after_their_predecessors(call: Call, bearer: str) -> None:
    chain = [creation("c", dependsOn=["b"]), creation("b", dependsOn=["a"]), creation("a")]
    assert {each["status"] for each in run(call, bearer, *chain).values()} == {201}
    listed = call("GET", "/_twin/requests?method=POST&path=/v1.0/me/events")[1]["value"]
    assert [each["batch_part"] for each in listed] == ["a", "b", "c"]


def test_it_answers_424_to_what_depends_on_a_failure(call: Call, bearer: str) -> None:
    broken = {"id": "a", "method": "DELETE", "url": "/me/calendars/none"}
    answers = run(call, bearer, broken, creation("b", dependsOn=["A"]), creation("c", dependsOn=["b"]))
    assert answers["a"]["status"] >= 400
    assert [answers[name]["status"] for name in "bc"] == [424, 424]
    assert answers["b"]["body"]["error"]["code"] == "FailedDependency"
    assert call("GET", "/v1.0/me/events", bearer=bearer)[1]["value"] == []


@pytest.mark.parametrize(
    "requests",
    [
        [creation(f"e{number}") for number in range(21)],
        [creation("a"), creation("A")],
        [creation("a", dependsOn=["z"])],
        [creation("a", dependsOn=["b"]), creation("b", dependsOn=["a"])],
        [{"id": "a", "method": "POST", "url": "/me/events", "body": {}}],
        [{"method": "GET", "url": "/me"}],
        [{"id": "a", "method": "FETCH", "url": "/me"}],
        [],
        "none",
    ],
)
def test_it_refuses_a_batch_that_breaks_the_rules(call: Call, bearer: str, requests: object) -> None:
    status, answer = call("POST", "/v1.0/$batch", {"requests": requests}, bearer=bearer)
    assert (status, answer["error"]["code"]) == (400, "BadRequest")


def test_it_throttles_parts_one_by_one(call: Call, bearer: str) -> None:
    call(
        "POST",
        "/_twin/faults",
        {"kind": "throttled", "method": "POST", "path": "/v1.0/me/events", "count": 2, "retryAfterSeconds": 3},
    )
    answers = run(call, bearer, *(creation(f"e{number}") for number in range(5)))
    assert sorted(each["status"] for each in answers.values()) == [201, 201, 201, 429, 429]
    assert {each["headers"].get("Retry-After") for each in answers.values() if each["status"] == 429} == {"3"}


def test_it_loses_the_whole_answer_when_a_part_is_lost(twin: Twin, call: Call, bearer: str) -> None:
    call("POST", "/_twin/faults", {"kind": "lostAnswer", "path": "/v1.0/me/events", "count": 1})
    answer = ask(twin, "POST", "/v1.0/$batch", {"requests": [creation("a"), creation("b")]}, bearer=bearer)
    assert answer.lost
    assert len(call("GET", "/v1.0/me/events", bearer=bearer)[1]["value"]) == 2


def test_it_needs_a_token(call: Call) -> None:
    status, answer = call("POST", "/v1.0/$batch", {"requests": [creation("a")]})
    assert (status, answer["error"]["code"]) == (401, "InvalidAuthenticationToken")


def test_it_answers_a_part_without_a_body_with_null(call: Call, bearer: str) -> None:
    answers = run(call, bearer, creation("a"))
    event = answers["a"]["body"]["id"]
    answers = run(call, bearer, {"id": "d", "method": "DELETE", "url": f"/me/events/{event}"})
    assert (answers["d"]["status"], answers["d"]["body"]) == (204, None)


def test_it_never_lets_a_part_meet_the_limit_of_four(twin: Twin, call: Call, bearer: str) -> None:
    call("POST", "/_twin/faults", {"kind": "latency", "delaySeconds": 0.01, "path": "/v1.0/me/events"})
    answers = run(call, bearer, *(creation(f"e{number}") for number in range(9)))
    assert {each["status"] for each in answers.values()} == {201}
    assert ask(twin, "GET", "/v1.0/me", bearer=bearer).status == 200
