"""How a pair begins: a copy is made for an event, an event for a copy, or the two are joined (RULES §1, §6, §7)."""

from collections.abc import Collection
from dataclasses import replace

from kalends.domain.attendee import Partstat
from kalends.domain.event import SHARED, Field, Personal, Scheduler, State
from kalends.sync.answers import tell
from kalends.sync.case import OWN, Case
from kalends.sync.merge import agree, answer_of, attendees_of, meet
from kalends.sync.ports import Change, Conceal, Create, Delete, Direction, Import, Patch, Unmark
from kalends.sync.reconcile import Steps, conflict
from kalends.sync.snapshot import Creation, Link, LocalItem, Part, RemoteItem, Value, Values
from kalends.sync.steps import Put, Send, Step

PLAIN = Personal()
MERGED = frozenset(Field) - {Field.ANSWER}


def create(case: Case, *, quiet: bool) -> Steps:
    """A new copy; a quiet one withholds the list (RULES 1.2, 7.1)."""
    local = case.event
    fields = (SHARED | OWN) - ({Field.ATTENDEES} if quiet else set())
    values = {field: local.values[field] for field in Field if field in fields and field in local.values}
    creation = Creation(
        installation=case.state.installation,
        event_id=local.event_id,
        mailbox_id=case.state.mailbox_id,
        number=local.creation_number,
    )
    people = attendees_of(local.values)
    write = Create(creation=creation, values=values, quiet_list=people if quiet else None)
    return (Send(write=write, local_values=dict(local.values), version=local.version, quiet=quiet),)


def scheduler_of(item: RemoteItem, connected: frozenset[str]) -> Scheduler:
    """Who schedules a meeting that came from Outlook (RULES 2.1)."""
    if item.is_organizer:
        return Scheduler.OUTLOOK if attendees_of(item.values) else Scheduler.NOBODY
    if item.organizer is not None and item.organizer.key in connected:
        return Scheduler.OUTLOOK
    return Scheduler.ELSEWHERE


def uids_of(item: RemoteItem) -> frozenset[str]:
    """The names by which the event is known everywhere (RULES 1.1a)."""
    return frozenset({item.uid, item.ical_uid} - {""})


def take_in(case: Case, event_id: str, connected: frozenset[str]) -> Steps:
    """A new event of a copy that nothing here stands for."""
    item = case.copy
    event = Import(
        event_id=event_id,
        uids=uids_of(item),
        values=item.values,
        part=part_of(item),
        organizer=item.organizer,
        scheduler=scheduler_of(item, connected),
        state=State.ACTIVE,
        at=case.now,
    )
    return (event, Put(link=first_link(event_id, item, item.values)))


def part_of(item: RemoteItem) -> Part:
    """On a real copy `isOrganizer` decides (RULES 1.3)."""
    return Part.ORGANIZER if item.is_organizer else Part.ATTENDEE


def first_link(event_id: str, item: RemoteItem, ours: Values, *, quiet: bool = False) -> Link:
    """The link to a copy as it was just read."""
    return Link(
        event_id=event_id,
        remote_id=item.remote_id,
        ical_uid=item.ical_uid,
        etag=item.etag,
        ours=ours,
        theirs=item.values,
        part=part_of(item),
        quiet=quiet,
        cancelled=item.cancelled,
        creation_number=item.creation.number if item.creation is not None else 0,
        sequence=item.sequence,
        modified=item.modified,
        unwritable=item.unwritable,
    )


def join(case: Case) -> Steps:
    """A copy and an event that are the same, and were not linked: Outlook's values are taken (RULES 3.7, 6.2)."""
    if case.copy.is_organizer:
        return _join_as_organizer(case)
    return _join_as_attendee(case)


def _join_as_organizer(case: Case) -> Steps:
    """The organizer's copy feeds the event; ours goes to the inbox where people here had written it."""
    local, item = case.event, case.copy
    down = frozenset[Field]() if case.state.policy.direction is Direction.TO_OUTLOOK else SHARED | OWN
    listed = attendees_of(item.values)
    withheld = not listed and bool(attendees_of(local.values)) and local.scheduler is not Scheduler.OUTLOOK
    down -= {Field.ATTENDEES} if withheld else set()
    shared_is_ours = local.scheduler is not Scheduler.ELSEWHERE
    merged = meet(
        local.values,
        item.values,
        down,
        lambda field: shared_is_ours if field in SHARED else _was_chosen(local, field),
    )
    scheduler = Scheduler.OUTLOOK if listed and local.scheduler is not Scheduler.KALENDS else None
    change = Change(
        event_id=local.event_id,
        version=local.version,
        values=merged.down,
        uids=uids_of(item) - local.uids,
        joins=not local.participates,
        organizer=item.organizer,
        scheduler=scheduler if scheduler is not local.scheduler else None,
        state=State.ACTIVE if local.state in {State.TRASHED, State.CANCELLED} else None,
        reason="it is in your Outlook calendar",
        at=case.now,
    )
    link = first_link(local.event_id, item, merged.ours, quiet=withheld)
    steps: list[Step] = [change, *(conflict(case, lost) for lost in merged.lost), *_shown(case), Put(link=link)]
    return (*steps, *_settle_marks(case, merged.ours))


def _join_as_attendee(case: Case) -> Steps:
    """The event stands as it is; the copy's personal fields are the owner's, an answer known here goes up quietly."""
    local, item = case.event, case.copy
    one_way = case.state.policy.direction is Direction.TO_OUTLOOK
    kept = local.marks & OWN
    merged = meet(
        local.values, item.values, frozenset() if one_way else OWN - kept, lambda field: _was_chosen(local, field)
    )
    here, there = answer_of(local.values), answer_of(item.values)
    asked_anew = local.former_remote_id is not None  # a copy made again is a new question (RULES 5.9)
    unanswered = there.partstat is Partstat.NEEDS_ACTION
    untold = unanswered and not asked_anew and here.partstat is not Partstat.NEEDS_ACTION
    down = dict(merged.down) if untold or here == there else {**merged.down, Field.ANSWER: there}
    ended = local.scheduler is Scheduler.ELSEWHERE and local.state is State.CANCELLED
    change = Change(
        event_id=local.event_id,
        version=local.version,
        values=down,
        uids=uids_of(item) - local.uids,
        joins=not local.participates,
        state=State.ACTIVE if ended else None,
        reason="it is in your Outlook calendar",
        at=case.now,
    )
    mine = _differing(case, kept)
    ours = {**merged.ours, **_of(item.values, mine), Field.ANSWER: there}
    link = first_link(local.event_id, item, ours)
    lost = (conflict(case, each) for each in merged.lost)
    final = _without({**merged.ours, **down}, set(mine))
    steps: list[Step] = [change, *lost, *_shown(case), Put(link=link), *_settle_marks(case, final)]
    if not untold and Field.ANSWER in local.marks:
        steps.append(Unmark(event_id=local.event_id, written={Field.ANSWER: down.get(Field.ANSWER, here)}))
    if untold and case.state.policy.direction is not Direction.FROM_OUTLOOK and Field.ANSWER not in item.unwritable:
        told = local.reply is not None and Field.ANSWER in local.marks and not local.quiet_before
        steps += tell(case, send=None if told else False)
    return (*steps, *_keep_own(case, mine))


def _was_chosen(local: LocalItem, field: Field) -> bool:
    """Whether the owner set this field of his own here, it not being what everybody starts with."""
    return bool(local.values[field] != getattr(PLAIN, field.value))


def _shown(case: Case) -> Steps:
    """A copy that returns is shown again (RULES 5.2)."""
    if not case.event.hidden:
        return ()
    return (Conceal(event_id=case.event.event_id, hidden=False, reason="it is in your Outlook calendar", at=case.now),)


def _settle_marks(case: Case, final: Values) -> Steps:
    """What was written here before there was a link has been compared now (RULES 3.5)."""
    marked: dict[Field, Value] = {field: final[field] for field in case.event.marks & set(final) if field in MERGED}
    return (Unmark(event_id=case.event.event_id, written=marked),) if marked else ()


def replace_quiet(case: Case) -> Steps:
    """A real copy of the meeting came: its personal fields are those of the quiet one, which is withdrawn (7.2)."""
    mine = _differing(case, OWN)
    steps: list[Step] = []
    for step in join(case):
        if isinstance(step, Change):
            steps.append(replace(step, values=_without(step.values, OWN)))
        elif isinstance(step, Put):
            steps.append(Put(link=replace(step.link, ours={**step.link.ours, **_of(case.copy.values, mine)})))
        elif not (isinstance(step, Send) and isinstance(step.write, Patch)):
            steps.append(step)
    if case.state.policy.direction is Direction.FROM_OUTLOOK:
        return tuple(steps)
    quiet = Delete(remote_id=case.pair.remote_id, etag=None)
    withdrawn = Send(write=quiet, local_values={}, version=case.event.version)
    return (*steps, *_keep_own(case, mine), withdrawn)


def _differing(case: Case, fields: Collection[Field]) -> dict[Field, Value]:
    """The owner's values of these fields, where the copy shows others."""
    return {
        field: case.event.values[field]
        for field in Field
        if field in fields
        and field in case.copy.values
        and not agree(field, case.event.values[field], case.copy.values[field])
    }


def _keep_own(case: Case, mine: Values) -> Steps:
    """What the owner chose for himself here goes to the copy, and tells nobody but perhaps his own attendees."""
    if not mine or case.state.policy.direction is Direction.FROM_OUTLOOK:
        return ()
    write = Patch(remote_id=case.copy.remote_id, etag=case.copy.etag, values=mine)
    audience = attendees_of(case.copy.values) if case.copy.is_organizer else ()
    return (Send(write=write, local_values=mine, version=case.event.version, audience=audience),)


def _of(values: Values, fields: Collection[Field]) -> dict[Field, Value]:
    return {field: value for field, value in values.items() if field in fields}


def _without(values: Values, fields: Collection[Field]) -> dict[Field, Value]:
    return {field: value for field, value in values.items() if field not in fields}
