"""The event JSON a client sends, member by member, into the fields of an `Event` (FACTS §2.1).

Each member has a small reader, which returns the fields it sets and raises Graph's 400 for what the real service
refuses. Read-only and unknown members are let pass and do nothing, as the real service does for an open type;
`ignored_members` names them for the request log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from graphtwin import bodies
from graphtwin.errors import GraphError, validation_failure
from graphtwin.extended import read_extended
from graphtwin.items import Attendee, Moment
from graphtwin.recurrence_input import read_recurrence
from graphtwin.zones import unsupported_zone, wall_in, zone

Fields = dict[str, Any]
Reader = Callable[[Any], Fields]

MAX_ATTENDEES = 500
SHOW_AS = ("free", "tentative", "busy", "oof", "workingElsewhere", "unknown")
SENSITIVITY = ("normal", "personal", "private", "confidential")
IMPORTANCE = ("low", "normal", "high")
ATTENDEE_TYPES = ("required", "optional", "resource")
PROVIDERS = ("unknown", "teamsForBusiness", "skypeForBusiness", "skypeForConsumer")
LOCATION_TYPES = (
    "default",
    "conferenceRoom",
    "homeAddress",
    "businessAddress",
    "geoCoordinates",
    "streetAddress",
    "hotel",
    "restaurant",
    "localBusiness",
    "postalAddress",
)
UNIQUE_ID_TYPES = ("unknown", "locationStore", "directory", "private", "bing")
_BOOLEANS = {"true": True, "false": False}  # the library O365 writes them as texts, and Graph takes them
_DATE_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?)?(Z|[+-]\d\d:\d\d)?$")
_ADDRESS = re.compile(r"^[^@\s<>\"]+@[^@\s<>\"]+$")


def unreadable(value: object, expected: str) -> GraphError:
    return GraphError(
        400, "RequestBodyRead", f"Cannot convert the literal '{value}' to the expected type '{expected}'."
    )


def read_members(body: Mapping[str, Any]) -> Fields:
    """Return the fields that the members of `body` set."""
    fields: Fields = {}
    for member, value in body.items():
        reader = READERS.get(member)
        if reader is not None:
            fields.update(reader(value))
    return fields


def ignored_members(body: Mapping[str, Any]) -> list[str]:
    return [member for member in body if member not in READERS and not member.startswith("@")]


def text_field(value: Any, member: str) -> str:
    if not isinstance(value, str):
        raise unreadable(value, f"Edm.String ({member})")
    return value


def choice(value: Any, allowed: tuple[str, ...]) -> str:
    """Return the spelling of an enum member; Graph reads enums without regard to case."""
    if isinstance(value, str):
        for each in allowed:
            if each.lower() == value.lower():
                return each
    raise GraphError(400, "RequestBodyRead", f"Requested value '{value}' was not found.")


def read_moment(value: Any) -> Moment:
    """Return a dateTimeTimeZone; an offset in it is honoured by converting to the named zone (QUIRKS: offset in
    dateTime).
    """
    if not isinstance(value, dict) or not isinstance(value.get("dateTime"), str):
        raise unreadable(value, "microsoft.graph.dateTimeTimeZone")
    name = value.get("timeZone")
    if not isinstance(name, str) or not name:
        raise unsupported_zone(name or "")
    zone(name)
    match = _DATE_TIME.match(value["dateTime"].strip())
    if match is None:
        raise validation_failure()
    try:
        wall = datetime.fromisoformat(_iso(match))
        if match[5]:
            wall = wall_in(datetime.fromisoformat(wall.isoformat() + match[5].replace("Z", "+00:00")), name)
    except ValueError as error:
        raise validation_failure() from error
    return Moment(wall, name)


def read_instant(value: Any, parameter: str) -> datetime:
    """Return an ISO 8601 instant; without offset it is UTC (FACTS §5)."""
    match = _DATE_TIME.match(value.strip()) if isinstance(value, str) else None
    refusal = GraphError(400, "ErrorInvalidParameter", f"The value '{value}' of parameter '{parameter}' is invalid.")
    if match is None:
        raise refusal
    offset = (match[5] or "Z").replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(_iso(match) + offset).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise refusal from error


def _iso(match: re.Match[str]) -> str:
    """Return date and time of a match in the form Python reads, with what is missing filled in."""
    day, minutes, seconds, fraction = match.groups()[:4]
    return f"{day}T{minutes or '00:00'}:{seconds or '00'}.{(fraction or '0')[:6].ljust(6, '0')}"


def read_address(recipient: Any) -> tuple[str | None, str]:
    """Return address and name of a recipient; the name defaults to the address."""
    email = recipient.get("emailAddress") if isinstance(recipient, dict) else None
    if not isinstance(email, dict):
        raise invalid_recipients()
    address, name = email.get("address"), email.get("name")
    return address, name if isinstance(name, str) and name else (address or "")


def read_valid_address(recipient: Any) -> tuple[str, str]:
    address, name = read_address(recipient)
    if not isinstance(address, str) or not _ADDRESS.match(address):
        raise invalid_recipients()
    return address, name


def invalid_recipients() -> GraphError:
    return GraphError(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")


def _subject(value: Any) -> Fields:
    return {"subject": "" if value is None else text_field(value, "subject")}


def _body(value: Any) -> Fields:
    if value is None:
        return {"body": "", "preview": ""}
    if not isinstance(value, dict):
        raise unreadable(value, "microsoft.graph.itemBody")
    kind = choice(value.get("contentType") or "text", ("text", "html"))
    content = text_field(value.get("content") or "", "content")
    source = bodies.from_text(content) if kind == "text" else bodies.from_html(content)
    return {"body": source, "preview": bodies.preview(source)}


def _start(value: Any) -> Fields:
    moment = read_moment(value)
    return {"start": moment, "original_start_zone": moment.zone}


def _end(value: Any) -> Fields:
    moment = read_moment(value)
    return {"end": moment, "original_end_zone": moment.zone}


def _attendees(value: Any) -> Fields:
    if value is None:
        return {"attendees": []}
    if not isinstance(value, list):
        raise unreadable(value, "Collection(microsoft.graph.attendee)")
    if len(value) > MAX_ATTENDEES:
        raise GraphError(400, "ErrorTooManyRecipients", f"The number of attendees must not exceed {MAX_ATTENDEES}.")
    found: dict[str, Attendee] = {}
    for each in value:
        address, name = read_valid_address(each)
        found[address.lower()] = Attendee(
            address=address, name=name, type=choice(each.get("type") or "required", ATTENDEE_TYPES)
        )
    return {"attendees": list(found.values())}


def _location(value: Any) -> Fields:
    """One location replaces all; a text with several places separated by semicolons becomes several."""
    if value is None:
        return {"locations": []}
    if not isinstance(value, dict):
        raise unreadable(value, "microsoft.graph.location")
    names = [name.strip() for name in text_field(value.get("displayName") or "", "displayName").split(";")]
    if len(names) > 1:
        return {"locations": [place({"displayName": name}) for name in names if name]}
    return {"locations": [place(value)] if names[0] or _says_more(value) else []}


def _locations(value: Any) -> Fields:
    if value is not None and (not isinstance(value, list) or not all(isinstance(each, dict) for each in value)):
        raise unreadable(value, "Collection(microsoft.graph.location)")
    return {"locations": [place(each) for each in value or () if each.get("displayName") or _says_more(each)]}


def _says_more(location: Mapping[str, Any]) -> bool:
    return any(location.get(name) for name in ("locationUri", "locationEmailAddress", "address", "coordinates"))


def place(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return one location with its members in the order of the wire."""
    name = value.get("displayName") or ""
    location: dict[str, Any] = {"displayName": name}
    if value.get("locationUri"):
        location["locationUri"] = value["locationUri"]
    location["locationType"] = choice(value.get("locationType") or "default", LOCATION_TYPES)
    location["uniqueId"] = value.get("uniqueId") or name
    location["uniqueIdType"] = choice(value.get("uniqueIdType") or "private", UNIQUE_ID_TYPES)
    location.update({key: value[key] for key in ("locationEmailAddress", "address", "coordinates") if value.get(key)})
    return location


def _categories(value: Any) -> Fields:
    if value is not None and (not isinstance(value, list) or not all(isinstance(each, str) for each in value)):
        raise unreadable(value, "Collection(Edm.String)")
    return {"categories": list(value or ())}


def _reminder_minutes(value: Any) -> Fields:
    if value is None:
        return {}
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**31) <= value < 2**31:
        raise unreadable(value, "Edm.Int32")
    return {"reminder_minutes": value}


def _boolean(field: str) -> Reader:
    def read(value: Any) -> Fields:
        if value is None:
            return {}
        known = _BOOLEANS.get(value.lower()) if isinstance(value, str) else value
        if not isinstance(known, bool):
            raise unreadable(value, "Edm.Boolean")
        return {field: known}

    return read


def _enum(field: str, allowed: tuple[str, ...]) -> Reader:
    return lambda value: {} if value is None else {field: choice(value, allowed)}


def _transaction_id(value: Any) -> Fields:
    return {} if value is None else {"transaction_id": text_field(value, "transactionId")}


READERS: dict[str, Reader] = {
    "subject": _subject,
    "body": _body,
    "start": _start,
    "end": _end,
    "isAllDay": _boolean("is_all_day"),
    "recurrence": read_recurrence,
    "attendees": _attendees,
    "location": _location,
    "locations": _locations,
    "categories": _categories,
    "showAs": _enum("show_as", SHOW_AS),
    "sensitivity": _enum("sensitivity", SENSITIVITY),
    "importance": _enum("importance", IMPORTANCE),
    "isReminderOn": _boolean("is_reminder_on"),
    "reminderMinutesBeforeStart": _reminder_minutes,
    "responseRequested": _boolean("response_requested"),
    "allowNewTimeProposals": _boolean("allow_new_time_proposals"),
    "hideAttendees": _boolean("hide_attendees"),
    "isOnlineMeeting": _boolean("is_online_meeting"),
    "onlineMeetingProvider": _enum("online_meeting_provider", PROVIDERS),
    "isDraft": _boolean("is_draft"),
    "transactionId": _transaction_id,
    "singleValueExtendedProperties": read_extended,
    "multiValueExtendedProperties": read_extended,
}
