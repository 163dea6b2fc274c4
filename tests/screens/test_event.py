"""An event's page and its panel."""

from django.test import Client
from django.urls import reverse

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.domain.event import Event
from kalends.domain.span import Timed
from tests.screens.conftest import SignIn, nine_to_ten, wall

HOSTILE = (
    '<style>p{}</style><script>alert(1)</script><p style="color:red" onclick="x()">Hello '
    '<img src="https://tracker.example/x.png"><a href="javascript:alert(1)">there</a> '
    '<a href="https://example.com/">and here</a></p>'
)


def test_it_shows_a_body_without_what_could_harm(as_alice: Client, alice: Person) -> None:
    event_id = edits.create_event(alice, nine_to_ten(body=HOSTILE))
    page = as_alice.get(reverse("event_panel", args=[event_id])).content.decode()
    shown = page.split('class="event-text">')[1].split("</div>")[0]

    plain = shown.replace(' target="_blank"', "").replace(' rel="noopener noreferrer nofollow"', "")

    assert plain == '<p>Hello <a>there</a> <a href="https://example.com/">and here</a></p>'
    assert shown.count('rel="noopener noreferrer nofollow"') == 2


def test_it_tells_times_in_the_readers_zone_and_names_the_events(as_alice: Client, alice: Person) -> None:
    there = Timed(
        start=wall("2027-03-02 09:00"),
        start_zone="America/New_York",
        end=wall("2027-03-02 10:00"),
        end_zone="America/New_York",
    )
    event_id = edits.create_event(alice, Event(when=there, subject="Call"))
    page = as_alice.get(reverse("event_panel", args=[event_id])).content.decode()

    assert [words in page for words in ("Tue 2 Mar 2027, 15:00 – 16:00", "09:00 – 10:00 in New York")] == [True, True]


def test_it_shows_who_was_invited_and_what_they_answered(as_alice: Client, meeting: str) -> None:
    page = as_alice.get(reverse("event", args=[meeting])).content.decode()

    assert [words in page for words in ("1 not answered", "Alice", "Organizer", "Bob")] == [True] * 4


def test_it_tells_the_history_to_those_who_take_part(
    as_bob: Client, charlie: Person, meeting: str, sign_in: SignIn
) -> None:
    pages = [client.get(reverse("event", args=[meeting])).content.decode() for client in (as_bob, sign_in(charlie))]

    assert ["History" in page for page in pages] == [True, False]
