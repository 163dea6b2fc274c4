"""A twin in this process with a clock that stands, and a real server in a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from graphtwin.app import Twin
from graphtwin.clock import Clock
from graphtwin.http import Request, Response

MORNING = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
STOPS_WITHIN_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server as its greeting describes it."""

    process: subprocess.Popen[str]
    origin: str
    tls_origin: str
    certificate: Path
    client_id: str
    client_secret: str

    def post(self, path: str, payload: object = None) -> Any:
        answer = httpx2.post(f"{self.origin}{path}", json=payload or {}, trust_env=False)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def get(self, path: str, bearer: str = "") -> Any:
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        answer = httpx2.get(f"{self.origin}{path}", headers=headers, trust_env=False)
        assert answer.is_success, answer.text
        return answer.json()

    def stop(self) -> str:
        """Stop it as Ctrl-C does, and return what it said last."""
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=STOPS_WITHIN_SECONDS)
        return said


def start(*options: str) -> Running:
    command = [sys.executable, "-m", "graphtwin", "--port", "0", "--tls-port", "0", *options]
    source = str(Path(__file__).parents[3] / "src")
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
        process_group=0,
    )
    assert process.stdout is not None
    said = "".join(process.stdout.readline() for _ in range(6))
    found = dict(re.findall(r"^  (.+?)  +(\S+)$", said, re.MULTILINE))
    return Running(
        process=process,
        origin=found["pages and Graph"],
        tls_origin=found["Graph and login, TLS"],
        certificate=Path(found["trust this CA"]),
        client_id=found["client id"],
        client_secret=found["client secret"],
    )


@pytest.fixture(scope="package")
def _shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start("--data", str(tmp_path_factory.mktemp("twin")))
    yield running
    running.stop()


@pytest.fixture
def server(_shared_server: Running) -> Running:
    """The server all tests share, empty, with Alice and Bob."""
    _shared_server.post("/_twin/reset", {"seed": 1})
    _shared_server.post("/_twin/clock", {"frozen": False})
    for name in ("Alice", "Bob"):
        _shared_server.post("/_twin/mailboxes", {"address": f"{name.lower()}@example.com", "name": f"{name} Example"})
    return _shared_server


@pytest.fixture
def twin() -> Twin:
    twin = Twin(seed=1, clock=Clock(MORNING, frozen=True))
    twin.tenant.add_mailbox("alice@example.com", "Alice Example")
    twin.tenant.add_mailbox("bob@example.com", "Bob Example")
    return twin


Call = Callable[..., tuple[int, Any]]


@pytest.fixture
def call(twin: Twin) -> Call:
    """`call(method, path, payload, bearer=…)` answers with status and JSON."""

    def send(method: str, target: str, payload: object = None, *, bearer: str = "") -> tuple[int, Any]:
        answer = ask(twin, method, target, payload, bearer=bearer)
        return answer.status, msgspec.json.decode(answer.body) if answer.body else None

    return send


def ask(twin: Twin, method: str, target: str, payload: object = None, *, bearer: str = "") -> Response:
    path, _, query = target.partition("?")
    body = b"" if payload is None else msgspec.json.encode(payload)
    headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
    headers |= {"content-type": "application/json", "content-length": str(len(body))}
    return twin.handle(Request(method=method, path=path, query=query, headers=headers, body=body, origin=twin.origin))
