"""Alice, Bob and Charlie with Kalends and Outlook side by side, for tests of one rule each."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx2

from graphtwin.faults import Fault
from graphtwin.loading import load_event
from graphtwin.switches import Switches
from kalends.domain.attendee import Attendee
from kalends.domain.event import Field, Scheduler, State
from kalends.domain.span import Timed
from kalends.graph.event import members_of
from kalends.sync.ports import Choice, Hold, Policy
from kalends.sync.round import Report
from kalends.sync.snapshot import LocalItem, Value, Values
from tests.simulation.installation import EventRow, Person
from tests.simulation.local import MemoryLocal
from tests.simulation.outlook import ORIGIN
from tests.simulation.outlook_user import OutlookUser
from tests.simulation.world import World

OUTSIDE = "dora@elsewhere.example"


def at(hour: int, day: int = 5) -> Timed:
    """Some hour in August 2026, in Berlin; today is the third."""
    start = dt.datetime(2026, 8, day, hour)
    return Timed(start=start, start_zone="Europe/Berlin", end=start + dt.timedelta(hours=1), end_zone="Europe/Berlin")


class Stage:
    """Nothing happens by itself: people act, and rounds are asked for."""

    def __init__(self, *connected: str, switches: Switches | None = None) -> None:
        self.world = World(("Alice", "Bob", "Charlie"), switches=switches)
        self.users = {each.name: OutlookUser(self.world.twin, each) for each in self.world.people}
        for name in connected:
            self.connect(name)

    def person(self, name: str) -> Person:
        return self.world.named(name)

    def connect(self, name: str, policy: Policy | None = None) -> None:
        """He presses Start, and the first sync runs to its end."""
        self.world.clock.advance(60)
        self.world.connect(self.person(name), policy)
        self.settle()

    def settle(self) -> None:
        """Rounds of everybody until nothing is left to do."""
        self.world.settle()

    def sync(self, name: str) -> Report:
        """One round."""
        self.world.clock.advance(20)
        return self.world.sync(self.person(name))

    # ── Kalends ──

    def values(self, *guests: str, **members: Value) -> dict[Field, Value]:
        """“Budget” at ten with these guests."""
        people = tuple(Attendee(address=self.address(each), name=each) for each in guests)
        basis: dict[Field, Value] = {Field.SUBJECT: "Budget", Field.WHEN: at(10), Field.ATTENDEES: people}
        return basis | {Field(name): value for name, value in members.items()}

    def address(self, name: str) -> str:
        return name if "@" in name else self.person(name).address

    def create(self, *guests: str, by: str = "Alice", **members: Value) -> str:
        """An event made in Kalends."""
        return self.world.verbs.create(self.person(by), self.values(*guests, **members))

    def change(self, event_id: str, by: str = "Alice", **members: Value) -> None:
        """An edit in Kalends."""
        self.world.verbs.change(self.person(by), event_id, {Field(name): value for name, value in members.items()})

    def seen(self, event_id: str, name: str = "Alice") -> LocalItem:
        """The event as somebody with a mailbox has it here."""
        return MemoryLocal(self.world.kalends, self.world.mailbox_id(self.person(name))).read([event_id])[event_id]

    def only(self, name: str = "Alice") -> LocalItem:
        """The one event there is."""
        (event_id,) = self.world.kalends.events.rows
        return self.seen(event_id, name)

    def holds(self, name: str = "Alice") -> list[Hold]:
        """What waits in his mailbox."""
        mine = self.world.mailbox_id(self.person(name))
        return [hold for (mailbox_id, _), hold in self.world.kalends.holds.rows.items() if mailbox_id == mine]

    def links(self) -> int:
        """How many pairs there are."""
        return len(self.world.kalends.links.rows)

    # ── Outlook ──

    def make_there(self, *guests: str, by: str = "Alice", **members: Value) -> str:
        """An event made in Outlook; guests are invited by it."""
        return self.users[by].create(members_of(self.values(*guests, **members)))

    def load_there(self, *guests: str, to: str = "Alice", also: dict[str, Any] | None = None, **members: Value) -> None:
        """An event that has always been in his Outlook; nobody is mailed."""
        described = {**members_of(self.values(*guests, **members)), **(also or {})}
        load_event(self.world.twin, self.users[to].mailbox, described)

    def change_there(self, by: str = "Alice", **members: Value) -> None:
        """An edit of his one event in Outlook."""
        values: Values = {Field(name): value for name, value in members.items()}
        assert self.users[by].change(self.copy(by)["id"], members_of(values)) == 200

    def copies(self, name: str = "Alice") -> list[dict[str, Any]]:
        """Everything in his Outlook."""
        return self.users[name].events()

    def copy(self, name: str = "Alice") -> dict[str, Any]:
        """The one event in his Outlook."""
        (copy,) = self.copies(name)
        return copy

    def mails(self) -> list[tuple[str, str]]:
        """Every mail so far that Kalends caused: kind and recipient."""
        caused = [mail for mail in self.world.twin.mail.mails if mail.cause in self.world.transport.requests]
        return [(mail.kind, recipient) for mail in caused for recipient in mail.recipients]

    def fault(self, kind: str, **members: Any) -> Fault:
        """A fault of the twin, for what Kalends asks of it."""
        return Fault(kind=kind, **members)

    def empty_rounds(self, count: int) -> None:
        """The next full rounds come back without a single item."""
        left = count

        def altered(request: httpx2.Request, body: bytes) -> bytes:
            nonlocal left
            if left and "delta" in request.url.path and b"startDateTime" in request.url.query:
                left -= 1
                return json.dumps(
                    {"value": [], "@odata.deltaLink": f"{ORIGIN}/v1.0/me/calendarView/delta?$deltatoken=x"}
                ).encode()
            return body

        self.world.transport.altered = altered

    def decide(self, choice: Choice, name: str = "Alice") -> None:
        """He presses this on everything that waits."""
        for hold in self.holds(name):
            key = (self.world.mailbox_id(self.person(name)), hold.key)
            self.world.kalends.holds.put(key, replace(hold, decided=choice))

    def policy(self, name: str, **choices: Any) -> None:
        """He changes his choices."""
        row = self.world.kalends.mailboxes[self.world.mailbox_id(self.person(name))]
        self.world.kalends.mailboxes.put(row.mailbox_id, replace(row, policy=replace(row.policy, **choices)))

    def enter(self, event_id: str, state: State, name: str = "Alice") -> None:
        """The organizer archives it, say."""
        store = self.world.kalends
        store.put_event(replace(store.events[event_id], state=state), by=name)
        store.soil(self.world.mailbox_id(self.person(name)), event_id)

    @staticmethod
    def quiet(row: EventRow) -> EventRow:
        """An event to which nobody was ever invited."""
        return replace(row, scheduler=Scheduler.NOBODY)

    def watch(self, sent: list[Any]) -> None:
        """Note the body of every PATCH, alone or in a batch."""

        def after(request: httpx2.Request) -> None:
            if request.method == "PATCH":
                sent.append(json.loads(request.content))
            if request.url.path.endswith("$batch"):
                parts = json.loads(request.content)["requests"]
                sent.extend(part["body"] for part in parts if part["method"] == "PATCH")

        self.world.transport.after = after

    def before_writing(self, act: Callable[[], None]) -> None:
        """Somebody acts once, just before the next write goes out."""
        acts = [act]

        def before(request: httpx2.Request) -> None:
            if request.method != "GET" and acts:
                acts.pop()()

        self.world.transport.before = before

    def after_writing(self, end: BaseException) -> None:
        """The worker ends once, just after the next write arrived."""
        ends = [end]

        def after(request: httpx2.Request) -> None:
            if request.method != "GET" and ends:
                raise ends.pop()

        self.world.transport.after = after

    def forget_mails(self) -> None:
        """From here on."""
        self.world.twin.mail.clear()

    def writes(self) -> list[tuple[str, str]]:
        """Requests of Kalends that may have changed something: method and path."""
        entries = self.world.twin.requests.entries
        ours = [entry for entry in entries if entry.id in self.world.transport.requests]
        return [(entry.method, entry.path) for entry in ours if entry.method != "GET" and "$batch" not in entry.path]

    def forget_requests(self) -> None:
        """From here on."""
        self.world.twin.requests.clear()
