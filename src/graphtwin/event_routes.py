"""Events by HTTP: the same operations under every address they have (FACTS §1).

`/me/events`, `/me/calendar/events`, `/me/calendars/{id}/events`, and each with `/users/{user}` instead of `/me`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from graphtwin import answers, events
from graphtwin.access import graph_route, mailbox_of
from graphtwin.errors import GraphError, bad_request, invalid_request, item_not_found
from graphtwin.event_input import ignored_members, read_moment, read_valid_address
from graphtwin.http import Request, Response, Route
from graphtwin.listing import context_url, instances_in_window, matching, page, single
from graphtwin.odata import Query, query_of
from graphtwin.preferences import View, view_of
from graphtwin.render import etag, occurrence_etag
from graphtwin.store import save
from graphtwin.window import window_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphtwin.app import Twin
    from graphtwin.items import Calendar, Event
    from graphtwin.tenant import Mailbox

_NOT_SELECTED_IN_VIEWS = frozenset({"createddatetime", "lastmodifieddatetime"})


@dataclass(slots=True, frozen=True)
class Place:
    """Where an address points: a mailbox and, unless it is `/events`, one of its calendars."""

    mailbox: Mailbox
    calendar: Calendar | None

    @property
    def calendar_id(self) -> str | None:
        return self.calendar.id if self.calendar else None

    @property
    def target(self) -> Calendar:
        return self.calendar or self.mailbox.default_calendar

    @property
    def collection(self) -> str:
        return f"calendars('{self.calendar.id}')/events" if self.calendar and not self.calendar.is_default else "events"


def place_of(twin: Twin, request: Request, params: dict[str, str], *, write: bool = False) -> Place:
    """Find mailbox and calendar of an address, and check that the caller may."""
    mailbox = mailbox_of(twin, request, params.get("user"), write=write)
    calendar_id = params.get("calendar_id")
    if calendar_id is None:
        default = "/calendar/" in request.path.lower() + "/"
        return Place(mailbox, mailbox.default_calendar if default else None)
    calendar = mailbox.calendars.get(calendar_id)
    if calendar is None:
        raise item_not_found()
    return Place(mailbox, calendar)


def event_of(twin: Twin, request: Request, params: dict[str, str], *, write: bool = False) -> tuple[Place, Event]:
    place = place_of(twin, request, params, write=write)
    return place, events.find_event(place.mailbox, params["event_id"], place.calendar_id)


def list_events(twin: Twin, request: Request, **params: str) -> Response:
    place, query, view = place_of(twin, request, params), query_of(request), view_of(request)
    found = matching(place.mailbox, list(place.mailbox.in_calendar(place.calendar_id)), query, view)
    return page(twin, request, place.mailbox, found, query=query, view=view, collection=place.collection)


def count_events(twin: Twin, request: Request, **params: str) -> Response:
    place, query, view = place_of(twin, request, params), query_of(request), view_of(request)
    found = matching(place.mailbox, list(place.mailbox.in_calendar(place.calendar_id)), query, view)
    return Response(status=200, headers={"content-type": "text/plain"}, body=str(len(found)).encode())


def create_event(twin: Twin, request: Request, **params: str) -> Response:
    place, view = place_of(twin, request, params, write=True), view_of(request)
    body = request.json_object()
    _note_ignored(twin, request, body)
    if not place.target.can_edit:
        raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    event = events.create_event(twin, place.mailbox, place.target, body)
    return _answer(twin, request, place, event, view, status=201)


def get_event(twin: Twin, request: Request, **params: str) -> Response:
    place, event = event_of(twin, request, params)
    query, view = query_of(request), view_of(request)
    return single(twin, request, place.mailbox, event, query=query, view=view, collection=place.collection)


def patch_event(twin: Twin, request: Request, **params: str) -> Response:
    place, event = event_of(twin, request, params, write=True)
    view, body = view_of(request), request.json_object()
    check_if_match(twin, request, event)
    _note_ignored(twin, request, body)
    changed = events.patch_event(twin, place.mailbox, event, body)
    return _answer(twin, request, place, changed, view, status=200)


def _answer(twin: Twin, request: Request, place: Place, event: Event, view: View, *, status: int) -> Response:
    response = single(
        twin, request, place.mailbox, event, query=Query(), view=view, collection=place.collection, status=status
    )
    if status == HTTPStatus.CREATED:
        response.headers["Location"] = context_url(request, place.mailbox, f"events('{event.id}')", Query()).replace(
            "$metadata#", ""
        )
    return response


def _note_ignored(twin: Twin, request: Request, body: dict[str, Any]) -> None:
    ignored = ignored_members(body)
    if ignored:
        twin.requests.note(request.id, f"ignored members: {', '.join(ignored)}")


def delete_event(twin: Twin, request: Request, **params: str) -> Response:
    place = place_of(twin, request, params, write=True)
    _refuse_second_delete(twin, place.mailbox, params["event_id"])
    event = events.find_event(place.mailbox, params["event_id"], place.calendar_id)
    check_if_match(twin, request, event)
    if twin.switches.invitee_deletion_mails_response and not event.is_organizer and not event.is_cancelled:
        answers.respond(twin, place.mailbox, event, "declined")
    else:
        events.delete_event(twin, place.mailbox, event)
    return Response.empty(204)


def _refuse_second_delete(twin: Twin, mailbox: Mailbox, event_id: str) -> None:
    switches = twin.switches
    verdict = switches.second_delete_consumer if mailbox.personality == "consumer" else switches.second_delete
    if event_id in mailbox.tombstones and verdict == "invalid-request":
        raise invalid_request("Your request can't be completed. The item is already deleted.")


def permanent_delete(twin: Twin, request: Request, **params: str) -> Response:
    place, event = event_of(twin, request, params, write=True)
    events.delete_event(twin, place.mailbox, event, mails=twin.switches.permanent_delete_mails_cancellation)
    return Response.empty(204)


def check_if_match(twin: Twin, request: Request, event: Event) -> None:
    """Refuse a write that expects another version (FACTS §10, §25.9)."""
    expected = request.headers.get("if-match")
    if expected in {None, "*"} or expected == etag(event):
        return
    if event.is_occurrence and expected == occurrence_etag(event):
        return
    conflict = twin.switches.stale_etag == "conflict"
    raise GraphError(
        HTTPStatus.CONFLICT if conflict else HTTPStatus.PRECONDITION_FAILED,
        "ErrorIrresolvableConflict",
        "The send or update operation could not be performed because the change key passed in the request does not "
        "match the current change key for the item.",
    )


def _check_action_headers(request: Request) -> None:
    """Actions ignore a valid If-Match and stumble over a malformed one (FACTS §10)."""
    expected = request.headers.get("if-match")
    if expected is not None and expected != "*" and not expected.startswith('W/"'):
        raise GraphError(500, "ErrorInternalServerError", "An internal server error occurred. The operation failed.")


def _parameters(request: Request) -> dict[str, Any]:
    """Return an action's parameters by lower-case name; their case does not matter (FACTS §1)."""
    return {name.lower(): value for name, value in request.json_object(empty_allowed=True).items()}


def _wants_response(parameters: dict[str, Any]) -> bool:
    """Return sendResponse; a text is read too, for the documentation sends one."""
    wanted = parameters.get("sendresponse", True)
    return wanted is None or str(wanted).lower() != "false"


def _comment(parameters: dict[str, Any]) -> str:
    comment = parameters.get("comment")
    if comment is not None and not isinstance(comment, str):
        raise bad_request("Cannot convert the comment to the expected type 'Edm.String'.")
    return comment or ""


def _responder(answer: answers.Answer) -> Callable[..., Response]:
    def respond(twin: Twin, request: Request, **params: str) -> Response:
        place, event = event_of(twin, request, params, write=True)
        _check_action_headers(request)
        parameters = _parameters(request)
        send = _wants_response(parameters)
        comment = _comment(parameters)
        if comment and not send:
            raise GraphError(400, "ErrorInvalidParameter", "'SendResponse' must be true when 'Comment' is not null")
        proposed = _proposed(parameters, answer)
        answers.respond(twin, place.mailbox, event, answer, comment=comment, send=send, proposed=proposed)
        return Response.empty(202)

    return respond


def _proposed(parameters: dict[str, Any], answer: answers.Answer) -> dict[str, Any] | None:
    """Return a proposed new time as a timeSlot; only tentative answers and refusals may carry one."""
    slot = parameters.get("proposednewtime")
    if slot is None:
        return None
    if answer == "accepted" or not isinstance(slot, dict):
        raise GraphError(400, "ErrorInvalidParameter", "ProposedNewTime is not allowed here.")
    given = {name.lower(): value for name, value in slot.items()}
    shown = {}
    for name in ("start", "end"):
        moment = read_moment(_lower_camel(given.get(name)))
        shown[name] = {"dateTime": moment.wall.isoformat(timespec="microseconds") + "0", "timeZone": moment.zone}
    return shown


def _lower_camel(value: Any) -> Any:
    """Spell the members of a complex parameter as declared: DateTime -> dateTime."""
    return {name[:1].lower() + name[1:]: each for name, each in value.items()} if isinstance(value, dict) else value


def cancel_event(twin: Twin, request: Request, **params: str) -> Response:
    place, event = event_of(twin, request, params, write=True)
    _check_action_headers(request)
    comment = _comment(_parameters(request))
    answers.check_may_cancel(event)
    events.delete_event(twin, place.mailbox, event, comment=comment)
    return Response.empty(202)


def forward_event(twin: Twin, request: Request, **params: str) -> Response:
    place, event = event_of(twin, request, params)
    _check_action_headers(request)
    parameters = _parameters(request)
    recipients = parameters.get("torecipients")
    if not isinstance(recipients, list) or not recipients:
        raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
    people = [read_valid_address(each) for each in recipients]
    answers.forward(twin, place.mailbox, event, people, _comment(parameters))
    return Response.empty(202)


def dismiss_reminder(twin: Twin, request: Request, **params: str) -> Response:
    place, event = event_of(twin, request, params, write=True)
    if event.original_date is None:
        event.is_reminder_on, event.reminder_snoozed_until = False, None
        save(twin, place.mailbox, event)
    return Response.empty(200)


def snooze_reminder(twin: Twin, request: Request, **params: str) -> Response:
    place, event = event_of(twin, request, params, write=True)
    moment = read_moment(_parameters(request).get("newremindertime"))
    if event.original_date is None:
        event.reminder_snoozed_until = f"{moment.wall.isoformat()} {moment.zone}"
        save(twin, place.mailbox, event)
    return Response.empty(200)


def _of_series(operation: Callable[..., Response]) -> Callable[..., Response]:
    """Let an operation on an event be asked for under its series: `/events/{master}/instances/{id}/…`."""

    def operate(twin: Twin, request: Request, event_id: str, instance_id: str, **params: str) -> Response:
        place = place_of(twin, request, params)
        master = events.find_event(place.mailbox, event_id, place.calendar_id)
        if events.find_event(place.mailbox, instance_id, place.calendar_id).master_id != master.id:
            raise item_not_found()
        return operation(twin, request, event_id=instance_id, **params)

    return operate


def count_instances(twin: Twin, request: Request, **params: str) -> Response:
    _, event = event_of(twin, request, params)
    begin, end = window_of(request)
    return Response(
        status=200,
        headers={"content-type": "text/plain"},
        body=str(len(instances_in_window([event], begin, end))).encode(),
    )


def calendar_view(twin: Twin, request: Request, **params: str) -> Response:
    place, query, view = place_of(twin, request, params), _query_of_view(request), view_of(request)
    begin, end = window_of(request)
    found = instances_in_window(list(place.mailbox.in_calendar(place.target.id)), begin, end)
    chosen = matching(place.mailbox, found, query, view)
    collection = place.collection.replace("events", "calendarView")
    return page(twin, request, place.mailbox, chosen, query=query, view=view, collection=collection)


def _query_of_view(request: Request) -> Query:
    """Return the query; in a calendarView the times of creation and change cannot be selected, and onlineMeeting only
    together with isOnlineMeeting (FACTS §5).
    """
    query = query_of(request)
    asked = {name.lower() for name in query.select}
    hidden = _NOT_SELECTED_IN_VIEWS | (set() if "isonlinemeeting" in asked else {"onlinemeeting"})
    kept = tuple(name for name in query.select if name.lower() not in hidden)
    return replace(query, select=kept or ("id",)) if kept != query.select else query


def count_calendar_view(twin: Twin, request: Request, **params: str) -> Response:
    place = place_of(twin, request, params)
    begin, end = window_of(request)
    found = instances_in_window(list(place.mailbox.in_calendar(place.target.id)), begin, end)
    return Response(status=200, headers={"content-type": "text/plain"}, body=str(len(found)).encode())


def list_instances(twin: Twin, request: Request, **params: str) -> Response:
    place, event = event_of(twin, request, params)
    query, view = query_of(request), view_of(request)
    begin, end = window_of(request)
    if event.recurrence is None:
        raise invalid_request("Your request can't be completed. Instances can be requested only for a series master.")
    chosen = matching(place.mailbox, instances_in_window([event], begin, end), query, view)
    collection = f"{place.collection}('{params['event_id']}')/instances"
    return page(twin, request, place.mailbox, chosen, query=query, view=view, collection=collection)


EVENT_HOMES = ("/events", "/calendar/events", "/calendars/{calendar_id}/events")
_VIEWS = ("/calendarView", "/calendar/calendarView", "/calendars/{calendar_id}/calendarView")
_ONE = "/{event_id}"
_OPERATIONS: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    ("GET", "", list_events),
    ("POST", "", create_event),
    ("GET", "/$count", count_events),
    ("GET", _ONE, get_event),
    ("PATCH", _ONE, patch_event),
    ("DELETE", _ONE, delete_event),
    ("POST", f"{_ONE}/accept", _responder("accepted")),
    ("POST", f"{_ONE}/tentativelyAccept", _responder("tentativelyAccepted")),
    ("POST", f"{_ONE}/decline", _responder("declined")),
    ("POST", f"{_ONE}/cancel", cancel_event),
    ("POST", f"{_ONE}/forward", forward_event),
    ("POST", f"{_ONE}/dismissReminder", dismiss_reminder),
    ("POST", f"{_ONE}/snoozeReminder", snooze_reminder),
    ("POST", f"{_ONE}/permanentDelete", permanent_delete),
    ("GET", f"{_ONE}/instances", list_instances),
    ("GET", f"{_ONE}/instances/$count", count_instances),
)
_OF_INSTANCES = tuple(
    (method, tail.replace(_ONE, f"{_ONE}/instances/{{instance_id}}"), _of_series(operation))
    for method, tail, operation in _OPERATIONS
    if tail.startswith(_ONE) and "instances" not in tail and (tail != _ONE or method == "GET")
)


def _routes() -> list[Route]:
    routes: list[Route] = []
    for base in EVENT_HOMES:
        for method, tail, operation in (*_OPERATIONS, *_OF_INSTANCES):
            routes += graph_route(method, f"{base}{tail}", operation)
    for base in _VIEWS:
        routes += graph_route("GET", base, calendar_view)
        routes += graph_route("GET", f"{base}/$count", count_calendar_view)
    return routes


ROUTES = tuple(_routes())
