"""One Outlook mailbox behind the engine's `Remote` port: each method one question or deed, told in requests."""

from collections.abc import Callable, Collection, Mapping, Sequence

from kalends.domain.attendee import normal_address
from kalends.graph import wire
from kalends.graph.batch import send_all
from kalends.graph.calendars import calendar_root
from kalends.graph.client import Call, Graph, decoded
from kalends.graph.delta import delta_path, read_delta
from kalends.graph.errors import Denied, Refused, Troubled
from kalends.graph.event import item_of
from kalends.graph.filters import equals, has_property
from kalends.graph.looking import sightings
from kalends.graph.marks import CREATION, INSTALLATION, creation_text, transaction_id
from kalends.graph.reading import filtered_path, list_items, read_items, sure
from kalends.graph.writing import write_all
from kalends.sync.errors import AccessLost
from kalends.sync.ports import DeltaRound, RemoteWrite, Sighting, WriteResult
from kalends.sync.snapshot import Creation, RemoteItem, Window


class GraphRemote:
    """The Remote port on Microsoft Graph; `addresses` are all those of the mailbox's owner (RULES 1.3).

    `calendar_id` names another calendar than the default one; from that one is only read (RULES 14.4).
    `progress` is told how many items have been read, after each page of a delta.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        installation: str,
        addresses: Collection[str],
        calendar_id: str = "",
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self._graph = graph
        self._root = calendar_root(calendar_id)
        self._progress = progress
        self._installation = installation
        self._addresses = frozenset(map(normal_address, addresses))

    def delta(self, delta_link: str | None, window: Window) -> DeltaRound:
        """All pages since the link, or a full round over the window without one. Raises Resync."""
        try:
            return read_delta(self._graph, delta_link, delta_path(self._root, window), self._addresses, self._progress)
        except Denied as error:
            message = f"Microsoft no longer lets Kalends read this calendar. Connect Outlook again. ({error})"
            raise AccessLost(message) from error

    def get(self, remote_id: str) -> RemoteItem | None:
        """The item, with `creation` and `sequence`; None for ErrorItemNotFound. Raises Unsure for other refusals."""
        return read_items(self._graph, [remote_id], self._addresses).get(remote_id)

    def look(self, remote_ids: Sequence[str]) -> Mapping[str, Sighting]:
        """Where each of them is (RULES 5.1). Raises Unsure when an answer leaves room for doubt."""
        return sightings(self._graph, self._root, remote_ids, self._addresses)

    def find_created(self, creation: Creation) -> RemoteItem | None:
        """The item that bears this very creation: by our property, then by transactionId (RULES 1.2)."""
        path = filtered_path(self._root, has_property(CREATION, creation_text(creation)))
        return next(iter(list_items(self._graph, path, self._addresses)), None) or self._with_transaction(creation)

    def _with_transaction(self, creation: Creation) -> RemoteItem | None:
        """By the idempotency key; a mailbox that cannot be searched by it knows of none.

        Nothing is made twice for that: a create that is sent again bears the same key (FACTS.md §2.5).
        """
        key = transaction_id(creation)
        try:
            items = list(
                list_items(self._graph, filtered_path(self._root, equals("transactionId", key)), self._addresses)
            )
        except (Refused, Troubled):
            return None
        return next((item for item in items if item.transaction_id == key), None)

    def find_ours(self) -> Mapping[str, Creation]:
        """Every item that bears our property, by its id; one filtered query (RULES 6.1)."""
        path = filtered_path(self._root, has_property(INSTALLATION, self._installation))
        items = list_items(self._graph, path, self._addresses)
        return {item.remote_id: item.creation for item in items if item.creation}

    def find_by_uid(self, uids: Collection[str]) -> Sequence[RemoteItem]:
        """The items of these uids, also outside the window (RULES 3.6)."""
        calls = [Call(path=filtered_path(self._root, equals("iCalUId", uid))) for uid in sorted(uids)]
        answers = [answer for answer in map(sure, send_all(self._graph, calls)) if answer]
        pages = [decoded(wire.Page, answer) for answer in answers]
        return [item_of(raw, self._addresses) for page in pages for raw in page.value]

    def write(self, writes: Sequence[RemoteWrite]) -> Sequence[WriteResult]:
        """One result for each write, in order; no two of one call touch the same item."""
        return write_all(self._graph, writes, self._addresses)
