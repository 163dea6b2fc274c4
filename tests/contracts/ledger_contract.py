"""What every Ledger must do."""

import datetime as dt

import pytest

from kalends.domain.event import (
    Field,
)
from kalends.domain.scheduling import ForecastMail, MailKind
from kalends.sync.errors import Fenced
from kalends.sync.ports import (
    Delete,
    Hold,
    HoldKind,
    Intent,
    MailRecord,
    Side,
)
from tests.contracts.bench import ALICE, BOB, CHARLIE, NOW, ONE, TWO, WINDOW, Bench, Contract, imported, intent, link_to


class LedgerContract(Contract):
    """Inherit by way of `StoreContract`."""

    def test_a_transaction_keeps_everything_or_nothing(self, bench: Bench) -> None:
        ledger = bench.ledger()
        with pytest.raises(KeyError), ledger.transaction():  # noqa: PT012 - what came before the error is the point
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
