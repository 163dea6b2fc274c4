"""The Ledger port in memory."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from kalends.sync.errors import Fenced
from kalends.sync.ports import Create, Hold, Intent, MailboxState, MailRecord, Side
from kalends.sync.snapshot import Link, Window
from tests.simulation.installation import Installation, MailboxRow

INSTALLATION = "simulated"


class MemoryLedger:
    """One mailbox's ledger for one worker; opening it fences off whoever had it before."""

    def __init__(self, installation: Installation, mailbox_id: str) -> None:
        self.store = installation
        self.mailbox_id = mailbox_id
        self.fence = self._row.fence + 1
        installation.mailboxes.put(mailbox_id, replace(self._row, fence=self.fence))

    @classmethod
    def reading(cls, installation: Installation, mailbox_id: str) -> "MemoryLedger":
        """For one who only looks, and fences nobody off."""
        ledger = cls.__new__(cls)
        ledger.store, ledger.mailbox_id = installation, mailbox_id
        ledger.fence = ledger._row.fence
        return ledger

    @property
    def _row(self) -> MailboxRow:
        return self.store.mailboxes[self.mailbox_id]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self.store.journal.transaction():
            yield
            if self._row.fence != self.fence:
                raise Fenced(self.mailbox_id)

    def state(self) -> MailboxState:
        row = self._row
        return MailboxState(
            mailbox_id=self.mailbox_id,
            installation=INSTALLATION,
            addresses=row.person.addresses,
            policy=row.policy,
            delta_link=row.delta_link,
            window=row.window,
            first_synced_at=row.first_synced_at,
            last_synced_at=row.last_synced_at,
            empty_rounds=row.empty_rounds,
        )

    # ── links ──

    def links_of_events(self, event_ids: Collection[str]) -> Mapping[str, Link]:
        found = {name: self.store.links.get((self.mailbox_id, name)) for name in event_ids}
        return {name: link for name, link in found.items() if link is not None}

    def links_of_items(self, remote_ids: Collection[str]) -> Mapping[str, Link]:
        events = {name: self.store.by_item.get((self.mailbox_id, name)) for name in remote_ids}
        return {
            name: self.store.links[self.mailbox_id, event_id]
            for name, event_id in events.items()
            if event_id is not None
        }

    def linked_items(self) -> Mapping[str, str]:
        return {
            link.remote_id: event_id
            for (mailbox_id, event_id), link in self.store.links.rows.items()
            if mailbox_id == self.mailbox_id
        }

    def put_link(self, link: Link) -> None:
        before = self.store.links.get((self.mailbox_id, link.event_id))
        if before is not None and before.remote_id != link.remote_id:
            self.store.by_item.drop((self.mailbox_id, before.remote_id))
        self.store.links.put((self.mailbox_id, link.event_id), link)
        self.store.by_item.put((self.mailbox_id, link.remote_id), link.event_id)
        if link.ical_uid and link.ical_uid not in self.store.uids:
            self.store.uids.put(link.ical_uid, link.event_id)

    def end_link(self, event_id: str) -> None:
        link = self.store.links.get((self.mailbox_id, event_id))
        if link is None:
            return
        self.store.links.drop((self.mailbox_id, event_id))
        self.store.by_item.drop((self.mailbox_id, link.remote_id))
        self.store.former.put((self.mailbox_id, event_id), link.remote_id)
        self.raise_creation_number(event_id)
        organizer = self.store.mailbox_of(self.store.events[event_id].owner)
        if organizer is not None and organizer.mailbox_id != self.mailbox_id:
            self.store.soil(organizer.mailbox_id, event_id)

    def raise_creation_number(self, event_id: str) -> None:
        key = (self.mailbox_id, event_id)
        self.store.numbers_used.put(key, (self.store.numbers_used.get(key) or 1) + 1)

    # ── what is to be done ──

    def dirty(self) -> Mapping[str, int]:
        return {
            event_id: stamp
            for (mailbox_id, event_id), stamp in self.store.dirty.rows.items()
            if mailbox_id == self.mailbox_id
        }

    def soil(self, event_id: str) -> int:
        self.store.soil(self.mailbox_id, event_id)
        return self.dirty()[event_id]

    def clean(self, event_id: str, stamp: int) -> None:
        if self.store.dirty.get((self.mailbox_id, event_id)) == stamp:
            self.store.dirty.drop((self.mailbox_id, event_id))

    def intents(self) -> Sequence[Intent]:
        mine = [each for (mailbox_id, _), each in self.store.intents.rows.items() if mailbox_id == self.mailbox_id]
        return sorted(mine, key=lambda intent: (intent.at, intent.intent_id))

    def open_intent(self, intent: Intent) -> None:
        self.store.intents.put((self.mailbox_id, intent.intent_id), intent)

    def close_intent(self, intent_id: str) -> None:
        self.store.intents.drop((self.mailbox_id, intent_id))

    def creating(self, addresses: Collection[str]) -> frozenset[str]:
        busy = {
            address
            for (mailbox_id, _), intent in self.store.intents.rows.items()
            if isinstance(intent.write, Create)
            for address in self.store.mailboxes[mailbox_id].person.addresses
        }
        return frozenset(addresses) & busy

    def holds(self) -> Sequence[Hold]:
        return [each for (mailbox_id, _), each in self.store.holds.rows.items() if mailbox_id == self.mailbox_id]

    def put_hold(self, hold: Hold) -> None:
        self.store.holds.put((self.mailbox_id, hold.key), hold)

    def release(self, key: str) -> None:
        self.store.holds.drop((self.mailbox_id, key))

    # ── what happened ──

    def record_mails(self, records: Sequence[MailRecord]) -> None:
        for record in records:
            self.store.mails.put(len(self.store.mails.rows) + 1, (self.mailbox_id, record))

    def record_deletions(self, side: Side, count: int, at: dt.datetime) -> None:
        self.store.deletions.put(len(self.store.deletions.rows) + 1, (self.mailbox_id, side, count, at))

    def deletions_since(self, side: Side, at: dt.datetime) -> int:
        rows = self.store.deletions.rows.values()
        return sum(
            count
            for mailbox_id, which, count, when in rows
            if (mailbox_id, which) == (self.mailbox_id, side) and when >= at
        )

    def note_empty_round(self) -> None:
        self.store.mailboxes.put(self.mailbox_id, replace(self._row, empty_rounds=self._row.empty_rounds + 1))

    def finish(self, *, delta_link: str | None, window: Window, at: dt.datetime) -> None:
        row = replace(self._row, delta_link=delta_link, window=window, last_synced_at=at, empty_rounds=0)
        self.store.mailboxes.put(self.mailbox_id, replace(row, first_synced_at=row.first_synced_at or at))
