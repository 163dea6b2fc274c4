"""Calendars of a mailbox (FACTS §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphtwin.access import graph_route, mailbox_of
from graphtwin.errors import GraphError, item_not_found
from graphtwin.event_input import choice, text_field
from graphtwin.http import Request, Response
from graphtwin.items import Calendar
from graphtwin.odata import Query, query_of
from graphtwin.odata_filter import Subject
from graphtwin.online import providers
from graphtwin.store import discard

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

COLORS = (
    "auto",
    "lightBlue",
    "lightGreen",
    "lightOrange",
    "lightGray",
    "lightYellow",
    "lightTeal",
    "lightPink",
    "lightBrown",
    "lightRed",
    "maxColor",
)
CATEGORY_COLORS = ("none", *(f"preset{number}" for number in range(25)))
_HEX = {
    "lightBlue": "#0078d4",
    "lightGreen": "#498205",
    "lightOrange": "#f7630c",
    "lightGray": "#69797e",
    "lightYellow": "#eaa300",
    "lightTeal": "#038387",
    "lightPink": "#e3008c",
    "lightBrown": "#8e562e",
    "lightRed": "#d13438",
}
_CLASS = "0006f0b7-0000-0000-c000-000000000046"


def calendar_json(mailbox: Mailbox, calendar: Calendar) -> dict[str, Any]:
    """Return a calendar in the member order of wire-shapes.json."""
    return {
        "allowedOnlineMeetingProviders": providers(mailbox),
        "canEdit": calendar.can_edit,
        "canShare": True,
        "canViewPrivateItems": True,
        "changeKey": calendar.change_key,
        "color": calendar.color,
        "defaultOnlineMeetingProvider": providers(mailbox)[0],
        "groupClassId": _CLASS,
        "hexColor": calendar.hex_color,
        "id": calendar.id,
        "isDefaultCalendar": calendar.is_default,
        "isRemovable": not calendar.is_default,
        "isTallyingResponses": calendar.is_default,
        "name": calendar.name,
        "owner": {"address": mailbox.address, "name": mailbox.name},
    }


def find_calendar(mailbox: Mailbox, calendar_id: str | None) -> Calendar:
    """Return a calendar by id, the default one for None."""
    if calendar_id is None:
        return mailbox.default_calendar
    found = mailbox.calendars.get(calendar_id)
    if found is None:
        raise item_not_found()
    return found


def list_calendars(twin: Twin, request: Request, user: str | None = None) -> Response:
    mailbox, query = mailbox_of(twin, request, user), query_of(request)
    rows = [calendar_json(mailbox, calendar) for calendar in mailbox.calendars.values()]
    shown = [_selected(row, query) for row in rows if query.filter is None or query.filter.test(_valued(row))]
    shown = shown[query.skip : query.skip + (query.top or 1000)]
    return Response.json(200, {"@odata.context": _context(request, mailbox), "value": shown})


def _valued(row: dict[str, object]) -> Subject:
    """What a filter compares: members by their names without regard to case."""
    folded = {name.lower(): value for name, value in row.items()}
    return lambda path: folded.get(path.lower())


def get_calendar(twin: Twin, request: Request, user: str | None = None, calendar_id: str | None = None) -> Response:
    mailbox, query = mailbox_of(twin, request, user), query_of(request)
    return _answer(request, mailbox, find_calendar(mailbox, calendar_id), query, 200)


def create_calendar(twin: Twin, request: Request, user: str | None = None) -> Response:
    mailbox = mailbox_of(twin, request, user, write=True)
    body = request.json_object()
    name = text_field(body.get("name"), "name")
    _check_name(mailbox, name, None)
    calendar = mailbox.add_calendar(name)
    _paint(calendar, body)
    return _answer(request, mailbox, calendar, Query(), 201)


def patch_calendar(twin: Twin, request: Request, user: str | None = None, calendar_id: str | None = None) -> Response:
    mailbox = mailbox_of(twin, request, user, write=True)
    calendar, body = find_calendar(mailbox, calendar_id), request.json_object()
    if "name" in body:
        name = text_field(body["name"], "name")
        _check_name(mailbox, name, calendar)
        calendar.name = name
    _paint(calendar, body)
    calendar.change_key = twin.tenant.ids.change_key(mailbox.object_id, twin.tenant.ids.next())
    return _answer(request, mailbox, calendar, Query(), 200)


def delete_calendar(twin: Twin, request: Request, user: str | None = None, calendar_id: str | None = None) -> Response:
    """Delete a calendar with its events, which go to Deleted Items; the default one stays."""
    mailbox = mailbox_of(twin, request, user, write=True)
    calendar = find_calendar(mailbox, calendar_id)
    if calendar.is_default:
        raise GraphError(400, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted.")
    for event in list(mailbox.in_calendar(calendar.id)):
        discard(twin, mailbox, event)
    del mailbox.calendars[calendar.id]
    return Response.empty(204)


def _check_name(mailbox: Mailbox, name: str, calendar: Calendar | None) -> None:
    if any(each.name.lower() == name.lower() and each is not calendar for each in mailbox.calendars.values()):
        raise GraphError(409, "ErrorFolderExists", "A folder with the specified name already exists.")


def _paint(calendar: Calendar, body: dict[str, Any]) -> None:
    if body.get("color") is not None:
        calendar.color = choice(body["color"], COLORS)
        calendar.hex_color = _HEX.get(calendar.color, "")


def _selected(shown: dict[str, Any], query: Query) -> dict[str, Any]:
    wanted = {name.lower() for name in query.select} | {"id"}
    return {name: value for name, value in shown.items() if name.lower() in wanted} if query.select else shown


def _context(request: Request, mailbox: Mailbox) -> str:
    return f"{request.origin}/v1.0/$metadata#users('{mailbox.object_id}')/calendars"


def _answer(request: Request, mailbox: Mailbox, calendar: Calendar, query: Query, status: int) -> Response:
    shown = _selected(calendar_json(mailbox, calendar), query)
    return Response.json(status, {"@odata.context": f"{_context(request, mailbox)}/$entity", **shown})


ROUTES = (
    *graph_route("GET", "/calendars", list_calendars),
    *graph_route("POST", "/calendars", create_calendar),
    *graph_route("GET", "/calendar", get_calendar),
    *graph_route("PATCH", "/calendar", patch_calendar),
    *graph_route("DELETE", "/calendar", delete_calendar),
    *graph_route("GET", "/calendars/{calendar_id}", get_calendar),
    *graph_route("PATCH", "/calendars/{calendar_id}", patch_calendar),
    *graph_route("DELETE", "/calendars/{calendar_id}", delete_calendar),
    *graph_route("POST", "/calendars/{calendar_id}/permanentDelete", delete_calendar),
)
