"""What a mailbox holds: events as Exchange keeps them, not as the wire shows them (FACTS §2).

An `Event` is a single event, a series' master or an exception of a series; unchanged occurrences are computed from
their master and stored nowhere. Times are wall clocks with the name of a zone, as they were given; `start_utc` and
`end_utc` are kept beside them for windows and order. `oddities` are members a test put on the wire verbatim.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class Moment(msgspec.Struct, frozen=True):
    """A wall clock without offset, and the name of a zone in the spelling it was given."""

    wall: datetime
    zone: str


class Attendee(msgspec.Struct, kw_only=True):
    """Somebody invited; `proposed` is a new time he asked for, as a timeSlot in JSON."""

    address: str | None
    name: str
    type: str = "required"
    response: str = "none"
    response_time: datetime | None = None
    proposed: dict[str, Any] | None = None


class Organizer(msgspec.Struct, frozen=True):
    address: str
    name: str


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """recurrencePattern with every member filled (FACTS §4.1)."""

    type: str
    interval: int
    month: int = 0
    day_of_month: int = 0
    days_of_week: tuple[str, ...] = ()
    first_day_of_week: str = "sunday"
    index: str = "first"


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """recurrenceRange; dates as ISO text (FACTS §4.2)."""

    type: str
    start_date: str
    end_date: str = "0001-01-01"
    recurrence_time_zone: str = ""
    number_of_occurrences: int = 0


class Recurrence(msgspec.Struct, frozen=True):
    pattern: Pattern
    range: Range


class Attachment(msgspec.Struct, kw_only=True):
    id: str
    kind: str
    name: str
    content_type: str | None
    size: int
    is_inline: bool
    modified: datetime
    content: bytes = b""
    fields: dict[str, Any] = {}


class Event(msgspec.Struct, kw_only=True, eq=False):
    """One event of one mailbox."""

    number: int
    calendar_id: str
    id: str
    immutable_id: str
    change: int = 0
    change_key: str = ""
    created: datetime
    modified: datetime
    transaction_id: str | None = None
    start: Moment
    end: Moment
    start_utc: datetime
    end_utc: datetime
    original_start_zone: str
    original_end_zone: str
    is_all_day: bool = False
    ical_uid: str
    uid: str
    subject: str | None = ""
    body: str = ""
    preview: str = ""
    importance: str = "normal"
    sensitivity: str = "normal"
    show_as: str = "busy"
    intended_show_as: str = "busy"
    categories: list[str] = []
    is_reminder_on: bool = True
    reminder_minutes: int = 15
    locations: list[dict[str, Any]] = []
    attendees: list[Attendee] = []
    organizer: Organizer
    is_organizer: bool = True
    reminder_snoozed_until: str | None = None
    response: str = "organizer"
    response_time: datetime | None = None
    response_requested: bool = True
    allow_new_time_proposals: bool = True
    hide_attendees: bool = False
    is_cancelled: bool = False
    is_draft: bool = False
    is_online_meeting: bool = False
    online_meeting_provider: str = "unknown"
    online_meeting: dict[str, Any] | None = None
    creation_digest: str = ""
    sequence: int = 0
    critical_change: datetime | None = None
    sent: bool = False
    extended: dict[str, Any] = {}
    extensions: dict[str, dict[str, Any]] = {}
    attachments: list[Attachment] = []
    oddities: dict[str, Any] = {}
    # series
    recurrence: Recurrence | None = None
    exceptions: dict[str, Event] = {}
    cancelled_dates: list[str] = []
    # exception, or (is_occurrence) an unchanged occurrence computed for the moment
    is_occurrence: bool = False
    master_id: str | None = None
    original_date: str | None = None
    original_start_utc: datetime | None = None
    overridden: set[str] = set()

    @property
    def type(self) -> str:
        if self.is_occurrence:
            return "occurrence"
        if self.original_date is not None:
            return "exception"
        return "singleInstance" if self.recurrence is None else "seriesMaster"


class Calendar(msgspec.Struct, kw_only=True):
    """A folder of events (FACTS §3)."""

    id: str
    name: str
    is_default: bool = False
    color: str = "auto"
    hex_color: str = ""
    can_edit: bool = True
    change_key: str = ""


class Tombstone(msgspec.Struct, frozen=True):
    """What is left of a deleted event: enough for delta and for a second DELETE."""

    change: int
    calendar_id: str
    id: str
    immutable_id: str
    ical_uid: str
    transaction_id: str | None
    sequence: int = 0
    reason: str = "deleted"
