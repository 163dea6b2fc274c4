"""What people do, drawn by a seed: on both sides, at the same time, to the same events.

Every event bears a number in its subject, the same on both sides, by which its fate is followed. `Written` remembers
the last value that a person gave to a field since everything was last quiet, for the checker of lost edits.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from kalends.domain.attendee import Attendee, Partstat
from kalends.domain.event import PERSONAL, SHARED, Field, Scheduler, State
from kalends.graph.event import members_of
from kalends.sync.merge import agree, attendees_of
from kalends.sync.snapshot import Value, Values
from tests.simulation import shapes
from tests.simulation.checkers import NUMBER
from tests.simulation.installation import EventRow, Person
from tests.simulation.outlook_user import OutlookUser
from tests.simulation.world import World

CHANGEABLE = (
    Field.SUBJECT,
    Field.BODY,
    Field.WHEN,
    Field.PLACES,
    Field.ATTENDEES,
    Field.IMPORTANCE,
    Field.SHOW_AS,
    Field.REMINDER,
    Field.CATEGORIES,
)
MANY = 14
ACTIONS = {"accept": Partstat.ACCEPTED, "tentativelyAccept": Partstat.TENTATIVE, "decline": Partstat.DECLINED}
STRANGERS = ("dora@elsewhere.example", "emil@elsewhere.example")


@dataclass(slots=True)
class Written:
    """The last value from each side, of one field of one person's view of an event."""

    here: list[Value] = field(default_factory=list)
    there: list[Value] = field(default_factory=list)


Key = tuple[int, str, Field]


class Workload:
    """Draws one act after the other."""

    def __init__(self, world: World, draw: Random) -> None:
        self.world, self.draw = world, draw
        self.users = {each.name: OutlookUser(world.twin, each) for each in world.people}
        self.count = 0
        self.trace: list[str] = []
        self.written: dict[Key, Written] = defaultdict(Written)
        self.ended: set[int] = set()
        """Events that somebody deleted, declined or moved away from: nothing is promised about them."""
        self.acts: list[tuple[Callable[[Person], None], int]] = [
            (self.create_here, 4),
            (self.create_there, 4),
            (self.change_here, 10),
            (self.change_there, 10),
            (self.delete_here, 2),
            (self.delete_there, 2),
            (self.restore_here, 1),
            (self.respond_here, 4),
            (self.respond_there, 4),
            (self.invite_here, 1),
            (self.fill_and_empty_there, 1),
        ]

    def act(self) -> None:
        """One act of one person."""
        acts, weights = zip(*self.acts, strict=True)
        self._do(self.draw.choices(acts, weights)[0])

    def _do(self, act: Callable[[Person], None]) -> None:
        who = self.draw.choice(self.world.people)
        self.trace.append(f"{self.world.clock.now():%d %H:%M:%S} {who.name}: {act.__name__}")
        act(who)

    def act_there(self) -> None:
        """One act of one person in Outlook, in the middle of something else: mostly to what is just being written."""
        target = self._target()
        if target is not None:
            who, event_id, remote_id = target
            self.trace.append(f"race: {who.name} in Outlook, {event_id}")
            raw = next((each for each in self.users[who.name].events() if each["id"] == remote_id), None)
            marks = sorted(self.world.kalends.marks.get((self.world.mailbox_id(who), event_id)) or ())
            fields = [name for name in marks if name in CHANGEABLE]
            if raw is not None and fields:
                self._change_there(who, raw, [self.draw.choice(fields)])
            return
        self._do(self.draw.choice((self.change_there, self.change_there, self.respond_there, self.delete_there)))

    def _target(self) -> tuple[Person, str, str] | None:
        """Somebody's linked event that waits to be written."""
        store = self.world.kalends
        waiting = [key for key in store.dirty.rows if key in store.links and store.marks.get(key)]
        if not waiting or self.draw.random() < 0.3:
            return None
        mailbox_id, event_id = self.draw.choice(waiting)
        return store.mailboxes[mailbox_id].person, event_id, store.links[mailbox_id, event_id].remote_id

    def act_here(self) -> None:
        """One act of one person in Kalends, in the middle of something else: mostly to what is just being written."""
        target = self._target()
        if target is not None and self.world.kalends.events[target[1]].state is State.ACTIVE:
            self.trace.append(f"race: {target[0].name} in Kalends, {target[1]}")
            self._change_here(target[0], self.world.kalends.events[target[1]])
            return
        self._do(self.draw.choice((self.change_here, self.change_here, self.respond_here, self.delete_here)))

    # ── making ──

    def _number(self) -> int:
        self.count += 1
        return self.count

    def _others(self, who: Person) -> list[str]:
        return [each.address for each in self.world.people if each != who] + list(STRANGERS)

    def _event(self, who: Person) -> dict[Field, Value]:
        guests = shapes.people(self.draw, self._others(who)) if self.draw.random() < 0.6 else ()
        return shapes.values(self.draw, self._number(), self.world.clock.now(), guests)

    def create_here(self, who: Person) -> None:
        self.world.verbs.create(who, self._event(who))

    def create_there(self, who: Person) -> None:
        self.users[who.name].create(shapes.as_json(self._event(who)))

    def invite_here(self, who: Person) -> None:
        """A quiet meeting's organizer invites everybody."""
        store = self.world.kalends
        quiet = [
            row
            for row in store.events.rows.values()
            if row.owner == who
            and row.state is State.ACTIVE
            and row.scheduler in {Scheduler.NOBODY, Scheduler.KALENDS}
            and attendees_of(row.values)
            and (self.world.mailbox_id(who), row.event_id) in store.links
        ]
        if quiet:
            self.world.verbs.invite_all(who, self.draw.choice(quiet).event_id)

    # ── changing ──

    def _new_value(self, name: Field, now: Values, who: Person) -> Value:
        ahead = dt.timedelta(days=self.draw.choice((0, 0, 0, 0, 900)))
        fresh = shapes.values(self.draw, 0, self.world.clock.now() + ahead)
        if name is Field.SUBJECT:
            number = NUMBER.search(str(now[Field.SUBJECT]))
            return f"Event {number.group(1) if number else 0} v{self._number()}"
        if name is Field.ATTENDEES:
            return self._new_list(attendees_of(now), who)
        return fresh[name]

    def _new_list(self, listed: tuple[Attendee, ...], who: Person) -> tuple[Attendee, ...]:
        """Somebody is added, taken off, or given another role."""
        absent = [each for each in self._others(who) if each not in {one.key for one in listed}]
        if listed and self.draw.random() < 0.4:
            return tuple(each for each in listed if each != self.draw.choice(listed))
        if not absent:
            return listed
        return (*listed, *shapes.people(self.draw, absent, most=1))

    def _chosen(self, *, organizes: bool) -> list[Field]:
        fields = [name for name in CHANGEABLE if organizes or name in PERSONAL]
        return self.draw.sample(fields, k=self.draw.choice((1, 1, 1, 2, 3)) if organizes else 1)

    def change_here(self, who: Person) -> None:
        store = self.world.kalends
        rows = [each for each in store.events.rows.values() if each.state is State.ACTIVE]
        mine = [row for row in rows if (entry := store.entry_of(row.event_id, who)) and not entry[1].hidden]
        if mine:
            self._change_here(who, self.draw.choice(mine))

    def _change_here(self, who: Person, row: EventRow) -> None:
        store = self.world.kalends
        now: Values = {**store.shared(row), **self._own_values(row.event_id, who)}
        values = {name: self._new_value(name, now, who) for name in self._chosen(organizes=row.owner == who)}
        self.world.verbs.change(who, row.event_id, values)
        after: Values = {**store.shared(store.events[row.event_id]), **self._own_values(row.event_id, who)}
        self._note(
            now, who, {name: value for name, value in values.items() if agree(name, after[name], value)}, here=True
        )

    def _own_values(self, event_id: str, who: Person) -> Values:
        found = self.world.kalends.entry_of(event_id, who)
        return self.world.kalends.personal(found[1]) if found else {}

    def change_there(self, who: Person) -> None:
        live = [each for each in self.users[who.name].events() if not each["isCancelled"]]
        if live:
            raw = self.draw.choice(live)
            self._change_there(who, raw, self._chosen(organizes=bool(raw["isOrganizer"])))

    def _change_there(self, who: Person, raw: Mapping[str, Any], fields: Iterable[Field]) -> None:
        now = self.world.values_of(raw)
        values = {name: self._new_value(name, now, who) for name in fields}
        if self._is_somebody_elses(who, str(raw["id"]), raw["subject"]):
            values.pop(Field.ATTENDEES, None)
        if self.users[who.name].change(raw["id"], members_of(values)) >= 300:
            return
        wording = (
            frozenset(values) & SHARED if self._is_somebody_elses(who, str(raw["id"]), raw["subject"]) else frozenset()
        )
        self.world.wording[str(raw["id"])] = self.world.wording.get(str(raw["id"]), frozenset()) | wording
        self._note(now, who, {name: value for name, value in values.items() if name not in wording}, here=False)

    def _is_somebody_elses(self, who: Person, remote_id: str, subject: object) -> bool:
        """His copy, real or quiet, of a meeting that another organizes; what he writes there stays his (RULES 3.3)."""
        store = self.world.kalends
        event_id = store.by_item.get((self.world.mailbox_id(who), remote_id))
        if event_id is not None:
            return store.events[event_id].owner != who
        numbers = NUMBER.search(str(subject))
        rows = [row for row in store.events.rows.values() if NUMBER.search(str(row.values[Field.SUBJECT])) is not None]
        same = [
            row for row in rows if numbers and NUMBER.findall(str(row.values[Field.SUBJECT]))[:1] == [numbers.group(1)]
        ]
        return any(row.owner != who for row in same)

    def _note(self, now: Values, who: Person, values: Values, *, here: bool) -> None:
        """Remember what was written; what somebody chose for himself before he connected gives way (RULES 6.2)."""
        number = NUMBER.search(str(now[Field.SUBJECT]))
        if number is None:
            return
        self.trace[-1] += f" event {number.group(1)} {sorted(values)}"
        known = self.world.kalends.mailbox_of(who) is not None
        for name, value in values.items():
            if (name in PERSONAL and not known) or agree(name, now[name], value):
                continue
            whose = who.name if name in PERSONAL else ""
            written = self.written[int(number.group(1)), whose, name]
            (written.here if here else written.there).append(value)

    # ── ending and answering ──

    def _answer(self, who: Person, subject: object, *, declined: bool) -> None:
        """An answer also sets how the time looks; a declined event leaves the calendar."""
        number = NUMBER.search(str(subject))
        if number is not None:
            self.written.pop((int(number.group(1)), who.name, Field.SHOW_AS), None)
        if declined:
            self._end(subject)

    def _end(self, subject: object) -> None:
        number = NUMBER.search(str(subject))
        if number is not None:
            self.trace[-1] += f" event {number.group(1)}"
            self.ended.add(int(number.group(1)))

    def delete_here(self, who: Person) -> None:
        store = self.world.kalends
        rows = [each for each in store.events.rows.values() if each.state is State.ACTIVE]
        mine = [row for row in rows if (entry := store.entry_of(row.event_id, who)) and not entry[1].hidden]
        if mine:
            row = self.draw.choice(mine)
            self._end(row.values[Field.SUBJECT])
            self.world.verbs.delete(who, row.event_id, decline=self.draw.random() < 0.5)

    def delete_there(self, who: Person) -> None:
        found = self.users[who.name].events()
        if found:
            raw = self.draw.choice(found)
            self._end(raw["subject"])
            self.users[who.name].delete(raw["id"])

    def fill_and_empty_there(self, who: Person) -> None:
        """A calendar is filled at once; when it is full, it is emptied."""
        found = self.users[who.name].events()
        if len(found) < MANY:
            for _ in range(MANY):
                event = shapes.values(self.draw, self._number(), self.world.clock.now())
                self.users[who.name].create(shapes.as_json(event))
            return
        for raw in found:
            self._end(raw["subject"])
            self.users[who.name].delete(raw["id"])

    def restore_here(self, who: Person) -> None:
        store = self.world.kalends
        gone = [
            row
            for row in store.events.rows.values()
            if (entry := store.entry_of(row.event_id, who))
            and (row.state is State.TRASHED if row.owner == who else entry[1].hidden and row.state is State.ACTIVE)
        ]
        if gone:
            self.world.verbs.restore(who, self.draw.choice(gone).event_id)

    def respond_here(self, who: Person) -> None:
        store = self.world.kalends
        rows = [each for each in store.events.rows.values() if each.state is State.ACTIVE and each.owner != who]
        mine = [row for row in rows if (entry := store.entry_of(row.event_id, who)) and not entry[1].hidden]
        if mine:
            row = self.draw.choice(mine)
            answer = self.draw.choice(list(ACTIONS.values()))
            self._answer(who, row.values[Field.SUBJECT], declined=answer is Partstat.DECLINED)
            self.trace[-1] += f" {row.values[Field.SUBJECT]} {answer}"
            self.world.verbs.respond(who, row.event_id, answer, send=self.draw.random() < 0.8)

    def respond_there(self, who: Person) -> None:
        asked = [each for each in self.users[who.name].events() if not each["isOrganizer"] and not each["isCancelled"]]
        if asked:
            raw = self.draw.choice(asked)
            action = self.draw.choice(list(ACTIONS))
            self.trace[-1] += f" {raw['subject']} {action}"
            self._answer(who, raw["subject"], declined=action == "decline")
            self.users[who.name].answer(raw["id"], action, send=self.draw.random() < 0.8)
