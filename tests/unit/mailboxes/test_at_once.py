"""Several workers and people at the same time, on a database that really commits."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.calendars.models import Event as EventRow
from kalends.domain.event import Event, Field
from kalends.mailboxes import connect
from kalends.mailboxes.models import Link, Mailbox
from tests.unit.mailboxes.office import Office, graph_attendee, graph_event
from tests.unit.mailboxes.test_trouble import nine, shown

NAMES = ("Alice", "Bob", "Charlie")
MEETINGS = 30


@pytest.fixture
def office(transactional_db: None) -> Iterator[Office]:
    made = Office.in_this_process()
    yield made
    made.close()


def at_once(*deeds: Callable[[], object]) -> None:
    """All of them, each in a thread with a database connection of its own; what one raises is raised here."""
    raised: list[BaseException] = []

    def done(deed: Callable[[], object]) -> None:
        try:
            deed()
        except BaseException as error:  # noqa: BLE001 - it is raised again below
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=done, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def test_it_makes_one_event_of_the_copies_that_several_mailboxes_bring_at_once(office: Office) -> None:
    alice, bob, charlie = people = [office.person(name) for name in NAMES]
    for number in range(MEETINGS):
        guests = [graph_attendee(bob), graph_attendee(charlie)]
        office.outlook(alice, "POST", "events", graph_event(f"Meeting {number:02}", 1 + number, attendees=guests))
    for person in people:
        office.consent(person)
        connect.start(person)
    at_once(*(lambda person=person: office.settle(person) for person in people))
    office.settle(*people)
    assert EventRow.objects.count() == MEETINGS
    assert Link.objects.filter(active=True).count() == MEETINGS * len(people)
    assert shown(alice) == shown(bob) == shown(charlie) == office.subjects(alice)


def test_it_lets_people_edit_while_rounds_run(office: Office) -> None:
    alice = office.person("Alice")
    events = [edits.create_event(alice, Event(when=nine(1 + day), subject=f"Event {day:02}")) for day in range(20)]
    office.consent(alice)
    connect.start(alice)

    def edit() -> None:
        for number, event_id in enumerate(events * 3):
            edits.change_event(alice, event_id, {Field.SUBJECT: f"Renamed {number:02}"})

    at_once(edit, lambda: [office.sync(alice) for _ in range(4)])
    office.settle(alice)
    assert shown(alice) == office.subjects(alice) == [f"Renamed {number}" for number in range(40, 60)]


def test_it_lets_the_latest_worker_win_when_two_have_the_same_mailbox(office: Office) -> None:
    alice = office.person("Alice")
    office.load(alice, [graph_event(f"Outlook {day:02}", 1 + day) for day in range(20)])
    for day in range(20):
        edits.create_event(alice, Event(when=nine(1 + day), subject=f"Kalends {day:02}"))
    office.consent(alice)
    connect.start(alice)
    at_once(*(lambda: office.sync(alice) for _ in range(3)))
    Mailbox.objects.update(retry_at=None)
    office.settle(alice)
    assert shown(alice) == office.subjects(alice)
    assert len(shown(alice)) == 40


def test_it_waits_and_says_so_when_something_unforeseen_happens(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice: Person = office.person("Alice")
    office.consent(alice)
    connect.start(alice)
    monkeypatch.setattr("kalends.mailboxes.sync.run_round", lambda *_: 1 / 0)
    ending = office.sync(alice)
    assert ending.problem == "Kalends met something unforeseen (ZeroDivisionError); it tries again."
    assert ending.wait_seconds == 5
