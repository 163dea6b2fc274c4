"""How quick graphtwin is: filling a company, reading one event, paging through a delta, creating in the same process.

The server runs in a process of its own and is asked over a kept connection with as little client as possible, so that
the numbers are about the server. What is measured in this process counts its own processor time, so that neighbours
on the machine do not show.
"""

import contextlib
import gc
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from graphtwin.app import Twin
from graphtwin.clock import Clock
from graphtwin.http import Request
from graphtwin.loading import load_event

MAILBOXES, EVENTS = 100, 1_000
READS, CREATED = 3_000, 5_000
PAGE = 500
SOURCE = Path(__file__).parent.parent / "src"
FIRST = datetime(2026, 1, 5, 8, tzinfo=UTC)
WINDOW = "startDateTime=2026-01-01T00:00:00Z&endDateTime=2026-12-31T00:00:00Z"
PAGES, ROUNDS, SERIES = (200, 500, 1_000), 3, 6
WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"]},
    "range": {"type": "noEnd", "startDate": "2026-01-05"},
}


@dataclass(slots=True)
class Connection:
    """One kept connection that speaks just enough HTTP."""

    reader: socket.SocketIO
    writer: socket.socket

    def ask(self, method: str, target: str, body: bytes = b"", bearer: str = "") -> bytes:
        head = (
            f"{method} {target} HTTP/1.1",
            "host: twin",
            f"authorization: Bearer {bearer}",
            f"prefer: odata.maxpagesize={PAGE}",
            f"content-length: {len(body)}",
        )
        self.writer.sendall("\r\n".join((*head, "", "")).encode() + body)
        status = self.reader.readline()
        length = 0
        while (line := self.reader.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        answer = b""
        while len(answer) < length:
            answer += self.reader.read(length - len(answer)) or b""
        if not status.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{method} {target}: {status!r} {answer[:300]!r}")
        return answer


def event(number: int) -> dict[str, object]:
    start = FIRST + timedelta(hours=3 * number)
    begin, end = (
        {"dateTime": each.strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"}
        for each in (start, start + timedelta(hours=1))
    )
    return {
        "subject": f"Meeting {number}",
        "start": begin,
        "end": end,
        "body": {"contentType": "html", "content": f"<p>Agenda of meeting {number}</p>"},
        "location": {"displayName": "Room 1"},
    }


@contextlib.contextmanager
def server() -> Iterator[tuple[Connection, int]]:
    command = [sys.executable, "-m", "graphtwin", "--port", "0", "--tls-port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        if process.stdout is None:
            raise RuntimeError("no output")
        said = "".join(process.stdout.readline() for _ in range(6))
        found = re.search(r"http://\S+", said)
        address = urlsplit(found[0] if found else "")
        with socket.create_connection((address.hostname, address.port)) as writer, writer.makefile("rb") as reader:
            yield Connection(reader, writer), process.pid  # type: ignore[arg-type]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=10)


def megabytes(pid: int) -> float:
    """Resident memory; macOS has no /proc, there it is the children's maximum so far."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_000_000
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text())
    return int(found[1]) / 1024 if found else 0.0


def processor_seconds(pid: int) -> float:
    """What the server has used so far; without /proc, 0."""
    status = Path(f"/proc/{pid}/stat")
    if not status.exists():
        return 0.0
    user, system = status.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def run() -> None:
    with server() as (connection, pid):
        connection.ask("POST", "/_twin/switches", b'{"limit_rate": false}')
        began = time.perf_counter()
        rows = json.dumps([event(number) for number in range(EVENTS)]).encode()
        for number in range(MAILBOXES):
            address = f"person{number}@example.com"
            connection.ask("POST", "/_twin/mailboxes", json.dumps({"address": address}).encode())
            connection.ask("POST", f"/_twin/mailboxes/{address}/events", rows)
        took = time.perf_counter() - began
        size = f"{MAILBOXES} mailboxes × {EVENTS} events"
        used = f"{took:.1f} s ({processor_seconds(pid):.1f} s of the server's processor), {megabytes(pid):.0f} MB"
        print(f"graphtwin: load {size}: {used} (wanted ≤ 20 s, ≤ 500 MB)")
        answer = json.loads(connection.ask("POST", "/_twin/token", b'{"mailbox": "person7@example.com"}'))
        bearer = answer["access_token"]
        _read(connection, bearer, pid)
        _delta(connection, bearer, pid)
    _first_delta()
    _create()


def _read(connection: Connection, bearer: str, pid: int) -> None:
    listed = json.loads(connection.ask("GET", "/v1.0/me/events?$top=1", bearer=bearer))
    target = f"/v1.0/me/events/{listed['value'][0]['id']}"
    began, before = time.perf_counter(), processor_seconds(pid)
    for _ in range(READS):
        connection.ask("GET", target, bearer=bearer)
    rate, used = READS / (time.perf_counter() - began), processor_seconds(pid) - before
    print(f"graphtwin: GET of one event over HTTP: {rate:,.0f}/s, {_per_second(READS, used)} (wanted ≥ 1,500/s)")


def _delta(connection: Connection, bearer: str, pid: int) -> None:
    first = f"/v1.0/me/calendarView/delta?{WINDOW}"
    decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
    began, before, events, pages = time.perf_counter(), processor_seconds(pid), 0, 0
    for _ in range(20):
        target = first
        while target:
            answer = connection.ask("GET", target, bearer=bearer)
            pages += 1
            events += answer.count(b'"@odata.etag"')
            link = decoder.decode(answer).get("@odata.nextLink")
            target = msgspec.json.decode(link, type=str).partition("/v1.0")[2] if link else ""
            target = f"/v1.0{target}" if target else ""
    rate, used = events / (time.perf_counter() - began), processor_seconds(pid) - before
    rates = f"{rate:,.0f} events/s in {pages} pages, {_per_second(events, used)}"
    print(f"graphtwin: delta over HTTP: {rates} (wanted ≥ 60,000/s)")


def _per_second(count: int, used: float) -> str:
    return f"{count / used:,.0f} per second of the server's processor" if used else "processor unknown"


def _first_delta() -> None:
    """Nothing of the mailbox has been rendered before, then all of it."""
    for size in PAGES:
        cold, warm = zip(*(_first_and_second_round(size) for _ in range(ROUNDS)), strict=True)
        rates = f"{max(cold):,.0f} events/s when first read, {max(warm):,.0f} again"
        print(f"graphtwin: delta in pages of {size} in the same process: {rates} (wanted ≥ 60,000/s)")


def _first_and_second_round(size: int) -> tuple[float, float]:
    twin = Twin(seed=1, clock=Clock(FIRST, frozen=True))
    mailbox = twin.tenant.add_mailbox("alice@example.com")
    for number in range(EVENTS):
        load_event(twin, mailbox, event(number))
    for number in range(SERIES):
        load_event(twin, mailbox, {**event(number), "recurrence": WEEKLY})
    bearer = twin.tokens.issue(mailbox)
    gc.collect()
    return _rate_of_round(twin, bearer, size), _rate_of_round(twin, bearer, size)


def _rate_of_round(twin: Twin, bearer: str, size: int) -> float:
    headers = {"authorization": f"Bearer {bearer}", "prefer": f"odata.maxpagesize={size}"}
    decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
    query, events, took = WINDOW, 0, 0.0
    while query:
        request = Request(
            method="GET", path="/v1.0/me/calendarView/delta", query=query, headers=headers, origin=twin.origin
        )
        began = time.process_time()
        answer = twin.handle(request)
        took += time.process_time() - began
        events += answer.body.count(b'"@odata.etag"')
        link = decoder.decode(answer.body).get("@odata.nextLink")
        query = msgspec.json.decode(link, type=str).partition("?")[2] if link else ""
    return events / took


def _create() -> None:
    twin = Twin(seed=1, clock=Clock(FIRST, frozen=True))
    bearer = twin.tokens.issue(twin.tenant.add_mailbox("alice@example.com"))
    headers = {"authorization": f"Bearer {bearer}", "content-type": "application/json"}
    bodies = [msgspec.json.encode(event(number)) for number in range(CREATED)]
    began = time.process_time()
    for body in bodies:
        sized = {**headers, "content-length": str(len(body))}
        request = Request(method="POST", path="/v1.0/me/events", headers=sized, body=body)
        if twin.handle(request).status != 201:  # noqa: PLR2004
            raise RuntimeError("not created")
    rate = CREATED / (time.process_time() - began)
    print(f"graphtwin: creation in the same process: {rate:,.0f} events/s (wanted ≥ 5,000/s)")
