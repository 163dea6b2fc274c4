"""RULES §13 to §16: the window, the life of a connection, races, manners."""

import datetime as dt

import pytest

from kalends.domain.event import Field, Sensitivity, State
from kalends.domain.span import Timed
from kalends.sync.errors import Fenced, Transient
from kalends.sync.ports import Direction, Privacy
from kalends.sync.round import run_round
from tests.simulation.faults import Crash
from tests.unit.sync.stage import OUTSIDE, Stage

FAR = Timed(start=dt.datetime(2031, 1, 1, 9), start_zone="UTC", end=dt.datetime(2031, 1, 1, 10), end_zone="UTC")


def test_r13_1_a_new_event_outside_the_window_is_written_at_once() -> None:
    stage = Stage("Alice")
    stage.create(when=FAR)
    stage.settle()
    assert (len(stage.copies()), stage.links()) == (1, 1)


def test_r13_1_the_window_rolls_by_a_new_full_round() -> None:
    stage = Stage("Alice")
    stage.create()
    stage.settle()
    stage.world.clock.advance(8 * 86400)
    assert stage.sync("Alice").full is True
    stage.settle()
    assert stage.sync("Alice").full is False


def test_r14_1_while_stopped_nothing_is_asked_of_outlook() -> None:
    stage = Stage("Alice")
    stage.world.disconnect(stage.person("Alice"))
    event_id = stage.create("Bob")
    assert stage.world.kalends.events[event_id].scheduler == "kalends"
    assert stage.world.connected == []


@pytest.mark.parametrize(
    ("direction", "here", "there"),
    [(Direction.FROM_OUTLOOK, "from Kalends", "Budget"), (Direction.TO_OUTLOOK, "from Kalends", "from Kalends")],
)
def test_r14_4_one_way_writes_one_side_and_reverts_none(direction: Direction, here: str, there: str) -> None:
    stage = Stage("Alice")
    event_id = stage.create()
    stage.settle()
    stage.policy("Alice", direction=direction)
    stage.change(event_id, subject="from Kalends")
    stage.change_there(body="<p>from Outlook</p>")
    stage.settle()
    assert (stage.seen(event_id).values[Field.SUBJECT], stage.copy()["subject"]) == (here, there)
    taken = "from Outlook" in str(stage.seen(event_id).values[Field.BODY])
    assert taken is (direction is Direction.FROM_OUTLOOK)


@pytest.mark.parametrize(
    ("privacy", "subjects"), [(Privacy.FULL, ["Budget"]), (Privacy.BUSY, [""]), (Privacy.SKIP, [])]
)
def test_r14_5_private_events_are_taken_over_as_their_owner_chose(privacy: Privacy, subjects: list[str]) -> None:
    stage = Stage("Alice")
    stage.policy("Alice", privacy=privacy)
    stage.make_there(sensitivity=Sensitivity.PRIVATE)
    stage.settle()
    assert [row.values[Field.SUBJECT] for row in stage.world.kalends.events.rows.values()] == subjects
    assert stage.copy()["subject"] == "Budget"


def test_r15_1_an_edit_that_outlook_overtook_is_planned_anew() -> None:
    stage = Stage("Alice")
    event_id = stage.create()
    stage.settle()
    stage.change(event_id, subject="from Kalends")
    stage.before_writing(lambda: stage.change_there(body="<p>from Outlook</p>"))
    stage.settle()
    assert stage.copy()["subject"] == "from Kalends"
    assert "from Outlook" in str(stage.seen(event_id).values[Field.BODY])


def test_r15_2_a_crash_after_a_write_loses_and_doubles_nothing() -> None:
    stage = Stage("Alice")
    stage.create("Bob")
    stage.after_writing(Crash())
    with pytest.raises(Crash):
        stage.sync("Alice")
    stage.settle()
    assert (len(stage.copies()), stage.mails()) == (1, [("request", "bob@contoso.example")])
    assert [record.mail.recipient for _, record in stage.world.kalends.mails.rows.values()] == ["bob@contoso.example"]


def test_r15_2a_what_is_recovered_takes_its_base_from_the_record() -> None:
    stage = Stage("Alice")
    event_id = stage.create(OUTSIDE)
    stage.after_writing(Crash())
    with pytest.raises(Crash):
        stage.sync("Alice")
    stage.change_there(subject="from Outlook")
    stage.settle()
    assert stage.seen(event_id).values[Field.SUBJECT] == "from Outlook"


def test_r15_3_an_organizers_edit_moves_only_ledgers_in_other_mailboxes() -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob")
    stage.settle()
    stage.change(event_id, subject="Budget 2027")
    stage.sync("Alice")
    version = stage.seen(event_id).version
    stage.settle()
    assert stage.seen(event_id).version == version
    assert stage.copy("Bob")["subject"] == "Budget 2027"


def test_r15_4_a_worker_that_was_thought_dead_is_refused() -> None:
    stage = Stage("Alice")
    stage.create()
    ports = stage.world.ports(stage.person("Alice"))
    stage.world.ports(stage.person("Alice"))
    with pytest.raises(Fenced):
        run_round(ports)


def test_r16_1_retry_after_is_honoured_without_holding_a_thread() -> None:
    stage = Stage("Alice")
    stage.create()
    stage.world.twin.faults.arm(stage.fault("throttled", method="POST", retryAfterSeconds=30))
    report = stage.sync("Alice")
    assert (report.again, report.retry_after_seconds, stage.copies()) == (True, 30, [])
    stage.world.twin.faults.disarm()
    stage.settle()
    assert len(stage.copies()) == 1


def test_r16_1_a_throttled_reading_says_how_long_to_wait() -> None:
    stage = Stage("Alice")
    stage.world.twin.faults.arm(stage.fault("throttled", retryAfterSeconds=30))
    with pytest.raises(Transient) as refusal:
        stage.sync("Alice")
    assert refusal.value.retry_after_seconds == 30


def test_r16_3_what_outlook_refuses_is_held_and_the_rest_goes_on() -> None:
    stage = Stage("Alice")
    bad = stage.create(subject="bad")
    stage.create(subject="good")
    stage.world.twin.faults.arm(stage.fault("error", method="POST", status=400, code="ErrorInvalidRequest", count=1))
    stage.settle()
    assert [hold.event_id for hold in stage.holds()] in [[bad], []]
    assert stage.seen(bad).state is State.ACTIVE
    stage.world.clock.advance(3600)
    stage.settle()
    assert ({copy["subject"] for copy in stage.copies()}, stage.holds()) == ({"bad", "good"}, [])
