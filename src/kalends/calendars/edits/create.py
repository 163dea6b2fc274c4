"""Making an event."""

from dataclasses import replace
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import history, store
from kalends.calendars.edits.act import Act, finish
from kalends.calendars.edits.checks import scheduler_of_first_invitation, sound
from kalends.calendars.history import Author, Difference, Source
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import EventUid, Participant
from kalends.domain.attendee import Addressee, Answer, Attendee, Role
from kalends.domain.event import Event, Field, Personal, Scheduler
from kalends.sync.snapshot import Values

UID_DOMAIN = "kalends"


def create_event(by: Person, draft: Event, personal: Personal | None = None, *, source: Source = Source.KALENDS) -> str:
    """A new event organized by `by`; returns its id.

    The draft's organizer, scheduler and state do not count, nor does an answer: there is nobody to give it to.
    """
    own = replace(personal or Personal(), answer=Answer())
    keys = set(by.addresses.values_list("address", flat=True)) | {by.email}
    values = sound(store.values_of_event(draft), keys)
    with transaction.atomic():
        act = _begin(by, values)
        store.put_personal(act.own(), store.values_of_personal(own))
        act.own().save()
        act.participants = store.put_list(act.row, act.participants, _list(values))
        act.differences = [Difference(field=history.CREATED, before=None, after=act.row.subject)]
        finish(act, Author(person=by.pk, source=source))
    return str(act.row.pk)


def _begin(by: Person, values: Values) -> Act:
    """The event's row and its organizer's entry, saved; the version that `finish` gives it is 1."""
    at = timezone.now()
    invites = bool(values[Field.ATTENDEES])
    row = EventRow(id=uuid4(), created=at, modified=at, created_by=by, version=0)
    row.scheduler = (scheduler_of_first_invitation(by) if invites else Scheduler.NOBODY).value
    store.put_shared(row, values)
    store.put_organizer(row, Addressee(address=by.email, name=by.name), by.pk)
    row.save(force_insert=True)
    EventUid.objects.create(event=row, uid=f"{row.pk}@{UID_DOMAIN}")
    mine = Participant(
        event=row,
        address=by.email,
        address_folded=by.email,
        name=by.name,
        person=by,
        listed=False,
        is_organizer=True,
        role=Role.REQUIRED.value,
    )
    mine.save()
    return Act(by=by, row=row, participants=[mine], at=at)


def _list(values: Values) -> tuple[Attendee, ...]:
    attendees = values[Field.ATTENDEES]
    return tuple(each for each in attendees if isinstance(each, Attendee)) if isinstance(attendees, tuple) else ()
