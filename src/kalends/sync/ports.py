"""The three ports of a round, and the data that passes through them (DESIGN.md §4).

* `Remote` is one Outlook mailbox, `Local` the Kalends events as the owner of that mailbox has them, `Ledger` the memory
  of the pair: links, write-ahead records, holds. Each object serves one mailbox.
* What is written is data (`RemoteWrite`, `LocalWrite`), so that a plan can be printed, rehearsed and stored.
* `Ledger.transaction()` holds the writes of `Local` and `Ledger` together: all of them, or none (RULES 4.7).
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kalends.domain.attendee import Addressee, Answer, Attendee, Partstat
from kalends.domain.event import Field, Scheduler, State
from kalends.domain.scheduling import ForecastMail
from kalends.domain.span import Span
from kalends.sync.snapshot import Creation, Link, LocalItem, Part, RemoteItem, Value, Values, Window

# ── Outlook's side ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class DeltaRound:
    """What the mailbox told; `full` when it began without a link. Of several states of one item, the last alone."""

    items: Sequence[RemoteItem]
    removed: frozenset[str]
    delta_link: str
    full: bool


class Whereabouts(StrEnum):
    """Where an item was found that a delta no longer lists (RULES 5.1)."""

    LISTED = "listed"
    OTHER_CALENDAR = "other calendar"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The answer to “where is it?”; `item` is there unless NOWHERE."""

    whereabouts: Whereabouts
    item: RemoteItem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """A new event. `quiet_list` is not None for a quiet copy: ATTENDEES is then not among the values, and the list
    is kept in our extended property and as one fixed last paragraph of the body (RULES 7.1)."""

    creation: Creation
    values: Values
    quiet_list: tuple[Attendee, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """Only these fields, if the copy is still at `etag` (None: whatever it is at).

    `quiet_list` accompanies every BODY of a quiet copy, so that its last paragraph is written again.
    """

    remote_id: str
    etag: str | None
    values: Values
    quiet_list: tuple[Attendee, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """The copy goes to Outlook's Deleted Items; the organizer's deletion mails all attendees (FACTS.md §8.1)."""

    remote_id: str
    etag: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Respond:
    """accept, tentativelyAccept or decline; carries no If-Match (RULES 11.2). `comment` only with `send`."""

    remote_id: str
    partstat: Partstat
    send: bool = True
    comment: str = ""


RemoteWrite = Create | Patch | Delete | Respond


class Outcome(StrEnum):
    """What became of a write."""

    DONE = "done"
    GONE = "gone"
    """404: there is no such item (any more)."""
    STALE = "stale"
    """412 or 409: it moved since it was read."""
    REFUSED = "refused"
    """Outlook will never accept this; `reason` says why."""
    TAKEN = "taken"
    """ErrorDuplicateTransactionId; `item` is the existing event if it could be read (RULES 1.2)."""
    UNKNOWN = "unknown"
    """The answer was lost: it may have been done."""
    LATER = "later"
    """Not done: throttled or unreachable; try again after `retry_after_seconds`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResult:
    """`item` is the copy as the answer showed it; None after DELETE, an action, or a failure."""

    outcome: Outcome
    item: RemoteItem | None = None
    reason: str = ""
    retry_after_seconds: float = 0.0


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


# ── Kalends' side ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A new event, made of an Outlook copy. `event_id` is given; `values` hold shared and personal fields."""

    event_id: str
    uids: frozenset[str]
    values: Values
    part: Part
    organizer: Addressee | None
    scheduler: Scheduler
    state: State
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New values of an existing event, by what Outlook said. Raises Stale.

    It marks nothing for this mailbox (no echo), but other mailboxes that hold a quiet copy of the event become dirty.
    `organizer` and `scheduler` are set when not None; `joins` makes the owner a participant through this copy
    (RULES 3.7); `uids` are added to the event's set (RULES 1.1a).
    """

    event_id: str
    version: int
    values: Values
    uids: frozenset[str] = frozenset()
    joins: bool = False
    organizer: Addressee | None = None
    scheduler: Scheduler | None = None
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What others answered, as the organizer's copy tells it, by compared address; of the list nothing changes."""

    event_id: str
    answers: Mapping[str, Answer]
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enter:
    """The event enters a state (trashed by its organizer in Outlook, cancelled, active again). Raises Stale."""

    event_id: str
    version: int
    state: State
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Conceal:
    """The event is hidden for this mailbox's owner alone, or shown to him again (RULES 5.2)."""

    event_id: str
    hidden: bool
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOff:
    """A stub takes its owner off the event, and nobody else (RULES 5.6)."""

    event_id: str
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmark:
    """The marks of fields whose present value is the one that was written are cleared (RULES 3.5).

    `fields` limits it to what left Kalends; a field that moved since keeps its mark. ANSWER also ends its reply.
    """

    event_id: str
    written: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A value that lost (RULES 4.3): kept in the inbox with who and when; `lost_here` tells whose it was."""

    event_id: str
    field: Field
    kept: Value
    lost: Value
    lost_here: bool
    at: dt.datetime


LocalWrite = Import | Change | Answered | Enter | Conceal | TakeOff | Unmark | Conflict


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


# ── The memory of the pair ──────────────────────────────────────────────────────────────────────────────────────────


class Direction(StrEnum):
    """Which side is written from which (RULES 14.4)."""

    BOTH = "both"
    FROM_OUTLOOK = "from outlook"
    TO_OUTLOOK = "to outlook"


class Newcomers(StrEnum):
    """What becomes of events that existed only here at the first sync (RULES 6.3)."""

    QUIET = "quiet"
    STAY = "stay"
    INVITE = "invite"


class Privacy(StrEnum):
    """What Kalends takes over of the owner's private Outlook events (RULES 14.5)."""

    FULL = "full"
    BUSY = "busy"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The owner's choices."""

    direction: Direction = Direction.BOTH
    newcomers: Newcomers = Newcomers.QUIET
    privacy: Privacy = Privacy.FULL
    days_back: int = 180
    days_ahead: int = 730
    deletions_at_once: int = 10
    deletions_share: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """What is remembered of the mailbox itself.

    `window` and `delta_link` belong together; `empty_rounds` counts full rounds in a row that were empty though links
    exist (RULES 5.7). `addresses` are all the owner's, compared (RULES 1.3).
    """

    mailbox_id: str
    installation: str
    addresses: frozenset[str]
    policy: Policy = field(default_factory=Policy)
    delta_link: str | None = None
    window: Window | None = None
    first_synced_at: dt.datetime | None = None
    last_synced_at: dt.datetime | None = None
    empty_rounds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """The write-ahead record of one remote write (RULES 15.2).

    `write` is its body; `local_values` are our values of the fields it writes, the base if it arrived (15.2a);
    `mails` its forecast; `version` the event's version it was planned on; `link` the link as it was before.
    """

    intent_id: str
    event_id: str
    write: RemoteWrite
    local_values: Values
    version: int
    mails: tuple[ForecastMail, ...] = ()
    cause: str = ""
    link: Link | None = None
    at: dt.datetime


class HoldKind(StrEnum):
    """Why something waits for a person, or for another attempt."""

    SET_ASIDE = "set aside"
    SERIES = "series"
    TWICE = "twice"
    DELETIONS = "deletions"
    ANSWER = "answer"
    PROPOSAL = "proposal"
    REFUSED = "refused"
    ELSEWHERE = "other calendar"
    MISSING = "missing"
    WAITING = "waiting"
    """Nobody needs to act: something else is settled first (RULES 1.2a)."""


class Choice(StrEnum):
    """What a person may press on a hold."""

    RETRY = "retry"
    APPLY = "apply"
    KEEP_HERE = "keep here"
    KEEP_IN_OUTLOOK = "keep in outlook"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Something that is not carried out, with the reason a person reads and what he may choose.

    `key` names it: the same trouble again replaces its hold, and its absence releases it. `retry_at` None: only a
    person's choice or a new version moves it. `decided` is what the person pressed, until the next round acts on it.
    """

    key: str
    kind: HoldKind
    reason: str
    subject: str = ""
    event_id: str | None = None
    remote_id: str | None = None
    etag: str | None = None
    version: int | None = None
    mails: tuple[ForecastMail, ...] = ()
    choices: tuple[Choice, ...] = (Choice.RETRY,)
    attempts: int = 1
    retry_at: dt.datetime | None = None
    decided: Choice | None = None
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRecord:
    """A mail that a write of ours made Outlook send, or may have (RULES 9.1)."""

    event_id: str
    intent_id: str
    mail: ForecastMail
    cause: str
    at: dt.datetime


class Side(StrEnum):
    """Where a deletion was made."""

    HERE = "here"
    OUTLOOK = "outlook"


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
        """The link lives no longer; the next creation of this event here bears a higher number (RULES 1.2a)."""

    def raise_creation_number(self, event_id: str) -> None:
        """The next creation of this event here bears a higher number (RULES 1.2)."""

    def dirty(self) -> Mapping[str, int]:
        """Event → stamp of everything that was edited since it was last planned."""

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
