"""A small SMTP server on a loopback port, for mail that comes in from outside (RFC 5321); `inbound` reads it."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from graphtwin.inbound import receive_mail

if TYPE_CHECKING:
    from graphtwin.app import Twin

LARGEST_MESSAGE = 35 * 1024 * 1024
_PATH = re.compile(rb"<([^<>]*)>")
_SILENCE_SECONDS = 60.0


@contextmanager
def receiving_mail(twin: Twin, host: str, port: int) -> Iterator[int]:
    """Receive mail for the twin while the block runs; yields the port, which is a free one for 0."""
    server = _Server((host, port), _Session)
    server.twin = twin
    thread = threading.Thread(target=server.serve_forever, name="smtp", daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    twin: Twin


class _Session(socketserver.StreamRequestHandler):
    """One connection: EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT."""

    timeout = _SILENCE_SECONDS
    server: _Server

    def handle(self) -> None:
        self._recipients: list[str] = []
        self._say("220 graphtwin ESMTP")
        verbs: dict[bytes, Callable[[bytes], bool]] = {
            b"EHLO": lambda _: self._say("250-graphtwin", "250 8BITMIME"),
            b"HELO": lambda _: self._say("250 graphtwin"),
            b"MAIL": lambda _: self._forget(),
            b"RSET": lambda _: self._forget(),
            b"NOOP": lambda _: self._say("250 OK"),
            b"RCPT": self._recipient,
            b"DATA": lambda _: self._data(),
            b"QUIT": lambda _: self._quit(),
        }
        while line := self.rfile.readline(4096):
            verb = verbs.get(line[:4].upper())
            if verb is None:
                self._say("500 Not understood")
            elif not verb(line):
                return

    def _say(self, *lines: str) -> bool:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
        return True

    def _quit(self) -> bool:
        self._say("221 Bye")
        return False

    def _forget(self) -> bool:
        self._recipients.clear()
        return self._say("250 OK")

    def _recipient(self, line: bytes) -> bool:
        path = _PATH.search(line)
        if path is None:
            return self._say("501 RCPT TO:<address>")
        address = path[1].decode("utf-8", "replace")
        if self.server.twin.tenant.find(address) is None:
            return self._say("550 5.1.1 No such mailbox")
        self._recipients.append(address)
        return self._say("250 OK")

    def _data(self) -> bool:
        if not self._recipients:
            return self._say("503 RCPT first")
        self._say("354 End with a dot")
        message = self._message()
        if len(message) > LARGEST_MESSAGE:
            return self._say("552 5.3.4 Too large")
        twin = self.server.twin
        try:
            with twin.lock:
                count = receive_mail(twin, message, self._recipients)
        except ValueError as error:
            return self._say(f"554 5.6.0 {error}")
        twin.subscriptions.deliver_waiting()
        return self._say(f"250 {count} events")

    def _message(self) -> bytes:
        """Return the lines up to the dot, with the dots in front taken away."""
        lines = []
        while (line := self.rfile.readline(LARGEST_MESSAGE)) not in {b".\r\n", b".\n", b""}:
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)
