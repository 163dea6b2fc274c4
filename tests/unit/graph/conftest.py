"""A simulated Outlook in the same process, and our client to it."""

import datetime as dt
from collections.abc import Callable

import httpx2
import pytest

from graphtwin.app import Twin
from kalends.graph.client import Graph, open_http
from kalends.graph.remote import GraphRemote
from kalends.sync.snapshot import Window

GRAPH_URL = "http://127.0.0.1:8080"


class TwinTokens:
    """The token of one simulated mailbox."""

    def __init__(self, twin: Twin, address: str) -> None:
        self._twin = twin
        self._address = address
        self.renewals = 0

    def access_token(self) -> str:
        mailbox = self._twin.tenant.find(self._address)
        assert mailbox is not None
        return str(self._twin.tokens.issue(mailbox))

    def renewed_access_token(self) -> str:
        self.renewals += 1
        return self.access_token()


@pytest.fixture
def twin() -> Twin:
    """An organisation with Alice, Bob and Charlie."""
    made = Twin(seed=7)
    for name in ("Alice", "Bob", "Charlie"):
        made.tenant.add_mailbox(f"{name.lower()}@example.org", name)
    return made


@pytest.fixture
def http(twin: Twin) -> httpx2.Client:
    return open_http(GRAPH_URL, transport=httpx2.WSGITransport(app=twin.wsgi))


@pytest.fixture
def graph(twin: Twin, http: httpx2.Client) -> Graph:
    """Graph as Alice."""
    return Graph(http, TwinTokens(twin, "alice@example.org"))


@pytest.fixture
def remote_of(twin: Twin, http: httpx2.Client) -> Callable[[str], GraphRemote]:
    """The Remote port of somebody's mailbox."""

    def made(name: str) -> GraphRemote:
        address = f"{name.lower()}@example.org"
        return GraphRemote(Graph(http, TwinTokens(twin, address)), installation="inst", addresses=[address])

    return made


@pytest.fixture
def window() -> Window:
    return Window(start=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), end=dt.datetime(2028, 1, 1, tzinfo=dt.UTC))
