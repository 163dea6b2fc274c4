"""Disconnecting forgets the sign-in and nothing else; who was to be invited is invited by Kalends (RULES 2.3, 5.5)."""

import pytest

from kalends.accounts.models import AuditRecord, Person
from kalends.calendars import edits
from kalends.calendars.models import Event as EventRow
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event, Field, Scheduler
from kalends.mailboxes import connect
from kalends.mailboxes.disconnect import disconnect, what_waits
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.mail_models import OutgoingMail
from kalends.mailboxes.models import Connection, Link, Mailbox
from kalends.mailboxes.rehearsal import ChangedMeanwhile
from tests.unit.mailboxes.office import Office
from tests.unit.mailboxes.test_rehearsal import at, there

EVE = (Attendee(address="eve@example.net", name="Eve"),)


@pytest.fixture
def connected(office: Office, alice: Person) -> Mailbox:
    office.load(alice, [there("From Outlook", 12)])
    mailbox = office.connect(alice)
    edits.create_event(alice, Event(when=at(9), subject="Known", attendees=EVE))
    office.settle(alice)
    office.forget_traffic()
    return mailbox


def test_nothing_is_deleted_and_nobody_is_mailed(office: Office, alice: Person, connected: Mailbox) -> None:
    leaving = disconnect(alice, what_waits(alice).digest, office.microsoft)
    assert (leaving.waiting, leaving.mails) == ((), ())
    connected.refresh_from_db()
    assert (connected.state, connected.tokens) == (Connection.STOPPED, "")
    assert office.subjects(alice) == ["From Outlook", "Known"]
    assert (EventRow.objects.count(), Link.objects.filter(active=True).count()) == (2, 2)
    assert office.mails() == []
    assert AuditRecord.objects.filter(act="Outlook forgotten").count() == 1


@pytest.mark.usefixtures("connected")
def test_it_lists_what_outlook_does_not_know(alice: Person) -> None:
    event = EventRow.objects.get(subject="From Outlook")
    edits.change_event(alice, str(event.pk), {Field.SUBJECT: "Renamed"})
    told = what_waits(alice)
    assert [(each.subject, each.fields) for each in told.waiting] == [("Renamed", ("Title",))]
    assert told.handed_over == ()


@pytest.mark.usefixtures("connected")
def test_a_meeting_that_never_reached_outlook_is_invited_to_by_kalends(office: Office, alice: Person) -> None:
    event = edits.create_event(alice, Event(when=at(10), subject="Unknown", attendees=EVE))
    told = what_waits(alice)
    assert [(each.subject, [mail.recipient for mail in each.mails]) for each in told.handed_over] == [
        ("Unknown", ["eve@example.net"])
    ]
    disconnect(alice, told.digest, office.microsoft)
    assert EventRow.objects.get(pk=event).scheduler == Scheduler.KALENDS
    assert list(OutgoingMail.objects.values_list("recipient", flat=True)) == ["eve@example.net"]
    assert office.mails() == []


@pytest.mark.usefixtures("connected")
def test_it_mails_only_whom_it_showed(office: Office, alice: Person) -> None:
    told = what_waits(alice)
    edits.create_event(alice, Event(when=at(10), subject="Unknown", attendees=EVE))
    with pytest.raises(ChangedMeanwhile, match="Look at it once more"):
        disconnect(alice, told.digest, office.microsoft)
    assert Mailbox.objects.get().state == Connection.ACTIVE


def test_the_same_account_goes_on_where_it_stopped(office: Office, alice: Person, connected: Mailbox) -> None:
    disconnect(alice, None, office.microsoft)
    office.consent(alice)
    connect.restart(alice)
    office.settle(alice)
    assert Link.objects.filter(mailbox=connected, active=True).count() == 2
    assert office.mails() == []
    with pytest.raises(ConnectRefused, match="not connected"):
        what_waits(Person.objects.create_person("dora@example.com", name="Dora"))
