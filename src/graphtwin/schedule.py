"""getSchedule (FACTS §16): who is free when, in slots and in items.

Only default calendars count; free and cancelled events do not block. Of other people's calendars a caller sees when
and how, of his own also what and where.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from graphtwin import settings
from graphtwin.access import graph_route, mailbox_of
from graphtwin.errors import GraphError, access_denied
from graphtwin.event_input import read_moment
from graphtwin.http import Request, Response, Route
from graphtwin.listing import instances_in_window
from graphtwin.preferences import View, view_of
from graphtwin.render import wall_text
from graphtwin.zones import utc_of, wall_in

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.items import Event, Moment
    from graphtwin.tenant import Mailbox

MAX_SCHEDULES = 20
MAX_DAYS = 62
SHORTEST_SLOT_MINUTES, DEFAULT_SLOT_MINUTES, LONGEST_SLOT_MINUTES = 5, 30, 1440
_DIGIT = {"free": "0", "unknown": "0", "workingElsewhere": "4", "tentative": "1", "busy": "2", "oof": "3"}
_BLOCKING = {
    name: rank for rank, name in enumerate(("free", "unknown", "workingElsewhere", "tentative", "busy", "oof"))
}


def get_schedule(twin: Twin, request: Request, user: str | None = None, calendar_id: str | None = None) -> Response:
    """Answer for each address asked; one that is unknown gets an error of its own."""
    del calendar_id
    caller = mailbox_of(twin, request, user)
    if caller.personality == "consumer":
        raise access_denied()
    asked = {name.lower(): value for name, value in request.json_object().items()}
    addresses = _addresses(asked)
    begin, end = (read_moment(asked.get(name)) for name in ("starttime", "endtime"))
    _check_window(begin, end)
    minutes = _interval(asked.get("availabilityviewinterval"))
    view = view_of(request)
    shown = [_schedule(twin, caller, address, (utc_of(begin), utc_of(end)), (minutes, view)) for address in addresses]
    context = f"{request.origin}/v1.0/$metadata#Collection(microsoft.graph.scheduleInformation)"
    return Response.json(200, {"@odata.context": context, "value": shown}, view.headers)


def _addresses(asked: Mapping[str, Any]) -> list[str]:
    addresses = asked.get("schedules")
    if not isinstance(addresses, list) or not all(isinstance(each, str) for each in addresses):
        raise GraphError(400, "ErrorInvalidParameter", "Schedules must be a collection of addresses.")
    if len(addresses) > MAX_SCHEDULES:
        raise GraphError(400, "ErrorInvalidParameter", f"At most {MAX_SCHEDULES} schedules can be asked for at once.")
    return addresses


def _check_window(begin: Moment, end: Moment) -> None:
    if utc_of(end) <= utc_of(begin):
        raise GraphError(400, "ErrorInvalidParameter", "The end of the window precedes its start.")
    if utc_of(end) - utc_of(begin) > timedelta(days=MAX_DAYS):
        message = "The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long."
        raise GraphError(400, "ErrorTimeIntervalTooBig", f"{message} The allowed limit = {MAX_DAYS} days.")


def _interval(value: Any) -> int:
    """Return the length of a slot in minutes; digits as text are read too, for the documentation sends them."""
    if value is None:
        return DEFAULT_SLOT_MINUTES
    minutes = int(value) if isinstance(value, str) and value.isdigit() else value
    if not isinstance(minutes, int) or not SHORTEST_SLOT_MINUTES <= minutes <= LONGEST_SLOT_MINUTES:
        raise GraphError(400, "ErrorInvalidParameter", "The availability view interval must be 5 to 1440 minutes.")
    return minutes


def _schedule(
    twin: Twin, caller: Mailbox, address: str, window: tuple[datetime, datetime], how: tuple[int, View]
) -> dict[str, Any]:
    minutes, view = how
    mailbox = twin.tenant.find(address)
    if mailbox is None:
        message = f"Unable to resolve e-mail address {address} to an Active Directory object."
        return {"scheduleId": address, "error": {"message": message, "responseCode": "ErrorMailRecipientNotFound"}}
    events = [each for each in _events(twin, mailbox, window) if not each.is_cancelled]
    return {
        "scheduleId": address,
        "availabilityView": _availability(events, window, minutes),
        "scheduleItems": [_item(each, view, open_view=mailbox is caller) for each in events],
        "workingHours": settings.working_hours(mailbox),
    }


def _events(twin: Twin, mailbox: Mailbox, window: tuple[datetime, datetime]) -> list[Event]:
    """Return what a mailbox has in the window, for a distribution list what its members have."""
    if mailbox.kind == "list":
        members = [twin.tenant.find(address) for address in mailbox.members]
        return [event for each in members if each is not None for event in _events(twin, each, window)]
    return instances_in_window(list(mailbox.in_calendar(mailbox.default_calendar.id)), *window)


def _availability(events: list[Event], window: tuple[datetime, datetime], minutes: int) -> str:
    """Return one digit per slot, that of the most blocking event in it."""
    begin, end = window
    step = timedelta(minutes=minutes)
    digits = []
    while begin < end:
        inside = [each.show_as for each in events if each.start_utc < begin + step and each.end_utc > begin]
        worst = max(inside, key=lambda show_as: _BLOCKING.get(show_as, 0), default="free")
        digits.append(_DIGIT.get(worst, "0"))
        begin += step
    return "".join(digits)


def _item(event: Event, view: View, *, open_view: bool) -> dict[str, Any]:
    times = {
        name: {"dateTime": wall_text(wall_in(instant, view.zone_name)), "timeZone": view.zone_name}
        for name, instant in (("start", event.start_utc), ("end", event.end_utc))
    }
    if not open_view:
        return {"status": event.show_as, **times}
    location = event.locations[0]["displayName"] if event.locations else ""
    private = event.sensitivity == "private"
    return {"isPrivate": private, "status": event.show_as, "subject": event.subject, "location": location, **times}


ROUTES: tuple[Route, ...] = tuple(
    route
    for home in ("/calendar", "/calendars/{calendar_id}")
    for route in graph_route("POST", f"{home}/getSchedule", get_schedule)
)
