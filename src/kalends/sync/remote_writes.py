"""What Outlook says and is told: delta rounds, sightings, and the four writes with their outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kalends.domain.attendee import Attendee, Partstat
from kalends.sync.snapshot import Creation, RemoteItem, Values


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
    is kept in our extended property and as one fixed last paragraph of the body (RULES 7.1).
    """

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
