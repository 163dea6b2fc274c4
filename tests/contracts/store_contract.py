"""What every Local and Ledger must do, in memory and on PostgreSQL alike.

A test module inherits `StoreContract` and gives it a `bench`: one installation in which Alice and Bob have connected
mailboxes, and nothing else has happened.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

import pytest

from kalends.domain.attendee import Addressee, Answer, Attendee, Partstat, Role
from kalends.domain.event import (
    Field,
    Importance,
    OnlineMeeting,
    Place,
    ResponseOptions,
    Scheduler,
    Sensitivity,
    ShowAs,
    State,
)
from kalends.domain.scheduling import ForecastMail, MailKind
from kalends.domain.span import Timed
from kalends.sync.errors import Fenced, Stale
from kalends.sync.ports import (
    Answered,
    Change,
    Conceal,
    Conflict,
    Create,
    Delete,
    Enter,
    Hold,
    HoldKind,
    Import,
    Intent,
    Ledger,
    Local,
    MailRecord,
    Side,
    TakeOff,
    Unmark,
)
from kalends.sync.snapshot import Creation, Link, LocalItem, Part, Value, Values, Window

NOW = dt.datetime(2026, 8, 3, 8, 0, tzinfo=dt.UTC)
WINDOW = Window(start=NOW - dt.timedelta(days=180), end=NOW + dt.timedelta(days=730))
ALICE, BOB, CHARLIE = "alice@contoso.example", "bob@contoso.example", "charlie@elsewhere.example"
ONE, TWO = str(UUID(int=1)), str(UUID(int=2))
MEETING: Mapping[Field, Value] = {
    Field.SUBJECT: "Budget",
    Field.BODY: "<p>Bring figures</p>",
    Field.WHEN: Timed(
        start=dt.datetime(2026, 8, 5, 10, 0),
        start_zone="Europe/Berlin",
        end=dt.datetime(2026, 8, 5, 11, 0),
        end_zone="Europe/Berlin",
    ),
    Field.PLACES: (Place(name="Room 4711", kind="conferenceRoom", email="room@contoso.example"),),
    Field.ATTENDEES: (Attendee(address=BOB, name="Bob"), Attendee(address=CHARLIE, name="Charlie", role=Role.OPTIONAL)),
    Field.IMPORTANCE: Importance.HIGH,
    Field.ONLINE_MEETING: OnlineMeeting(wanted=True, provider="teamsForBusiness", join_url="https://teams.example/1"),
    Field.RESPONSE_OPTIONS: ResponseOptions(propose_new_times=False),
    Field.ANSWER: Answer(),
    Field.SHOW_AS: ShowAs.OUT_OF_OFFICE,
    Field.REMINDER: None,
    Field.CATEGORIES: ("Red category",),
    Field.SENSITIVITY: Sensitivity.PRIVATE,
}


class Bench(Protocol):
    """One installation with two connected mailboxes; `ledger` opens a new worker's ledger each time."""

    def ledger(self, name: str = "Alice") -> Ledger: ...

    def local(self, name: str = "Alice") -> Local: ...

    def mark(self, event_id: str, fields: frozenset[Field], name: str = "Alice") -> None:
        """Somebody edits these fields here: marks and dirt for his mailbox."""


def link_to(event_id: str, remote_id: str = "R1", **members: object) -> Link:
    """A link whose sides agree on everything."""
    basis = Link(
        event_id=event_id, remote_id=remote_id, ical_uid=f"uid-{remote_id}", etag="W/1", ours=MEETING, theirs=MEETING
    )
    return _with(basis, members)


def _with(link: Link, members: Mapping[str, object]) -> Link:
    plain = {name: getattr(link, name) for name in Link.__slots__}
    return Link(**{**plain, **members})


def imported(event_id: str = ONE, *, values: Values = MEETING, uids: frozenset[str] = frozenset({"uid-1"})) -> Import:
    """Alice's own meeting, made of her Outlook copy."""
    return Import(
        event_id=event_id,
        uids=uids,
        values=values,
        part=Part.ORGANIZER,
        organizer=Addressee(address=ALICE, name="Alice"),
        scheduler=Scheduler.OUTLOOK,
        state=State.ACTIVE,
        at=NOW,
    )


def changed(item: LocalItem, values: Values, **members: object) -> Change:
    """Outlook says that it has these values now."""
    return Change(event_id=item.event_id, version=item.version, values=values, at=NOW, **members)  # type: ignore[arg-type]


def intent(name: str, event_id: str = ONE) -> Intent:
    """A write-ahead record of a create, with everything a record may hold."""
    creation = Creation(installation="i", event_id=event_id, mailbox_id="m", number=2)
    return Intent(
        intent_id=name,
        event_id=event_id,
        write=Create(creation=creation, values=MEETING, quiet_list=()),
        local_values=MEETING,
        version=3,
        mails=(ForecastMail(recipient=BOB, kind=MailKind.REQUEST, name="Bob"),),
        cause="meeting → create and invite",
        link=link_to(event_id),
        at=NOW,
    )


class StoreContract:
    """Inherit, and define the fixture `bench`."""

    @pytest.fixture
    def bench(self) -> Bench:
        raise LookupError("a test of a store brings its own bench")

    def put(self, bench: Bench, write: Import | None = None) -> LocalItem:
        """The meeting, as Alice has it."""
        with bench.ledger().transaction():
            bench.local().write(write or imported())
        return bench.local().read([(write or imported()).event_id])[(write or imported()).event_id]

    # ── Local ──

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

    # ── Ledger ──

    def test_a_transaction_keeps_everything_or_nothing(self, bench: Bench) -> None:
        ledger = bench.ledger()
        with pytest.raises(KeyError), ledger.transaction():
            bench.local().write(imported())
            ledger.put_link(link_to(ONE))
            raise KeyError
        assert bench.local().read([ONE]) == {}
        assert ledger.linked_items() == {}

    def test_r15_4_a_worker_that_was_overtaken_writes_nothing_any_more(self, bench: Bench) -> None:
        old = bench.ledger()
        bench.ledger()
        with pytest.raises(Fenced), old.transaction():
            bench.local().write(imported())
        assert bench.local().read([ONE]) == {}

    def test_a_link_is_kept_whole_and_found_from_both_ends(self, bench: Bench) -> None:
        self.put(bench)
        link = link_to(ONE, quiet=True, creation_number=3, sequence=4, modified=NOW, unwritable=frozenset({Field.WHEN}))
        ledger = bench.ledger()
        with ledger.transaction():
            ledger.put_link(link)
        assert ledger.links_of_events([ONE, TWO]) == {ONE: link}
        assert ledger.links_of_items(["R1", "R2"]) == {"R1": link}
        assert ledger.linked_items() == {"R1": ONE}
        assert bench.local().find({"uid-R1"})["uid-R1"].event_id == ONE
        assert bench.ledger("Bob").linked_items() == {}

    def test_a_link_may_follow_its_copy_to_a_new_id(self, bench: Bench) -> None:
        self.put(bench)
        ledger = bench.ledger()
        for remote_id in ("R1", "R2"):
            with ledger.transaction():
                ledger.put_link(link_to(ONE, remote_id))
        assert ledger.linked_items() == {"R2": ONE}
        assert ledger.links_of_items(["R1"]) == {}

    def test_r1_2a_the_creation_number_rises_when_a_link_ends(self, bench: Bench) -> None:
        self.put(bench)
        ledger = bench.ledger()
        with ledger.transaction():
            ledger.put_link(link_to(ONE))
        with ledger.transaction():
            ledger.end_link(ONE)
        item = bench.local().read([ONE])[ONE]
        assert (item.creation_number, item.former_remote_id) == (2, "R1")
        assert ledger.linked_items() == {}
        with ledger.transaction():
            ledger.raise_creation_number(ONE)
        assert bench.local().read([ONE])[ONE].creation_number == 3

    def test_what_was_edited_meanwhile_stays_dirty(self, bench: Bench) -> None:
        self.put(bench)
        bench.mark(ONE, frozenset({Field.SUBJECT}))
        stamps = bench.ledger().dirty()
        bench.mark(ONE, frozenset({Field.BODY}))
        ledger = bench.ledger()
        with ledger.transaction():
            ledger.clean(ONE, stamps[ONE])
        assert ledger.dirty().keys() == {ONE}
        with ledger.transaction():
            ledger.clean(ONE, ledger.dirty()[ONE])
        assert ledger.dirty() == {}
        with ledger.transaction():
            stamp = ledger.soil(ONE)
        assert ledger.dirty() == {ONE: stamp}

    def test_r15_2_a_record_is_kept_whole_until_it_is_closed(self, bench: Bench) -> None:
        self.put(bench)
        ledger = bench.ledger()
        with ledger.transaction():
            ledger.open_intent(intent("00000000-0000-0000-0000-00000000000a"))
        assert list(ledger.intents()) == [intent("00000000-0000-0000-0000-00000000000a")]
        assert bench.ledger("Bob").creating({ALICE, CHARLIE}) == {ALICE}
        with ledger.transaction():
            ledger.close_intent("00000000-0000-0000-0000-00000000000a")
        assert list(ledger.intents()) == []
        assert bench.ledger("Bob").creating({ALICE}) == frozenset()

    def test_a_deletion_is_no_creation(self, bench: Bench) -> None:
        self.put(bench)
        ledger = bench.ledger()
        record = intent("00000000-0000-0000-0000-00000000000b")
        removal = Intent(
            intent_id=record.intent_id,
            event_id=ONE,
            write=Delete(remote_id="R1", etag="W/1"),
            local_values={},
            version=1,
            at=NOW,
        )
        with ledger.transaction():
            ledger.open_intent(removal)
        assert list(ledger.intents()) == [removal]
        assert bench.ledger("Bob").creating({ALICE}) == frozenset()

    def test_a_hold_is_replaced_by_its_key_and_released(self, bench: Bench) -> None:
        ledger = bench.ledger()
        first = Hold(key="item:R1", kind=HoldKind.SET_ASIDE, reason="one", remote_id="R1", at=NOW)
        second = Hold(key="item:R1", kind=HoldKind.SET_ASIDE, reason="two", remote_id="R1", attempts=2, at=NOW)
        with ledger.transaction():
            ledger.put_hold(first)
            ledger.put_hold(second)
        assert list(ledger.holds()) == [second]
        with ledger.transaction():
            ledger.release("item:R1")
            ledger.release("item:unknown")
        assert list(ledger.holds()) == []

    def test_r5_4_deletions_are_counted_by_side_and_time(self, bench: Bench) -> None:
        ledger = bench.ledger()
        with ledger.transaction():
            ledger.record_deletions(Side.OUTLOOK, 3, NOW - dt.timedelta(hours=2))
            ledger.record_deletions(Side.OUTLOOK, 4, NOW)
            ledger.record_deletions(Side.HERE, 5, NOW)
        hour_ago = NOW - dt.timedelta(hours=1)
        assert ledger.deletions_since(Side.OUTLOOK, hour_ago) == 4
        assert ledger.deletions_since(Side.HERE, hour_ago) == 5

    def test_mails_are_recorded(self, bench: Bench) -> None:
        self.put(bench)
        ledger = bench.ledger()
        mail = ForecastMail(recipient=BOB, kind=MailKind.REQUEST)
        with ledger.transaction():
            ledger.record_mails([MailRecord(event_id=ONE, intent_id="i", mail=mail, cause="a test", at=NOW)])
        assert ledger.intents() == []

    def test_the_end_of_a_round_is_remembered(self, bench: Bench) -> None:
        ledger = bench.ledger()
        with ledger.transaction():
            ledger.note_empty_round()
        assert ledger.state().empty_rounds == 1
        for at in (NOW, NOW + dt.timedelta(minutes=1)):
            with ledger.transaction():
                ledger.finish(delta_link="https://graph.example/delta", window=WINDOW, at=at)
        state = ledger.state()
        assert (state.delta_link, state.window, state.empty_rounds) == ("https://graph.example/delta", WINDOW, 0)
        assert (state.first_synced_at, state.last_synced_at) == (NOW, NOW + dt.timedelta(minutes=1))
