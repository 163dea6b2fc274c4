"""One round of one mailbox, from what was left open to the new delta link (DESIGN.md §4).

1. Writes whose answers were lost are settled by looking (RULES 15.2).
2. Outlook is read (`reading`), each event is decided (`sorting`, `plan`), many deletions are held (`guard`).
3. Decisions are carried out (`apply`). What moved meanwhile here is decided again, and so is what Outlook said is gone,
   at most `PASSES` times.
4. The delta link is stored with the snapshots it brought (RULES 15.2a), unless something of them could not be stored.

A rehearsal is the same up to the decisions, and carries out nothing.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kalends.domain.scheduling import ForecastMail
from kalends.sync.apply import Outcomes, apply
from kalends.sync.conclude import Ports
from kalends.sync.forecast import all_mails
from kalends.sync.guard import HOUR, Tally, guard
from kalends.sync.inquire import found_at
from kalends.sync.ports import Side
from kalends.sync.reading import Reading, read
from kalends.sync.settle import settle
from kalends.sync.sorting import sort
from kalends.sync.steps import Decision

PASSES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a round did, for people and for the job that called it.

    `again`: something is left that another round can do at once, or after `retry_after_seconds`.
    """

    mailbox_id: str
    at: dt.datetime
    full: bool
    received: int = 0
    sent: int = 0
    settled: int = 0
    decisions: tuple[Decision, ...] = ()
    rules: Mapping[str, int] = field(default_factory=dict)
    mails: tuple[ForecastMail, ...] = ()
    again: bool = False
    retry_after_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a round would do now, and every mail that would follow."""

    reading: Reading
    decisions: tuple[Decision, ...]
    mails: tuple[ForecastMail, ...]


Approval = Callable[[Sequence[Decision], Reading], None]
"""Looks at a round's decisions before they are carried out, and raises to prevent it."""


def run_round(ports: Ports, approve: Approval | None = None) -> Report:
    """One round; raises what ends it: Transient, AccessLost, Unsure, Fenced. Nothing done until then is lost.

    `approve` sees the decisions of the whole reading before anything of them is carried out.
    """
    settled = settle(ports)
    reading = read(ports, settled.under_way)
    if not reading.believed:
        with ports.ledger.transaction():
            ports.ledger.note_empty_round()
        return _report(reading, [], Outcomes(again=True), settled.count, ports.clock())
    made, outcomes = _passes(ports, reading, approve)
    complete = not outcomes.stale and not (reading.under_way and (reading.items or reading.found))
    state = reading.state
    with ports.ledger.transaction():
        ports.ledger.finish(
            delta_link=reading.delta_link if complete else state.delta_link,
            window=reading.window if complete else state.window or reading.window,
            at=ports.clock(),
        )
    outcomes.again = outcomes.again or not complete or bool(settled.under_way)
    outcomes.retry_after_seconds = max(outcomes.retry_after_seconds, settled.seconds)
    return _report(reading, made, outcomes, settled.count, ports.clock())


def rehearse(ports: Ports) -> Rehearsal:
    """The decisions of a round that is not carried out; writes nothing anywhere."""
    reading = read(ports)
    decisions = _decisions(ports, reading, None)[0]
    return Rehearsal(reading=reading, decisions=tuple(decisions), mails=tuple(all_mails(decisions)))


def _passes(ports: Ports, reading: Reading, approve: Approval | None) -> tuple[list[Decision], Outcomes]:
    """The whole reading, and then again whatever moved under it."""
    made: list[Decision] = []
    outcomes = Outcomes()
    only: set[str] | None = None
    for _ in range(PASSES):
        decisions, stamps = _decisions(ports, reading, only)
        if approve is not None and only is None:
            approve(decisions, reading)
        result = apply(ports, decisions, stamps, reading.holds)
        made += decisions
        outcomes.sent += result.sent
        outcomes.again = outcomes.again or result.again
        outcomes.retry_after_seconds = max(outcomes.retry_after_seconds, result.retry_after_seconds)
        outcomes.stale = result.stale
        if not result.stale and not result.gone:
            break
        reading = _looked_again(ports, reading, result.gone)
        only = result.stale | _names_of(decisions, result.stale) | _events_of(ports, result.gone)
    return made, outcomes


def _decisions(ports: Ports, reading: Reading, only: set[str] | None) -> tuple[list[Decision], Mapping[str, int]]:
    sorting = sort(ports, reading, only)
    deletions = any(each.deletes is not None for each in sorting.decisions)
    if not deletions:
        return sorting.decisions, sorting.stamps
    now = ports.clock()
    recent = {side: ports.ledger.deletions_since(side, now - HOUR) for side in Side}
    tally = Tally(links=len(ports.ledger.linked_items()), recent=recent, policy=reading.state.policy, now=now)
    return guard(sorting.decisions, tally, reading.holds), sorting.stamps


def _looked_again(ports: Ports, reading: Reading, gone: set[str]) -> Reading:
    """Copies that a write did not find are asked about like those a delta no longer lists (RULES 5.1)."""
    if not gone:
        return reading
    sightings = ports.remote.look(sorted(gone))
    found = {**reading.found, **{name: found_at(sighting) for name, sighting in sightings.items()}}
    items = {name: item for name, item in reading.items.items() if name not in gone}
    return replace(reading, found=found, items=items)


def _names_of(decisions: Sequence[Decision], stale: set[str]) -> set[str]:
    """Of events that were just being made, the items they are made of."""
    return {each.remote_id for each in decisions if each.event_id in stale and each.remote_id is not None}


def _events_of(ports: Ports, gone: set[str]) -> set[str]:
    return {link.event_id for link in ports.ledger.links_of_items(list(gone)).values()}


def _report(reading: Reading, made: Sequence[Decision], outcomes: Outcomes, settled: int, at: dt.datetime) -> Report:
    return Report(
        mailbox_id=reading.state.mailbox_id,
        at=at,
        full=reading.full,
        received=len(reading.items) + len(reading.found),
        sent=outcomes.sent,
        settled=settled,
        decisions=tuple(each for each in made if each.steps),
        rules=Counter(each.rule for each in made if each.steps),
        mails=tuple(all_mails(made)),
        again=outcomes.again,
        retry_after_seconds=outcomes.retry_after_seconds,
    )
