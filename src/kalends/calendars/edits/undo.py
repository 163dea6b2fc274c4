"""Undoing one act of an event's history (FEATURES 6.1): what it changed gets its value of before, as a new edit."""

from uuid import UUID

from django.db.models import QuerySet

from kalends.accounts.models import Person
from kalends.calendars import history
from kalends.calendars.edits.archive import archive_event, unarchive_event
from kalends.calendars.edits.change import change_event
from kalends.calendars.edits.preview import preview_archive, preview_change, preview_restore
from kalends.calendars.edits.removal import hide_event, restore_event
from kalends.calendars.errors import EditRefused
from kalends.calendars.models import Change, Participant
from kalends.calendars.views import Mails
from kalends.domain.event import Field, State
from kalends.sync.codec import value_from_json
from kalends.sync.snapshot import Value

UNDOABLE = {each.value for each in Field if each is not Field.ANSWER}


def undo(by: Person, event_id: str, edit: str) -> str:
    """Undo the act named `edit`; returns the id of the event that stands in the calendar now.

    Fields that others wrote for themselves are left alone. Raises EditRefused, NoSuchEvent.
    """
    changes = Change.objects.filter(event_id=event_id, edit=UUID(edit))
    state = changes.filter(field=history.STATE).first()
    if state is not None:
        return _undo_state(by, event_id, str(state.after))
    hidden = changes.filter(field=history.HIDDEN).first()
    if hidden is not None:
        return _undo_hidden(by, event_id, was_hidden=bool(hidden.after))
    values = _before(by, event_id, changes)
    if not values:
        raise EditRefused("There is nothing in this change that can be undone.")
    change_event(by, event_id, values)
    return event_id


def preview_undo(by: Person, event_id: str, edit: str) -> Mails:
    """Whom undoing the act named `edit` will make Outlook mail."""
    changes = Change.objects.filter(event_id=event_id, edit=UUID(edit))
    state = changes.filter(field=history.STATE).first()
    if state is not None:
        back = state.after != State.ACTIVE
        return preview_restore(by, event_id) if back else preview_archive(by, event_id)
    return preview_change(by, event_id, _before(by, event_id, changes))


def _undo_state(by: Person, event_id: str, after: str) -> str:
    if after == State.ARCHIVED:
        return unarchive_event(by, event_id)
    if after == State.ACTIVE:
        archive_event(by, event_id)
        return event_id
    return restore_event(by, event_id)


def _undo_hidden(by: Person, event_id: str, *, was_hidden: bool) -> str:
    if was_hidden:
        return restore_event(by, event_id)
    hide_event(by, event_id)
    return event_id


def _before(by: Person, event_id: str, changes: QuerySet[Change]) -> dict[Field, Value]:
    mine = set(Participant.objects.filter(event_id=event_id, person=by).values_list("address_folded", flat=True))
    return {
        Field(each.field): value_from_json(Field(each.field), each.before)
        for each in changes
        if each.field in UNDOABLE and each.whose in {"", *mine}
    }
