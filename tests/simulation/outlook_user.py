"""What a person does in Outlook itself: the same twin, but not through Kalends, so his mails are his own."""

import json
from collections.abc import Mapping
from typing import Any

from graphtwin.app import Twin
from graphtwin.http import Request, Response
from tests.simulation.installation import Person
from tests.simulation.outlook import ORIGIN


class OutlookUser:
    """One person at his Outlook."""

    def __init__(self, twin: Twin, who: Person) -> None:
        self.twin, self.who = twin, who
        self.mailbox = twin.tenant.mailbox(who.address)

    def events(self) -> list[dict[str, Any]]:
        """Everything in his calendar."""
        answer = self._ask("GET", "/me/events?$top=999")
        return list(json.loads(answer.body)["value"])

    def create(self, members: Mapping[str, Any]) -> str:
        """A new event; people on it are invited by this."""
        return str(json.loads(self._ask("POST", "/me/events", members).body)["id"])

    def change(self, remote_id: str, members: Mapping[str, Any]) -> int:
        """Edit an event, his own or his copy of somebody else's."""
        return self._ask("PATCH", f"/me/events/{remote_id}", members).status

    def delete(self, remote_id: str) -> int:
        """Delete it; of his own meeting everybody is told."""
        return self._ask("DELETE", f"/me/events/{remote_id}").status

    def answer(self, remote_id: str, action: str, *, send: bool = True) -> int:
        """accept, tentativelyAccept, decline."""
        return self._ask("POST", f"/me/events/{remote_id}/{action}", {"sendResponse": send}).status

    def _ask(self, method: str, url: str, body: object = None) -> Response:
        path, _, query = url.partition("?")
        faults, self.twin.faults.armed = self.twin.faults.armed, type(self.twin.faults.armed)()
        try:
            return self.twin.handle(
                Request(
                    method=method,
                    path=f"/v1.0{path}",
                    query=query,
                    headers={
                        "authorization": f"Bearer {self.twin.tokens.issue(self.mailbox)}",
                        "prefer": 'IdType="ImmutableId"',
                        "content-type": "application/json",
                    },
                    body=b"" if body is None else json.dumps(body).encode(),
                    origin=ORIGIN,
                )
            )
        finally:
            self.twin.faults.armed = faults
