"""Planted bugs: each breaks one rule in one place, and the simulation must notice (STYLE 22).

A bug is a patch of one name in one module for as long as a schedule, or a batch of planner cases, runs.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from kalends.domain.event import Field, State
from kalends.sync import answers, endings, merge, plan, reading, reconcile, settle, sorting
from kalends.sync import apply as applying
from kalends.sync import case as cases
from kalends.sync import conclude as concluding
from kalends.sync import forecast as forecasting
from kalends.sync import round as rounds
from kalends.sync.case import Here, Standing, There
from kalends.sync.conclude import Ports
from kalends.sync.inquire import Found
from kalends.sync.ports import Intent, Patch, Unmark
from kalends.sync.steps import Decision, Put, Send
from tests.simulation.ledger import MemoryLedger
from tests.simulation.local import MemoryLocal
from tests.simulation.planner import broken, random_case
from tests.simulation.schedule import run

Patcher = Callable[[Any], Any]
CASES = 150
"""Planner cases tried with each schedule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """What is wrong, where, and what stands there instead of the right thing."""

    name: str
    owner: Any
    attribute: str
    wrong: Patcher

    @contextmanager
    def planted(self) -> Iterator[None]:
        """The bug is there as long as the block runs."""
        right = self.owner[self.attribute] if isinstance(self.owner, dict) else getattr(self.owner, self.attribute)
        _put(self.owner, self.attribute, self.wrong(right))
        try:
            yield
        finally:
            _put(self.owner, self.attribute, right)


def _put(owner: Any, attribute: Any, value: Any) -> None:
    if isinstance(owner, dict):
        owner[attribute] = value
    else:
        setattr(owner, attribute, value)


def caught_after(bug: Bug, first: int, tries: int) -> int | None:
    """How many schedules it took until a checker complained; None when none did."""
    draw = Random(first)
    with bug.planted():
        for number in range(1, tries + 1):
            if any(_complains(random_case(draw)) for _ in range(CASES)) or _schedule_complains(first + number - 1):
                return number
    return None


def _complains(setting: Any) -> bool:
    try:
        return bool(broken(setting))
    except Exception:  # noqa: BLE001 - a planted bug may break anything, and whatever it breaks is noticed
        return True


def _schedule_complains(seed: int) -> bool:
    try:
        return bool(run(seed).faults)
    except Exception:  # noqa: BLE001 - as above
        return True


# ── what is planted ─────────────────────────────────────────────────────────────────────────────────────────────────


def _ignoring(field: Field) -> Patcher:
    return lambda right: lambda name, trees, limits: merge.SETTLED if name is field else right(name, trees, limits)


def _nothing(_right: Any) -> Callable[..., None]:
    return lambda *_arguments, **_named: None


def _always(value: Any) -> Patcher:
    return lambda _right: lambda *_arguments, **_named: value


def _cell(key: tuple[Here, There], standing: Standing, move: Callable[..., Any]) -> Bug:
    row = dict(plan.TABLE[key])
    name = f"{standing}: {key[0]} here, {key[1]} there → {move.__name__.replace('_', ' ')}"
    return Bug(name=name, owner=plan.TABLE, attribute=key, wrong=lambda _right: {**row, standing: move})  # type: ignore[arg-type]


def _without_cancellations(right: Any) -> Any:
    return lambda *arguments: tuple(mail for mail in right(*arguments) if mail.kind != "cancel")


def _no_fence(_right: Any) -> Any:
    @contextmanager
    def transaction(self: MemoryLedger) -> Iterator[None]:
        with self.store.journal.transaction():
            yield

    return transaction


def _keep_base(_right: Any) -> Any:
    return lambda case, _merged, _answer: reconcile.seen(case.pair, case.item)


def _clear_marks(_right: Any) -> Any:
    def unmark(self: MemoryLocal, write: Unmark) -> None:
        self.store.marks.drop((self.mailbox_id, write.event_id))

    return unmark


def _believe_absence(_right: Any) -> Any:
    def inquire(_remote: Any, _links: Any, _items: Any, asked: Any) -> Mapping[str, Found]:
        return {each: Found(there=There.DELETED) for each in asked}

    return inquire


def _believe_writes(right: Any) -> Any:
    def look(ports: Ports, intent: Intent) -> Any:
        found = right(ports, intent)
        return (intent, found[1]) if isinstance(intent.write, Patch) else found

    return look


def _finish_first(right: Any) -> Any:
    def read(ports: Ports, *rest: Any) -> Any:
        known = right(ports, *rest)
        if known.believed:
            with ports.ledger.transaction():
                ports.ledger.finish(delta_link=known.delta_link, window=known.window, at=ports.clock())
        return known

    return read


def _forget_conflicts(_right: Any) -> Any:
    return lambda _case, _merged: ()


def _forget_what_was_put_off(right: Any) -> Any:
    def fail(ports: Ports, decision: Decision, intent: Intent, *rest: Any) -> None:
        right(ports, decision, intent, *rest)
        with ports.ledger.transaction():
            for event_id, stamp in ports.ledger.dirty().items():
                if event_id == intent.event_id:
                    ports.ledger.clean(event_id, stamp)

    return fail


def _base_from_what_is_found(right: Any) -> Any:
    def link(intent: Intent, before: Any, item: Any) -> Any:
        made = right(intent, before, item)
        return replace(made, ours=dict(item.values), theirs=dict(item.values)) if made and item else made

    return link


def _keep_quiet_copy(right: Any) -> Any:
    return lambda case: tuple(
        step for step in right(case) if not (isinstance(step, Send) and type(step.write).__name__ == "Delete")
    )


def _cancel_for_all(right: Any) -> Any:
    def cancelled(case: Any) -> Any:
        steps = right(case)
        if case.event.state is not State.ACTIVE or case.pair.cancelled:
            return steps
        put = [step for step in steps if isinstance(step, Put)]
        return (endings.enter(case, State.CANCELLED, "a stub"), *put)

    return cancelled


def _one_patch(_right: Any) -> Any:
    def patches(case: Any, merged: Any) -> Any:
        if not merged.up:
            return ()
        return (reconcile._patch(case, dict(merged.up), merge.attendees_of(case.remote_values)),)

    return patches


def _invite_quiet(right: Any) -> Any:
    return lambda case, **_quiet: right(case, quiet=False)


def _no_settling(_right: Any) -> Any:
    def forget(ports: Ports) -> settle.Settled:
        with ports.ledger.transaction():
            for intent in ports.ledger.intents():
                ports.ledger.raise_creation_number(intent.event_id)
                ports.ledger.close_intent(intent.intent_id)
        return settle.Settled(count=0)

    return forget


BUGS: tuple[Bug, ...] = (
    Bug(name="a lost field", owner=merge, attribute="_decide", wrong=_ignoring(Field.PLACES)),
    Bug(name="another lost field", owner=merge, attribute="_decide", wrong=_ignoring(Field.REMINDER)),
    Bug(name="a double create: unfinished creates are forgotten", owner=rounds, attribute="settle", wrong=_no_settling),
    Bug(name="what may have arrived is repeated blindly", owner=settle, attribute="_look", wrong=_always((None, None))),
    Bug(name="a patch is believed to have arrived", owner=settle, attribute="_look", wrong=_believe_writes),
    Bug(name="no write-ahead record", owner=MemoryLedger, attribute="open_intent", wrong=_nothing),
    Bug(name="a deletion inferred from silence", owner=reading, attribute="inquire", wrong=_believe_absence),
    Bug(name="an echo: the base does not follow", owner=reconcile, attribute="_moved_link", wrong=_keep_base),
    Bug(name="a fencing check left out", owner=MemoryLedger, attribute="transaction", wrong=_no_fence),
    Bug(
        name="a forecast that forgets a removed attendee",
        owner=forecasting,
        attribute="mails_of_change",
        wrong=_without_cancellations,
    ),
    Bug(name="a forecast that forgets a deletion", owner=forecasting, attribute="mails_of_delete", wrong=_always(())),
    Bug(
        name="a forecast that forgets answers",
        owner=forecasting,
        attribute="mails_of_answer",
        wrong=lambda _right: lambda *_a, **_n: (),
    ),
    Bug(name="marks cleared unseen", owner=MemoryLocal, attribute="_unmark", wrong=_clear_marks),
    Bug(name="the delta link stored before its snapshots", owner=rounds, attribute="read", wrong=_finish_first),
    Bug(name="the loser of a conflict thrown away", owner=reconcile, attribute="_conflicts", wrong=_forget_conflicts),
    Bug(name="what was put off is forgotten", owner=applying, attribute="_failed", wrong=_forget_what_was_put_off),
    Bug(
        name="the base taken from what is found",
        owner=concluding,
        attribute="link_after",
        wrong=_base_from_what_is_found,
    ),
    Bug(name="the quiet copy stays beside the real one", owner=plan, attribute="replace_quiet", wrong=_keep_quiet_copy),
    Bug(name="a quiet copy that invites", owner=plan, attribute="create", wrong=_invite_quiet),
    Bug(name="the uid is not looked at", owner=sorting, attribute="by_uid", wrong=_always(None)),
    Bug(
        name="many deletions at once pass",
        owner=rounds,
        attribute="guard",
        wrong=lambda _right: lambda made, *_rest: list(made),
    ),
    Bug(
        name="answers compared as part of the list",
        owner=merge,
        attribute="_roles",
        wrong=lambda _right: lambda people: {each.key: each for each in people},
    ),
    Bug(name="list and personal fields in one patch", owner=reconcile, attribute="_patches", wrong=_one_patch),
    Bug(name="an answer for another time is sent", owner=answers, attribute="same_time", wrong=_always(True)),
    Bug(
        name="shared fields go up to an attendee's copy",
        owner=cases,
        attribute="_UP",
        wrong=lambda right: {**right, Standing.ATTENDEE: right[Standing.ORGANIZER]},
    ),
    _cell((Here.SAME, There.DELETED), Standing.ATTENDEE, endings.trash),
    _cell((Here.SAME, There.CANCELLED), Standing.ATTENDEE, _cancel_for_all(endings.cancelled)),
    _cell((Here.DELETED, There.SAME), Standing.ORGANIZER, plan.wait),
    _cell((Here.CHANGED, There.CHANGED), Standing.ORGANIZER, endings.withdraw),
    _cell((Here.SAME, There.CHANGED), Standing.KEEPER, plan.wait),
)
