"""The cast of the screens, a browser for each of them, and one meeting: Alice organizes, Bob attends."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event, Personal, Sensitivity
from kalends.domain.span import Timed

SignIn = Callable[[Person | None], Client]


def wall(text: str) -> dt.datetime:
    """A wall-clock time, in no zone yet."""
    return dt.datetime.fromisoformat(text)


START = wall("2027-03-02 09:00")


@pytest.fixture
def alice(db: None) -> Person:
    return Person.objects.create_person("alice@example.com", name="Alice", time_zone="Europe/Berlin")


@pytest.fixture
def bob(db: None) -> Person:
    return Person.objects.create_person("bob@example.com", name="Bob", time_zone="Europe/London")


@pytest.fixture
def charlie(db: None) -> Person:
    return Person.objects.create_person("charlie@example.com", name="Charlie")


@pytest.fixture
def dora(db: None) -> Person:
    """The administrator."""
    return Person.objects.create_person("dora@example.com", name="Dora", is_administrator=True)


@pytest.fixture
def sign_in() -> SignIn:
    """A browser as somebody, or as nobody."""

    def browser(person: Person | None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person)
        return client

    return browser


@pytest.fixture
def as_alice(alice: Person, sign_in: SignIn) -> Client:
    return sign_in(alice)


@pytest.fixture
def as_bob(bob: Person, sign_in: SignIn) -> Client:
    return sign_in(bob)


@pytest.fixture
def as_dora(dora: Person, sign_in: SignIn) -> Client:
    return sign_in(dora)


def nine_to_ten(subject: str = "Plan", **fields: object) -> Event:
    """An event on a Tuesday at nine in Berlin."""
    when = Timed(start=START, start_zone="Europe/Berlin", end=START + dt.timedelta(hours=1), end_zone="Europe/Berlin")
    return Event(when=when, subject=subject, **fields)  # type: ignore[arg-type]


def meeting_of(organizer: Person, attendee: Person) -> str:
    """A meeting of two."""
    people = (Attendee(address=attendee.email, name=attendee.name),)
    return edits.create_event(organizer, nine_to_ten(attendees=people))


@pytest.fixture
def meeting(alice: Person, bob: Person) -> str:
    """Alice's meeting with Bob."""
    return meeting_of(alice, bob)


@pytest.fixture
def secret(alice: Person) -> str:
    """Something of Alice's that colleagues see as busy only."""
    return edits.create_event(alice, nine_to_ten("Doctor"), Personal(sensitivity=Sensitivity.PRIVATE))


def form_of(**fields: str | list[str]) -> dict[str, str | list[str]]:
    """What the event's form posts when nobody touched it, but for these fields."""
    untouched: dict[str, str | list[str]] = {
        "subject": "Plan",
        "start_day": "2027-03-02",
        "start_time": "09:00",
        "end_day": "2027-03-02",
        "end_time": "10:00",
        "start_zone": "Europe/Berlin",
        "end_zone": "Europe/Berlin",
        "body": "",
        "body_changed": "",
        "show_as": "busy",
        "reminder": "15",
        "sensitivity": "normal",
        "importance": "normal",
        "categories": "",
        "requested": "1",
        "propose_new_times": "1",
    }
    return untouched | fields
