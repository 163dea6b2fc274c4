"""What Outlook says, written into the calendar (DESIGN.md §4). It marks nothing, so nothing echoes back.

Each function carries out one `LocalWrite` inside the caller's transaction, with history, as the owner of one
mailbox. What does not differ is not written. A version that moved raises the sync's `Stale` (RULES 15.1).
The names of the shared things that differed are returned; answers of others and hiding move no version.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kalends.calendars import history, store
from kalends.calendars.edits.act import people_of
from kalends.calendars.history import Author, Difference, Source
from kalends.calendars.models import Conflict as ConflictRow
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import EventUid, Participant
from kalends.domain.attendee import Addressee, Attendee, normal_address
from kalends.domain.event import Field, ShowAs, State
from kalends.sync.codec import to_json
from kalends.sync.errors import Stale
from kalends.sync.ports import Answered, Change, Conceal, Conflict, Enter, Import, TakeOff
from kalends.sync.snapshot import Part, Value, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose mailbox speaks. `addresses` are all of the owner's, compared; `address` is the mailbox's."""

    person: int
    mailbox: UUID
    address: str
    addresses: frozenset[str]
    name: str = ""

    def author(self, cause: str = "") -> Author:
        return Author(person=None, source=Source.OUTLOOK, mailbox=self.mailbox, cause=cause)


@dataclass(slots=True, kw_only=True)
class _Arrival:
    """One event being changed by Outlook: its locked row and what has differed so far."""

    row: EventRow
    participants: list[Participant]
    differences: list[Difference]

    def shared(self, values: Values) -> None:
        before = store.shared_values(self.row, self.participants)
        changed = {name: each for name, each in values.items() if name in before and before[name] != each}
        attendees = changed.get(Field.ATTENDEES)
        if isinstance(attendees, tuple):
            people = [each for each in attendees if isinstance(each, Attendee)]
            self.participants = store.put_list(self.row, self.participants, people)
            after = store.attendees_of(self.participants)
            if _entries(before[Field.ATTENDEES]) == _entries(after):
                changed.pop(Field.ATTENDEES)
        store.put_shared(self.row, changed)
        self.differences += [Difference.of(name, before[name], each) for name, each in changed.items()]

    def personal(self, mine: Participant, values: Values) -> None:
        before = store.personal_values(mine)
        changed = {name: each for name, each in values.items() if name in before and before[name] != each}
        if Field.ANSWER in values:
            store.put_answer(mine, store.answer_of(mine), store.span_of(self.row))
        store.put_personal(mine, changed, store.span_of(self.row))
        mine.save()
        whose = mine.address_folded
        self.differences += [Difference.of(name, before[name], each, whose) for name, each in changed.items()]

    def enter(self, state: State, reason: str, at: dt.datetime) -> None:
        row = self.row
        if row.state != state.value:
            self.differences.append(Difference(field=history.STATE, before=row.state, after=state.value))
            row.state, row.state_since, row.state_cause = state.value, at, reason[:300]


def import_event(owner: Owner, write: Import) -> None:
    """A new event, made of the owner's copy; raises Stale when another mailbox brought the same meeting before."""
    row = EventRow(id=UUID(write.event_id), created=write.at, modified=write.at, version=1)
    row.scheduler, row.state = write.scheduler.value, write.state.value
    organizer = write.organizer or _self(owner, write.part)
    people = _people(write.values.get(Field.ATTENDEES))
    accounts = store.owners([each.address for each in people] + ([organizer.address] if organizer else []))
    own = write.part is Part.ORGANIZER
    store.put_organizer(row, organizer, owner.person if own else _account(organizer, accounts))
    store.put_shared(row, write.values)
    row.save(force_insert=True)
    _claim_uids(row, write.uids)
    participants = _new_entries(owner, row, people, accounts)
    mine = _own_entry(owner, row, participants)
    store.put_personal(mine, write.values, store.span_of(row))
    Participant.objects.bulk_create(participants)
    created = Difference(field=history.CREATED, before=None, after=row.subject)
    history.record(row, [created], owner.author(), write.at)
    history.announce(people_of(row, participants))


def _new_entries(
    owner: Owner, row: EventRow, people: Sequence[Attendee], accounts: Mapping[str, int]
) -> list[Participant]:
    """The organizer's entry and those of the list, not yet saved."""
    entries = store.new_entries(row, people, accounts)
    if row.organizer_address:
        key = normal_address(row.organizer_address)
        entry = next((each for each in entries if each.address_folded == key), None)
        if entry is None:
            entry = Participant(event=row, address=row.organizer_address, address_folded=key, listed=False)
            entries.append(entry)
        entry.name, entry.person_id, entry.is_organizer = row.organizer_name, row.organizer_id, True
    for each in entries:
        if each.address_folded in owner.addresses:
            each.person_id = owner.person
    return entries


def change(owner: Owner, write: Change) -> frozenset[str]:
    """New values of an event. Raises Stale."""
    arrival = _locked(write.event_id, write.version)
    row = arrival.row
    if write.state is not None:
        _enter(arrival, write.state, write.reason, write.at)
    if write.organizer is not None and write.organizer != store.organizer_of(row):
        _change_organizer(owner, arrival, write.organizer)
    if write.scheduler is not None and write.scheduler != row.scheduler:
        arrival.differences.append(
            Difference(field=history.SCHEDULER, before=row.scheduler, after=write.scheduler.value)
        )
        row.scheduler = write.scheduler.value
    arrival.shared(write.values)
    mine = store.participant_of(arrival.participants, owner.person)
    if mine is None and write.joins:
        mine = _own_entry(owner, row, arrival.participants)
        mine.save()
        arrival.differences.append(Difference(field=history.JOINED, before=None, after=mine.address))
    if mine is not None:
        arrival.personal(mine, write.values)
    store.remember_uids(row.pk, write.uids)
    if write.state is not None:
        arrival.enter(write.state, write.reason, write.at)
    return _finish(arrival, owner.author(write.reason), write.at)


def enter(owner: Owner, write: Enter) -> frozenset[str]:
    """The event enters a state. Raises Stale."""
    arrival = _locked(write.event_id, write.version)
    _enter(arrival, write.state, write.reason, write.at)
    return _finish(arrival, owner.author(write.reason), write.at)


def _enter(arrival: _Arrival, state: State, reason: str, at: dt.datetime) -> None:
    row = arrival.row
    if row.state != state.value:
        arrival.differences.append(Difference(field=history.STATE, before=row.state, after=state.value))
        row.state, row.state_since, row.state_cause = state.value, at, reason[:300]


def answered(owner: Owner, write: Answered) -> frozenset[str]:
    """What others answered; the version stays, since nothing is planned on it."""
    arrival = _locked(write.event_id)
    answers = {normal_address(address): answer for address, answer in write.answers.items()}
    for each in arrival.participants:
        answer = answers.get(each.address_folded)
        if answer is None or (answer == store.answer_of(each) and store.answers_present(each, arrival.row)):
            continue
        before = store.answer_of(each)
        store.put_answer(each, answer, store.span_of(arrival.row))
        each.save(update_fields=["partstat", "answered_at", "answered_when"])
        arrival.differences.append(Difference.of(Field.ANSWER, before, answer, each.address_folded))
    return _note(arrival, owner.author(), write.at)


def conceal(owner: Owner, write: Conceal) -> frozenset[str]:
    """The event is hidden for the owner alone, or shown again."""
    arrival = _locked(write.event_id)
    for mine in [each for each in arrival.participants if each.person_id == owner.person]:
        if mine.hidden != write.hidden:
            arrival.differences.append(
                Difference(field=history.HIDDEN, before=mine.hidden, after=write.hidden, whose=mine.address_folded)
            )
            mine.hidden, mine.hidden_since = write.hidden, write.at if write.hidden else None
            mine.save(update_fields=["hidden", "hidden_since"])
    return _note(arrival, owner.author(write.reason), write.at)


def take_off(owner: Owner, write: TakeOff) -> frozenset[str]:
    """The owner is no longer on the list, and takes no part any more; nobody else is touched (RULES 5.6)."""
    arrival = _locked(write.event_id)
    before = store.attendees_of(arrival.participants)
    gone = [each for each in arrival.participants if each.person_id == owner.person and not each.is_organizer]
    everybody = people_of(arrival.row, arrival.participants)
    for each in gone:
        arrival.participants.remove(each)
        each.delete()
    after = store.attendees_of(arrival.participants)
    if gone:
        arrival.differences.append(Difference.of(Field.ATTENDEES, before, after))
    history.announce(everybody)
    return _finish(arrival, owner.author(write.reason), write.at)


def conflict(owner: Owner, write: Conflict) -> None:
    """The value that lost goes to the owner's conflict inbox; a newer one of the same field replaces an older."""
    ours, theirs = (write.lost, write.kept) if write.lost_here else (write.kept, write.lost)
    ConflictRow.objects.filter(
        event_id=write.event_id, person_id=owner.person, field=write.field.value, resolved_at=None
    ).update(resolved_at=write.at, resolution="overtaken")
    ConflictRow.objects.create(
        event_id=write.event_id,
        person_id=owner.person,
        mailbox_id=owner.mailbox,
        field=write.field.value,
        ours=history.storable(to_json(ours)),
        theirs=history.storable(to_json(theirs)),
        kept="outlook" if write.lost_here else "here",
        at=write.at,
    )
    history.announce({owner.person})


def _locked(event_id: str, version: int | None = None) -> _Arrival:
    row = EventRow.objects.select_for_update().filter(pk=event_id).first()
    if row is None or (version is not None and row.version != version):
        message = f"event {event_id} moved on from version {version}"
        raise Stale(message)
    return _Arrival(row=row, participants=list(row.participants.all()), differences=[])


def _finish(arrival: _Arrival, author: Author, at: dt.datetime) -> frozenset[str]:
    if arrival.differences:
        arrival.row.version += 1
        arrival.row.modified = at
        arrival.row.save()
    return _note(arrival, author, at)


def _note(arrival: _Arrival, author: Author, at: dt.datetime) -> frozenset[str]:
    """History, and a word to open pages; returns the names of what everybody shares and now differs."""
    if arrival.differences:
        history.record(arrival.row, arrival.differences, author, at)
        history.announce(people_of(arrival.row, arrival.participants))
    return frozenset(each.field for each in arrival.differences if not each.whose)


def _change_organizer(owner: Owner, arrival: _Arrival, organizer: Addressee) -> None:
    row = arrival.row
    before = store.organizer_of(row)
    mine = normal_address(organizer.address) in owner.addresses
    account = owner.person if mine else _account(organizer, store.owners([organizer.address]))
    store.put_organizer(row, organizer, account)
    arrival.participants = _organizers_entry(row, arrival.participants)
    arrival.differences.append(
        Difference(field=history.ORGANIZER, before=before.address if before else None, after=organizer.address)
    )


def _organizers_entry(row: EventRow, participants: list[Participant]) -> list[Participant]:
    """The participants with one entry for the organizer, if one is known."""
    for each in participants:
        if each.is_organizer and each.address_folded != normal_address(row.organizer_address):
            each.is_organizer = False
            each.save(update_fields=["is_organizer"])
    if not row.organizer_address:
        return participants
    entry = next((each for each in participants if each.address_folded == normal_address(row.organizer_address)), None)
    if entry is None:
        entry = Participant(event=row, address=row.organizer_address, listed=False)
        entry.address_folded = normal_address(row.organizer_address)
        participants = [*participants, entry]
    entry.name, entry.person_id, entry.is_organizer = row.organizer_name, row.organizer_id, True
    entry.save()
    return participants


def _own_entry(owner: Owner, row: EventRow, participants: list[Participant]) -> Participant:
    """The owner's entry: the organizer's, the one on the list, or one beside the list (RULES 1.3)."""
    mine = store.participant_of(participants, owner.person)
    if mine is not None:
        return mine
    listed = next((each for each in participants if each.address_folded in owner.addresses), None)
    if listed is not None:
        listed.person_id = owner.person
        return listed
    entry = Participant(event=row, address=owner.address, name=owner.name, person_id=owner.person, listed=False)
    entry.address_folded = normal_address(owner.address)
    entry.show_as = ShowAs.TENTATIVE.value
    participants.append(entry)
    return entry


def _claim_uids(row: EventRow, uids: frozenset[str]) -> None:
    """The new event is these uids'; raises Stale when another mailbox brought the same meeting a moment before."""
    store.remember_uids(row.pk, uids)
    if EventUid.objects.filter(uid__in=uids).exclude(event=row).exists():
        message = f"somebody else's copy of this meeting was taken in first ({', '.join(sorted(uids))})"
        raise Stale(message)


def _self(owner: Owner, part: Part) -> Addressee | None:
    return Addressee(address=owner.address, name=owner.name) if part is Part.ORGANIZER else None


def _account(organizer: Addressee | None, accounts: Mapping[str, int]) -> int | None:
    return accounts.get(organizer.key) if organizer else None


def _people(value: Value) -> tuple[Attendee, ...]:
    return tuple(each for each in value if isinstance(each, Attendee)) if isinstance(value, tuple) else ()


def _entries(value: Value) -> dict[str, tuple[str, str]]:
    """What counts of a list: addresses, roles, and names, which Outlook knows better."""
    return {each.key: (each.role.value, each.name) for each in _people(value)}
