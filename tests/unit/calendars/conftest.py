"""Alice organizes, Bob attends, Charlie is a stranger to their meeting."""

import datetime as dt

import pytest

from kalends.accounts.models import Person
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event
from kalends.domain.span import Timed


@pytest.fixture
def alice(db: None) -> Person:
    return Person.objects.create_person("alice@example.com", name="Alice")


@pytest.fixture
def bob(db: None) -> Person:
    return Person.objects.create_person("bob@example.com", name="Bob")


@pytest.fixture
def charlie(db: None) -> Person:
    return Person.objects.create_person("charlie@example.com", name="Charlie")


@pytest.fixture
def nine() -> Timed:
    return at_nine(dt.date(2026, 11, 23))


@pytest.fixture
def review(nine: Timed) -> Event:
    """A meeting with Bob."""
    return Event(when=nine, subject="Review", attendees=(Attendee(address="bob@example.com", name="Bob"),))


def at_nine(day: dt.date) -> Timed:
    """Nine to ten in Amsterdam."""
    nine = dt.datetime.combine(day, dt.time(9))
    return Timed(
        start=nine, start_zone="Europe/Amsterdam", end=nine + dt.timedelta(hours=1), end_zone="Europe/Amsterdam"
    )
