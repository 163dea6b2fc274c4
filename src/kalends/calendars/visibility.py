"""Who may see what of whose calendar: the one place that decides (RULES 14.5).

| the event                                                          | its participants | other active people  |
|--------------------------------------------------------------------|------------------|----------------------|
| normal for all of its participants here                            | all of it        | all but body and history |
| personal, private or confidential for somebody with an account     | all of it        | its time and show-as |
"""

from kalends.accounts.models import Person
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import Participant
from kalends.calendars.views import Relation
from kalends.domain.event import Sensitivity


def relation(viewer: Person, row: EventRow, participants: list[Participant]) -> Relation:
    """What the viewer is to an event."""
    if row.organizer_id == viewer.pk:
        return Relation.ORGANIZER
    takes_part = any(each.person_id == viewer.pk for each in participants)
    return Relation.ATTENDEE if takes_part else Relation.COLLEAGUE


def is_private(participants: list[Participant]) -> bool:
    """Whether anybody with an account keeps this event from colleagues."""
    return any(each.person_id and each.sensitivity != Sensitivity.NORMAL for each in participants)
