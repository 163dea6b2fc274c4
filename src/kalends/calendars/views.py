"""What screens and the API get to see of events: values that are already reduced to what the viewer may know."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kalends.domain.attendee import Addressee, Partstat, Role
from kalends.domain.event import Event, Field, Importance, Personal, Scheduler, Sensitivity, ShowAs, State
from kalends.domain.scheduling import ForecastMail
from kalends.domain.span import Span
from kalends.sync.snapshot import Value


class Relation(StrEnum):
    """What the viewer is to an event; colleagues see what is private as "busy" only (RULES 14.5)."""

    ORGANIZER = "organizer"
    ATTENDEE = "attendee"
    COLLEAGUE = "colleague"


class Verb(StrEnum):
    """What the viewer may do with an event now."""

    CHANGE = "change"
    CHANGE_OWN = "change_own"
    RESPOND = "respond"
    DELETE = "delete"
    HIDE = "hide"
    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"
    RESTORE = "restore"
    PURGE = "purge"


class BadgeKind(StrEnum):
    """How an event stands with the viewer's Outlook (FEATURES 6.5)."""

    NONE = "none"
    IN_SYNC = "in_sync"
    WAITING = "waiting"
    HELD = "held"
    ONLY_HERE = "only_here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """The kind, and the sentence that says it."""

    kind: BadgeKind = BadgeKind.NONE
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One event in a calendar. `busy_only`: everything but time and show-as is withheld.

    `person_id` is whose calendar it stands in; `partstat`, `show_as`, `categories` and `sensitivity` are that person's.
    """

    id: str
    person_id: int
    relation: Relation
    busy_only: bool
    when: Span
    starts_at: dt.datetime
    ends_at: dt.datetime
    all_day: bool
    subject: str
    place: str
    organizer: Addressee | None
    attendee_count: int
    join_url: str
    importance: Importance
    state: State
    partstat: Partstat
    show_as: ShowAs
    categories: tuple[str, ...]
    sensitivity: Sensitivity
    version: int
    may_move: bool
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantView:
    """Somebody of an event, as the list on its page shows them."""

    address: str
    name: str
    person_id: int | None
    role: Role
    partstat: Partstat
    answered_at: dt.datetime | None
    is_organizer: bool
    listed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetail:
    """One event in full. For a colleague's private event `event` holds only its time, and `personal` is None."""

    id: str
    version: int
    relation: Relation
    busy_only: bool
    event: Event
    personal: Personal | None
    participants: tuple[ParticipantView, ...]
    may: frozenset[Verb]
    why_not: str
    badge: Badge
    uids: tuple[str, ...]
    scheduler: Scheduler
    created: dt.datetime
    modified: dt.datetime
    state_since: dt.datetime | None
    state_cause: str
    open_conflicts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field's before and after, in words for a person."""

    field: str
    title: str
    before: str
    after: str
    whose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One act on an event: who, where, when, and what it changed; newest first. `edit` names it for undo."""

    edit: str
    at: dt.datetime
    who: str
    source: str
    cause: str
    changes: tuple[FieldChange, ...]
    may_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrashEntry:
    """An event the viewer deleted, lost, or removed from their calendar."""

    id: str
    subject: str
    when: Span
    since: dt.datetime | None
    cause: str
    only_mine: bool
    organizer: Addressee | None
    restores_as_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictEntry:
    """A value that lost against Outlook's, or the other way round, and can be taken after all (RULES 4.3).

    `ours_by` and `ours_at` say who wrote ours here and when, if the history knows; `at` is when the two met.
    """

    id: int
    event_id: str
    subject: str
    field: Field
    title: str
    ours: str
    theirs: str
    kept: str
    at: dt.datetime
    ours_by: str = ""
    ours_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """Somebody who can be invited; `person_id` when they have an account here."""

    address: str
    name: str
    person_id: int | None


Changes = Mapping[Field, Value]
Mails = tuple[ForecastMail, ...]
