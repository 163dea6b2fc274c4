"""Before anything happens everything is shown; Start does just that (FEATURES 5.1, RULES §6)."""

import datetime as dt
from dataclasses import replace

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.calendars.models import Event as EventRow
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event, Field, Scheduler
from kalends.domain.span import Timed
from kalends.mailboxes import rehearsal
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.models import Connection, Mailbox
from kalends.mailboxes.policy import policy_of
from kalends.sync.ports import Direction, Newcomers, Privacy
from kalends.sync.rehearsal import Group, Shown
from tests.unit.mailboxes.office import Office

TOMORROW = dt.datetime.now(dt.UTC).replace(tzinfo=None, hour=9, minute=0, second=0, microsecond=0) + dt.timedelta(
    days=1
)


def at(hour: int) -> Timed:
    start = TOMORROW.replace(hour=hour)
    return Timed(start=start, start_zone="UTC", end=start + dt.timedelta(hours=1), end_zone="UTC")


def there(subject: str, hour: int, **members: object) -> dict[str, object]:
    when = at(hour)
    return {
        "subject": subject,
        "start": {"dateTime": when.start.isoformat(), "timeZone": "UTC"},
        "end": {"dateTime": when.end.isoformat(), "timeZone": "UTC"},
        **members,
    }


@pytest.fixture
def consented(office: Office, alice: Person) -> Mailbox:
    """Alice has one event on both sides, one that differs, one only here with Bob, two only in Outlook."""
    for subject, hour in (("Same", 9), ("Differs", 10)):
        edits.create_event(alice, Event(when=at(hour), subject=subject, body="<p>Here</p>" if hour == 10 else ""))
    bob = (Attendee(address="bob@example.com", name="Bob"),)
    edits.create_event(alice, Event(when=at(11), subject="Only here", attendees=bob))
    office.load(
        alice,
        [
            there("Same", 9),
            there("Differs", 10, body={"contentType": "html", "content": "<p>There</p>"}),
            there("Only there", 12),
            there("Secret", 13, sensitivity="private"),
        ],
    )
    return office.consent(alice)


def _read(office: Office, alice: Person, mailbox: Mailbox) -> Shown:
    rehearsal.begin(alice)
    rehearsal.read_mailbox(mailbox.pk, office.microsoft)
    return rehearsal.rehearse(alice, policy_of(mailbox))


def _subjects(shown: Shown, group: Group) -> list[str]:
    return sorted(row.subject for row in shown.rows if row.group is group)


def test_it_shows_what_becomes_of_every_event(office: Office, alice: Person, consented: Mailbox) -> None:
    shown = _read(office, alice, consented)
    assert {group: _subjects(shown, group) for group in Group} == {
        Group.LINKED: ["Differs", "Same"],
        Group.HERE: ["Only there", "Secret"],
        Group.THERE: ["Only here"],
        Group.DIFFERING: ["Differs"],
        Group.CHANGED: [],
        Group.LEFT: [],
    }
    assert [row.fields for row in shown.rows if row.group is Group.DIFFERING] == [(Field.BODY,)]
    assert {row.why for row in shown.rows if row.group is Group.LINKED} == {"the same subject, time and people"}
    assert shown.mails == ()


def test_it_writes_nothing_anywhere(office: Office, alice: Person, consented: Mailbox) -> None:
    before = (office.copies(alice), list(EventRow.objects.order_by("pk").values()))
    _read(office, alice, consented)
    assert (office.copies(alice), list(EventRow.objects.order_by("pk").values())) == before
    assert office.mails() == []


def test_it_counts_anew_for_each_choice_without_asking_outlook(
    office: Office, alice: Person, consented: Mailbox
) -> None:
    EventRow.objects.filter(subject="Only here").update(scheduler=Scheduler.NOBODY)
    _read(office, alice, consented)
    office.control("DELETE", "requests")
    usual = policy_of(consented)
    inviting = rehearsal.rehearse(alice, replace(usual, newcomers=Newcomers.INVITE))
    assert [(row.subject, mail.recipient, mail.kind.value) for row, mail in inviting.mails] == [
        ("Only here", "bob@example.com", "request")
    ]
    staying = rehearsal.rehearse(alice, replace(usual, newcomers=Newcomers.STAY))
    assert _subjects(staying, Group.THERE) == []
    one_way = rehearsal.rehearse(alice, replace(usual, direction=Direction.TO_OUTLOOK))
    assert _subjects(one_way, Group.HERE) == []
    skipping = rehearsal.rehearse(alice, replace(usual, privacy=Privacy.SKIP))
    assert [(row.subject, row.why) for row in skipping.rows if row.group is Group.LEFT] == [
        ("Secret", "You chose to leave private events out.")
    ]
    assert office.control("GET", "requests")["value"] == []


def test_it_starts_with_just_what_was_shown(office: Office, alice: Person, consented: Mailbox) -> None:
    shown = _read(office, alice, consented)
    rehearsal.approve(alice, policy_of(consented), shown.digest)
    office.settle(alice)
    assert office.mails() == []
    assert sorted(EventRow.objects.values_list("subject", flat=True)) == [
        "Differs",
        "Only here",
        "Only there",
        "Same",
        "Secret",
    ]
    assert office.subjects(alice) == ["Differs", "Only here", "Only there", "Same", "Secret"]


def test_it_does_not_start_when_something_changed_here(office: Office, alice: Person, consented: Mailbox) -> None:
    shown = _read(office, alice, consented)
    edits.create_event(alice, Event(when=at(15), subject="New"))
    with pytest.raises(rehearsal.ChangedMeanwhile, match="Look at it once more"):
        rehearsal.approve(alice, policy_of(consented), shown.digest)
    assert Mailbox.objects.get().state == Connection.CONSENTED


def test_it_goes_back_when_something_changed_in_outlook(office: Office, alice: Person, consented: Mailbox) -> None:
    shown = _read(office, alice, consented)
    office.load(alice, [there("Late", 16)])
    rehearsal.approve(alice, policy_of(consented), shown.digest)
    assert "changed since the rehearsal" in office.sync(alice).problem
    assert Mailbox.objects.get().state == Connection.CONSENTED
    assert EventRow.objects.count() == 3
    rehearsal.read_mailbox(consented.pk, office.microsoft)
    assert "Late" in _subjects(rehearsal.rehearse(alice, policy_of(consented)), Group.HERE)


def test_another_window_is_read_anew(office: Office, alice: Person, consented: Mailbox) -> None:
    _read(office, alice, consented)
    wider = replace(policy_of(consented), days_back=365)
    with pytest.raises(ConnectRefused, match="being read"):
        rehearsal.rehearse(alice, wider)
    told = rehearsal.progress(alice)
    assert told is not None
    assert not told.ready
    rehearsal.read_mailbox(consented.pk, office.microsoft)
    assert rehearsal.rehearse(alice, wider).count(Group.LINKED) == 2


def test_it_says_why_outlook_could_not_be_read(office: Office, alice: Person, consented: Mailbox) -> None:
    office.control("POST", "faults", {"kind": "unavailable", "count": 50})
    rehearsal.begin(alice)
    rehearsal.read_mailbox(consented.pk, office.microsoft)
    told = rehearsal.progress(alice)
    assert told is not None
    assert told.problem
    assert not told.ready


def test_it_can_be_asked_while_syncing(office: Office, alice: Person, consented: Mailbox) -> None:
    shown = _read(office, alice, consented)
    rehearsal.approve(alice, policy_of(consented), shown.digest)
    office.settle(alice)
    again = rehearsal.rehearse_now(alice, microsoft=office.microsoft)
    assert {group: again.count(group) for group in Group if again.count(group)} == {}
