"""The store in memory, on which the simulation stands, keeps the contract."""

import itertools

import pytest

from kalends.domain.event import Field
from kalends.sync.ports import Ledger, Local
from tests.contracts.bench import NOW
from tests.contracts.store_contract import StoreContract
from tests.simulation.installation import Installation, MailboxRow
from tests.simulation.ledger import MemoryLedger
from tests.simulation.local import MemoryLocal
from tests.simulation.world import person


class MemoryBench:
    """Alice and Bob in memory."""

    def __init__(self) -> None:
        self.store = Installation(lambda: NOW, [person("Alice"), person("Bob")])
        for each in self.store.people:
            row = MailboxRow(mailbox_id=each.name, person=each, started=NOW)
            self.store.mailboxes.put(each.name, row)

    def ledger(self, name: str = "Alice") -> Ledger:
        return MemoryLedger(self.store, name)

    def local(self, name: str = "Alice") -> Local:
        return MemoryLocal(self.store, name)

    def mark(self, event_id: str, fields: frozenset[Field], name: str = "Alice") -> None:
        self.store.soil(name, event_id, fields)


class TestMemoryStore(StoreContract):
    """Every test of the contract."""

    @pytest.fixture
    def bench(self) -> MemoryBench:
        return MemoryBench()


def test_ids_are_the_same_in_every_run() -> None:
    ids = [Installation(lambda: NOW, []).new_id() for _ in itertools.repeat(None, 2)]
    assert ids[0] == ids[1]
