"""Fields and their values in words, for history and conflicts."""

import html
import re
from typing import Any

from kalends.calendars.history import CREATED, HIDDEN, JOINED, ORGANIZER, PROPOSAL, RENEWED, SCHEDULER, STATE
from kalends.domain.attendee import Answer, Attendee
from kalends.domain.event import Field, OnlineMeeting, Place, ResponseOptions
from kalends.domain.span import AllDay, Timed
from kalends.sync.codec import value_from_json

TITLES = {
    Field.SUBJECT.value: "Title",
    Field.BODY.value: "Description",
    Field.WHEN.value: "Time",
    Field.PLACES.value: "Place",
    Field.ATTENDEES.value: "People",
    Field.IMPORTANCE.value: "Importance",
    Field.ONLINE_MEETING.value: "Online meeting",
    Field.RESPONSE_OPTIONS.value: "Invitation options",
    Field.ANSWER.value: "Answer",
    Field.SHOW_AS.value: "Show as",
    Field.REMINDER.value: "Reminder",
    Field.CATEGORIES.value: "Categories",
    Field.SENSITIVITY.value: "Privacy",
    STATE: "State",
    HIDDEN: "In the calendar",
    CREATED: "Created",
    RENEWED: "Replaced by a new event",
    SCHEDULER: "Who invites",
    ORGANIZER: "Organizer",
    JOINED: "Takes part through a list",
    PROPOSAL: "Proposed time",
}
SHOW_AS = {"oof": "away", "workingElsewhere": "working elsewhere"}
LONGEST = 200


def field_title(field: str) -> str:
    """A field's name on screen."""
    return TITLES.get(field, field.replace("_", " ").capitalize())


def value_words(field: str, stored: Any) -> str:
    """A stored value in words; empty for nothing."""
    if field == HIDDEN:
        return "no" if stored else "yes"
    if stored is None:
        return "off" if field == Field.REMINDER else ""
    if field not in set(Field):
        return str(stored)
    return _words(Field(field), value_from_json(Field(field), stored))


def _words(field: Field, value: object) -> str:
    match value:
        case Timed() | AllDay():
            words = span_words(value)
        case Answer():
            words = str(value.partstat).replace("needs-action", "no answer")
        case OnlineMeeting():
            words = "yes" if value.wanted else "no"
        case ResponseOptions():
            words = _options_words(value)
        case tuple():
            words = ", ".join(_item_words(each) for each in value)
        case int():
            words = f"{value} minutes before"
        case _:
            words = plain_text(str(value)) if field is Field.BODY else SHOW_AS.get(str(value), str(value))
    return words


def span_words(span: Timed | AllDay) -> str:
    """A time in words, with its zone."""
    if isinstance(span, AllDay):
        return f"{span.first:%Y-%m-%d}" if span.first == span.last else f"{span.first:%Y-%m-%d} to {span.last:%Y-%m-%d}"
    same_day = span.start.date() == span.end.date()
    end = f"{span.end:%H:%M}" if same_day else f"{span.end:%Y-%m-%d %H:%M}"
    end_zone = "" if span.end_zone == span.start_zone else f" {span.end_zone}"
    return f"{span.start:%Y-%m-%d %H:%M} to {end}{end_zone} ({span.start_zone})"


def plain_text(body: str) -> str:
    """The beginning of a body without its markup; for reading only, never for comparing."""
    text = re.sub(r"(?is)<(style|script|head)\b.*?</\1>", " ", body)
    text = html.unescape(re.sub(r"<[^>]*>", " ", text))
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _options_words(options: ResponseOptions) -> str:
    said = {
        "answers asked for": options.requested,
        "new times may be proposed": options.propose_new_times,
        "list hidden": options.hide_attendees,
    }
    return ", ".join(words for words, true in said.items() if true)


def _item_words(item: object) -> str:
    match item:
        case Attendee():
            role = "" if item.role == "required" else f" ({item.role})"
            return f"{item.name or item.address}{role}"
        case Place():
            return item.name
        case _:
            return str(item)
