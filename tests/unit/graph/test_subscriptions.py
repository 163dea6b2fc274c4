"""Standing orders for notifications: made, renewed, ended, and believed only with our secret."""

import datetime as dt
import json
from collections.abc import Mapping

import httpx2
import pytest

from graphtwin.app import Twin
from graphtwin.delivery import Reply
from kalends.graph.client import Call, Graph
from kalends.graph.errors import Refused
from kalends.graph.subscriptions import (
    LONGEST,
    Kind,
    Notification,
    Subscription,
    is_genuine,
    notifications_of,
    renew,
    subscribe,
    unsubscribe,
)
from kalends.sync.errors import Permanent

URL = "https://kalends.example/outlook/notifications"


@pytest.fixture
def webhook(twin: Twin) -> list[bytes]:
    """Our address, as the simulator reaches it: it echoes the validation token and keeps what it is told."""
    told: list[bytes] = []

    def deliver(url: str, headers: Mapping[str, str], body: bytes, timeout_seconds: float) -> Reply:
        del headers, timeout_seconds
        query = httpx2.URL(url).params
        if "validationToken" in query:
            return Reply(status=200, content_type="text/plain", body=query["validationToken"].encode())
        told.append(body)
        return Reply(status=202)

    twin.deliver = deliver
    return told


def ends(twin: Twin, minutes_early: int = 1) -> dt.datetime:
    """Nearly the latest moment that Graph accepts."""
    return (twin.clock.now() + LONGEST - dt.timedelta(minutes=minutes_early)).replace(microsecond=0)


def order(twin: Twin, graph: Graph) -> Subscription:
    """Alice's standing order."""
    return subscribe(graph, notification_url=URL, client_state="our secret", expires_at=ends(twin))


def rename_something(graph: Graph) -> None:
    """A change of which Graph tells."""
    moment = {"dateTime": "2026-08-03T09:00:00", "timeZone": "UTC"}
    graph.demand(Call(method="POST", path="/me/events", body={"subject": "New", "start": moment, "end": moment}))


def test_it_hears_of_changes_under_our_secret(twin: Twin, graph: Graph, webhook: list[bytes]) -> None:
    made = order(twin, graph)
    rename_something(graph)
    (told,) = webhook
    expected = Notification(subscription_id=made.subscription_id, kind=Kind.CHANGED, client_state="our secret")
    assert notifications_of(told) == [expected]
    assert made.expires_at == ends(twin)


def test_it_renews_an_order_and_learns_when_there_is_none(twin: Twin, graph: Graph, webhook: list[bytes]) -> None:
    made = order(twin, graph)
    renewed = renew(graph, made.subscription_id, ends(twin, 5))
    assert renewed == Subscription(subscription_id=made.subscription_id, expires_at=ends(twin, 5))
    unsubscribe(graph, made.subscription_id)
    assert renew(graph, made.subscription_id, ends(twin)) is None
    unsubscribe(graph, made.subscription_id)
    rename_something(graph)
    assert webhook == []


def test_an_address_that_graph_cannot_reach_is_refused_in_words(twin: Twin, graph: Graph) -> None:
    twin.deliver = lambda *_: Reply(status=0)
    with pytest.raises(Refused, match="Outlook did not accept it"):
        order(twin, graph)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("missed", Kind.MISSED),
        ("reauthorizationRequired", Kind.RENEW),
        ("subscriptionRemoved", Kind.REMOVED),
        ("somethingNew", Kind.CHANGED),
    ],
)
def test_it_reads_what_becomes_of_an_order(event: str, kind: Kind) -> None:
    told = {"value": [{"subscriptionId": "s", "lifecycleEvent": event, "clientState": "c"}, {"clientState": "no id"}]}
    assert notifications_of(json.dumps(told).encode()) == [
        Notification(subscription_id="s", kind=kind, client_state="c")
    ]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"value": 5}', b"\xff"])
def test_it_refuses_what_is_no_notification(body: bytes) -> None:
    with pytest.raises(Permanent):
        notifications_of(body)


@pytest.mark.parametrize(
    ("told", "ours", "genuine"),
    [("secret", "secret", True), ("Secret", "secret", False), ("", "", False), ("é", "é", True), ("", "secret", False)],
)
def test_it_believes_only_our_secret(told: str, ours: str, genuine: bool) -> None:
    notification = Notification(subscription_id="s", kind=Kind.CHANGED, client_state=told)
    assert is_genuine(notification, ours) is genuine
