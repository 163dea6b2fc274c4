"""Answering an invitation."""

import pytest
from django.test import Client
from django.urls import reverse

from kalends.accounts.models import Person
from kalends.calendars import queries
from kalends.domain.attendee import Partstat


@pytest.mark.parametrize("partstat", ["accepted", "tentative", "declined"])
def test_it_gives_the_answer_of_the_button(as_bob: Client, alice: Person, meeting: str, partstat: str) -> None:
    as_bob.post(reverse("event_respond", args=[meeting]), {"partstat": partstat, "send": "1", "comment": "Fine"})

    assert queries.event_detail(alice, meeting).event.attendees[0].answer.partstat is Partstat(partstat)


def test_it_shows_the_panel_anew(as_bob: Client, meeting: str) -> None:
    told = {"partstat": "accepted", "send": "1"}
    answer = as_bob.post(reverse("event_respond", args=[meeting]), told, headers={"HX-Request": "true"})

    assert 'value="accepted" aria-pressed="true"' in answer.content.decode()
    assert "Accepted." in answer["HX-Trigger"]


def test_it_refuses_what_is_no_answer(as_bob: Client, meeting: str) -> None:
    answer = as_bob.post(reverse("event_respond", args=[meeting]), {"partstat": "perhaps"})

    assert (answer.status_code, "Choose Accept, Maybe or Decline." in answer.content.decode()) == (409, True)
