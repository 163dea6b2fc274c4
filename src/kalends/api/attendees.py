"""The people of an event, one at a time; and the caller's own answer."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from kalends.api.callers import caller
from kalends.api.events import REFUSALS
from kalends.api.replies import EventReply
from kalends.api.shapes import AnswerShape, AttendeeShape
from kalends.calendars import edits, queries
from kalends.calendars.history import Source
from kalends.domain.attendee import Attendee, normal_address
from kalends.domain.event import Field

router = Router(tags=["attendees"])


@router.post("/{event_id}/attendees", response={200: EventReply, **REFUSALS}, operation_id="add_attendee")
def add_attendee(request: HttpRequest, event_id: UUID, payload: AttendeeShape) -> EventReply:
    """Add somebody, or give somebody another role; of those present nobody else is mailed."""
    new = payload.attendee()
    listed = _listed(request, event_id)
    kept = [new if each.key == new.key else each for each in listed]
    return _replace(request, event_id, kept if new in kept else [*kept, new])


@router.delete(
    "/{event_id}/attendees/{address}", response={200: EventReply, **REFUSALS}, operation_id="remove_attendee"
)
def remove_attendee(request: HttpRequest, event_id: UUID, address: str) -> EventReply:
    """Take somebody off the list; only that person is told."""
    listed = _listed(request, event_id)
    kept = [each for each in listed if each.key != normal_address(address)]
    if len(kept) == len(listed):
        raise HttpError(404, f"{address} is not on the list of this event.")
    return _replace(request, event_id, kept)


@router.post("/{event_id}/answer", response={200: EventReply, **REFUSALS}, operation_id="answer_event")
def answer_event(request: HttpRequest, event_id: UUID, payload: AnswerShape) -> EventReply:
    """Accept, accept tentatively or decline for oneself; `send` tells the organizer."""
    person = caller(request)
    edits.respond(person, str(event_id), payload.answer, payload.comment, send=payload.send, source=Source.API)
    return EventReply.of(queries.event_detail(person, str(event_id)))


def _listed(request: HttpRequest, event_id: UUID) -> list[Attendee]:
    return list(queries.event_detail(caller(request), str(event_id)).event.attendees)


def _replace(request: HttpRequest, event_id: UUID, people: list[Attendee]) -> EventReply:
    person = caller(request)
    edits.change_event(person, str(event_id), {Field.ATTENDEES: tuple(people)}, source=Source.API)
    return EventReply.of(queries.event_detail(person, str(event_id)))
