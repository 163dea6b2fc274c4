"""Standing orders for change notifications (FACTS.md §13).

A notification only says “look”: it may come twice, late or never, so all it does is to mark its mailbox, and polls stay
as a net. `clientState` is the secret by which a notification is known to be Graph's.
"""

import datetime as dt
import hmac
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

import msgspec

from kalends.graph import wire
from kalends.graph.client import Call, Graph, decoded
from kalends.graph.errors import Refused
from kalends.graph.when import moment_of
from kalends.sync.errors import Permanent

LONGEST = dt.timedelta(minutes=10_080)
LONGEST_CLIENT_STATE = 128


class Kind(StrEnum):
    """What a notification asks for."""

    CHANGED = "changed"
    MISSED = "missed"
    RENEW = "reauthorizationRequired"
    REMOVED = "subscriptionRemoved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One order, until `expires_at`."""

    subscription_id: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One thing that Graph told, not yet trusted: see `is_genuine`."""

    subscription_id: str
    kind: Kind
    client_state: str


def subscribe(graph: Graph, *, notification_url: str, client_state: str, expires_at: dt.datetime) -> Subscription:
    """Order notifications of this mailbox's events; raises Refused when Graph cannot reach the address."""
    body = {
        "changeType": "created,updated,deleted",
        "notificationUrl": notification_url,
        "lifecycleNotificationUrl": notification_url,
        "resource": "me/events",
        "expirationDateTime": _moment(expires_at),
        "clientState": client_state,
    }
    return _subscription(graph, Call(method="POST", path="/subscriptions", body=body), expires_at)


def renew(graph: Graph, subscription_id: str, expires_at: dt.datetime) -> Subscription | None:
    """Keep an order alive; None when there is none any more and a new one must be made."""
    body = {"expirationDateTime": _moment(expires_at)}
    try:
        return _subscription(graph, Call(method="PATCH", path=_path(subscription_id), body=body), expires_at)
    except Refused as error:
        if error.status in {404, 410}:
            return None
        raise


def unsubscribe(graph: Graph, subscription_id: str) -> None:
    """End an order; one that is gone is ended."""
    answer = graph.send(Call(method="DELETE", path=_path(subscription_id)))
    if answer.status not in {404, 410}:
        answer.check()


def _subscription(graph: Graph, call: Call, asked_until: dt.datetime) -> Subscription:
    made = decoded(wire.Subscription, graph.demand(call))
    return Subscription(subscription_id=made.id, expires_at=moment_of(made.expiration_date_time) or asked_until)


def _path(subscription_id: str) -> str:
    return f"/subscriptions/{quote(subscription_id, safe='')}"


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def notifications_of(body: bytes) -> list[Notification]:
    """What Graph posted to our address; raises Permanent for anything else. Unknown kinds ask to look."""
    try:
        told = msgspec.json.decode(body, type=wire.Notifications).value
    except msgspec.DecodeError as error:
        message = "This is no notification of Microsoft Graph."
        raise Permanent(message) from error
    return [
        Notification(
            subscription_id=each.subscription_id,
            kind=_KINDS.get(each.lifecycle_event or "", Kind.CHANGED),
            client_state=each.client_state or "",
        )
        for each in told
        if each.subscription_id
    ]


_KINDS = {kind.value: kind for kind in Kind}


def is_genuine(notification: Notification, client_state: str) -> bool:
    """Whether it bears our secret; takes the same time whatever the difference."""
    return bool(client_state) and hmac.compare_digest(notification.client_state.encode(), client_state.encode())
