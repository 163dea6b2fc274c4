"""The frame of every edit: lock, check, write, history, marks, announcement – one transaction (STYLE 8).

1. The event's row is locked; somebody who may not know of it is told that there is no such event.
2. The verb changes rows through `Act`, which remembers what differed. What does not differ is not written.
3. If anything differed, the version rises, history is written, the Outlook side is told, open pages are told.
   If nothing did, nothing happens at all (RULES 4.6).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import history, store
from kalends.calendars.connections import Edited, outlook
from kalends.calendars.errors import EditRefused, NoSuchEvent, Stale
from kalends.calendars.history import Author, Difference, Source
from kalends.calendars.models import Change, Participant
from kalends.calendars.models import Event as EventRow
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event, Field, Scheduler, State
from kalends.sync.snapshot import Values


@dataclass(slots=True, kw_only=True)
class Act:
    """One edit in the making: the locked rows, and what has differed so far."""

    by: Person
    row: EventRow
    participants: list[Participant]
    at: dt.datetime
    differences: list[Difference] = field(default_factory=list)
    shared: set[Field] = field(default_factory=set)
    personal: set[Field] = field(default_factory=set)
    people: set[int] = field(default_factory=set)

    @property
    def mine(self) -> Participant | None:
        return store.participant_of(self.participants, self.by.pk)

    @property
    def organizes(self) -> bool:
        return self.row.organizer_id == self.by.pk

    @property
    def event(self) -> Event:
        return store.event_of(self.row, self.participants)

    def own(self) -> Participant:
        """The editor's own entry; raises EditRefused when he does not take part."""
        if self.mine is None:
            raise EditRefused("You do not take part in this event.")
        return self.mine

    def set_shared(self, values: Values) -> None:
        before = store.shared_values(self.row, self.participants)
        changed = {name: value for name, value in values.items() if not _same(name, before[name], value)}
        store.put_shared(self.row, changed)
        attendees = changed.get(Field.ATTENDEES)
        if isinstance(attendees, tuple):
            people = tuple(each for each in attendees if isinstance(each, Attendee))
            self.participants = store.put_list(self.row, self.participants, people)
        self.differences += [Difference.of(name, before[name], value) for name, value in changed.items()]
        self.shared |= set(changed)

    def set_personal(self, values: Values) -> None:
        mine = self.own()
        before = store.personal_values(mine)
        changed = {name: value for name, value in values.items() if before[name] != value}
        store.put_personal(mine, changed, store.span_of(self.row))
        mine.save()
        whose = mine.address_folded
        self.differences += [Difference.of(name, before[name], value, whose) for name, value in changed.items()]
        self.personal |= set(changed)

    def hand_over(self, scheduler: Scheduler) -> None:
        """From now on somebody else invites; the whole list is new to it (RULES 2.3)."""
        self.differences.append(Difference(field=history.SCHEDULER, before=self.row.scheduler, after=scheduler.value))
        self.row.scheduler = scheduler.value
        self.shared.add(Field.ATTENDEES)

    def enter(self, state: State, cause: str) -> None:
        if self.row.state != state.value:
            self.differences.append(Difference(field=history.STATE, before=self.row.state, after=state.value))
            self.row.state, self.row.state_since, self.row.state_cause = state.value, self.at, cause

    def hide(self, *, hidden: bool) -> None:
        mine = self.own()
        if mine.hidden != hidden:
            self.differences.append(
                Difference(field=history.HIDDEN, before=mine.hidden, after=hidden, whose=mine.address_folded)
            )
            mine.hidden, mine.hidden_since = hidden, self.at if hidden else None
            mine.save(update_fields=["hidden", "hidden_since"])


@contextmanager
def editing(by: Person, event_id: str | UUID, *, source: Source = Source.KALENDS, cause: str = "") -> Iterator[Act]:
    """The event locked for one edit by `by`; raises NoSuchEvent. What the block did is finished when it ends."""
    with transaction.atomic():
        act = _lock(by, event_id)
        yield act
        if act.differences:
            finish(act, Author(person=by.pk, source=source, cause=cause))


def finish(act: Act, author: Author) -> None:
    """Version, history, the Outlook side and open pages."""
    act.row.version += 1
    act.row.modified = act.at
    act.row.save()
    history.record(act.row, act.differences, author, act.at)
    people = act.people | people_of(act.row, act.participants)
    outlook().edited(
        Edited(
            event_id=act.row.pk,
            by=act.by.pk,
            organizer=act.row.organizer_id,
            shared=frozenset(act.shared),
            personal=frozenset(act.personal),
            people=frozenset(people),
            everybody=not all(each.whose for each in act.differences),
        )
    )
    history.announce(people)


def people_of(row: EventRow, participants: Sequence[Participant]) -> set[int]:
    """The accounts of everybody who takes part."""
    ids = {each.person_id for each in participants} | {row.organizer_id}
    return {each for each in ids if each is not None}


def refuse_if_overtaken(act: Act, version: int | None, fields: set[Field]) -> None:
    """Raise Stale when one of these fields changed after the version the editor saw."""
    if version is None or version >= act.row.version:
        return
    mine = act.mine.address_folded if act.mine else ""
    later = Change.objects.filter(event=act.row, version__gt=version, field__in=[each.value for each in fields])
    overtaken = [each for each in later if each.whose in ("", mine)]
    if overtaken:
        raise Stale(
            f"Meanwhile {overtaken[0].person or 'Outlook'} changed the same event. Look at it again, then save."
        )


def _lock(by: Person, event_id: str | UUID) -> Act:
    row = EventRow.objects.select_for_update().filter(pk=event_id).first() if _is_id(event_id) else None
    if row is None:
        raise NoSuchEvent
    participants = list(row.participants.all())
    people = people_of(row, participants)
    if by.pk not in people:
        raise NoSuchEvent
    return Act(by=by, row=row, participants=participants, at=timezone.now(), people=people)


def _is_id(event_id: str | UUID) -> bool:
    if isinstance(event_id, UUID):
        return True
    try:
        UUID(event_id)
    except ValueError:
        return False
    return True


def _same(name: Field, before: object, after: object) -> bool:
    """Whether a value changes nothing; of the list only addresses and roles count, names ride along (RULES 4.2)."""
    if name is Field.ATTENDEES and isinstance(before, tuple) and isinstance(after, tuple):
        return {each.key: each.role for each in before} == {each.key: each.role for each in after}
    return before == after
