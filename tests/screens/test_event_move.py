"""Dragging and resizing."""

import datetime as dt
import json
from collections.abc import Collection, Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.calendars.connections import Alone, plug
from kalends.domain.event import Event
from kalends.domain.span import AllDay, Span, Timed
from kalends.mailboxes.outlook import Outlook
from tests.screens.conftest import meeting_of, nine_to_ten, wall

FETCH = {"X-Requested-With": "fetch"}
ELEVEN = {"start": "2027-03-03T11:00:00+01:00", "end": "2027-03-03T12:30:00+01:00", "all_day": ""}


class Connected(Alone):
    """Everybody's Outlook is connected, and holds everything."""

    def connected(self, people: Collection[int]) -> frozenset[int]:
        return frozenset(people)

    def linked(self, person: int, event: UUID) -> bool:
        return bool(person and event)


@pytest.fixture
def with_outlook() -> Iterator[None]:
    plug(Connected())
    yield
    plug(Outlook())


def _when(person: Person, event_id: str) -> Span:
    return queries.event_detail(person, event_id).event.when


def test_it_moves_at_once_when_nobody_is_mailed(as_alice: Client, alice: Person) -> None:
    event_id = edits.create_event(alice, nine_to_ten())
    answer = as_alice.post(reverse("event_move", args=[event_id]), ELEVEN, headers=FETCH)

    assert answer.status_code == 200
    assert _when(alice, event_id) == Timed(
        start=wall("2027-03-03 11:00"),
        start_zone="Europe/Berlin",
        end=wall("2027-03-03 12:30"),
        end_zone="Europe/Berlin",
    )
    assert json.loads(answer["HX-Trigger"])["toast"]["words"] == "Moved to Wed 3 Mar 2027, 11:00 – 12:30."


def test_it_keeps_the_clocks_of_the_event(as_alice: Client, alice: Person) -> None:
    there = Timed(
        start=wall("2027-03-02 09:00"),
        start_zone="America/New_York",
        end=wall("2027-03-02 10:00"),
        end_zone="America/New_York",
    )
    event_id = edits.create_event(alice, Event(when=there))
    as_alice.post(reverse("event_move", args=[event_id]), ELEVEN, headers=FETCH)

    assert _when(alice, event_id) == Timed(
        start=wall("2027-03-03 05:00"),
        start_zone="America/New_York",
        end=wall("2027-03-03 06:30"),
        end_zone="America/New_York",
    )


@pytest.mark.parametrize(
    ("end", "last"), [("", dt.date(2027, 3, 4)), ("2027-03-07", dt.date(2027, 3, 6))], ids=["a day", "three days"]
)
def test_it_becomes_whole_days_when_dropped_there(as_alice: Client, alice: Person, end: str, last: dt.date) -> None:
    event_id = edits.create_event(alice, nine_to_ten())
    dropped = {"start": "2027-03-04", "end": end, "all_day": "1"}
    as_alice.post(reverse("event_move", args=[event_id]), dropped, headers=FETCH)

    assert _when(alice, event_id) == AllDay(first=dt.date(2027, 3, 4), last=last)


def test_it_asks_first_when_outlook_would_mail(
    as_alice: Client, alice: Person, bob: Person, with_outlook: None
) -> None:
    event_id = meeting_of(alice, bob)
    before = _when(alice, event_id)
    asked = as_alice.post(reverse("event_move", args=[event_id]), ELEVEN, headers=FETCH)

    assert asked.status_code == 202
    assert "Outlook will mail Bob (update)." in asked.content.decode()
    assert _when(alice, event_id) == before

    as_alice.post(reverse("event_move", args=[event_id]), {**ELEVEN, "confirmed": "1"}, headers=FETCH)
    assert _when(alice, event_id) != before


@pytest.mark.parametrize("start", ["", "soon", "2027-03-03T11:00:00"], ids=["nothing", "words", "no offset"])
def test_it_stays_where_it_was_when_the_place_makes_no_sense(as_alice: Client, alice: Person, start: str) -> None:
    event_id = edits.create_event(alice, nine_to_ten())
    answer = as_alice.post(reverse("event_move", args=[event_id]), {"start": start}, headers=FETCH)

    assert (answer.status_code, answer.content.decode()) == (
        409,
        "The event cannot be put there. It stays where it was.",
    )
    assert _when(alice, event_id) == nine_to_ten().when
