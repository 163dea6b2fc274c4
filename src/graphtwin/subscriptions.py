"""Subscriptions and their change notifications (FACTS.md §13).

A subscription is made after its receiver has echoed a token. From then on every change of an event in its mailbox
becomes a notification, which waits in `outbox` until somebody outside the lock carries it (`deliver_waiting`). A
receiver that does not say 2xx within 3 seconds gets it again after growing gaps, for four hours by the twin's clock.

| fault | what happens to a notification |
|---|---|
| notificationLost | it is never sent |
| notificationDuplicated | it is sent twice |
| notificationLate | it is sent `delaySeconds` later |
| notificationReordered | it is sent after the next one of its subscription |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, TypeGuard, get_args

import msgspec

from graphtwin.mint import Mint

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.items import Event
    from graphtwin.tenant import Mailbox

Change = Literal["created", "updated", "deleted"]
Lifecycle = Literal["reauthorizationRequired", "subscriptionRemoved", "missed"]

ANSWER_WITHIN_SECONDS = 3.0
RETRY_GAPS = tuple(timedelta(seconds=each) for each in (10, 30, 60, 300, 900, 1800, 3600, 7200))
_REMIND_BEFORE_EXPIRY = timedelta(minutes=15)
_HELD_AT_MOST = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One subscription; `calendar_id` None means all calendars of the mailbox."""

    id: str
    app_id: str
    creator_id: str
    address: str
    calendar_id: str | None
    resource: str
    change_types: frozenset[str]
    change_type: str
    notification_url: str
    lifecycle_url: str | None
    client_state: str | None
    expires: datetime
    immutable_ids: bool = False
    tls_version: str = "v1_2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One notification on its way; `tries` counts the failed ones."""

    url: str
    subscription_id: str
    content: Mapping[str, Any]
    tries: int = 0


class Subscriptions:
    """All subscriptions of the tenant, and the notifications waiting to be carried."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin
        self.mint = Mint(f"{twin.seed}/subscriptions")
        self.active: dict[str, Subscription] = {}
        self.outbox: SimpleQueue[Delivery] = SimpleQueue()
        self._held: dict[str, Delivery] = {}

    def add(self, subscription: Subscription) -> None:
        self.active[subscription.id] = subscription
        self._watch(subscription)

    def renew(self, name: str, expires: datetime) -> Subscription:
        renewed = replace(self.active[name], expires=expires)
        self.add(renewed)
        return renewed

    def remove(self, name: str) -> None:
        del self.active[name]
        self._held.pop(name, None)

    def of(self, address: str) -> list[Subscription]:
        return [each for each in self.active.values() if each.address == address]

    def changed(self, mailbox: Mailbox, event: Event, change: Change) -> None:
        """Hear that an event of a mailbox was created, updated or deleted; called after each change, under the lock."""
        if not self.active:
            return
        for each in self.of(mailbox.address):
            if change in each.change_types and each.calendar_id in {None, event.calendar_id}:
                self._send(each, self._notification(each, mailbox, event, change))

    def lifecycle(self, subscription: Subscription, event: Lifecycle) -> bool:
        """Send a lifecycle notification; False if the subscription has no address for it."""
        if event == "subscriptionRemoved":
            self.remove(subscription.id)
        if subscription.lifecycle_url is None:
            return False
        content = {
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": iso(subscription.expires),
            "tenantId": self._twin.tenant.tenant_id,
            "clientState": subscription.client_state,
            "lifecycleEvent": event,
        }
        self.outbox.put(Delivery(url=subscription.lifecycle_url, subscription_id=subscription.id, content=content))
        return True

    def deliver_waiting(self) -> None:
        """Carry all that waits, one POST per receiver. Must not hold the lock."""
        by_url: dict[str, list[Delivery]] = {}
        for each in self._waiting():
            by_url.setdefault(each.url, []).append(each)
        for url, deliveries in by_url.items():
            self.carry(url, deliveries)

    def carry(self, url: str, deliveries: list[Delivery]) -> None:
        """POST to one receiver; what fails is tried again later."""
        if self._twin.deliver is None:
            return
        body = msgspec.json.encode({"value": [each.content for each in deliveries]})
        headers = {"content-type": "application/json; charset=utf-8", "user-agent": "graphtwin"}
        reply = self._twin.deliver(url, headers, body, ANSWER_WITHIN_SECONDS)
        if not reply.is_success:
            with self._twin.lock:
                for each in deliveries:
                    self._try_again(each)

    def described(self) -> list[dict[str, Any]]:
        return [
            {name: _plain(getattr(each, name)) for name in Subscription.__dataclass_fields__}
            for each in self.active.values()
        ]

    def snapshot(self) -> dict[str, Any]:
        return {"counters": dict(self.mint.counters), "active": self.described()}

    def restore(self, state: Mapping[str, Any]) -> None:
        self.mint.counters.clear()
        self.mint.counters.update(state["counters"])
        for row in state["active"]:
            expires = datetime.fromisoformat(row["expires"])
            self.add(Subscription(**{**row, "change_types": frozenset(row["change_types"]), "expires": expires}))

    def _notification(
        self, subscription: Subscription, mailbox: Mailbox, event: Event, change: Change
    ) -> dict[str, Any]:
        event_id = event.immutable_id if subscription.immutable_ids else event.id
        path = f"Users/{mailbox.object_id}/Events/{event_id}"
        return {
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": iso(subscription.expires),
            "changeType": change,
            "resource": path,
            "resourceData": {
                "@odata.type": "#Microsoft.Graph.Event",
                "@odata.id": path,
                "@odata.etag": f'W/"{event.change_key}"',
                "id": event_id,
            },
            "clientState": subscription.client_state,
            "tenantId": self._twin.tenant.tenant_id,
        }

    def _send(self, subscription: Subscription, content: dict[str, Any]) -> None:
        delivery = Delivery(url=subscription.notification_url, subscription_id=subscription.id, content=content)
        strikes = self._twin.faults.strikes_notification
        if strikes("notificationLost", subscription.address):
            return
        late = strikes("notificationLate", subscription.address)
        delay_seconds = self._twin.switches.notification_delay_seconds + (late.delaySeconds if late else 0)
        if late is not None or delay_seconds > 0:
            due = self._twin.now() + timedelta(seconds=delay_seconds)
            self._twin.clock.call_at(due, lambda: self.outbox.put(delivery))
        elif strikes("notificationReordered", subscription.address):
            self._held[subscription.id] = delivery
            self._twin.clock.call_at(self._twin.now() + _HELD_AT_MOST, lambda: self._release(subscription.id))
        else:
            self.outbox.put(delivery)
            self._release(subscription.id)
        if strikes("notificationDuplicated", subscription.address):
            self.outbox.put(delivery)

    def _release(self, name: str) -> None:
        held = self._held.pop(name, None)
        if held is not None:
            self.outbox.put(held)

    def _waiting(self) -> Iterator[Delivery]:
        while True:
            try:
                yield self.outbox.get_nowait()
            except Empty:
                return

    def _try_again(self, delivery: Delivery) -> None:
        if delivery.tries < len(RETRY_GAPS) and delivery.subscription_id in self.active:
            again = replace(delivery, tries=delivery.tries + 1)
            self._twin.clock.call_at(self._twin.now() + RETRY_GAPS[delivery.tries], lambda: self.outbox.put(again))

    def _watch(self, subscription: Subscription) -> None:
        """Remind before the end, and end; a renewed subscription is another value, which these timers leave alone."""
        self._twin.clock.call_at(
            subscription.expires - _REMIND_BEFORE_EXPIRY,
            lambda: self._if_still(subscription, remind=True),
        )
        self._twin.clock.call_at(subscription.expires, lambda: self._if_still(subscription, remind=False))

    def _if_still(self, subscription: Subscription, *, remind: bool) -> None:
        if self.active.get(subscription.id) != subscription:
            return
        if remind:
            self.lifecycle(subscription, "reauthorizationRequired")
        else:
            self.remove(subscription.id)


def is_lifecycle(event: object) -> TypeGuard[Lifecycle]:
    return event in get_args(Lifecycle)


def iso(moment: datetime) -> str:
    """UTC with Z, trailing zeros of the fraction removed, as Graph writes Edm.DateTimeOffset."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{moment.microsecond:06}".rstrip("0")
    return f"{text}.{fraction}Z" if fraction else f"{text}Z"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value
