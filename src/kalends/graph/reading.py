"""Single items and filtered lists of items, with the properties that say whose creation they are."""

from collections.abc import Collection, Iterator, Sequence
from urllib.parse import quote

from kalends.graph import wire
from kalends.graph.batch import BatchResult, send_all
from kalends.graph.client import Answer, Call, Graph, decoded
from kalends.graph.errors import NotFound, Refused
from kalends.graph.event import item_of
from kalends.graph.marks import EXPAND
from kalends.sync.errors import Transient, Unsure
from kalends.sync.snapshot import RemoteItem


def event_path(remote_id: str) -> str:
    """An event by its id, whose letters may need escaping."""
    return f"/me/events/{quote(remote_id, safe='')}"


def read_items(graph: Graph, remote_ids: Sequence[str], own_addresses: Collection[str]) -> dict[str, RemoteItem]:
    """Those of the items that exist, with `creation` and `sequence`; raises Unsure for any refusal but “not found”."""
    calls = [Call(path=f"{event_path(remote_id)}?$expand={quote(EXPAND)}") for remote_id in remote_ids]
    answers = zip(remote_ids, map(sure, send_all(graph, calls)), strict=True)
    return {remote_id: _item(answer, own_addresses) for remote_id, answer in answers if answer}


def _item(answer: Answer, own_addresses: Collection[str]) -> RemoteItem:
    decoded(wire.Entry, answer)
    return item_of(answer.body, own_addresses)


def filtered_path(root: str, condition: str) -> str:
    """The events of one calendar that fulfil a condition, also outside every window."""
    return f"{root}/events?$filter={condition}&$expand={quote(EXPAND)}&$top=50"


def list_items(graph: Graph, path: str, own_addresses: Collection[str]) -> Iterator[RemoteItem]:
    """Every item of a list, page by page."""
    return (item_of(raw, own_addresses) for page in graph.pages(path) for raw in page.value)


def sure(result: BatchResult) -> Answer | None:
    """The answer; None for ErrorItemNotFound. Raises Unsure for any other refusal, and Transient."""
    if isinstance(result, Transient):
        raise result
    try:
        return result.check()
    except NotFound:
        return None
    except Refused as error:
        raise Unsure(str(error)) from error
