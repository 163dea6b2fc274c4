"""Requests to Microsoft Graph for one mailbox: one seam to the world, the HTTP client that is handed in.

Nothing here sleeps: an answer that asks to wait becomes an error that says how long (RULES 16.1). Requests of one
mailbox go one after the other, or in one batch, so that Outlook's four at a time are never reached.
"""

import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol, TypeVar

import httpx2
import msgspec

from kalends.graph import wire
from kalends.graph.errors import AnswerLost, OddAnswer, refusal
from kalends.sync.errors import Transient

T = TypeVar("T")

PUBLIC_GRAPH = "https://graph.microsoft.com"
TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
PREFERENCES = ('IdType="ImmutableId"', 'outlook.timezone="UTC"', 'outlook.body-content-type="html"')
"""Asked for in every request, on every page: ids that survive a move, instants, and bodies as they are (F2.2, F9)."""

_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


class Tokens(Protocol):
    """Where the access token of one mailbox comes from; both may raise AccessLost and Transient."""

    def access_token(self) -> str:
        """A token that should still be valid."""

    def renewed_access_token(self) -> str:
        """A new one, because Graph refused the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request: a path below the version root, or the whole address of a link that Graph gave."""

    method: str = "GET"
    path: str
    body: Mapping[str, Any] | None = None
    if_match: str | None = None
    prefer: tuple[str, ...] = ()

    def headers(self) -> dict[str, str]:
        """All but the authorization, as alone, so in a batch."""
        headers = {"Prefer": ", ".join((*PREFERENCES, *self.prefer))}
        if self.body is not None:
            headers["Content-Type"] = "application/json"
        if self.if_match is not None:
            headers["If-Match"] = self.if_match
        return headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, alone or inside a batch."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | msgspec.Raw = b""

    def check(self) -> "Answer":
        """This answer if it is a success; raises what it means otherwise."""
        if self.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise refusal(self.status, self.headers, self.body)
        return self


def open_http(
    graph_url: str = PUBLIC_GRAPH,
    *,
    ca_file: str | None = None,
    transport: httpx2.BaseTransport | None = None,
) -> httpx2.Client:
    """The pool of connections that all mailboxes of a process share."""
    verify = ssl.create_default_context(cafile=ca_file) if ca_file else True
    return httpx2.Client(base_url=f"{graph_url.rstrip('/')}/v1.0", timeout=TIMEOUT, verify=verify, transport=transport)


class Graph:
    """Microsoft Graph as the owner of one mailbox."""

    def __init__(self, http: httpx2.Client, tokens: Tokens) -> None:
        self._http = http
        self._tokens = tokens

    def get(self, kind: type[T], path: str, *, prefer: Sequence[str] = ()) -> T:
        """GET something and read it as a struct."""
        return decoded(kind, self.demand(Call(path=path, prefer=tuple(prefer))))

    def pages(self, path: str, *, prefer: Sequence[str] = ()) -> Iterator[wire.Page]:
        """Every page of a collection; each link is followed as it was given."""
        seen: set[str] = set()
        link: str | None = path
        while link and link not in seen:
            seen.add(link)
            page = self.get(wire.Page, link, prefer=prefer)
            yield page
            link = page.next_link
        if link:
            message = "Outlook's pages lead in a circle."
            raise OddAnswer(message)

    def demand(self, call: Call) -> Answer:
        """The answer, if it is a success; raises what it means otherwise."""
        return self.send(call).check()

    def send(self, call: Call) -> Answer:
        """The answer, whatever it is; a token that Graph refuses is renewed once. Raises Transient, AccessLost."""
        answer = self._send(call, self._tokens.access_token())
        if answer.status == HTTPStatus.UNAUTHORIZED:
            return self._send(call, self._tokens.renewed_access_token())
        return answer

    def _send(self, call: Call, token: str) -> Answer:
        content = b"" if call.body is None else msgspec.json.encode(call.body)
        headers = {**call.headers(), "Authorization": f"Bearer {token}"}
        try:
            response = self._http.request(call.method, self._address(call.path), content=content, headers=headers)
        except _NEVER_SENT as error:
            message = f"Outlook cannot be reached ({error})."
            raise Transient(message) from error
        except (httpx2.HTTPError, OSError) as error:
            message = f"Outlook's answer did not arrive ({error or type(error).__name__})."
            raise AnswerLost(message) from error
        return Answer(status=response.status_code, headers=response.headers, body=response.content)

    def _address(self, path: str) -> str:
        """The path, or a link of Graph's own; a link to anywhere else never gets to see our token."""
        link = httpx2.URL(path)
        if link.is_absolute_url and httpx2.Origin(link) != httpx2.Origin(self._http.base_url):
            message = f"Outlook gave a link that leads elsewhere ({link.host})."
            raise OddAnswer(message)
        return path


def decoded(kind: type[T], answer: Answer) -> T:
    """The answer's body as a struct; raises OddAnswer when it is something else."""
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except msgspec.DecodeError as error:
        message = f"Something that is not Microsoft Graph answered ({error})."
        raise OddAnswer(message) from error
