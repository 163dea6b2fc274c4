"""Which Outlook item is which event, where no link says so (RULES 1.1, 6.1).

In order: ours by its creation; the uid; and, at the first sync alone, likeness: subject, time, kind and organizer
equal, the lists equal or one of them empty, and exactly one candidate on each side.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from kalends.domain.event import Field, State
from kalends.domain.span import AllDay
from kalends.sync.beginnings import uids_of
from kalends.sync.merge import attendees_of, span_of
from kalends.sync.snapshot import LocalItem, RemoteItem, Values

Likeness = tuple[str, bool, dt.datetime, dt.datetime]


def by_uid(item: RemoteItem, known: Mapping[str, LocalItem]) -> LocalItem | None:
    """The event that bears one of the item's uids."""
    return next((known[uid] for uid in sorted(uids_of(item)) if uid in known), None)


def by_likeness(items: Iterable[RemoteItem], events: Iterable[LocalItem]) -> Mapping[str, LocalItem]:
    """Item id → event, for pairs that are alike and alone in being so on both sides."""
    there: dict[Likeness, list[RemoteItem]] = defaultdict(list)
    here: dict[Likeness, list[LocalItem]] = defaultdict(list)
    for item in items:
        if not item.cancelled and item.problem is None:
            there[_likeness(item.values)].append(item)
    for event in events:
        if event.state is State.ACTIVE:
            here[_likeness(event.values)].append(event)
    pairs = ((there[key], here[key]) for key in there.keys() & here.keys())
    return {
        candidates[0].remote_id: events_alike[0]
        for candidates, events_alike in pairs
        if len(candidates) == 1 and len(events_alike) == 1 and _compatible(candidates[0], events_alike[0])
    }


def _likeness(values: Values) -> Likeness:
    when = span_of(values)
    return str(values[Field.SUBJECT]).strip(), isinstance(when, AllDay), when.start_at, when.end_at


def _compatible(item: RemoteItem, event: LocalItem) -> bool:
    """Organizers equal; lists equal, or one of them empty."""
    one = item.organizer.key if item.organizer is not None else ""
    other = event.organizer.key if event.organizer is not None else ""
    if one != other:
        return False
    there, here = _keys(item.values), _keys(event.values)
    return not there or not here or there == here


def _keys(values: Values) -> Collection[str]:
    return {each.key for each in attendees_of(values)}
