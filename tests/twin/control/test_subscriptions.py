"""Subscriptions over real HTTP, their faults and lifecycle (FACTS.md §13)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

import graphtwin
from graphtwin.app import Twin
from graphtwin.delivery import deliver_by_http
from tests.twin.control.conftest import MORNING, Call, Running
from tests.twin.control.receiver import Receiver, receiving

ALICE = "alice@example.com"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def bearer(twin: Twin, call: Call) -> str:
    twin.deliver = deliver_by_http
    return str(call("POST", "/_twin/token", {"mailbox": ALICE})[1]["access_token"])


def asked(receiver: Receiver, **more: object) -> dict[str, object]:
    return {
        "changeType": "created,updated,deleted",
        "notificationUrl": receiver.address,
        "lifecycleNotificationUrl": f"{receiver.address}/life",
        "resource": "me/events",
        "expirationDateTime": "2026-08-05T09:00:00.0000000Z",
        "clientState": "secret",
        **more,
    }


@pytest.fixture
def subscription(call: Call, bearer: str, receiver: Receiver) -> dict[str, Any]:
    status, made = call("POST", "/v1.0/subscriptions", asked(receiver), bearer=bearer)
    assert status == 201, made
    return dict(made)


def create(call: Call, bearer: str, subject: str = "Lunch") -> dict[str, Any]:
    start, end = ({"dateTime": f"2026-08-04T{hour}:00:00", "timeZone": "UTC"} for hour in ("10", "11"))
    status, event = call("POST", "/v1.0/me/events", {"subject": subject, "start": start, "end": end}, bearer=bearer)
    assert status == 201
    return dict(event)


def test_it_validates_both_addresses_and_answers_as_documented(
    call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any]
) -> None:
    assert len(receiver.tokens) == 2
    assert receiver.tokens[0].startswith("Validation: Testing client application reachability")
    del subscription["@odata.context"], subscription["id"], subscription["creatorId"], subscription["applicationId"]
    assert subscription == {
        "resource": "me/events",
        "changeType": "created,updated,deleted",
        "clientState": "secret",
        "notificationUrl": receiver.address,
        "notificationQueryOptions": None,
        "lifecycleNotificationUrl": f"{receiver.address}/life",
        "expirationDateTime": "2026-08-05T09:00:00Z",
        "includeResourceData": None,
        "latestSupportedTlsVersion": "v1_2",
        "encryptionCertificate": None,
        "encryptionCertificateId": None,
        "notificationUrlAppId": None,
    }
    (listed,) = call("GET", "/v1.0/subscriptions", bearer=bearer)[1]["value"]
    assert listed["clientState"] is None


def test_it_notifies_of_each_change(
    twin: Twin, call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any]
) -> None:
    event = create(call, bearer)
    changed = call("PATCH", f"/v1.0/me/events/{event['id']}", {"subject": "Supper"}, bearer=bearer)[1]
    call("DELETE", f"/v1.0/me/events/{event['id']}", bearer=bearer)
    path = f"Users/{twin.tenant.mailbox(ALICE).object_id}/Events/{event['id']}"
    first, second, third = (receiver.next() for _ in range(3))
    assert first == {
        "path": "/hook",
        "subscriptionId": subscription["id"],
        "subscriptionExpirationDateTime": "2026-08-05T09:00:00Z",
        "changeType": "created",
        "resource": path,
        "resourceData": {
            "@odata.type": "#Microsoft.Graph.Event",
            "@odata.id": path,
            "@odata.etag": event["@odata.etag"],
            "id": event["id"],
        },
        "clientState": "secret",
        "tenantId": twin.tenant.tenant_id,
    }
    assert (second["changeType"], second["resourceData"]["@odata.etag"]) == ("updated", changed["@odata.etag"])
    assert (third["changeType"], third["resourceData"]["id"]) == ("deleted", event["id"])


def test_it_notifies_an_invitee_too(call: Call, bearer: str, receiver: Receiver) -> None:
    bob = call("POST", "/_twin/token", {"mailbox": "bob@example.com"})[1]["access_token"]
    assert call("POST", "/v1.0/subscriptions", asked(receiver), bearer=bob)[0] == 201
    start, end = ({"dateTime": f"2026-08-04T{hour}:00:00", "timeZone": "UTC"} for hour in ("10", "11"))
    guests = [{"emailAddress": {"address": "bob@example.com"}, "type": "required"}]
    call("POST", "/v1.0/me/events", {"subject": "Us", "start": start, "end": end, "attendees": guests}, bearer=bearer)
    assert receiver.next()["changeType"] == "created"


@pytest.mark.parametrize(("content_type", "prefix"), [("text/html", ""), ("text/plain", "x")])
def test_it_refuses_a_receiver_that_does_not_echo(
    call: Call, bearer: str, receiver: Receiver, content_type: str, prefix: str
) -> None:
    receiver.content_type, receiver.prefix = content_type, prefix
    status, answer = call("POST", "/v1.0/subscriptions", asked(receiver), bearer=bearer)
    assert (status, answer["error"]["code"]) == (400, "ValidationError")
    assert answer["error"]["message"].startswith("Subscription validation request failed.")
    assert call("GET", "/v1.0/subscriptions", bearer=bearer)[1]["value"] == []


def test_it_refuses_a_receiver_that_is_not_there(call: Call, bearer: str, receiver: Receiver, free_port: int) -> None:
    nobody = asked(receiver, notificationUrl=f"http://127.0.0.1:{free_port}/")
    assert call("POST", "/v1.0/subscriptions", nobody, bearer=bearer)[0] == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"notificationUrl": "http://calendar.example.com/hook"},
        {"notificationUrl": None},
        {"changeType": "moved"},
        {"changeType": ""},
        {"resource": "me/calendars"},
        {"resource": "me/messages"},
        {"resource": None},
        {"expirationDateTime": "2026-08-10T09:02:00Z"},
        {"expirationDateTime": "2026-08-03T08:59:00Z"},
        {"expirationDateTime": "tomorrow"},
        {"clientState": "x" * 129},
    ],
)
def test_it_refuses_what_is_not_allowed(call: Call, bearer: str, receiver: Receiver, wrong: dict[str, object]) -> None:
    status, answer = call("POST", "/v1.0/subscriptions", asked(receiver, **wrong), bearer=bearer)
    assert (status, answer["error"]["code"]) == (400, "InvalidRequest")


def test_it_refuses_a_second_one_of_the_same_kind(
    call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any]
) -> None:
    assert call("POST", "/v1.0/subscriptions", asked(receiver, resource="/me/events"), bearer=bearer)[0] == 409


def test_it_allows_a_thousand_for_a_mailbox(
    twin: Twin, call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any]
) -> None:
    (only,) = twin.subscriptions.active.values()
    for number in range(998):
        twin.subscriptions.add(replace(only, id=f"more {number}"))
    more = [asked(receiver, changeType=each) for each in ("created", "updated")]
    assert [call("POST", "/v1.0/subscriptions", each, bearer=bearer)[0] for each in more] == [201, 403]


@pytest.mark.parametrize(
    ("method", "body", "name"),
    [
        ("POST", {"includeResourceData": True}, "notifications with resource data"),
        ("PATCH", {"notificationUrl": "http://127.0.0.1:1/"}, "PATCH of a subscription's notificationUrl"),
    ],
)
def test_it_names_what_is_left_out(
    call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any], *, method: str, body: Any, name: str
) -> None:
    target = "/v1.0/subscriptions" if method == "POST" else f"/v1.0/subscriptions/{subscription['id']}"
    status, answer = call(method, target, asked(receiver, **body), bearer=bearer)
    assert (status, answer["error"]["message"]) == (501, f"graphtwin does not simulate {name}.")
    assert name.removeprefix("PATCH ") in (Path(graphtwin.__file__).parent / "QUIRKS.md").read_text()


def test_it_refuses_another_mailbox(call: Call, bearer: str, receiver: Receiver) -> None:
    foreign = asked(receiver, resource="users/bob@example.com/events")
    assert call("POST", "/v1.0/subscriptions", foreign, bearer=bearer)[0] == 403


def test_it_raises_a_short_life_to_45_minutes(call: Call, bearer: str, receiver: Receiver) -> None:
    short = asked(receiver, expirationDateTime="2026-08-03T09:10:00Z")
    made = call("POST", "/v1.0/subscriptions", short, bearer=bearer)[1]
    assert made["expirationDateTime"] == "2026-08-03T09:45:00Z"


def test_it_reminds_before_the_end_then_ends(
    call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any]
) -> None:
    call("POST", "/_twin/clock", {"now": (MORNING + timedelta(days=2, minutes=-10)).isoformat()})
    reminder = receiver.next()
    assert (reminder["path"], reminder["lifecycleEvent"]) == ("/hook/life", "reauthorizationRequired")
    assert reminder["subscriptionId"] == subscription["id"]
    call("POST", "/_twin/clock", {"advance_seconds": 700})
    fresh = call("POST", "/_twin/token", {"mailbox": ALICE})[1]["access_token"]
    assert call("GET", f"/v1.0/subscriptions/{subscription['id']}", bearer=fresh)[0] == 404


def test_it_lives_on_when_renewed(call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any]) -> None:
    address = f"/v1.0/subscriptions/{subscription['id']}"
    status, renewed = call("PATCH", address, {"expirationDateTime": "2026-08-09T09:00:00Z"}, bearer=bearer)
    assert (status, renewed["expirationDateTime"]) == (200, "2026-08-09T09:00:00Z")
    call("POST", "/_twin/clock", {"now": "2026-08-08T00:00:00Z"})
    fresh = call("POST", "/_twin/token", {"mailbox": ALICE})[1]["access_token"]
    create(call, fresh)
    assert receiver.next()["changeType"] == "created"
    assert call("POST", f"{address}/reauthorize", bearer=fresh)[0] == 204
    assert call("DELETE", address, bearer=fresh)[0] == 204
    assert call("PATCH", address, {"expirationDateTime": "2026-08-09T09:00:00Z"}, bearer=fresh)[0] == 404


def test_it_tries_again_when_the_receiver_fails(
    call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any]
) -> None:
    receiver.statuses = [500, 503]
    event = create(call, bearer)
    assert receiver.notifications.empty()
    call("POST", "/_twin/clock", {"advance_seconds": 11})
    assert receiver.notifications.empty()
    call("POST", "/_twin/clock", {"advance_seconds": 31})
    assert receiver.next()["resourceData"]["id"] == event["id"]


def subjects(call: Call, bearer: str, receiver: Receiver, count: int) -> list[str]:
    names = {each["id"]: each["subject"] for each in call("GET", "/v1.0/me/events", bearer=bearer)[1]["value"]}
    return [names[receiver.next()["resourceData"]["id"]] for _ in range(count)]


def test_it_loses_a_notification(call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any]) -> None:
    call("POST", "/_twin/faults", {"kind": "notificationLost", "count": 1})
    for name in ("lost", "kept"):
        create(call, bearer, name)
    assert subjects(call, bearer, receiver, 1) == ["kept"]


def test_it_sends_a_notification_twice(
    call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any]
) -> None:
    call("POST", "/_twin/faults", {"kind": "notificationDuplicated", "count": 1})
    create(call, bearer, "twice")
    assert subjects(call, bearer, receiver, 2) == ["twice", "twice"]


def test_it_sends_a_notification_late(
    call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any]
) -> None:
    call("POST", "/_twin/faults", {"kind": "notificationLate", "delaySeconds": 90, "count": 1})
    for name in ("late", "prompt"):
        create(call, bearer, name)
    assert subjects(call, bearer, receiver, 1) == ["prompt"]
    call("POST", "/_twin/clock", {"advance_seconds": 91})
    assert subjects(call, bearer, receiver, 1) == ["late"]


def test_it_delays_every_notification_as_the_switch_says(
    call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any]
) -> None:
    call("POST", "/_twin/switches", {"notification_delay_seconds": 60})
    create(call, bearer, "slow")
    call("POST", "/_twin/switches", {"notification_delay_seconds": 0})
    create(call, bearer, "prompt")
    assert subjects(call, bearer, receiver, 1) == ["prompt"]
    call("POST", "/_twin/clock", {"advance_seconds": 61})
    assert subjects(call, bearer, receiver, 1) == ["slow"]


def test_it_sends_notifications_in_another_order(
    call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any]
) -> None:
    call("POST", "/_twin/faults", {"kind": "notificationReordered", "count": 1})
    for name in ("first", "second"):
        create(call, bearer, name)
    assert subjects(call, bearer, receiver, 2) == ["second", "first"]


@pytest.mark.parametrize("event", ["missed", "reauthorizationRequired", "subscriptionRemoved"])
def test_it_sends_lifecycle_notifications_on_demand(
    call: Call, bearer: str, receiver: Receiver, subscription: dict[str, Any], event: str
) -> None:
    assert call("POST", "/_twin/faults", {"kind": "lifecycle", "event": event})[1]["done"] == 1
    assert receiver.next()["lifecycleEvent"] == event
    assert len(call("GET", "/_twin/subscriptions")[1]["value"]) == (0 if event == "subscriptionRemoved" else 1)


def test_it_serves_a_receiver_from_a_server_of_its_own(server: Running, receiver: Receiver) -> None:
    bearer = server.post("/_twin/token", {"mailbox": ALICE})["access_token"]
    headers = {"authorization": f"Bearer {bearer}", "prefer": 'IdType="ImmutableId"'}
    expires = (datetime.fromisoformat(server.get("/_twin/clock")["now"]) + timedelta(days=1)).isoformat()
    body = asked(receiver, expirationDateTime=expires)
    made = httpx2.post(f"{server.origin}/v1.0/subscriptions", json=body, headers=headers, trust_env=False)
    assert made.status_code == 201, made.text
    moment = {"dateTime": "2026-08-04T10:00:00", "timeZone": "UTC"}
    event = {"subject": "Lunch", "start": moment, "end": moment}
    created = httpx2.post(f"{server.origin}/v1.0/me/events", json=event, headers=headers, trust_env=False).json()
    assert receiver.next()["resourceData"]["id"] == created["id"]
