"""Telling people of what changed in Outlook alone (RULES 9.2), and an event as a file."""

from django.test import Client
from django.urls import reverse

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.calendars.models import Event as EventRow
from kalends.domain.attendee import Attendee
from kalends.ical.calendar import entries_of
from kalends.mailboxes.mail_models import OutgoingMail
from tests.screens.conftest import nine_to_ten

EVE = Attendee(address="eve@elsewhere.example", name="Eve")


def test_it_offers_to_tell_what_people_do_not_know(as_alice: Client, alice: Person) -> None:
    event_id = edits.create_event(alice, nine_to_ten(attendees=(EVE,)))
    page, tell = reverse("event", args=[event_id]), reverse("event_tell", args=[event_id])
    assert "Tell them…" not in as_alice.get(page).content.decode()
    EventRow.objects.filter(pk=event_id).update(subject="Renamed in Outlook")
    assert "Tell them…" in as_alice.get(page).content.decode()
    assert "Kalends will mail Eve (update)." in as_alice.get(tell).content.decode()
    assert as_alice.post(tell).status_code == 302
    assert [*OutgoingMail.objects.order_by("sequence").values_list("kind", "sequence")] == [
        ("request", 0),
        ("update", 1),
    ]
    assert as_alice.get(tell).status_code == 409


def test_it_hands_out_an_event_as_a_file(as_alice: Client, alice: Person) -> None:
    event_id = edits.create_event(alice, nine_to_ten(attendees=(EVE,)))
    answer = as_alice.get(reverse("event_file", args=[event_id]))
    (entry,) = entries_of(answer.content)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert (entry.uid, entry.event.subject, entry.event.attendees) == (f"{event_id}@kalends", "Plan", (EVE,))
