"""Resetting a connection: each choice shown first, then done; nobody is mailed (RULES 14.6)."""

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.calendars.models import Event as EventRow
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event, Field, State
from kalends.mailboxes import connect
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.models import Connection, Dirty, Link, Mailbox, MailRecord
from kalends.mailboxes.rehearsal import ChangedMeanwhile
from kalends.mailboxes.reset import rehearse_reset, reset
from kalends.sync.reset import Events, Shown
from tests.unit.mailboxes.office import Office, graph_attendee
from tests.unit.mailboxes.test_rehearsal import at, there

EVERYTHING = ["Changed there", "From Outlook", "Meeting there", "Mine", "Touched", "With Eve"]


@pytest.fixture
def connected(office: Office, alice: Person) -> Mailbox:
    """Alice has two quiet copies, a meeting of each side, and two events from Outlook, one edited here."""
    edits.create_event(alice, Event(when=at(9), subject="Mine"))
    edits.create_event(alice, Event(when=at(10), subject="Changed there"))
    office.load(
        alice,
        [
            there("From Outlook", 12),
            there("Touched", 13),
            there("Meeting there", 14, attendees=[graph_attendee("eve@example.net")]),
        ],
    )
    mailbox = office.connect(alice)
    eve = (Attendee(address="eve@example.net", name="Eve"),)
    edits.create_event(alice, Event(when=at(11), subject="With Eve", attendees=eve))
    edits.change_event(alice, _id("Touched"), {Field.BODY: "<p>Here</p>"})
    office.settle(alice)
    office.forget_traffic()
    return mailbox


def _id(subject: str) -> str:
    return str(EventRow.objects.get(subject=subject).pk)


def _why(shown: Shown) -> dict[str, str]:
    return {row.subject: row.why for row in shown.staying}


def _going(shown: Shown) -> list[str]:
    return sorted(row.subject for row in shown.going)


def _change_there(office: Office, alice: Person) -> None:
    copy = next(each for each in office.copies(alice) if each["subject"] == "Changed there")
    office.outlook(alice, "PATCH", f"events/{copy['id']}", {"body": {"contentType": "text", "content": "Mine"}})


@pytest.mark.parametrize("events", list(Events))
def test_the_rehearsal_writes_nothing(office: Office, alice: Person, connected: Mailbox, events: Events) -> None:
    before = list(EventRow.objects.order_by("pk").values()), list(Link.objects.order_by("pk").values())
    rehearse_reset(alice, events, office.microsoft)
    assert (list(EventRow.objects.order_by("pk").values()), list(Link.objects.order_by("pk").values())) == before
    assert {method for method, _, _ in office.requests()} <= {"GET", "POST /$batch", "POST"}
    assert office.subjects(alice) == EVERYTHING
    connected.refresh_from_db()
    assert connected.state == Connection.ACTIVE


def test_it_leaves_every_event_where_it_is(office: Office, alice: Person, connected: Mailbox) -> None:
    shown = rehearse_reset(alice, Events.LEAVE, office.microsoft)
    assert (shown.links, shown.rows) == (6, ())
    reset(alice, Events.LEAVE, shown.digest, office.microsoft)
    connected.refresh_from_db()
    assert (connected.state, connected.delta_link, connected.first_synced_at) == (Connection.STOPPED, "", None)
    assert not Link.objects.filter(active=True).exists()
    assert office.subjects(alice) == EVERYTHING
    assert sorted(EventRow.objects.values_list("subject", flat=True)) == EVERYTHING


@pytest.mark.parametrize("events", list(Events))
def test_starting_anew_finds_everything_again(
    office: Office, alice: Person, connected: Mailbox, events: Events
) -> None:
    reset(alice, events, None, office.microsoft)
    connect.start(alice)
    office.settle(alice)
    assert office.subjects(alice) == EVERYTHING
    active = EventRow.objects.filter(state=State.ACTIVE.value)
    assert sorted(active.values_list("subject", flat=True)) == EVERYTHING
    assert Link.objects.filter(mailbox=connected, active=True).count() == 6
    assert office.mails() == []


def test_it_removes_from_outlook_only_what_is_ours_and_has_nobody_on_it(
    office: Office, alice: Person, connected: Mailbox
) -> None:
    _change_there(office, alice)
    shown = rehearse_reset(alice, Events.REMOVE_FROM_OUTLOOK, office.microsoft)
    assert _going(shown) == ["Mine"]
    assert _why(shown) == {
        "Changed there": "It was changed in Outlook since the last sync.",
        "With Eve": "There are people on its list; they would be mailed.",
    }
    reset(alice, Events.REMOVE_FROM_OUTLOOK, shown.digest, office.microsoft)
    assert office.subjects(alice) == [each for each in EVERYTHING if each != "Mine"]
    assert EventRow.objects.filter(state=State.ACTIVE.value).count() == 6
    assert office.mails() == []
    assert connected.pk == Mailbox.objects.get(state=Connection.STOPPED).pk


@pytest.mark.usefixtures("connected")
def test_it_removes_here_only_what_came_from_outlook_and_nobody_touched(office: Office, alice: Person) -> None:
    before = MailRecord.objects.count()
    shown = rehearse_reset(alice, Events.REMOVE_HERE, office.microsoft)
    assert _going(shown) == ["From Outlook", "Meeting there"]
    assert _why(shown) == {
        "Changed there": "It was made here.",
        "Mine": "It was made here.",
        "Touched": "It was edited here.",
        "With Eve": "It was made here.",
    }
    reset(alice, Events.REMOVE_HERE, shown.digest, office.microsoft)
    assert sorted(each.subject for each in queries.trash(alice)) == ["From Outlook", "Meeting there"]
    assert office.subjects(alice) == EVERYTHING
    assert not Dirty.objects.exists()
    assert (office.mails(), MailRecord.objects.count()) == ([], before)


@pytest.mark.usefixtures("connected")
def test_what_it_removed_here_can_be_restored(office: Office, alice: Person) -> None:
    reset(alice, Events.REMOVE_HERE, None, office.microsoft)
    standing = edits.restore_event(alice, _id("From Outlook"))
    assert EventRow.objects.get(pk=standing).state == State.ACTIVE


def test_what_a_colleague_takes_part_in_stays(office: Office, alice: Person, bob: Person) -> None:
    office.load(alice, [there("With Bob", 12, attendees=[graph_attendee(bob)])])
    office.connect(alice)
    assert _why(rehearse_reset(alice, Events.REMOVE_HERE, office.microsoft)) == {"With Bob": "Bob takes part, too."}


@pytest.mark.usefixtures("connected")
def test_it_does_only_what_was_shown(office: Office, alice: Person) -> None:
    shown = rehearse_reset(alice, Events.REMOVE_FROM_OUTLOOK, office.microsoft)
    _change_there(office, alice)
    with pytest.raises(ChangedMeanwhile, match="Look at it once more"):
        reset(alice, Events.REMOVE_FROM_OUTLOOK, shown.digest, office.microsoft)
    assert office.subjects(alice) == EVERYTHING
    assert Link.objects.filter(active=True).count() == 6


def test_somebody_who_never_connected_is_told_so(office: Office, alice: Person) -> None:
    with pytest.raises(ConnectRefused, match="Connect Outlook first"):
        rehearse_reset(alice, Events.LEAVE, office.microsoft)


@pytest.mark.usefixtures("connected")
def test_it_says_when_outlook_cannot_be_read(office: Office, alice: Person) -> None:
    office.control("POST", "faults", {"kind": "unavailable", "count": 50})
    with pytest.raises(ConnectRefused, match="nothing can be removed there now"):
        reset(alice, Events.REMOVE_FROM_OUTLOOK, None, office.microsoft)
    assert Link.objects.filter(active=True).count() == 6
