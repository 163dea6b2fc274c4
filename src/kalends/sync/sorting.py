"""From a reading to decisions: each item and each edited event becomes a case, and each case is planned (RULES §1, §6).

Linked events go to the table. What has no link is sorted here:

| found                                             | becomes                                          |
|---------------------------------------------------|--------------------------------------------------|
| an item that cannot be taken over                 | a hold with its reason                           |
| a series, an occurrence                           | a hold, until series are written (never flattened) |
| a stub nobody knows                               | nothing                                          |
| an item of a known event without a link           | linked                                           |
| a real copy beside a quiet one or a stub          | takes its place                                  |
| an item of ours beside the link, nobody on it     | withdrawn (RULES 1.2b)                           |
| a second item of one event                        | a hold (RULES 1.1)                               |
| an item whose organizer is just creating something | waits (RULES 1.2a)                              |
| any other item                                    | a new event                                      |
| an event without a copy                           | made, awaited or left alone                      |
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from kalends.domain.event import Field, Sensitivity
from kalends.domain.span import overlaps
from kalends.sync import plan
from kalends.sync.beginnings import take_in, uids_of
from kalends.sync.case import Case, There
from kalends.sync.conclude import Ports, written_key
from kalends.sync.forecast import forecast
from kalends.sync.inquire import Found
from kalends.sync.match import by_likeness, by_uid
from kalends.sync.merge import attendees_of, span_of
from kalends.sync.ports import Delete, Direction, Hold, HoldKind, Privacy
from kalends.sync.reading import Reading
from kalends.sync.snapshot import Kind, Link, LocalItem, Part, RemoteItem, Value
from kalends.sync.steps import Decision, Keep, Release, Send

SETTLING = dt.timedelta(seconds=5)


@dataclass(slots=True, kw_only=True)
class Sorting:
    """One pass over a reading, with what Kalends and the ledger say at this moment."""

    ports: Ports
    reading: Reading
    now: dt.datetime
    links: Mapping[str, Link]
    by_item: Mapping[str, Link]
    locals: Mapping[str, LocalItem]
    stamps: Mapping[str, int]
    decisions: list[Decision] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    """Events that this pass has decided about."""
    uids: set[str] = field(default_factory=set)
    """Those of items that this pass takes in."""

    def decide(self, decision: Decision, organizer: LocalItem | None = None) -> None:
        """Add a decision with its forecast."""
        self.decisions.append(forecast(decision, organizer.organizer if organizer is not None else None))
        if decision.event_id is not None:
            self.taken.add(decision.event_id)

    def case(
        self,
        *,
        link: Link | None = None,
        local: LocalItem | None = None,
        item: RemoteItem | None = None,
        there: There = There.SAME,
    ) -> Case:
        """A case of this round."""
        return Case(
            state=self.reading.state,
            now=self.now,
            link=link,
            local=local,
            item=item,
            there=there,
            holds=frozenset(self.reading.holds),
        )


def sort(ports: Ports, reading: Reading, only: Collection[str] | None = None) -> Sorting:
    """Decide about everything the reading touches, or, in a later pass, only about these events and items."""
    stamps = ports.ledger.dirty()
    shown = [*reading.items, *reading.found]
    by_item = ports.ledger.links_of_items(shown)
    wanted = {*stamps, *reading.retried, *(link.event_id for link in by_item.values())}
    if only is not None:
        wanted &= set(only)
    links = {**ports.ledger.links_of_events(wanted), **{link.event_id: link for link in by_item.values()}}
    sorting = Sorting(
        ports=ports,
        reading=reading,
        now=ports.clock(),
        links=links,
        by_item=by_item,
        locals=ports.local.read(wanted),
        stamps=stamps,
    )
    sorting.taken |= reading.under_way
    _linked(sorting, wanted - reading.under_way)
    _unlinked(sorting, [item for item in _strangers(sorting) if only is None or item.remote_id in only])
    _without_copy(sorting, wanted, everything=only is None)
    return sorting


def _strangers(sorting: Sorting) -> list[RemoteItem]:
    """Items without a link, and that no link follows to a new id."""
    followed = {each.item.remote_id for each in sorting.reading.found.values() if each.item is not None}
    return [
        item for name, item in sorting.reading.items.items() if name not in sorting.by_item and name not in followed
    ]


# ── linked ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _linked(sorting: Sorting, wanted: Collection[str]) -> None:
    for event_id in sorted(wanted & sorting.links.keys()):
        link = sorting.links[event_id]
        found = sorting.reading.found.get(link.remote_id)
        item = found.item if found is not None else sorting.reading.items.get(link.remote_id)
        local = sorting.locals.get(event_id)
        if item is not None and (trouble := _trouble(item, sorting.now)) is not None:
            sorting.decide(_keep(trouble, event_id))
            continue
        if _refused(sorting, local):
            continue
        case = sorting.case(link=link, local=local, item=item, there=_there(found, item))
        decision = plan.decide(case)
        if item is not None:
            decision = _released(decision, sorting.reading.holds, f"item:{item.remote_id}")
        sorting.decide(decision, local)


def _there(found: Found | None, item: RemoteItem | None) -> There:
    if found is not None:
        return found.there
    if item is None:
        return There.SAME
    return There.CANCELLED if item.cancelled else There.CHANGED


def _refused(sorting: Sorting, local: LocalItem | None) -> bool:
    """Outlook refused this very version, and its next attempt is not due (RULES 16.3)."""
    if local is None:
        return False
    hold = sorting.reading.holds.get(written_key(local.event_id))
    return (
        hold is not None
        and hold.version == local.version
        and local.event_id not in sorting.reading.retried
        and local.event_id in sorting.stamps
    )


def _released(decision: Decision, holds: Mapping[str, Hold], key: str) -> Decision:
    return replace(decision, steps=(Release(key=key), *decision.steps)) if key in holds else decision


# ── items without a link ────────────────────────────────────────────────────────────────────────────────────────────


def _unlinked(sorting: Sorting, items: list[RemoteItem]) -> None:
    sound = [item for item in (_masked(sorting, each) for each in items) if item is not None]
    known = dict(sorting.ports.local.find({uid for item in sound for uid in uids_of(item)})) if sound else {}
    connected = _connected(sorting, sound, known)
    alike = _alike(sorting, [item for item in sound if by_uid(item, known) is None])
    ours = _ours(sorting, sound)
    for item in sound:
        event = ours.get(item.remote_id) or by_uid(item, known) or alike.get(item.remote_id)
        if event is None:
            _newcomer(sorting, item, connected)
        else:
            _acquaintance(sorting, item, event)


def _masked(sorting: Sorting, item: RemoteItem) -> RemoteItem | None:
    """The item if it can be taken over; else it is held or left alone."""
    trouble = _trouble(item, sorting.now)
    if trouble is not None:
        sorting.decide(_keep(trouble, None))
        return None
    if item.kind in {Kind.OCCURRENCE, Kind.EXCEPTION} or sorting.reading.state.policy.direction is Direction.TO_OUTLOOK:
        return None
    if item.values.get(Field.SENSITIVITY) in {Sensitivity.PRIVATE, Sensitivity.CONFIDENTIAL, Sensitivity.PERSONAL}:
        return _private(item, sorting.reading.state.policy.privacy)
    return item


def _private(item: RemoteItem, privacy: Privacy) -> RemoteItem | None:
    """What the owner lets Kalends see of a private event; a placeholder is never written back (RULES 14.5)."""
    if privacy is Privacy.SKIP:
        return None
    if privacy is Privacy.FULL:
        return item
    hidden: dict[Field, Value] = {
        Field.SUBJECT: "",
        Field.BODY: "",
        Field.PLACES: (),
        Field.ATTENDEES: (),
        Field.CATEGORIES: (),
    }
    return replace(item, values={**item.values, **hidden}, unwritable=item.unwritable | hidden.keys())


def _trouble(item: RemoteItem, now: dt.datetime) -> Hold | None:
    """Why an item cannot be taken over, if so."""
    if item.problem is None and item.kind is not Kind.MASTER:
        return None
    series = item.kind is Kind.MASTER
    return Hold(
        key=f"item:{item.remote_id}",
        kind=HoldKind.SERIES if series else HoldKind.SET_ASIDE,
        reason="Repeating events are not yet written." if series else str(item.problem),
        subject=str(item.values.get(Field.SUBJECT, "")),
        remote_id=item.remote_id,
        etag=item.etag,
        retry_at=None if series else now + dt.timedelta(hours=1),
        at=now,
    )


def _keep(hold: Hold, event_id: str | None) -> Decision:
    kept = replace(hold, event_id=event_id)
    return Decision(
        event_id=event_id, remote_id=hold.remote_id, rule=str(hold.kind), subject=hold.subject, steps=(Keep(hold=kept),)
    )


def _connected(sorting: Sorting, items: Iterable[RemoteItem], known: Mapping[str, LocalItem]) -> frozenset[str]:
    """Which organizers of unknown meetings have a mailbox here."""
    organizers = {
        item.organizer.key
        for item in items
        if not item.is_organizer and item.organizer is not None and by_uid(item, known) is None
    }
    return sorting.ports.local.connected(organizers) if organizers else frozenset()


def _alike(sorting: Sorting, items: list[RemoteItem]) -> Mapping[str, LocalItem]:
    """Matches by likeness, at the first sync or a reset alone (RULES 6.1, 6.5)."""
    first = sorting.reading.state.first_synced_at
    if not items or not sorting.reading.full:
        return {}
    old = [item for item in items if first is None or (item.created is not None and item.created < first)]
    events = [
        each for each in sorting.ports.local.unlinked(sorting.reading.window) if first is None or each.quiet_before
    ]
    return by_likeness(old, events)


def _ours(sorting: Sorting, items: Iterable[RemoteItem]) -> Mapping[str, LocalItem]:
    """Items that bear the name of a creation in this mailbox, and whose event lives (RULES 1.2)."""
    state = sorting.reading.state
    named = {
        item.remote_id: item.creation.event_id
        for item in items
        if item.creation is not None
        and (item.creation.installation, item.creation.mailbox_id) == (state.installation, state.mailbox_id)
    }
    events = sorting.ports.local.read(set(named.values())) if named else {}
    return {name: events[event_id] for name, event_id in named.items() if event_id in events}


def _newcomer(sorting: Sorting, item: RemoteItem, connected: frozenset[str]) -> None:
    """A copy that nothing here stands for."""
    if item.cancelled:
        return
    if uids_of(item) & sorting.uids:
        sorting.decide(_keep(_second(item, sorting.now), None))
        return
    organizer = item.organizer.key if item.organizer is not None and not item.is_organizer else ""
    if organizer in connected and sorting.ports.ledger.creating({organizer}):
        sorting.decide(_keep(_waiting(item, sorting.now), None))
        return
    event_id = sorting.ports.new_id()
    sorting.uids |= uids_of(item)
    steps = take_in(sorting.case(item=item), event_id, connected)
    decision = Decision(
        event_id=event_id,
        remote_id=item.remote_id,
        rule="only in Outlook → taken in",
        subject=str(item.values.get(Field.SUBJECT, "")),
        steps=steps,
    )
    sorting.decide(_released(decision, sorting.reading.holds, f"item:{item.remote_id}"))


def _waiting(item: RemoteItem, now: dt.datetime) -> Hold:
    return Hold(
        key=f"item:{item.remote_id}",
        kind=HoldKind.WAITING,
        reason="Its organizer's own copy is being made; this one follows in a moment.",
        subject=str(item.values.get(Field.SUBJECT, "")),
        remote_id=item.remote_id,
        choices=(),
        retry_at=now + SETTLING,
        at=now,
    )


def _acquaintance(sorting: Sorting, item: RemoteItem, event: LocalItem) -> None:
    """A copy of an event that is known here."""
    if event.event_id in sorting.reading.under_way:
        return
    link = sorting.links.get(event.event_id) or sorting.ports.ledger.links_of_events([event.event_id]).get(
        event.event_id
    )
    if link is None and event.event_id not in sorting.taken:
        if not item.cancelled:
            decision = plan.begin_joined(sorting.case(local=event, item=item))
            sorting.decide(_released(decision, sorting.reading.holds, f"item:{item.remote_id}"), event)
        return
    if link is None or link.remote_id == item.remote_id:
        return
    gone = sorting.reading.found.get(link.remote_id)
    if gone is not None and gone.there is There.DELETED and not item.cancelled:
        sorting.decide(plan.begin_joined(sorting.case(local=event, item=item)), event)
    elif (link.quiet or link.cancelled) and not item.cancelled and item.creation is None:
        sorting.decide(plan.begin_replacing(sorting.case(link=link, local=event, item=item)), event)
    elif item.creation is not None and not attendees_of(item.values):
        sorting.decide(_leftover(item, event))
    elif not item.cancelled:
        sorting.decide(_keep(_second(item, sorting.now), None))


def _leftover(item: RemoteItem, event: LocalItem) -> Decision:
    """An item of ours that is not the link, and has nobody on it, is withdrawn (RULES 1.2b)."""
    write = Delete(remote_id=item.remote_id, etag=item.etag)
    send = Send(write=write, local_values={}, version=event.version)
    return Decision(
        event_id=event.event_id, remote_id=item.remote_id, rule="ours, and not the link → withdrawn", steps=(send,)
    )


def _second(item: RemoteItem, now: dt.datetime) -> Hold:
    return Hold(
        key=f"item:{item.remote_id}",
        kind=HoldKind.TWICE,
        reason="Outlook holds this event twice; the other one is the one shown here.",
        subject=str(item.values.get(Field.SUBJECT, "")),
        remote_id=item.remote_id,
        etag=item.etag,
        at=now,
    )


# ── events without a copy ───────────────────────────────────────────────────────────────────────────────────────────


def _without_copy(sorting: Sorting, wanted: Collection[str], *, everything: bool) -> None:
    """Edited events without a link; at a full round also those that existed before and never had a copy (RULES 6.3)."""
    events = {name: each for name, each in sorting.locals.items() if name in wanted and name not in sorting.links}
    if everything and sorting.reading.full and sorting.reading.believed:
        for local in sorting.ports.local.unlinked(sorting.reading.window):
            if local.quiet_before and local.former_remote_id is None:
                events.setdefault(local.event_id, local)
    begun = [events[name] for name in sorted(events.keys() - sorting.taken) if not _away(sorting, name)]
    begun = _sought(sorting, begun)
    for local in begun:
        if not _refused(sorting, local):
            sorting.decide(plan.begin_here(sorting.case(local=local)), local)


def _away(sorting: Sorting, event_id: str) -> bool:
    """Its copy lives in another Outlook calendar; a second one is not made (RULES 5.1)."""
    return f"event:{event_id}" in sorting.reading.holds


def _sought(sorting: Sorting, events: list[LocalItem]) -> list[LocalItem]:
    """An event that came from elsewhere is looked up by uid before its organizer's copy is made (RULES 3.6)."""
    foreign = [
        each
        for each in events
        if each.part is Part.ORGANIZER
        and each.former_remote_id is None
        and (plan.came_from_a_copy(each) or (each.quiet_before and each.uids and not _was_seen(sorting.reading, each)))
    ]
    items = sorting.ports.remote.find_by_uid({uid for each in foreign for uid in each.uids}) if foreign else ()
    by_event = {each.event_id: item for each in foreign for item in items if uids_of(item) & each.uids}
    for event in foreign:
        item = by_event.get(event.event_id)
        if item is not None and item.problem is None and not item.cancelled:
            sorting.decide(plan.begin_joined(sorting.case(local=event, item=item)), event)
    return [each for each in events if each.event_id not in sorting.taken]


def _was_seen(reading: Reading, event: LocalItem) -> bool:
    """A full round over the event's time has shown every item there is, by whatever uid."""
    return reading.full and overlaps(span_of(event.values), reading.window.start, reading.window.end)
