"""The Local port on PostgreSQL: Kalends' events as the owner of one mailbox has them (sync/ports.py).

Reading gathers an event from rows of the calendar and of the ledger, in a fixed number of queries however many events
are asked for. Writing hands each `LocalWrite` to calendars/incoming.py, and tells mailboxes that hold quiet copies.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from uuid import UUID

from django.db import DataError

from kalends.calendars import incoming, store
from kalends.calendars.history import STATE
from kalends.calendars.incoming import Owner
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import EventUid, Participant
from kalends.domain.attendee import Answer, Attendee, normal_address
from kalends.domain.event import Field, Scheduler, State
from kalends.mailboxes import models as rows
from kalends.mailboxes.dirt import CONNECTED, soil_copies, soil_participants
from kalends.mailboxes.ledger import connected_addresses
from kalends.mailboxes.models import Mailbox
from kalends.sync.codec import from_json, values_from_json
from kalends.sync.errors import Permanent
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
from kalends.sync.snapshot import LocalItem, Part, Reply, Value, Values, Window


class PostgresLocal:
    """Kalends' events for one mailbox."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    @cached_property
    def owner(self) -> Owner:
        person = self.mailbox.person
        return Owner(
            person=person.pk,
            mailbox=self.mailbox.pk,
            address=self.mailbox.address,
            addresses=frozenset(person.addresses.values_list("address", flat=True)),
            name=person.name,
        )

    def read(self, event_ids: Collection[str]) -> Mapping[str, LocalItem]:
        return {item.event_id: item for item in self._items(EventRow.objects.filter(pk__in=event_ids))}

    def find(self, uids: Collection[str]) -> Mapping[str, LocalItem]:
        known = dict(EventUid.objects.filter(uid__in=uids).values_list("uid", "event_id"))
        items = self.read({str(event) for event in known.values()})
        return {uid: items[str(event)] for uid, event in known.items()}

    def unlinked(self, window: Window) -> Sequence[LocalItem]:
        linked = rows.Link.objects.filter(mailbox=self.mailbox, active=True).values("event")
        takes_part = Participant.objects.filter(person=self.mailbox.person, hidden=False).values("event")
        events = EventRow.objects.filter(
            pk__in=takes_part, state=State.ACTIVE.value, starts_at__lt=window.end, ends_at__gte=window.start
        )
        return self._items(events.exclude(pk__in=linked).order_by("starts_at", "pk"))

    def connected(self, addresses: Collection[str]) -> frozenset[str]:
        return connected_addresses(addresses)

    def write(self, write: LocalWrite) -> None:
        """One write; what the database cannot hold is refused in words, so that only this event is set aside."""
        try:
            self._write(write)
        except DataError as error:
            message = f"Kalends cannot store what Outlook holds here ({str(error).splitlines()[0]})."
            raise Permanent(message) from error

    def _write(self, write: LocalWrite) -> None:
        match write:
            case Import():
                incoming.import_event(self.owner, write)
                soil_participants(UUID(write.event_id), told_by=self.mailbox)
            case Change():
                self._followed(write.event_id, incoming.change(self.owner, write))
            case Answered():
                incoming.answered(self.owner, write)
            case Enter():
                self._followed(write.event_id, incoming.enter(self.owner, write))
            case Conceal():
                incoming.conceal(self.owner, write)
            case TakeOff():
                self._followed(write.event_id, incoming.take_off(self.owner, write))
            case Unmark():
                self._unmark(write)
            case Conflict():
                incoming.conflict(self.owner, write)

    def _followed(self, event_id: str, differing: frozenset[str]) -> None:
        """Other mailboxes hear of it: those with quiet copies, and all of them when the list or the state changed."""
        if differing:
            quiet_only = not differing & {Field.ATTENDEES.value, STATE}
            soil_copies(UUID(event_id), told_by=self.mailbox, quiet_only=quiet_only)
            if Field.ATTENDEES.value in differing:
                soil_participants(UUID(event_id), told_by=self.mailbox)

    def _unmark(self, write: Unmark) -> None:
        row = EventRow.objects.select_for_update().filter(pk=write.event_id).first()
        if row is None:
            return
        participants = list(row.participants.all())
        mine = store.participant_of(participants, self.mailbox.person_id)
        present: dict[Field, Value] = store.shared_values(row, participants)
        if mine is not None:
            present |= store.personal_values(mine)
        settled = [name for name, value in write.written.items() if _settled(name, present.get(name), value)]
        marks = rows.Mark.objects.filter(mailbox=self.mailbox, event=row, field__in=[each.value for each in settled])
        marks.delete()
        if Field.ANSWER in settled and mine is not None and mine.reply is not None:
            mine.reply = None
            mine.save(update_fields=["reply"])

    def _items(self, events: Iterable[EventRow]) -> list[LocalItem]:
        found = list(events)
        around = _Surroundings(self.mailbox, found)
        return [_item(row, self.owner, around) for row in found]


class _Surroundings:
    """Everything around a set of events that their items need, one query each."""

    def __init__(self, mailbox: Mailbox, events: Sequence[EventRow]) -> None:
        self.mailbox = mailbox
        self.ids = [row.pk for row in events]
        self.elsewhere = [row.pk for row in events if row.scheduler == Scheduler.ELSEWHERE]
        self.organizers = {row.organizer_id for row in events if row.organizer_id}

    @cached_property
    def participants(self) -> Mapping[UUID, list[Participant]]:
        grouped: dict[UUID, list[Participant]] = defaultdict(list)
        for each in Participant.objects.filter(event_id__in=self.ids):
            grouped[each.event_id].append(each)
        return grouped

    @cached_property
    def uids(self) -> Mapping[UUID, frozenset[str]]:
        grouped: dict[UUID, set[str]] = defaultdict(set)
        for event, uid in EventUid.objects.filter(event_id__in=self.ids).values_list("event_id", "uid"):
            grouped[event].add(uid)
        return {event: frozenset(uids) for event, uids in grouped.items()}

    @cached_property
    def marks(self) -> Mapping[UUID, frozenset[Field]]:
        grouped: dict[UUID, set[Field]] = defaultdict(set)
        marks = rows.Mark.objects.filter(mailbox=self.mailbox, event_id__in=self.ids)
        for event, name in marks.values_list("event_id", "field"):
            grouped[event].add(Field(name))
        return {event: frozenset(fields) for event, fields in grouped.items()}

    @cached_property
    def creation_numbers(self) -> Mapping[UUID, int]:
        numbers = rows.CreationNumber.objects.filter(mailbox=self.mailbox, event_id__in=self.ids)
        return dict(numbers.values_list("event_id", "number"))

    @cached_property
    def connected_people(self) -> frozenset[int]:
        mailboxes = Mailbox.objects.filter(current=True, state__in=CONNECTED)
        return frozenset(mailboxes.values_list("person_id", flat=True))

    @cached_property
    def copies_of_others(self) -> Mapping[UUID, list[rows.Link]]:
        grouped: dict[UUID, list[rows.Link]] = defaultdict(list)
        links = rows.Link.objects.filter(event_id__in=self.ids, active=True, cancelled=False, quiet=False)
        connected = links.filter(mailbox__current=True, mailbox__state__in=CONNECTED).exclude(mailbox=self.mailbox)
        for link in connected.select_related("mailbox").defer("ours").order_by("linked_at", "pk"):
            grouped[link.event_id].append(link)
        return grouped

    @cached_property
    def former_copies(self) -> Mapping[UUID, str]:
        ended = rows.Link.objects.filter(mailbox=self.mailbox, event_id__in=self.ids, active=False)
        return dict(ended.order_by("ended_at", "pk").values_list("event_id", "remote_id"))


def _item(row: EventRow, owner: Owner, around: _Surroundings) -> LocalItem:
    participants = around.participants.get(row.pk, [])
    mine = store.participant_of(participants, owner.person)
    organizes = row.organizer_id == owner.person
    values: dict[Field, Value] = store.shared_values(row, participants)
    if mine is not None:
        values |= store.personal_values(mine)
    copies = around.copies_of_others.get(row.pk, [])
    started = around.mailbox.started_at
    return LocalItem(
        event_id=str(row.pk),
        version=row.version,
        uids=around.uids.get(row.pk, frozenset()),
        values=values,
        part=Part.ORGANIZER if organizes else Part.ATTENDEE,
        scheduler=Scheduler(row.scheduler),
        state=State(row.state),
        organizer=store.organizer_of(row),
        organizer_connected=row.organizer_id in around.connected_people,
        participates=organizes or mine is not None,
        hidden=mine.hidden if mine is not None else False,
        marks=around.marks.get(row.pk, frozenset()),
        reply=from_json(Reply, mine.reply) if mine is not None and mine.reply else None,
        self_answering=_self_answering(participants, copies),
        witnesses=tuple(_shown_by(link) for link in copies) if row.scheduler == Scheduler.ELSEWHERE else (),
        former_remote_id=around.former_copies.get(row.pk),
        quiet_before=started is not None and row.created < started,
        creation_number=around.creation_numbers.get(row.pk, 1),
        created=row.created,
        modified=row.modified,
    )


def _self_answering(participants: Iterable[Participant], copies: Iterable[rows.Link]) -> frozenset[str]:
    """Addresses of those whose own connected copies tell their answers (RULES 11.1)."""
    people = {link.mailbox.person_id for link in copies}
    return frozenset(normal_address(each.address) for each in participants if each.person_id in people)


def _shown_by(link: rows.Link) -> Values:
    return values_from_json(link.theirs)


def _settled(name: Field, present: Value, written: Value) -> bool:
    """Whether what stands here is what was written; of an answer the moment does not count."""
    if isinstance(present, Answer) and isinstance(written, Answer):
        return present.partstat == written.partstat
    if name is Field.ATTENDEES and isinstance(present, tuple) and isinstance(written, tuple):
        return _list(present) == _list(written)
    return present == written


def _list(value: Value) -> dict[str, str]:
    people = value if isinstance(value, tuple) else ()
    return {each.key: each.role for each in people if isinstance(each, Attendee)}
