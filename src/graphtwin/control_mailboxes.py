"""`/_twin/mailboxes`: make mailboxes and take them away. Part of control.py's reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from graphtwin.control import find_mailbox, members, refuse
from graphtwin.http import Request, Response, Route
from graphtwin.tenant import Kind, Personality
from graphtwin.zones import zone_or_none

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox


def list_mailboxes(twin: Twin, _request: Request) -> Response:
    return Response.json(200, {"value": [_described(each) for each in twin.tenant.mailboxes.values()]})


def create_mailbox(twin: Twin, request: Request) -> Response:
    asked = members(request, "address", "name", "personality", "kind", "members", "timeZone")
    address = asked.get("address")
    if not isinstance(address, str) or "@" not in address:
        raise refuse("address must be a mail address.")
    personality, kind = asked.get("personality", "work"), asked.get("kind", "user")
    if personality not in get_args(Personality) or kind not in get_args(Kind):
        raise refuse(f"personality must be one of {get_args(Personality)}, kind one of {get_args(Kind)}.")
    if zone_or_none(str(asked.get("timeZone", "UTC"))) is None:
        raise refuse(f"There is no time zone {asked['timeZone']!r}.")
    if twin.tenant.find(address) is not None:
        raise refuse(f"There is a mailbox {address!r} already.", 409)
    mailbox = twin.tenant.add_mailbox(
        address, asked.get("name"), personality=personality, kind=kind, members=asked.get("members")
    )
    if "timeZone" in asked:
        mailbox.settings["timeZone"] = asked["timeZone"]
    return Response.json(201, _described(mailbox))


def get_mailbox(twin: Twin, _request: Request, address: str) -> Response:
    return Response.json(200, _described(find_mailbox(twin, address)))


def delete_mailbox(twin: Twin, _request: Request, address: str) -> Response:
    """Take the account away; its tokens answer 404 from then on."""
    del twin.tenant.mailboxes[find_mailbox(twin, address).address.lower()]
    return Response.empty(204)


def _described(mailbox: Mailbox) -> dict[str, object]:
    return {
        "address": mailbox.address,
        "name": mailbox.name,
        "id": mailbox.object_id,
        "personality": mailbox.personality,
        "kind": mailbox.kind,
        "members": mailbox.members,
        "events": len(mailbox.events),
        "calendars": [{"id": each.id, "name": each.name} for each in mailbox.calendars.values()],
    }


ROUTES: tuple[Route, ...] = (
    Route("GET", "/_twin/mailboxes", list_mailboxes),
    Route("POST", "/_twin/mailboxes", create_mailbox),
    Route("GET", "/_twin/mailboxes/{address}", get_mailbox),
    Route("DELETE", "/_twin/mailboxes/{address}", delete_mailbox),
)
