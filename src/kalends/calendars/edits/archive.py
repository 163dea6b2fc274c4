"""Archiving: an ended event rests here; a coming one is cancelled by its organizer, hidden by others (RULES 8.2)."""

from kalends.accounts.models import Person
from kalends.calendars import history, store
from kalends.calendars.connections import outlook
from kalends.calendars.edits.act import Act, editing
from kalends.calendars.edits.create import create_event
from kalends.calendars.errors import EditRefused
from kalends.domain.event import Scheduler, State
from kalends.domain.invitations import is_called_off


def archive_event(by: Person, event_id: str) -> None:
    """Put an event away; see the module for what others notice."""
    with editing(by, event_id, cause="archived") as act:
        if not act.organizes:
            act.hide(hidden=True)
        elif act.row.state != State.ACTIVE:
            raise EditRefused("Only an event that stands in the calendar can be archived.")
        else:
            act.enter(State.ARCHIVED, f"archived by {by}")


def unarchive_event(by: Person, event_id: str) -> str:
    """Bring an archived event back; returns the id of the event that stands in the calendar now.

    A coming meeting whose cancellation went out comes back as a new one, with new invitations (RULES 8.1).
    """
    with editing(by, event_id, cause="brought back from the archive") as act:
        if not act.organizes:
            act.hide(hidden=False)
            return event_id
        if act.row.state != State.ARCHIVED:
            raise EditRefused("This event is not in the archive.")
        if not _told(act):
            act.enter(State.ACTIVE, "unarchived")
            return event_id
        renewed = create_event(by, act.event, store.personal_of(act.own()))
        act.differences.append(history.Difference(field=history.RENEWED, before=None, after=renewed))
        act.enter(State.TRASHED, "replaced by a new meeting")
        act.hide(hidden=True)
    return renewed


def _told(act: Act) -> bool:
    """Whether people were told that the meeting is off: by Kalends, or by Outlook, whose copy is gone."""
    if act.row.scheduler == Scheduler.KALENDS:
        return is_called_off(outlook().told(act.row.pk))
    invited = act.row.scheduler == Scheduler.OUTLOOK and any(each.listed for each in act.participants)
    return invited and not outlook().linked(act.by.pk, act.row.pk)
