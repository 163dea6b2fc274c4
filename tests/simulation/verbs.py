"""What people do in Kalends: each verb writes rows, marks and dirty marks in one transaction, as `calendars` does."""

from dataclasses import replace

from kalends.domain.attendee import Addressee, Answer, Partstat
from kalends.domain.event import PERSONAL, SHARED, Field, Scheduler, State
from kalends.sync.merge import agree, attendees_of, span_of
from kalends.sync.snapshot import Reply, Value, Values
from tests.simulation.installation import PLAIN, EventRow, Installation, Participant, Person


class Verbs:
    """The people's side of an installation."""

    def __init__(self, installation: Installation) -> None:
        self.store = installation

    def create(self, by: Person, values: Values) -> str:
        """A new event; with people on it they are invited, by Outlook if the organizer is connected (RULES 2.1)."""
        with self.store.journal.transaction():
            event_id = self.store.new_id()
            organizer = Addressee(address=by.address, name=by.name)
            people = attendees_of(values)
            connected = self.store.mailbox_of(by) is not None
            invited = Scheduler.OUTLOOK if connected else Scheduler.KALENDS
            shared: Values = {name: value for name, value in values.items() if name in SHARED}
            row = EventRow(
                event_id=event_id,
                version=0,
                values={**PLAIN, **shared},
                organizer=organizer,
                owner=by,
                scheduler=invited if people else Scheduler.NOBODY,
                state=State.ACTIVE,
                created=self.store.clock(),
                modified=self.store.clock(),
            )
            self.store.put_event(row, by=by.name)
            self.store.uids.put(f"{event_id}@kalends.example", event_id)
            self.store.list_people(event_id, organizer, people)
            own = {name: value for name, value in values.items() if name in PERSONAL}
            self._own(event_id, by, own)
            self._tell_everybody(event_id)
        return event_id

    def change(self, by: Person, event_id: str, values: Values) -> None:
        """The organizer's shared fields, anybody's own."""
        with self.store.journal.transaction():
            row = self.store.events[event_id]
            present = self.store.shared(row)
            shared: dict[Field, Value] = {
                name: value
                for name, value in values.items()
                if name in SHARED and self._may_change(by, row) and not agree(name, present[name], value)
            }
            if shared:
                invited = Scheduler.OUTLOOK if self.store.mailbox_of(by) is not None else Scheduler.KALENDS
                first = Field.ATTENDEES in shared and row.scheduler is Scheduler.NOBODY and not present[Field.ATTENDEES]
                changed = replace(row, values={**row.values, **shared}, scheduler=invited if first else row.scheduler)
                self.store.put_event(changed, by=by.name)
                self.store.list_people(event_id, row.organizer, attendees_of(changed.values))
                self._mark(by, event_id, frozenset(shared))
                self._tell_everybody(event_id)
            self._own(
                event_id, by, {name: value for name, value in values.items() if name in PERSONAL - {Field.ANSWER}}
            )

    def delete(self, by: Person, event_id: str, *, decline: bool = False) -> None:
        """The organizer's deletion goes to the trash; an attendee's hides it, telling Alice or not (RULES 5.2)."""
        row = self.store.events[event_id]
        if row.owner == by and not self._may_change(by, row):
            return
        if row.owner == by:
            with self.store.journal.transaction():
                self.store.put_event(replace(row, state=State.TRASHED), by=by.name)
                self._tell_everybody(event_id)
            return
        if decline:
            self.respond(by, event_id, Partstat.DECLINED)
        self._replace_own(by, event_id, hidden=True)

    def restore(self, by: Person, event_id: str) -> str:
        """Back from the trash; what was cancelled comes back as a new event (RULES 8.1)."""
        row = self.store.events[event_id]
        if row.owner != by:
            self._replace_own(by, event_id, hidden=False)
            return event_id
        if attendees_of(row.values) and (self._mailbox_id(by), event_id) not in self.store.links:
            self.store.put_event(replace(row, state=State.CANCELLED), by=by.name)
            return self.create(by, {**self.store.shared(row), **self._personal(by, event_id)})
        with self.store.journal.transaction():
            self.store.put_event(replace(row, state=State.ACTIVE), by=by.name)
            self._tell_everybody(event_id)
        return event_id

    def respond(self, by: Person, event_id: str, partstat: Partstat, *, send: bool = True) -> None:
        """An answer, for the time its giver sees."""
        with self.store.journal.transaction():
            row = self.store.events[event_id]
            found = self.store.entry_of(event_id, by)
            if found is None or row.owner == by:
                return
            reply = Reply(answered=span_of(row.values), send=send)
            answer = Answer(partstat=partstat, at=self.store.clock())
            self.store.put_participant(event_id, replace(found[1], answer=answer, reply=reply))
            self.store.note(event_id, "answer", found[1].answer, answer, by.name)
            self._mark(by, event_id, frozenset({Field.ANSWER}))

    def invite_all(self, by: Person, event_id: str) -> None:
        """Somebody presses “invite all through Outlook” on a quiet meeting (RULES 7.1)."""
        with self.store.journal.transaction():
            row = self.store.events[event_id]
            self.store.put_event(replace(row, scheduler=Scheduler.OUTLOOK), by=by.name)
            self._mark(by, event_id, frozenset({Field.ATTENDEES}))

    # ── leaves ──

    @staticmethod
    def _may_change(by: Person, row: EventRow) -> bool:
        """What is scheduled elsewhere is read-only here until its organizer's own copy is linked (RULES 2.1)."""
        return row.owner == by and row.scheduler is not Scheduler.ELSEWHERE

    def _mailbox_id(self, person: Person) -> str:
        row = self.store.mailbox_of(person)
        return row.mailbox_id if row is not None else ""

    def _mark(self, by: Person, event_id: str, fields: frozenset[Field]) -> None:
        mailbox_id = self._mailbox_id(by)
        if mailbox_id:
            self.store.soil(mailbox_id, event_id, fields)

    def _tell_everybody(self, event_id: str) -> None:
        """Every connected mailbox that has a copy, or whose owner takes part."""
        for mailbox_id, row in self.store.mailboxes.rows.items():
            takes_part = self.store.entry_of(event_id, row.person) is not None
            if row.connected and (takes_part or (mailbox_id, event_id) in self.store.links):
                self.store.soil(mailbox_id, event_id)

    def _personal(self, by: Person, event_id: str) -> Values:
        found = self.store.entry_of(event_id, by)
        return self.store.personal(found[1]) if found is not None else {}

    def _own(self, event_id: str, by: Person, own: Values) -> None:
        found = self.store.entry_of(event_id, by)
        if found is None or not own:
            return
        entry: Participant = replace(found[1], values={**found[1].values, **own})
        if entry != found[1]:
            self.store.put_participant(event_id, entry)
            self._mark(by, event_id, frozenset(own))

    def _replace_own(self, by: Person, event_id: str, *, hidden: bool) -> None:
        with self.store.journal.transaction():
            found = self.store.entry_of(event_id, by)
            if found is not None:
                self.store.put_participant(event_id, replace(found[1], hidden=hidden))
                self._mark(by, event_id, frozenset())
