"""What every Local must do."""

import pytest

from kalends.domain.attendee import Addressee, Answer, Attendee, Partstat
from kalends.domain.event import (
    Field,
    Scheduler,
    Sensitivity,
    ShowAs,
    State,
)
from kalends.sync.errors import Stale
from kalends.sync.ports import (
    Answered,
    Conceal,
    Conflict,
    Enter,
    TakeOff,
    Unmark,
)
from kalends.sync.snapshot import Part
from tests.contracts.bench import (
    ALICE,
    BOB,
    CHARLIE,
    MEETING,
    NOW,
    ONE,
    TWO,
    WINDOW,
    Bench,
    Contract,
    changed,
    imported,
    link_to,
)


class LocalContract(Contract):
    """Inherit by way of `StoreContract`."""

    def test_an_imported_event_is_read_back_with_every_value(self, bench: Bench) -> None:
        item = self.put(bench)
        assert dict(item.values) == dict(MEETING)
        assert (item.part, item.scheduler, item.state) == (Part.ORGANIZER, Scheduler.OUTLOOK, State.ACTIVE)
        assert (item.organizer, item.participates, item.hidden) == (Addressee(address=ALICE, name="Alice"), True, False)
        assert (item.uids, item.marks, item.creation_number) == (frozenset({"uid-1"}), frozenset(), 1)

    def test_an_event_is_found_by_each_of_its_uids_by_everybody(self, bench: Bench) -> None:
        self.put(bench, imported(uids=frozenset({"uid-1", "uid-2"})))
        found = bench.local("Bob").find({"uid-1", "uid-2", "uid-3"})
        assert {uid: item.event_id for uid, item in found.items()} == {"uid-1": ONE, "uid-2": ONE}

    def test_somebody_on_the_list_takes_part_with_values_of_his_own(self, bench: Bench) -> None:
        self.put(bench)
        item = bench.local("Bob").read([ONE])[ONE]
        assert (item.part, item.participates) == (Part.ATTENDEE, True)
        assert item.values[Field.SUBJECT] == "Budget"
        assert item.values[Field.SENSITIVITY] is Sensitivity.NORMAL

    def test_a_change_moves_values_and_version_and_marks_nothing(self, bench: Bench) -> None:
        item = self.put(bench)
        with bench.ledger().transaction():
            bench.local().write(changed(item, {Field.SUBJECT: "Budget 2027", Field.REMINDER: 30}))
        after = bench.local().read([ONE])[ONE]
        assert dict(after.values) == {**MEETING, Field.SUBJECT: "Budget 2027", Field.REMINDER: 30}
        assert after.version > item.version
        assert after.marks == frozenset()
        assert bench.ledger().dirty() == {}

    def test_r15_1_a_change_planned_on_an_older_version_is_stale_and_changes_nothing(self, bench: Bench) -> None:
        item = self.put(bench)
        with bench.ledger().transaction():
            bench.local().write(changed(item, {Field.SUBJECT: "First"}))
        with pytest.raises(Stale), bench.ledger().transaction():
            bench.local().write(changed(item, {Field.SUBJECT: "Second"}))
        assert bench.local().read([ONE])[ONE].values[Field.SUBJECT] == "First"

    def test_a_change_may_bring_scheduler_state_uids_and_a_participant(self, bench: Bench) -> None:
        self.put(bench, imported(values={**MEETING, Field.ATTENDEES: ()}))
        item = bench.local("Bob").read([ONE])[ONE]
        assert item.participates is False
        with bench.ledger("Bob").transaction():
            bench.local("Bob").write(
                changed(
                    item,
                    {Field.SHOW_AS: ShowAs.FREE},
                    joins=True,
                    uids=frozenset({"uid-9"}),
                    scheduler=Scheduler.ELSEWHERE,
                    state=State.CANCELLED,
                    reason="a test",
                )
            )
        after = bench.local("Bob").read([ONE])[ONE]
        assert (after.participates, after.part, after.values[Field.SHOW_AS]) == (True, Part.ATTENDEE, ShowAs.FREE)
        assert (after.scheduler, after.state) == (Scheduler.ELSEWHERE, State.CANCELLED)
        assert after.uids == {"uid-1", "uid-9"}
        assert after.values[Field.ATTENDEES] == ()

    def test_answers_of_others_are_noted_without_a_new_version(self, bench: Bench) -> None:
        item = self.put(bench)
        accepted = Answer(partstat=Partstat.ACCEPTED, at=NOW)
        with bench.ledger().transaction():
            bench.local().write(Answered(event_id=ONE, answers={BOB: accepted}, at=NOW))
        after = bench.local().read([ONE])[ONE]
        assert after.version == item.version
        people = after.values[Field.ATTENDEES]
        assert isinstance(people, tuple)
        assert [each.answer for each in people if isinstance(each, Attendee)] == [accepted, Answer()]
        assert bench.local("Bob").read([ONE])[ONE].values[Field.ANSWER] == accepted

    def test_somebody_who_stays_on_the_list_keeps_his_answer_and_what_is_his(self, bench: Bench) -> None:
        item = self.put(bench)
        accepted = Answer(partstat=Partstat.ACCEPTED, at=NOW)
        with bench.ledger("Bob").transaction():
            bench.local("Bob").write(changed(item, {Field.REMINDER: 5, Field.ANSWER: accepted}))
        item = bench.local().read([ONE])[ONE]
        with bench.ledger().transaction():
            bench.local().write(changed(item, {Field.ATTENDEES: (Attendee(address=BOB.upper(), name="Bob B."),)}))
        after = bench.local("Bob").read([ONE])[ONE]
        assert (after.values[Field.REMINDER], after.values[Field.ANSWER]) == (5, accepted)

    def test_r5_2_an_event_is_hidden_for_one_alone(self, bench: Bench) -> None:
        self.put(bench)
        with bench.ledger("Bob").transaction():
            bench.local("Bob").write(Conceal(event_id=ONE, hidden=True, reason="a test", at=NOW))
        assert bench.local("Bob").read([ONE])[ONE].hidden is True
        assert bench.local().read([ONE])[ONE].hidden is False

    def test_r5_6_a_stub_takes_its_owner_off_and_nobody_else(self, bench: Bench) -> None:
        self.put(bench)
        with bench.ledger("Bob").transaction():
            bench.local("Bob").write(TakeOff(event_id=ONE, reason="a test", at=NOW))
        people = bench.local().read([ONE])[ONE].values[Field.ATTENDEES]
        assert isinstance(people, tuple)
        assert [each.address for each in people if isinstance(each, Attendee)] == [CHARLIE]
        assert bench.local("Bob").read([ONE])[ONE].participates is False

    def test_a_state_is_entered_and_left(self, bench: Bench) -> None:
        item = self.put(bench)
        with bench.ledger().transaction():
            bench.local().write(Enter(event_id=ONE, version=item.version, state=State.TRASHED, reason="a test", at=NOW))
        item = bench.local().read([ONE])[ONE]
        assert item.state is State.TRASHED
        with bench.ledger().transaction():
            bench.local().write(Enter(event_id=ONE, version=item.version, state=State.ACTIVE, reason="a test", at=NOW))
        assert bench.local().read([ONE])[ONE].state is State.ACTIVE

    def test_r3_5_a_mark_ends_when_the_present_value_was_written(self, bench: Bench) -> None:
        self.put(bench)
        bench.mark(ONE, frozenset({Field.SUBJECT, Field.BODY}))
        with bench.ledger().transaction():
            bench.local().write(Unmark(event_id=ONE, written={Field.SUBJECT: "Budget", Field.BODY: "an older body"}))
        assert bench.local().read([ONE])[ONE].marks == {Field.BODY}

    def test_only_events_without_a_link_that_one_takes_part_in_are_unlinked(self, bench: Bench) -> None:
        self.put(bench)
        self.put(bench, imported(TWO, values={**MEETING, Field.ATTENDEES: ()}, uids=frozenset({"uid-2"})))
        assert {item.event_id for item in bench.local("Bob").unlinked(WINDOW)} == {ONE}
        ledger = bench.ledger()
        with ledger.transaction():
            ledger.put_link(link_to(ONE))
        assert {item.event_id for item in bench.local().unlinked(WINDOW)} == {TWO}

    def test_connected_addresses_are_known(self, bench: Bench) -> None:
        assert bench.local().connected({ALICE, BOB, CHARLIE}) == {ALICE, BOB}

    def test_a_conflict_is_taken_in(self, bench: Bench) -> None:
        self.put(bench)
        with bench.ledger().transaction():
            bench.local().write(
                Conflict(event_id=ONE, field=Field.SUBJECT, kept="Budget", lost="Money", lost_here=True, at=NOW)
            )
        assert bench.local().read([ONE])[ONE].values[Field.SUBJECT] == "Budget"
