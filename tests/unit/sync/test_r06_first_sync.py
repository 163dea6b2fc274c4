"""RULES §6 and §7: first syncs, and quiet copies."""

import datetime as dt

import pytest

from kalends.domain.attendee import Attendee, Partstat
from kalends.domain.event import Field, Scheduler, State
from kalends.domain.span import Timed
from kalends.sync.ports import HoldKind, Newcomers, Policy
from tests.unit.sync.stage import OUTSIDE, Stage, at

PAST = Timed(start=dt.datetime(2026, 7, 1, 9), start_zone="UTC", end=dt.datetime(2026, 7, 1, 10), end_zone="UTC")


def test_r6_1_what_is_alike_and_alone_is_linked_at_the_first_sync() -> None:
    stage = Stage()
    stage.create(OUTSIDE)
    stage.load_there()
    stage.connect("Alice")
    assert (len(stage.copies()), len(stage.world.kalends.events.rows)) == (1, 1)


def test_r6_1_two_candidates_are_not_linked_by_likeness() -> None:
    stage = Stage()
    stage.create()
    stage.load_there()
    stage.load_there()
    stage.connect("Alice")
    assert (len(stage.copies()), len(stage.world.kalends.events.rows)) == (3, 3)


def test_r6_1_likeness_does_not_count_later() -> None:
    stage = Stage("Alice")
    stage.create()
    stage.make_there()
    stage.settle()
    assert (len(stage.copies()), len(stage.world.kalends.events.rows)) == (2, 2)


def test_r6_2_of_a_matched_pair_outlooks_values_are_taken_and_nothing_is_patched() -> None:
    stage = Stage()
    event_id = stage.create(OUTSIDE, body="<p>from Kalends</p>")
    stage.load_there(OUTSIDE, body="<p>from Outlook</p>")
    stage.connect("Alice")
    assert "from Outlook" in str(stage.seen(event_id).values[Field.BODY])
    assert [each.lost for each in stage.world.kalends.conflicts.rows.values()] == ["<p>from Kalends</p>"]
    assert (stage.writes(), stage.mails()) == ([], [])


@pytest.mark.parametrize(
    ("newcomers", "copies", "mails"),
    [
        (Newcomers.QUIET, 1, []),
        (Newcomers.STAY, 0, []),
        (Newcomers.INVITE, 1, [("request", "bob@contoso.example")]),
    ],
)
def test_r6_3_what_existed_only_here_goes_as_the_person_chose(
    newcomers: Newcomers, copies: int, mails: list[tuple[str, str]]
) -> None:
    stage = Stage()
    event_id = stage.create("Bob")
    row = stage.world.kalends.events[event_id]
    stage.world.kalends.events.put(event_id, stage.quiet(row))
    stage.connect("Alice", Policy(newcomers=newcomers))
    assert (len(stage.copies()), stage.mails()) == (copies, mails)


def test_r6_3_past_events_are_never_invitations() -> None:
    stage = Stage()
    event_id = stage.create("Bob", when=PAST)
    stage.world.kalends.events.put(event_id, stage.quiet(stage.world.kalends.events[event_id]))
    stage.connect("Alice", Policy(newcomers=Newcomers.INVITE))
    assert (len(stage.copies()), stage.mails()) == (1, [])


def test_r6_4_the_defaults_mail_nobody() -> None:
    stage = Stage()
    stage.create("Bob", OUTSIDE)
    stage.create("Charlie", by="Bob")
    for name in ("Alice", "Bob", "Charlie"):
        stage.connect(name)
    assert stage.mails() == []


def test_r6_5_an_answer_known_here_is_written_without_a_reply() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    stage.world.verbs.respond(stage.person("Bob"), event_id, Partstat.ACCEPTED)
    stage.forget_mails()
    stage.connect("Bob")
    assert (stage.copy("Bob")["responseStatus"]["response"], stage.mails()) == ("accepted", [])


def test_r7_1_a_quiet_copy_names_people_in_its_body_only() -> None:
    stage = Stage()
    event_id = stage.create("Bob", body="<p>Figures</p>")
    stage.connect("Alice")
    assert stage.copy()["attendees"] == []
    assert "bob@contoso.example" in stage.copy()["body"]["content"].lower()
    assert stage.seen(event_id).values[Field.BODY] == "<p>Figures</p>"


def test_r7_1_somebody_added_to_a_quiet_copy_in_outlook_is_added_here() -> None:
    stage = Stage()
    event_id = stage.create("Bob")
    stage.connect("Alice")
    stage.change_there(attendees=(Attendee(address=OUTSIDE, name="Dora"),))
    stage.settle()
    people = stage.seen(event_id).values[Field.ATTENDEES]
    assert isinstance(people, tuple)
    assert {each.key for each in people if isinstance(each, Attendee)} == {"bob@contoso.example", OUTSIDE}
    assert stage.mails() == []


def test_r7_1_inviting_all_goes_through_outlook() -> None:
    stage = Stage()
    event_id = stage.create("Bob")
    stage.connect("Alice")
    stage.world.verbs.invite_all(stage.person("Alice"), event_id)
    stage.settle()
    assert stage.mails() == [("request", "bob@contoso.example")]
    assert stage.seen(event_id).scheduler is Scheduler.OUTLOOK


def test_r7_2_a_quiet_copy_is_withdrawn_when_the_real_one_comes() -> None:
    stage = Stage()
    event_id = stage.create("Bob")
    for name in ("Alice", "Bob"):
        stage.connect(name)
    stage.change(event_id, "Bob", reminder=5)
    stage.settle()
    stage.world.verbs.invite_all(stage.person("Alice"), event_id)
    stage.settle()
    assert (stage.copy("Bob")["isOrganizer"], stage.copy("Bob")["reminderMinutesBeforeStart"]) == (False, 5)
    assert stage.mails() == [("request", "bob@contoso.example")]


def test_r7_3_an_attendees_deletion_of_his_quiet_copy_hides_it_for_him() -> None:
    stage = Stage()
    event_id = stage.create("Bob")
    for name in ("Alice", "Bob"):
        stage.connect(name)
    stage.users["Bob"].delete(stage.copy("Bob")["id"])
    stage.settle()
    assert (stage.seen(event_id, "Bob").hidden, len(stage.copies("Alice")), stage.mails()) == (True, 1, [])


def test_r7_4_no_quiet_copy_where_outlook_schedules() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    stage.users["Bob"].delete(stage.copy("Bob")["id"])
    stage.connect("Bob")
    stage.settle()
    assert stage.copies("Bob") == []
    assert [hold.kind for hold in stage.holds("Bob")] == [HoldKind.MISSING]
    assert stage.seen(event_id, "Bob").state is State.ACTIVE


def test_r7_4_the_organizer_deleting_his_quiet_copy_is_asked_about_the_others() -> None:
    stage = Stage()
    event_id = stage.create("Bob")
    stage.connect("Alice")
    stage.users["Alice"].delete(stage.copy()["id"])
    stage.settle()
    assert (stage.seen(event_id).hidden, stage.seen(event_id).state, stage.mails()) == (True, State.ACTIVE, [])
    assert [hold.kind for hold in stage.holds()] == [HoldKind.PROPOSAL]


def test_r8_1_what_was_cancelled_comes_back_as_a_new_event() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    stage.world.verbs.delete(stage.person("Alice"), event_id)
    stage.settle()
    again = stage.world.verbs.restore(stage.person("Alice"), event_id)
    stage.settle()
    assert again != event_id
    assert [kind for kind, _ in stage.mails()] == ["request", "cancel", "request"]


def test_r8_2_archiving_an_ended_event_stays_here() -> None:
    stage = Stage("Alice")
    event_id = stage.create(when=PAST)
    stage.settle()
    stage.forget_requests()
    stage.enter(event_id, State.ARCHIVED)
    stage.settle()
    assert (stage.writes(), len(stage.copies())) == ([], 1)


def test_r8_2_archiving_a_coming_meeting_cancels_it() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    stage.forget_mails()
    stage.enter(event_id, State.ARCHIVED)
    stage.settle()
    assert (stage.mails(), stage.copies()) == ([("cancel", "bob@contoso.example")], [])


def test_r8_2_an_archived_event_that_outlook_moves_to_the_future_is_back() -> None:
    stage = Stage("Alice")
    event_id = stage.create(when=PAST)
    stage.settle()
    stage.enter(event_id, State.ARCHIVED)
    stage.settle()
    stage.change_there(when=at(12))
    stage.settle()
    assert (stage.seen(event_id).state, len(stage.copies())) == (State.ACTIVE, 1)
