"""Rows ⇄ domain values. The only module that knows what lies in which column.

Reading is total: what was stored comes back equal. Writing sets columns and participants of rows that the caller has
locked; saving, versions and history are the caller's business (edits/act.py, local.py).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from kalends.accounts.models import Address
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import EventUid, Participant
from kalends.domain.attendee import Addressee, Answer, Attendee, Partstat, Role, normal_address
from kalends.domain.event import (
    PERSONAL,
    SHARED,
    Event,
    Field,
    Importance,
    OnlineMeeting,
    Personal,
    Place,
    ResponseOptions,
    Scheduler,
    Sensitivity,
    ShowAs,
    State,
)
from kalends.domain.span import AllDay, Span, Timed
from kalends.sync.codec import from_json, span_from_json, to_json
from kalends.sync.snapshot import Value, Values

ADDRESS_LENGTH = 320
NAME_LENGTH = 300


def span_of(row: EventRow) -> Span:
    """When the event is."""
    return span_from_json(row.span)


def organizer_of(row: EventRow) -> Addressee | None:
    """Who organizes the event, if anybody is known to."""
    if not row.organizer_address:
        return None
    return Addressee(address=row.organizer_address, name=row.organizer_name)


def answer_of(participant: Participant) -> Answer:
    """What this participant answered, to whatever time."""
    return Answer(partstat=Partstat(participant.partstat), at=participant.answered_at)


def attendees_of(participants: Iterable[Participant]) -> tuple[Attendee, ...]:
    """The list, in its order."""
    return tuple(
        Attendee(address=each.address, name=each.name, role=Role(each.role), answer=answer_of(each))
        for each in sorted(participants, key=lambda each: (each.position, each.pk or 0))
        if each.listed
    )


def event_of(row: EventRow, participants: Collection[Participant]) -> Event:
    """The shared part of an event."""
    return Event(
        when=span_of(row),
        subject=row.subject,
        body=row.body,
        places=tuple(from_json(Place, place) for place in row.places),
        attendees=attendees_of(participants),
        importance=Importance(row.importance),
        online_meeting=from_json(OnlineMeeting, row.online_meeting),
        response_options=from_json(ResponseOptions, row.response_options),
        organizer=organizer_of(row),
        scheduler=Scheduler(row.scheduler),
        state=State(row.state),
    )


def personal_of(participant: Participant) -> Personal:
    """What this participant alone has."""
    return Personal(
        answer=answer_of(participant),
        show_as=ShowAs(participant.show_as),
        reminder=participant.reminder,
        categories=tuple(participant.categories),
        sensitivity=Sensitivity(participant.sensitivity),
        hidden=participant.hidden,
    )


def shared_values(row: EventRow, participants: Collection[Participant]) -> dict[Field, Value]:
    """The shared fields by name."""
    return values_of_event(event_of(row, participants))


def personal_values(participant: Participant) -> dict[Field, Value]:
    """The personal fields by name."""
    return values_of_personal(personal_of(participant))


def values_of_event(event: Event) -> dict[Field, Value]:
    """The shared fields of a domain event by name."""
    return {field: getattr(event, field.value) for field in Field if field in SHARED}


def values_of_personal(personal: Personal) -> dict[Field, Value]:
    """The personal fields of a domain value by name."""
    return {field: getattr(personal, field.value) for field in Field if field in PERSONAL}


def storable(text: str) -> str:
    """PostgreSQL stores no NUL characters, and Outlook sometimes holds them."""
    return text.replace("\x00", "")


def put_shared(row: EventRow, values: Values) -> None:
    """Set the columns of these shared fields; ATTENDEES is `put_list`'s."""
    for field, value in values.items():
        if field in COLUMNS:
            COLUMNS[field](row, value)


def put_span(row: EventRow, span: Span) -> None:
    """Set when the event is, exactly and as instants for the index."""
    row.span = to_json(span)
    row.all_day = isinstance(span, AllDay)
    row.starts_at, row.ends_at = span.start_at, span.end_at


def put_organizer(row: EventRow, organizer: Addressee | None, owner_id: int | None) -> None:
    """Set who organizes the event; `owner_id` is the account that has this address, if any."""
    row.organizer_address = organizer.address[:ADDRESS_LENGTH] if organizer else ""
    row.organizer_name = storable(organizer.name)[:NAME_LENGTH] if organizer else ""
    row.organizer_id = owner_id


def _put_text(name: str) -> Callable[[EventRow, Any], None]:
    return lambda row, value: setattr(row, name, storable(str(value)))


def _put_json(name: str) -> Callable[[EventRow, Any], None]:
    return lambda row, value: setattr(row, name, to_json(value))


COLUMNS: Mapping[Field, Callable[[EventRow, Any], None]] = {
    Field.SUBJECT: _put_text("subject"),
    Field.BODY: _put_text("body"),
    Field.WHEN: put_span,
    Field.PLACES: _put_json("places"),
    Field.IMPORTANCE: _put_text("importance"),
    Field.ONLINE_MEETING: _put_json("online_meeting"),
    Field.RESPONSE_OPTIONS: _put_json("response_options"),
}


def put_personal(participant: Participant, values: Values, answered: Span | None = None) -> None:
    """Set the columns of these personal fields; `answered` is the time that an ANSWER among them was given to."""
    for field, value in values.items():
        if field is Field.ANSWER and isinstance(value, Answer):
            put_answer(participant, value, answered)
        elif field is Field.CATEGORIES and isinstance(value, tuple):
            participant.categories = [storable(str(each)) for each in value]
        elif field is Field.REMINDER:
            participant.reminder = value if isinstance(value, int) else None
        elif field in PERSONAL:
            setattr(participant, field.value, str(value))


def put_answer(participant: Participant, answer: Answer, answered: Span | None) -> None:
    """Set what this participant answered, and to which time."""
    participant.partstat = answer.partstat.value
    participant.answered_at = answer.at
    participant.answered_when = to_json(answered) if answered else None


def answers_present(participant: Participant, row: EventRow) -> bool:
    """Whether the answer was given to the event's present time (RULES 11.3); one of unknown time counts."""
    return participant.answered_when is None or participant.answered_when == row.span


def owners(addresses: Iterable[str]) -> dict[str, int]:
    """Compared address → id of the account that is known by it."""
    wanted = {normal_address(address) for address in addresses}
    if not wanted:
        return {}
    return dict(Address.objects.filter(address__in=wanted).values_list("address", "person_id"))


def shown_partstat(participant: Participant, row: EventRow) -> Partstat:
    """What the list of people shows: the organizer takes part, an answer to another time is none (RULES 11.3)."""
    if participant.is_organizer:
        return Partstat.ACCEPTED
    return Partstat(participant.partstat) if answers_present(participant, row) else Partstat.NEEDS_ACTION


def put_list(row: EventRow, participants: Sequence[Participant], attendees: Sequence[Attendee]) -> list[Participant]:
    """Make the list of a saved event this one; returns the participants as they are now, saved.

    Those who stay keep their answer and all that is theirs. Those taken off are removed, except the organizer.
    """
    known = {each.address_folded: each for each in participants}
    wanted = {each.key[:ADDRESS_LENGTH]: each for each in attendees}
    accounts = owners(wanted)
    for gone in [each for each in participants if each.listed and each.address_folded not in wanted]:
        known.pop(gone.address_folded)
        if gone.is_organizer:
            gone.listed = False
            gone.save(update_fields=["listed"])
            known[gone.address_folded] = gone
        else:
            gone.delete()
    for position, (key, attendee) in enumerate(wanted.items(), start=1):
        entry = known.get(key) or Participant(event=row, address_folded=key, person_id=accounts.get(key))
        if _put_attendee(entry, attendee, position):
            entry.save()
        known[key] = entry
    return list(known.values())


def new_entries(row: EventRow, attendees: Sequence[Attendee], accounts: Mapping[str, int]) -> list[Participant]:
    """The entries of a new event's list, not yet saved; each address once."""
    entries: dict[str, Participant] = {}
    for attendee in attendees:
        key = attendee.key[:ADDRESS_LENGTH]
        entry = Participant(event=row, address_folded=key, person_id=accounts.get(key))
        _put_attendee(entry, attendee, len(entries) + 1)
        entries.setdefault(key, entry)
    return list(entries.values())


def _put_attendee(entry: Participant, attendee: Attendee, position: int) -> bool:
    """Make the entry say what the list says; returns whether it is new or differs."""
    before = (entry.address, entry.name, entry.role, entry.position, entry.listed)
    entry.address = storable(attendee.address)[:ADDRESS_LENGTH]
    entry.name = storable(attendee.name)[:NAME_LENGTH]
    entry.role = attendee.role.value
    entry.position = position
    if entry.pk is None:
        put_answer(entry, attendee.answer, None)
        entry.show_as = ShowAs.TENTATIVE.value
    entry.listed = True
    return entry.pk is None or before != (entry.address, entry.name, entry.role, entry.position, entry.listed)


def remember_uids(event_id: UUID, uids: Iterable[str]) -> None:
    """These uids name this event; one that names another event already goes on doing so (RULES 1.1a)."""
    rows = [EventUid(uid=uid, event_id=event_id) for uid in sorted(uids)]
    EventUid.objects.bulk_create(rows, ignore_conflicts=True)


def exact(span: Span) -> Span:
    """The same time with wall clocks that exist: one inside a spring gap moves as clocks do."""
    if isinstance(span, AllDay):
        return span
    return Timed.at(span.start_at, span.end_at, span.start_zone, span.end_zone)


def order(participants: Iterable[Participant]) -> list[Participant]:
    """The organizer first, then the list, then those who take part through one."""
    return sorted(participants, key=lambda each: (not each.is_organizer, not each.listed, each.position, each.pk or 0))


def participant_of(participants: Iterable[Participant], person_id: int | None) -> Participant | None:
    """The entry of this person; somebody on the list under two addresses has the first one's."""
    return next((each for each in order(participants) if person_id and each.person_id == person_id), None)
