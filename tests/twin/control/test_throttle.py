"""Outlook's limits per application and mailbox (FACTS.md §12)."""

import asyncio

import httpx2

from graphtwin.app import Twin
from tests.twin.control.conftest import Call, Running, ask

ALICE = "alice@example.com"


async def at_once(server: Running, bearers: list[str]) -> list[httpx2.Response]:
    async with httpx2.AsyncClient(base_url=server.origin, trust_env=False, timeout=30) as client:
        calls = (client.get("/v1.0/me", headers={"authorization": f"Bearer {each}"}) for each in bearers)
        return list(await asyncio.gather(*calls))


def test_it_refuses_the_fifth_request_at_a_time_for_one_mailbox(server: Running) -> None:
    alice, bob = (
        server.post("/_twin/token", {"mailbox": f"{name}@example.com"})["access_token"] for name in ("alice", "bob")
    )
    server.post("/_twin/faults", {"kind": "latency", "delaySeconds": 1.5})
    answers = asyncio.run(at_once(server, [alice] * 6 + [bob] * 2))
    assert sorted(each.status_code for each in answers[:6]) == [200, 200, 200, 200, 429, 429]
    assert [each.status_code for each in answers[6:]] == [200, 200]
    refused = next(each for each in answers if each.status_code == 429)
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["error"]["code"] == "ApplicationThrottled"
    assert refused.json()["error"]["message"] == "Application is over its MailboxConcurrency limit."
    server.post("/_twin/faults", {"kind": "expireDeltaTokens"})
    assert [each.status_code for each in asyncio.run(at_once(server, [alice] * 4))] == [200] * 4


def test_it_allows_ten_thousand_requests_in_ten_minutes(twin: Twin, call: Call) -> None:
    alice = str(call("POST", "/_twin/token", {"mailbox": ALICE})[1]["access_token"])
    bob = str(call("POST", "/_twin/token", {"mailbox": "bob@example.com"})[1]["access_token"])
    statuses = {ask(twin, "GET", "/v1.0/me", bearer=alice).status for _ in range(10_000)}
    assert statuses == {200}
    call("POST", "/_twin/clock", {"advance_seconds": 60})
    refused = ask(twin, "GET", "/v1.0/me", bearer=alice)
    assert (refused.status, refused.headers["retry-after"]) == (429, "541")
    assert ask(twin, "GET", "/v1.0/me", bearer=bob).status == 200
    call("POST", "/_twin/clock", {"advance_seconds": 540})
    assert ask(twin, "GET", "/v1.0/me", bearer=alice).status == 200


def test_it_lifts_the_limit_by_a_switch(twin: Twin, call: Call) -> None:
    alice = str(call("POST", "/_twin/token", {"mailbox": ALICE})[1]["access_token"])
    call("POST", "/_twin/switches", {"limit_rate": False})
    statuses = {ask(twin, "GET", "/v1.0/me", bearer=alice).status for _ in range(10_050)}
    assert statuses == {200}
