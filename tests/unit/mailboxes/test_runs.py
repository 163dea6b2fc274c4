"""The history of a mailbox, and undoing what one round changed here (FEATURES 6.1)."""

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.calendars.models import Event as EventRow
from kalends.domain.event import Event, Field, State
from kalends.mailboxes import runs
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.models import Mailbox
from kalends.mailboxes.rehearsal import ChangedMeanwhile
from kalends.mailboxes.runs import RunView
from tests.unit.mailboxes.office import Office, graph_attendee
from tests.unit.mailboxes.test_rehearsal import at, there


@pytest.fixture
def connected(office: Office, alice: Person) -> Mailbox:
    office.load(
        alice,
        [
            there("One", 9),
            there("Two", 10),
            there("Three", 11),
            there("Meeting", 12, attendees=[graph_attendee("eve@example.net")]),
        ],
    )
    return office.connect(alice)


@pytest.fixture
def run(office: Office, alice: Person, connected: Mailbox) -> RunView:
    """A round in which two events were renamed in Outlook, one was deleted there, and one was made there."""
    for subject in ("One", "Meeting"):
        office.outlook(alice, "PATCH", f"events/{_copy(office, alice, subject)}", {"subject": f"{subject} renamed"})
    office.outlook(alice, "DELETE", f"events/{_copy(office, alice, 'Three')}")
    office.load(alice, [there("New", 13)])
    office.sync(alice)
    office.forget_traffic()
    assert connected.person_id == alice.pk
    return runs.runs(alice)[0]


def _copy(office: Office, alice: Person, subject: str) -> str:
    return str(next(each["id"] for each in office.copies(alice) if each["subject"] == subject))


def _subjects() -> list[str]:
    active = EventRow.objects.filter(state=State.ACTIVE.value)
    return sorted(active.values_list("subject", flat=True))


def test_a_round_tells_what_it_changed_here(alice: Person, run: RunView) -> None:
    detail = runs.run_detail(alice, run.id)
    assert [(each.title, each.before, each.after) for each in detail.here] == [
        ("Title", "One", "One renamed"),
        ("State", "active", "trashed"),
        ("Title", "Meeting", "Meeting renamed"),
        ("Created", "", "New"),
    ]
    assert (detail.there, detail.mails, run.changed_here, run.changed_there, run.mails) == ((), (), 4, 0, 0)


@pytest.mark.usefixtures("connected")
def test_a_round_tells_what_it_changed_in_outlook_and_its_mails(office: Office, alice: Person) -> None:
    edits.change_event(alice, str(EventRow.objects.get(subject="Meeting").pk), {Field.WHEN: at(15)})
    edits.create_event(alice, Event(when=at(16), subject="Mine"))
    office.settle(alice)
    detail = runs.run_detail(alice, runs.runs(alice)[0].id)
    assert sorted((each.subject, each.what) for each in detail.there) == [
        ("Meeting", "changed: Time"),
        ("Mine", "created"),
    ]
    assert [(mail.recipient, mail.kind) for mail in detail.mails] == [("eve@example.net", "update")]


@pytest.mark.usefixtures("run")
def test_a_round_that_found_both_sides_equal_leaves_nothing(office: Office, alice: Person) -> None:
    office.settle(alice)
    before = runs.runs(alice)
    office.sync(alice)
    assert runs.runs(alice) == before


def test_undoing_is_shown_first_with_its_mails(alice: Person, run: RunView) -> None:
    steps, _ = runs.preview_undo_run(alice, run.id)
    assert [(step.subject, step.back, step.left, [mail.recipient for mail in step.mails]) for step in steps] == [
        ("One renamed", (("Title", "One"),), "", []),
        ("Three", (("State", "active"),), "", []),
        ("Meeting renamed", (("Title", "Meeting"),), "", ["eve@example.net"]),
        ("New", (), "It appeared here then. Delete it if it shall go.", []),
    ]
    assert _subjects() == ["Meeting renamed", "New", "One renamed", "Two"]


def test_undoing_goes_to_outlook_as_new_edits(office: Office, alice: Person, run: RunView) -> None:
    _, digest = runs.preview_undo_run(alice, run.id)
    runs.undo_run(alice, run.id, digest)
    assert _subjects() == ["Meeting", "New", "One", "Three", "Two"]
    office.settle(alice)
    assert {"Meeting", "New", "One", "Two"} <= set(office.subjects(alice))
    assert office.mails() == [("update-info", "eve@example.net")]


def test_what_changed_since_is_left(alice: Person, run: RunView) -> None:
    edits.change_event(alice, str(EventRow.objects.get(subject="One renamed").pk), {Field.SUBJECT: "Better"})
    steps, digest = runs.preview_undo_run(alice, run.id)
    assert [step.left for step in steps if step.subject == "Better"] == ["It was changed again since."]
    runs.undo_run(alice, run.id, digest)
    assert "Better" in _subjects()


def test_it_undoes_only_what_was_shown(alice: Person, run: RunView) -> None:
    _, digest = runs.preview_undo_run(alice, run.id)
    edits.change_event(alice, str(EventRow.objects.get(subject="One renamed").pk), {Field.SUBJECT: "Better"})
    with pytest.raises(ChangedMeanwhile, match="Look at it once more"):
        runs.undo_run(alice, run.id, digest)
    assert "Meeting renamed" in _subjects()


def test_a_round_is_its_owners(bob: Person, run: RunView) -> None:
    assert runs.runs(bob) == []
    with pytest.raises(ConnectRefused, match="no such sync run"):
        runs.run_detail(bob, run.id)
