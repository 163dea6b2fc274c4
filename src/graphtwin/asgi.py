"""The twin as an ASGI application, for uvicorn and for asynchronous tests.

A lost answer closes the connection without a byte: the application raises after the work was done, and the server
drops the connection because no answer was begun.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from graphtwin.http import Request, Response

if TYPE_CHECKING:
    from graphtwin.app import Twin

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class LostAnswerError(ConnectionResetError):
    """The work was done and nobody shall hear of it."""


class AsgiApplication:
    """Translates ASGI's http and lifespan to `Twin.handle`."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            request = _request(scope, await _body(receive))
            response = Response.empty(411) if _lacks_length(request) else self._twin.begin(request)
            while response.deferred is not None:
                response = await asyncio.to_thread(response.deferred)
            try:
                await _answer(send, response)
            finally:
                if response.finished is not None:
                    response.finished()


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _lacks_length(request: Request) -> bool:
    """A POST to Graph without a body must say so, by a length of 0 (FACTS §1)."""
    announced = "content-length" in request.headers or "transfer-encoding" in request.headers
    return request.method == "POST" and not announced and request.path.startswith("/v1.0")


def _request(scope: Scope, body: bytes) -> Request:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get("host") or "{}:{}".format(*scope["server"])
    return Request(
        method=scope["method"].upper(),
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
        origin=f"{scope['scheme']}://{host}",
    )


async def _answer(send: Send, response: Response) -> None:
    if response.delay_seconds:
        await asyncio.sleep(response.delay_seconds)
    if response.lost:
        raise LostAnswerError
    await _send(send, response)


async def _send(send: Send, response: Response) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
