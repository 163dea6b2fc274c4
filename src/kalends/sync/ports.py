"""The three ports of a round, and the data that passes through them (DESIGN.md §4).

* `Remote` is one Outlook mailbox, `Local` the Kalends events as the owner of that mailbox has them, `Ledger` the memory
  of the pair: links, write-ahead records, holds. Each object serves one mailbox.
* What is written is data (`RemoteWrite`, `LocalWrite`), so that a plan can be printed, rehearsed and stored.
* `Ledger.transaction()` holds the writes of `Local` and `Ledger` together: all of them, or none (RULES 4.7).
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from kalends.sync.local_writes import (
    Answered,
    Change,
    Conceal,
    Conflict,
    Enter,
    Import,
    LocalWrite,
    TakeOff,
    Unmark,
)
from kalends.sync.records import (
    Choice,
    Direction,
    Hold,
    HoldKind,
    Intent,
    MailboxState,
    MailRecord,
    Newcomers,
    Policy,
    Privacy,
    Side,
)
from kalends.sync.remote_writes import (
    Create,
    Delete,
    DeltaRound,
    Outcome,
    Patch,
    RemoteWrite,
    Respond,
    Sighting,
    Whereabouts,
    WriteResult,
)
from kalends.sync.snapshot import Creation, Link, LocalItem, RemoteItem, Window

__all__ = [
    "Answered",
    "Change",
    "Choice",
    "Conceal",
    "Conflict",
    "Create",
    "Delete",
    "DeltaRound",
    "Direction",
    "Enter",
    "Hold",
    "HoldKind",
    "Import",
    "Intent",
    "Ledger",
    "Local",
    "LocalWrite",
    "MailRecord",
    "MailboxState",
    "Newcomers",
    "Outcome",
    "Patch",
    "Policy",
    "Privacy",
    "Remote",
    "RemoteWrite",
    "Respond",
    "Side",
    "Sighting",
    "TakeOff",
    "Unmark",
    "Whereabouts",
    "WriteResult",
]


class Remote(Protocol):
    """One Outlook mailbox. Every method may raise Transient, AccessLost, Permanent.

    Items are translated: ATTENDEES never names the organizer nor anybody without an address; BODY never holds the
    last paragraph of a quiet copy; a stub's subject has lost its “Canceled: ”. An item that cannot be translated is
    still returned, with its `problem` in words and whatever values could be read.
    """

    def delta(self, delta_link: str | None, window: Window) -> DeltaRound:
        """All pages since the link, or a full round over the window without one. Raises Resync."""

    def get(self, remote_id: str) -> RemoteItem | None:
        """The item, with `creation` and `sequence`; None for ErrorItemNotFound. Raises Unsure for any other 404."""

    def look(self, remote_ids: Sequence[str]) -> Mapping[str, Sighting]:
        """GET each by id for its present times, then list the calendar over them, then the others (RULES 5.1).

        Raises Unsure when an answer leaves room for doubt.
        """

    def find_created(self, creation: Creation) -> RemoteItem | None:
        """The item that bears this very creation: by our property, then by transactionId (RULES 1.2)."""

    def find_ours(self) -> Mapping[str, Creation]:
        """Every item that bears our property, by its id; one filtered query (RULES 6.1)."""

    def find_by_uid(self, uids: Collection[str]) -> Sequence[RemoteItem]:
        """The items of these uids, also outside the window (RULES 3.6)."""

    def write(self, writes: Sequence[RemoteWrite]) -> Sequence[WriteResult]:
        """One result for each write, in order; no two of one call touch the same item."""


class Local(Protocol):
    """The Kalends events as the owner of one mailbox has them."""

    def read(self, event_ids: Collection[str]) -> Mapping[str, LocalItem]:
        """The events that exist, in whatever state; those purged for good are missing."""

    def find(self, uids: Collection[str]) -> Mapping[str, LocalItem]:
        """The event of each uid, in whatever state and whether or not the owner takes part in it (RULES 1.1a)."""

    def unlinked(self, window: Window) -> Sequence[LocalItem]:
        """Active events over the window that the owner takes part in and that have no link in this mailbox."""

    def connected(self, addresses: Collection[str]) -> frozenset[str]:
        """Those of the compared addresses whose owners have a connected mailbox in this installation."""

    def write(self, write: LocalWrite) -> None:
        """One write, inside `Ledger.transaction()`; without effect when nothing differs. Raises Stale."""


class Ledger(Protocol):
    """Links, write-ahead records, holds and the state of one mailbox, for one worker.

    A ledger whose fencing number is no longer the mailbox's raises Fenced on leaving `transaction()`, before anything
    of it is kept (RULES 15.4).
    """

    def transaction(self) -> AbstractContextManager[None]:
        """Everything written inside is kept together, or, when an exception leaves it, not at all."""

    def state(self) -> MailboxState:
        """The mailbox as it is remembered now."""

    def links_of_events(self, event_ids: Collection[str]) -> Mapping[str, Link]:
        """The living links, by event."""

    def links_of_items(self, remote_ids: Collection[str]) -> Mapping[str, Link]:
        """The living links, by Outlook's id."""

    def linked_items(self) -> Mapping[str, str]:
        """Outlook's id → event, of every living link."""

    def put_link(self, link: Link) -> None:
        """Store or replace the link of its event; its uids join the event's set (RULES 1.1a)."""

    def end_link(self, event_id: str) -> None:
        """The link lives no longer; the next creation of this event here bears a higher number (RULES 1.2a).

        The organizer's mailbox has to look at the event: from now on its copy tells this owner's answer (RULES 11.1).
        """

    def raise_creation_number(self, event_id: str) -> None:
        """The next creation of this event here bears a higher number (RULES 1.2)."""

    def dirty(self) -> Mapping[str, int]:
        """Event → stamp of everything that was edited since it was last planned."""

    def soil(self, event_id: str) -> int:
        """The event has to be looked at again, whatever becomes of this round; returns its new stamp."""

    def clean(self, event_id: str, stamp: int) -> None:
        """Nothing is left to do for this event, unless its stamp has moved on."""

    def intents(self) -> Sequence[Intent]:
        """The open write-ahead records, oldest first."""

    def open_intent(self, intent: Intent) -> None:
        """Store the record; it is committed before the write goes out."""

    def close_intent(self, intent_id: str) -> None:
        """The write is settled."""

    def creating(self, addresses: Collection[str]) -> frozenset[str]:
        """Those of the compared addresses whose mailboxes have an open create record (RULES 1.2a)."""

    def holds(self) -> Sequence[Hold]:
        """Everything that waits."""

    def put_hold(self, hold: Hold) -> None:
        """Store or replace the hold of its key."""

    def release(self, key: str) -> None:
        """The hold of this key is no more."""

    def record_mails(self, records: Sequence[MailRecord]) -> None:
        """Add to the mail ledger."""

    def record_deletions(self, side: Side, count: int, at: dt.datetime) -> None:
        """Remember that so many deletions were carried over from a side."""

    def deletions_since(self, side: Side, at: dt.datetime) -> int:
        """How many deletions were carried over from a side since then (RULES 5.4)."""

    def note_empty_round(self) -> None:
        """One more full round was empty though links exist (RULES 5.7)."""

    def finish(self, *, delta_link: str | None, window: Window, at: dt.datetime) -> None:
        """The round's end: its delta link and window, its time, and, if it is the first, that of the first sync.

        Also resets the count of empty rounds. A `delta_link` of None makes the next round a full one.
        """
