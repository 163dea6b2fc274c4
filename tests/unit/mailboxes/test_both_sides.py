"""What Kalends has and what Outlook has, beside each other, read now."""

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.calendars.errors import NoSuchEvent
from kalends.calendars.models import Event as EventRow
from kalends.domain.event import Field
from kalends.mailboxes.both_sides import FieldPair, both_sides_of_event, both_sides_of_hold
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.models import Hold
from tests.unit.mailboxes.office import Office
from tests.unit.mailboxes.test_rehearsal import there


@pytest.fixture
def event_id(office: Office, alice: Person) -> str:
    office.load(alice, [there("One", 9)])
    office.connect(alice)
    return str(EventRow.objects.get().pk)


def test_it_shows_what_differs_first(office: Office, alice: Person, event_id: str) -> None:
    edits.change_event(alice, event_id, {Field.SUBJECT: "Here"})
    shown = both_sides_of_event(alice, event_id, office.microsoft)
    assert (shown.subject, shown.is_here, shown.is_there, shown.trouble) == ("Here", True, True, "")
    assert [pair for pair in shown.fields if not pair.same] == [
        FieldPair(title="Title", here="Here", there="One", same=False, waits=True)
    ]
    assert "Time" in {pair.title for pair in shown.fields}


def test_it_says_that_outlook_no_longer_has_it(office: Office, alice: Person, event_id: str) -> None:
    office.outlook(alice, "DELETE", f"events/{office.copies(alice)[0]['id']}")
    shown = both_sides_of_event(alice, event_id, office.microsoft)
    assert (shown.is_there, shown.trouble) == (False, "Outlook no longer has this event.")


def test_it_shows_the_last_known_when_outlook_is_away(office: Office, alice: Person, event_id: str) -> None:
    office.control("POST", "faults", {"kind": "unavailable", "count": 50})
    shown = both_sides_of_event(alice, event_id, office.microsoft)
    assert shown.is_there
    assert "as of the last sync" in shown.trouble


def test_it_shows_what_was_set_aside(office: Office, alice: Person) -> None:
    daily = {"type": "daily", "interval": 1}
    first = there("Daily", 9)
    start = str(first["start"]["dateTime"])[:10]  # type: ignore[index]
    office.load(alice, [there("One", 10)])
    office.connect(alice)
    office.load(
        alice,
        [{**first, "recurrence": {"pattern": daily, "range": {"type": "noEnd", "startDate": start}}}],
    )
    office.sync(alice)
    hold = Hold.objects.get()
    shown = both_sides_of_hold(alice, hold.pk, office.microsoft)
    assert (shown.subject, shown.is_here, shown.is_there, shown.reason) == ("Daily", False, True, hold.record["reason"])


def test_it_is_for_the_owner_alone(office: Office, alice: Person, bob: Person, event_id: str) -> None:
    assert both_sides_of_event(alice, event_id, office.microsoft).is_here
    with pytest.raises(ConnectRefused, match="Connect Outlook first"):
        both_sides_of_event(bob, event_id, office.microsoft)
    office.connect(bob)
    with pytest.raises(NoSuchEvent):
        both_sides_of_event(bob, event_id, office.microsoft)
