"""A person with a token who talks to the twin in this process; every answer is held against the contract."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from graphtwin.app import Twin
from graphtwin.http import Request
from graphtwin.tenant import Mailbox
from tests.twin.graph.contract import Contract

ORIGIN = "https://graph.example"
CONTRACT = Contract()
OUTSIDE_THE_DESCRIPTION = ("$count", "/events/delta", "/places/", "/extensions", "/mailboxSettings/", "/messages")


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])


@dataclass(slots=True)
class Person:
    """Alice, Bob or Charlie with her or his mailbox."""

    twin: Twin
    mailbox: Mailbox
    token: str
    headers: dict[str, str] = field(default_factory=dict)
    checks_contract: bool = True

    def ask(self, method: str, url: str, body: Any = None, **headers: str) -> Answer:
        """Ask for a path below /v1.0 or for a whole link; names of headers are written with underscores."""
        path, _, query = url.removeprefix(ORIGIN).removeprefix("/v1.0").partition("?")
        request = Request(
            method=method,
            path=unquote(f"/v1.0{path}"),
            query=quote(query, safe="%=&$'()/,:;-_.~*+!@"),
            headers={
                "authorization": f"Bearer {self.token}",
                **self.headers,
                **{name.replace("_", "-").lower(): value for name, value in headers.items()},
            },
            body=b"" if body is None else json.dumps(body).encode(),
            origin=ORIGIN,
        )
        response = self.twin.handle(request)
        assert self.twin.errors == []
        is_json = response.body and "json" in response.headers.get("content-type", "")
        shown = json.loads(response.body) if is_json else response.body.decode() or None
        if self.checks_contract and path != "/users" and not any(part in path for part in OUTSIDE_THE_DESCRIPTION):
            CONTRACT.check(method, unquote(path), response.status, shown)
        return Answer(response.status, response.headers, shown)

    def get(self, url: str, **headers: str) -> Any:
        answer = self.ask("GET", url, **headers)
        assert answer.status == 200, answer
        return answer.body

    def post(self, url: str, body: Any = None, *, status: int = 201) -> Any:
        answer = self.ask("POST", url, body)
        assert answer.status == status, answer
        return answer.body

    def patch(self, url: str, body: Any) -> Any:
        answer = self.ask("PATCH", url, body)
        assert answer.status == 200, answer
        return answer.body

    def delete(self, url: str) -> None:
        assert self.ask("DELETE", url).status == 204

    def events(self) -> list[Any]:
        return list(self.get("/me/events?$top=100")["value"])

    def only_event(self) -> Any:
        (event,) = self.events()
        return event

    @property
    def address(self) -> str:
        return self.mailbox.address


def lunch(**members: Any) -> dict[str, Any]:
    """A plain event for POST, with other members as given."""
    return {
        "subject": "Lunch",
        "start": {"dateTime": "2026-08-04T12:00:00", "timeZone": "W. Europe Standard Time"},
        "end": {"dateTime": "2026-08-04T13:00:00", "timeZone": "W. Europe Standard Time"},
        **members,
    }


def invited(*people: Person | str, kind: str = "required") -> list[dict[str, Any]]:
    """An attendees list."""
    addresses = [each if isinstance(each, str) else each.address for each in people]
    names = [each if isinstance(each, str) else each.mailbox.name for each in people]
    return [
        {"type": kind, "emailAddress": {"address": address, "name": name}}
        for address, name in zip(addresses, names, strict=True)
    ]


def moment(text: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": text, "timeZone": zone}


def mails(twin: Twin) -> list[tuple[str, str, tuple[str, ...], int]]:
    """The ledger in short: kind, sender's name, recipients' names, sequence."""
    return [
        (each.kind, each.sender.partition("@")[0], tuple(to.partition("@")[0] for to in each.recipients), each.sequence)
        for each in twin.mail.mails
    ]
