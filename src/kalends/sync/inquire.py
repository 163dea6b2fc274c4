"""`@removed`, and absence from a full round, are questions (RULES 5.1).

1. The same iCalUId under a new id in this round: the copy was given a new id, and its link follows it.
2. Else the mailbox is asked: listed → moved or changed; in another calendar → away; nowhere → deleted.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kalends.sync.case import There
from kalends.sync.ports import Remote, Sighting, Whereabouts
from kalends.sync.snapshot import Link, RemoteItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of a linked copy that the delta did not simply show."""

    there: There
    item: RemoteItem | None = None


def missing(linked: Collection[str], items: Iterable[RemoteItem], removed: Collection[str], *, full: bool) -> set[str]:
    """The linked ids that have to be asked about."""
    seen = {item.remote_id for item in items}
    return set(linked) - seen if full else set(linked) & set(removed) - seen


def renamed(links: Iterable[Link], items: Iterable[RemoteItem], linked: Collection[str]) -> Mapping[str, RemoteItem]:
    """Old id → the item that bears its iCalUId under a new id, if just one does (RULES 1.2b: live for live)."""
    fresh: dict[str, list[RemoteItem]] = {}
    for item in items:
        if item.remote_id not in linked and item.problem is None and item.ical_uid:
            fresh.setdefault(item.ical_uid, []).append(item)
    found: dict[str, RemoteItem] = {}
    for link in links:
        same = [item for item in fresh.get(link.ical_uid, ()) if item.cancelled == link.cancelled]
        if len(same) == 1:
            found[link.remote_id] = same[0]
    return found


def inquire(
    remote: Remote, links: Mapping[str, Link], items: Iterable[RemoteItem], asked: Collection[str]
) -> Mapping[str, Found]:
    """What became of each of the asked ids; raises Unsure when no deletion may be inferred."""
    moved = renamed([links[each] for each in sorted(asked) if each in links], items, links)
    found = {old: Found(there=_present(item), item=item) for old, item in moved.items()}
    rest = [each for each in sorted(asked) if each not in moved]
    sightings = remote.look(rest) if rest else {}
    return found | {each: found_at(sightings[each]) for each in rest}


def found_at(sighting: Sighting) -> Found:
    """A sighting in the planner's words."""
    if sighting.whereabouts is Whereabouts.NOWHERE or sighting.item is None:
        return Found(there=There.DELETED)
    if sighting.whereabouts is Whereabouts.OTHER_CALENDAR:
        return Found(there=There.AWAY)
    return Found(there=_present(sighting.item), item=sighting.item)


def _present(item: RemoteItem) -> There:
    return There.CANCELLED if item.cancelled else There.CHANGED
