"""An administrator's pause: everything waits, the person reads why, and it is on record (RULES 14.2)."""

import pytest

from kalends.accounts.models import AuditRecord, Person
from kalends.calendars import edits
from kalends.domain.event import Event
from kalends.mailboxes import connect, pausing
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.queries import sync_state
from kalends.mailboxes.views import SyncKind
from tests.unit.mailboxes.office import Office
from tests.unit.mailboxes.test_rehearsal import at


@pytest.fixture
def dora(office: Office) -> Person:
    """The administrator."""
    person = office.person("Dora")
    Person.objects.filter(pk=person.pk).update(is_administrator=True)
    return person


def test_one_person_is_paused_with_a_reason_and_resumed(office: Office, alice: Person, dora: Person) -> None:
    office.connect(alice)
    pausing.pause_person(dora, alice, "The mailbox moves to another server today.")
    state = sync_state(alice)
    assert (state.kind, state.words) == (SyncKind.PAUSED, "Paused. The mailbox moves to another server today.")
    edits.create_event(alice, Event(when=at(9), subject="Waits"))
    assert office.sync(alice).skipped == "The connection is paused."
    pausing.resume_person(dora, alice)
    office.settle(alice)
    assert office.subjects(alice) == ["Waits"]
    acts = AuditRecord.objects.filter(person=dora).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["sync paused", "sync resumed"]


def test_a_pause_needs_a_reason(office: Office, alice: Person, dora: Person) -> None:
    office.connect(alice)
    with pytest.raises(ConnectRefused, match="Give a reason"):
        pausing.pause_person(dora, alice, "  ")
    assert sync_state(alice).kind is SyncKind.IN_SYNC


def test_everybody_is_paused_and_resumed(office: Office, alice: Person, bob: Person, dora: Person) -> None:
    for person in (alice, bob):
        office.connect(person)
    pausing.pause_everybody(dora)
    assert pausing.everybody_is_paused()
    assert {state.kind for state in pausing.connections().values()} == {SyncKind.SWITCHED_OFF}
    assert "switched off" in office.sync(alice).skipped
    pausing.resume_everybody(dora)
    assert {state.kind for state in pausing.connections().values()} == {SyncKind.IN_SYNC}
    acts = AuditRecord.objects.filter(person=dora).exclude(act="setting changed").order_by("pk")
    assert [(each.act, each.details) for each in acts] == [
        ("sync paused for everybody", {"connections": 2}),
        ("sync resumed for everybody", {"connections": 2}),
    ]


def test_who_stopped_stays_stopped(office: Office, alice: Person, dora: Person) -> None:
    office.connect(alice)
    connect.stop(alice, office.microsoft)
    pausing.pause_everybody(dora)
    pausing.resume_everybody(dora)
    assert sync_state(alice).kind is SyncKind.STOPPED
    with pytest.raises(ConnectRefused, match=r"The sync is stopped\. Restart it first\."):
        pausing.pause_person(dora, alice, "Holiday")
