"""Where is it? What became of items that a delta no longer lists (RULES 5.1).

1. GET each by its id, for its present times; `ErrorItemNotFound` means deleted.
2. An item that answers may still lie in Deleted Items: list our calendar around its start.
3. What is not there is looked for in the other calendars; what is in none is deleted.

A series is in no calendar view, only its occurrences are; it is looked for among the calendar's events by `iCalUId`.
Every answer that is neither the item nor ErrorItemNotFound leaves doubt, and doubt deletes nothing.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import cast

import msgspec

from kalends.domain.event import Field
from kalends.domain.span import Span
from kalends.graph import wire
from kalends.graph.batch import BatchResult, send_all
from kalends.graph.calendars import list_calendars
from kalends.graph.client import Call, Graph, decoded
from kalends.graph.filters import equals
from kalends.graph.reading import read_items, sure
from kalends.graph.when import instant_text
from kalends.sync.errors import Unsure
from kalends.sync.ports import Sighting, Whereabouts
from kalends.sync.snapshot import Kind, RemoteItem

_AROUND = dt.timedelta(days=1)
_entry = msgspec.json.Decoder(wire.Entry)


def sightings(
    graph: Graph, root: str, remote_ids: Sequence[str], own_addresses: Collection[str]
) -> Mapping[str, Sighting]:
    """Where each item is, seen from the calendar at `root`; raises Unsure, Transient, AccessLost."""
    found = read_items(graph, remote_ids, own_addresses)
    result = {remote_id: Sighting(whereabouts=Whereabouts.NOWHERE) for remote_id in remote_ids}
    missing = _sort_in(graph, root, list(found.values()), Whereabouts.LISTED, result)
    for other in list_calendars(graph) if missing else ():
        if other.root != root:
            missing = _sort_in(graph, other.root, missing, Whereabouts.OTHER_CALENDAR, result)
    return result


def _sort_in(
    graph: Graph,
    root: str,
    items: Sequence[RemoteItem],
    whereabouts: Whereabouts,
    result: dict[str, Sighting],
) -> list[RemoteItem]:
    """Note the items that this calendar lists; give back those that it does not."""
    listings = send_all(graph, [Call(path=_listing_path(root, item)) for item in items])
    missing = []
    for item, listing in zip(items, listings, strict=True):
        if _lists(graph, listing, item):
            result[item.remote_id] = Sighting(whereabouts=whereabouts, item=item)
        else:
            missing.append(item)
    return missing


def _listing_path(root: str, item: RemoteItem) -> str:
    when = cast("Span | None", item.values.get(Field.WHEN))
    if item.kind is Kind.MASTER or when is None:
        return f"{root}/events?$filter={equals('iCalUId', item.ical_uid)}&$select=id,type&$top=50"
    start, end = instant_text(when.start_at - _AROUND), instant_text(when.start_at + _AROUND)
    return f"{root}/calendarView?startDateTime={start}&endDateTime={end}&$select=id,type&$top=200"


def _lists(graph: Graph, listing: BatchResult, item: RemoteItem) -> bool:
    answer = sure(listing)
    if answer is None:
        message = "Outlook says that a calendar of its own does not exist."
        raise Unsure(message)
    page = decoded(wire.Page, answer)
    if item.remote_id in _ids(page):
        return True
    return bool(page.next_link) and any(item.remote_id in _ids(more) for more in graph.pages(page.next_link or ""))


def _ids(page: wire.Page) -> set[str | None]:
    return {_entry.decode(raw).id for raw in page.value}
