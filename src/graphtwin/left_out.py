"""What graphtwin leaves out answers 501 with its name; QUIRKS.md lists it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphtwin.access import account_of, graph_route
from graphtwin.errors import not_built
from graphtwin.http import Handler, Request, Response, Route

if TYPE_CHECKING:
    from graphtwin.app import Twin

_IN_GROUP = "/calendarGroups/{group_id}/calendars/{calendar_id}"
_ACTIONS = ("accept", "tentativelyAccept", "decline", "cancel", "forward", "dismissReminder", "snoozeReminder")
LEFT_OUT: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("findMeetingTimes", (("POST", "/findMeetingTimes"),)),
    (
        "calendar groups",
        (
            ("GET", "/calendarGroups"),
            ("POST", "/calendarGroups"),
            *((method, "/calendarGroups/{group_id}") for method in ("GET", "PATCH", "DELETE")),
            *((method, "/calendarGroups/{group_id}/calendars") for method in ("GET", "POST")),
            *((method, _IN_GROUP) for method in ("GET", "PATCH", "DELETE")),
            *((method, f"{_IN_GROUP}/events") for method in ("GET", "POST")),
            *((method, f"{_IN_GROUP}/events/{{event_id}}") for method in ("GET", "PATCH", "DELETE")),
            *(("GET", f"{_IN_GROUP}/events/{{event_id}}/{tail}") for tail in ("instances", "instances/$count")),
            *(("POST", f"{_IN_GROUP}/events/{{event_id}}/{action}") for action in _ACTIONS),
            *(("GET", f"{_IN_GROUP}/{tail}") for tail in ("calendarView", "calendarView/$count", "calendarView/delta")),
            ("POST", f"{_IN_GROUP}/getSchedule"),
        ),
    ),
    (
        "calendar permissions (sharing and delegates)",
        (
            *(
                (method, f"{home}/calendarPermissions{tail}")
                for home in ("/calendar", "/calendars/{calendar_id}")
                for method, tail in (
                    ("GET", ""),
                    ("POST", ""),
                    ("GET", "/{permission_id}"),
                    ("PATCH", "/{permission_id}"),
                    ("DELETE", "/{permission_id}"),
                )
            ),
            *(
                ("GET", f"{home}/allowedCalendarSharingRoles")
                for home in ("/calendar", "/calendars/{calendar_id}", _IN_GROUP)
            ),
        ),
    ),
    (
        "upload sessions",
        tuple(
            ("POST", f"{home}/{{event_id}}/attachments/createUploadSession")
            for home in ("/events", "/calendar/events", "/calendars/{calendar_id}/events")
        ),
    ),
    (
        "messages",
        (("GET", "/messages"), ("POST", "/messages"), ("GET", "/messages/{message_id}")),
    ),
)


def _refusal(name: str) -> Handler:
    def refuse(twin: Twin, request: Request, user: str | None = None, **params: str) -> Response:
        del params
        account_of(twin, request, user)
        raise not_built(name)

    return refuse


ROUTES: tuple[Route, ...] = tuple(
    route
    for name, addresses in LEFT_OUT
    for method, tail in addresses
    for route in graph_route(method, tail, _refusal(name))
)
