"""One schedule: a world, a while of acts, rounds and faults in an order drawn by the seed, then quiet, then checks.

The same seed gives the same schedule, and the same trace.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from random import Random
from typing import cast

from graphtwin.switches import Switches
from kalends.domain.event import PERSONAL, Field, State
from kalends.sync.errors import SyncError
from kalends.sync.merge import agree, mean_the_same
from kalends.sync.snapshot import Value
from tests.simulation import checkers
from tests.simulation.checkers import NUMBER
from tests.simulation.faults import BadDay, Crash
from tests.simulation.installation import Person
from tests.simulation.workload import Workload
from tests.simulation.world import World


@dataclass(slots=True, kw_only=True)
class Result:
    """What one schedule showed: `faults` are sentences, none when all is well."""

    seed: int
    faults: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    met: dict[str, int] = field(default_factory=dict)


def switches_of(draw: Random) -> Switches:
    """What is not established about Outlook, both ways (FACTS.md §25)."""
    return Switches(
        change_key_moves_after_create=draw.random() < 0.3,
        transaction_id_freed_by_deletion=draw.random() < 0.5,
        second_delete=draw.choice(("not-found", "invalid-request")),
        cancelled_stub_returns_work=draw.random() < 0.3,
        delta_empty_page_before_last=draw.random() < 0.3,
        delta_replays_last_changes=draw.choice((0, 0, 2)),
        delta_page_size=draw.choice((3, 50)),
        quiet_members=draw.choice((Switches().quiet_members, ("singleValueExtendedProperties", "transactionId"))),
        limit_rate=False,
    )


class Schedule:
    """One seed's run."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        self.world = World(("Alice", "Bob", "Charlie"), seed=seed, switches=switches_of(self.draw))
        self.work = Workload(self.world, self.draw)
        self.result = Result(seed=seed, trace=self.work.trace)
        races = {
            "act in Outlook": self.work.act_there,
            "act in Kalends": self.work.act_here,
            "second worker": self._overtake,
        }
        self.day = BadDay(self.world, self.draw, races)

    def run(self) -> Result:
        """Acts, rounds and faults; quiet; checks."""
        for _ in range(self.draw.choice((2, 3))):
            for _ in range(self.draw.randint(5, 25)):
                self._step()
            self._settle()
            if self.result.faults:
                break
        self.result.met = dict(self.day.met)
        return self.result

    def _step(self) -> None:
        self.world.clock.advance(self.draw.choice((1, 5, 60)))
        chance = self.draw.random()
        if chance < 0.6:
            self.work.act()
        elif chance < 0.7:
            self._connect()
        elif chance < 0.72:
            self.draw.choice([user.mailbox for user in self.work.users.values()]).expire_delta_tokens()
        elif self.world.connected:
            self._round(self.draw.choice(self.world.connected))

    def _connect(self) -> None:
        absent = [each for each in self.world.people if each not in self.world.connected]
        if absent:
            self.world.connect(self.draw.choice(absent))

    def _round(self, who: Person) -> None:
        """One round on a bad day; whatever ends it, what was committed stays."""
        try:
            report = self.world.sync(who, self.day.commits)
            self.result.trace.append(f"{who.name}: {dict(report.rules)} sent {report.sent}")
        except (SyncError, Crash) as end:
            self.result.trace.append(f"{who.name}: {type(end).__name__} {end}")

    def _overtake(self) -> None:
        """Another worker takes over a mailbox while its round is under way."""
        if self.world.connected:
            self.world.sync(self.draw.choice(self.world.connected), self.day.commits)

    def _settle(self) -> None:
        share, self.day.share = self.day.share, 0.0
        armed, self.world.twin.faults.armed = self.world.twin.faults.armed, []
        try:
            self.world.settle()
        except (AssertionError, SyncError) as fault:
            self.result.faults.append(f"{type(fault).__name__}: {fault}")
            return
        self.result.faults += [*checkers.all_faults(self.world), *self._lost(), *self._ended()]
        self.work.written.clear()
        self.day.share, self.world.twin.faults.armed = share, armed

    def _ended(self) -> Iterable[str]:
        """Nothing ends but what somebody ended."""
        for row in self.world.kalends.events.rows.values():
            found = NUMBER.search(str(row.values[Field.SUBJECT]))
            alive = row.state is State.ACTIVE or (found is not None and int(found.group(1)) in self.work.ended)
            if not alive:
                yield f"{row.values[Field.SUBJECT]!r} is {row.state}, and nobody ended it"

    def _lost(self) -> Iterable[str]:
        """A field that only one side wrote since all was quiet has the value it was given last (RULES §4)."""
        for (number, whose, name), written in self.work.written.items():
            if number in self.work.ended or name in {Field.ATTENDEES, Field.CATEGORIES}:
                continue
            if name is Field.SHOW_AS and (number, "", Field.WHEN) in self.work.written:
                continue  # a new time asks everybody anew, and looks tentative until he answers (FACTS.md §7.2)
            both = bool(written.here and written.there)
            found = self._value(number, whose, name)
            for last in (side[-1] for side in (written.here, written.there) if side and found is not None):
                seen = self._kept(name, last) or (both and self._was_there(name, last))
                if found is not None and not mean_the_same(name, found[0], last) and not seen:
                    yield f"lost: event {number} {whose} {name}: {last!r} was written, {found[0]!r} is there"

    def _kept(self, name: Field, value: Value) -> bool:
        """It gave way, and lies in the conflict inbox."""
        conflicts = self.world.kalends.conflicts.rows.values()
        return any(each.field is name and mean_the_same(name, each.lost, value) for each in conflicts)

    def _was_there(self, name: Field, value: Value) -> bool:
        """It was in Kalends for a while, and is in the history."""
        lines = [each for each in self.world.kalends.history.rows.values() if each.field == name]
        return name in PERSONAL or any(agree(name, cast("Value", line.after), value) for line in lines)

    def _value(self, number: int, whose: str, name: Field) -> tuple[Value] | None:
        """What Kalends shows of it now, whose own value it may be."""
        store = self.world.kalends
        for row in sorted(store.events.rows.values(), key=lambda each: each.state is not State.ACTIVE):
            found = NUMBER.search(str(row.values[Field.SUBJECT]))
            if found is None or int(found.group(1)) != number:
                continue
            if not whose:
                return (store.shared(row)[name],)
            entry = store.entry_of(row.event_id, self.world.named(whose))
            return (store.personal(entry[1])[name],) if entry is not None else None
        return None


def run(seed: int) -> Result:
    """One schedule."""
    return Schedule(seed).run()


def shortened(result: Result) -> Result:
    """Without the trace, for a report of many."""
    return replace(result, trace=[])
