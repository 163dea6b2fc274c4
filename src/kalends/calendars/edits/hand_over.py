"""A meeting that never reached Outlook goes over to Kalends when its organizer disconnects (RULES 2.3)."""

from dataclasses import replace

from django.utils.timezone import now

from kalends.accounts.models import Person
from kalends.calendars import store
from kalends.calendars.connections import outlook
from kalends.calendars.edits.act import editing
from kalends.calendars.errors import EditRefused, NoSuchEvent
from kalends.calendars.models import Event as EventRow
from kalends.calendars.views import Mails
from kalends.domain.event import Scheduler
from kalends.domain.invitations import forecast, notices_due


def hand_over_to_kalends(by: Person, event_id: str) -> None:
    """From now on Kalends invites to this meeting, and its invitations go out. Raises EditRefused, NoSuchEvent."""
    with editing(by, event_id, cause="Outlook was disconnected before it had invited anybody") as act:
        if not act.organizes or act.row.scheduler != Scheduler.OUTLOOK:
            raise EditRefused("Only a meeting of yours that Outlook was to invite to can be handed over.")
        act.hand_over(Scheduler.KALENDS)


def preview_hand_over(by: Person, event_id: str) -> Mails:
    """The invitations that Kalends then sends."""
    row = EventRow.objects.filter(pk=event_id, organizer=by).first()
    if row is None:
        raise NoSuchEvent
    event = replace(store.event_of(row, list(row.participants.all())), scheduler=Scheduler.KALENDS)
    return forecast(notices_due(outlook().told(row.pk), event, now()))
