"""The Local port in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from kalends.domain.event import PERSONAL, SHARED, Field, Scheduler, ShowAs, State
from kalends.domain.span import overlaps
from kalends.sync.errors import Stale
from kalends.sync.merge import agree, answer_of, attendees_of, span_of
from kalends.sync.ports import (
    Answered,
    Change,
    Conceal,
    Conflict,
    Enter,
    Import,
    LocalWrite,
    TakeOff,
    Unmark,
)
from kalends.sync.snapshot import LocalItem, Part, Value, Values, Window
from tests.simulation.installation import PLAIN, EventRow, Installation, MailboxRow, Participant, Person


class MemoryLocal:
    """Kalends' events as the owner of one mailbox has them."""

    def __init__(self, installation: Installation, mailbox_id: str) -> None:
        self.store = installation
        self.mailbox_id = mailbox_id

    @property
    def mailbox(self) -> MailboxRow:
        """This mailbox's row."""
        return self.store.mailboxes[self.mailbox_id]

    # ── reading ──

    def read(self, event_ids: Collection[str]) -> Mapping[str, LocalItem]:
        return {name: self._item(self.store.events[name]) for name in sorted(event_ids) if name in self.store.events}

    def find(self, uids: Collection[str]) -> Mapping[str, LocalItem]:
        known = {uid: self.store.uids[uid] for uid in uids if uid in self.store.uids}
        items = self.read(set(known.values()))
        return {uid: items[event_id] for uid, event_id in known.items()}

    def unlinked(self, window: Window) -> Sequence[LocalItem]:
        return [
            self._item(row)
            for name, row in self.store.events.rows.items()
            if row.state is State.ACTIVE
            and (self.mailbox_id, name) not in self.store.links
            and self._takes_part(row)
            and overlaps(span_of(row.values), window.start, window.end)
        ]

    def connected(self, addresses: Collection[str]) -> frozenset[str]:
        return frozenset(each for each in addresses if self.store.mailbox_of(self.store.person_of(each)) is not None)

    def _takes_part(self, row: EventRow) -> bool:
        entry = self.store.entry_of(row.event_id, self.mailbox.person)
        return row.owner == self.mailbox.person or (entry is not None and not entry[1].hidden)

    def _item(self, row: EventRow) -> LocalItem:
        store, me, key = self.store, self.mailbox.person, (self.mailbox_id, row.event_id)
        found = store.entry_of(row.event_id, me)
        values: dict[Field, Value] = store.shared(row)
        if found is not None:
            values |= store.personal(found[1])
        others = [
            (other.person, link)
            for mailbox_id, other in store.mailboxes.rows.items()
            if mailbox_id != self.mailbox_id
            and other.connected
            and (link := store.links.get((mailbox_id, row.event_id))) is not None
            and not link.cancelled
            and not link.quiet
        ]
        people = {person.name for person, _ in others}
        return LocalItem(
            event_id=row.event_id,
            version=row.version,
            uids=frozenset(uid for uid, name in store.uids.rows.items() if name == row.event_id),
            values=values,
            part=Part.ORGANIZER if row.owner == me else Part.ATTENDEE,
            scheduler=row.scheduler,
            state=row.state,
            organizer=row.organizer,
            organizer_connected=store.mailbox_of(row.owner) is not None,
            participates=row.owner == me or found is not None,
            hidden=found[1].hidden if found is not None else False,
            marks=store.marks.get(key) or frozenset(),
            reply=found[1].reply if found is not None else None,
            self_answering=frozenset(
                name
                for name, each in store.participants_of(row.event_id).items()
                if each.person is not None and each.person.name in people
            ),
            witnesses=tuple(link.theirs for _, link in others) if row.scheduler is Scheduler.ELSEWHERE else (),
            former_remote_id=store.former.get(key),
            quiet_before=row.created < self.mailbox.started,
            creation_number=store.numbers_used.get(key) or 1,
            created=row.created,
            modified=row.modified,
        )

    # ── writing ──

    def write(self, write: LocalWrite) -> None:
        match write:
            case Import():
                self._import(write)
            case Change():
                self._change(write)
            case Answered():
                self._answered(write)
            case Enter():
                self._enter(write)
            case Conceal():
                self._conceal(write)
            case TakeOff():
                self._take_off(write)
            case Unmark():
                self._unmark(write)
            case Conflict():
                self.store.conflicts.put(len(self.store.conflicts.rows) + 1, write)

    def _import(self, write: Import) -> None:
        me = self.mailbox.person
        owner = me if write.part is Part.ORGANIZER else None
        if owner is None and write.organizer is not None:
            owner = self.store.person_of(write.organizer.address)
        row = EventRow(
            event_id=write.event_id,
            version=0,
            values={**PLAIN, **_shared(write.values)},
            organizer=write.organizer,
            owner=owner,
            scheduler=write.scheduler,
            state=write.state,
            created=write.at,
            modified=write.at,
        )
        self.store.put_event(row, by="outlook")
        self.store.list_people(write.event_id, write.organizer, attendees_of(write.values))
        self._mine(write.event_id, write.values)
        self._add_uids(write.event_id, write.uids)
        self.store.soil_copies(write.event_id, self.mailbox_id, quiet_only=False)

    def _mine(self, event_id: str, values: Values) -> None:
        """The owner's own entry takes these personal values; he joins beside the list if he is not on it."""
        me = self.mailbox.person
        found = self.store.entry_of(event_id, me)
        row = self.store.events[event_id]
        if found is None:
            address = row.organizer.key if row.owner == me and row.organizer is not None else me.address
            entry = Participant(address=address, person=me, beside=row.owner != me)
            entry = replace(entry, values={**entry.values, Field.SHOW_AS: ShowAs.TENTATIVE})
        else:
            entry = found[1]
        own: dict[Field, Value] = {
            field: values[field] for field in PERSONAL & set(values) if field is not Field.ANSWER
        }
        answer = answer_of(values) if Field.ANSWER in values and row.owner != me else entry.answer
        changed = replace(entry, values={**entry.values, **own}, answer=answer)
        if found is None or changed != entry:
            self.store.put_participant(event_id, changed)

    def _add_uids(self, event_id: str, uids: Collection[str]) -> None:
        for uid in sorted(uids):
            if uid not in self.store.uids:
                self.store.uids.put(uid, event_id)

    def _row(self, event_id: str, version: int | None = None) -> EventRow:
        row = self.store.events.get(event_id)
        if row is None or (version is not None and row.version != version):
            raise Stale(event_id)
        return row

    def _change(self, write: Change) -> None:
        row = self._row(write.event_id, write.version)
        changed: dict[Field, Value] = {
            field: value
            for field, value in write.values.items()
            if field in SHARED and (field not in row.values or row.values[field] != value)
        }
        after = replace(
            row,
            values={**row.values, **changed},
            organizer=write.organizer or row.organizer,
            owner=self._owner(write, row),
            scheduler=write.scheduler or row.scheduler,
            state=write.state or row.state,
        )
        if after != row:
            self.store.put_event(after, by="outlook")
            self.store.list_people(write.event_id, after.organizer, attendees_of(after.values))
            self.store.soil_copies(
                write.event_id, self.mailbox_id, quiet_only=Field.ATTENDEES not in changed and write.state is None
            )
        if write.joins or self.store.entry_of(write.event_id, self.mailbox.person) is not None:
            self._mine(write.event_id, write.values)
        self._add_uids(write.event_id, write.uids)

    def _owner(self, write: Change, row: EventRow) -> Person | None:
        if write.organizer is None:
            return row.owner
        if write.organizer.key in self.mailbox.person.addresses:
            return self.mailbox.person
        return self.store.person_of(write.organizer.address) or row.owner

    def _answered(self, write: Answered) -> None:
        for key, answer in write.answers.items():
            entry = self.store.participants.get((write.event_id, key))
            if entry is not None and entry.answer != answer:
                self.store.put_participant(write.event_id, replace(entry, answer=answer))
                self.store.note(write.event_id, "answer", entry.answer, answer, "outlook")

    def _enter(self, write: Enter) -> None:
        row = self._row(write.event_id, write.version)
        if row.state is not write.state:
            self.store.put_event(replace(row, state=write.state), by="outlook")
            self.store.soil_copies(write.event_id, self.mailbox_id, quiet_only=False)

    def _conceal(self, write: Conceal) -> None:
        found = self.store.entry_of(write.event_id, self.mailbox.person)
        if found is not None and found[1].hidden != write.hidden:
            self.store.put_participant(write.event_id, replace(found[1], hidden=write.hidden))
            self.store.note(write.event_id, "hidden", found[1].hidden, write.hidden, "outlook")

    def _take_off(self, write: TakeOff) -> None:
        row = self._row(write.event_id)
        mine = self.mailbox.person.addresses
        people = tuple(each for each in attendees_of(row.values) if each.key not in mine)
        for key, entry in self.store.participants_of(write.event_id).items():
            if entry.person == self.mailbox.person and row.owner != entry.person:
                self.store.drop_participant(write.event_id, key)
        if people != attendees_of(row.values):
            self.store.put_event(replace(row, values={**row.values, Field.ATTENDEES: people}), by="outlook")

    def _unmark(self, write: Unmark) -> None:
        key = (self.mailbox_id, write.event_id)
        row = self.store.events.get(write.event_id)
        if row is None:
            return
        present: dict[Field, Value] = self.store.shared(row)
        found = self.store.entry_of(write.event_id, self.mailbox.person)
        if found is not None:
            present |= self.store.personal(found[1])
        settled = {field for field, value in write.written.items() if agree(field, present.get(field), value)}
        marks = (self.store.marks.get(key) or frozenset()) - settled
        if marks != (self.store.marks.get(key) or frozenset()):
            self.store.marks.put(key, marks)
        if Field.ANSWER in settled and found is not None and found[1].reply is not None:
            self.store.put_participant(write.event_id, replace(found[1], reply=None))


def _shared(values: Values) -> dict[Field, Value]:
    return {field: value for field, value in values.items() if field in SHARED}
