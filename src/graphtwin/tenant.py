"""The state of the twin: one tenant, its mailboxes, their calendars and events.

A mailbox numbers its changes 1, 2, 3 …; every event carries the number of its last change, every deletion leaves a
tombstone with one. Delta (FACTS §6) is nothing but "what has a higher number than your token". `by_change` keeps the
ids in the order of their last change, so that an idle delta costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec

from graphtwin.errors import user_not_found
from graphtwin.ids import Ids
from graphtwin.items import Calendar, Event, Tombstone

Personality = Literal["work", "consumer"]
Kind = Literal["user", "room", "list"]


@dataclass(slots=True, eq=False, kw_only=True)
class Mailbox:
    """One account. `address` is also its userPrincipalName; `members` are those of a distribution list."""

    address: str
    name: str
    object_id: str
    ids: Ids
    personality: Personality = "work"
    kind: Kind = "user"
    members: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    master_categories: dict[str, dict[str, Any]] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    tombstones: dict[str, Tombstone] = field(default_factory=dict)
    changes: int = 0
    delta_generation: int = 1
    by_change: dict[str, None] = field(default_factory=dict)
    by_immutable_id: dict[str, str] = field(default_factory=dict)
    by_uid: dict[str, list[str]] = field(default_factory=dict)
    by_transaction_id: dict[str, str] = field(default_factory=dict)

    @property
    def default_calendar(self) -> Calendar:
        return next(calendar for calendar in self.calendars.values() if calendar.is_default)

    def add_calendar(self, name: str, *, is_default: bool = False) -> Calendar:
        number = self.ids.next()
        calendar = Calendar(
            id=self.ids.container_id(self.object_id, number),
            name=name,
            is_default=is_default,
            change_key=self.ids.change_key(self.object_id, number),
        )
        self.calendars[calendar.id] = calendar
        return calendar

    def add(self, event: Event) -> None:
        """Take in a new event and number the change."""
        self.events[event.id] = event
        self._index(event)
        self.touch(event)

    def touch(self, event: Event, modified: datetime | None = None) -> None:
        """Give `event` the next change number and a new changeKey; series and exceptions change together."""
        self.changes += 1
        event.change = self.changes
        event.change_key = self.ids.change_key(self.object_id, self.changes)
        if modified is not None:
            event.modified = modified
        if event.master_id is not None:
            master = self.events[event.master_id]
            master.change, master.change_key = event.change, self.ids.change_key(self.object_id, self.changes)
            event = master
        else:
            for exception in event.exceptions.values():
                exception.change, exception.change_key = event.change, event.change_key
        self.by_change.pop(event.id, None)
        self.by_change[event.id] = None

    def remove(self, event: Event) -> None:
        """Delete an event (not an occurrence), leaving a tombstone."""
        self.changes += 1
        del self.events[event.id]
        self.by_change.pop(event.id, None)
        self.by_immutable_id.pop(event.immutable_id, None)
        same_uid = self.by_uid.get(event.uid, [])
        if event.id in same_uid:
            same_uid.remove(event.id)
        self.tombstones[event.id] = Tombstone(
            change=self.changes,
            calendar_id=event.calendar_id,
            id=event.id,
            immutable_id=event.immutable_id,
            ical_uid=event.ical_uid,
            transaction_id=event.transaction_id,
            sequence=event.sequence,
        )

    def changed_since(self, change: int) -> list[Event]:
        """Return singles and masters changed after `change`, the oldest change first."""
        found = []
        for item_id in reversed(self.by_change):
            event = self.events[item_id]
            if event.change <= change:
                break
            found.append(event)
        found.reverse()
        return found

    def with_uid(self, uid: str) -> list[Event]:
        return [self.events[item_id] for item_id in self.by_uid.get(uid, ())]

    def in_calendar(self, calendar_id: str | None) -> Iterator[Event]:
        """Yield singles and masters of one calendar, or of all for None."""
        return (event for event in self.events.values() if calendar_id is None or event.calendar_id == calendar_id)

    def expire_delta_tokens(self) -> None:
        """Make every delta token given out so far answer 410 (FACTS §6.4)."""
        self.delta_generation += 1

    def _index(self, event: Event) -> None:
        self.by_immutable_id[event.immutable_id] = event.id
        self.by_uid.setdefault(event.uid, []).append(event.id)
        if event.transaction_id is not None:
            self.by_transaction_id[event.transaction_id] = event.id

    def snapshot(self) -> dict[str, Any]:
        """Return everything but the indexes as JSON values."""
        names = (
            "address",
            "name",
            "object_id",
            "personality",
            "kind",
            "members",
            "settings",
            "master_categories",
            "changes",
            "delta_generation",
            "by_transaction_id",
        )
        return {
            **{name: getattr(self, name) for name in names},
            "calendars": msgspec.to_builtins(list(self.calendars.values())),
            "events": msgspec.to_builtins(list(self.events.values())),
            "tombstones": msgspec.to_builtins(list(self.tombstones.values())),
        }

    @classmethod
    def restore(cls, data: dict[str, Any], ids: Ids) -> Mailbox:
        data = dict(data)
        calendars = msgspec.convert(data.pop("calendars"), list[Calendar])
        events = msgspec.convert(data.pop("events"), list[Event])
        tombstones = msgspec.convert(data.pop("tombstones"), list[Tombstone])
        mailbox = cls(**data, ids=ids)
        mailbox.calendars = {calendar.id: calendar for calendar in calendars}
        mailbox.tombstones = {tombstone.id: tombstone for tombstone in tombstones}
        for event in events:
            mailbox.events[event.id] = event
            mailbox._index(event)
        mailbox.by_change = {event.id: None for event in sorted(events, key=lambda event: event.change)}
        return mailbox


@dataclass(slots=True, eq=False, kw_only=True)
class Tenant:
    """The organisation: `mailboxes` by address in lower case, in the order they were made."""

    ids: Ids
    tenant_id: str
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    _by_object_id: dict[str, Mailbox] = field(default_factory=dict)

    @classmethod
    def new(cls, seed: int) -> Tenant:
        ids = Ids(seed)
        return cls(ids=ids, tenant_id=ids.guid("tenant"))

    def add_mailbox(
        self,
        address: str,
        name: str | None = None,
        *,
        personality: Personality = "work",
        kind: Kind = "user",
        members: list[str] | None = None,
    ) -> Mailbox:
        """Make an account with its default calendar; raises ValueError if the address is taken."""
        key = address.lower()
        if key in self.mailboxes:
            raise ValueError(f"{address} exists")
        object_id = self.ids.guid("mailbox", key)
        mailbox = Mailbox(
            address=address,
            name=name or address.partition("@")[0].title(),
            object_id=object_id,
            ids=self.ids,
            personality=personality,
            kind=kind,
            members=list(members or ()),
        )
        mailbox.add_calendar("Calendar", is_default=True)
        self._take_in(mailbox)
        return mailbox

    def _take_in(self, mailbox: Mailbox) -> None:
        self.mailboxes[mailbox.address.lower()] = mailbox
        self._by_object_id[mailbox.object_id] = mailbox

    def by_object_id(self, object_id: str) -> Mailbox | None:
        return self._by_object_id.get(object_id.lower())

    def find(self, user: str) -> Mailbox | None:
        """Look up by address or object id, both without regard to case."""
        key = user.lower()
        return self.mailboxes.get(key) or self._by_object_id.get(key)

    def mailbox(self, user: str) -> Mailbox:
        """Look up as `find`; raises the 404 of an unknown user."""
        found = self.find(user)
        if found is None:
            raise user_not_found(user)
        return found

    def snapshot(self) -> dict[str, Any]:
        mailboxes = [mailbox.snapshot() for mailbox in self.mailboxes.values()]
        return {"seed": self.ids.seed, "count": self.ids.count, "tenant_id": self.tenant_id, "mailboxes": mailboxes}

    @classmethod
    def restore(cls, data: dict[str, Any]) -> Tenant:
        ids = Ids(data["seed"])
        ids.count = data["count"]
        tenant = cls(ids=ids, tenant_id=data["tenant_id"])
        for each in data["mailboxes"]:
            tenant._take_in(Mailbox.restore(each, ids))
        return tenant
