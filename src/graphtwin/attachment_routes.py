"""Attachments and open extensions of an event by HTTP (FACTS §2.8, §20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphtwin import attachments, extensions, series
from graphtwin.access import graph_route, reads_only_basics
from graphtwin.errors import access_denied
from graphtwin.event_routes import EVENT_HOMES, event_of
from graphtwin.http import Request, Response, Route
from graphtwin.listing import context_url
from graphtwin.odata import Query, query_of
from graphtwin.store import save

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.event_routes import Place
    from graphtwin.items import Event


def _context(request: Request, place: Place, event: Event, collection: str, *, one: bool) -> str:
    suffix = "/$entity" if one else ""
    return context_url(request, place.mailbox, f"events('{event.id}')/{collection}", Query()) + suffix


def _whole_event_of(
    twin: Twin, request: Request, params: dict[str, str], *, write: bool = False
) -> tuple[Place, Event]:
    """Find the event for a caller who may see more than its basics."""
    if reads_only_basics(request):
        raise access_denied()
    return event_of(twin, request, params, write=write)


def _own(place: Place, event: Event, member: str) -> Event:
    """An occurrence that gets something of its own becomes an exception."""
    return event if event.original_date is None else series.as_exception(place.mailbox, event, {member: None})


def list_attachments(twin: Twin, request: Request, **params: str) -> Response:
    place, event = _whole_event_of(twin, request, params)
    wanted = {name.lower() for name in query_of(request).select}
    shown = [attachments.attachment_json(each) for each in event.attachments]
    if wanted:
        shown = [{k: v for k, v in each.items() if "@" in k or k == "id" or k.lower() in wanted} for each in shown]
    context = _context(request, place, event, "attachments", one=False)
    return Response.json(200, {"@odata.context": context, "value": shown})


def add_attachment(twin: Twin, request: Request, **params: str) -> Response:
    place, event = _whole_event_of(twin, request, params, write=True)
    attachment = attachments.read_attachment(twin, place.mailbox, request.json_object())
    event = _own(place, event, "attachments")
    event.attachments = [*event.attachments, attachment]
    save(twin, place.mailbox, event)
    context = _context(request, place, event, "attachments", one=True)
    return Response.json(201, {"@odata.context": context, **attachments.attachment_json(attachment)})


def get_attachment(twin: Twin, request: Request, attachment_id: str, **params: str) -> Response:
    place, event = _whole_event_of(twin, request, params)
    shown = attachments.attachment_json(attachments.find_attachment(event, attachment_id))
    return Response.json(200, {"@odata.context": _context(request, place, event, "attachments", one=True), **shown})


def raw_attachment(twin: Twin, request: Request, attachment_id: str, **params: str) -> Response:
    _, event = _whole_event_of(twin, request, params)
    found = attachments.find_attachment(event, attachment_id)
    content_type = found.content_type or "application/octet-stream"
    return Response(status=200, headers={"content-type": content_type}, body=found.content)


def delete_attachment(twin: Twin, request: Request, attachment_id: str, **params: str) -> Response:
    place, event = _whole_event_of(twin, request, params, write=True)
    gone = attachments.find_attachment(event, attachment_id)
    event = _own(place, event, "attachments")
    event.attachments = [each for each in event.attachments if each.id != gone.id]
    save(twin, place.mailbox, event)
    return Response.empty(204)


def list_extensions(twin: Twin, request: Request, **params: str) -> Response:
    place, event = _whole_event_of(twin, request, params)
    shown = [extensions.extension_json(event, name) for name in event.extensions]
    context = _context(request, place, event, "extensions", one=False)
    return Response.json(200, {"@odata.context": context, "value": shown})


def add_extension(twin: Twin, request: Request, **params: str) -> Response:
    place, event = _whole_event_of(twin, request, params, write=True)
    event = _own(place, event, "extensions")
    name = extensions.add_extension(event, request.json_object())
    return _answer_extension(twin, request, place, event, name, status=201)


def get_extension(twin: Twin, request: Request, extension_id: str, **params: str) -> Response:
    place, event = _whole_event_of(twin, request, params)
    shown = extensions.extension_json(event, extensions.find_name(event, extension_id))
    return Response.json(200, {"@odata.context": _context(request, place, event, "extensions", one=True), **shown})


def patch_extension(twin: Twin, request: Request, extension_id: str, **params: str) -> Response:
    place, event = _whole_event_of(twin, request, params, write=True)
    name = extensions.find_name(event, extension_id)
    extensions.replace_extension(event, name, request.json_object())
    return _answer_extension(twin, request, place, event, name, status=200)


def _answer_extension(twin: Twin, request: Request, place: Place, event: Event, name: str, *, status: int) -> Response:
    save(twin, place.mailbox, event)
    context = _context(request, place, event, "extensions", one=True)
    return Response.json(status, {"@odata.context": context, **extensions.extension_json(event, name)})


def delete_extension(twin: Twin, request: Request, extension_id: str, **params: str) -> Response:
    place, event = _whole_event_of(twin, request, params, write=True)
    extensions.remove_extension(event, extensions.find_name(event, extension_id))
    save(twin, place.mailbox, event)
    return Response.empty(204)


_ONE = "/{event_id}/attachments/{attachment_id}"
_EXTENSION = "/{event_id}/extensions/{extension_id}"
_OPERATIONS = (
    ("GET", "/{event_id}/attachments", list_attachments),
    ("POST", "/{event_id}/attachments", add_attachment),
    ("GET", _ONE, get_attachment),
    ("GET", f"{_ONE}/$value", raw_attachment),
    ("DELETE", _ONE, delete_attachment),
    ("GET", "/{event_id}/extensions", list_extensions),
    ("POST", "/{event_id}/extensions", add_extension),
    ("GET", _EXTENSION, get_extension),
    ("PATCH", _EXTENSION, patch_extension),
    ("DELETE", _EXTENSION, delete_extension),
)
ROUTES: tuple[Route, ...] = tuple(
    route
    for home in EVENT_HOMES
    for method, tail, operation in _OPERATIONS
    for route in graph_route(method, f"{home}{tail}", operation)
)
