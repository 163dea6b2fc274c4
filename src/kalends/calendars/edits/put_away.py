"""What a reset removes here goes to the trash of its owner, from where it can be restored (RULES 14.6)."""

from kalends.accounts.models import Person
from kalends.calendars.edits.act import editing
from kalends.domain.event import State

CAUSE = "removed when the Outlook connection was reset"


def put_away_after_reset(by: Person, event_id: str) -> None:
    """The organizer's event leaves the calendar; of somebody else's meeting only one's own entry does."""
    with editing(by, event_id, cause=CAUSE) as act:
        if act.organizes:
            act.enter(State.TRASHED, CAUSE)
        else:
            act.hide(hidden=True)
