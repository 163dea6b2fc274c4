"""Event JSON as a test wants to see it on the wire, however odd: nothing is refused but an event without times.

What the strict readers of `event_input` can read becomes fields; what they cannot is returned as oddities, which are
shown verbatim. Attendees without address, null subjects and zones that are none are kept as fields, for mailboxes
really hold them (FACTS §2.2, §2.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from graphtwin.errors import GraphError, validation_failure
from graphtwin.event_input import READERS, Fields
from graphtwin.items import Attendee, Moment

_VERBATIM = ("type", "seriesMasterId", "occurrenceId", "onlineMeeting", "onlineMeetingUrl")
_OWN_READERS = frozenset({"start", "end", "attendees", "subject"})


def read_loosely(body: Mapping[str, Any]) -> tuple[Fields, dict[str, Any]]:
    """Return the fields that can be read, and the members to show as they are."""
    fields: Fields = {}
    odd: dict[str, Any] = {}
    for member, reader in READERS.items():
        if member not in body or member in _OWN_READERS:
            continue
        if body[member] is None and member != "recurrence":
            odd[member] = None
            continue
        try:
            fields.update(reader(body[member]))
        except GraphError:
            odd[member] = body[member]
    _read_times(body, fields)
    _read_subject_and_attendees(body, fields, odd)
    return fields, odd | dict(body.get("oddities") or {})


def _read_times(body: Mapping[str, Any], fields: Fields) -> None:
    for member in ("start", "end"):
        moment = _moment(body.get(member))
        fields[member] = moment
        given = body.get(f"original{member.title()}TimeZone")
        fields[f"original_{member}_zone"] = given if isinstance(given, str) else moment.zone


def _moment(value: Any) -> Moment:
    """Return a wall clock with any zone's name; an offset is left out."""
    text = value.get("dateTime") if isinstance(value, Mapping) else None
    if not isinstance(text, str):
        raise validation_failure("An event needs start and end.")
    seconds, _, fraction = text.removesuffix("Z").partition(".")
    try:
        wall = datetime.fromisoformat(seconds)
    except ValueError as error:
        raise validation_failure(f"'{text}' is not a date and time.") from error
    digits = (fraction or "0")[:6].ljust(6, "0")
    zone_name = value.get("timeZone")
    return Moment(wall.replace(tzinfo=None, microsecond=int(digits) if digits.isdigit() else 0), str(zone_name or ""))


def _read_subject_and_attendees(body: Mapping[str, Any], fields: Fields, odd: dict[str, Any]) -> None:
    if "subject" in body:
        fields["subject"] = body["subject"] if body["subject"] is None else str(body["subject"])
    attendees = body.get("attendees")
    if isinstance(attendees, list) and all(isinstance(each, Mapping) for each in attendees):
        fields["attendees"] = [_attendee(each) for each in attendees]
    elif "attendees" in body:
        odd["attendees"] = attendees


def _attendee(value: Mapping[str, Any]) -> Attendee:
    email = value.get("emailAddress")
    email = email if isinstance(email, Mapping) else {}
    address, name = email.get("address"), email.get("name")
    return Attendee(
        address=address,
        name=name if isinstance(name, str) else address or "",
        type=str(value.get("type") or "required"),
    )
