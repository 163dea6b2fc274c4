"""Graph's JSON as structs, in Microsoft's spelling (FACTS.md §2; shapes of real responses in wire-shapes.json).

Every member may be missing or null, and unknown members are ignored: `event` is an open type, and real payloads hold
members that no documentation names. Only the members that Kalends understands are declared.
"""

import msgspec


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The common settings of the structs below."""


class DateTimeTimeZone(Wire, frozen=True):
    """A wall clock, and the zone it is told in."""

    date_time: str | None = None
    time_zone: str | None = None


class EmailAddress(Wire, frozen=True):
    """A name and an SMTP address; old items hold X.500 strings in its place."""

    name: str | None = None
    address: str | None = None


class Recipient(Wire, frozen=True):
    """Whoever an address stands for."""

    email_address: EmailAddress | None = None


class ResponseStatus(Wire, frozen=True):
    """An answer and its moment; year 1 and year 4501 mean never."""

    response: str | None = None
    time: str | None = None


class Attendee(Wire, frozen=True):
    """Somebody on a meeting's list."""

    type: str | None = None
    status: ResponseStatus | None = None
    email_address: EmailAddress | None = None


class ItemBody(Wire, frozen=True):
    """What an event says; `content_type` is `html` or `text`."""

    content_type: str | None = None
    content: str | None = None


class PhysicalAddress(Wire, frozen=True):
    """A postal address."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    country_or_region: str | None = None
    postal_code: str | None = None


class GeoCoordinates(Wire, frozen=True):
    """A point on Earth, in degrees."""

    latitude: float | None = None
    longitude: float | None = None


class Location(Wire, frozen=True):
    """Where an event takes place."""

    display_name: str | None = None
    location_type: str | None = None
    location_email_address: str | None = None
    location_uri: str | None = None
    address: PhysicalAddress | None = None
    coordinates: GeoCoordinates | None = None


class OnlineMeetingInfo(Wire, frozen=True):
    """How to join by video."""

    join_url: str | None = None


class ExtendedProperty(Wire, frozen=True):
    """One MAPI property of the item; shown only when asked for (FACTS.md §2.8)."""

    id: str | None = None
    value: str | None = None


class Removed(Wire, frozen=True):
    """Marks an entry of a delta page whose item left the view."""

    reason: str | None = None


class Entry(Wire, frozen=True):
    """What tells an entry of a delta page that is an event from one that is a removal."""

    id: str | None = None
    type: str | None = None
    series_master_id: str | None = None
    removed: Removed | None = msgspec.field(name="@removed", default=None)


class RecurrencePattern(Wire, frozen=True):
    """How often; members that do not belong to the type are fillers (FACTS.md §4.1)."""

    type: str | None = None
    interval: int | None = None
    month: int | None = None
    day_of_month: int | None = None
    days_of_week: list[str] | None = None
    first_day_of_week: str | None = None
    index: str | None = None


class RecurrenceRange(Wire, frozen=True):
    """How long; `end_date` is included (FACTS.md §4.2)."""

    type: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    recurrence_time_zone: str | None = None
    number_of_occurrences: int | None = None


class PatternedRecurrence(Wire, frozen=True):
    """How a series repeats."""

    pattern: RecurrencePattern | None = None
    range: RecurrenceRange | None = None


class Event(Wire, frozen=True):
    """One event of one mailbox."""

    id: str | None = None
    etag: str | None = msgspec.field(name="@odata.etag", default=None)
    type: str | None = None
    ical_uid: str | None = msgspec.field(name="iCalUId", default=None)
    uid: str | None = None
    series_master_id: str | None = None
    occurrence_id: str | None = None
    transaction_id: str | None = None
    created_date_time: str | None = None
    last_modified_date_time: str | None = None
    subject: str | None = None
    body: ItemBody | None = None
    start: DateTimeTimeZone | None = None
    end: DateTimeTimeZone | None = None
    original_start_time_zone: str | None = None
    original_end_time_zone: str | None = None
    is_all_day: bool | None = None
    attendees: list[Attendee | None] | None = None
    organizer: Recipient | None = None
    is_organizer: bool | None = None
    is_cancelled: bool | None = None
    response_status: ResponseStatus | None = None
    response_requested: bool | None = None
    allow_new_time_proposals: bool | None = None
    hide_attendees: bool | None = None
    show_as: str | None = None
    sensitivity: str | None = None
    importance: str | None = None
    categories: list[str | None] | None = None
    is_reminder_on: bool | None = None
    reminder_minutes_before_start: int | None = None
    location: Location | None = None
    locations: list[Location | None] | None = None
    is_online_meeting: bool | None = None
    online_meeting_provider: str | None = None
    online_meeting: OnlineMeetingInfo | None = None
    online_meeting_url: str | None = None
    single_value_extended_properties: list[ExtendedProperty] | None = None


class Calendar(Wire, frozen=True):
    """One of the mailbox's calendars."""

    id: str
    name: str | None = None
    is_default_calendar: bool | None = None
    can_edit: bool | None = None


class Page(Wire, frozen=True):
    """One page of a collection; each entry is decoded by itself, so that a broken one spoils no other."""

    value: list[msgspec.Raw]
    next_link: str | None = msgspec.field(name="@odata.nextLink", default=None)
    delta_link: str | None = msgspec.field(name="@odata.deltaLink", default=None)


class Error(Wire, frozen=True):
    """What went wrong: branch on `code`, never on `message` (FACTS.md §14)."""

    code: str = ""
    message: str = ""
    existing_event_id: str | None = msgspec.field(name="@event.existingEventId", default=None)


class ErrorAnswer(Wire, frozen=True):
    """The body of every refusal."""

    error: Error


class BatchResponse(Wire, frozen=True):
    """One answer inside a batch's answer (FACTS.md §11)."""

    id: str
    status: int
    headers: dict[str, str] = {}
    body: msgspec.Raw = msgspec.Raw(b"null")


class BatchAnswer(Wire, frozen=True):
    """The answers of a batch, in any order."""

    responses: list[BatchResponse]


class Person(Wire, frozen=True):
    """The owner of a mailbox, from `/me`."""

    id: str
    display_name: str | None = None
    mail: str | None = None
    user_principal_name: str | None = None


class Subscription(Wire, frozen=True):
    """A standing order for change notifications (FACTS.md §13)."""

    id: str
    resource: str | None = None
    expiration_date_time: str | None = None
    client_state: str | None = None


class Notification(Wire, frozen=True):
    """One change, or one event in a subscription's life, as Graph tells it."""

    subscription_id: str | None = None
    client_state: str | None = None
    change_type: str | None = None
    lifecycle_event: str | None = None
    resource: str | None = None


class Notifications(Wire, frozen=True):
    """What Graph posts to a webhook."""

    value: list[Notification]
