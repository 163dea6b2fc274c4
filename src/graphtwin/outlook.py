"""What `/outlook`, `/reminderView` and `/translateExchangeIds` answer (FACTS §2.2, §9, §16)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from graphtwin.access import account_of, graph_route, mailbox_of
from graphtwin.calendars import CATEGORY_COLORS
from graphtwin.errors import GraphError, bad_request, item_not_found
from graphtwin.event_input import choice, read_instant, text_field
from graphtwin.http import Request, Response, Route
from graphtwin.ids import occurrence_id, split_occurrence_id
from graphtwin.listing import instances_in_window
from graphtwin.render import location_json, wall_text, web_link
from graphtwin.zones import IANA_TO_WINDOWS, WINDOWS_TO_IANA, zone

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.items import Event
    from graphtwin.tenant import Mailbox

_LANGUAGES = (("en-US", "English (United States)"), ("de-DE", "German (Germany)"), ("fr-FR", "French (France)"))
_ID_TYPES = ("entryId", "ewsId", "immutableEntryId", "restId", "restImmutableEntryId")
_LONGEST_REMINDER = timedelta(days=15)
MAX_IDS = 1000


def _collection(request: Request, kind: str, value: list[dict[str, Any]]) -> Response:
    context = f"{request.origin}/v1.0/$metadata#Collection(microsoft.graph.{kind})"
    return Response.json(200, {"@odata.context": context, "value": value})


def supported_time_zones(twin: Twin, request: Request, user: str | None = None) -> Response:
    """List Windows names, or IANA names for `TimeZoneStandard=…'Iana'`."""
    account_of(twin, request, user)
    standard = request.arguments.get("timezonestandard", "windows").lower()
    if standard not in {"windows", "iana"}:
        raise bad_request(f"'{standard}' is not a time zone standard.")
    if standard == "iana":
        names = [{"alias": name, "displayName": name} for name in sorted(IANA_TO_WINDOWS)]
    else:
        names = [{"alias": name, "displayName": _display_name(twin, name)} for name in sorted(WINDOWS_TO_IANA)]
    return _collection(request, "timeZoneInformation", names)


def _display_name(twin: Twin, name: str) -> str:
    january = datetime(twin.now().year, 1, 1, tzinfo=zone(name))
    offset = january.strftime("%z")
    return f"(UTC{offset[:3]}:{offset[3:5]}) {WINDOWS_TO_IANA[name].rpartition('/')[2].replace('_', ' ')}"


def supported_languages(twin: Twin, request: Request, user: str | None = None) -> Response:
    account_of(twin, request, user)
    shown = [{"locale": locale, "displayName": name} for locale, name in _LANGUAGES]
    return _collection(request, "localeInfo", shown)


def _categories_context(request: Request, mailbox: Mailbox) -> str:
    return f"{request.origin}/v1.0/$metadata#users('{mailbox.object_id}')/outlook/masterCategories"


def list_categories(twin: Twin, request: Request, user: str | None = None) -> Response:
    mailbox = account_of(twin, request, user)
    shown = list(mailbox.master_categories.values())
    return Response.json(200, {"@odata.context": _categories_context(request, mailbox), "value": shown})


def create_category(twin: Twin, request: Request, user: str | None = None) -> Response:
    mailbox, body = account_of(twin, request, user), request.json_object()
    name = text_field(body.get("displayName"), "displayName")
    if any(each["displayName"].lower() == name.lower() for each in mailbox.master_categories.values()):
        raise GraphError(409, "CategoryNameDuplicate", "Duplicate category display name.")
    category_id = twin.tenant.ids.guid("category", mailbox.object_id, name)
    color = choice(body.get("color") or "none", CATEGORY_COLORS)
    mailbox.master_categories[category_id] = {"id": category_id, "displayName": name, "color": color}
    return _category(request, mailbox, category_id, 201)


def _category(request: Request, mailbox: Mailbox, category_id: str, status: int) -> Response:
    found = mailbox.master_categories.get(category_id)
    if found is None:
        raise item_not_found()
    return Response.json(status, {"@odata.context": f"{_categories_context(request, mailbox)}/$entity", **found})


def get_category(twin: Twin, request: Request, category_id: str, user: str | None = None) -> Response:
    return _category(request, account_of(twin, request, user), category_id, 200)


def patch_category(twin: Twin, request: Request, category_id: str, user: str | None = None) -> Response:
    mailbox = account_of(twin, request, user)
    if category_id in mailbox.master_categories and request.json_object().get("color") is not None:
        mailbox.master_categories[category_id]["color"] = choice(request.json_object()["color"], CATEGORY_COLORS)
    return _category(request, mailbox, category_id, 200)


def delete_category(twin: Twin, request: Request, category_id: str, user: str | None = None) -> Response:
    mailbox = account_of(twin, request, user)
    if mailbox.master_categories.pop(category_id, None) is None:
        raise item_not_found()
    return Response.empty(204)


def reminder_view(twin: Twin, request: Request, user: str | None = None) -> Response:
    """List the reminders that fire in the window."""
    mailbox = mailbox_of(twin, request, user)
    given = {**{name.lower(): value for name, value in request.params.items()}, **request.arguments}
    begin, end = (read_instant(given.get(name.lower()), name) for name in ("StartDateTime", "EndDateTime"))
    events = instances_in_window(list(mailbox.events.values()), begin, end + _LONGEST_REMINDER)
    shown = [_reminder(each) for each in events if each.is_reminder_on and begin <= _fires(each) < end]
    return _collection(request, "reminder", shown)


def _fires(event: Event) -> datetime:
    if event.reminder_snoozed_until:
        wall, _, zone_name = event.reminder_snoozed_until.partition(" ")
        return datetime.fromisoformat(wall).replace(tzinfo=zone(zone_name))
    return event.start_utc - timedelta(minutes=event.reminder_minutes)


def _reminder(event: Event) -> dict[str, Any]:
    return {
        "eventId": event.id,
        "changeKey": event.change_key,
        "eventSubject": event.subject,
        "eventWebLink": web_link(event.id),
        "eventStartTime": _utc(event.start_utc),
        "eventEndTime": _utc(event.end_utc),
        "eventLocation": location_json(event.locations),
        "reminderFireTime": _utc(_fires(event)),
    }


def _utc(instant: datetime) -> dict[str, str]:
    return {"dateTime": wall_text(instant.astimezone(zone("UTC")).replace(tzinfo=None)), "timeZone": "UTC"}


def translate_ids(twin: Twin, request: Request, user: str | None = None) -> Response:
    """Translate between regular and immutable ids; the binary forms are the same texts here."""
    mailbox, body = account_of(twin, request, user), request.json_object()
    ids = body.get("inputIds")
    if not isinstance(ids, list) or len(ids) > MAX_IDS:
        raise bad_request(f"inputIds must be a collection of at most {MAX_IDS} ids.")
    source, target = (choice(body.get(name), _ID_TYPES) for name in ("sourceIdType", "targetIdType"))
    del source
    shown = [_translated(mailbox, str(each), immutable="mmutable" in target) for each in ids]
    return _collection(request, "convertIdResult", shown)


def _translated(mailbox: Mailbox, item_id: str, *, immutable: bool) -> dict[str, Any]:
    """Return one result; what is unknown is translated to itself with an error beside it."""
    try:
        parts = split_occurrence_id(item_id)
    except ValueError:
        parts = None
    base = parts[0] if parts else item_id
    event = mailbox.events.get(base) or mailbox.events.get(mailbox.by_immutable_id.get(base, ""))
    if event is None:
        error = {"code": "ErrorItemNotFound", "message": "The specified object was not found in the store."}
        return {"sourceId": item_id, "targetId": item_id, "errorDetails": error}
    target = event.immutable_id if immutable else event.id
    return {"sourceId": item_id, "targetId": occurrence_id(target, parts[1]) if parts else target}


_ONE_CATEGORY = "/outlook/masterCategories/{category_id}"
ROUTES: tuple[Route, ...] = (
    *graph_route("GET", "/outlook/supportedTimeZones", supported_time_zones),
    *graph_route("GET", "/outlook/supportedLanguages", supported_languages),
    *graph_route("GET", "/outlook/masterCategories", list_categories),
    *graph_route("POST", "/outlook/masterCategories", create_category),
    *graph_route("GET", _ONE_CATEGORY, get_category),
    *graph_route("PATCH", _ONE_CATEGORY, patch_category),
    *graph_route("DELETE", _ONE_CATEGORY, delete_category),
    *graph_route("GET", "/reminderView", reminder_view),
    *graph_route("POST", "/translateExchangeIds", translate_ids),
)
