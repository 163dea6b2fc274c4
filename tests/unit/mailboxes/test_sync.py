"""Kalends and Outlook become one: whole rounds on PostgreSQL against the simulated Outlook."""

import datetime as dt

from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event, Field
from kalends.domain.span import Timed
from tests.unit.mailboxes.office import Office, graph_attendee, graph_event


def nine(day: int = 1) -> Timed:
    date = (timezone.now() + dt.timedelta(days=day)).date()
    start = dt.datetime.combine(date, dt.time(9))
    return Timed(start=start, start_zone="UTC", end=start + dt.timedelta(hours=1), end_zone="UTC")


def subjects(person: Person) -> list[str]:
    now = timezone.now()
    views = queries.events_between(person, now - dt.timedelta(days=30), now + dt.timedelta(days=400))
    return sorted(view.subject for view in views)


def test_it_brings_both_calendars_together_without_a_mail(office: Office, alice: Person, bob: Person) -> None:
    office.load(alice, [graph_event("Lunch", 2), graph_event("Review", 3, attendees=[graph_attendee(bob)])])
    edits.create_event(alice, Event(when=nine(1), subject="Dentist"))
    edits.create_event(alice, Event(when=nine(2), subject="Lunch"))
    office.connect(alice)
    assert subjects(alice) == office.subjects(alice) == ["Dentist", "Lunch", "Review"]
    assert office.mails() == []


def test_it_carries_edits_both_ways(office: Office, alice: Person) -> None:
    (lunch,) = office.load(alice, [graph_event("Lunch", 2)])
    office.connect(alice)
    office.outlook(alice, "PATCH", f"events/{lunch}", {"subject": "Late lunch"})
    event_id = edits.create_event(alice, Event(when=nine(5), subject="Dentist"))
    office.settle(alice)
    assert subjects(alice) == office.subjects(alice) == ["Dentist", "Late lunch"]
    edits.change_event(alice, event_id, {Field.SUBJECT: "Surgery", Field.WHEN: nine(6)})
    office.settle(alice)
    assert office.subjects(alice) == ["Late lunch", "Surgery"]
    edits.delete_event(alice, event_id)
    office.outlook(alice, "DELETE", f"events/{lunch}")
    office.settle(alice)
    assert subjects(alice) == office.subjects(alice) == []
    assert len(queries.trash(alice)) == 2


def test_it_asks_once_and_writes_nothing_when_nothing_changed(office: Office, alice: Person) -> None:
    """RULES 4.5"""
    office.load(alice, [graph_event(f"Event {number}", number) for number in range(1, 20)])
    edits.create_event(alice, Event(when=nine(2), subject="Here"))
    office.connect(alice)
    office.forget_traffic()
    ending = office.sync(alice)
    assert ending.report is not None
    assert (ending.report.received, ending.report.sent, ending.report.decisions) == (0, 0, ())
    assert [method for method, _, _ in office.requests()] == ["GET"]


def test_it_lets_outlook_invite_and_finds_the_copy_of_a_connected_attendee(
    office: Office, alice: Person, bob: Person
) -> None:
    office.connect(alice)
    office.connect(bob)
    event_id = edits.create_event(
        alice, Event(when=nine(2), subject="Review", attendees=(Attendee(address=bob.email, name="Bob"),))
    )
    office.settle(alice, bob)
    assert office.mails() == [("request", "bob@example.com")]
    assert office.subjects(bob) == ["Review"]
    assert [view.id for view in queries.agenda(bob, timezone.now())] == [event_id]
