"""The same seed and the same requests give the same bytes; a snapshot brings all of it back."""

from typing import Any

import msgspec

from graphtwin.app import Twin
from graphtwin.clock import Clock
from graphtwin.http import Request
from tests.twin.control.conftest import MORNING, Call, ask

ALICE, BOB = "alice@example.com", "bob@example.com"
MOMENT = {"dateTime": "2026-08-04T10:00:00", "timeZone": "UTC"}
MEETING = {
    "subject": "Us",
    "start": MOMENT,
    "end": MOMENT,
    "attendees": [{"emailAddress": {"address": BOB}, "type": "required"}],
}


def one_day(seed: int) -> list[bytes]:
    """A morning's requests against a new twin, and every byte it answers."""
    twin = Twin(seed=seed, clock=Clock(MORNING, frozen=True))
    seen: list[bytes] = []

    def say(method: str, target: str, payload: object = None, bearer: str = "") -> Any:
        answer = ask(twin, method, target, payload, bearer=bearer)
        seen.append(repr((answer.status, sorted(answer.headers.items()))).encode() + answer.body)
        return msgspec.json.decode(answer.body) if answer.body else None

    for address in (ALICE, BOB):
        say("POST", "/_twin/mailboxes", {"address": address})
    alice, bob = (say("POST", "/_twin/token", {"mailbox": each})["access_token"] for each in (ALICE, BOB))
    say("POST", "/_twin/faults", {"kind": "throttled", "share": 0.3})
    for number in range(20):
        say("POST", "/v1.0/me/events", {**MEETING, "subject": f"Us {number}"}, alice)
        say("POST", "/_twin/clock", {"advance_seconds": 7})
        say("GET", "/v1.0/me/events", None, bob)
    batch = [{"id": str(number), "method": "GET", "url": "/me/events?$top=1"} for number in range(8)]
    say("POST", "/v1.0/$batch", {"requests": batch}, bob)
    for path in ("mail", "requests?all=true", "snapshot", "apps"):
        say("GET", f"/_twin/{path}")
    seen.append(twin.handle(Request(method="GET", path="/common/discovery/v2.0/keys")).body)
    return seen


def test_it_gives_the_same_bytes_for_the_same_seed_and_requests() -> None:
    assert one_day(3) == one_day(3)


def test_it_gives_others_for_another_seed() -> None:
    assert one_day(3) != one_day(4)


def test_it_goes_on_from_a_snapshot_as_if_nothing_had_happened(twin: Twin, call: Call) -> None:
    bearer = call("POST", "/_twin/token", {"mailbox": ALICE})[1]["access_token"]
    call("POST", "/v1.0/me/events", MEETING, bearer=bearer)
    call("POST", "/_twin/switches", {"delta_page_size": 7})
    call("POST", "/_twin/faults", {"kind": "throttled", "share": 0.5})
    taken = call("GET", "/_twin/snapshot")[1]
    other = Twin(seed=99, clock=Clock(frozen=True))
    assert ask(other, "POST", "/_twin/snapshot", taken).status == 204
    assert ask(other, "GET", "/_twin/snapshot").body == ask(twin, "GET", "/_twin/snapshot").body
    for target in ("/v1.0/me/events", "/v1.0/me/calendars", "/v1.0/me/events?$top=3", "/v1.0/me/calendars"):
        here, there = (ask(each, "GET", target, bearer=bearer) for each in (twin, other))
        assert (here.status, here.body) == (there.status, there.body)


def test_it_refuses_a_snapshot_it_cannot_read_and_keeps_its_state(twin: Twin, call: Call) -> None:
    before = call("GET", "/_twin/mailboxes")[1]
    taken = call("GET", "/_twin/snapshot")[1]
    for broken in (
        {},
        {"format": 1},
        {**taken, "tenant": {"seed": 1}},
        {**taken, "switches": {"delta_page_size": "x"}},
    ):
        assert call("POST", "/_twin/snapshot", broken)[0] == 400
    assert call("GET", "/_twin/mailboxes")[1] == before
