"""One event as an `.ics` file (RFC 5545)."""

from kalends.accounts.models import Person
from kalends.calendars.errors import NoSuchEvent
from kalends.calendars.models import Event as EventRow
from kalends.calendars.store import event_of, participant_of, personal_of
from kalends.domain.event import Personal, State
from kalends.ical.calendar import calendar_text
from kalends.ical.vevent import Entry


def event_file(viewer: Person, event_id: str) -> str:
    """The file's text, for whoever takes part; raises NoSuchEvent."""
    row = EventRow.objects.filter(pk=event_id, participants__person=viewer).first()
    if row is None:
        raise NoSuchEvent
    participants = list(row.participants.all())
    mine = participant_of(participants, viewer.pk)
    entry = Entry(
        uid=row.uids.order_by("pk").values_list("uid", flat=True)[0],
        stamp=row.modified.replace(microsecond=0),
        sequence=row.version,
        cancelled=row.state == State.CANCELLED,
        event=event_of(row, participants),
        personal=personal_of(mine) if mine else Personal(),
    )
    return calendar_text([entry])
