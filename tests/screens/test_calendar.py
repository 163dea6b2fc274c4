"""The calendar's page and what its grid is told."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.domain.attendee import Partstat
from tests.screens.conftest import SignIn

WEEK = {"start": "2027-03-01T00:00:00+01:00", "end": "2027-03-08T00:00:00+01:00"}


def _told(client: Client, people: str = "me") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(reverse("calendar_events"), {**WEEK, "people": people}).json()
    return found


def test_it_tells_the_grid_what_it_draws(as_alice: Client, meeting: str, alice: Person) -> None:
    assert _told(as_alice) == [
        {
            "id": f"{meeting}-{alice.pk}",
            "title": "Plan",
            "start": "2027-03-02T08:00:00+00:00",
            "end": "2027-03-02T09:00:00+00:00",
            "allDay": False,
            "editable": True,
            "className": "hue hue-1",
            "extendedProps": {
                "eventId": meeting,
                "panel": f"/events/{meeting}/panel",
                "move": f"/events/{meeting}/move",
                "version": 1,
                "place": "",
                "cancelled": False,
                "classes": [],
                "signs": [],
            },
        }
    ]


def test_it_outlines_what_was_not_answered(as_bob: Client, meeting: str) -> None:
    (told,) = _told(as_bob)

    assert (told["className"], told["editable"]) == ("hue hue-1 k-unanswered", False)


def test_it_strikes_what_was_declined(as_bob: Client, bob: Person, meeting: str) -> None:
    edits.respond(bob, meeting, Partstat.DECLINED, send=False)

    assert _told(as_bob)[0]["className"] == "hue hue-1 k-declined"


def test_it_draws_a_shared_meeting_once(as_alice: Client, bob: Person, meeting: str) -> None:
    assert [told["id"] for told in _told(as_alice, f"me,{bob.pk}")] == [told["id"] for told in _told(as_alice)]


def test_it_leaves_out_the_own_calendar_when_it_is_not_ticked(as_alice: Client, bob: Person, meeting: str) -> None:
    assert [told["id"] for told in _told(as_alice, str(bob.pk))] == [f"{meeting}-{bob.pk}"]


def test_it_tells_colleagues_no_more_than_busy(secret: str, alice: Person, charlie: Person, sign_in: SignIn) -> None:
    (told,) = _told(sign_in(charlie), str(alice.pk))

    assert (told["title"], told["extendedProps"]["panel"], told["extendedProps"]["signs"]) == ("Busy", "", [])


def test_it_tells_a_stranger_nothing(client: Client, db: None) -> None:
    assert client.get(reverse("calendar_events"), WEEK).status_code == 302


@pytest.mark.parametrize("asked", [{}, {"start": "soon", "end": "later"}, {"start": "2020-01-01", "end": "2027-01-01"}])
def test_it_refuses_what_is_no_stretch_of_time(as_alice: Client, asked: dict[str, str]) -> None:
    assert as_alice.get(reverse("calendar_events"), asked).status_code == 400


def test_it_sends_a_policy_without_inline_scripts(as_alice: Client) -> None:
    page = as_alice.get(reverse("calendar"))

    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.content.decode()
    assert 'style="' not in page.content.decode()
