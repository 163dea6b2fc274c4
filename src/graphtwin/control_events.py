"""`/_twin/mailboxes/{address}/events` and `/export`: fill a mailbox without mailing anybody, and write it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphtwin import export
from graphtwin.control import find_mailbox, refuse
from graphtwin.errors import GraphError
from graphtwin.http import Request, Response, Route
from graphtwin.loading import load_event

if TYPE_CHECKING:
    from graphtwin.app import Twin


def load_events(twin: Twin, request: Request, address: str) -> Response:
    """A list of events, or an object whose `events` or `value` is one; those before a wrong one stay loaded."""
    mailbox = find_mailbox(twin, address)
    payload = request.json()
    rows = (payload.get("events") or payload.get("value")) if isinstance(payload, dict) else payload
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise refuse("The body must be a list of events.")
    loaded = []
    for number, row in enumerate(rows):
        try:
            event = load_event(twin, mailbox, row)
        except (GraphError, KeyError, TypeError, ValueError) as error:
            reason = error.message if isinstance(error, GraphError) else f"{type(error).__name__}: {error}"
            raise refuse(f"Event {number} cannot be loaded: {reason} The {number} before it are.") from error
        loaded.append({"id": event.id, "iCalUId": event.ical_uid})
    return Response.json(201, {"value": loaded})


def export_mailbox(twin: Twin, request: Request, address: str) -> Response:
    """JSON as `load_events` reads it, or with `?format=ics` one iCalendar object."""
    mailbox = find_mailbox(twin, address)
    if request.params.get("format", "json") == "json":
        return Response.json(200, export.as_json(mailbox))
    if request.params["format"] != "ics":
        raise refuse("format must be json or ics.")
    headers = {
        "content-type": "text/calendar; charset=utf-8",
        "content-disposition": f'attachment; filename="{mailbox.address}.ics"',
    }
    return Response(status=200, headers=headers, body=export.as_icalendar(mailbox).encode())


ROUTES: tuple[Route, ...] = (
    Route("POST", "/_twin/mailboxes/{address}/events", load_events),
    Route("GET", "/_twin/mailboxes/{address}/export", export_mailbox),
)
