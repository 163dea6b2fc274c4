"""Events: list, read, create, change, delete, archive, restore; and whom each act would make Outlook mail."""

import datetime as dt
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from ninja.errors import HttpError

from kalends.api.callers import caller
from kalends.api.replies import EventBrief, EventReply, HistoryReply, MailReply, Problem
from kalends.api.shapes import EventChange, EventShape
from kalends.calendars import edits, queries
from kalends.calendars.history import Source
from kalends.sync.snapshot import Values

router = Router(tags=["events"])

WINDOW = dt.timedelta(days=366 * 5)
REFUSALS = {404: Problem, 409: Problem, 422: Problem}


@router.get("", response={200: list[EventBrief], 422: Problem}, operation_id="list_events")
def list_events(request: HttpRequest, start: dt.datetime, end: dt.datetime) -> list[EventBrief]:
    """The caller's events that touch the window; both ends with an offset, at most five years apart."""
    if start.tzinfo is None or end.tzinfo is None:
        raise HttpError(422, "start and end need an offset, such as 2026-11-21T00:00:00Z.")
    if not dt.timedelta(0) < end - start <= WINDOW:
        raise HttpError(422, "end must lie after start, at most five years.")
    return [EventBrief.of(view) for view in queries.events_between(caller(request), start, end)]


@router.post("", response={201: EventReply, 422: Problem}, operation_id="create_event")
def create_event(request: HttpRequest, payload: EventShape) -> Status[EventReply]:
    """A new event of the caller's; attendees are invited by Outlook if the caller is connected."""
    person = caller(request)
    made = edits.create_event(person, payload.event(), payload.personal(), source=Source.API)
    return Status(201, EventReply.of(queries.event_detail(person, made)))


@router.get("/search", response={200: list[EventBrief], 422: Problem}, operation_id="search_events")
def search_events(request: HttpRequest, text: str) -> list[EventBrief]:
    """The caller's events whose subject, place, text or people match."""
    if "\x00" in text:
        raise HttpError(422, "A NUL character cannot be searched for.")
    return [EventBrief.of(view) for view in queries.search(caller(request), text[:200])]


@router.post("/mails", response={200: list[MailReply], 422: Problem}, operation_id="preview_create")
def preview_create(request: HttpRequest, payload: EventShape) -> list[MailReply]:
    """Whom creating this event would make Outlook mail; nothing is written."""
    return [MailReply.of(mail) for mail in edits.preview_create(caller(request), payload.event())]


@router.get("/{event_id}", response={200: EventReply, 404: Problem, 422: Problem}, operation_id="read_event")
def read_event(request: HttpRequest, event_id: UUID) -> EventReply:
    """One event in full, as far as the caller may see it."""
    return EventReply.of(queries.event_detail(caller(request), str(event_id)))


@router.patch("/{event_id}", response={200: EventReply, **REFUSALS}, operation_id="change_event")
def change_event(request: HttpRequest, event_id: UUID, payload: EventChange) -> EventReply:
    """New values for the named fields; a change that changes nothing does nothing."""
    person = caller(request)
    edits.change_event(person, str(event_id), _changes(payload), payload.version, source=Source.API)
    return EventReply.of(queries.event_detail(person, str(event_id)))


@router.post("/{event_id}/mails", response={200: list[MailReply], **REFUSALS}, operation_id="preview_change")
def preview_change(request: HttpRequest, event_id: UUID, payload: EventChange) -> list[MailReply]:
    """Whom this change would make Outlook mail; nothing is written."""
    mails = edits.preview_change(caller(request), str(event_id), _changes(payload))
    return [MailReply.of(mail) for mail in mails]


@router.delete("/{event_id}", response={204: None, **REFUSALS}, operation_id="delete_event")
def delete_event(request: HttpRequest, event_id: UUID, *, decline: bool = False) -> Status[None]:
    """The organizer's deletion cancels; an attendee's takes it off his own calendar, telling the organizer if
    `decline`. It can be restored from the trash.
    """
    edits.delete_event(caller(request), str(event_id), decline=decline, source=Source.API)
    return Status(204, None)


@router.get("/{event_id}/deletion/mails", response={200: list[MailReply], **REFUSALS}, operation_id="preview_delete")
def preview_delete(request: HttpRequest, event_id: UUID, *, decline: bool = False) -> list[MailReply]:
    """Whom deleting this event would make Outlook mail."""
    mails = edits.preview_delete(caller(request), str(event_id), decline=decline)
    return [MailReply.of(mail) for mail in mails]


@router.post("/{event_id}/restore", response={200: EventReply, **REFUSALS}, operation_id="restore_event")
def restore_event(request: HttpRequest, event_id: UUID) -> EventReply:
    """Bring an event back from the trash; a cancelled meeting comes back as a new one with its own id."""
    person = caller(request)
    return EventReply.of(queries.event_detail(person, edits.restore_event(person, str(event_id))))


@router.post("/{event_id}/archive", response={200: EventReply, **REFUSALS}, operation_id="archive_event")
def archive_event(request: HttpRequest, event_id: UUID) -> EventReply:
    """Put an event away: an ended one here only, a coming one cancels (organizer) or is hidden (attendee)."""
    person = caller(request)
    edits.archive_event(person, str(event_id))
    return EventReply.of(queries.event_detail(person, str(event_id)))


@router.post("/{event_id}/unarchive", response={200: EventReply, **REFUSALS}, operation_id="unarchive_event")
def unarchive_event(request: HttpRequest, event_id: UUID) -> EventReply:
    """Bring an archived event back; a meeting that was cancelled comes back as a new one."""
    person = caller(request)
    return EventReply.of(queries.event_detail(person, edits.unarchive_event(person, str(event_id))))


@router.get("/{event_id}/history", response={200: list[HistoryReply], **REFUSALS}, operation_id="event_history")
def event_history(request: HttpRequest, event_id: UUID) -> list[HistoryReply]:
    """What happened to the event, field by field, newest first."""
    return [HistoryReply.of(entry) for entry in queries.history(caller(request), str(event_id))]


def _changes(payload: EventChange) -> Values:
    try:
        return payload.changes()
    except ValueError as error:
        raise HttpError(422, str(error)) from error
