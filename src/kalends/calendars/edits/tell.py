"""Telling people how a meeting stands that changed in Outlook alone: never by itself, but by a press (RULES 9.2)."""

from django.utils.timezone import now

from kalends.accounts.models import Person
from kalends.calendars import store
from kalends.calendars.connections import Edited, outlook
from kalends.calendars.edits.act import Act, editing
from kalends.calendars.edits.checks import refuse_shared
from kalends.calendars.errors import EditRefused
from kalends.calendars.models import Event as EventRow
from kalends.calendars.views import Mails
from kalends.domain.event import Scheduler
from kalends.domain.invitations import forecast, notices_due


def preview_tell(by: Person, event_id: str) -> Mails:
    """The mails by which Kalends would tell people what they do not know; none for whoever does not organize it."""
    row = EventRow.objects.filter(pk=event_id, organizer=by, scheduler=Scheduler.KALENDS).first()
    if row is None:
        return ()
    event = store.event_of(row, list(row.participants.all()))
    return forecast(notices_due(outlook().told(row.pk), event, now()))


def tell_people(by: Person, event_id: str) -> None:
    """Send them. Raises EditRefused and NoSuchEvent."""
    with editing(by, event_id) as act:
        refuse_shared(act)
        if act.row.scheduler != Scheduler.KALENDS:
            raise EditRefused("Outlook tells people about this meeting.")
        outlook().edited(_nothing_new(act))


def _nothing_new(act: Act) -> Edited:
    return Edited(
        event_id=act.row.pk,
        by=act.by.pk,
        organizer=act.row.organizer_id,
        shared=frozenset(),
        personal=frozenset(),
        people=frozenset(act.people),
    )
