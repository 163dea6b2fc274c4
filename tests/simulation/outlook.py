"""The way from Kalends to the twin within one process: an HTTP transport without sockets, that can be interrupted."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote

import httpx2

from graphtwin.app import Twin
from graphtwin.http import Request
from graphtwin.tenant import Mailbox
from kalends.graph.client import Graph
from kalends.graph.remote import GraphRemote
from tests.simulation.installation import Person
from tests.simulation.ledger import INSTALLATION

ORIGIN = "https://graph.example"
Hook = Callable[[httpx2.Request], None]


class TwinTransport(httpx2.BaseTransport):
    """Each request is answered by the twin at once; `before` and `after` may raise instead: work not done, done."""

    def __init__(self, twin: Twin) -> None:
        self.twin = twin
        self.requests: set[str] = set()
        """The ids of all requests that came this way, parts of batches included."""
        self.before: Hook | None = None
        self.after: Hook | None = None
        self.altered: Callable[[httpx2.Request, bytes], bytes] | None = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.before is not None:
            self.before(request)
        seen = self.twin.requests_seen
        raw_path, _, query = request.url.raw_path.decode("ascii").partition("?")
        response = self.twin.handle(
            Request(
                method=request.method,
                path=unquote(raw_path),
                query=query,
                headers={name.lower(): value for name, value in request.headers.items()},
                body=request.read(),
                origin=ORIGIN,
            )
        )
        ids = self.twin.tenant.ids
        self.requests |= {ids.guid("request", number + 1) for number in range(seen, self.twin.requests_seen)}
        if self.after is not None:
            self.after(request)
        if response.lost:
            message = "the answer is lost"
            raise httpx2.ReadError(message)
        body = response.body
        if self.altered is not None and response.status == HTTPStatus.OK:
            body = self.altered(request, body)
        return httpx2.Response(response.status, headers=response.headers, content=body)


class TwinTokens:
    """Tokens straight from the twin's mint."""

    def __init__(self, twin: Twin, mailbox: Mailbox) -> None:
        self._twin, self._mailbox = twin, mailbox
        self._token = ""

    def access_token(self) -> str:
        return self._token or self.renewed_access_token()

    def renewed_access_token(self) -> str:
        self._token = self._twin.tokens.issue(self._mailbox)
        return self._token


def remote_of(twin: Twin, transport: TwinTransport, person: Person) -> GraphRemote:
    """Somebody's mailbox through Kalends' own Graph dialect."""
    mailbox = twin.tenant.mailbox(person.address)
    http = httpx2.Client(base_url=f"{ORIGIN}/v1.0", transport=transport)
    graph = Graph(http, TwinTokens(twin, mailbox))
    return GraphRemote(graph, installation=INSTALLATION, addresses=person.addresses)
