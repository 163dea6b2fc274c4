"""What Outlook holds in a way that cannot be written from here is not changed here (RULES 4.4)."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.calendars.errors import EditRefused
from kalends.domain.attendee import Attendee
from kalends.domain.event import Field
from kalends.domain.span import Timed
from kalends.sync.snapshot import Value
from tests.unit.mailboxes.office import Office, graph_event

NOON = dt.datetime(2027, 3, 1, 12, 0)
AT_NOON = Timed(start=NOON, start_zone="Europe/Berlin", end=NOON, end_zone="Europe/Berlin")
CUSTOM = {"originalStartTimeZone": "tzone://Microsoft/Custom", "originalEndTimeZone": "tzone://Microsoft/Custom"}
NAMELESS = {"attendees": [{"type": "required", "emailAddress": {"name": "Nobody"}}]}
JOINLESS = {"isOnlineMeeting": True, "onlineMeeting": {"joinUrl": "https://teams.microsoft.com/l/1"}}


def only_event(person: Person) -> str:
    """The id of the one event that somebody has."""
    now = timezone.now()
    (view,) = queries.events_between(person, now - dt.timedelta(days=30), now + dt.timedelta(days=400))
    return str(view.id)


@pytest.mark.parametrize(
    ("oddities", "change", "words"),
    [
        (CUSTOM, (Field.WHEN, AT_NOON), "a zone without a name"),
        (NAMELESS, (Field.ATTENDEES, (Attendee(address="bob@example.com"),)), "no mail address"),
        (JOINLESS, (Field.BODY, "<p>New</p>"), "join the video meeting"),
    ],
)
def test_it_refuses_what_could_not_be_written(
    office: Office, alice: Person, oddities: dict[str, Any], change: tuple[Field, Value], words: str
) -> None:
    office.load(alice, [graph_event("Odd", 3, oddities=oddities)])
    office.connect(alice)
    event_id = only_event(alice)
    with pytest.raises(EditRefused, match=words):
        edits.change_event(alice, event_id, dict([change]))
    edits.change_event(alice, event_id, {Field.SUBJECT: "Still renamed"})
    office.settle(alice)
    assert office.subjects(alice) == ["Still renamed"]
    assert office.mails() == []
