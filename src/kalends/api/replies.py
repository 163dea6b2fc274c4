"""What the API tells: events as the caller may see them, and the mails that an act would cause."""

import datetime as dt
from dataclasses import asdict

from ninja import Schema

from kalends.api.shapes import AttendeeShape, PlaceShape, ResponseOptionsShape, WhenShape
from kalends.calendars.views import BadgeKind, EventDetail, EventView, HistoryEntry, Relation, Verb
from kalends.domain.attendee import Addressee, Partstat
from kalends.domain.event import Importance, Scheduler, Sensitivity, ShowAs, State
from kalends.domain.scheduling import ForecastMail, MailKind, Via


class Problem(Schema):
    """Every refusal: what happened and what to do, as a sentence."""

    error: str


class PersonReply(Schema):
    """Somebody by address."""

    address: str
    name: str


class BadgeReply(Schema):
    """How the event stands with the caller's Outlook."""

    kind: BadgeKind
    words: str


class EventBrief(Schema):
    """One event in a list; of a colleague's private event only time and `show_as` are told (`busy_only`)."""

    id: str
    version: int
    relation: Relation
    busy_only: bool
    subject: str
    when: WhenShape
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    state: State
    answer: Partstat
    show_as: ShowAs
    sensitivity: Sensitivity
    categories: list[str]
    badge: BadgeReply

    @classmethod
    def of(cls, view: EventView) -> "EventBrief":
        """The JSON of an entry."""
        return cls(
            id=view.id,
            version=view.version,
            relation=view.relation,
            busy_only=view.busy_only,
            subject=view.subject,
            when=WhenShape.of(view.when),
            starts_at=view.starts_at,
            ends_at=view.ends_at,
            place=view.place,
            state=view.state,
            answer=view.partstat,
            show_as=view.show_as,
            sensitivity=view.sensitivity,
            categories=list(view.categories),
            badge=BadgeReply(kind=view.badge.kind, words=view.badge.words),
        )


class PersonalReply(Schema):
    """What the caller has alone; absent from a colleague's event."""

    answer: Partstat
    show_as: ShowAs
    reminder: int | None
    categories: list[str]
    sensitivity: Sensitivity
    hidden: bool


class EventReply(Schema):
    """One event in full; `may` names what the caller may do, `why_not` says why the shared fields are read-only."""

    id: str
    version: int
    relation: Relation
    busy_only: bool
    state: State
    scheduler: Scheduler
    subject: str
    body: str
    when: WhenShape
    places: list[PlaceShape]
    attendees: list[AttendeeShape]
    organizer: PersonReply | None
    importance: Importance
    online_meeting: bool
    join_url: str
    response_options: ResponseOptionsShape
    personal: PersonalReply | None
    may: list[Verb]
    why_not: str
    badge: BadgeReply
    uids: list[str]
    created: dt.datetime
    modified: dt.datetime
    open_conflicts: int

    @classmethod
    def of(cls, detail: EventDetail) -> "EventReply":
        """The JSON of an event in full."""
        event = detail.event
        return cls(
            id=detail.id,
            version=detail.version,
            relation=detail.relation,
            busy_only=detail.busy_only,
            state=event.state,
            scheduler=detail.scheduler,
            subject=event.subject,
            body=event.body,
            when=WhenShape.of(event.when),
            places=[
                PlaceShape.model_construct(name=each.name, email=each.email, uri=each.uri) for each in event.places
            ],
            attendees=[AttendeeShape.of(each) for each in event.attendees],
            organizer=_organizer(event.organizer),
            importance=event.importance,
            online_meeting=event.online_meeting.wanted,
            join_url=event.online_meeting.join_url,
            response_options=ResponseOptionsShape(**asdict(event.response_options)),
            personal=_personal(detail),
            may=sorted(detail.may),
            why_not=detail.why_not,
            badge=BadgeReply(kind=detail.badge.kind, words=detail.badge.words),
            uids=list(detail.uids),
            created=detail.created,
            modified=detail.modified,
            open_conflicts=detail.open_conflicts,
        )


def _organizer(organizer: Addressee | None) -> PersonReply | None:
    return PersonReply(address=organizer.address, name=organizer.name) if organizer else None


def _personal(detail: EventDetail) -> PersonalReply | None:
    own = detail.personal
    if own is None:
        return None
    return PersonalReply(
        answer=own.answer.partstat,
        show_as=own.show_as,
        reminder=own.reminder,
        categories=list(own.categories),
        sensitivity=own.sensitivity,
        hidden=own.hidden,
    )


class MailReply(Schema):
    """One mail that Outlook or Kalends (`via`) will send for an act, or may send when it is not `certain`."""

    recipient: str
    name: str
    kind: MailKind
    certain: bool
    via: Via

    @classmethod
    def of(cls, mail: ForecastMail) -> "MailReply":
        """The JSON of a forecast mail."""
        return cls(recipient=mail.recipient, name=mail.name, kind=mail.kind, certain=mail.certain, via=mail.via)


class FieldChangeReply(Schema):
    """One field's before and after, in words."""

    field: str
    title: str
    before: str
    after: str


class HistoryReply(Schema):
    """One act on an event: who, where and when; newest first."""

    edit: str
    at: dt.datetime
    who: str
    source: str
    cause: str
    changes: list[FieldChangeReply]

    @classmethod
    def of(cls, entry: HistoryEntry) -> "HistoryReply":
        """The JSON of an act."""
        return cls(
            edit=entry.edit,
            at=entry.at,
            who=entry.who,
            source=entry.source,
            cause=entry.cause,
            changes=[
                FieldChangeReply(field=each.field, title=each.title, before=each.before, after=each.after)
                for each in entry.changes
            ],
        )
