"""What the scenarios share: the event E, and short ways to look at both sides."""

from typing import Any

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.calendars.models import Event as EventRow
from kalends.calendars.views import EventDetail
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event
from kalends.mailboxes.models import Dirty
from tests.unit.mailboxes.office import Office, graph_attendee, graph_event
from tests.unit.mailboxes.test_trouble import nine, shown

E = "simple_event"

__all__ = ["E", "all_quiet", "copy_in", "e_here", "e_in_outlook", "here", "linked_e", "nine", "shown", "writes"]


def e_in_outlook(*people: Person, **members: object) -> dict[str, Any]:
    """E as Outlook describes it."""
    body = {"contentType": "html", "content": "<p>my simple event</p>"}
    return graph_event(E, 2, body=body, attendees=[graph_attendee(each) for each in people], **members)


def e_here(by: Person, *people: Person) -> str:
    """E, made in Kalends."""
    guests = tuple(Attendee(address=each.email, name=each.name) for each in people)
    return edits.create_event(by, Event(when=nine(2), subject=E, body="my simple event", attendees=guests))


def linked_e(office: Office, organizer: Person, *people: Person) -> tuple[str, str]:
    """E on both sides; returns its ids here and in the organizer's Outlook. Mails and requests so far do not count."""
    for person in (organizer, *people):
        office.connect(person)
    event_id = e_here(organizer, *people)
    office.settle(organizer, *people)
    office.forget_traffic()
    return event_id, copy_in(office, organizer)["id"]


def copy_in(office: Office, person: Person) -> dict[str, Any]:
    """The one event in somebody's Outlook."""
    (copy,) = office.copies(person)
    return copy


def here(viewer: Person) -> EventDetail:
    """The one event that is here, as the viewer sees it."""
    return queries.event_detail(viewer, str(EventRow.objects.get().pk))


def writes(office: Office) -> list[tuple[str, str, int]]:
    """Requests that may have changed something."""
    return [each for each in office.requests() if each[0] != "GET" and not each[1].endswith("$batch")]


def all_quiet() -> bool:
    """Nothing waits to be written."""
    return not Dirty.objects.exists()
