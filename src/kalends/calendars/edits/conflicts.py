"""The conflict inbox: taking the value that lost after all, or leaving things as they are (RULES 4.3)."""

from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars.edits.answer import respond
from kalends.calendars.edits.change import change_event
from kalends.calendars.errors import EditRefused
from kalends.calendars.models import Conflict
from kalends.domain.attendee import Answer
from kalends.domain.event import Field
from kalends.sync.codec import value_from_json


def use_other_value(by: Person, conflict_id: int) -> None:
    """Give the field the value that lost; it goes to Outlook like any edit."""
    conflict = _open(by, conflict_id)
    field = Field(conflict.field)
    lost = value_from_json(field, conflict.ours if conflict.kept == "outlook" else conflict.theirs)
    if isinstance(lost, Answer):
        respond(by, str(conflict.event_id), lost.partstat)
    else:
        change_event(by, str(conflict.event_id), {field: lost})
    _resolve(conflict, "used other")


def dismiss_conflict(by: Person, conflict_id: int) -> None:
    """Leave the value that won."""
    _resolve(_open(by, conflict_id), "dismissed")


def _open(by: Person, conflict_id: int) -> Conflict:
    conflict = Conflict.objects.filter(pk=conflict_id, person=by, resolved_at=None).first()
    if conflict is None:
        raise EditRefused("This conflict is already settled.")
    return conflict


def _resolve(conflict: Conflict, how: str) -> None:
    conflict.resolved_at, conflict.resolution = timezone.now(), how
    conflict.save(update_fields=["resolved_at", "resolution"])
