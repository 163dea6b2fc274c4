"""The planner alone: one pair of an event and its copy, driven until nothing is left to do.

A pair (pair.py) carries a decision out as perfect ports would, so that thousands of three-tree cases a second can be
checked: that they end, that both sides are equal then, that nothing is lost, and that nobody is written to who must
not be.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from random import Random

from kalends.domain.event import (
    SHARED,
    Field,
    Scheduler,
    State,
)
from kalends.domain.scheduling import MailKind
from kalends.sync.case import Case, Standing, There
from kalends.sync.merge import agree, mean_the_same
from kalends.sync.ports import (
    Patch,
    Respond,
)
from kalends.sync.snapshot import LocalItem
from tests.simulation.pair import (
    BOUND,
    HERE,
    NOW,
    STATE,
    THERE,
    Pair,
    Setting,
    pair_of,
)

# ── what must hold ──────────────────────────────────────────────────────────────────────────────────────────────────


def broken(setting: Setting) -> list[str]:
    """What is wrong with how this case ends."""
    pair = pair_of(setting)
    before = pair.local
    if not pair.settle():
        return [f"it does not end within {BOUND} rounds"]
    return [*_forbidden_writes(setting, pair), *_unequal(pair), *_lost(setting, before, pair)]


def _forbidden_writes(setting: Setting, pair: Pair) -> Iterable[str]:
    kinds = {mail.kind for mail in pair.mails}
    for send in pair.sends:
        fields = set(send.write.values) if isinstance(send.write, Patch) else set()
        if setting.standing is Standing.ATTENDEE and fields & SHARED:
            yield f"shared fields of somebody else's meeting were written: {sorted(fields)}"
        if (
            setting.standing in {Standing.KEEPER, Standing.GUEST}
            and Field.ATTENDEES in fields
            and setting.scheduler is not Scheduler.OUTLOOK
        ):
            yield "a quiet copy was given a list"
    moved = Field.WHEN in setting.there | setting.alike and setting.fate is There.SAME
    if moved and Field.ANSWER in setting.here and any(isinstance(send.write, Respond) for send in pair.sends):
        yield "an answer was sent for another time than its giver saw"
    if setting.standing is Standing.ATTENDEE and kinds - {MailKind.RESPONSE}:
        yield f"an attendee's copy mailed {kinds}"
    if setting.standing is Standing.GUEST and kinds and Field.ATTENDEES not in setting.there | setting.alike:
        yield f"a quiet copy mailed {kinds}"
    if (
        setting.standing is Standing.ATTENDEE
        and setting.fate is There.DELETED
        and pair.local.state is not State.ACTIVE
        and not setting.ended_here
    ):
        yield "an attendee's deletion ended the meeting"


def _unequal(pair: Pair) -> Iterable[str]:
    if pair.link is None or pair.item is None or pair.link.cancelled or pair.local.hidden:
        return
    if pair.local.state is not State.ACTIVE:
        return
    case = Case(state=STATE, now=NOW, link=pair.link, local=pair.local, item=pair.item, there=There.SAME)
    answer = {Field.ANSWER} if case.standing is Standing.ATTENDEE else set()
    for name in (case.up & case.down) | answer:
        waits = name is Field.ANSWER and pair.local.reply is not None
        if not waits and not mean_the_same(name, pair.local.values[name], pair.item.values[name]):
            yield f"{name} differs: {pair.local.values[name]} here, {pair.item.values[name]} in Outlook"


def _lost(setting: Setting, before: LocalItem, pair: Pair) -> Iterable[str]:
    """What one side alone wrote stands on this side; of what both wrote, the loser is in the inbox."""
    if (
        pair.link is None
        or pair.local.state is not State.ACTIVE
        or pair.local.hidden
        or setting.fate is There.CANCELLED
    ):
        return
    case = Case(state=STATE, now=NOW, link=pair.link, local=pair.local, item=pair.item, there=There.SAME)
    for name in setting.here - setting.there - {Field.ANSWER}:
        if name in case.up and not agree(name, pair.local.values[name], before.values[name]):
            yield f"{name}: what was written here is gone"
    for name in setting.there - setting.here - {Field.ANSWER}:
        if name in case.down and not agree(name, pair.local.values[name], THERE[name]):
            yield f"{name}: what was written in Outlook did not come"
    for name in (setting.here & setting.there) - {Field.ANSWER, Field.ATTENDEES, Field.CATEGORIES}:
        kept = {each.field for each in pair.lost}
        if name in case.up & case.down and name not in kept:
            yield f"{name}: both wrote, and nothing is in the inbox"


# ── cases ───────────────────────────────────────────────────────────────────────────────────────────────────────────

THREE = (Field.SUBJECT, Field.ATTENDEES, Field.REMINDER)
ANSWERS = (Field.WHEN, Field.SHOW_AS, Field.ANSWER)
CHANGES = ("same", "here", "there", "both", "alike")


def every_case(fields: tuple[Field, ...] = THREE) -> Iterator[Setting]:
    """Exhaustively: standing × scheduler × others × fate of each side × what became of three fields."""
    fates = (There.SAME, There.DELETED, There.CANCELLED, There.AWAY)
    for standing, scheduler, others, fate, ended, hidden in itertools.product(
        Standing, Scheduler, (False, True), fates, (False, True), (False, True)
    ):
        for kinds in itertools.product(CHANGES, repeat=len(fields)):
            named = dict(zip(fields, kinds, strict=True))
            yield _setting(standing, scheduler, others, fate, ends=(ended, hidden), kinds=named)


def random_case(draw: Random) -> Setting:
    """Any standing, any fate, any fields."""
    kinds = {name: draw.choice(CHANGES) for name in draw.sample(sorted(HERE), k=draw.randint(0, len(HERE)))}
    ends = (draw.random() < 0.2, draw.random() < 0.2)
    fate = draw.choice((There.SAME, There.SAME, There.DELETED, There.CANCELLED, There.AWAY))
    standing, scheduler = draw.choice(list(Standing)), draw.choice(list(Scheduler))
    return _setting(standing, scheduler, draw.random() < 0.7, fate, ends=ends, kinds=kinds)


def _setting(
    standing: Standing,
    scheduler: Scheduler,
    others: bool,
    fate: There,
    *,
    ends: tuple[bool, bool],
    kinds: Mapping[Field, str],
) -> Setting:
    return Setting(
        standing=standing,
        scheduler=scheduler,
        others=others,
        here=frozenset(name for name, kind in kinds.items() if kind in {"here", "both"}),
        there=frozenset(name for name, kind in kinds.items() if kind in {"there", "both"}),
        alike=frozenset(name for name, kind in kinds.items() if kind == "alike"),
        ended_here=ends[0],
        hidden=ends[1],
        fate=fate,
    )


def check_planner(count: int, seed: int) -> tuple[int, list[str]]:
    """So many random cases; returns how many there were and what is broken."""
    draw = Random(seed)
    found: list[str] = []
    for _ in range(count):
        setting = random_case(draw)
        found += [f"{fault}: {setting}" for fault in broken(setting)]
    return count, found
