"""RULES §2 and §3: who invites, and which fields may move which way."""

import pytest

from kalends.domain.attendee import Attendee, Partstat
from kalends.domain.event import Field, Scheduler, ShowAs
from tests.unit.sync.stage import OUTSIDE, Stage, at


@pytest.mark.parametrize(
    ("connected", "guests", "scheduler"),
    [
        (("Alice",), ("Bob",), Scheduler.OUTLOOK),
        ((), ("Bob",), Scheduler.KALENDS),
        (("Alice",), (), Scheduler.NOBODY),
    ],
)
def test_r2_1_the_first_invitation_sets_the_scheduler(
    connected: tuple[str, ...], guests: tuple[str, ...], scheduler: Scheduler
) -> None:
    stage = Stage(*connected)
    event_id = stage.create(*guests)
    assert stage.world.kalends.events[event_id].scheduler is scheduler


def test_r2_1_what_an_attendees_copy_brings_is_scheduled_elsewhere_until_the_organizers_is_linked() -> None:
    stage = Stage("Bob")
    stage.make_there("Bob", by="Alice")
    stage.settle()
    assert stage.only("Bob").scheduler is Scheduler.ELSEWHERE
    stage.connect("Alice")
    assert stage.only("Bob").scheduler is Scheduler.OUTLOOK


def test_r2_2_outlook_never_invites_to_a_meeting_that_kalends_schedules() -> None:
    stage = Stage()
    stage.create("Bob", OUTSIDE)
    stage.connect("Alice")
    stage.connect("Bob")
    assert stage.mails() == []
    assert stage.copy("Alice")["attendees"] == stage.copy("Bob")["attendees"] == []


def test_r2_3_connecting_changes_no_scheduler() -> None:
    stage = Stage()
    event_id = stage.create("Bob")
    stage.connect("Alice")
    assert stage.world.kalends.events[event_id].scheduler is Scheduler.KALENDS


def test_r3_1_personal_fields_are_each_participants_own() -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob")
    stage.settle()
    stage.change(event_id, "Bob", reminder=5, categories=("Customer",))
    stage.settle()
    assert (stage.copy("Bob")["reminderMinutesBeforeStart"], stage.copy("Bob")["categories"]) == (5, ["Customer"])
    assert (stage.copy("Alice")["reminderMinutesBeforeStart"], stage.copy("Alice")["categories"]) == (15, [])


def test_r3_2_only_personal_fields_are_written_into_somebody_elses_meeting() -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob")
    stage.settle()
    stage.forget_mails()
    stage.change_there("Bob", subject="Bob's own words")
    stage.change(event_id, "Bob", show_as=ShowAs.FREE)
    stage.settle()
    assert (stage.copy("Bob")["subject"], stage.copy("Bob")["showAs"]) == ("Bob's own words", "free")
    assert stage.seen(event_id).values[Field.SUBJECT] == "Budget"
    assert stage.mails() == []


def test_r3_3_shared_fields_come_from_the_organizers_mailbox() -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob")
    stage.settle()
    stage.change_there("Alice", subject="Budget 2027", when=at(14))
    stage.settle()
    assert (stage.seen(event_id).values[Field.SUBJECT], stage.seen(event_id).values[Field.WHEN]) == (
        "Budget 2027",
        at(14),
    )


def test_r3_3_of_several_copies_one_persons_wording_stays_his() -> None:
    stage = Stage("Bob", "Charlie")
    stage.make_there("Bob", "Charlie", by="Alice")
    stage.settle()
    stage.change_there("Bob", subject="Bob's own words")
    stage.settle()
    assert stage.only("Charlie").values[Field.SUBJECT] == "Budget"
    stage.change_there("Alice", subject="Budget 2027")
    stage.settle()
    assert stage.only("Charlie").values[Field.SUBJECT] == "Budget 2027"


def test_r3_4_is_organizer_of_a_quiet_copy_says_nothing() -> None:
    stage = Stage()
    event_id = stage.create("Bob")
    stage.connect("Bob")
    assert stage.copy("Bob")["isOrganizer"] is True
    assert stage.seen(event_id, "Bob").part == "attendee"


def test_r3_5_only_what_the_organizer_wrote_here_goes_up() -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob")
    stage.settle()
    stage.change(event_id, "Bob", subject="not his to change")
    stage.forget_requests()
    stage.settle()
    assert stage.writes() == []
    stage.change(event_id, "Alice", subject="Budget 2027")
    stage.settle()
    assert stage.seen(event_id).marks == frozenset()
    assert [method for method, _ in stage.writes()] == ["PATCH"]


def test_r3_6_a_newly_connected_organizers_meeting_is_looked_up_outside_the_window() -> None:
    stage = Stage("Bob")
    stage.make_there("Bob", by="Alice")
    stage.settle()
    stage.connect("Alice")
    assert (len(stage.copies("Alice")), stage.links()) == (1, 2)
    assert stage.mails() == []


def test_r3_7_a_live_copy_proves_participation_and_its_answer_stands() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    stage.users["Bob"].answer(stage.copy("Bob")["id"], "accept")
    stage.connect("Bob")
    item = stage.seen(event_id, "Bob")
    assert item.participates is True
    people = stage.seen(event_id).values[Field.ATTENDEES]
    assert isinstance(people, tuple)
    assert [each.answer.partstat for each in people if isinstance(each, Attendee)] == [Partstat.ACCEPTED]
