"""VEVENT ⇄ a domain event (RFC 5545 §3.6.1).

| domain | iCalendar |
|---|---|
| `when` | DTSTART, DTEND with TZID; whole days as VALUE=DATE, the end excluded |
| `body` | X-ALT-DESC (HTML as it is), and its words as DESCRIPTION |
| `places` | LOCATION, their names apart by semicolons |
| `attendees` | ATTENDEE with CUTYPE, ROLE, PARTSTAT, RSVP, CN |
| `importance` | PRIORITY 9, 5, 1 |
| `online_meeting` | CONFERENCE (RFC 7986 §5.11) |
| `show_as` | TRANSP, and Outlook's five values as X-MICROSOFT-CDO-BUSYSTATUS |
| `sensitivity` | CLASS; `personal` is Outlook's own and is told as X-MICROSOFT-SENSITIVITY |

Reading takes what others write: a broken property is as if it were not there, but a meeting needs a UID and, unless it
is a reply, a start.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from icalendar import Component, vCalAddress, vText, vUri
from icalendar import Event as Vevent

from kalends.domain.attendee import Addressee, Answer, Attendee, Partstat, Role
from kalends.domain.errors import DomainError
from kalends.domain.event import Event, Importance, OnlineMeeting, Personal, Place, ResponseOptions, Sensitivity, ShowAs
from kalends.domain.span import UTC, AllDay, Span, Timed, zone
from kalends.ical.errors import MalformedCalendar
from kalends.ical.text import clean, html_of, text_of

PARTSTATS = {
    Partstat.NEEDS_ACTION: "NEEDS-ACTION",
    Partstat.ACCEPTED: "ACCEPTED",
    Partstat.TENTATIVE: "TENTATIVE",
    Partstat.DECLINED: "DECLINED",
}
ROLES = {
    Role.REQUIRED: ("INDIVIDUAL", "REQ-PARTICIPANT"),
    Role.OPTIONAL: ("INDIVIDUAL", "OPT-PARTICIPANT"),
    Role.RESOURCE: ("ROOM", "NON-PARTICIPANT"),
}
RESOURCES = frozenset({"ROOM", "RESOURCE"})
PRIORITIES = {Importance.LOW: 9, Importance.NORMAL: 5, Importance.HIGH: 1}
BUSY = {
    ShowAs.FREE: "FREE",
    ShowAs.TENTATIVE: "TENTATIVE",
    ShowAs.BUSY: "BUSY",
    ShowAs.OUT_OF_OFFICE: "OOF",
    ShowAs.WORKING_ELSEWHERE: "WORKINGELSEWHERE",
}
CLASSES = {
    Sensitivity.NORMAL: "PUBLIC",
    Sensitivity.PERSONAL: "PRIVATE",
    Sensitivity.PRIVATE: "PRIVATE",
    Sensitivity.CONFIDENTIAL: "CONFIDENTIAL",
}
PERSONAL_MARK = "PERSONAL"
NORMAL_PRIORITY = 5
ESCAPED = re.compile(r"\\([\\;,nN])")
"""What a text value escapes (RFC 5545 §3.3.11); the library leaves properties that it does not know as they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One VEVENT: an event under a UID in one of its revisions. `stamp` is aware UTC in whole seconds."""

    uid: str
    stamp: dt.datetime
    event: Event
    personal: Personal = field(default_factory=Personal)
    sequence: int = 0
    cancelled: bool = False


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def vevent(entry: Entry, *, personal: bool = True) -> Vevent:
    """The component; without `personal` nothing is told of what each participant has alone."""
    event, component = entry.event, Vevent()
    component.add("UID", clean(entry.uid))
    component.add("DTSTAMP", entry.stamp)
    component.add("SEQUENCE", entry.sequence)
    write_span(component, event.when)
    component.add("SUMMARY", vText(clean(event.subject)))
    _write_words(component, event)
    if event.organizer:
        component.add("ORGANIZER", _calendar_user(event.organizer.address, event.organizer.name))
    for each in event.attendees:
        component.add("ATTENDEE", vattendee(each, requested=event.response_options.requested))
    component.add("PRIORITY", PRIORITIES[event.importance])
    component.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if not event.response_options.propose_new_times:
        component.add("X-MICROSOFT-DISALLOW-COUNTER", "TRUE")
    if personal:
        _write_personal(component, entry.personal)
    return component


def vattendee(attendee: Attendee, *, requested: bool = True) -> vCalAddress:
    """An ATTENDEE with its parameters (RFC 5545 §3.8.4.1)."""
    cutype, role = ROLES[attendee.role]
    person = _calendar_user(attendee.address, attendee.name)
    person.params["CUTYPE"] = cutype
    person.params["ROLE"] = role
    person.params["PARTSTAT"] = PARTSTATS[attendee.answer.partstat]
    person.params["RSVP"] = "TRUE" if requested else "FALSE"
    return person


def _calendar_user(address: str, name: str) -> vCalAddress:
    user = vCalAddress(f"mailto:{clean(address)}")
    if name:
        user.params["CN"] = clean(name).replace("\n", " ").replace("\\", "/")  # readers disagree about a backslash
    return user


def write_span(component: Vevent, when: Span) -> None:
    """DTSTART and DTEND."""
    if isinstance(when, AllDay):
        component.add("DTSTART", when.first)
        component.add("DTEND", when.last + dt.timedelta(days=1))
        return
    component.add("DTSTART", _wall(when.start, when.start_zone))
    component.add("DTEND", _wall(when.end, when.end_zone))


def _wall(clock: dt.datetime, zone_name: str) -> dt.datetime:
    return clock.replace(tzinfo=dt.UTC if zone_name == UTC else zone(zone_name))


def _write_words(component: Vevent, event: Event) -> None:
    body = clean(event.body)
    if body:
        component.add("DESCRIPTION", vText(text_of(body)))
        component.add("X-ALT-DESC", vText(body, params={"FMTTYPE": "text/html"}))
    if event.places:
        component.add("LOCATION", vText("; ".join(clean(each.name) for each in event.places)))
    if event.online_meeting.join_url:
        params = {"VALUE": "URI", "FEATURE": "VIDEO"}
        component.add("CONFERENCE", vUri(clean(event.online_meeting.join_url), params=params))


def _write_personal(component: Vevent, personal: Personal) -> None:
    component.add("TRANSP", "TRANSPARENT" if personal.show_as is ShowAs.FREE else "OPAQUE")
    component.add("X-MICROSOFT-CDO-BUSYSTATUS", BUSY[personal.show_as])
    component.add("CLASS", CLASSES[personal.sensitivity])
    if personal.sensitivity is Sensitivity.PERSONAL:
        component.add("X-MICROSOFT-SENSITIVITY", PERSONAL_MARK)
    if personal.categories:
        component.add("CATEGORIES", [clean(each) for each in personal.categories])


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def entry_of(component: Component) -> Entry:
    """The entry of a VEVENT; raises MalformedCalendar."""
    when = span_of(component)
    if when is None:
        raise MalformedCalendar("The meeting has no start, or one that cannot be read.")
    return Entry(
        uid=uid_of(component),
        stamp=stamp_of(component),
        sequence=sequence_of(component),
        cancelled=_text(component, "STATUS").upper() == "CANCELLED",
        event=Event(
            when=when,
            subject=_text(component, "SUMMARY"),
            body=_body(component),
            places=tuple(Place(name=each) for each in _text(component, "LOCATION").split("; ") if each),
            attendees=tuple(attendees_of(component)),
            importance=_importance(component),
            online_meeting=_online_meeting(component),
            response_options=_response_options(component),
            organizer=_organizer(component),
        ),
        personal=_personal(component),
    )


def uid_of(component: Component) -> str:
    """The UID; raises MalformedCalendar when there is none."""
    uid = _text(component, "UID").strip()
    if not uid:
        raise MalformedCalendar("The meeting has no UID, so nobody can tell which one it is.")
    return uid


def sequence_of(component: Component) -> int:
    """The revision; 0 when it is not said."""
    return max(0, _number(component, "SEQUENCE"))


def stamp_of(component: Component) -> dt.datetime:
    """When the message was written; the beginning of time when that is not said."""
    moment = _moment(component, "DTSTAMP")
    if not isinstance(moment, dt.datetime):
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def span_of(component: Component) -> Span | None:
    """When it is, if that can be read; without an end it lasts a day, or no time at all (RFC 5545 §3.6.1)."""
    start, end = _moment(component, "DTSTART"), _moment(component, "DTEND")
    length = component.get("DURATION")
    if end is None and start is not None and isinstance(getattr(length, "dt", None), dt.timedelta):
        end = start + length.dt
    try:
        if isinstance(start, dt.datetime):
            return _timed(start, end if isinstance(end, dt.datetime) else start)
        if isinstance(start, dt.date):
            last = end - dt.timedelta(days=1) if isinstance(end, dt.date) else start
            return AllDay(first=start, last=max(start, last))
    except (DomainError, OverflowError):
        return None
    return None


def _timed(start: dt.datetime, end: dt.datetime) -> Timed:
    """A zone that only the sender knows is told as instants."""
    start_name, end_name = _zone_name(start), _zone_name(end)
    return Timed(
        start=_in_zone(start, start_name), start_zone=start_name, end=_in_zone(end, end_name), end_zone=end_name
    )


def _zone_name(moment: dt.datetime) -> str:
    key = getattr(moment.tzinfo, "key", None)
    if not isinstance(key, str):
        return UTC
    try:
        zone(key)
    except DomainError:
        return UTC
    return key


def _in_zone(moment: dt.datetime, name: str) -> dt.datetime:
    if moment.tzinfo is None:
        return moment
    return moment.replace(tzinfo=None) if name != UTC else moment.astimezone(dt.UTC).replace(tzinfo=None)


def attendees_of(component: Component) -> Iterable[Attendee]:
    """Everybody who is named as attendee and has an address."""
    for person in _every(component, "ATTENDEE"):
        address = _address(person)
        if address:
            yield Attendee(
                address=address,
                name=str(person.params.get("CN", "")),
                role=_role(person),
                answer=Answer(partstat=_partstat(person)),
            )


def _role(person: vCalAddress) -> Role:
    if str(person.params.get("CUTYPE", "")).upper() in RESOURCES:
        return Role.RESOURCE
    return Role.OPTIONAL if str(person.params.get("ROLE", "")).upper() == "OPT-PARTICIPANT" else Role.REQUIRED


def _partstat(person: vCalAddress) -> Partstat:
    said = str(person.params.get("PARTSTAT", "")).upper()
    return next((known for known, text in PARTSTATS.items() if text == said), Partstat.NEEDS_ACTION)


def _organizer(component: Component) -> Addressee | None:
    person = next(iter(_every(component, "ORGANIZER")), None)
    address = _address(person) if person is not None else ""
    return Addressee(address=address, name=str(person.params.get("CN", ""))) if person is not None and address else None


def _address(person: vCalAddress) -> str:
    text = str(person).strip()
    return text[len("mailto:") :].strip() if text.lower().startswith("mailto:") else text if "@" in text else ""


def _body(component: Component) -> str:
    markup = component.get("X-ALT-DESC")
    if markup is not None and str(getattr(markup, "params", {}).get("FMTTYPE", "")).lower() == "text/html":
        return ESCAPED.sub(lambda mark: "\n" if mark[1] in "nN" else mark[1], str(markup))
    return html_of(_text(component, "DESCRIPTION"))


def _importance(component: Component) -> Importance:
    """1 to 4 is high, 6 to 9 low, 0 says nothing (RFC 5545 §3.8.1.9)."""
    priority = _number(component, "PRIORITY")
    if 0 < priority < NORMAL_PRIORITY:
        return Importance.HIGH
    return Importance.LOW if priority > NORMAL_PRIORITY else Importance.NORMAL


def _online_meeting(component: Component) -> OnlineMeeting:
    url = str(next(iter(_every(component, "CONFERENCE")), ""))
    return OnlineMeeting(wanted=bool(url), join_url=url)


def _response_options(component: Component) -> ResponseOptions:
    people = _every(component, "ATTENDEE")
    silent = people and all(str(each.params.get("RSVP", "")).upper() == "FALSE" for each in people)
    counters = _text(component, "X-MICROSOFT-DISALLOW-COUNTER").upper() != "TRUE"
    return ResponseOptions(requested=not silent, propose_new_times=counters)


def _personal(component: Component) -> Personal:
    busy = _text(component, "X-MICROSOFT-CDO-BUSYSTATUS").upper()
    free = _text(component, "TRANSP").upper() == "TRANSPARENT"
    show_as = next((known for known, text in BUSY.items() if text == busy), ShowAs.FREE if free else ShowAs.BUSY)
    kept = _text(component, "CLASS").upper()
    sensitivity = next((known for known, text in CLASSES.items() if text == kept), Sensitivity.NORMAL)
    if sensitivity is Sensitivity.PERSONAL and _text(component, "X-MICROSOFT-SENSITIVITY") != PERSONAL_MARK:
        sensitivity = Sensitivity.PRIVATE
    found = [str(text) for each in _every(component, "CATEGORIES") for text in getattr(each, "cats", ())]
    return Personal(show_as=show_as, sensitivity=sensitivity, categories=tuple(each for each in found if each))


def _moment(component: Component, name: str) -> dt.datetime | dt.date | None:
    found = next(iter(_every(component, name)), None)
    try:
        moment = getattr(found, "dt", None)
    except ValueError:
        return None
    return moment if isinstance(moment, dt.date) else None


def _number(component: Component, name: str) -> int:
    try:
        return int(next(iter(_every(component, name)), 0))
    except (TypeError, ValueError):
        return 0


def _text(component: Component, name: str) -> str:
    return str(next(iter(_every(component, name)), ""))


def _every(component: Component, name: str) -> list[Any]:
    """All values of a property, none of them broken."""
    found = component.get(name)
    values = found if isinstance(found, list) else [] if found is None else [found]
    return [each for each in values if type(each).__name__ != "vBrokenProperty"]
