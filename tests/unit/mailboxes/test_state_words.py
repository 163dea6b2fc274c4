"""The state line says what waits and for whom, and a refused press says what would help (FEATURES 6.5, RULES 7.4)."""

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.calendars.models import Event as EventRow
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event, Field
from kalends.mailboxes import connect
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.models import Connection, Dirty, Mailbox
from kalends.mailboxes.queries import sync_state
from kalends.mailboxes.views import SyncKind
from tests.unit.mailboxes.office import Office
from tests.unit.mailboxes.test_rehearsal import at


def test_a_copy_that_is_only_awaited_is_no_change_that_waits(office: Office, alice: Person, bob: Person) -> None:
    office.connect(alice)
    office.connect(bob)
    edits.create_event(alice, Event(when=at(9), subject="Review", attendees=(Attendee(address=bob.email, name="Bob"),)))
    assert Dirty.objects.filter(mailbox__person=bob).exists()
    assert (sync_state(bob).kind, sync_state(bob).waiting) == (SyncKind.IN_SYNC, 0)
    assert sync_state(alice).words == "Waiting: 1 change to write to Outlook."


def test_an_attendees_own_edit_waits(office: Office, alice: Person, bob: Person) -> None:
    office.connect(alice)
    office.connect(bob)
    edits.create_event(alice, Event(when=at(9), subject="Review", attendees=(Attendee(address=bob.email, name="Bob"),)))
    office.settle(alice, bob)
    edits.change_event(bob, str(EventRow.objects.get().pk), {Field.REMINDER: 30})
    assert sync_state(bob).words == "Waiting: 1 change to write to Outlook."


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Connection.LOST, "Kalends has no access to Outlook at the moment. Connect Outlook again first."),
        (Connection.STOPPED, "The sync is stopped. Restart it first."),
        (Connection.PAUSED, "The sync is paused. It has to be resumed first."),
        (Connection.CONSENTED, "Sync with Outlook has not been started yet. Start it first."),
    ],
)
def test_a_refused_press_says_what_would_help(office: Office, alice: Person, state: Connection, words: str) -> None:
    office.connect(alice)
    Mailbox.objects.update(state=state)
    with pytest.raises(ConnectRefused) as refused:
        connect.sync_now(alice)
    assert refused.value.words == words
