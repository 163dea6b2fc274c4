"""Whom an edit will make Outlook or Kalends mail, before it is made (FEATURES 5.4).

Only a meeting that Outlook schedules makes Outlook mail, by the same facts as the sync's forecast; a quiet copy carries
no attendees (RULES §7). For a meeting that Kalends schedules it is the function that sends which is asked (RULES 2.2).
"""

from dataclasses import replace

from django.utils.timezone import now

from kalends.accounts.models import Person
from kalends.calendars import store
from kalends.calendars.connections import outlook
from kalends.calendars.edits.checks import scheduler_of_first_invitation, sound, split
from kalends.calendars.errors import NoSuchEvent
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import Participant
from kalends.calendars.views import Mails
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event, Field, Scheduler, State
from kalends.domain.invitations import forecast, is_called_off, notices_due
from kalends.domain.scheduling import Via, mails_of_answer, mails_of_change, mails_of_create, mails_of_delete
from kalends.sync.snapshot import Values


def preview_create(by: Person, draft: Event) -> Mails:
    """The invitations that a new event sends."""
    keys = set(by.addresses.values_list("address", flat=True)) | {by.email}
    attendees = _people(sound({Field.ATTENDEES: draft.attendees}, keys)[Field.ATTENDEES])
    if scheduler_of_first_invitation(by) is Scheduler.OUTLOOK:
        return mails_of_create(attendees)
    return _from_here(None, replace(draft, attendees=attendees, state=State.ACTIVE))


def preview_change(by: Person, event_id: str, changes: Values) -> Mails:
    """What changing these fields sends; nothing for what does not differ."""
    row, participants = _seen(by, event_id)
    if row.organizer_id != by.pk:
        return ()
    present = store.event_of(row, participants)
    keys = {each.address_folded for each in participants if each.is_organizer}
    shared, _ = split(sound(changes, keys))
    shared = {name: value for name, value in shared.items() if getattr(present, name.value) != value}
    after = _people(shared[Field.ATTENDEES]) if Field.ATTENDEES in shared else present.attendees
    if _roles(after) == _roles(present.attendees):
        shared.pop(Field.ATTENDEES, None)
    if row.scheduler == Scheduler.NOBODY and not present.attendees and after:
        invites = scheduler_of_first_invitation(by) is Scheduler.OUTLOOK
        return mails_of_create(after) if invites else _from_here(row, _changed(present, shared))
    if row.scheduler == Scheduler.KALENDS:
        return _from_here(row, _changed(present, shared)) if shared else ()
    return mails_of_change(set(shared), present.attendees, after) if _outlook_tells(row) else ()


def preview_delete(by: Person, event_id: str, *, decline: bool = False) -> Mails:
    """The cancellations, or the one answer, that deleting sends."""
    row, participants = _seen(by, event_id)
    if row.organizer_id == by.pk and row.scheduler == Scheduler.KALENDS:
        return _from_here(row, replace(store.event_of(row, participants), state=State.TRASHED))
    if row.organizer_id == by.pk:
        goes_out = _outlook_tells(row) and row.state in (State.ACTIVE, State.ARCHIVED)
        linked = outlook().linked(by.pk, row.pk)
        return mails_of_delete(store.attendees_of(participants)) if goes_out and linked else ()
    return preview_respond(by, event_id, send=decline)


def preview_archive(by: Person, event_id: str) -> Mails:
    """An ended event is archived here only; a coming one is cancelled (RULES 8.2)."""
    row, _ = _seen(by, event_id)
    return preview_delete(by, event_id) if row.ends_at > now() and row.organizer_id == by.pk else ()


def preview_respond(by: Person, event_id: str, *, send: bool = True) -> Mails:
    """The answer that the organizer is told."""
    row, _ = _seen(by, event_id)
    if send and outlook().answers_by_mail(by.pk, row.pk):
        mails = mails_of_answer(store.organizer_of(row), send=True)
        return tuple(replace(mail, via=Via.KALENDS, certain=False) for mail in mails)
    tells = send and outlook().linked(by.pk, row.pk)
    return mails_of_answer(store.organizer_of(row), send=tells)


def preview_restore(by: Person, event_id: str) -> Mails:
    """The invitations of the meeting that takes a cancelled one's place (RULES 8.1)."""
    row, participants = _seen(by, event_id)
    if row.organizer_id == by.pk and row.scheduler == Scheduler.KALENDS and row.state != State.ACTIVE:
        event = store.event_of(row, participants)
        off = is_called_off(outlook().told(row.pk))
        return preview_create(by, event) if off else _from_here(row, replace(event, state=State.ACTIVE))
    gone = row.state == State.CANCELLED or not outlook().linked(by.pk, row.pk)
    if row.organizer_id != by.pk or row.state == State.ACTIVE or not _outlook_tells(row) or not gone:
        return ()
    return preview_create(by, store.event_of(row, participants))


def _seen(by: Person, event_id: str) -> tuple[EventRow, list[Participant]]:
    row = EventRow.objects.filter(pk=event_id, participants__person=by).first()
    if row is None:
        raise NoSuchEvent
    return row, list(row.participants.all())


def _from_here(row: EventRow | None, event: Event) -> Mails:
    """What Kalends itself mails once the event stands like this."""
    return forecast(notices_due(outlook().told(row.pk) if row else {}, event, now()))


def _changed(event: Event, values: Values) -> Event:
    return replace(event, **{name.value: value for name, value in values.items()})  # type: ignore[arg-type]


def _outlook_tells(row: EventRow) -> bool:
    return row.scheduler == Scheduler.OUTLOOK


def _people(value: object) -> tuple[Attendee, ...]:
    return tuple(each for each in value if isinstance(each, Attendee)) if isinstance(value, tuple) else ()


def _roles(attendees: tuple[Attendee, ...]) -> dict[str, str]:
    return {each.key: each.role for each in attendees}
