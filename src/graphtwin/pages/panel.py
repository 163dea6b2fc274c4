"""The panel at the right of a calendar: one event with what its owner may do, or the form of a new one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from graphtwin.pages.entries import wall
from graphtwin.pages.event_form import Values, blank_values, values_of
from graphtwin.pages.outlook import UNREADABLE, Outlook, Refused
from graphtwin.pages.place import Place
from graphtwin.pages.recurrence_form import recurrence_words

_RESPONSES = {
    "accepted": "Accepted",
    "tentativelyAccepted": "Tentative",
    "declined": "Declined",
    "organizer": "Organizer",
}


@dataclass(slots=True, frozen=True, kw_only=True)
class Person:
    """Somebody invited, with the new time he proposed, in words and as fields."""

    name: str
    address: str
    role: str
    response: str
    proposed: str
    proposal: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Panel:
    """`event` is None for a new one. `errors` by field, `problem` for the whole; `values` are what the fields show."""

    event: Mapping[str, Any] | None
    values: Values
    was: str
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    open_form: bool = False
    attachments: tuple[Mapping[str, Any], ...] = ()
    calendar: str = ""

    @property
    def id(self) -> str:
        return str(self.event["id"]) if self.event else ""

    @property
    def is_organizer(self) -> bool:
        return self.event is None or bool(self.event.get("isOrganizer"))

    @property
    def is_cancelled(self) -> bool:
        return self.event is not None and bool(self.event.get("isCancelled"))

    @property
    def type(self) -> str:
        return str(self.event.get("type") or "singleInstance") if self.event else "singleInstance"

    @property
    def master_id(self) -> str:
        return str(self.event.get("seriesMasterId") or "") if self.event else ""

    @property
    def organizer(self) -> str:
        person = ((self.event or {}).get("organizer") or {}).get("emailAddress") or {}
        return str(person.get("name") or person.get("address") or "")

    @property
    def my_response(self) -> str:
        response = ((self.event or {}).get("responseStatus") or {}).get("response") or "none"
        return _RESPONSES.get(response, "Not answered")

    @property
    def repeats(self) -> str:
        recurrence = (self.event or {}).get("recurrence")
        return recurrence_words(recurrence) if recurrence else ""

    @property
    def when(self) -> str:
        return when_words(self.event) if self.event else ""

    @property
    def people(self) -> tuple[Person, ...]:
        """On an invitee's copy the answers of others are not shared, and the organizer stands in the list too."""
        found = (_person(each) for each in (self.event or {}).get("attendees") or ())
        if self.is_organizer:
            return tuple(found)
        organizer = (((self.event or {}).get("organizer") or {}).get("emailAddress") or {}).get("address")
        return tuple(
            replace(each, response="Organizer" if each.address == organizer else each.response.replace("No answer", ""))
            for each in found
        )

    def check(self) -> None:
        """Raises one of UNREADABLE if the event cannot be shown."""
        _ = (self.when, self.people, self.repeats, self.organizer, self.my_response, self.mailed)

    @property
    def mailed(self) -> str:
        """Whom a change of this event mails, in words; empty where it mails nobody."""
        if not self.is_organizer or (self.event or {}).get("isDraft"):
            return ""
        return ", ".join(each.name for each in self.people)


def new_panel(start: str, place: Place) -> Panel:
    """A new event at `start` (a day or a time), or at the next full hour."""
    values = blank_values(_start(start, place), place.zone)
    return Panel(event=None, values=values, was=json.dumps(values), open_form=True)


def event_panel(outlook: Outlook, event_id: str) -> Panel:
    """Read one event for its panel; raises Refused."""
    event = event_in_own_zone(outlook, event_id)
    try:
        values = values_of(event)
        attached = outlook.pages(f"/events/{event_id}/attachments") if event.get("hasAttachments") else ()
        panel = Panel(event=event, values=values, was=json.dumps(values), attachments=tuple(attached))
        panel.check()
    except UNREADABLE as error:
        raise Refused(500, "Unreadable", "This event has members that no calendar can read.") from error
    return panel


def event_in_own_zone(outlook: Outlook, event_id: str) -> Mapping[str, Any]:
    """Read an event in the zone it was made in, or in the page's where that one is no zone; raises Refused."""
    event = outlook.get(f"/events/{event_id}")
    original = event.get("originalStartTimeZone")
    if not original or original == outlook.zone or event.get("isAllDay"):
        return event
    try:
        return outlook.in_zone(original).get(f"/events/{event_id}")
    except Refused as refused:
        if refused.code != "TimeZoneNotSupportedException":
            raise
        return event


def when_words(event: Mapping[str, Any]) -> str:
    """`Mon 23 November 2026, 09:00–09:30 (Europe/Berlin)`."""
    start, end = wall(event["start"]), wall(event["end"])
    zone = event["start"].get("timeZone") or "UTC"
    if event.get("isAllDay"):
        last = (end - timedelta(days=1)).date()
        return (
            f"{_day(start.date())}, all day"
            if last <= start.date()
            else f"{_day(start.date())} – {_day(last)}, all day"
        )
    if start.date() == end.date():
        return f"{_day(start.date())}, {start:%H:%M}–{end:%H:%M} ({zone})"
    return f"{_day(start.date())}, {start:%H:%M} – {_day(end.date())}, {end:%H:%M} ({zone})"


def _person(attendee: Mapping[str, Any]) -> Person:
    address = attendee.get("emailAddress") or {}
    proposed = attendee.get("proposedNewTime")
    response = (attendee.get("status") or {}).get("response") or "none"
    return Person(
        name=address.get("name") or address.get("address") or "somebody without an address",
        address=address.get("address") or "",
        role=attendee.get("type") or "required",
        response=_RESPONSES.get(response, "No answer"),
        proposed=when_words(proposed) if proposed else "",
        proposal=_proposal(proposed) if proposed else {},
    )


def _proposal(proposed: Mapping[str, Any]) -> dict[str, str]:
    """A proposed time as the fields of the event form, for the organizer who takes it."""
    return {
        "start.dateTime": f"{wall(proposed['start']):%Y-%m-%dT%H:%M}",
        "end.dateTime": f"{wall(proposed['end']):%Y-%m-%dT%H:%M}",
        "start.timeZone": str(proposed["start"].get("timeZone") or "UTC"),
    }


def _start(text: str, place: Place) -> datetime | date:
    """A day as it was asked for, a time, or the next full hour."""
    try:
        return date.fromisoformat(text) if "T" not in text else datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        pass
    if place.view == "day" and place.day != place.today:
        return datetime.combine(place.day, time(hour=9))
    return place.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%B %Y}"
