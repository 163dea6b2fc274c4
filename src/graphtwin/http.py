"""Requests and responses as plain values, and routes by table.

The core of graphtwin knows no web framework: `asgi.py` and `wsgi.py` translate at the edge, tests build `Request`s by
hand. A `Route` is a method, a path pattern such as `/v1.0/me/events/{event_id}` and a handler; `Routes` finds one by
walking the path's segments through a tree, literals before parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from graphtwin.errors import GraphError, bad_request

if TYPE_CHECKING:
    from graphtwin.tenant import Mailbox

LARGEST_BODY = 4 * 1024 * 1024
Handler = Callable[..., "Response"]


@dataclass(slots=True, frozen=True, kw_only=True)
class Caller:
    """Who calls: a signed-in mailbox, or (mailbox None) an application on its own behalf."""

    mailbox: Mailbox | None
    app_id: str
    scopes: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Request:
    """One request. Header names are lower-case, `path` is percent-decoded, `query` is raw; `params`: the last wins."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    origin: str = ""
    id: str = ""
    batch_part: str | None = None
    caller: Caller | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    _params: dict[str, str] | None = None

    @property
    def params(self) -> dict[str, str]:
        if self._params is None:
            self._params = dict(parse_qsl(self.query, keep_blank_values=True)) if self.query else {}
        return self._params

    def json(self) -> Any:
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            message = (
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of "
                "valid JSON format."
            )
            raise bad_request(message) from error

    def json_object(self, *, empty_allowed: bool = False) -> dict[str, Any]:
        """Return the body as a JSON object; an empty body is an empty object where the action takes no parameters."""
        if empty_allowed and not self.body.strip():
            return {}
        if len(self.body) > LARGEST_BODY:
            raise GraphError(413, "RequestEntityTooLarge", "The request is larger than 4 MB.")
        payload = self.json()
        if not isinstance(payload, dict):
            raise bad_request("Empty Payload. JSON content expected.")
        return payload


@dataclass(slots=True, kw_only=True)
class Response:
    """One answer. `lost`: the work was done and the connection breaks; `delay_seconds`: waited by the server, unlocked.

    `deferred`: work that must not hold the twin's lock (it calls out, or runs whole requests); it is run once the
    lock is free, and what it returns is the answer. `finished`: called when the answer has gone out.
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_seconds: float = 0.0
    lost: bool = False
    deferred: Callable[[], Response] | None = None
    finished: Callable[[], None] | None = None

    @classmethod
    def json(cls, status: int, payload: object, headers: Mapping[str, str] | None = None) -> Response:
        return cls.encoded(status, msgspec.json.encode(payload), headers)

    @classmethod
    def encoded(cls, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
        """Answer with JSON that is already bytes."""
        content_type = (
            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
        )
        return cls(status=status, headers={"content-type": content_type, **(headers or {})}, body=body)

    @classmethod
    def empty(cls, status: int, headers: Mapping[str, str] | None = None) -> Response:
        return cls(status=status, headers=dict(headers or {}))

    @classmethod
    def html(cls, status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
        return cls(
            status=status, headers={"content-type": "text/html; charset=utf-8", **(headers or {})}, body=text.encode()
        )

    @classmethod
    def redirect(cls, url: str) -> Response:
        return cls(status=302, headers={"location": url})


@dataclass(slots=True, frozen=True)
class Route:
    """`handler(twin, request, **path_parameters)`; `authenticated`: a bearer token is demanded and becomes
    `request.caller`.
    """

    method: str
    pattern: str
    handler: Handler
    authenticated: bool = False


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    parameter: tuple[str, _Node] | None = None
    routes: dict[str, Route] = field(default_factory=dict)


class Routes:
    """The table of all routes as a tree by segment."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        node = self._root
        for segment in route.pattern.strip("/").split("/"):
            if segment.startswith("{"):
                name = segment[1:-1]
                if node.parameter is None:
                    node.parameter = (name, _Node())
                if node.parameter[0] != name:
                    raise ValueError(f"{route.pattern}: parameter is {node.parameter[0]!r} in another route")
                node = node.parameter[1]
            else:
                node = node.literals.setdefault(segment.lower(), _Node())
        if route.method in node.routes:
            raise ValueError(f"two routes for {route.method} {route.pattern}")
        node.routes[route.method] = route

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and its parameters, or raise 404 for an unknown path and 405 for an unknown method."""
        segments = path.strip("/").split("/")
        parameters: dict[str, str] = {}
        node = _walk(self._root, segments, parameters)
        if node is None:
            raise GraphError(404, "ResourceNotFound", f"Resource not found for the segment '{segments[-1]}'.")
        route = node.routes.get(method)
        if route is None:
            allowed = ", ".join(sorted(node.routes))
            raise GraphError(
                405,
                "Request_BadRequest",
                f"Specified HTTP method is not allowed for the request target '{path}'.",
                headers={"allow": allowed},
            )
        return route, parameters


def _walk(node: _Node, segments: list[str], parameters: dict[str, str]) -> _Node | None:
    """Follow the segments, preferring literals and going back to the parameter where a literal led nowhere."""
    for index, segment in enumerate(segments):
        literal = node.literals.get(segment.lower())
        if literal is not None:
            if node.parameter is None:
                node = literal
                continue
            found = _walk(literal, segments[index + 1 :], parameters)
            if found is not None:
                return found
        if node.parameter is None:
            return None
        name, node = node.parameter
        parameters[name] = segment
    return node if node.routes else None
