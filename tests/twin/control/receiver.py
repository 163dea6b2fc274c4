"""A small web server that receives notifications, as an application would."""

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATIENCE_SECONDS = 10


@dataclass(slots=True)
class Receiver:
    """`statuses` are answered one after another, then 202; `echo` changes how the token is given back."""

    address: str
    notifications: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    statuses: list[int] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    content_type: str = "text/plain"
    prefix: str = ""

    def next(self) -> dict[str, Any]:
        return self.notifications.get(timeout=PATIENCE_SECONDS)


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver(address="")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"] or 0))
            asked = parse_qs(urlsplit(self.path).query)
            if "validationToken" in asked:
                token = asked["validationToken"][0]
                receiver.tokens.append(token)
                self._answer(200, receiver.content_type, f"{receiver.prefix}{token}".encode())
                return
            status = receiver.statuses.pop(0) if receiver.statuses else 202
            if status == 202:
                for each in json.loads(body)["value"]:
                    receiver.notifications.put({"path": self.path, **each})
            self._answer(status, "text/plain", b"")

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", content_type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the server gives it
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.address = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
