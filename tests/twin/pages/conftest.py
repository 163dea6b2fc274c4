"""A twin whose clock stands at a Monday morning, and a person who looks at its pages and sends its forms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
import pytest

from graphtwin.app import Twin
from graphtwin.clock import Clock
from graphtwin.http import Request, Response

MONDAY = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
ALICE = "alice@example.org"
BOB = "bob@example.org"
CHARLIE = "charlie@example.org"


class _Tree(HTMLParser):
    """Every element's name and attributes, in order, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[dict[str, str]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append({"tag": tag, **{name: value or "" for name, value in attrs}})

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came back: status, headers, and the page's elements and words."""

    status: int
    headers: Mapping[str, str]
    html: str
    elements: list[dict[str, str]]
    words: str

    def having(self, attribute: str) -> list[dict[str, str]]:
        return [element for element in self.elements if attribute in element]

    def values(self, attribute: str) -> list[str]:
        return [element[attribute] for element in self.having(attribute)]

    def field(self, name: str) -> str:
        """The value of an input, by its name; the last wins, as in a form."""
        return [each.get("value", "") for each in self.elements if each["tag"] == "input" and each.get("name") == name][
            -1
        ]


class Person:
    """Looks at pages and sends forms, without script."""

    def __init__(self, twin: Twin) -> None:
        self.twin = twin

    def look(self, path: str, /, **query: str) -> Page:
        return self._page(self._ask("GET", path, urlencode(query), b""))

    def follow(self, response: Page) -> Page:
        parts = urlsplit(response.headers["location"])
        return self.look(parts.path, **dict(parse_qsl(parts.query)))

    def send(self, path: str, fields: Mapping[str, str | list[str]] | None = None, **headers: str) -> Page:
        body = urlencode(fields or {}, doseq=True).encode()
        return self._page(self._ask("POST", path, "", body, **headers))

    def event(self, address: str, subject: str, *, day: str = "2026-08-03", view: str = "month") -> str:
        """The id of an event as the calendar shows it."""
        page = self.look(f"/mailboxes/{address}", view=view, date=day)
        return next(each["data-event-id"] for each in page.having("data-subject") if each["data-subject"] == subject)

    def _ask(self, method: str, path: str, query: str, body: bytes, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(method=method, path=path, query=query, headers=named, body=body, origin=self.twin.origin)
        return self.twin.handle(request)

    def _page(self, response: Response) -> Page:
        tree = _Tree()
        tree.feed(response.body.decode())
        words = " ".join(" ".join(tree.words).split())
        return Page(
            status=response.status,
            headers=response.headers,
            html=response.body.decode(),
            elements=tree.elements,
            words=words,
        )


class Application:
    """A program connected through Graph, as one mailbox's owner."""

    def __init__(self, twin: Twin, address: str) -> None:
        self.twin = twin
        self.bearer = twin.tokens.issue(twin.tenant.mailbox(address))

    def ask(self, method: str, path: str, payload: object = None, query: str = "") -> Any:
        response = self.twin.handle(
            Request(
                method=method,
                path=f"/v1.0/me{path}",
                query=query,
                headers={"authorization": f"Bearer {self.bearer}", "content-type": "application/json"},
                body=b"" if payload is None else msgspec.json.encode(payload),
                origin=self.twin.origin,
            )
        )
        assert response.status < 400, response.body
        return msgspec.json.decode(response.body) if response.body else None

    def create(self, subject: str, start: str, end: str, **members: object) -> Any:
        when = {
            "start": {"dateTime": start, "timeZone": "Europe/Berlin"},
            "end": {"dateTime": end, "timeZone": "Europe/Berlin"},
        }
        return self.ask("POST", "/events", {"subject": subject, **when, **members})


def invite(*addresses: str) -> list[dict[str, object]]:
    return [{"type": "required", "emailAddress": {"address": address}} for address in addresses]


@pytest.fixture
def twin() -> Iterator[Twin]:
    """Alice and Bob live in Berlin, Charlie has a personal account; no page may fail unforeseen."""
    made = Twin(seed=1, clock=Clock(MONDAY, frozen=True))
    for address, name in ((ALICE, "Alice Moor"), (BOB, "Bob Lind")):
        made.tenant.add_mailbox(address, name).settings["timeZone"] = "Europe/Berlin"
    made.tenant.add_mailbox(CHARLIE, "Charlie Ray", personality="consumer")
    yield made
    assert made.errors == []


@pytest.fixture
def person(twin: Twin) -> Person:
    return Person(twin)


@pytest.fixture
def app(twin: Twin) -> Application:
    return Application(twin, ALICE)


def mails(twin: Twin) -> list[tuple[str, str, tuple[str, ...]]]:
    """The ledger in short: kind, sender, recipients."""
    return [(mail.kind, mail.sender, mail.recipients) for mail in twin.mail.mails]
