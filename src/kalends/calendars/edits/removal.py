"""Deleting, hiding, restoring, purging (RULES §5.2, §8)."""

from kalends.accounts.models import Person
from kalends.calendars import history, store
from kalends.calendars.connections import outlook
from kalends.calendars.edits.act import Act, editing
from kalends.calendars.edits.answer import give_answer
from kalends.calendars.edits.create import create_event
from kalends.calendars.errors import EditRefused
from kalends.calendars.history import Source
from kalends.domain.attendee import Partstat
from kalends.domain.event import Scheduler, State
from kalends.domain.invitations import is_called_off


def delete_event(by: Person, event_id: str, *, decline: bool = False, source: Source = Source.KALENDS) -> None:
    """The organizer's deletion puts the event in the trash for everybody; an attendee's takes it off his calendar.

    `decline` makes an attendee's deletion an answer that the organizer is told.
    """
    with editing(by, event_id, source=source) as act:
        if act.organizes or _orphan(act):
            if act.row.state == State.TRASHED:
                return
            act.enter(State.TRASHED, f"deleted by {by}")
        else:
            if decline and act.row.state == State.ACTIVE:
                give_answer(act, Partstat.DECLINED)
            act.hide(hidden=True)


def hide_event(by: Person, event_id: str) -> None:
    """Take an event off one's own calendar only; nobody is told."""
    with editing(by, event_id) as act:
        act.hide(hidden=True)


def restore_event(by: Person, event_id: str) -> str:
    """Bring back what was deleted or removed; returns the id of the event that stands in the calendar now.

    What Outlook already cancelled is never revived: a new meeting with the same content takes its place, and its
    invitations go out (RULES 8.1). Before that, restoring only withdraws the deletion (RULES 5.8).
    """
    with editing(by, event_id, cause="restored") as act:
        mine = act.mine
        if mine is not None and mine.hidden:
            act.hide(hidden=False)
        if act.row.state not in (State.TRASHED, State.CANCELLED):
            return event_id
        if not act.organizes:
            raise EditRefused(f"Only {act.row.organizer_name or 'its organizer'} can bring this event back.")
        if not restores_as_new(act):
            act.enter(State.ACTIVE, "restored")
            return event_id
        renewed = create_event(by, act.event, store.personal_of(act.own()))
        act.differences.append(history.Difference(field=history.RENEWED, before=None, after=renewed))
        act.hide(hidden=True)
    return renewed


def purge_event(by: Person, event_id: str) -> None:
    """Delete for good what is in the trash; only its organizer can, and only once Outlook's copy is gone."""
    with editing(by, event_id) as act:
        if not act.organizes or act.row.state != State.TRASHED:
            raise EditRefused("Only its organizer can delete an event for good, and only from the trash.")
        if outlook().linked(by.pk, act.row.pk):
            raise EditRefused("The deletion has not reached Outlook yet; wait until it has.")
        history.announce(act.people)
        act.row.delete()


def restores_as_new(act: Act) -> bool:
    """Whether people were told that the meeting is off, so that only a new one can bring it back."""
    if act.row.scheduler == Scheduler.KALENDS:
        return is_called_off(outlook().told(act.row.pk))
    told = act.row.scheduler == Scheduler.OUTLOOK and any(each.listed for each in act.participants)
    return act.row.state == State.CANCELLED or (told and not outlook().linked(act.by.pk, act.row.pk))


def _orphan(act: Act) -> bool:
    """Whether nobody else is there to keep the event: no organizer is known, or the last one leaves."""
    return act.row.organizer_id is None and not act.row.organizer_address
