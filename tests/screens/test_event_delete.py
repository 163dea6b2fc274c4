"""Deleting, archiving, and bringing back."""

from django.test import Client
from django.urls import reverse

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.domain.attendee import Partstat
from kalends.domain.event import Field, State
from tests.screens.conftest import nine_to_ten


def _state(person: Person, event_id: str) -> State:
    return queries.event_detail(person, event_id).event.state


def test_it_puts_the_organizers_event_into_the_trash(as_alice: Client, alice: Person, meeting: str) -> None:
    as_alice.post(reverse("event_delete", args=[meeting]))

    assert _state(alice, meeting) is State.TRASHED
    assert "Plan" in as_alice.get(reverse("trash")).content.decode()


def test_it_offers_an_attendee_two_ways(as_bob: Client, meeting: str) -> None:
    page = as_bob.get(reverse("event_delete", args=[meeting])).content.decode()

    assert [words in page for words in ("Decline and tell Alice", "Only remove mine")] == [True, True]


def test_it_declines_only_when_that_was_pressed(as_bob: Client, alice: Person, meeting: str) -> None:
    as_bob.post(reverse("event_delete", args=[meeting]), {"decline": ""})
    silent = queries.event_detail(alice, meeting).event.attendees[0].answer.partstat
    as_bob.post(reverse("event_restore", args=[meeting]))
    as_bob.post(reverse("event_delete", args=[meeting]), {"decline": "1"})
    told = queries.event_detail(alice, meeting).event.attendees[0].answer.partstat

    assert (silent, told, _state(alice, meeting)) == (Partstat.NEEDS_ACTION, Partstat.DECLINED, State.ACTIVE)


def test_it_offers_to_undo_what_mailed_nobody(as_alice: Client, alice: Person) -> None:
    event_id = edits.create_event(alice, nine_to_ten())
    answer = as_alice.post(reverse("event_delete", args=[event_id]), headers={"HX-Request": "true"})
    undo = reverse("event_restore", args=[event_id])
    assert undo in answer["HX-Trigger"]

    as_alice.post(undo, headers={"X-Requested-With": "fetch"})
    assert _state(alice, event_id) is State.ACTIVE


def test_it_archives_and_brings_back(as_alice: Client, alice: Person) -> None:
    event_id = edits.create_event(alice, nine_to_ten())
    as_alice.post(reverse("event_archive", args=[event_id]))
    archived = _state(alice, event_id)
    listed = "Plan" in as_alice.get(reverse("archive")).content.decode()
    as_alice.post(reverse("event_unarchive", args=[event_id]))

    assert (archived, listed, _state(alice, event_id)) == (State.ARCHIVED, True, State.ACTIVE)


def test_it_undoes_one_act_of_the_history(as_alice: Client, alice: Person) -> None:
    event_id = edits.create_event(alice, nine_to_ten("Before"))
    edits.change_event(alice, event_id, {Field.SUBJECT: "After"})
    edit = queries.history(alice, event_id)[0].edit
    as_alice.post(reverse("event_undo", args=[event_id, edit]))

    assert queries.event_detail(alice, event_id).event.subject == "Before"
