"""The steps of each row of the table in `plan`: what is taken, written, withdrawn, brought back or asked.

Every function here takes a `Case` and returns steps; none decides which row it is.
"""

from dataclasses import replace

from kalends.domain.attendee import Answer, Attendee, Partstat
from kalends.domain.event import PERSONAL, SHARED, Field, Scheduler, State
from kalends.sync.case import OWN, QUIET, Case, Standing
from kalends.sync.merge import Limits, Merged, Trees, agree, answer_of, attendees_of, merge, span_of
from kalends.sync.ports import (
    Answered,
    Change,
    Choice,
    Conceal,
    Conflict,
    Create,
    Delete,
    Direction,
    Enter,
    Hold,
    HoldKind,
    Patch,
    RemoteWrite,
    Respond,
    TakeOff,
    Unmark,
)
from kalends.sync.snapshot import Creation, Link, Part, RemoteItem, Value, Values
from kalends.sync.steps import End, Keep, Put, Send, Step

Steps = tuple[Step, ...]


def nothing(_case: Case) -> Steps:
    """Both sides agree."""
    return ()


# ── fields ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def reconcile(case: Case) -> Steps:
    """Take what Outlook changed, write what was changed here, merge what both did (RULES §4)."""
    merged = merge(_trees(case), _limits(case))
    answer = _answer(case)
    down = dict(merged.down) | _added_in_outlook(case) | answer.down
    link = _moved_link(case, merged, answer)
    steps: list[Step] = [*_change(case, down), *_answered(case), *_conflicts(case, merged, answer)]
    if link != case.link:
        steps.append(Put(link=link))
    steps += _unmark(case, merged, down, answer)
    sends = [*answer.sends, *_patches(case, merged)]
    return tuple(steps + sends)


def _trees(case: Case) -> Trees:
    return Trees(ours=case.ours, theirs=case.pair.theirs, local=case.event.values, remote=case.remote_values)


def _limits(case: Case) -> Limits:
    return Limits(
        down=case.down,
        up=case.up,
        written=case.written,
        outlook_wins=case.others or _outlook_is_later(case),
        one_way=case.state.policy.direction is not Direction.BOTH,
    )


def _outlook_is_later(case: Case) -> bool:
    modified = case.item.modified if case.item is not None else None
    return modified is None or modified >= case.event.modified


def _added_in_outlook(case: Case) -> dict[Field, Value]:
    """Somebody added to a quiet copy in Outlook is added here; Outlook has told him (RULES 7.1)."""
    if case.standing is not Standing.KEEPER or not case.pair.quiet or Field.ATTENDEES not in case.remote_values:
        return {}
    if Field.ATTENDEES in case.up and Field.ATTENDEES in case.event.marks:
        return {}
    mine = attendees_of(case.event.values)
    known = {each.key for each in mine}
    added = tuple(each for each in attendees_of(case.remote_values) if each.key not in known)
    return {Field.ATTENDEES: (*mine, *added)} if added else {}


def _change(case: Case, down: Values) -> Steps:
    """The event takes these values; an organizer's copy with people on it is scheduled by Outlook (RULES 2.1)."""
    local, item = case.event, case.item
    scheduler: Scheduler | None = None
    if case.standing is Standing.ORGANIZER and local.scheduler in {Scheduler.NOBODY, Scheduler.ELSEWHERE}:
        scheduler = Scheduler.OUTLOOK if attendees_of(case.remote_values) else None
    uids = frozenset({item.uid, item.ical_uid} - local.uids - {""}) if item is not None else frozenset[str]()
    steps: list[Step] = []
    if down or uids or scheduler:
        steps.append(
            Change(
                event_id=local.event_id,
                version=local.version,
                values=down,
                uids=uids,
                scheduler=scheduler,
                at=case.now,
            )
        )
    if local.state is State.ARCHIVED and Field.WHEN in down and span_of(down).end_at > case.now:
        steps.insert(0, enter(case, State.ACTIVE, "moved to a coming time in Outlook"))
    return tuple(steps)


def _answered(case: Case) -> Steps:
    """What others answered, from the organizer's copy; not while a new time waits to be written (RULES §11)."""
    if case.standing is not Standing.ORGANIZER or case.item is None or Field.ATTENDEES not in case.item.values:
        return ()
    if Field.WHEN in case.event.marks and not agree(
        Field.WHEN, case.event.values[Field.WHEN], case.ours.get(Field.WHEN)
    ):
        return ()
    known = {each.key: each.answer for each in attendees_of(case.event.values)}
    news = {
        each.key: each.answer
        for each in attendees_of(case.item.values)
        if each.key not in case.event.self_answering and _is_news(each.answer, known.get(each.key))
    }
    return (Answered(event_id=case.event.event_id, answers=news, at=case.now),) if news else ()


def _is_news(said: Answer, known: Answer | None) -> bool:
    """“None” on somebody else's copy says nothing; of two answers the newer wins (RULES 11.1, 11.3)."""
    if said.partstat is Partstat.NEEDS_ACTION or (known is not None and known.partstat is said.partstat):
        return False
    return known is None or known.at is None or said.at is None or said.at >= known.at


class _AnswerMove:
    """What the owner's own answer asks for; empty when there is nothing to do."""

    __slots__ = ("base", "conflict", "down", "sends", "told")

    def __init__(
        self,
        *,
        down: dict[Field, Value] | None = None,
        sends: Steps = (),
        base: Answer | None = None,
        told: bool = False,
        conflict: Step | None = None,
    ) -> None:
        self.down = down or {}
        self.sends = sends
        self.base = base
        self.told = told
        self.conflict = conflict


def _answer(case: Case) -> _AnswerMove:
    """The owner's answer on his real copy: from his click here, or from Outlook, whichever is newer (RULES §11)."""
    if case.standing is not Standing.ATTENDEE:
        return _AnswerMove()
    here, there = answer_of(case.event.values), answer_of(case.remote_values)
    moved = not agree(Field.ANSWER, there, answer_of(case.pair.theirs))
    if case.event.reply is None or Field.ANSWER not in case.event.marks:
        return _take_answer(case, here, there)
    if here.partstat is there.partstat and span_of(case.remote_values) == case.event.reply.answered:
        return _AnswerMove(base=there, told=True)
    if moved and here.at is not None and there.at is not None and there.at > here.at:
        return _AnswerMove(down={Field.ANSWER: there}, base=there, told=True)
    if Field.ANSWER in case.unwritable or case.state.policy.direction is Direction.FROM_OUTLOOK:
        return _AnswerMove()
    return _AnswerMove(sends=(respond(case),))


def _take_answer(case: Case, here: Answer, there: Answer) -> _AnswerMove:
    if here.partstat is there.partstat or case.state.policy.direction is Direction.TO_OUTLOOK:
        return _AnswerMove(base=there)
    return _AnswerMove(down={Field.ANSWER: there}, base=there)


def respond(case: Case, *, send: bool | None = None) -> Send:
    """The owner's answer, for the time that he saw (RULES 11.2, 11.3)."""
    reply = case.event.reply
    told = send if send is not None else (reply is not None and reply.send)
    answer = answer_of(case.event.values)
    write = Respond(
        remote_id=case.item.remote_id if case.item is not None else case.pair.remote_id,
        partstat=answer.partstat,
        send=told,
        comment=reply.comment if reply is not None and told else "",
    )
    expects = reply.answered if reply is not None else None
    return Send(
        write=write, local_values={Field.ANSWER: answer}, version=case.event.version, quiet=False, expects=expects
    )


def _moved_link(case: Case, merged: Merged, answer: _AnswerMove) -> Link:
    ours, theirs = dict(merged.ours), dict(merged.theirs)
    if answer.base is not None:
        ours[Field.ANSWER] = theirs[Field.ANSWER] = answer.base
    elif case.item is not None and Field.ANSWER in case.item.values:
        theirs[Field.ANSWER] = case.item.values[Field.ANSWER]
    link = replace(case.pair, ours=ours, theirs=theirs)
    if Field.ATTENDEES in merged.up:
        return _seen(link, case.item)
    return _seen(replace(link, quiet=case.standing in QUIET), case.item)


def _seen(link: Link, item: RemoteItem | None) -> Link:
    """The link as of this reading."""
    if item is None:
        return link
    return replace(
        link,
        remote_id=item.remote_id,
        ical_uid=item.ical_uid or link.ical_uid,
        etag=item.etag,
        cancelled=item.cancelled,
        sequence=item.sequence if item.sequence is not None else link.sequence,
        modified=item.modified,
        unwritable=item.unwritable,
    )


def _unmark(case: Case, merged: Merged, down: Values, answer: _AnswerMove) -> Steps:
    """Marks of fields about which nothing is left to write (RULES 3.5); those that may not cross keep theirs."""
    if case.state.policy.direction is Direction.FROM_OUTLOOK:
        return ()
    settled = (case.event.marks & (case.up | set(down))) - set(merged.up) - {Field.ANSWER}
    if answer.told:
        settled |= {Field.ANSWER}
    values = {field: down.get(field, case.event.values[field]) for field in settled if field in case.event.values}
    return (Unmark(event_id=case.event.event_id, written=values),) if values else ()


def _conflicts(case: Case, merged: Merged, answer: _AnswerMove) -> Steps:
    conflicts: list[Step] = [
        Conflict(
            event_id=case.event.event_id,
            field=lost.field,
            kept=lost.kept,
            lost=lost.lost,
            lost_here=lost.lost_here,
            at=case.now,
        )
        for lost in merged.lost
    ]
    return (*conflicts, *((answer.conflict,) if answer.conflict is not None else ()))


def _patches(case: Case, merged: Merged) -> Steps:
    """One PATCH, or two: only one of attendees alone spares those who stay (RULES 9.3)."""
    up = merged.up
    if not up:
        return ()
    people, rest = {Field.ATTENDEES} & set(up), set(up) - {Field.ATTENDEES}
    parts = [people, rest] if people and rest and not rest & SHARED else [set(up)]
    audience = attendees_of(case.remote_values)
    sends: list[Step] = []
    for fields in parts:
        sends.append(_patch(case, {field: up[field] for field in Field if field in fields}, audience))
        audience = attendees_of(up) if Field.ATTENDEES in fields else audience
    return tuple(sends)


def _patch(case: Case, values: Values, audience: tuple[Attendee, ...]) -> Send:
    etag = case.item.etag if case.item is not None else case.pair.etag
    quiet = case.standing in QUIET and Field.ATTENDEES not in values and case.quiet
    write = Patch(
        remote_id=case.item.remote_id if case.item is not None else case.pair.remote_id,
        etag=etag,
        values=values,
        quiet_list=attendees_of(case.event.values) if quiet and Field.BODY in values else None,
    )
    return Send(
        write=write, local_values=values, version=case.event.version, quiet=quiet, audience=audience
    )


# ── beginnings ──────────────────────────────────────────────────────────────────────────────────────────────────────


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
    write: RemoteWrite = Create(creation=creation, values=values, quiet_list=people if quiet else None)
    return (Send(write=write, local_values=dict(local.values), version=local.version, quiet=quiet),)


# ── endings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def enter(case: Case, state: State, reason: str) -> Enter:
    """The event enters a state."""
    return Enter(
        event_id=case.event.event_id, version=case.event.version, state=state, reason=reason, at=case.now
    )


def conceal(case: Case, reason: str, *, hidden: bool = True) -> Conceal:
    """Hidden for the owner alone, or shown to him again."""
    return Conceal(event_id=case.event.event_id, hidden=hidden, reason=reason, at=case.now)


def end(case: Case) -> Steps:
    """Neither side has it any more."""
    return (End(event_id=case.pair.event_id),)


def trash(case: Case) -> Steps:
    """Its organizer deleted it in Outlook: it goes to the trash here, with whatever was edited meanwhile (RULES 5.3)."""
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
        steps.append(Put(link=_seen(case.link, case.item)))
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
        return () if case.state.policy.direction is Direction.FROM_OUTLOOK else (respond(case),)
    return withdraw(case)


def withdraw_or_revive(case: Case) -> Steps:
    """Deleted here, edited in Outlook: the organizer's edit outlives a deletion that told nobody yet (RULES 5.3)."""
    shared = {
        field
        for field in SHARED & set(case.copy.values)
        if field not in case.pair.theirs or not agree(field, case.copy.values[field], case.pair.theirs[field])
    }
    if not shared or case.local is None or case.event.state is State.CANCELLED:
        return withdraw(case)
    return (enter(case, State.ACTIVE, "edited in Outlook before the deletion arrived there"),)


def cancelled(case: Case) -> Steps:
    """A stub takes its owner off; the event is cancelled when nobody else's copy lives (RULES 5.6)."""
    stub = Put(link=replace(_seen(case.pair, case.item), theirs=_stub_base(case)))
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


def _stub_base(case: Case) -> Values:
    """A stub feeds nothing but “cancelled” (RULES 8.1)."""
    return case.pair.theirs


def revive(case: Case) -> Steps:
    """A later request revives a stub's owner, and any live copy an event that stubs had ended (RULES 5.6, 5.9)."""
    steps: list[Step] = []
    if case.event.state is State.CANCELLED and case.event.scheduler is Scheduler.ELSEWHERE:
        steps.append(enter(case, State.ACTIVE, "invited again"))
    joined = Change(
        event_id=case.event.event_id,
        version=case.event.version,
        values={field: case.copy.values[field] for field in PERSONAL if field in case.copy.values},
        joins=True,
        at=case.now,
    )
    link = replace(_seen(case.pair, case.item), ours=case.copy.values, theirs=case.copy.values)
    return (*steps, joined, conceal(case, "invited again", hidden=False), Put(link=link))


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
