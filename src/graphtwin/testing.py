"""A twin for tests: served from a thread, told what to do by methods. The fixtures hand these out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphtwin.app import Twin
from graphtwin.apps import DEMO_APP_ID, DEMO_SECRET
from graphtwin.clock import Clock
from graphtwin.delivery import deliver_by_http
from graphtwin.http import Request
from graphtwin.mail import Mail
from graphtwin.server import certificate_authority, listen, serving
from graphtwin.switches import Switches
from graphtwin.tenant import Kind, Personality


class RefusedError(AssertionError):
    """The twin did not take what the test told it; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A mailbox, and a bearer token of its owner."""

    server: RunningTwin
    address: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def events(self, query: str = "$top=1000") -> list[dict[str, Any]]:
        """What Graph shows of the mailbox's single events and series; does not count in `requests`."""
        request = Request(
            method="GET", path="/v1.0/me/events", query=query, headers={"authorization": f"Bearer {self.token}"}
        )
        with self.server.unseen():
            return list(self.server.answer(request)["value"])

    def load(self, *events: Mapping[str, Any]) -> list[str]:
        """Put events there as if they had always been; nobody is mailed. Returns their ids."""
        loaded = self.server.tell("POST", f"/_twin/mailboxes/{self.address}/events", list(events))
        return [each["id"] for each in loaded["value"]]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every mail Exchange would have sent, the oldest first."""

    twin: Twin

    def __iter__(self) -> Iterator[Mail]:
        return iter(list(self.twin.mail.mails))

    def __len__(self) -> int:
        return len(self.twin.mail.mails)

    def of_kind(self, kind: str) -> list[Mail]:
        return [each for each in self if each.kind == kind]

    def clear(self) -> None:
        self.twin.mail.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTwin:
    """A server in this process. `certificate` is the file of the authority a client must trust on the TLS port."""

    twin: Twin
    certificate: Path
    client_id: str = DEMO_APP_ID
    client_secret: str = DEMO_SECRET

    @property
    def url(self) -> str:
        return self.twin.origin

    @property
    def graph_url(self) -> str:
        """In place of https://graph.microsoft.com/v1.0."""
        return f"{self.twin.origin}/v1.0"

    @property
    def login_url(self) -> str:
        """In place of https://login.microsoftonline.com."""
        return self.twin.tls_origin

    @property
    def mail(self) -> Ledger:
        return Ledger(self.twin)

    @property
    def requests(self) -> list[dict[str, Any]]:
        """What was asked of Graph and of the login so far."""
        return list(self.tell("GET", "/_twin/requests")["value"])

    def begin(
        self,
        *,
        seed: int = 1,
        now: str | None = None,
        frozen: bool = False,
        switches: Mapping[str, Any] | None = None,
    ) -> None:
        """Forget everything; the clock goes on from the real time, or from `now`."""
        moment = datetime.fromisoformat(now) if now else None
        with self.twin.lock:
            self.twin.clock = Clock(moment.astimezone(UTC) if moment else None, frozen=frozen)
            self.twin.switches = Switches().changed(dict(switches or {}))
            self.twin.reset(seed)

    def add_mailbox(
        self, address: str, name: str | None = None, *, personality: Personality = "work", kind: Kind = "user"
    ) -> Account:
        with self.twin.lock:
            mailbox = self.twin.tenant.add_mailbox(address, name, personality=personality, kind=kind)
            token = self.twin.tokens.issue(mailbox)
        return Account(server=self, address=address, token=token)

    def fault(self, kind: str, **members: Any) -> dict[str, Any]:
        """Arm a fault, or do what happens at once, as `POST /_twin/faults` (docs: options and control)."""
        return dict(self.tell("POST", "/_twin/faults", {"kind": kind, **members}))

    def advance(self, seconds: float) -> None:
        """Let time pass; what becomes due happens."""
        self.tell("POST", "/_twin/clock", {"advance_seconds": seconds})

    def tell(self, method: str, target: str, payload: object = None) -> Any:
        """One call of control; raises RefusedError."""
        path, _, query = target.partition("?")
        body = b"" if payload is None else json.dumps(payload).encode()
        return self.answer(Request(method=method, path=path, query=query, body=body))

    def answer(self, request: Request) -> Any:
        response = self.twin.complete(request)
        answer: Any = json.loads(response.body) if response.body else None
        if response.status >= 400:  # noqa: PLR2004 - HTTP's border between success and error
            raise RefusedError(answer["error"]["message"])
        return answer

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """What is asked meanwhile by this thread leaves no trace in the log of requests."""
        with self.twin.lock:
            seen, entries = self.twin.requests_seen, list(self.twin.requests.entries)
            try:
                yield
            finally:
                self.twin.requests_seen = seen
                self.twin.requests.entries.clear()
                self.twin.requests.entries.extend(entries)


@contextmanager
def running(folder: Path) -> Iterator[RunningTwin]:
    """Serve a twin on two free ports of the loopback from a thread of this process."""
    _, certificate = certificate_authority(folder)
    listeners = listen("127.0.0.1", 0, 0)
    twin = Twin(
        origin=f"http://127.0.0.1:{listeners.plain_port}",
        tls_origin=f"https://localhost:{listeners.tls_port}",
        deliver=deliver_by_http,
    )
    with serving(twin, listeners, folder):
        yield RunningTwin(twin=twin, certificate=certificate)
