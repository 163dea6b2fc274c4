"""What a round learns before it decides anything: the delta, and the answers to the questions it raises (RULES 5.1).

1. The delta; a link no longer known makes it a full round, and so does a window that has to roll (RULES 13.1).
2. Items that wait for another attempt are read again by id.
3. Linked ids that are `@removed`, or missing from a full round, are asked about.
4. At a full round, items that bear our property are named (delta does not carry it, RULES 6.1).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kalends.sync.conclude import Ports
from kalends.sync.errors import Resync
from kalends.sync.guard import doubtful
from kalends.sync.inquire import Found, inquire, missing
from kalends.sync.ports import Choice, DeltaRound, Hold, HoldKind, MailboxState, Policy
from kalends.sync.snapshot import RemoteItem, Window

ROLL = dt.timedelta(days=7)
"""How far the window may lag behind today before it rolls."""
MOVED = frozenset({Choice.RETRY, Choice.APPLY, Choice.KEEP_HERE, Choice.KEEP_IN_OUTLOOK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The mailbox as this round found it.

    `items` are those that were shown, `found` the answers about linked ids that were not; `retried` are events that
    wait for another attempt. `believed` is false for an empty full round that no second one has confirmed.
    `under_way` are events that another worker may just be writing, which are left alone.
    """

    state: MailboxState
    window: Window
    items: Mapping[str, RemoteItem]
    found: Mapping[str, Found]
    holds: Mapping[str, Hold]
    retried: frozenset[str]
    delta_link: str | None
    full: bool
    believed: bool
    under_way: frozenset[str] = frozenset()


def wished_window(policy: Policy, now: dt.datetime) -> Window:
    """Whole days around today, so that one day's rounds wish the same (RULES 13.1)."""
    today = now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(start=today - dt.timedelta(days=policy.days_back), end=today + dt.timedelta(days=policy.days_ahead))


def current_window(state: MailboxState, now: dt.datetime) -> tuple[Window, str | None]:
    """The window to read, and the delta link if it still belongs to it."""
    wished = wished_window(state.policy, now)
    if state.window is None or state.delta_link is None:
        return wished, None
    length = wished.end - wished.start
    if state.window.end - state.window.start != length or abs(wished.start - state.window.start) >= ROLL:
        return wished, None
    return state.window, state.delta_link


def read(ports: Ports, under_way: frozenset[str] = frozenset()) -> Reading:
    """Ask Outlook everything this round has to know."""
    state, now = ports.ledger.state(), ports.clock()
    window, delta_link = current_window(state, now)
    round_ = _delta(ports, delta_link, window)
    holds = {hold.key: hold for hold in ports.ledger.holds()}
    due = [hold for hold in holds.values() if is_due(hold, now)]
    linked = ports.ledger.linked_items() if round_.full or round_.removed else {}
    if doubtful(round_, len(linked), state.empty_rounds):
        return _disbelieved(state, window, holds)
    items = {item.remote_id: item for item in round_.items} | _read_again(
        ports, due, {each.remote_id for each in round_.items}
    )
    found = dict(_asked(ports, round_, items, linked)) | _decided(ports, due, items)
    return Reading(
        state=state,
        window=window,
        items=_named(ports, items, round_, linked),
        found=found,
        holds=holds,
        retried=frozenset(hold.event_id for hold in due if hold.event_id is not None),
        delta_link=round_.delta_link,
        full=round_.full,
        believed=True,
        under_way=under_way,
    )


def is_due(hold: Hold, now: dt.datetime) -> bool:
    """Whether a hold is to be looked at in this round: its time has come, or the person has decided."""
    return hold.decided in MOVED or (hold.retry_at is not None and hold.retry_at <= now)


def _delta(ports: Ports, delta_link: str | None, window: Window) -> DeltaRound:
    try:
        return ports.remote.delta(delta_link, window)
    except Resync:
        return ports.remote.delta(None, window)


def _disbelieved(state: MailboxState, window: Window, holds: Mapping[str, Hold]) -> Reading:
    return Reading(
        state=state,
        window=window,
        items={},
        found={},
        holds=holds,
        retried=frozenset(),
        delta_link=None,
        full=True,
        believed=False,
    )


def _read_again(ports: Ports, due: Iterable[Hold], seen: set[str]) -> dict[str, RemoteItem]:
    """Items set aside earlier; one that is gone is left to its link's own question."""
    again: dict[str, RemoteItem] = {}
    for hold in due:
        if hold.remote_id is None or hold.remote_id in seen or hold.kind is HoldKind.DELETIONS:
            continue
        item = ports.remote.get(hold.remote_id)
        if item is not None:
            again[item.remote_id] = item
    return again


def _asked(
    ports: Ports, round_: DeltaRound, items: Mapping[str, RemoteItem], linked: Mapping[str, str]
) -> Mapping[str, Found]:
    asked = missing(linked.keys(), items.values(), round_.removed, full=round_.full)
    if not asked:
        return {}
    links = ports.ledger.links_of_items(list(asked | items.keys()))
    return inquire(ports.remote, links, items.values(), asked)


def _decided(ports: Ports, due: Iterable[Hold], items: Mapping[str, RemoteItem]) -> dict[str, Found]:
    """Held deletions that the person has decided about: where the copy is now (RULES 5.4)."""
    asked = {
        hold.remote_id
        for hold in due
        if hold.kind is HoldKind.DELETIONS and hold.remote_id is not None and hold.remote_id not in items
    }
    if not asked:
        return {}
    links = ports.ledger.links_of_items(list(asked))
    return dict(inquire(ports.remote, links, (), [each for each in asked if each in links]))


def _named(
    ports: Ports, items: Mapping[str, RemoteItem], round_: DeltaRound, linked: Mapping[str, str]
) -> Mapping[str, RemoteItem]:
    """Items of ours that no link knows, named by the property that a delta does not carry (RULES 1.2, 6.1)."""
    if not round_.full:
        return _named_one_by_one(ports, items)
    if items.keys() <= linked.keys():
        return items
    ours = ports.remote.find_ours()
    return {
        name: replace(item, creation=ours[name]) if name in ours and item.creation is None else item
        for name, item in items.items()
    }


def _named_one_by_one(ports: Ports, items: Mapping[str, RemoteItem]) -> Mapping[str, RemoteItem]:
    """While something of ours is being made, a new item with a transaction id may be just that."""
    suspects = [name for name, item in items.items() if item.transaction_id and item.creation is None]
    if not suspects or not (ports.ledger.dirty() or ports.ledger.intents()):
        return items
    unknown = [name for name in suspects if name not in ports.ledger.links_of_items(suspects)]
    read_again = {name: item for name in unknown if (item := ports.remote.get(name)) is not None}
    return {**items, **read_again}
