"""The pages' own Graph client: what a person does here is done by the same handlers that serve an application.

It needs no token and meets no faults, for it stands for Outlook itself; mails, delta and notifications follow as if
Outlook had done it.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode, urlsplit

import msgspec

from graphtwin.http import Caller, Request
from graphtwin.tokens import EVERY_SCOPE

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

OUTLOOK_APP = "5d661950-3475-41cd-a2c3-d671a3162bc1"


class Refused(Exception):
    """Graph said no; the message is its own."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What reading an event raises whose members a test made odd (items.py, `oddities`)."""


class Outlook:
    """One mailbox seen through Graph by its owner. Times come in `zone`, bodies as text."""

    def __init__(self, twin: Twin, mailbox: Mailbox, *, zone: str = "UTC") -> None:
        self._twin = twin
        self._mailbox = mailbox
        self._caller = Caller(mailbox=mailbox, app_id=OUTLOOK_APP, scopes=EVERY_SCOPE)
        self.zone = zone

    def in_zone(self, zone: str) -> Outlook:
        return Outlook(self._twin, self._mailbox, zone=zone)

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return self._send("GET", path, query=urlencode(query))

    def post(self, path: str, payload: object = None) -> dict[str, Any]:
        return self._send("POST", path, payload=payload)

    def patch(self, path: str, payload: object) -> dict[str, Any]:
        return self._send("PATCH", path, payload=payload)

    def delete(self, path: str) -> None:
        self._send("DELETE", path)

    def pages(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """Yield the values of a collection, following nextLink."""
        raw = urlencode(query)
        while True:
            answer = self._send("GET", path, query=raw)
            yield from answer["value"]
            following = answer.get("@odata.nextLink")
            if following is None:
                return
            raw = urlsplit(following).query

    def _send(self, method: str, path: str, *, query: str = "", payload: object = None) -> dict[str, Any]:
        request = Request(
            method=method,
            path=f"/v1.0/me{unquote(path)}",
            query=query,
            headers={
                "content-type": "application/json",
                "prefer": f'outlook.timezone="{self.zone}", outlook.body-content-type="text"',
            },
            body=b"" if payload is None else msgspec.json.encode(payload),
            origin=self._twin.origin,
        )
        response = self._twin.act(request, self._caller)
        answer = msgspec.json.decode(response.body) if response.body else {}
        if response.status >= HTTPStatus.BAD_REQUEST:
            error = answer.get("error", {})
            raise Refused(response.status, error.get("code", ""), error.get("message", ""))
        return dict(answer)
