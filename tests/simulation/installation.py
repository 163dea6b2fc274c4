"""One Kalends installation in memory: people, events, mailboxes and everything a ledger remembers.

A real store under the same contract as the one on PostgreSQL (tests/contracts), small enough to be read at once.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from kalends.domain.attendee import Addressee, Answer, Attendee, normal_address
from kalends.domain.event import (
    PERSONAL,
    SHARED,
    Field,
    Importance,
    OnlineMeeting,
    ResponseOptions,
    Scheduler,
    Sensitivity,
    ShowAs,
    State,
)
from kalends.sync.merge import attendees_of
from kalends.sync.ports import Conflict, Hold, Intent, MailRecord, Policy, Side
from kalends.sync.snapshot import Link, Reply, Value, Values, Window
from tests.simulation.tables import Journal, Table

PLAIN: Values = {
    Field.SUBJECT: "",
    Field.BODY: "",
    Field.PLACES: (),
    Field.ATTENDEES: (),
    Field.IMPORTANCE: Importance.NORMAL,
    Field.ONLINE_MEETING: OnlineMeeting(),
    Field.RESPONSE_OPTIONS: ResponseOptions(),
}
OWN: Values = {
    Field.SHOW_AS: ShowAs.BUSY,
    Field.REMINDER: 15,
    Field.CATEGORIES: (),
    Field.SENSITIVITY: Sensitivity.NORMAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account here."""

    name: str
    addresses: frozenset[str]

    @property
    def address(self) -> str:
        """His first address."""
        return min(self.addresses)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxRow:
    """A connected Outlook mailbox."""

    mailbox_id: str
    person: Person
    started: dt.datetime
    fence: int = 0
    connected: bool = True
    policy: Policy = field(default_factory=Policy)
    delta_link: str | None = None
    window: Window | None = None
    first_synced_at: dt.datetime | None = None
    last_synced_at: dt.datetime | None = None
    empty_rounds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """What everybody shares; answers stand with the participants."""

    event_id: str
    version: int
    values: Values
    organizer: Addressee | None
    owner: Person | None
    scheduler: Scheduler
    state: State
    created: dt.datetime
    modified: dt.datetime
    trashed_by_stub: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """One address on an event: his answer, and what he has alone; `beside` is not on the list (RULES 1.3)."""

    address: str
    person: Person | None
    values: Values = field(default_factory=lambda: dict(OWN))
    answer: Answer = Answer()
    hidden: bool = False
    reply: Reply | None = None
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of an event's history."""

    event_id: str
    field: str
    before: object
    after: object
    by: str
    at: dt.datetime


class Installation:
    """All tables, and what both the ports and the people's verbs need of them."""

    def __init__(self, clock: Callable[[], dt.datetime], people: Iterable[Person]) -> None:
        self.clock = clock
        self.people = list(people)
        self.numbers = itertools.count(1)
        self.journal = Journal()
        self.events: Table[str, EventRow] = Table(self.journal)
        self.participants: Table[tuple[str, str], Participant] = Table(self.journal)
        self.entries: Table[str, frozenset[str]] = Table(self.journal)
        self.uids: Table[str, str] = Table(self.journal)
        self.mailboxes: Table[str, MailboxRow] = Table(self.journal)
        self.links: Table[tuple[str, str], Link] = Table(self.journal)
        self.by_item: Table[tuple[str, str], str] = Table(self.journal)
        self.former: Table[tuple[str, str], str] = Table(self.journal)
        self.numbers_used: Table[tuple[str, str], int] = Table(self.journal)
        self.marks: Table[tuple[str, str], frozenset[Field]] = Table(self.journal)
        self.dirty: Table[tuple[str, str], int] = Table(self.journal)
        self.intents: Table[tuple[str, str], Intent] = Table(self.journal)
        self.holds: Table[tuple[str, str], Hold] = Table(self.journal)
        self.mails: Table[int, tuple[str, MailRecord]] = Table(self.journal)
        self.deletions: Table[int, tuple[str, Side, int, dt.datetime]] = Table(self.journal)
        self.conflicts: Table[int, Conflict] = Table(self.journal)
        self.history: Table[int, Happening] = Table(self.journal)

    def new_id(self) -> str:
        """A new id, the same in every run of one seed."""
        return f"e{next(self.numbers):05}"

    # ── reading ──

    def person_of(self, address: str) -> Person | None:
        """Whose address this is, here."""
        key = normal_address(address)
        return next((each for each in self.people if key in each.addresses), None)

    def mailbox_of(self, person: Person | None) -> MailboxRow | None:
        """His connected mailbox."""
        rows = self.mailboxes.rows.values()
        return next((each for each in rows if each.person == person and each.connected), None) if person else None

    def participants_of(self, event_id: str) -> dict[str, Participant]:
        """By compared address."""
        return {key: self.participants[event_id, key] for key in sorted(self.entries.get(event_id) or ())}

    def entry_of(self, event_id: str, person: Person) -> tuple[str, Participant] | None:
        """His own entry."""
        found = self.participants_of(event_id).items()
        return next(((key, each) for key, each in found if each.person == person), None)

    def shared(self, row: EventRow) -> dict[Field, Value]:
        """The shared values, with the answers that are known."""
        answers = self.participants_of(row.event_id)
        people = tuple(
            replace(each, answer=answers[each.key].answer if each.key in answers else Answer())
            for each in attendees_of(row.values)
        )
        return {**row.values, Field.ATTENDEES: people}

    # ── writing ──

    def put_event(self, row: EventRow, by: str, **changed: object) -> None:
        """Store an event with its next version and its history."""
        before = self.events.get(row.event_id)
        values = dict(row.values)
        values[Field.ATTENDEES] = tuple(replace(each, answer=Answer()) for each in attendees_of(values))
        self.events.put(
            row.event_id,
            replace(row, values=values, version=(before.version if before else 0) + 1, modified=self.clock()),
        )
        self._tell(row.event_id, by, before, replace(row, values=values))
        del changed

    def _tell(self, event_id: str, by: str, before: EventRow | None, after: EventRow) -> None:
        names = [*(SHARED & set(after.values)), "state", "scheduler"]
        for name in names:
            old = _member(before, name)
            new = _member(after, name)
            if old != new:
                self.note(event_id, str(name), old, new, by)

    def note(self, event_id: str, name: str, before: object, after: object, by: str) -> None:
        """One more line of history."""
        line = Happening(event_id=event_id, field=name, before=before, after=after, by=by, at=self.clock())
        self.history.put(len(self.history.rows) + 1, line)

    def put_participant(self, event_id: str, entry: Participant) -> None:
        """Store his entry."""
        key = normal_address(entry.address)
        self.participants.put((event_id, key), entry)
        self.entries.put(event_id, (self.entries.get(event_id) or frozenset()) | {key})

    def drop_participant(self, event_id: str, key: str) -> None:
        """He is on the event no more."""
        self.participants.drop((event_id, key))
        self.entries.put(event_id, (self.entries.get(event_id) or frozenset()) - {key})

    def list_people(self, event_id: str, organizer: Addressee | None, people: Iterable[Attendee]) -> None:
        """Make the entries those of this list, of the organizer, and of those beside the list."""
        people = list(people)
        present = self.participants_of(event_id)
        wanted = {each.key: each for each in people}
        keep = {organizer.key} if organizer is not None else set()
        for key, entry in present.items():
            if key not in wanted and key not in keep and not entry.beside:
                self.drop_participant(event_id, key)
        for key, each in wanted.items():
            if key not in present:
                entry = Participant(address=key, person=self.person_of(key), answer=each.answer)
                self.put_participant(event_id, entry)
            elif present[key].beside:
                self.put_participant(event_id, replace(present[key], beside=False))
        if organizer is not None and organizer.key not in present:
            self.put_participant(event_id, Participant(address=organizer.key, person=self.person_of(organizer.key)))

    def soil(self, mailbox_id: str, event_id: str, fields: Iterable[Field] = ()) -> None:
        """Mark and make dirty for one mailbox."""
        key = (mailbox_id, event_id)
        self.dirty.put(key, next(self.numbers))
        marks = frozenset(fields)
        if marks:
            self.marks.put(key, (self.marks.get(key) or frozenset()) | marks)

    def soil_copies(self, event_id: str, told_by: str, *, quiet_only: bool = True) -> None:
        """Other mailboxes that hold a copy, or a quiet one, must hear of it."""
        for mailbox_id in self.mailboxes.rows:
            link = self.links.get((mailbox_id, event_id))
            awaited = not quiet_only and self.entry_of(event_id, self.mailboxes[mailbox_id].person) is not None
            if mailbox_id != told_by and (awaited or (link is not None and (link.quiet or not quiet_only))):
                self.soil(mailbox_id, event_id)

    def personal(self, entry: Participant) -> dict[Field, Value]:
        """What he has alone."""
        return {
            **{field: entry.values[field] for field in PERSONAL if field in entry.values},
            Field.ANSWER: entry.answer,
        }


def _member(row: EventRow | None, name: Field | str) -> object:
    if row is None:
        return None
    if isinstance(name, Field):
        return row.values.get(name)
    return getattr(row, name)
