"""What changed in a mailbox since a link, or everything in a window: `calendarView/delta` (FACTS.md §6).

1. Without a link: ask for the window; with one: follow it. The window is baked into the link.
2. Follow every `nextLink` as given, also past empty pages, until a page bears the `deltaLink`.
3. Changes may be replayed in any order of pages; of several states of one item the last one counts.
4. Bare occurrences are left out: they carry nothing but a time, which the series' pattern says too.
"""

from collections.abc import Callable, Collection
from http import HTTPStatus
from urllib.parse import quote

import msgspec

from kalends.graph import wire
from kalends.graph.client import Graph
from kalends.graph.errors import OddAnswer, Refused
from kalends.graph.event import item_of
from kalends.graph.salvage import salvaged
from kalends.graph.when import instant_text
from kalends.sync.errors import Resync
from kalends.sync.ports import DeltaRound
from kalends.sync.snapshot import RemoteItem, Window

PAGE_SIZE = 200
_entry = msgspec.json.Decoder(wire.Entry)


def read_delta(
    graph: Graph,
    delta_link: str | None,
    start: str,
    own_addresses: Collection[str],
    progress: Callable[[int], None] | None = None,
) -> DeltaRound:
    """One round, from the link or else from `start` (`delta_path`); raises Resync when the link is known no longer.

    `progress` hears of the items after each page.
    """
    try:
        return _read(graph, delta_link, start, own_addresses, progress or _unheard)
    except Refused as error:
        if delta_link and error.status == HTTPStatus.BAD_REQUEST:
            message = "Outlook cannot read the link where this mailbox's last sync ended; it is read anew."
            raise Resync(message) from error
        raise


def _unheard(_items: int) -> None:
    """Nobody asked how far the reading is."""


def _read(
    graph: Graph,
    delta_link: str | None,
    start: str,
    own_addresses: Collection[str],
    progress: Callable[[int], None],
) -> DeltaRound:
    items: dict[str, RemoteItem] = {}
    removed: set[str] = set()
    last_link = None
    for page in graph.pages(delta_link or start, prefer=(f"odata.maxpagesize={PAGE_SIZE}",)):
        for raw in page.value:
            _note(raw, items, removed, own_addresses)
        progress(len(items))
        last_link = page.delta_link
    if not last_link:
        message = "Outlook did not say where this mailbox's sync ended."
        raise OddAnswer(message)
    return DeltaRound(
        items=list(items.values()), removed=frozenset(removed), delta_link=last_link, full=delta_link is None
    )


def _note(raw: msgspec.Raw, items: dict[str, RemoteItem], removed: set[str], own_addresses: Collection[str]) -> None:
    entry = _entry_of(raw)
    if not entry.id or (entry.type == "occurrence" and not entry.removed):
        return
    items.pop(entry.id, None)
    removed.discard(entry.id)
    if entry.removed:
        removed.add(entry.id)
    else:
        items[entry.id] = item_of(raw, own_addresses)


def _entry_of(raw: msgspec.Raw) -> wire.Entry:
    try:
        return _entry.decode(raw)
    except msgspec.DecodeError:
        event = salvaged(raw)
        return wire.Entry(id=event.id, type=event.type)


def delta_path(root: str, window: Window) -> str:
    """Where a full round over a window of one calendar begins."""
    start, end = quote(instant_text(window.start)), quote(instant_text(window.end))
    return f"{root}/calendarView/delta?startDateTime={start}&endDateTime={end}"
