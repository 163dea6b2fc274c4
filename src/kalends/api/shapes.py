"""The API's JSON, and its translation to and from the calendar's own language.

Times are wall clocks in named zones: `2026-11-21T09:00:00` with `Europe/Amsterdam`; offsets are refused, because an
offset cannot say what happens when the clocks change. All-day events are dates, both included.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AfterValidator, StringConstraints, model_validator
from pydantic import Field as Member

from kalends.domain.attendee import Answer, Attendee, Partstat, Role
from kalends.domain.errors import DomainError
from kalends.domain.event import (
    Event,
    Field,
    Importance,
    OnlineMeeting,
    Personal,
    Place,
    ResponseOptions,
    Sensitivity,
    ShowAs,
)
from kalends.domain.span import AllDay, Span, Timed
from kalends.sync.snapshot import Value


def _without_nul(text: str) -> str:
    """PostgreSQL stores no NUL characters; refusing them here names the cause."""
    if "\x00" in text:
        message = "a NUL character cannot be stored"
        raise ValueError(message)
    return text


def _wall_clock(time: dt.datetime) -> dt.datetime:
    if time.tzinfo is not None:
        message = "give a wall-clock time without offset and name its zone beside it"
        raise ValueError(message)
    return time


Text = Annotated[str, AfterValidator(_without_nul)]
Line = Annotated[str, StringConstraints(max_length=255, strip_whitespace=True), AfterValidator(_without_nul)]
WallClock = Annotated[dt.datetime, AfterValidator(_wall_clock)]


class WhenShape(Schema):
    """Either `start`, `end` and `zone` (and `end_zone` when it differs), or `first` and `last` for whole days."""

    start: WallClock | None = None
    end: WallClock | None = None
    zone: Line | None = None
    end_zone: Line | None = None
    first: dt.date | None = None
    last: dt.date | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "WhenShape":
        self.span()
        return self

    def span(self) -> Span:
        """The domain's value; raises ValueError with words when the members do not make one."""
        try:
            if self.first is not None and self.start is None and self.end is None:
                return AllDay(first=self.first, last=self.last or self.first)
            if self.start is not None and self.end is not None and self.zone and self.first is None:
                return Timed(start=self.start, start_zone=self.zone, end=self.end, end_zone=self.end_zone or self.zone)
        except (DomainError, OverflowError) as error:
            raise ValueError(str(error)) from error
        message = "give start, end and zone, or first and last for whole days"
        raise ValueError(message)

    @classmethod
    def of(cls, span: Span) -> "WhenShape":
        """The JSON of a span."""
        if isinstance(span, AllDay):
            return cls(first=span.first, last=span.last)
        return cls(start=span.start, end=span.end, zone=span.start_zone, end_zone=span.end_zone)


class AttendeeShape(Schema):
    """Somebody on the list; `answer` and `answered_at` are told, never taken."""

    address: Annotated[str, StringConstraints(pattern=r"^[^@\s\x00]+@[^@\s\x00]+$", max_length=254)]
    name: Line = ""
    role: Role = Role.REQUIRED
    answer: Partstat = Partstat.NEEDS_ACTION
    answered_at: dt.datetime | None = None

    def attendee(self) -> Attendee:
        """The domain's value, unanswered."""
        return Attendee(address=self.address, name=self.name, role=self.role)

    @classmethod
    def of(cls, attendee: Attendee) -> "AttendeeShape":
        """The JSON of an attendee; an address that came in malformed is told as it is."""
        return cls.model_construct(
            address=attendee.address,
            name=attendee.name,
            role=attendee.role,
            answer=attendee.answer.partstat,
            answered_at=attendee.answer.at,
        )


class PlaceShape(Schema):
    """A location: a text, or a room with its mailbox."""

    name: Line
    email: Line = ""
    uri: Line = ""

    def place(self) -> Place:
        """The domain's value."""
        return Place(name=self.name, email=self.email, uri=self.uri)


class ResponseOptionsShape(Schema):
    """What the organizer asks of those invited."""

    requested: bool = True
    propose_new_times: bool = True
    hide_attendees: bool = False


class EventShape(Schema):
    """The fields of an event that can be written, shared ones first, then the caller's own."""

    subject: Line = ""
    body: Annotated[str, StringConstraints(max_length=1_000_000), AfterValidator(_without_nul)] = ""
    when: WhenShape
    places: list[PlaceShape] = []
    attendees: list[AttendeeShape] = Member(default=[], max_length=500)
    importance: Importance = Importance.NORMAL
    online_meeting: bool = False
    response_options: ResponseOptionsShape = ResponseOptionsShape()
    show_as: ShowAs = ShowAs.BUSY
    reminder: Annotated[int, Member(ge=0, le=525_600)] | None = 15
    categories: list[Line] = []
    sensitivity: Sensitivity = Sensitivity.NORMAL

    def event(self) -> Event:
        """The shared part."""
        return Event(
            when=self.when.span(),
            subject=self.subject,
            body=self.body,
            places=tuple(place.place() for place in self.places),
            attendees=_unique(self.attendees),
            importance=self.importance,
            online_meeting=OnlineMeeting(wanted=self.online_meeting),
            response_options=ResponseOptions(**self.response_options.model_dump()),
        )

    def personal(self) -> Personal:
        """The caller's own part."""
        return Personal(
            show_as=self.show_as,
            reminder=self.reminder,
            categories=tuple(dict.fromkeys(self.categories)),
            sensitivity=self.sensitivity,
        )


class EventChange(Schema):
    """The fields to change; what is left out stays. `version` refuses the change if the event moved on meanwhile."""

    version: Annotated[int, Member(ge=0, le=2**31 - 1)] | None = None
    subject: Line | None = None
    body: Annotated[str, StringConstraints(max_length=1_000_000), AfterValidator(_without_nul)] | None = None
    when: WhenShape | None = None
    places: list[PlaceShape] | None = None
    attendees: list[AttendeeShape] | None = Member(default=None, max_length=500)
    importance: Importance | None = None
    online_meeting: bool | None = None
    response_options: ResponseOptionsShape | None = None
    show_as: ShowAs | None = None
    reminder: Annotated[int, Member(ge=0, le=525_600)] | None = None
    categories: list[Line] | None = None
    sensitivity: Sensitivity | None = None

    def changes(self) -> Mapping[Field, Value]:
        """The named fields as domain values; `reminder: null` switches the reminder off, other nulls are refused."""
        found: dict[Field, Value] = {}
        for name in self.model_fields_set - {"version"}:
            value = getattr(self, name)
            if value is None and name != "reminder":
                message = f"{name} cannot be null; leave it out to keep it"
                raise ValueError(message)
            found[Field(name)] = _value(value)
        return found


class AnswerShape(Schema):
    """What the caller answers; a comment reaches the organizer only when the answer is sent."""

    answer: Literal[Partstat.ACCEPTED, Partstat.TENTATIVE, Partstat.DECLINED]
    comment: Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_without_nul)] = ""
    send: bool = True

    def answered(self) -> Answer:
        """The domain's value, without its time."""
        return Answer(partstat=self.answer)


def _value(value: object) -> Value:
    match value:
        case WhenShape():
            return value.span()
        case ResponseOptionsShape():
            return ResponseOptions(**value.model_dump())
        case bool():
            return OnlineMeeting(wanted=value)
        case list():
            return _values(value)
        case str() | int() | None:
            return value
    message = f"no field holds a {type(value).__name__}"
    raise TypeError(message)


def _values(items: list[object]) -> Value:
    attendees = [item for item in items if isinstance(item, AttendeeShape)]
    if attendees:
        return _unique(attendees)
    places = tuple(item.place() for item in items if isinstance(item, PlaceShape))
    return places or tuple(dict.fromkeys(str(item) for item in items))


def _unique(people: list[AttendeeShape]) -> tuple[Attendee, ...]:
    """Each address once, the first entry wins (scenario O-007)."""
    seen = {person.attendee().key: person.attendee() for person in reversed(people)}
    return tuple(reversed(seen.values()))
