"""The table: what became of an event on each side decides what is done (RULES §3–§5, §7).

One row for each pair of (here, there), one column for each standing; every cell names the function that makes the
steps. `docs/reference/planner.md` is this table, written out.

A case without a link is a beginning, and is decided by `begin`; a case without an event is decided before the table:
its link ends, and Outlook keeps what it has.
"""

import datetime as dt
from collections.abc import Callable, Mapping

from kalends.domain.event import Field, Scheduler, State
from kalends.sync.answers import respond, tell
from kalends.sync.beginnings import create, join, replace_quiet, uids_of
from kalends.sync.case import Case, Here, Standing, There
from kalends.sync.endings import (
    cancelled,
    end,
    enter,
    outlive,
    remove_mine,
    revive,
    trash,
    unlink_away,
    vanish,
    vanish_and_ask,
    withdraw,
    withdraw_or_revive,
)
from kalends.sync.merge import attendees_of
from kalends.sync.ports import Delete, Direction, Hold, HoldKind, Newcomers, Respond, Side
from kalends.sync.reconcile import Steps, reconcile
from kalends.sync.snapshot import LocalItem, Part
from kalends.sync.steps import Decision, End, Keep, Send, Step

Move = Callable[[Case], Steps]
AWAITS = "his own copy is awaited"
AWAITED = dt.timedelta(minutes=10)
"""How long an attendee's own copy is awaited before a person is told (RULES 7.4, 10.2)."""


def wait(_case: Case) -> Steps:
    """Exchange will do the rest: its cancellation or update is on its way to this copy."""
    return ()


def answer_or_vanish(case: Case) -> Steps:
    """His copy is gone; an answer he gives now is tried on it all the same (RULES 5.2)."""
    told = tell(case) if case.event.reply is not None and Field.ANSWER in case.event.marks else ()
    return told if any(isinstance(step, Send) for step in told) else (*told, *vanish(case))


def revive_or_wait(case: Case) -> Steps:
    """A live copy revives an event that stubs had ended; one that its organizer ended here awaits its stub."""
    if case.event.state is State.CANCELLED and case.event.scheduler is Scheduler.ELSEWHERE:
        return revive(case)
    return ()


def reconcile_or_revive(case: Case) -> Steps:
    """A copy that was a stub and is so no longer is a new question (RULES 5.6)."""
    if case.pair.cancelled:
        return revive(case)
    return reconcile(case)


ORGANIZER, KEEPER, ATTENDEE, GUEST = Standing.ORGANIZER, Standing.KEEPER, Standing.ATTENDEE, Standing.GUEST

TABLE: Mapping[tuple[Here, There], Mapping[Standing, Move]] = {
    (Here.SAME, There.SAME): {ORGANIZER: reconcile, KEEPER: reconcile, ATTENDEE: reconcile, GUEST: reconcile},
    (Here.SAME, There.CHANGED): {
        ORGANIZER: reconcile,
        KEEPER: reconcile,
        ATTENDEE: reconcile_or_revive,
        GUEST: reconcile,
    },
    (Here.SAME, There.CANCELLED): {ORGANIZER: cancelled, KEEPER: cancelled, ATTENDEE: cancelled, GUEST: cancelled},
    (Here.SAME, There.DELETED): {ORGANIZER: trash, KEEPER: vanish_and_ask, ATTENDEE: vanish, GUEST: vanish},
    (Here.SAME, There.AWAY): {
        ORGANIZER: unlink_away,
        KEEPER: unlink_away,
        ATTENDEE: unlink_away,
        GUEST: unlink_away,
    },
    (Here.CHANGED, There.SAME): {ORGANIZER: reconcile, KEEPER: reconcile, ATTENDEE: reconcile, GUEST: reconcile},
    (Here.CHANGED, There.CHANGED): {
        ORGANIZER: reconcile,
        KEEPER: reconcile,
        ATTENDEE: reconcile_or_revive,
        GUEST: reconcile,
    },
    (Here.CHANGED, There.CANCELLED): {
        ORGANIZER: cancelled,
        KEEPER: cancelled,
        ATTENDEE: cancelled,
        GUEST: cancelled,
    },
    (Here.CHANGED, There.DELETED): {
        ORGANIZER: outlive,
        KEEPER: vanish_and_ask,
        ATTENDEE: answer_or_vanish,
        GUEST: vanish,
    },
    (Here.CHANGED, There.AWAY): {
        ORGANIZER: unlink_away,
        KEEPER: unlink_away,
        ATTENDEE: unlink_away,
        GUEST: unlink_away,
    },
    (Here.DELETED, There.SAME): {ORGANIZER: withdraw, KEEPER: withdraw, ATTENDEE: wait, GUEST: withdraw},
    (Here.DELETED, There.CHANGED): {
        ORGANIZER: withdraw_or_revive,
        KEEPER: withdraw_or_revive,
        ATTENDEE: revive_or_wait,
        GUEST: withdraw,
    },
    (Here.DELETED, There.CANCELLED): {ORGANIZER: end, KEEPER: end, ATTENDEE: cancelled, GUEST: end},
    (Here.DELETED, There.DELETED): {ORGANIZER: end, KEEPER: end, ATTENDEE: end, GUEST: end},
    (Here.DELETED, There.AWAY): {ORGANIZER: end, KEEPER: end, ATTENDEE: end, GUEST: end},
    (Here.HIDDEN, There.SAME): {
        ORGANIZER: reconcile,
        KEEPER: withdraw,
        ATTENDEE: remove_mine,
        GUEST: withdraw,
    },
    (Here.HIDDEN, There.CHANGED): {
        ORGANIZER: reconcile,
        KEEPER: withdraw,
        ATTENDEE: remove_mine,
        GUEST: withdraw,
    },
    (Here.HIDDEN, There.CANCELLED): {ORGANIZER: cancelled, KEEPER: end, ATTENDEE: remove_mine, GUEST: end},
    (Here.HIDDEN, There.DELETED): {ORGANIZER: trash, KEEPER: end, ATTENDEE: end, GUEST: end},
    (Here.HIDDEN, There.AWAY): {ORGANIZER: end, KEEPER: end, ATTENDEE: end, GUEST: end},
}


def decide(case: Case) -> Decision:
    """The plan for one event that has a link."""
    link = case.pair
    if case.local is None:
        return _decision(case, "the event is no more", (End(event_id=link.event_id),))
    if case.state.policy.direction is Direction.TO_OUTLOOK and case.there in {There.DELETED, There.CANCELLED}:
        return _decision(case, "deleted in Outlook, which is only written", (End(event_id=link.event_id),))
    standing = case.standing
    move = TABLE[case.here, case.there][standing]
    rule = f"{standing}: {case.here} here, {case.there} there → {move.__name__.replace('_', ' ')}"
    return _decision(case, rule, move(case))


def _decision(case: Case, rule: str, steps: Steps) -> Decision:
    values = case.local.values if case.local is not None else case.remote_values
    return Decision(
        event_id=case.pair.event_id if case.link is not None else case.event.event_id,
        remote_id=case.link.remote_id
        if case.link is not None
        else case.item.remote_id
        if case.item is not None
        else None,
        rule=rule,
        subject=str(values.get(Field.SUBJECT, "")),
        steps=steps,
        deletes=_deletes(case, steps),
        awaits=(rule == AWAITS and not steps) or _made_again(case, steps),
    )


def _made_again(case: Case, steps: Steps) -> bool:
    """The link of an event that outlives its copy has ended: the next round makes a new copy (RULES 5.3)."""
    outlives = case.link is not None and case.here is Here.CHANGED and case.there is There.DELETED
    return outlives and len(steps) == 1 and isinstance(steps[0], End)


def _deletes(case: Case, steps: tuple[Step, ...]) -> Side | None:
    """Which side's deletion these steps carry over to the other (RULES 5.4)."""
    if case.link is None:
        return None
    if case.there is There.DELETED and case.local is not None and case.here in {Here.SAME, Here.CHANGED}:
        return Side.OUTLOOK if any(isinstance(step, End) for step in steps) else None
    if case.local is not None and case.here in {Here.DELETED, Here.HIDDEN} and case.there is not There.DELETED:
        leaving = [step for step in steps if isinstance(step, Send) and isinstance(step.write, Delete | Respond)]
        return Side.HERE if leaving else None
    return None


# ── beginnings ──────────────────────────────────────────────────────────────────────────────────────────────────────


def begin_here(case: Case) -> Decision:
    """An event without a copy: made there, awaited, or left alone (RULES 6.3, 7.4, 10.2)."""
    rule, steps = _begin_here(case)
    return _decision(case, rule, steps)


def _begin_here(case: Case) -> tuple[str, Steps]:
    local = case.event
    if local.state is not State.ACTIVE or local.hidden or not local.participates:
        return "not on his calendar here → nothing", ()
    if case.state.policy.direction is Direction.FROM_OUTLOOK:
        return "only from Outlook → stays here", ()
    if local.part is Part.ATTENDEE:
        return _begin_as_attendee(case, local)
    if came_from_a_copy(local) and local.former_remote_id is None and not local.quiet_before:
        return AWAITS, _not_found(case)
    newcomers = case.state.policy.newcomers
    if local.quiet_before and newcomers is Newcomers.STAY:
        return "existed before → stays here", ()
    if not attendees_of(local.values):
        return "appointment → create", create(case, quiet=False)
    invited = local.scheduler is Scheduler.OUTLOOK and not local.quiet_before
    chosen = local.quiet_before and newcomers is Newcomers.INVITE and case.coming
    if invited or (chosen and local.scheduler in {Scheduler.OUTLOOK, Scheduler.NOBODY}):
        return "meeting → create and invite", create(case, quiet=False)
    return "meeting → quiet copy", create(case, quiet=True)


def came_from_a_copy(local: LocalItem) -> bool:
    """Whether it was taken in from somebody's Outlook, so that its organizer's copy exists, or existed (RULES 3.6)."""
    return bool(local.uids) and not any(uid.startswith(f"{local.event_id}@") for uid in local.uids)


def _not_found(case: Case) -> Steps:
    """The organizer's own copy is nowhere: it is never made again by itself; what no copy shows goes to the trash."""
    if case.now - case.event.modified < AWAITED:
        return ()
    if case.event.scheduler is Scheduler.ELSEWHERE and not case.event.witnesses:
        return (enter(case, State.TRASHED, "it is not in your Outlook calendar"),)
    return _missing(case)


def _begin_as_attendee(case: Case, local: LocalItem) -> tuple[str, Steps]:
    """An attendee's copy comes from Exchange; where none will come, a quiet one is made."""
    stays = local.quiet_before and case.state.policy.newcomers is Newcomers.STAY
    if local.scheduler in {Scheduler.OUTLOOK, Scheduler.ELSEWHERE}:
        if local.former_remote_id is None or stays:
            return AWAITS, _missing(case)
        if local.reply is not None and Field.ANSWER in local.marks:
            return "answered after it was gone → try it on the old copy", (respond(case),)
        return "restored → quiet copy until the real one comes", create(case, quiet=True)
    if stays:
        return "existed before → stays here", ()
    if local.scheduler is Scheduler.KALENDS and not local.quiet_before and case.now - local.modified < AWAITED:
        return AWAITS, ()
    return "nobody will bring him a copy → quiet copy", create(case, quiet=True)


def _missing(case: Case) -> Steps:
    """After ten minutes it is shown as not in his Outlook (RULES 7.4)."""
    if case.now - case.event.modified < AWAITED:
        return ()
    hold = Hold(
        key=f"missing:{case.event.event_id}",
        kind=HoldKind.MISSING,
        reason="It is not in your Outlook calendar: no invitation has arrived there.",
        subject=str(case.event.values.get(Field.SUBJECT, "")),
        event_id=case.event.event_id,
        version=case.event.version,
        at=case.now,
    )
    return (Keep(hold=hold),)


def begin_joined(case: Case) -> Decision:
    """A copy whose event is known, and has no link in this mailbox (RULES 3.7, 6.2)."""
    return _decision(case, f"{_how_known(case)} → linked", join(case))


def _how_known(case: Case) -> str:
    """By what the copy and the event were seen to be the same (RULES 6.1)."""
    if case.copy.creation is not None:
        return "made by Kalends"
    if uids_of(case.copy) & case.event.uids:
        return "the same identity"
    return "the same subject, time and people"


def begin_replacing(case: Case) -> Decision:
    """A real copy of a meeting of which the mailbox holds a quiet one, or only a stub (RULES 7.2, 1.2b)."""
    return _decision(case, "the real copy → replaces the quiet one", replace_quiet(case))
