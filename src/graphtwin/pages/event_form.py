"""The event form: Graph's JSON to the values of its fields, and back to a payload that names only what changed.

Fields are named as Graph's members (`subject`, `start.dateTime` …). The form carries the values it was shown with in
`was`, so that saving sends what the person changed and nothing else, whatever happened to the event meanwhile. In the
form the end of an all-day event is its last day; on the wire it is the day after.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from graphtwin.pages.entries import wall
from graphtwin.pages.recurrence_form import recurrence_payload, recurrence_values
from graphtwin.pages.rendering import Fields
from graphtwin.zones import zone_or_none

Values = dict[str, str]

BLANK: Values = {
    "subject": "",
    "start.dateTime": "",
    "end.dateTime": "",
    "start.timeZone": "UTC",
    "isAllDay": "false",
    "location.displayName": "",
    "attendees": "",
    "attendees.optional": "",
    "attendees.resource": "",
    "body.content": "",
    "showAs": "busy",
    "sensitivity": "normal",
    "importance": "normal",
    "categories": "",
    "isReminderOn": "true",
    "reminderMinutesBeforeStart": "15",
    "responseRequested": "true",
    "allowNewTimeProposals": "true",
    "hideAttendees": "false",
    "isOnlineMeeting": "false",
    "isDraft": "false",
    **recurrence_values(None),
}
CHOICES = {
    "showAs": (
        ("busy", "Busy"),
        ("free", "Free"),
        ("tentative", "Tentative"),
        ("oof", "Away"),
        ("workingElsewhere", "Working elsewhere"),
    ),
    "sensitivity": (
        ("normal", "Normal"),
        ("personal", "Personal"),
        ("private", "Private"),
        ("confidential", "Confidential"),
    ),
    "importance": (("normal", "Normal"), ("high", "High"), ("low", "Low")),
}
_FLAGS = ("isReminderOn", "responseRequested", "allowNewTimeProposals", "hideAttendees", "isOnlineMeeting", "isDraft")
_PLAIN = ("subject", "showAs", "sensitivity", "importance")
_WHEN = ("start.dateTime", "end.dateTime", "start.timeZone", "isAllDay")
_ATTENDEES = {"attendees": "required", "attendees.optional": "optional", "attendees.resource": "resource"}
_ADDRESS = re.compile(r"^[^@\s<>]+@[^@\s<>]+$")
_NAMED = re.compile(r'^"?([^"<]*?)"?\s*<([^<>]+)>$')
_DAYS = "recurrence.pattern.daysOfWeek"
_DATE_LENGTH = 10


class FormError(Exception):
    """Fields that cannot be understood, each with what to do."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(fields.values()))
        self.fields = dict(fields)


def blank_values(start: datetime | date, zone: str) -> Values:
    """A new event: half an hour from a time, or all of a day."""
    if not isinstance(start, datetime):
        return {
            **BLANK,
            "start.dateTime": start.isoformat(),
            "end.dateTime": start.isoformat(),
            "isAllDay": "true",
            "start.timeZone": zone,
        }
    end = start + timedelta(minutes=30)
    return {
        **BLANK,
        "start.dateTime": f"{start:%Y-%m-%dT%H:%M}",
        "end.dateTime": f"{end:%Y-%m-%dT%H:%M}",
        "start.timeZone": zone,
    }


def values_of(event: Mapping[str, Any]) -> Values:
    """Read an event of Graph; its times stand in the zone the form shall show."""
    values = dict(BLANK)
    values.update({name: str(event.get(name) or BLANK[name]) for name in _PLAIN})
    values.update({name: _flag(event.get(name)) for name in (*_FLAGS, "isAllDay")})
    values["location.displayName"] = (event.get("location") or {}).get("displayName") or ""
    values["body.content"] = _plain_lines((event.get("body") or {}).get("content") or "")
    values["categories"] = ", ".join(event.get("categories") or ())
    values["reminderMinutesBeforeStart"] = str(event.get("reminderMinutesBeforeStart") or 0)
    for name, kind in _ATTENDEES.items():
        values[name] = _people(each for each in event.get("attendees") or () if each.get("type", "required") == kind)
    values.update(recurrence_values(event.get("recurrence")))
    start, end = wall(event["start"]), wall(event["end"])
    values["start.timeZone"] = event["start"].get("timeZone") or "UTC"
    if event.get("isAllDay"):
        values["start.dateTime"], values["end.dateTime"] = (
            start.date().isoformat(),
            (end - timedelta(days=1)).date().isoformat(),
        )
    else:
        values["start.dateTime"], values["end.dateTime"] = f"{start:%Y-%m-%dT%H:%M}", f"{end:%Y-%m-%dT%H:%M}"
    return values


def submitted(fields: Fields, shown: Values) -> tuple[Values, Values]:
    """Return what the form was shown with, and what came back; a field left out is unchanged."""
    try:
        was = json.loads(fields.one("was", "{}"))
    except ValueError:
        was = {}
    known = {name: str(value) for name, value in was.items() if name in BLANK} if isinstance(was, dict) else {}
    before = {**shown, **known}
    after = {name: fields.one(name) for name in BLANK if name in fields}
    if _DAYS in fields:
        after[_DAYS] = ",".join(day for day in fields.many(_DAYS) if day)
    return before, {**before, **after}


def payload(before: Values, after: Values) -> dict[str, Any]:
    """Return the JSON that turns `before` into `after`; raises FormError."""
    errors: dict[str, str] = {}
    changed = {name for name in BLANK if before[name].strip() != after[name].strip()}
    result: dict[str, Any] = {name: after[name] for name in _PLAIN if name in changed}
    result |= {name: after[name] == "true" for name in _FLAGS if name in changed}
    if "location.displayName" in changed:
        result["location"] = {"displayName": after["location.displayName"]}
    if "body.content" in changed:
        result["body"] = {"contentType": "text", "content": after["body.content"]}
    if "categories" in changed:
        result["categories"] = [name.strip() for name in after["categories"].split(",") if name.strip()]
    if "reminderMinutesBeforeStart" in changed:
        result["reminderMinutesBeforeStart"] = _minutes(after["reminderMinutesBeforeStart"], errors)
    if changed.intersection(_ATTENDEES):
        result["attendees"] = _attendees(after, errors)
    if changed.intersection(_WHEN):
        result |= _when(after, errors)
    repeats = any(name.startswith("recurrence.") for name in changed)
    if not errors and (repeats or (after["recurrence.pattern.type"] and changed.intersection(_WHEN))):
        result["recurrence"] = recurrence_payload(after, errors)
    if errors:
        raise FormError(errors)
    return result


def moved(event: Mapping[str, Any], by: timedelta) -> dict[str, Any]:
    """The JSON that moves an event; an all-day event moves by whole days."""
    if event.get("isAllDay"):
        by = timedelta(days=by.days)
    try:
        return {
            name: {"dateTime": (wall(event[name]) + by).isoformat(), "timeZone": event[name].get("timeZone") or "UTC"}
            for name in ("start", "end")
        }
    except OverflowError as error:
        raise ValueError("That is too far away.") from error


def _when(values: Values, errors: dict[str, str]) -> dict[str, Any]:
    all_day = values["isAllDay"] == "true"
    zone = values["start.timeZone"]
    if zone_or_none(zone) is None:
        errors["start.timeZone"] = (
            f"“{zone}” is no time zone. Use a name such as Europe/Berlin, UTC or W. Europe Standard Time."
        )
    start = _moment(values["start.dateTime"], "start.dateTime", all_day=all_day, errors=errors)
    end = _moment(values["end.dateTime"], "end.dateTime", all_day=all_day, errors=errors)
    if start is None or end is None:
        return {}
    if all_day:
        end += timedelta(days=1)
    if end < start or (all_day and end == start):
        errors["end.dateTime"] = "The end is before the start. Choose a later end."
    return {
        "isAllDay": all_day,
        "start": {"dateTime": start.isoformat(), "timeZone": zone},
        "end": {"dateTime": end.isoformat(), "timeZone": zone},
    }


def _moment(text: str, field: str, *, all_day: bool, errors: dict[str, str]) -> datetime | None:
    word = "start" if field.startswith("start") else "end"
    if not text:
        errors[field] = f"Say when it {word}s."
        return None
    try:
        found = datetime.fromisoformat(text[:_DATE_LENGTH] if all_day else text)
    except ValueError:
        errors[field] = f"“{text}” is no date and time. Write it as 2026-11-23T09:30."
        return None
    if not all_day and len(text) <= _DATE_LENGTH:
        errors[field] = f"Give the {word} a time, or tick All day."
        return None
    return datetime.combine(found.date(), time()) if all_day else found.replace(tzinfo=None)


def _attendees(values: Values, errors: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for field, kind in _ATTENDEES.items():
        try:
            found += [{"type": kind, "emailAddress": person} for person in people(values[field])]
        except ValueError as error:
            errors[field] = str(error)
    return found


def people(text: str) -> list[dict[str, str]]:
    """Read `Bob <bob@example.org>; carol@example.org`; raises ValueError with what to do."""
    found = []
    for part in re.split(r"[;\n]|,(?![^<]*>)", text):
        written = part.strip()
        if not written:
            continue
        named = _NAMED.match(written)
        name, address = (named[1].strip(), named[2].strip()) if named else ("", written)
        if not _ADDRESS.match(address):
            raise ValueError(f"“{written}” is no mail address. Write bob@example.org or Bob <bob@example.org>.")
        found.append({"address": address, "name": name} if name else {"address": address})
    return found


def _people(attendees: Iterable[Mapping[str, Any]]) -> str:
    return "; ".join(_written(each.get("emailAddress") or {}) for each in attendees)


def _written(person: Mapping[str, Any]) -> str:
    name, address = person.get("name") or "", person.get("address") or ""
    return f"{name} <{address}>" if name and name != address else address


def _minutes(text: str, errors: dict[str, str]) -> int:
    if not text.isdecimal():
        errors["reminderMinutesBeforeStart"] = "Give the reminder in whole minutes, 0 or more."
        return 0
    return int(text)


def _flag(value: object) -> str:
    return "true" if value else "false"


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
