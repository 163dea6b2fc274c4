"""Changing an event: only what was touched changes."""

from dataclasses import replace

from django.test import Client
from django.urls import reverse

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.domain.event import Event, Field, OnlineMeeting, Place, ShowAs
from tests.screens.conftest import form_of, nine_to_ten

OUTLOOKS_OWN = '<html><body><div style="x"><p>As Outlook wrote it</p></div></body></html>'
AURORA = Place(name="Room Aurora", street="Main Street 5", city="Berlin", latitude=52.5, longitude=13.4)


def _rich(alice: Person) -> tuple[str, Event]:
    event_id = edits.create_event(alice, nine_to_ten("  Plan  B", body=OUTLOOKS_OWN, places=(AURORA,)))
    return event_id, queries.event_detail(alice, event_id).event


def test_it_changes_nothing_when_nothing_was_touched(as_alice: Client, alice: Person) -> None:
    event_id, before = _rich(alice)
    as_alice.post(reverse("event_edit", args=[event_id]), form_of(subject="Plan B", place=["Room Aurora"]))
    after = queries.event_detail(alice, event_id)

    assert (after.event, after.version) == (before, 1)


def test_it_keeps_what_outlook_wrote_around_a_change(as_alice: Client, alice: Person) -> None:
    event_id, before = _rich(alice)
    fields = form_of(subject="Plan B", place=["Room Aurora"], importance="high")
    as_alice.post(reverse("event_edit", args=[event_id]), fields)

    assert queries.event_detail(alice, event_id).event == replace(before, importance=before.importance.HIGH)


def test_it_lets_an_attendee_change_their_own_part(as_bob: Client, bob: Person, meeting: str) -> None:
    as_bob.post(reverse("event_edit", args=[meeting]), form_of(subject="Mine now", show_as="free", reminder=""))
    detail = queries.event_detail(bob, meeting)

    assert detail.personal is not None
    assert (detail.event.subject, detail.personal.show_as, detail.personal.reminder) == ("Plan", ShowAs.FREE, None)


def test_it_refuses_to_overwrite_what_somebody_else_changed_meanwhile(
    as_alice: Client, alice: Person, meeting: str
) -> None:
    people = {"attendee_address": ["bob@example.com"], "attendee_name": ["Bob"], "attendee_role": ["required"]}
    edits.change_event(alice, meeting, {Field.SUBJECT: "Newer"})
    answer = as_alice.post(reverse("event_edit", args=[meeting]), form_of(subject="Older", version="1", **people))

    assert answer.status_code == 422
    assert "Meanwhile Alice changed the same event" in answer.content.decode()


def test_it_shows_no_editor_for_a_text_that_holds_the_meetings_address(as_alice: Client, alice: Person) -> None:
    event_id = edits.create_event(alice, nine_to_ten(body="<p>join</p>"))
    edits.change_event(alice, event_id, {Field.ONLINE_MEETING: OnlineMeeting(wanted=True)})
    page = as_alice.get(reverse("event_edit", args=[event_id])).content.decode()

    assert "contenteditable" not in page
    assert "changed in Outlook" in page
