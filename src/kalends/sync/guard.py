"""Many deletions at once are held for the person; an empty answer is not believed once (RULES 5.4, 5.7)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kalends.sync.ports import Choice, DeltaRound, Hold, HoldKind, Policy, Side
from kalends.sync.steps import Decision, End, Keep, Release, Step

HOUR = dt.timedelta(hours=1)
FEW = 3
"""A mailbox of at most so many links may become empty in one round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the guard counts with: living links, and deletions carried over within the last hour, by side."""

    links: int
    recent: Mapping[Side, int]
    policy: Policy
    now: dt.datetime


def doubtful(round_: DeltaRound, links: int, empty_rounds: int) -> bool:
    """A full round without a single item, though links exist, and no second one agreed yet (RULES 5.7)."""
    return round_.full and not round_.items and links > 0 and empty_rounds == 0


def guard(decisions: Sequence[Decision], tally: Tally, holds: Mapping[str, Hold]) -> list[Decision]:
    """The same decisions, with deletions that are too many turned into holds; what a person decided passes."""
    undecided = [each for each in decisions if each.deletes is not None and _choice(each, holds) is None]
    held_sides = {side for side in Side if _too_many([each for each in undecided if each.deletes is side], side, tally)}
    return [_guarded(each, held_sides, holds, tally.now) for each in decisions]


def limit(policy: Policy, links: int) -> float:
    """How many deletions from one side within an hour go through unasked."""
    return max(policy.deletions_at_once, policy.deletions_share * links)


def _too_many(deletions: Sequence[Decision], side: Side, tally: Tally) -> bool:
    if not deletions:
        return False
    if len(deletions) + tally.recent.get(side, 0) > limit(tally.policy, tally.links):
        return True
    return tally.links > FEW and len(deletions) >= tally.links


def hold_key(event_id: str) -> str:
    """The name of the hold of one event's deletion."""
    return f"deletion:{event_id}"


def _choice(decision: Decision, holds: Mapping[str, Hold]) -> Choice | None:
    hold = holds.get(hold_key(decision.event_id or ""))
    return hold.decided if hold is not None else None


def _guarded(decision: Decision, sides: Iterable[Side], holds: Mapping[str, Hold], now: dt.datetime) -> Decision:
    if decision.deletes is None or decision.event_id is None:
        return decision
    key = hold_key(decision.event_id)
    choice = _choice(decision, holds)
    if choice is Choice.APPLY or (choice is None and decision.deletes not in sides):
        released: tuple[Step, ...] = (Release(key=key),) if key in holds else ()
        return replace(decision, steps=(*released, *decision.steps))
    if choice in {Choice.KEEP_HERE, Choice.KEEP_IN_OUTLOOK}:
        kept: tuple[Step, ...] = (Release(key=key), End(event_id=decision.event_id))
        return replace(decision, rule=f"{choice}, unlinked", steps=kept, deletes=None)
    if key in holds:
        return replace(decision, rule="its deletion waits for you", steps=(), deletes=None)
    hold = _hold(decision, key, now)
    return replace(decision, rule="many deletions at once → held", steps=(Keep(hold=hold),), deletes=None)


def _hold(decision: Decision, key: str, now: dt.datetime) -> Hold:
    where = "in Outlook" if decision.deletes is Side.OUTLOOK else "here"
    return Hold(
        key=key,
        kind=HoldKind.DELETIONS,
        reason=f"It was deleted {where} together with many others. Nothing is carried over until you say so.",
        subject=decision.subject,
        event_id=decision.event_id,
        remote_id=decision.remote_id,
        mails=decision.mails,
        choices=(Choice.APPLY, Choice.KEEP_HERE, Choice.KEEP_IN_OUTLOOK),
        at=now,
    )
