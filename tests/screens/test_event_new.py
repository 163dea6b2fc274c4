"""Planning an event."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from kalends.accounts.models import Person
from kalends.calendars import queries
from kalends.domain.attendee import Attendee, Role
from kalends.domain.event import (
    Event,
    Importance,
    OnlineMeeting,
    Personal,
    Place,
    ResponseOptions,
    Sensitivity,
    ShowAs,
)
from kalends.domain.span import AllDay, Timed
from tests.screens.conftest import form_of, wall


def _made(client: Client, person: Person, **fields: str | list[str]) -> tuple[Event, Personal | None]:
    answer = client.post(reverse("event_new"), form_of(**fields))
    detail = queries.event_detail(person, answer["Location"].split("/")[-2])
    return detail.event, detail.personal


def test_it_makes_an_event_with_every_field(as_alice: Client, alice: Person) -> None:
    event, personal = _made(
        as_alice,
        alice,
        subject="Design review",
        end_zone="America/New_York",
        end_time="05:00",
        attendee_address=["bob@example.com", "room@example.com"],
        attendee_name=["Bob", "Room"],
        attendee_role=["optional", "resource"],
        place=["Room Aurora", "Main Street 5"],
        body="<p>Hello</p>",
        body_changed="1",
        online_meeting="1",
        importance="high",
        hide_attendees="1",
        show_as="oof",
        reminder="60",
        sensitivity="personal",
        categories="Customer, Travel, Customer",
    )

    assert event.when == Timed(
        start=wall("2027-03-02 09:00"),
        start_zone="Europe/Berlin",
        end=wall("2027-03-02 05:00"),
        end_zone="America/New_York",
    )
    assert (event.subject, event.body, event.importance) == ("Design review", "<p>Hello</p>", Importance.HIGH)
    assert event.places == (Place(name="Room Aurora"), Place(name="Main Street 5"))
    assert event.attendees == (
        Attendee(address="bob@example.com", name="Bob", role=Role.OPTIONAL),
        Attendee(address="room@example.com", name="Room", role=Role.RESOURCE),
    )
    assert event.online_meeting == OnlineMeeting(wanted=True)
    assert event.response_options == ResponseOptions(requested=True, propose_new_times=True, hide_attendees=True)
    assert personal is not None
    assert (personal.show_as, personal.reminder) == (ShowAs.OUT_OF_OFFICE, 60)
    assert (personal.sensitivity, personal.categories) == (Sensitivity.PERSONAL, ("Customer", "Travel"))


def test_it_makes_an_event_of_whole_days(as_alice: Client, alice: Person) -> None:
    event, _ = _made(as_alice, alice, all_day="1", end_day="2027-03-04")

    assert event.when == AllDay(first=dt.date(2027, 3, 2), last=dt.date(2027, 3, 4))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"start_day": ""}, "Give a day."),
        ({"start_day": "tomorrow"}, "That is not a day."),
        ({"end_time": "08:00"}, "lies before the start"),
        ({"start_zone": "Atlantis"}, "is not a known time zone"),
        (
            {"attendee_address": ["bob"], "attendee_name": [""], "attendee_role": ["required"]},
            "is not an e-mail address",
        ),
    ],
    ids=["no day", "bad day", "end before start", "unknown zone", "bad address"],
)
def test_it_says_what_cannot_be(as_alice: Client, fields: dict[str, str | list[str]], words: str) -> None:
    answer = as_alice.post(reverse("event_new"), form_of(subject="Kept", **fields))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'value="Kept"' in answer.content.decode()


def test_it_starts_where_the_grid_was_pressed(as_alice: Client) -> None:
    asked = {"start": "2027-03-02T13:30:00+01:00", "end": "2027-03-02T14:15:00+01:00", "all_day": ""}
    page = as_alice.get(reverse("event_new"), asked, headers={"HX-Request": "true"}).content.decode()

    assert [part in page for part in ('value="2027-03-02"', 'value="13:30"', 'value="14:15"')] == [True] * 3


def test_it_tells_the_panel_to_close_and_the_grid_to_look_again(as_alice: Client) -> None:
    answer = as_alice.post(reverse("event_new"), form_of(), headers={"HX-Request": "true"})

    assert answer.content == b""
    assert [act in answer["HX-Trigger"] for act in ("panel:close", "calendar:changed", "is planned")] == [True] * 3


def test_it_says_that_kalends_mails_without_outlook(as_alice: Client) -> None:
    people = {"attendee_address": ["bob@example.com"], "attendee_name": ["Bob"], "attendee_role": ["required"]}
    answer = as_alice.post(reverse("event_new_mails"), form_of(**people))

    assert "Kalends will mail Bob (invitation)." in answer.content.decode()
