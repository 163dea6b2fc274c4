"""Decisions become deeds (RULES §15).

1. What Outlook said is written here: rows, links and holds of one event in one transaction.
2. What was made here is written there, in waves: the first write of every event, then the second. Before a wave its
   write-ahead records are committed; after it each write is concluded in a transaction of its own.
3. An event of which nothing is left to do is clean, unless it was edited meanwhile.

A value that moved here since it was read drops that event's decision; the next pass plans it anew.
"""

import datetime as dt
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kalends.sync.answers import MOVED_ON, answer_key
from kalends.sync.conclude import Ports, abandon, conclude, remember, reread, written_key
from kalends.sync.errors import Permanent, Stale
from kalends.sync.merge import same_time, span_of
from kalends.sync.ports import (
    Create,
    Delete,
    Hold,
    HoldKind,
    Intent,
    Outcome,
    Patch,
    RemoteWrite,
    Respond,
    Side,
    Unmark,
    WriteResult,
)
from kalends.sync.steps import Decision, End, Keep, Put, Release, Send

BACK_OFF = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=30), dt.timedelta(hours=6))
"""After how long something set aside is tried again, by attempt."""
CHUNK = 20
"""Writes whose records are opened together; Graph takes as many in one batch (FACTS.md §11)."""


@dataclass(slots=True, kw_only=True)
class Outcomes:
    """What a pass over decisions left behind."""

    sent: int = 0
    stale: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    """Copies that were not as they were last read, or not there: they are asked about (RULES 15.1)."""
    again: bool = False
    retry_after_seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class _Queue:
    """One event's writes to Outlook that are still to be made, in order; `open` when one of them did not arrive."""

    decision: Decision
    sends: deque[Send]
    fresh: bool = True
    open: bool = False


def apply(
    ports: Ports, decisions: Sequence[Decision], stamps: Mapping[str, int], holds: Mapping[str, Hold]
) -> Outcomes:
    """Carry out the decisions; `stamps` are those of the dirty events they were planned on."""
    outcomes, stamps = Outcomes(), dict(stamps)
    queues = [
        _Queue(decision=decision, sends=deque(decision.sends))
        for decision in decisions
        if _write_here(ports, decision, stamps, outcomes) and decision.sends
    ]
    while queues:
        for start in range(0, len(queues), CHUNK):
            _wave(ports, queues[start : start + CHUNK], stamps, holds, outcomes)
        _clean(ports, [each.decision for each in queues if not each.sends and not each.open], stamps)
        queues = [each for each in queues if each.sends]
    return outcomes


# ── here ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _write_here(ports: Ports, decision: Decision, stamps: Mapping[str, int], outcomes: Outcomes) -> bool:
    """One event's local and ledger steps; returns whether its writes to Outlook may follow."""
    steps = [step for step in decision.steps if not isinstance(step, Send)]
    idle = not decision.sends and not decision.awaits and decision.event_id in stamps
    if not steps and not idle and not (decision.awaits and decision.event_id not in stamps):
        return True
    try:
        with ports.ledger.transaction():
            for step in steps:
                _write(ports, step)
            if decision.deletes is Side.OUTLOOK:
                ports.ledger.record_deletions(Side.OUTLOOK, 1, ports.clock())
            if idle and decision.event_id is not None:
                ports.ledger.clean(decision.event_id, stamps[decision.event_id])
            if decision.awaits and decision.event_id is not None:
                ports.ledger.soil(decision.event_id)
                outcomes.again = outcomes.again or bool(steps)
    except Stale:
        outcomes.stale.add(decision.event_id or decision.remote_id or "")
        return False
    except Permanent as refusal:
        _set_aside(ports, decision, str(refusal))
        return False
    return True


def _write(ports: Ports, step: object) -> None:
    match step:
        case Put():
            ports.ledger.put_link(step.link)
        case End():
            ports.ledger.end_link(step.event_id)
        case Keep():
            ports.ledger.put_hold(step.hold)
        case Release():
            ports.ledger.release(step.key)
        case _:
            ports.local.write(step)  # type: ignore[arg-type]


def _set_aside(ports: Ports, decision: Decision, reason: str) -> None:
    """One bad event: it waits with its reason, the rest goes on (RULES 16.3)."""
    name = decision.remote_id or decision.event_id or ""
    hold = Hold(
        key=f"item:{name}",
        kind=HoldKind.SET_ASIDE,
        reason=reason,
        subject=decision.subject,
        event_id=decision.event_id,
        remote_id=decision.remote_id,
        retry_at=ports.clock() + BACK_OFF[-1],
        at=ports.clock(),
    )
    with ports.ledger.transaction():
        ports.ledger.put_hold(hold)


def _clean(ports: Ports, done: Sequence[Decision], stamps: Mapping[str, int]) -> None:
    """Of these events nothing is left to do."""
    names = [each.event_id for each in done if each.event_id is not None and each.event_id in stamps]
    if not names:
        return
    with ports.ledger.transaction():
        for name in names:
            ports.ledger.clean(name, stamps[name])


# ── there ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _wave(
    ports: Ports,
    queues: Sequence[_Queue],
    stamps: dict[str, int],
    holds: Mapping[str, Hold],
    outcomes: Outcomes,
) -> None:
    """The next write of each of these events; what is not dirty becomes so until the write has arrived."""
    ready = [(queue, send) for queue in queues if (send := _prepared(ports, queue)) is not None]
    if not ready:
        return
    intents = [_intent(ports, queue.decision, send) for queue, send in ready]
    with ports.ledger.transaction():
        for intent in intents:
            ports.ledger.open_intent(intent)
            if intent.event_id not in stamps:
                stamps[intent.event_id] = ports.ledger.soil(intent.event_id)
    results = ports.remote.write([intent.write for intent in intents])
    outcomes.sent += len(results)
    for (queue, _send), intent, result in zip(ready, intents, results, strict=True):
        if not _concluded(ports, queue.decision, intent, result, holds=holds, outcomes=outcomes):
            _leave(ports, queue)
            queue.open = result.outcome is not Outcome.REFUSED


def _leave(ports: Ports, queue: _Queue) -> None:
    """The event's further writes are planned anew; an unlinked copy that was to go is remembered by its id."""
    with ports.ledger.transaction():
        for send in queue.sends:
            if isinstance(send.write, Delete):
                remember(ports, send.write, queue.decision.event_id or "", queue.decision.subject)
    queue.sends.clear()


def _prepared(ports: Ports, queue: _Queue) -> Send | None:
    """The next write, with the etag that the former one left; an answer only if the copy still shows its time."""
    send = queue.sends.popleft()
    write = send.write
    if isinstance(write, Patch) and not queue.fresh and queue.decision.event_id is not None:
        link = ports.ledger.links_of_events([queue.decision.event_id]).get(queue.decision.event_id)
        send = replace(send, write=replace(write, etag=link.etag if link is not None else None))
    queue.fresh = False
    if isinstance(write, Respond) and send.expects is not None:
        item = ports.remote.get(write.remote_id)
        if item is not None and not same_time(span_of(item.values), send.expects):
            _hold_answer(ports, queue.decision, MOVED_ON)
            queue.sends.clear()
            return None
    return send


def _intent(ports: Ports, decision: Decision, send: Send) -> Intent:
    return Intent(
        intent_id=ports.new_id(),
        event_id=decision.event_id or "",
        write=send.write,
        local_values=send.local_values,
        version=send.version,
        mails=send.mails,
        cause=decision.rule,
        at=ports.clock(),
    )


def _concluded(
    ports: Ports,
    decision: Decision,
    intent: Intent,
    result: WriteResult,
    *,
    holds: Mapping[str, Hold],
    outcomes: Outcomes,
) -> bool:
    """Whether the write arrived, and the event's next one may follow."""
    if result.outcome is Outcome.DONE:
        conclude(ports, intent, reread(ports, intent, result.item))
        return True
    if result.outcome is Outcome.GONE and isinstance(intent.write, Delete):
        conclude(ports, intent, None, arrived=False)
        return True
    if result.outcome is Outcome.TAKEN and _is_ours(intent.write, result):
        conclude(ports, intent, result.item)
        return True
    _failed(ports, decision, intent, result, holds=holds, outcomes=outcomes)
    return False


def _is_ours(write: RemoteWrite, result: WriteResult) -> bool:
    """The transaction id was used by this very creation (RULES 1.2)."""
    return isinstance(write, Create) and result.item is not None and result.item.creation == write.creation


def _failed(
    ports: Ports,
    decision: Decision,
    intent: Intent,
    result: WriteResult,
    *,
    holds: Mapping[str, Hold],
    outcomes: Outcomes,
) -> None:
    """What is left open is settled by looking; everything else is planned anew or set aside."""
    outcomes.again = outcomes.again or result.outcome is not Outcome.REFUSED
    if result.outcome is Outcome.UNKNOWN:
        with ports.ledger.transaction():
            ports.ledger.close_intent(intent.intent_id)
            ports.ledger.open_intent(replace(intent, returned=True))
        return
    with ports.ledger.transaction():
        abandon(ports, intent, decision.subject)
        if result.outcome is Outcome.TAKEN:
            ports.ledger.raise_creation_number(intent.event_id)
        if result.outcome is Outcome.REFUSED:
            ports.ledger.put_hold(_refusal(ports, decision, intent, result, holds))
    if result.outcome is Outcome.LATER:
        outcomes.retry_after_seconds = max(outcomes.retry_after_seconds, result.retry_after_seconds)
    if result.outcome is Outcome.GONE:
        _gone(ports, decision, intent)
    if result.outcome in {Outcome.GONE, Outcome.STALE} and not isinstance(intent.write, Create):
        outcomes.gone.add(intent.write.remote_id)


def _gone(ports: Ports, decision: Decision, intent: Intent) -> None:
    """The copy is not where it was: an answer cannot be given any more."""
    if isinstance(intent.write, Respond):
        _hold_answer(ports, decision, "Your copy is gone. Ask the organizer for a new invitation.")
        with ports.ledger.transaction():
            ports.local.write(Unmark(event_id=intent.event_id, written=intent.local_values))


def _refusal(ports: Ports, decision: Decision, intent: Intent, result: WriteResult, holds: Mapping[str, Hold]) -> Hold:
    key = written_key(intent.event_id)
    attempts = holds[key].attempts + 1 if key in holds else 1
    return Hold(
        key=key,
        kind=HoldKind.REFUSED,
        reason=result.reason or "Outlook refuses this change.",
        subject=decision.subject,
        event_id=intent.event_id,
        version=intent.version,
        attempts=attempts,
        retry_at=ports.clock() + BACK_OFF[min(attempts, len(BACK_OFF)) - 1],
        at=ports.clock(),
    )


def _hold_answer(ports: Ports, decision: Decision, reason: str) -> None:
    hold = Hold(
        key=answer_key(decision.event_id or ""),
        kind=HoldKind.ANSWER,
        reason=reason,
        subject=decision.subject,
        event_id=decision.event_id,
        at=ports.clock(),
    )
    with ports.ledger.transaction():
        ports.ledger.put_hold(hold)
