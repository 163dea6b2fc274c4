"""RULES §5: what is gone, what only looks so, and what many deletions at once do."""

import datetime as dt

import pytest

from graphtwin.switches import Switches
from kalends.domain.attendee import Attendee, Partstat
from kalends.domain.event import Field, State
from kalends.domain.span import Timed
from kalends.sync.errors import SyncError, Unsure
from kalends.sync.ports import Choice, HoldKind
from tests.simulation.installation import MailboxRow
from tests.unit.sync.stage import Stage, at

FAR = Timed(start=dt.datetime(2031, 1, 1, 9), start_zone="UTC", end=dt.datetime(2031, 1, 1, 10), end_zone="UTC")


def test_r5_1_an_event_that_moved_out_of_the_window_is_not_deleted() -> None:
    stage = Stage("Alice")
    event_id = stage.create()
    stage.settle()
    stage.change_there(when=FAR)
    stage.settle()
    assert (stage.seen(event_id).state, stage.seen(event_id).values[Field.WHEN]) == (State.ACTIVE, FAR)
    assert stage.links() == 1


def test_r5_1_what_is_listed_nowhere_is_deleted() -> None:
    stage = Stage("Alice")
    event_id = stage.create()
    stage.settle()
    stage.users["Alice"].delete(stage.copy()["id"])
    stage.settle()
    assert (stage.seen(event_id).state, stage.links()) == (State.TRASHED, 0)


def test_r5_1_what_was_moved_to_another_calendar_is_kept_here_unlinked() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    stage.forget_mails()
    box = stage.users["Alice"].mailbox
    (event,) = box.events.values()
    other = box.add_calendar("Other")
    event.calendar_id = other.id
    box.expire_delta_tokens()
    stage.settle()
    assert (stage.seen(event_id).state, stage.links(), stage.mails()) == (State.ACTIVE, 0, [])
    assert [hold.kind for hold in stage.holds()] == [HoldKind.ELSEWHERE]


def test_r5_1_an_answer_that_leaves_doubt_ends_the_round_and_deletes_nothing() -> None:
    stage = Stage("Alice")
    event_id = stage.create()
    stage.settle()
    stage.users["Alice"].delete(stage.copy()["id"])
    stage.world.twin.faults.arm(stage.fault("error", path="/v1.0/me/events/*", status=403, code="ErrorAccessDenied"))
    with pytest.raises(SyncError):
        stage.sync("Alice")
    assert (stage.seen(event_id).state, stage.links()) == (State.ACTIVE, 1)
    assert issubclass(Unsure, Exception)


def test_r5_2_an_attendees_deletion_hides_it_for_him_and_cancels_nothing() -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob", "Charlie")
    stage.settle()
    stage.forget_mails()
    stage.users["Bob"].delete(stage.copy("Bob")["id"])
    stage.settle()
    assert (stage.seen(event_id, "Bob").hidden, stage.seen(event_id).state) == (True, State.ACTIVE)
    assert (stage.mails(), len(stage.copies("Alice"))) == ([], 1)


@pytest.mark.parametrize(("decline", "mails"), [(True, [("response", "alice@contoso.example")]), (False, [])])
def test_r5_2_deleting_here_as_attendee_declines_or_only_removes(decline: bool, mails: list[tuple[str, str]]) -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob")
    stage.settle()
    stage.forget_mails()
    stage.world.verbs.delete(stage.person("Bob"), event_id, decline=decline)
    stage.settle()
    assert stage.mails() == mails
    assert (stage.copies("Bob"), len(stage.copies("Alice"))) == ([], 1)


def test_r5_2_a_copy_that_returns_is_shown_again() -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob")
    stage.settle()
    stage.users["Bob"].delete(stage.copy("Bob")["id"])
    stage.settle()
    stage.change(event_id, when=at(15))
    stage.settle()
    assert (stage.seen(event_id, "Bob").hidden, len(stage.copies("Bob"))) == (False, 1)


def test_r5_3_an_edit_outlives_a_deletion_that_told_nobody() -> None:
    stage = Stage("Alice")
    event_id = stage.create()
    stage.settle()
    stage.users["Alice"].delete(stage.copy()["id"])
    stage.change(event_id, subject="Budget 2027")
    stage.settle()
    assert (stage.seen(event_id).state, stage.copy()["subject"]) == (State.ACTIVE, "Budget 2027")


def test_r5_3_after_the_cancellations_the_edit_is_kept_in_the_trash() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    stage.forget_mails()
    stage.users["Alice"].delete(stage.copy()["id"])
    stage.change(event_id, subject="Budget 2027")
    stage.settle()
    assert (stage.seen(event_id).state, stage.seen(event_id).values[Field.SUBJECT]) == (State.TRASHED, "Budget 2027")
    assert stage.mails() == []


def test_r5_3_an_edit_in_outlook_outlives_a_deletion_here_that_has_not_gone_out() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    stage.forget_mails()
    stage.world.verbs.delete(stage.person("Alice"), event_id)
    stage.change_there(subject="Budget 2027")
    stage.settle()
    assert (stage.seen(event_id).state, stage.seen(event_id).values[Field.SUBJECT]) == (State.ACTIVE, "Budget 2027")
    assert stage.mails() == []


def many(stage: Stage, count: int = 15) -> None:
    for number in range(count):
        stage.create(subject=f"Event {number}")
    stage.settle()
    for copy in stage.copies():
        stage.users["Alice"].delete(copy["id"])
    stage.settle()


def test_r5_4_many_deletions_at_once_are_held() -> None:
    stage = Stage("Alice")
    many(stage)
    assert {row.state for row in stage.world.kalends.events.rows.values()} == {State.ACTIVE}
    assert [hold.kind for hold in stage.holds()] == [HoldKind.DELETIONS] * 15


@pytest.mark.parametrize(("choice", "state"), [(Choice.APPLY, State.TRASHED), (Choice.KEEP_HERE, State.ACTIVE)])
def test_r5_4_what_the_person_presses_is_done(choice: Choice, state: State) -> None:
    stage = Stage("Alice")
    many(stage)
    stage.decide(choice)
    stage.settle()
    assert {row.state for row in stage.world.kalends.events.rows.values()} == {state}
    assert (stage.holds(), stage.links()) == ([], 0)


def test_r5_4_a_mailbox_is_not_emptied_in_one_round() -> None:
    stage = Stage("Alice")
    many(stage, 5)
    assert {row.state for row in stage.world.kalends.events.rows.values()} == {State.ACTIVE}


def test_r5_5_a_disconnect_and_another_window_delete_nothing() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    stage.forget_mails()
    row: MailboxRow = stage.world.kalends.mailboxes[stage.world.mailbox_id(stage.person("Alice"))]
    stage.policy("Alice", days_ahead=1, days_back=1)
    stage.settle()
    stage.world.disconnect(stage.person("Alice"))
    assert row.connected
    assert (stage.seen(event_id).state, len(stage.copies()), stage.mails()) == (State.ACTIVE, 1, [])


def test_r5_6_a_stub_takes_only_its_owner_off() -> None:
    stage = Stage("Alice", "Bob", "Charlie")
    event_id = stage.create("Bob", "Charlie")
    stage.settle()
    stage.change_there("Alice", attendees=(Attendee(address=stage.address("Charlie"), name="Charlie"),))
    stage.settle()
    assert stage.seen(event_id).state is State.ACTIVE
    assert (stage.seen(event_id, "Bob").participates, stage.seen(event_id, "Charlie").participates) == (False, True)


def test_r5_6_an_absent_organizers_cancellation_ends_it_when_no_copy_lives() -> None:
    stage = Stage("Bob")
    stage.make_there("Bob", by="Alice")
    stage.settle()
    stage.users["Alice"].delete(stage.copy("Alice")["id"])
    stage.settle()
    assert stage.only("Bob").state is State.CANCELLED


def test_r5_7_an_empty_full_round_is_not_believed_once() -> None:
    stage = Stage("Alice")
    event_id = stage.create()
    stage.settle()
    stage.users["Alice"].mailbox.expire_delta_tokens()
    stage.empty_rounds(1)
    assert stage.sync("Alice").again is True
    assert stage.seen(event_id).state is State.ACTIVE
    stage.settle()
    assert (stage.seen(event_id).state, stage.links()) == (State.ACTIVE, 1)


def test_r5_8_a_deletion_that_arrived_is_our_own() -> None:
    stage = Stage("Alice", switches=Switches(second_delete="invalid-request"))
    event_id = stage.create("Bob")
    stage.settle()
    stage.forget_mails()
    stage.world.verbs.delete(stage.person("Alice"), event_id)
    stage.world.lose_answers("DELETE")
    stage.settle()
    assert (stage.mails(), stage.links()) == ([("cancel", "bob@contoso.example")], 0)


def test_r5_8_restoring_before_the_deletion_went_out_only_withdraws_it() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    stage.forget_requests()
    stage.world.verbs.delete(stage.person("Alice"), event_id)
    assert stage.world.verbs.restore(stage.person("Alice"), event_id) == event_id
    stage.settle()
    assert stage.writes() == []


def test_r5_9_a_copy_remade_by_an_update_asks_anew() -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob")
    stage.settle()
    stage.users["Bob"].answer(stage.copy("Bob")["id"], "decline")
    stage.settle()
    stage.change(event_id, when=at(15))
    stage.settle()
    answer = stage.seen(event_id, "Bob").values[Field.ANSWER]
    assert getattr(answer, "partstat", None) is Partstat.NEEDS_ACTION
