"""Two sides' changes become one, field by field (RULES §4).

| here     | Outlook  | result                                                                            |
|----------|----------|-----------------------------------------------------------------------------------|
| same     | same     | nothing                                                                           |
| changed  | same     | up: Outlook is written                                                            |
| same     | changed  | down: Kalends is written                                                          |
| changed  | changed  | equal: both bases move · a list: merged member by member · else one wins, the other is kept |

A side changed when it differs from its own base (4.1). What Outlook has becomes its base at once; ours moves when the
field is settled, so that a value still on its way up, or one that may not go there, stays a change made here.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import TypeVar, cast

from kalends.domain.attendee import Answer, Attendee
from kalends.domain.event import Field, Place
from kalends.domain.span import AllDay, Span
from kalends.sync.snapshot import Value, Values

M = TypeVar("M")


def attendees_of(values: Values) -> tuple[Attendee, ...]:
    """The list, empty when it is not among the values."""
    return cast("tuple[Attendee, ...]", values.get(Field.ATTENDEES, ()))


def answer_of(values: Values) -> Answer:
    """The owner's answer, none when it is not among the values."""
    return cast("Answer", values.get(Field.ANSWER, Answer()))


def span_of(values: Values) -> Span:
    """When it happens."""
    return cast("Span", values[Field.WHEN])


def agree(field: Field, one: Value, other: Value) -> bool:
    """Whether a side's value is still the same: people by address and role, categories as a set, answer by partstat."""
    if field is Field.ATTENDEES:
        return _roles(cast("tuple[Attendee, ...]", one)) == _roles(cast("tuple[Attendee, ...]", other))
    if field is Field.CATEGORIES:
        return set(cast("tuple[str, ...]", one)) == set(cast("tuple[str, ...]", other))
    if field is Field.ANSWER:
        return cast("Answer", one).partstat == cast("Answer", other).partstat
    return one == other


def mean_the_same(field: Field, here: Value, outlook: Value) -> bool:
    """Whether two sides' values are one to a person, though Exchange spells it in its own way (RULES 4.1)."""
    if agree(field, here, outlook):
        return True
    if field is Field.BODY:
        return text_of(cast("str", here)) == text_of(cast("str", outlook))
    if field is Field.WHEN:
        return same_time(cast("Span", here), cast("Span", outlook))
    if field is Field.PLACES:
        return _names(cast("tuple[Place, ...]", here)) == _names(cast("tuple[Place, ...]", outlook))
    return False


def _roles(people: Iterable[Attendee]) -> Mapping[str, str]:
    return {each.key: each.role for each in people}


def _names(places: Iterable[Place]) -> list[str]:
    return [each.name.strip() for each in places if each.name.strip()]


def same_time(one: Span, other: Span) -> bool:
    """Whether two spans are the same stretch of time, in whatever zones it is told."""
    if isinstance(one, AllDay) is not isinstance(other, AllDay):
        return False
    return (one.start_at, one.end_at) == (other.start_at, other.end_at)


_SILENT = re.compile(r"<(head|style|script|title)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r"""(?:href|src)\s*=\s*["']([^"']*)["']""", re.IGNORECASE)


def text_of(body: str) -> tuple[str, ...]:
    """The words and links of an HTML body, by which two bodies are compared (FACTS.md §2.6)."""
    if "<" not in body and "&" not in body:
        return tuple(body.split())
    spoken = _SILENT.sub(" ", body)
    links = tuple(unescape(each) for each in _LINK.findall(spoken))
    return tuple(unescape(_TAG.sub(" ", spoken)).split()) + links


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A value that gave way to the other side's (RULES 4.3)."""

    field: Field
    kept: Value
    lost: Value
    lost_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What moves: `down` into Kalends, `up` into Outlook; `ours` and `theirs` are the bases once `down` is stored.

    A field that goes up keeps its old base until it was written.
    """

    down: Values
    up: Values
    lost: tuple[Lost, ...]
    ours: Values
    theirs: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """The three trees of one pair: two bases, and what each side has now."""

    ours: Values
    theirs: Values
    local: Values
    remote: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Which fields may move `down` and `up`, and which of our differences count as changes made here (`written`).

    `one_way`: the person chose a direction, and what was made on the other side stays there (RULES 14.4).
    """

    down: Collection[Field]
    up: Collection[Field]
    written: Callable[[Field], bool]
    outlook_wins: bool
    one_way: bool = False


def merge(trees: Trees, limits: Limits) -> Merged:
    """Compare and decide every field both sides know; the owner's answer is not merged but answered (RULES §11)."""
    down: dict[Field, Value] = {}
    up: dict[Field, Value] = {}
    ours, theirs = dict(trees.ours), dict(trees.theirs)
    lost: list[Lost] = []
    for field in Field:
        if field is Field.ANSWER or field not in trees.remote:
            continue
        if field not in trees.local:  # its owner takes no part here just now; what he has in Outlook is the base
            ours[field] = theirs[field] = trees.remote[field]
            continue
        verdict = _decide(field, trees, limits)
        if verdict.down is not None:
            down[field] = verdict.down[0]
        if verdict.up is not None:
            up[field] = verdict.up[0]
        if verdict.settled:
            ours[field] = down.get(field, trees.local[field])
        theirs[field] = trees.remote[field]
        lost += verdict.lost
    return Merged(down=down, up=up, lost=tuple(lost), ours=ours, theirs=theirs)


def meet(local: Values, remote: Values, down: Collection[Field], spoke: Callable[[Field], bool]) -> Merged:
    """Two sides without a base: Outlook's values are taken, nothing goes up (RULES 6.2, 3.7).

    `spoke` tells whether our value was written by people here, so that it is kept when it gives way.
    """
    taken: dict[Field, Value] = {}
    lost: list[Lost] = []
    for field in Field:
        if field not in local or field not in remote or field not in down or field is Field.ANSWER:
            continue
        if mean_the_same(field, local[field], remote[field]):
            continue
        taken[field] = remote[field]
        if spoke(field):
            lost.append(Lost(field=field, kept=remote[field], lost=local[field], lost_here=True))
    return Merged(down=taken, up={}, lost=tuple(lost), ours={**local, **taken}, theirs=dict(remote))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """One field's fate; values are wrapped because None is one. `settled`: our base may move now."""

    down: tuple[Value] | None = None
    up: tuple[Value] | None = None
    lost: tuple[Lost, ...] = ()
    settled: bool = True


SETTLED = _Verdict()
STAYS = _Verdict(settled=False)


def _decide(field: Field, trees: Trees, limits: Limits) -> _Verdict:
    local, remote = trees.local[field], trees.remote[field]
    remote_changed = field not in trees.theirs or not agree(field, remote, trees.theirs[field])
    differs = field not in trees.ours or not agree(field, local, trees.ours[field])
    if not differs:
        return _Verdict(down=(remote,)) if remote_changed and field in limits.down else SETTLED
    if not limits.written(field):
        return _unmarked(field, trees, limits, remote_changed=remote_changed)
    if remote_changed:
        return _both(field, trees, limits)
    return _Verdict(up=(local,), settled=False) if field in limits.up else STAYS


def _unmarked(field: Field, trees: Trees, limits: Limits, *, remote_changed: bool) -> _Verdict:
    """A local value that nobody wrote here came from another link: it loses to the organizer's own (RULES 3.5)."""
    if field not in limits.down or agree(field, trees.local[field], trees.remote[field]):
        return SETTLED
    if remote_changed or field not in trees.ours:
        return _Verdict(down=(trees.remote[field],))
    return _Verdict(down=(trees.ours[field],)) if field in limits.up else SETTLED


def _both(field: Field, trees: Trees, limits: Limits) -> _Verdict:
    local, remote = trees.local[field], trees.remote[field]
    if agree(field, local, remote):
        return SETTLED
    if limits.one_way:
        return _Verdict(up=(local,), settled=False) if field in limits.up else STAYS
    if field not in limits.down:
        return _Verdict(up=(local,), settled=False) if field in limits.up else SETTLED
    if field in limits.up and field in {Field.ATTENDEES, Field.CATEGORIES}:
        return _merge_members(field, trees)
    if field not in limits.up or limits.outlook_wins or mean_the_same(field, local, remote):
        return _lose_here(field, trees)
    lost = Lost(field=field, kept=local, lost=remote, lost_here=False)
    return _Verdict(up=(local,), lost=(lost,), settled=False)


def _lose_here(field: Field, trees: Trees) -> _Verdict:
    local, remote = trees.local[field], trees.remote[field]
    if mean_the_same(field, local, remote):
        return _Verdict(down=(remote,))
    return _Verdict(down=(remote,), lost=(Lost(field=field, kept=remote, lost=local, lost_here=True),))


def _merge_members(field: Field, trees: Trees) -> _Verdict:
    """Each member is added, changed or removed by whoever did it; of two roles for one person Outlook's stays."""
    if field is Field.ATTENDEES:
        base, local, remote = (attendees_of(each) for each in (trees.ours, trees.local, trees.remote))
        members: Value = _three_way(base, local, remote, lambda each: each.key, lambda each: each.role)
    else:
        old, here, there = (
            cast("tuple[str, ...]", each.get(field, ())) for each in (trees.ours, trees.local, trees.remote)
        )
        members = _three_way(old, here, there, lambda each: each, lambda _: "")
    down = None if agree(field, members, trees.local[field]) else (members,)
    up = None if agree(field, members, trees.remote[field]) else (members,)
    return _Verdict(down=down, up=up, settled=up is None)


def _three_way(
    base: Iterable[M], local: Iterable[M], remote: Iterable[M], key: Callable[[M], str], content: Callable[[M], str]
) -> tuple[M, ...]:
    before = {key(each): each for each in base}
    here = {key(each): each for each in local}
    there = {key(each): each for each in remote}
    kept: list[M] = []
    for name in [*there, *(name for name in here if name not in there)]:
        if name in here and name in there:
            moved_there = name not in before or content(there[name]) != content(before[name])
            kept.append(there[name] if moved_there else here[name])
        elif name not in before:
            kept.append(here.get(name) or there[name])
    return tuple(kept)
