"""An event as people know it: the fields everybody shares, and those that each participant has alone (RULES 3.1)."""

from dataclasses import dataclass, field
from enum import StrEnum

from kalends.domain.attendee import Addressee, Answer, Attendee
from kalends.domain.span import Span


class Field(StrEnum):
    """The unit of comparison and merge (RULES 4.2); each is an attribute of `Event` or of `Personal`."""

    SUBJECT = "subject"
    BODY = "body"
    WHEN = "when"
    PLACES = "places"
    ATTENDEES = "attendees"
    IMPORTANCE = "importance"
    ONLINE_MEETING = "online_meeting"
    RESPONSE_OPTIONS = "response_options"
    ANSWER = "answer"
    SHOW_AS = "show_as"
    REMINDER = "reminder"
    CATEGORIES = "categories"
    SENSITIVITY = "sensitivity"


PERSONAL = frozenset({Field.ANSWER, Field.SHOW_AS, Field.REMINDER, Field.CATEGORIES, Field.SENSITIVITY})
SHARED = frozenset(Field) - PERSONAL


class ShowAs(StrEnum):
    """TRANSP and more: how the time looks to others."""

    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "oof"
    WORKING_ELSEWHERE = "workingElsewhere"


class Sensitivity(StrEnum):
    """CLASS, with Outlook's four values."""

    NORMAL = "normal"
    PERSONAL = "personal"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


class Importance(StrEnum):
    """PRIORITY, with Outlook's three values."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Scheduler(StrEnum):
    """Who invites and tells people about a meeting, for its whole life (RULES 2.1)."""

    OUTLOOK = "outlook"
    KALENDS = "kalends"
    ELSEWHERE = "elsewhere"
    NOBODY = "nobody"


class State(StrEnum):
    """Where an event stands in its life; all but ACTIVE are out of the calendar's normal view."""

    ACTIVE = "active"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"
    TRASHED = "trashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One location: a text, a room with its mailbox, or a postal address (FACTS.md §2.7)."""

    name: str
    kind: str = "default"
    email: str = ""
    uri: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    postal_code: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineMeeting:
    """Whether people can join by video, through whom, and where."""

    wanted: bool = False
    provider: str = "unknown"
    join_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseOptions:
    """What the organizer asks of those invited."""

    requested: bool = True
    propose_new_times: bool = True
    hide_attendees: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """What each participant has alone; `reminder` is minutes before the start, None when off."""

    answer: Answer = Answer()
    show_as: ShowAs = ShowAs.BUSY
    reminder: int | None = 15
    categories: tuple[str, ...] = ()
    sensitivity: Sensitivity = Sensitivity.NORMAL
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The shared part of an event; `body` is HTML as received, cleaned only where it is shown (RULES 4.4)."""

    when: Span
    subject: str = ""
    body: str = ""
    places: tuple[Place, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    importance: Importance = Importance.NORMAL
    online_meeting: OnlineMeeting = field(default_factory=OnlineMeeting)
    response_options: ResponseOptions = field(default_factory=ResponseOptions)
    organizer: Addressee | None = None
    scheduler: Scheduler = Scheduler.NOBODY
    state: State = State.ACTIVE
