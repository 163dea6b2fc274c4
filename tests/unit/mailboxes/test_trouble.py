"""Bad days: broken events, lost answers, throttling, lost access, a worker that comes back from the dead."""

import datetime as dt

import pytest
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event, Field
from kalends.domain.span import Timed
from kalends.mailboxes import connect
from kalends.mailboxes.ledger import open_ledger
from kalends.mailboxes.models import Connection, Dirty, Hold, Intent, Mailbox
from kalends.mailboxes.queries import held, sync_state
from kalends.mailboxes.sync import wait_seconds
from kalends.mailboxes.views import SyncKind
from kalends.sync.errors import Fenced
from tests.unit.mailboxes.office import Office, graph_event

CUSTOM = {"timeZone": "Customized Time Zone"}


def nine(day: int = 1) -> Timed:
    date = (timezone.now() + dt.timedelta(days=day)).date()
    start = dt.datetime.combine(date, dt.time(9))
    return Timed(start=start, start_zone="UTC", end=start + dt.timedelta(hours=1), end_zone="UTC")


def shown(person: Person) -> list[str]:
    now = timezone.now()
    views = queries.events_between(person, now - dt.timedelta(days=30), now + dt.timedelta(days=400))
    return sorted(view.subject for view in views)


def in_an_hour(office: Office, person: Person) -> None:
    """Whatever was put off is due."""
    Mailbox.objects.filter(person=person).update(retry_at=None)
    Hold.objects.update(retry_at=timezone.now() - dt.timedelta(hours=1))
    office.settle(person)


def test_it_sets_one_broken_event_aside_while_the_rest_syncs(office: Office, alice: Person) -> None:
    broken = graph_event("Broken", 3, oddities={"start": "not a time", "recurrence": 7})
    office.load(alice, [graph_event("Good", 2), broken, graph_event("Also good", 4)])
    office.connect(alice)
    assert shown(alice) == ["Also good", "Good"]
    (hold,) = held(alice)
    assert hold.subject == "Broken"
    assert hold.reason
    assert sync_state(alice).kind is SyncKind.NEEDS_YOU


@pytest.mark.parametrize(
    "oddity",
    [
        {"attendees": [{"emailAddress": {"name": "Nobody"}, "type": "required"}]},
        {"subject": None},
        {"start": CUSTOM | {"dateTime": "2026-12-01T09:00:00"}, "end": CUSTOM | {"dateTime": "2026-12-01T10:00:00"}},
        {"body": {"contentType": "html", "content": "<p>" + "x" * 10_000_000 + "</p>"}},
        {"categories": ["with\u0000nul"], "bodyPreview": "\u0000"},
        {"showAs": "unknown", "sensitivity": "odd", "importance": None},
    ],
    ids=["attendee without address", "null subject", "unknown zone", "10 MB body", "NUL", "unknown words"],
)
def test_it_is_stopped_by_no_oddity(office: Office, alice: Person, oddity: dict[str, object]) -> None:
    office.load(alice, [graph_event("Before", 2), graph_event("Odd", 3) | oddity, graph_event("Zebra", 4)])
    office.connect(alice)
    assert len(shown(alice)) == 3, held(alice)
    before = office.copies(alice)
    office.forget_traffic()
    office.sync(alice)
    assert (office.copies(alice), len([each for each in office.requests() if each[0] != "GET"])) == (before, 0)


def test_it_holds_a_series_with_its_reason_and_never_flattens_it(office: Office, alice: Person) -> None:
    pattern = {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "startDate": str(nine().start.date()), "numberOfOccurrences": 3},
    }
    office.load(alice, [graph_event("Daily", 1, recurrence=pattern), graph_event("Once", 2)])
    office.connect(alice)
    assert shown(alice) == ["Once"]
    assert [hold.subject for hold in held(alice)] == ["Daily"]
    assert sync_state(alice).kind is SyncKind.IN_SYNC


@pytest.mark.parametrize("path", ["*/events", "*$batch"])
def test_it_creates_once_although_the_answer_was_lost(office: Office, alice: Person, bob: Person, path: str) -> None:
    office.connect(alice)
    office.forget_traffic()
    attendees = (Attendee(address=bob.email, name="Bob"),)
    edits.create_event(alice, Event(when=nine(2), subject="Review", attendees=attendees))
    edits.create_event(alice, Event(when=nine(3), subject="Dentist"))
    office.control("POST", "faults", {"kind": "lostAnswer", "method": "POST", "path": path, "count": 1})
    office.sync(alice)
    in_an_hour(office, alice)
    assert office.subjects(alice) == ["Dentist", "Review"]
    assert office.mails() == [("request", bob.email)]
    assert Intent.objects.count() == Dirty.objects.count() == 0


def test_it_waits_as_long_as_outlook_asks_without_losing_anything(office: Office, alice: Person) -> None:
    office.connect(alice)
    edits.create_event(alice, Event(when=nine(2), subject="Dentist"))
    office.control("POST", "faults", {"kind": "throttled", "retryAfterSeconds": 120, "count": 20})
    ending = office.sync(alice)
    assert ending.wait_seconds is not None
    assert ending.wait_seconds >= 120
    office.control("DELETE", "faults")
    in_an_hour(office, alice)
    assert office.subjects(alice) == ["Dentist"]


def test_it_waits_longer_each_time_up_to_an_hour() -> None:
    assert [wait_seconds(failures, 0) for failures in (0, 1, 2, 20)] == [5, 10, 20, 3600]
    assert wait_seconds(0, 90) == 90


def test_it_keeps_edits_while_access_is_lost_and_goes_on_after_reconnecting(office: Office, alice: Person) -> None:
    """RULES 14.2"""
    office.load(alice, [graph_event("Lunch", 2)])
    office.connect(alice)
    office.control("POST", "faults", {"kind": "revokeTokens", "mailbox": alice.email})
    event_id = edits.create_event(alice, Event(when=nine(3), subject="Dentist"))
    office.sync(alice)
    assert sync_state(alice).kind is SyncKind.LOST
    edits.change_event(alice, event_id, {Field.SUBJECT: "Surgery"})
    mailbox = office.consent(alice)
    assert mailbox.state == Connection.ACTIVE
    office.settle(alice)
    assert office.subjects(alice) == ["Lunch", "Surgery"]
    assert shown(alice) == ["Lunch", "Surgery"]


def test_it_reads_everything_anew_when_outlook_forgets_where_it_was(office: Office, alice: Person) -> None:
    office.load(alice, [graph_event("Lunch", 2)])
    office.connect(alice)
    office.control("POST", "faults", {"kind": "expireDeltaTokens"})
    office.load(alice, [graph_event("Dinner", 3)])
    office.settle(alice)
    assert shown(alice) == ["Dinner", "Lunch"]


def test_it_refuses_the_writes_of_a_worker_that_was_thought_dead(office: Office, alice: Person) -> None:
    mailbox = office.connect(alice)
    dead = open_ledger(mailbox.pk, "installation")
    open_ledger(mailbox.pk, "installation")
    with pytest.raises(Fenced), dead.transaction():
        dead.note_empty_round()


def test_it_leaves_everything_alone_while_stopped_or_switched_off(office: Office, alice: Person) -> None:
    office.load(alice, [graph_event("Lunch", 2)])
    office.connect(alice)
    connect.stop(alice, office.microsoft)
    edits.create_event(alice, Event(when=nine(3), subject="Dentist"))
    office.forget_traffic()
    assert office.sync(alice).skipped
    assert office.requests() == []
    connect.restart(alice)
    office.settle(alice)
    assert office.subjects(alice) == ["Dentist", "Lunch"]
    assert office.mails() == []


def test_it_holds_many_deletions_made_at_once(office: Office, alice: Person) -> None:
    """RULES 5.4"""
    ids = office.load(alice, [graph_event(f"Event {number:02}", number) for number in range(1, 41)])
    office.connect(alice)
    for event in ids[:30]:
        office.outlook(alice, "DELETE", f"events/{event}")
    office.sync(alice)
    assert len(shown(alice)) == 40
    (hold, *_) = held(alice)
    assert sync_state(alice).kind is SyncKind.NEEDS_YOU
    assert hold.choices
