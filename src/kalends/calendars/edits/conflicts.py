"""The conflict inbox: taking the value that lost after all, keeping both, or leaving things as they are (RULES 4.3)."""

from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import store
from kalends.calendars.edits.answer import respond
from kalends.calendars.edits.change import change_event
from kalends.calendars.edits.create import create_event
from kalends.calendars.edits.preview import preview_change, preview_respond
from kalends.calendars.errors import EditRefused
from kalends.calendars.models import Conflict
from kalends.calendars.views import Mails
from kalends.domain.attendee import Answer
from kalends.domain.event import PERSONAL, Event, Field
from kalends.sync.codec import value_from_json
from kalends.sync.snapshot import Value


def use_other_value(by: Person, conflict_id: int) -> None:
    """Give the field the value that lost; it goes to Outlook like any edit."""
    conflict = _open(by, conflict_id)
    field, lost = _lost(conflict)
    if isinstance(lost, Answer):
        respond(by, str(conflict.event_id), lost.partstat)
    else:
        change_event(by, str(conflict.event_id), {field: lost})
    _resolve(conflict, "used other")


def preview_other_value(by: Person, conflict_id: int) -> Mails:
    """Whom Outlook mails when the value that lost is used."""
    conflict = _open(by, conflict_id)
    field, lost = _lost(conflict)
    event_id = str(conflict.event_id)
    return preview_respond(by, event_id) if isinstance(lost, Answer) else preview_change(by, event_id, {field: lost})


def keep_both_values(by: Person, conflict_id: int) -> str:
    """Leave the value that won; the one that lost gets an event of its own, without people, whose id is returned."""
    conflict = _open(by, conflict_id)
    field, lost = _lost(conflict)
    participants = list(conflict.event.participants.all())
    values = {**store.shared_values(conflict.event, participants), field: lost, Field.ATTENDEES: ()}
    if field in PERSONAL:
        raise EditRefused("Only what everybody shares can be kept twice. Use the other value, or leave things.")
    mine = store.participant_of(participants, by.pk)
    draft = Event(**{name.value: value for name, value in values.items()})  # type: ignore[arg-type]
    kept = create_event(by, draft, store.personal_of(mine) if mine is not None else None)
    _resolve(conflict, "kept both")
    return kept


def dismiss_conflict(by: Person, conflict_id: int) -> None:
    """Leave the value that won."""
    _resolve(_open(by, conflict_id), "dismissed")


def _lost(conflict: Conflict) -> tuple[Field, Value]:
    field = Field(conflict.field)
    return field, value_from_json(field, conflict.ours if conflict.kept == "outlook" else conflict.theirs)


def _open(by: Person, conflict_id: int) -> Conflict:
    conflict = Conflict.objects.filter(pk=conflict_id, person=by, resolved_at=None).first()
    if conflict is None:
        raise EditRefused("This conflict is already settled.")
    return conflict


def _resolve(conflict: Conflict, how: str) -> None:
    conflict.resolved_at, conflict.resolution = timezone.now(), how
    conflict.save(update_fields=["resolved_at", "resolution"])
