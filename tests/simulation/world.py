"""A company in one process: people, their Outlook mailboxes in the twin, one Kalends installation, one clock."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import httpx2
import msgspec

from graphtwin.app import Twin
from graphtwin.clock import Clock
from graphtwin.switches import Switches
from kalends.domain.event import Field
from kalends.graph.event import item_of
from kalends.sync.conclude import Ports
from kalends.sync.ports import Policy
from kalends.sync.round import Rehearsal, Report, rehearse, run_round
from kalends.sync.snapshot import Values
from tests.simulation.installation import Installation, MailboxRow, Person
from tests.simulation.ledger import MemoryLedger
from tests.simulation.local import MemoryLocal
from tests.simulation.outlook import TwinTransport, remote_of
from tests.simulation.verbs import Verbs

MORNING = dt.datetime(2026, 8, 3, 8, 0, tzinfo=dt.UTC)
DOMAIN = "contoso.example"
PATIENCE = 11 * 60
"""Seconds after which nobody waits for an invitation any more (RULES 7.4, 10.2)."""
ROUNDS = 12
"""Rounds of all mailboxes within which everything must be quiet."""


def person(name: str) -> Person:
    """Somebody with an account and one address."""
    return Person(name=name, addresses=frozenset({f"{name.lower()}@{DOMAIN}"}))


class World:
    """Everything there is; the clock stands still unless it is moved."""

    def __init__(self, names: Iterable[str], *, seed: int = 1, switches: Switches | None = None) -> None:
        self.clock = Clock(MORNING, frozen=True)
        self.twin = Twin(seed=seed, clock=self.clock, switches=switches)
        self.people = [person(name) for name in names]
        for each in self.people:
            self.twin.tenant.add_mailbox(each.address, each.name)
        self.kalends = Installation(self.clock.now, self.people)
        self.verbs = Verbs(self.kalends)
        self.transport = TwinTransport(self.twin)
        self.wording: dict[str, frozenset[Field]] = {}
        """What attendees changed in their own copies in Outlook, which stays theirs (RULES 3.3)."""
        self.remotes = {each.name: remote_of(self.twin, self.transport, each) for each in self.people}

    @staticmethod
    def mailbox_id(who: Person) -> str:
        """The name of his mailbox here."""
        return f"m-{who.name.lower()}"

    def named(self, name: str) -> Person:
        """One of the people."""
        return next(each for each in self.people if each.name == name)

    def connect(self, who: Person, policy: Policy | None = None) -> str:
        """He presses Start."""
        mailbox_id = self.mailbox_id(who)
        row = MailboxRow(mailbox_id=mailbox_id, person=who, started=self.clock.now(), policy=policy or Policy())
        self.kalends.mailboxes.put(mailbox_id, row)
        return mailbox_id

    def disconnect(self, who: Person) -> None:
        """He presses Stop; nothing is deleted by it (RULES 5.5)."""
        row = self.kalends.mailboxes[self.mailbox_id(who)]
        self.kalends.mailboxes.put(row.mailbox_id, replace(row, connected=False))

    @property
    def connected(self) -> list[Person]:
        """Those who have pressed Start."""
        return [each for each in self.people if self.kalends.mailbox_of(each) is not None]

    def ports(self, who: Person, wrapped: Callable[[MemoryLedger], MemoryLedger] | None = None) -> Ports:
        """One worker's ports for his mailbox."""
        mailbox_id = self.mailbox_id(who)
        ledger = MemoryLedger(self.kalends, mailbox_id)
        return Ports(
            remote=self.remotes[who.name],
            local=MemoryLocal(self.kalends, mailbox_id),
            ledger=wrapped(ledger) if wrapped is not None else ledger,
            clock=self.clock.now,
            new_id=self.kalends.new_id,
        )

    def sync(self, who: Person, wrapped: Callable[[MemoryLedger], MemoryLedger] | None = None) -> Report:
        """One round of his mailbox."""
        return run_round(self.ports(who, wrapped))

    def rehearse(self, who: Person) -> Rehearsal:
        """What a round of his mailbox would do."""
        return rehearse(self.ports(who))

    def lose_answers(self, method: str, count: int = 1) -> Callable[[], int]:
        """The answers of the next requests that write are lost after the work was done; returns how many were."""
        hit = 0

        def after(request: httpx2.Request) -> None:
            nonlocal hit
            if hit < count and (request.method == method or request.url.path.endswith("$batch")):
                hit += 1
                message = "the answer is lost"
                raise httpx2.ReadError(message)

        self.transport.after = after
        return lambda: hit

    @staticmethod
    def values_of(raw: Mapping[str, Any]) -> Values:
        """What Outlook's JSON says, in values."""
        return item_of(msgspec.json.encode(raw)).values

    def settle(self, rounds: int = ROUNDS) -> int:
        """Rounds of every connected mailbox until one of each does nothing; how many it took."""
        self.clock.advance(PATIENCE)
        for number in range(1, rounds + 1):
            self.clock.advance(20)
            reports = [self.sync(each) for each in self.connected]
            if not any(report.sent or report.again or report.decisions for report in reports):
                return number
        message = f"not quiet after {rounds} rounds: {[report.rules for report in reports]}"
        raise AssertionError(message)
