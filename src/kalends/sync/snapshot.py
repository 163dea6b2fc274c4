"""What each side holds, in one shape: the three trees that the planner compares (DESIGN.md §4).

`Values` are plain immutable values by `Field`. `base` is what both sides last agreed on; it keeps two values per
field, ours and what Outlook returned, because Exchange rewrites some members (RULES 4.1).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kalends.domain.attendee import Addressee, Answer, Attendee
from kalends.domain.event import (
    Field,
    Importance,
    OnlineMeeting,
    Place,
    ResponseOptions,
    Scheduler,
    Sensitivity,
    ShowAs,
    State,
)
from kalends.domain.span import Span

Value = (
    str
    | int
    | None
    | Span
    | Answer
    | Importance
    | OnlineMeeting
    | ResponseOptions
    | Sensitivity
    | ShowAs
    | tuple[Attendee, ...]
    | tuple[Place, ...]
    | tuple[str, ...]
)
Values = Mapping[Field, Value]


class Kind(StrEnum):
    """Graph's `type` of an event."""

    SINGLE = "singleInstance"
    MASTER = "seriesMaster"
    OCCURRENCE = "occurrence"
    EXCEPTION = "exception"


class Part(StrEnum):
    """What the mailbox's owner is to an event (RULES 3.2)."""

    ORGANIZER = "organizer"
    ATTENDEE = "attendee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """The name of one deliberate creation in Outlook (RULES 1.2); `number` rises at each re-creation."""

    installation: str
    event_id: str
    mailbox_id: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteItem:
    """One Outlook copy as read, translated; `problem` says in words why it cannot be taken over, if so.

    `unwritable` names fields that are shown here but never written back (RULES 4.4).
    `sequence` is the iTIP SEQUENCE when it was read (property 0x8201), else None.
    """

    remote_id: str
    ical_uid: str
    uid: str
    etag: str
    kind: Kind
    values: Values
    is_organizer: bool
    organizer: Addressee | None
    cancelled: bool = False
    creation: Creation | None = None
    transaction_id: str | None = None
    created: dt.datetime | None = None
    modified: dt.datetime | None = None
    sequence: int | None = None
    unwritable: frozenset[Field] = frozenset()
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer that its giver wants Outlook to know (RULES 11.2, 11.3).

    `answered` is the time he saw when he answered; `send` whether the organizer is told, with `comment`.
    """

    answered: Span
    send: bool = True
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalItem:
    """One Kalends event as the owner of one mailbox has it: shared values and his personal ones.

    `marks` are the fields the organizer wrote here that Outlook does not know yet (RULES 3.5), and the personal
    fields the owner wrote here. `quiet_before` means it existed before the mailbox's first sync (RULES 6.3).
    `organizer_connected` tells whether the organizer has a connected mailbox in this installation.
    `creation_number` is the number that the next creation in this mailbox will bear (RULES 1.2).
    `participates` is false when the owner is neither the organizer nor on the list.
    `reply` says how the owner's answer is to be told; it is there when ANSWER is marked by an act of his.
    `self_answering` are the addresses whose answers come from their owners' own connected copies (RULES 11.1).
    `witnesses` is what the live copies in other connected mailboxes show (RULES 3.3, 5.6); only asked for when the
    scheduler is `elsewhere`. `former_remote_id` is the copy of the last link here that has ended (RULES 5.2).
    """

    event_id: str
    version: int
    uids: frozenset[str]
    values: Values
    part: Part
    scheduler: Scheduler
    state: State
    organizer: Addressee | None
    organizer_connected: bool
    participates: bool = True
    hidden: bool = False
    marks: frozenset[Field] = frozenset()
    reply: Reply | None = None
    self_answering: frozenset[str] = frozenset()
    witnesses: tuple[Values, ...] = ()
    former_remote_id: str | None = None
    quiet_before: bool = False
    creation_number: int = 1
    created: dt.datetime
    modified: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The base of one pair: what was agreed on, per field, in our spelling and in Outlook's (RULES 4.1).

    `quiet`: the copy withholds the list of attendees (RULES 7.1). `cancelled`: the copy is a stub (RULES 5.6).
    `creation_number` is not 0 when the copy is ours; `part` is what the copy said about its owner; `unwritable` are
    the fields that its last reading said must never be written (RULES 4.4).
    """

    event_id: str
    remote_id: str
    ical_uid: str
    etag: str
    ours: Values
    theirs: Values
    part: Part = Part.ORGANIZER
    quiet: bool = False
    cancelled: bool = False
    creation_number: int = 0
    sequence: int | None = None
    modified: dt.datetime | None = None
    unwritable: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The stretch of time that a mailbox's delta covers (RULES 13.1); aware UTC, end excluded."""

    start: dt.datetime
    end: dt.datetime
