"""What follows when one side no longer has the event, or only a stub of it (RULES §5, 7.3, 7.4, §8)."""

from dataclasses import replace

from kalends.domain.attendee import Partstat
from kalends.domain.event import PERSONAL, SHARED, Field, Scheduler, State
from kalends.sync.answers import tell
from kalends.sync.case import Case
from kalends.sync.merge import agree, answer_of, attendees_of
from kalends.sync.ports import Change, Choice, Conceal, Delete, Direction, Enter, Hold, HoldKind, TakeOff
from kalends.sync.reconcile import Steps, reconcile, seen
from kalends.sync.snapshot import Part, Values
from kalends.sync.steps import End, Keep, Put, Send, Step


def enter(case: Case, state: State, reason: str) -> Enter:
    """The event enters a state."""
    return Enter(event_id=case.event.event_id, version=case.event.version, state=state, reason=reason, at=case.now)


def conceal(case: Case, reason: str, *, hidden: bool = True) -> Conceal:
    """Hidden for the owner alone, or shown to him again."""
    return Conceal(event_id=case.event.event_id, hidden=hidden, reason=reason, at=case.now)


def end(case: Case) -> Steps:
    """Neither side has it any more."""
    return (End(event_id=case.pair.event_id),)


def trash(case: Case) -> Steps:
    """Its organizer deleted it in Outlook: to the trash here, with whatever was edited meanwhile (RULES 5.3)."""
    return (enter(case, State.TRASHED, "deleted in Outlook"), End(event_id=case.pair.event_id))


def outlive(case: Case) -> Steps:
    """An edit outlives a deletion that told nobody: the copy is made again (RULES 5.3)."""
    if attendees_of(case.pair.theirs):
        return trash(case)
    return (End(event_id=case.pair.event_id),)


def vanish(case: Case) -> Steps:
    """The owner's copy vanished: hidden for him, and nothing else follows (RULES 5.2, 7.3)."""
    return (conceal(case, "removed in Outlook"), End(event_id=case.pair.event_id))


def vanish_and_ask(case: Case) -> Steps:
    """The organizer removed his own quiet copy: hidden for him, and he is asked about the others (RULES 7.4)."""
    if not case.others:
        return trash(case)
    hold = Hold(
        key=f"cancel:{case.event.event_id}",
        kind=HoldKind.PROPOSAL,
        reason="You removed your own copy in Outlook. Cancel it for everybody?",
        subject=subject_of(case.event.values),
        event_id=case.event.event_id,
        version=case.event.version,
        choices=(Choice.APPLY, Choice.DISMISS),
        at=case.now,
    )
    return (*vanish(case), Keep(hold=hold))


def withdraw(case: Case) -> Steps:
    """The copy goes; the organizer's real one tells everybody on it (FACTS.md §8.1)."""
    if case.state.policy.direction is Direction.FROM_OUTLOOK:
        return ()
    etag = case.item.etag if case.item is not None else case.pair.etag
    remote_id = case.item.remote_id if case.item is not None else case.pair.remote_id
    steps: list[Step] = []
    if case.item is not None and case.link is not None and case.item.etag != case.link.etag:
        steps.append(Put(link=seen(case.link, case.item)))
    send = Send(
        write=Delete(remote_id=remote_id, etag=etag),
        local_values={},
        version=case.event.version if case.local is not None else 0,
        audience=attendees_of(case.remote_values) if case.pair.part is Part.ORGANIZER else (),
    )
    return (*steps, send)


def remove_mine(case: Case) -> Steps:
    """The attendee removed it here: his answer goes first when he gave one; Outlook removes what is declined (5.2)."""
    answer = answer_of(case.event.values)
    telling = case.event.reply is not None and Field.ANSWER in case.event.marks
    if case.pair.part is Part.ATTENDEE and telling and answer.partstat is Partstat.DECLINED:
        return () if case.state.policy.direction is Direction.FROM_OUTLOOK else tell(case)
    return withdraw(case)


def withdraw_or_revive(case: Case) -> Steps:
    """Deleted here, edited in Outlook: the organizer's edit outlives a deletion that told nobody yet (RULES 5.3)."""
    shared = {
        field
        for field in SHARED & set(case.copy.values)
        if field not in case.pair.theirs or not agree(field, case.copy.values[field], case.pair.theirs[field])
    }
    if not shared or case.event.state is State.CANCELLED:
        return withdraw(case)
    return reconcile(case, state=State.ACTIVE)


def cancelled(case: Case) -> Steps:
    """A stub takes its owner off; the event is cancelled when nobody else's copy lives (RULES 5.6)."""
    stub = Put(link=seen(case.pair, case.item))
    if case.pair.cancelled:
        return (stub,) if stub.link != case.link else ()
    if case.pair.part is Part.ORGANIZER:
        return (enter(case, State.CANCELLED, "cancelled in Outlook"), stub)
    if case.event.state is not State.ACTIVE:
        return (stub,)
    if case.event.scheduler is Scheduler.ELSEWHERE and not case.event.witnesses:
        return (enter(case, State.CANCELLED, "cancelled by its organizer"), stub)
    off = TakeOff(event_id=case.event.event_id, reason="its organizer took you off", at=case.now)
    return (off, stub)


def revive(case: Case) -> Steps:
    """A later request revives a stub's owner, and any live copy an event that stubs had ended (RULES 5.6, 5.9)."""
    ended = case.event.state is State.CANCELLED and case.event.scheduler is Scheduler.ELSEWHERE
    joined = Change(
        event_id=case.event.event_id,
        version=case.event.version,
        values={field: case.copy.values[field] for field in PERSONAL if field in case.copy.values},
        joins=True,
        state=State.ACTIVE if ended else None,
        reason="invited again",
        at=case.now,
    )
    link = replace(seen(case.pair, case.item), ours=case.event.values, theirs=case.pair.theirs)
    return (joined, conceal(case, "invited again", hidden=False), Put(link=link))


def unlink_away(case: Case) -> Steps:
    """Moved to another Outlook calendar: kept here, unlinked, never cancelled (RULES 5.1)."""
    hold = Hold(
        key=f"event:{case.event.event_id}",
        kind=HoldKind.ELSEWHERE,
        reason="It was moved to another Outlook calendar, which is not synced. It stays here as it was.",
        subject=subject_of(case.event.values),
        event_id=case.event.event_id,
        version=case.event.version,
        choices=(Choice.RETRY, Choice.DISMISS),
        at=case.now,
    )
    return (End(event_id=case.pair.event_id), Keep(hold=hold))


def subject_of(values: Values) -> str:
    """The subject, for a person to know it by."""
    return str(values.get(Field.SUBJECT, ""))
