"""What a bad day does to a client, by rule and by seed."""

from typing import Any

import pytest

from graphtwin.app import Twin
from graphtwin.http import Request
from tests.twin.control.conftest import Call, ask

ALICE = "alice@example.com"


@pytest.fixture
def bearer(call: Call) -> str:
    return str(call("POST", "/_twin/token", {"mailbox": ALICE})[1]["access_token"])


@pytest.fixture
def event() -> dict[str, Any]:
    start, end = ({"dateTime": f"2026-08-04T{hour}:00:00", "timeZone": "UTC"} for hour in ("10", "11"))
    return {"subject": "Lunch", "start": start, "end": end}


def arm(call: Call, **fault: object) -> dict[str, Any]:
    status, armed = call("POST", "/_twin/faults", fault)
    assert status == 201, armed
    return dict(armed)


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("throttled", (429, b"ApplicationThrottled")),
        ("unavailable", (503, b"ServiceUnavailable")),
        ("gatewayTimeout", (504, b"GatewayTimeout")),
    ],
)
def test_it_refuses_with_retry_after_and_does_nothing(
    twin: Twin, bearer: str, event: dict[str, Any], kind: str, refusal: tuple[int, bytes]
) -> None:
    status, code = refusal
    ask(twin, "POST", "/_twin/faults", {"kind": kind, "method": "POST", "retryAfterSeconds": 7, "count": 1})
    answer = ask(twin, "POST", "/v1.0/me/events", event, bearer=bearer)
    assert (answer.status, answer.headers["retry-after"]) == (status, "7")
    assert code in answer.body
    assert b'"value":[]' in ask(twin, "GET", "/v1.0/me/events", bearer=bearer).body
    assert ask(twin, "POST", "/v1.0/me/events", event, bearer=bearer).status == 201


def test_it_answers_any_error_asked_for(call: Call, bearer: str) -> None:
    arm(call, kind="error", status=409, code="ErrorIrresolvableConflict", message="Later.", count=1)
    status, answer = call("GET", "/v1.0/me", bearer=bearer)
    assert (status, answer["error"]["code"], answer["error"]["message"]) == (409, "ErrorIrresolvableConflict", "Later.")


def test_it_loses_the_answer_after_the_work_was_done(
    twin: Twin, call: Call, bearer: str, event: dict[str, Any]
) -> None:
    arm(call, kind="lostAnswer", method="POST", count=1)
    assert ask(twin, "POST", "/v1.0/me/events", event, bearer=bearer).lost
    assert [each["subject"] for each in call("GET", "/v1.0/me/events", bearer=bearer)[1]["value"]] == ["Lunch"]
    logged = call("GET", "/_twin/requests?method=POST")[1]["value"]
    assert [(each["path"], each["status"], each["mailbox"]) for each in logged] == [("/v1.0/me/events", 0, ALICE)]


def test_it_loses_the_request_before_the_work(twin: Twin, call: Call, bearer: str, event: dict[str, Any]) -> None:
    arm(call, kind="lostRequest", method="POST", count=1)
    assert ask(twin, "POST", "/v1.0/me/events", event, bearer=bearer).lost
    assert call("GET", "/v1.0/me/events", bearer=bearer)[1]["value"] == []


def test_it_breaks_a_member_of_every_event_in_an_answer(call: Call, bearer: str, event: dict[str, Any]) -> None:
    call("POST", "/v1.0/me/events", event, bearer=bearer)
    arm(call, kind="brokenMember", path="/v1.0/me/events", member="start.timeZone", value=7)
    (shown,) = call("GET", "/v1.0/me/events", bearer=bearer)[1]["value"]
    assert shown["start"] == {"dateTime": "2026-08-04T10:00:00.0000000", "timeZone": 7}


@pytest.mark.parametrize(("kind", "ends"), [("truncatedBody", b'"'), ("htmlBody", b"</html>")])
def test_it_garbles_a_success(twin: Twin, call: Call, bearer: str, kind: str, ends: bytes) -> None:
    whole = ask(twin, "GET", "/v1.0/me", bearer=bearer).body
    arm(call, kind=kind, count=1)
    garbled = ask(twin, "GET", "/v1.0/me", bearer=bearer).body
    assert garbled != whole
    assert not garbled.endswith(b"}")
    assert garbled.endswith(ends) or whole.startswith(garbled)


def test_it_hits_one_mailbox_one_path_and_spares_the_first(call: Call, bearer: str) -> None:
    bob = call("POST", "/_twin/token", {"mailbox": "bob@example.com"})[1]["access_token"]
    arm(call, kind="unavailable", mailbox=ALICE, path="/v1.0/me/cal*", skip=1, count=1)
    answers = [
        call("GET", "/v1.0/me/calendars", bearer=bob)[0],
        call("GET", "/v1.0/me", bearer=bearer)[0],
        call("GET", "/v1.0/me/calendars", bearer=bearer)[0],
        call("GET", "/v1.0/me/calendars", bearer=bearer)[0],
        call("GET", "/v1.0/me/calendars", bearer=bearer)[0],
    ]
    assert answers == [200, 200, 200, 503, 200]
    assert [(each["seen"], each["hit"]) for each in call("GET", "/_twin/faults")[1]["value"]] == [(3, 1)]


def test_it_hits_the_same_share_of_the_same_requests_in_every_run(call: Call, bearer: str) -> None:
    def run() -> list[int]:
        call("POST", "/_twin/reset", {"seed": 5})
        call("POST", "/_twin/mailboxes", {"address": ALICE})
        token = call("POST", "/_twin/token", {"mailbox": ALICE})[1]["access_token"]
        arm(call, kind="throttled", share=0.25)
        return [call("GET", "/v1.0/me", bearer=token)[0] for _ in range(200)]

    first = run()
    assert run() == first
    assert 30 <= first.count(429) <= 70


def test_it_takes_faults_away_one_by_one_and_all_at_once(call: Call, bearer: str) -> None:
    first, _ = (arm(call, kind="unavailable", path=path) for path in ("/v1.0/me", "/v1.0/users/*"))
    assert call("DELETE", f"/_twin/faults/{first['id']}") == (204, None)
    assert call("GET", "/v1.0/me", bearer=bearer)[0] == 200
    assert call("DELETE", "/_twin/faults") == (204, None)
    assert call("GET", "/_twin/faults") == (200, {"value": []})
    assert call("DELETE", f"/_twin/faults/{first['id']}")[0] == 404


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"kind": "rain"},
        {"kind": "latency", "colour": 1},
        {"kind": "latency", "share": 2},
        {"kind": "login", "code": 1},
        {"kind": "revokeTokens", "code": 3},
        {"kind": "lifecycle"},
        {"kind": "blockAccount"},
    ],
)
def test_it_says_what_is_wrong_with_a_fault(call: Call, fault: dict[str, object]) -> None:
    status, answer = call("POST", "/_twin/faults", fault)
    assert status == 400
    assert answer["error"]["message"]


def test_it_expires_access_tokens_and_says_so(call: Call, bearer: str) -> None:
    call("POST", "/_twin/faults", {"kind": "expireAccessTokens", "mailbox": ALICE})
    status, answer = call("GET", "/v1.0/me", bearer=bearer)
    assert (status, answer["error"]["code"]) == (401, "InvalidAuthenticationToken")
    assert answer["error"]["message"] == "Lifetime validation failed, the token is expired."


def test_it_lets_access_tokens_expire_by_the_clock(call: Call, bearer: str) -> None:
    call("POST", "/_twin/clock", {"advance_seconds": 59 * 60})
    assert call("GET", "/v1.0/me", bearer=bearer)[0] == 200
    call("POST", "/_twin/clock", {"advance_seconds": 31 * 60})
    assert call("GET", "/v1.0/me", bearer=bearer)[0] == 401


def test_it_expires_delta_tokens(call: Call, bearer: str) -> None:
    window = "startDateTime=2026-08-01T00:00:00Z&endDateTime=2026-09-01T00:00:00Z"
    link = call("GET", f"/v1.0/me/calendarView/delta?{window}", bearer=bearer)[1]["@odata.deltaLink"]
    token = link.partition("/v1.0")[2]
    assert call("GET", f"/v1.0{token}", bearer=bearer)[0] == 200
    assert call("POST", "/_twin/faults", {"kind": "expireDeltaTokens"})[1] == {"kind": "expireDeltaTokens", "done": 2}
    assert call("GET", f"/v1.0{token}", bearer=bearer)[0] == 410


def test_it_never_hits_control_and_pages(twin: Twin, call: Call) -> None:
    arm(call, kind="unavailable")
    assert twin.handle(Request(method="GET", path="/_twin/mailboxes")).status == 200
    assert twin.handle(Request(method="GET", path="/")).status == 200
