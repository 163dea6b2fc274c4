"""Mail that comes in from outside: iMIP REQUEST, CANCEL, REPLY and COUNTER (RFC 5546, RFC 6047; FACTS §7).

| method | what Exchange does with it |
|---|---|
| REQUEST | creates or updates the copies of the recipients here, as for an organizer of the tenant |
| CANCEL | cancels their copies |
| REPLY | records the answer on the organizer's event |
| COUNTER | records a tentative answer with a proposed time |
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from graphtwin import answers, bodies, invitations, meetings, rrule_in
from graphtwin.icalendar_text import Component, Property, parse
from graphtwin.items import Attendee, Event, Moment, Organizer, Recurrence
from graphtwin.render import wall_text
from graphtwin.store import instant_of
from graphtwin.zones import wall_in, zone_or_none

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.mailing import Kind

_SAID_BY_MAIL = ("start", "end", "is_all_day", "subject", "body", "preview", "locations")
CUSTOM_ZONE = "tzone://Microsoft/Custom"
_ROLES = {"OPT-PARTICIPANT": "optional", "NON-PARTICIPANT": "resource"}
_ANSWERS: dict[str, answers.Answer] = {
    "ACCEPTED": "accepted",
    "TENTATIVE": "tentativelyAccepted",
    "DECLINED": "declined",
}


def receive_mail(twin: Twin, message: bytes, recipients: Sequence[str]) -> int:
    """Process the calendar part of a mail; returns how many events it spoke of, 0 for a mail without one."""
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    for part in parsed.walk():
        if part.get_content_type() == "text/calendar":
            return receive(twin, str(part.get_content()), recipients)
    return 0


def receive(twin: Twin, text: str, recipients: Sequence[str] = ()) -> int:
    """Process iCalendar text; returns how many events it spoke of. Raises ValueError for what cannot be read.

    Without `recipients` it is meant for all attendees (or the organizer) who have a mailbox here.
    """
    calendar = parse(text)
    method = calendar.value("METHOD").upper()
    found = [each for each in calendar.components if each.name == "VEVENT"]
    for component in sorted(found, key=lambda each: each.first("RECURRENCE-ID") is not None):
        _receive_event(twin, method, component, calendar, recipients)
    return len(found)


def _receive_event(
    twin: Twin, method: str, component: Component, calendar: Component, recipients: Sequence[str]
) -> None:
    if method in {"REPLY", "COUNTER"}:
        _receive_reply(twin, method, component, calendar)
    elif method in {"REQUEST", "CANCEL"}:
        event = _event(component, calendar)
        for address in recipients or [each.address for each in event.attendees if each.address]:
            invitations.send(twin, _message(twin, method, event, address), address)
    else:
        raise ValueError(f"METHOD:{method} is not understood.")


def _message(twin: Twin, method: str, event: Event, address: str) -> invitations.Message:
    """An update is a full one if it moves what the mailbox has."""
    kind: Kind = "cancel" if method == "CANCEL" else "request"
    mailbox = twin.tenant.find(address)
    here = invitations.find_copy(mailbox, event, event.original_date) if mailbox else None
    if here is not None and kind == "request":
        kind = "update-info" if meetings.when_of(here) == meetings.when_of(event) else "update-full"
    return invitations.Message(
        kind=kind, organizer=event.organizer.address, event=event, original_date=event.original_date, cause=twin.cause
    )


def _receive_reply(twin: Twin, method: str, component: Component, calendar: Component) -> None:
    organizer = twin.tenant.find(_address(component.first("ORGANIZER")))
    attendee = component.first("ATTENDEE")
    if organizer is None or attendee is None:
        raise ValueError("A reply needs an organizer with a mailbox here, and an attendee.")
    answer = _ANSWERS.get(attendee.parameters.get("PARTSTAT", "").upper(), "tentativelyAccepted")
    original = _original_date(component, calendar)
    reply = answers.Reply(
        sender=_address(attendee),
        name=attendee.parameters.get("CN", _address(attendee)),
        answer="tentativelyAccepted" if method == "COUNTER" else answer,
        when=twin.now(),
        uid=component.value("UID"),
        ical_uid=component.value("UID"),
        original_date=original,
        sequence=int(component.value("SEQUENCE", "0")),
        proposed=_proposed(component, calendar) if method == "COUNTER" else None,
    )
    answers.receive(twin, organizer, reply)


def _proposed(component: Component, calendar: Component) -> dict[str, Any]:
    start, end, _ = _times(component, calendar)
    return {
        "start": {"dateTime": wall_text(start.wall), "timeZone": start.zone},
        "end": {"dateTime": wall_text(end.wall), "timeZone": end.zone},
    }


def _event(component: Component, calendar: Component) -> Event:
    """Return the event as its organizer elsewhere has it."""
    start, end, all_day = _times(component, calendar)
    uid = component.value("UID")
    description, summary, place = (component.first(name) for name in ("DESCRIPTION", "SUMMARY", "LOCATION"))
    body = bodies.from_text(description.text) if description else ""
    stamp = component.first("DTSTAMP")
    now = _moment(stamp, calendar)[0] if stamp else Moment(datetime.now(UTC).replace(tzinfo=None), "UTC")
    sent = instant_of(now, all_day=False)
    return Event(
        number=0,
        calendar_id="",
        id="",
        immutable_id="",
        created=sent,
        modified=sent,
        start=start,
        end=end,
        start_utc=instant_of(start, all_day=all_day),
        end_utc=instant_of(end, all_day=all_day),
        original_start_zone=start.zone,
        original_end_zone=end.zone,
        is_all_day=all_day,
        ical_uid=uid,
        uid=uid,
        subject=summary.text if summary else "",
        body=body,
        preview=bodies.preview(body),
        locations=[_place(place.text)] if place and place.value else [],
        intended_show_as="free" if component.value("TRANSP").upper() == "TRANSPARENT" else "busy",
        attendees=[_attendee(each) for each in component.every("ATTENDEE")],
        organizer=_organizer(component.first("ORGANIZER")),
        sequence=int(component.value("SEQUENCE", "0")),
        critical_change=sent,
        recurrence=_recurrence(component, start),
        cancelled_dates=_exdates(component, calendar, start.zone),
        original_date=_original_date(component, calendar),
        overridden=set(_SAID_BY_MAIL),
    )


def _place(name: str) -> dict[str, Any]:
    return {"displayName": name, "locationType": "default", "uniqueId": name, "uniqueIdType": "private"}


def _address(person: Property | None) -> str:
    if person is None:
        raise ValueError("The event has no organizer.")
    return person.value[7:] if person.value.lower().startswith("mailto:") else person.value


def _organizer(person: Property | None) -> Organizer:
    address = _address(person)
    return Organizer(address, person.parameters.get("CN", address) if person else address)


def _attendee(person: Property) -> Attendee:
    address = _address(person)
    role = _ROLES.get(person.parameters.get("ROLE", "").upper(), "required")
    return Attendee(address=address, name=person.parameters.get("CN", address), type=role)


def _times(component: Component, calendar: Component) -> tuple[Moment, Moment, bool]:
    """Return start, end and whether they are days; without an end the event lasts a day or no time at all."""
    first = component.first("DTSTART")
    if first is None:
        raise ValueError("The event has no start.")
    start, all_day = _moment(first, calendar)
    last = component.first("DTEND")
    if last is not None:
        return start, _moment(last, calendar)[0], all_day
    return start, Moment(start.wall + timedelta(days=1 if all_day else 0), start.zone), all_day


def _moment(value: Property, calendar: Component) -> tuple[Moment, bool]:
    """Return a wall clock with its zone, and whether it is a day."""
    text = value.value
    if "T" not in text:
        return Moment(_parsed(text, "%Y%m%d"), "UTC"), True
    wall = _parsed(text.rstrip("Z"), "%Y%m%dT%H%M%S")
    name = value.parameters.get("TZID", "UTC")
    if text.endswith("Z") or zone_or_none(name) is not None:
        return Moment(wall, "UTC" if text.endswith("Z") else name), False
    return Moment(wall - _standard_offset(calendar, name), CUSTOM_ZONE), False


def _parsed(text: str, form: str) -> datetime:
    return datetime.strptime(text, form).replace(tzinfo=None)  # noqa: DTZ007 - a wall clock; its zone stands beside it


def _standard_offset(calendar: Component, name: str) -> timedelta:
    """Return the standard offset of a zone only the mail knows."""
    for zone in calendar.components:
        if zone.name == "VTIMEZONE" and zone.value("TZID") == name:
            for part in zone.components:
                if part.name == "STANDARD":
                    text = part.value("TZOFFSETTO", "+0000")
                    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
                    return -offset if text.startswith("-") else offset
    raise ValueError(f"The zone '{name}' is not known and not described.")


def _recurrence(component: Component, start: Moment) -> Recurrence | None:
    rule = component.first("RRULE")
    return rrule_in.recurrence_of(rule.value, start.wall.date(), start.zone) if rule else None


def _exdates(component: Component, calendar: Component, zone_name: str) -> list[str]:
    found = []
    for each in component.every("EXDATE"):
        for text in each.value.split(","):
            moment, all_day = _moment(Property(each.name, each.parameters, text), calendar)
            found.append(_date_in(moment, zone_name, all_day=all_day).isoformat())
    return found


def _original_date(component: Component, calendar: Component) -> str | None:
    """Return the date of RECURRENCE-ID in the zone of the event."""
    original = component.first("RECURRENCE-ID")
    if original is None:
        return None
    moment, all_day = _moment(original, calendar)
    start = component.first("DTSTART")
    zone_name = _moment(start, calendar)[0].zone if start else moment.zone
    return _date_in(moment, zone_name, all_day=all_day).isoformat()


def _date_in(moment: Moment, zone_name: str, *, all_day: bool) -> date:
    if all_day or moment.zone == zone_name:
        return moment.wall.date()
    return wall_in(instant_of(moment, all_day=False), zone_name).date()
