"""Events in an answer: one, or a page of a list, with $select, $expand, context and navigation links (FACTS §1, §5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

import msgspec

from graphtwin import extended, series
from graphtwin.attachments import attachment_json
from graphtwin.errors import access_denied
from graphtwin.extensions import extension_json
from graphtwin.http import Request, Response
from graphtwin.odata import DEFAULT_TOP, Query, expanded_ids, named_ids
from graphtwin.odata_filter import Subject
from graphtwin.preferences import View
from graphtwin.render import members, shown_id

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.items import Event
    from graphtwin.tenant import Mailbox

_TIMES: dict[str, Callable[[Event], Any]] = {
    "start/datetime": lambda event: event.start_utc,
    "end/datetime": lambda event: event.end_utc,
    "createddatetime": lambda event: event.created,
    "lastmodifieddatetime": lambda event: event.modified,
}
_PLAIN: dict[str, Callable[[Event], Any]] = {
    "subject": lambda event: event.subject,
    "icaluid": lambda event: event.ical_uid,
    "uid": lambda event: event.uid,
    "isallday": lambda event: event.is_all_day,
    "iscancelled": lambda event: event.is_cancelled,
    "isorganizer": lambda event: event.is_organizer,
    "categories": lambda event: event.categories,
    "transactionid": lambda event: event.transaction_id,
    "showas": lambda event: event.show_as,
    "type": lambda event: event.type,
}


def value_for_filter(mailbox: Mailbox, event: Event, path: str, view: View) -> Any:
    """Return what a filter compares: instants for times, all extended properties, else the member of the JSON."""
    reader = _TIMES.get(path) or _PLAIN.get(path)
    if reader is not None:
        return reader(event)
    if path in {"singlevalueextendedproperties", "multivalueextendedproperties"}:
        return _ExtendedElements(event)
    found: Any = members(mailbox, event, view)
    for part in path.split("/"):
        found = (
            next((value for name, value in found.items() if name.lower() == part), None)
            if isinstance(found, dict)
            else None
        )
    return found


class _ExtendedElements(list[dict[str, Any]]):
    """All extended properties of an event, the sequence number among them, ids in the one spelling filters compare
    with.
    """

    def __init__(self, event: Event) -> None:
        super().__init__({"id": entry["id"], "value": entry["value"]} for entry in event.extended.values())
        self.append({"id": "Integer {00062002-0000-0000-C000-000000000046} Id 0x8201", "value": str(event.sequence)})


def matching(mailbox: Mailbox, events: Sequence[Event], query: Query, view: View) -> list[Event]:
    """Return the events a query selects, in its order."""
    found = list(events)
    if query.filter is not None:
        found = [event for event in found if query.filter.test(_subject(mailbox, event, view))]
    for path, descending in reversed(query.order_by):
        found.sort(
            key=lambda event: _sortable(value_for_filter(mailbox, event, path.lower(), view)), reverse=descending
        )
    return found


def _subject(mailbox: Mailbox, event: Event, view: View) -> Subject:
    return lambda path: value_for_filter(mailbox, event, path, view)


def _sortable(value: Any) -> tuple[int, Any]:
    if value is None:
        return (0, 0)
    if isinstance(value, datetime):
        return (1, value.timestamp())
    return (1, value.lower()) if isinstance(value, str) else (1, value)


def page(
    twin: Twin, request: Request, mailbox: Mailbox, events: list[Event], *, query: Query, view: View, collection: str
) -> Response:
    """Answer one page of a list; nextLink repeats the client's own options with a new $skip."""
    top = query.top or view.page_size or DEFAULT_TOP
    chosen = events[query.skip : query.skip + top]
    head: dict[str, Any] = {"@odata.context": context_url(request, mailbox, collection, query)}
    if query.count:
        head["@odata.count"] = len(events)
    tail: dict[str, Any] = {}
    if query.skip + top < len(events):
        tail["@odata.nextLink"] = _next_link(request, query.skip + top)
    value = [msgspec.Raw(one_event(twin, request, mailbox, event, query=query, view=view)) for event in chosen]
    return Response.json(200, {**head, "value": value, **tail}, view.headers)


def single(
    twin: Twin,
    request: Request,
    mailbox: Mailbox,
    event: Event,
    *,
    query: Query,
    view: View,
    collection: str,
    status: int = 200,
) -> Response:
    """Answer one event with its context first."""
    context = msgspec.json.encode(context_url(request, mailbox, collection, query) + "/$entity")
    body = one_event(twin, request, mailbox, event, query=query, view=view)
    return Response.encoded(status, b'{"@odata.context":' + context + b"," + body[1:], view.headers)


def one_event(twin: Twin, request: Request, mailbox: Mailbox, event: Event, *, query: Query, view: View) -> bytes:
    """Return one event as a JSON object, complete from the cache or assembled for $select and $expand."""
    if not query.select and not query.expand:
        return b"{" + twin.rendered.inner(mailbox, event, view) + b"," + _links(request, mailbox, event) + b"}"
    return msgspec.json.encode(selected(request, mailbox, event, query, view))


def selected(request: Request, mailbox: Mailbox, event: Event, query: Query, view: View) -> dict[str, Any]:
    """Return the event with only the members asked for (etag and id always), and what is expanded."""
    shown = members(mailbox, event, view)
    wanted = {name.lower() for name in query.select}
    if wanted:
        if "location" in wanted:
            wanted.add("locations")
        shown = {
            name: value for name, value in shown.items() if name in {"@odata.etag", "id"} or name.lower() in wanted
        }
        if "cancelledoccurrences" in wanted and event.recurrence is not None:
            master_id = shown_id(event, immutable=view.immutable)
            shown["cancelledOccurrences"] = [f"OID.{master_id}.{day}" for day in event.cancelled_dates]
    else:
        shown.update(msgspec.json.decode(b"{" + _links(request, mailbox, event) + b"}"))
    shown.update(_expanded(mailbox, event, query, view))
    return shown


def _expanded(mailbox: Mailbox, event: Event, query: Query, view: View) -> dict[str, Any]:
    if view.basic and query.expand:
        raise access_denied()
    shown: dict[str, Any] = {}
    for name, options in query.expand.items():
        lower = name.lower()
        if lower in {"singlevalueextendedproperties", "multivalueextendedproperties"}:
            found = extended.expanded(event, expanded_ids(options), multiple=lower.startswith("multi"))
            if found:
                shown[name] = found
        elif lower == "attachments":
            shown[name] = [attachment_json(each) for each in event.attachments]
        elif lower == "extensions":
            wanted = {each.removeprefix("Microsoft.OutlookServices.OpenTypeExtension.") for each in named_ids(options)}
            shown[name] = [extension_json(event, each) for each in event.extensions if not wanted or each in wanted]
        elif lower == "exceptionoccurrences" and any(each.lower() == lower for each in query.select):
            shown[name] = [_inner(mailbox, each, view) for _, each in sorted(event.exceptions.items())]
        elif lower == "calendar":
            shown[name] = {"id": event.calendar_id, "name": mailbox.calendars[event.calendar_id].name}
    return shown


def _inner(mailbox: Mailbox, event: Event, view: View) -> dict[str, Any]:
    return members(mailbox, event, view)


def _links(request: Request, mailbox: Mailbox, event: Event) -> bytes:
    calendar = f"{request.origin}/v1.0/users('{mailbox.object_id}')/calendars('{quote(event.calendar_id, safe='')}')"
    links = {"calendar@odata.associationLink": f"{calendar}/$ref", "calendar@odata.navigationLink": calendar}
    return msgspec.json.encode(links)[1:-1]


def context_url(request: Request, mailbox: Mailbox, collection: str, query: Query) -> str:
    chosen = [*query.select, *(f"{name}()" for name in query.expand)]
    suffix = f"({','.join(chosen)})" if chosen else ""
    return f"{request.origin}/v1.0/$metadata#users('{mailbox.object_id}')/{collection}{suffix}"


def _next_link(request: Request, skip: int) -> str:
    params = [
        (name, value) for name, value in parse_qsl(request.query, keep_blank_values=True) if name.lower() != "$skip"
    ]
    query = urlencode([*params, ("$skip", str(skip))], quote_via=quote, safe="$,/:()'")
    path = quote(request.path, safe="/()'=-_.~:@")
    return f"{request.origin}{path}?{query}"


def instances_in_window(events: Sequence[Event], begin: datetime, end: datetime) -> list[Event]:
    """Return singles, occurrences and exceptions that overlap the window, by start."""
    found: list[Event] = []
    for event in events:
        if event.recurrence is not None:
            found += series.instances_between(event, begin, end)
        elif series.overlaps(event.start_utc, event.end_utc, begin, end):
            found.append(event)
    return sorted(found, key=lambda event: (event.start_utc, event.number))
