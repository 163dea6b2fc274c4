"""Meetings by mail: REQUEST, CANCEL, REPLY and COUNTER (RFC 5546 §3.2; RFC 6047 for how mail carries them).

A message goes to one person. With `hide_attendees` it names nobody else. What comes in is read generously, but a reply
needs a UID and one attendee.
"""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from icalendar import Component
from icalendar import Event as Vevent

from kalends.domain.attendee import Addressee, Attendee, normal_address
from kalends.domain.span import Span
from kalends.ical.calendar import empty_calendar, read_calendar, text_of_calendar, vevents
from kalends.ical.errors import MalformedCalendar
from kalends.ical.vevent import (
    Entry,
    attendees_of,
    entry_of,
    sequence_of,
    span_of,
    stamp_of,
    uid_of,
    vattendee,
    vevent,
    write_span,
)


class Method(StrEnum):
    """What a message wants (RFC 5546 §1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    REPLY = "REPLY"
    COUNTER = "COUNTER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A REQUEST, or a CANCEL, as the organizer sends it."""

    method: Method
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A REPLY or COUNTER, as an attendee sends it. `when` is the time he answered to, or that he proposes."""

    uid: str
    stamp: dt.datetime
    attendee: Attendee
    organizer: Addressee | None = None
    sequence: int = 0
    when: Span | None = None
    subject: str = ""
    comment: str = ""
    proposes: bool = False


Message = Invitation | Answered


def request_text(entry: Entry, recipient: str) -> str:
    """An invitation or update for one person."""
    return _organizers_text(Method.REQUEST, entry, recipient)


def cancel_text(entry: Entry, recipient: str) -> str:
    """A cancellation for one person; an event that goes on without him is cancelled for him alone."""
    return _organizers_text(Method.CANCEL, replace(entry, cancelled=True), recipient)


def reply_text(reply: Answered) -> str:
    """An answer for the organizer."""
    component = Vevent()
    component.add("UID", reply.uid)
    component.add("DTSTAMP", reply.stamp)
    component.add("SEQUENCE", reply.sequence)
    if reply.when is not None:
        write_span(component, reply.when)
    if reply.subject:
        component.add("SUMMARY", reply.subject)
    if reply.organizer is not None:
        component.add("ORGANIZER", f"mailto:{reply.organizer.address}")
    attendee = vattendee(reply.attendee)
    del attendee.params["RSVP"]
    component.add("ATTENDEE", attendee)
    if reply.comment:
        component.add("COMMENT", reply.comment)
    method = Method.COUNTER if reply.proposes else Method.REPLY
    calendar = empty_calendar([reply.when] if reply.when else [], method.value)
    calendar.add_component(component)
    return text_of_calendar(calendar)


def read_message(text: str | bytes, method: str = "") -> Message:
    """What an iTIP text says; `method` is what the mail's header says it is. Raises MalformedCalendar."""
    calendar = read_calendar(text)
    named = str(calendar.get("METHOD", "") or method).strip().upper()
    if named not in set(Method):
        raise MalformedCalendar(f"METHOD:{named or '(none)'} is neither an invitation nor an answer.")
    found = vevents(calendar)
    if not found:
        raise MalformedCalendar("The message holds no event.")
    if Method(named) in {Method.REQUEST, Method.CANCEL}:
        return Invitation(method=Method(named), entry=entry_of(found[0]))
    return _answered(found[0], proposes=named == Method.COUNTER)


def _organizers_text(method: Method, entry: Entry, recipient: str) -> str:
    if entry.event.response_options.hide_attendees or method is Method.CANCEL:
        only = tuple(each for each in entry.event.attendees if each.key == normal_address(recipient))
        entry = replace(entry, event=replace(entry.event, attendees=only))
    calendar = empty_calendar([entry.event.when], method.value)
    calendar.add_component(vevent(entry, personal=False))
    return text_of_calendar(calendar)


def _answered(component: Component, *, proposes: bool) -> Answered:
    people = list(attendees_of(component))
    if len(people) != 1:
        raise MalformedCalendar("An answer names the one person who answers; this one names " + str(len(people)) + ".")
    said = component.get("COMMENT", "")
    comments = said if isinstance(said, list) else [said]
    organizer = str(component.get("ORGANIZER", ""))
    return Answered(
        uid=uid_of(component),
        stamp=stamp_of(component),
        sequence=sequence_of(component),
        attendee=people[0],
        organizer=Addressee(address=organizer.partition(":")[2]) if ":" in organizer else None,
        when=span_of(component),
        subject=str(component.get("SUMMARY", "")),
        comment="\n".join(str(each) for each in comments if str(each)),
        proposes=proposes,
    )
