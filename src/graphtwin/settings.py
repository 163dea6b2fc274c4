"""mailboxSettings: zone, working hours, language, formats, automatic replies (FACTS §16, §17)."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from graphtwin.access import account_of, graph_route
from graphtwin.errors import access_denied, segment_not_found
from graphtwin.http import Request, Response, Route
from graphtwin.zones import unsupported_zone, zone_or_none

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

_DEFAULTS: dict[str, Any] = {
    "archiveFolder": None,
    "timeZone": "UTC",
    "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
    "dateFormat": "MM/dd/yyyy",
    "timeFormat": "hh:mm tt",
    "userPurpose": "user",
    "automaticRepliesSetting": {
        "status": "disabled",
        "externalAudience": "all",
        "internalReplyMessage": "",
        "externalReplyMessage": "",
        "scheduledStartDateTime": {"dateTime": "2026-01-01T00:00:00.0000000", "timeZone": "UTC"},
        "scheduledEndDateTime": {"dateTime": "2026-01-02T00:00:00.0000000", "timeZone": "UTC"},
    },
    "language": {"locale": "en-US", "displayName": "English (United States)"},
    "workingHours": {
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "startTime": "08:00:00.0000000",
        "endTime": "17:00:00.0000000",
        "timeZone": {"name": "UTC"},
    },
}
_PARTS = {name.lower(): name for name in _DEFAULTS}
_READ = frozenset({"MailboxSettings.Read", "MailboxSettings.ReadWrite"})
_WRITE = frozenset({"MailboxSettings.ReadWrite"})


def settings_of(mailbox: Mailbox) -> dict[str, Any]:
    """Return the settings: the defaults with what was changed."""
    shown = deepcopy(_DEFAULTS)
    shown["userPurpose"] = "room" if mailbox.kind == "room" else "user"
    for name, value in mailbox.settings.items():
        shown[name] = {**shown[name], **value} if isinstance(value, dict) else value
    return shown


def working_hours(mailbox: Mailbox) -> dict[str, Any]:
    return dict(settings_of(mailbox)["workingHours"])


def _mailbox(twin: Twin, request: Request, user: str | None, *, write: bool = False) -> Mailbox:
    caller = request.caller
    if caller is not None and caller.scopes.isdisjoint(_WRITE if write else _READ):
        raise access_denied()
    return account_of(twin, request, user)


def _context(request: Request, mailbox: Mailbox, part: str = "") -> str:
    return f"{request.origin}/v1.0/$metadata#users('{mailbox.object_id}')/mailboxSettings{part}"


def get_settings(twin: Twin, request: Request, user: str | None = None) -> Response:
    mailbox = _mailbox(twin, request, user)
    return Response.json(200, {"@odata.context": _context(request, mailbox), **settings_of(mailbox)})


def get_part(twin: Twin, request: Request, part: str, user: str | None = None) -> Response:
    mailbox = _mailbox(twin, request, user)
    name = _PARTS.get(part.lower())
    if name is None:
        raise segment_not_found(part)
    value = settings_of(mailbox)[name]
    shown = value if isinstance(value, dict) else {"value": value}
    return Response.json(200, {"@odata.context": _context(request, mailbox, f"/{name}"), **shown})


def patch_settings(twin: Twin, request: Request, user: str | None = None) -> Response:
    """Change what is named, member by member; enums come back in lower camel case."""
    mailbox = _mailbox(twin, request, user, write=True)
    changed = {name: value for name, value in request.json_object().items() if name in _DEFAULTS}
    zone_name = changed.get("timeZone")
    if zone_name is not None and zone_or_none(str(zone_name)) is None:
        raise unsupported_zone(zone_name)
    for name, value in changed.items():
        old = mailbox.settings.get(name, {})
        mailbox.settings[name] = {**old, **_spelled(value)} if isinstance(value, dict) else value
    shown = {name: settings_of(mailbox)[name] for name in changed}
    return Response.json(200, {"@odata.context": _context(request, mailbox), **shown})


def _spelled(value: dict[str, Any]) -> dict[str, Any]:
    """Return enum members in their own spelling: `Scheduled` -> `scheduled`, `Monday` -> `monday`."""
    spelled = dict(value)
    for name in ("status", "externalAudience"):
        if isinstance(spelled.get(name), str):
            spelled[name] = spelled[name][:1].lower() + spelled[name][1:]
    if isinstance(spelled.get("daysOfWeek"), list):
        spelled["daysOfWeek"] = [str(day).lower() for day in spelled["daysOfWeek"]]
    return spelled


ROUTES: tuple[Route, ...] = (
    *graph_route("GET", "/mailboxSettings", get_settings),
    *graph_route("PATCH", "/mailboxSettings", patch_settings),
    *graph_route("GET", "/mailboxSettings/{part}", get_part),
)
