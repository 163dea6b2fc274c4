"""The same field changed on both sides: nothing is lost, and the person decides (RULES 4.3)."""

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.calendars.edits.conflicts import keep_both_values, preview_other_value
from kalends.calendars.errors import EditRefused
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event, Field
from tests.unit.mailboxes.office import Office
from tests.unit.mailboxes.test_trouble import nine, shown


@pytest.fixture
def conflict(office: Office, alice: Person, bob: Person) -> int:
    """Alice renamed her meeting with Bob here and in Outlook; Outlook's name won, for Bob has read it already."""
    office.connect(alice)
    office.connect(bob)
    guest = (Attendee(address=bob.email, name="Bob"),)
    event_id = edits.create_event(alice, Event(when=nine(2), subject="Review", attendees=guest))
    office.settle(alice, bob)
    office.outlook(alice, "PATCH", f"events/{office.copies(alice)[0]['id']}", {"subject": "by Outlook"})
    edits.change_event(alice, event_id, {Field.SUBJECT: "by Kalends"})
    office.settle(alice, bob)
    office.forget_traffic()
    (entry,) = queries.conflicts(alice)
    assert shown(alice) == shown(bob) == ["by Outlook"]
    return entry.id


def test_it_uses_the_other_value_after_telling_whom_that_mails(
    office: Office, alice: Person, bob: Person, conflict: int
) -> None:
    assert [mail.recipient for mail in preview_other_value(alice, conflict)] == [bob.email]
    edits.use_other_value(alice, conflict)
    office.settle(alice, bob)
    assert office.subjects(alice) == office.subjects(bob) == ["by Kalends"]
    assert office.mails() == [("update-info", bob.email)]


def test_it_keeps_both_and_tells_nobody(office: Office, alice: Person, bob: Person, conflict: int) -> None:
    keep_both_values(alice, conflict)
    office.settle(alice, bob)
    assert (office.subjects(alice), office.subjects(bob)) == (["by Kalends", "by Outlook"], ["by Outlook"])
    assert (queries.conflicts(alice), office.mails()) == ([], [])


def test_it_is_settled_once_and_by_its_owner(alice: Person, bob: Person, conflict: int) -> None:
    with pytest.raises(EditRefused):
        edits.dismiss_conflict(bob, conflict)
    edits.dismiss_conflict(alice, conflict)
    for again in (edits.use_other_value, edits.dismiss_conflict, keep_both_values):
        with pytest.raises(EditRefused, match="already settled"):
            again(alice, conflict)
