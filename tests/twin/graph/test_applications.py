"""The twin as an ASGI and as a WSGI application: what goes in comes out (FACTS §1)."""

import asyncio
import io
import json
from typing import Any

from graphtwin.app import Twin
from tests.twin.graph.client import Person, lunch


def _asgi(twin: Twin, method: str, path: str, body: bytes, headers: list[tuple[bytes, bytes]]) -> list[Any]:
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"graph.example"), *headers],
        "scheme": "https",
        "server": ("127.0.0.1", 443),
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(twin.asgi(scope, receive, send))
    return sent


def test_it_speaks_asgi(twin: Twin, alice: Person) -> None:
    headers = [(b"authorization", f"Bearer {alice.token}".encode()), (b"content-length", b"1")]
    start, body = _asgi(twin, "POST", "/v1.0/me/events", json.dumps(lunch()).encode(), headers)
    assert (start["status"], json.loads(body["body"])["subject"]) == (201, "Lunch")
    assert json.loads(body["body"])["@odata.context"].startswith("https://graph.example/v1.0/$metadata#users(")


def test_it_wants_the_length_of_a_post(twin: Twin, alice: Person) -> None:
    event_id = alice.post("/me/events", lunch())["id"]
    start, _ = _asgi(twin, "POST", f"/v1.0/me/events/{event_id}/dismissReminder", b"", [])
    assert start["status"] == 411


def test_it_speaks_wsgi(twin: Twin, alice: Person) -> None:
    body = json.dumps(lunch()).encode()
    answered: list[Any] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/v1.0/me/events",
        "QUERY_STRING": "",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": f"Bearer {alice.token}",
        "HTTP_HOST": "graph.example",
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "https",
    }
    (shown,) = twin.wsgi(environ, lambda status, headers, *_: answered.append((status, dict(headers))))  # type: ignore[arg-type]
    assert answered[0][0] == "201 Created"
    assert json.loads(shown)["subject"] == "Lunch"
