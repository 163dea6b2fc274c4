"""What both sides did to one linked event, field by field, as steps (RULES §3, §4, 9.3)."""

from dataclasses import replace

from kalends.domain.attendee import Answer, Attendee, Partstat
from kalends.domain.event import SHARED, Field, Scheduler, State
from kalends.sync.answers import AnswerMove
from kalends.sync.answers import answer as answer_move
from kalends.sync.case import QUIET, Case, Standing
from kalends.sync.merge import Limits, Lost, Merged, Trees, agree, attendees_of, merge, span_of
from kalends.sync.ports import Answered, Change, Conflict, Direction, Patch, Unmark
from kalends.sync.snapshot import Link, RemoteItem, Value, Values
from kalends.sync.steps import Put, Send, Step

Steps = tuple[Step, ...]


def reconcile(case: Case, *, state: State | None = None) -> Steps:
    """Take what Outlook changed, write what was changed here, merge what both did (RULES §4)."""
    merged = _with_list(case, merge(_trees(case), _limits(case)))
    answer = answer_move(case)
    down: Values = {**merged.down, **_added_in_outlook(case), **answer.down}
    link = _moved_link(case, merged, answer)
    steps: list[Step] = [*_change(case, down, state), *_answered(case), *_conflicts(case, merged)]
    if link != case.link:
        steps.append(Put(link=link))
    steps += _unmark(case, merged, down, answer)
    sends = [*answer.sends, *_patches(case, merged)]
    return tuple(steps + sends)


def _with_list(case: Case, merged: Merged) -> Merged:
    """The list of a quiet copy stands in its body's last paragraph: a new list writes the body again (RULES 7.1)."""
    known = attendees_of(case.pair.ours)
    if not (case.pair.quiet and case.quiet) or Field.BODY not in case.up:
        return merged
    if agree(Field.ATTENDEES, known, attendees_of(case.event.values)):
        return merged
    body = merged.down.get(Field.BODY, case.event.values[Field.BODY])
    return replace(merged, up={**merged.up, Field.BODY: body}, ours={**merged.ours, Field.ATTENDEES: known})


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


def _change(case: Case, down: Values, state: State | None) -> Steps:
    """The event takes these values; an organizer's copy with people on it is scheduled by Outlook (RULES 2.1)."""
    local, item = case.event, case.item
    scheduler: Scheduler | None = None
    if case.standing is Standing.ORGANIZER and local.scheduler in {Scheduler.NOBODY, Scheduler.ELSEWHERE}:
        scheduler = Scheduler.OUTLOOK if attendees_of(case.remote_values) else None
    uids = frozenset({item.uid, item.ical_uid} - local.uids - {""}) if item is not None else frozenset[str]()
    if local.state is State.ARCHIVED and Field.WHEN in down and span_of(down).end_at > case.now:
        state = State.ACTIVE
    if not (down or uids or scheduler or state):
        return ()
    change = Change(
        event_id=local.event_id,
        version=local.version,
        values=down,
        uids=uids,
        scheduler=scheduler,
        state=state,
        reason="changed in Outlook" if state else "",
        at=case.now,
    )
    return (change,)


def _answered(case: Case) -> Steps:
    """What others answered, from the organizer's copy; not while a new time waits to be written (RULES §11).

    Without a new reading the last one tells: it may have been of no account while somebody had a copy of his own.
    """
    if case.standing is not Standing.ORGANIZER or Field.ATTENDEES not in case.remote_values:
        return ()
    if Field.WHEN in case.event.marks and not agree(
        Field.WHEN, case.event.values[Field.WHEN], case.ours.get(Field.WHEN)
    ):
        return ()
    known = {each.key: each.answer for each in attendees_of(case.event.values)}
    news = {
        each.key: each.answer
        for each in attendees_of(case.remote_values)
        if each.key not in case.event.self_answering and _is_news(each.answer, known.get(each.key))
    }
    return (Answered(event_id=case.event.event_id, answers=news, at=case.now),) if news else ()


def _is_news(said: Answer, known: Answer | None) -> bool:
    """“None” on somebody else's copy says nothing; of two answers the newer wins (RULES 11.1, 11.3)."""
    if said.partstat is Partstat.NEEDS_ACTION or (known is not None and known.partstat is said.partstat):
        return False
    return known is None or known.at is None or said.at is None or said.at >= known.at


def _moved_link(case: Case, merged: Merged, answer: AnswerMove) -> Link:
    ours, theirs = dict(merged.ours), dict(merged.theirs)
    if answer.base is not None:
        ours[Field.ANSWER] = theirs[Field.ANSWER] = answer.base
    elif case.item is not None and Field.ANSWER in case.item.values:
        theirs[Field.ANSWER] = case.item.values[Field.ANSWER]
    link = replace(case.pair, ours=ours, theirs=theirs)
    if Field.ATTENDEES in merged.up:
        return seen(link, case.item)
    return seen(replace(link, quiet=case.standing in QUIET), case.item)


def seen(link: Link, item: RemoteItem | None) -> Link:
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


def _unmark(case: Case, merged: Merged, down: Values, answer: AnswerMove) -> Steps:
    """Marks of fields about which nothing is left to write (RULES 3.5); those that may not cross keep theirs."""
    if case.state.policy.direction is Direction.FROM_OUTLOOK:
        return ()
    settled = (case.event.marks & (case.up | set(down))) - set(merged.up) - {Field.ANSWER}
    if answer.told:
        settled |= {Field.ANSWER}
    values = {field: down.get(field, case.event.values[field]) for field in settled if field in case.event.values}
    return (Unmark(event_id=case.event.event_id, written=values),) if values else ()


def _conflicts(case: Case, merged: Merged) -> Steps:
    return tuple(conflict(case, lost) for lost in merged.lost)


def conflict(case: Case, lost: Lost) -> Conflict:
    """A value that lost, for the inbox (RULES 4.3)."""
    return Conflict(
        event_id=case.event.event_id,
        field=lost.field,
        kept=lost.kept,
        lost=lost.lost,
        lost_here=lost.lost_here,
        at=case.now,
    )


def _patches(case: Case, merged: Merged) -> Steps:
    """One PATCH, or two: only one of attendees alone spares those who stay (RULES 9.3)."""
    up = merged.up
    if not up:
        return ()
    people, rest = {Field.ATTENDEES} & set(up), set(up) - {Field.ATTENDEES}
    parts = [people, rest] if people and rest and not rest & SHARED else [set(up)]
    audience = () if case.standing is Standing.ATTENDEE else attendees_of(case.remote_values)
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
    known = {**values, Field.ATTENDEES: attendees_of(case.event.values)} if write.quiet_list is not None else values
    return Send(write=write, local_values=known, version=case.event.version, quiet=quiet, audience=audience)
