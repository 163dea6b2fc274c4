"""What a round writes into Kalends: data, so that a plan can be printed, rehearsed and compared."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from kalends.domain.attendee import Addressee, Answer
from kalends.domain.event import Field, Scheduler, State
from kalends.sync.snapshot import Part, Value, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A new event, made of an Outlook copy. `event_id` is given; `values` hold shared and personal fields.

    Connected people on its list become dirty: from now on their own copies are awaited (RULES 7.4).
    """

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

    It marks nothing for this mailbox (no echo), but other mailboxes that hold a quiet copy of the event become dirty,
    and when the list or the state changed those that hold any copy.
    `organizer` and `scheduler` are set when not None; `joins` makes the owner a participant through this copy
    (RULES 3.7); `uids` are added to the event's set (RULES 1.1a); `state` is entered, with `reason`, when not None.
    """

    event_id: str
    version: int
    values: Values
    uids: frozenset[str] = frozenset()
    joins: bool = False
    organizer: Addressee | None = None
    scheduler: Scheduler | None = None
    state: State | None = None
    reason: str = ""
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
