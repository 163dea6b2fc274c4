"""The event's form: plain fields, and what they mean in the calendar's own language.

Only what somebody touched is taken as a change: a body that was not edited keeps Outlook's own HTML, a place keeps its
address, a time its seconds (RULES 4.6).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict

from kalends.domain.attendee import Attendee, Role
from kalends.domain.errors import DomainError
from kalends.domain.event import (
    PERSONAL,
    Event,
    Field,
    Importance,
    OnlineMeeting,
    Personal,
    Place,
    ResponseOptions,
    Sensitivity,
    ShowAs,
)
from kalends.domain.span import UTC, AllDay, Span, Timed, zone
from kalends.sync.snapshot import Value

SHOW_AS = [
    (ShowAs.BUSY, "Busy"),
    (ShowAs.TENTATIVE, "Tentative"),
    (ShowAs.FREE, "Free"),
    (ShowAs.OUT_OF_OFFICE, "Away"),
    (ShowAs.WORKING_ELSEWHERE, "Working elsewhere"),
]
SENSITIVITY = [
    (Sensitivity.NORMAL, "Everybody here"),
    (Sensitivity.PERSONAL, "Personal"),
    (Sensitivity.PRIVATE, "Private"),
    (Sensitivity.CONFIDENTIAL, "Confidential"),
]
IMPORTANCE = [(Importance.NORMAL, "Normal"), (Importance.HIGH, "High"), (Importance.LOW, "Low")]
ROLES = [(Role.REQUIRED, "Required"), (Role.OPTIONAL, "Optional"), (Role.RESOURCE, "Room or device")]
REMINDERS = [
    ("", "None"),
    ("0", "At the start"),
    ("5", "5 minutes before"),
    ("10", "10 minutes before"),
    ("15", "15 minutes before"),
    ("30", "30 minutes before"),
    ("60", "1 hour before"),
    ("120", "2 hours before"),
    ("1440", "1 day before"),
    ("10080", "1 week before"),
]
WHEN = frozenset({"all_day", "start_day", "start_time", "end_day", "end_time", "start_zone", "end_zone"})
OPTIONS = frozenset({"requested", "propose_new_times", "hide_attendees"})


class EventForm(forms.Form):
    """One event's fields; people and places come as repeated plain fields beside it."""

    subject = forms.CharField(required=False, max_length=255)
    all_day = forms.BooleanField(required=False)
    start_day = forms.DateField(error_messages={"required": "Give a day.", "invalid": "That is not a day."})
    start_time = forms.TimeField(required=False)
    end_day = forms.DateField(required=False)
    end_time = forms.TimeField(required=False)
    start_zone = forms.CharField(required=False)
    end_zone = forms.CharField(required=False)
    body = forms.CharField(required=False, max_length=1_000_000, strip=False)
    body_changed = forms.BooleanField(required=False)
    show_as = forms.ChoiceField(choices=SHOW_AS, required=False)
    reminder = forms.IntegerField(required=False, min_value=0, max_value=525_600)
    sensitivity = forms.ChoiceField(choices=SENSITIVITY, required=False)
    importance = forms.ChoiceField(choices=IMPORTANCE, required=False)
    categories = forms.CharField(required=False, max_length=500)
    online_meeting = forms.BooleanField(required=False)
    requested = forms.BooleanField(required=False)
    propose_new_times = forms.BooleanField(required=False)
    hide_attendees = forms.BooleanField(required=False)
    version = forms.IntegerField(required=False)

    def __init__(self, data: QueryDict | None, event: Event, personal: Personal, reader_zone: str) -> None:
        super().__init__(data, initial=initial_of(event, personal, reader_zone))
        self.event = event
        self.personal = personal

    def clean(self) -> dict[str, Any]:
        """The time as one value; its refusals belong to the field that a person would correct."""
        cleaned = super().clean() or {}
        if "start_day" in cleaned and not self.errors:
            try:
                cleaned["when"] = _span(cleaned)
            except DomainError as error:
                self.add_error("end_day" if "end" in str(error) or "last" in str(error) else "start_zone", str(error))
        return cleaned

    def draft(self) -> Event:
        """The event as the form has it."""
        cleaned = self.cleaned_data
        return replace(
            self.event,
            when=self.when,
            subject=cleaned["subject"],
            body=cleaned["body"] if cleaned["body_changed"] else self.event.body,
            places=self.places(),
            attendees=self.attendees(),
            importance=Importance(cleaned["importance"] or self.event.importance),
            online_meeting=self.meeting,
            response_options=ResponseOptions(**{name: bool(cleaned[name]) for name in OPTIONS}),
        )

    def own(self) -> Personal:
        """What the editor has alone, as the form has it."""
        cleaned = self.cleaned_data
        return replace(
            self.personal,
            show_as=ShowAs(cleaned["show_as"] or self.personal.show_as),
            reminder=cleaned["reminder"],
            categories=(
                _listed(cleaned["categories"]) if "categories" in self.changed_data else self.personal.categories
            ),
            sensitivity=Sensitivity(cleaned["sensitivity"] or self.personal.sensitivity),
        )

    def changes(self, *, shared: bool) -> dict[Field, Value]:
        """What differs from the event as it was; personal fields only unless `shared`."""
        draft, own = self.draft(), self.own()
        found: dict[Field, Value] = {}
        for name in Field:
            if name is Field.ANSWER or (name not in PERSONAL and not shared):
                continue
            before, after = (
                (getattr(self.personal, name), getattr(own, name))
                if name in PERSONAL
                else (getattr(self.event, name), getattr(draft, name))
            )
            if before != after:
                found[name] = after
        if " ".join(draft.subject.split()) == " ".join(self.event.subject.split()):
            found.pop(Field.SUBJECT, None)
        return found

    @property
    def when(self) -> Span:
        """The time; the event's own, seconds included, when nobody touched it."""
        touched = WHEN & set(self.changed_data)
        span: Span = self.cleaned_data["when"] if touched or not self.is_bound else self.event.when
        return span

    @property
    def meeting(self) -> OnlineMeeting:
        """As it was, wanted or not."""
        return replace(self.event.online_meeting, wanted=self.cleaned_data["online_meeting"])

    def attendees(self) -> tuple[Attendee, ...]:
        """The list as posted; who was on it keeps their answer."""
        known = {each.key: each for each in self.event.attendees}
        posted = [
            Attendee(address=address.strip(), name=name.strip(), role=_role(role))
            for address, name, role in self._rows("attendee_address", "attendee_name", "attendee_role")
            if address.strip()
        ]
        return tuple(
            replace(known[each.key], role=each.role) if each.key in known else each
            for each in {one.key: one for one in posted}.values()
        )

    def places(self) -> tuple[Place, ...]:
        """The places as posted; one that was there keeps its address."""
        known = {place.name: place for place in self.event.places}
        names = dict.fromkeys(name.strip() for name in self._list("place") if name.strip())
        return tuple(known.get(name) or Place(name=name) for name in names)

    def _rows(self, *names: str) -> Iterable[tuple[str, ...]]:
        return zip(*(self._list(name) for name in names), strict=False)

    def _list(self, name: str) -> list[str]:
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else []


def initial_of(event: Event, personal: Personal, reader_zone: str) -> dict[str, Any]:
    """The form's fields for an event as it stands."""
    options = event.response_options
    return {
        **_initial_when(event.when, reader_zone),
        "subject": event.subject,
        "show_as": personal.show_as.value,
        "reminder": personal.reminder,
        "sensitivity": personal.sensitivity.value,
        "importance": event.importance.value,
        "categories": ", ".join(personal.categories),
        "online_meeting": event.online_meeting.wanted,
        "requested": options.requested,
        "propose_new_times": options.propose_new_times,
        "hide_attendees": options.hide_attendees,
    }


def _initial_when(span: Span, reader_zone: str) -> dict[str, Any]:
    if isinstance(span, AllDay):
        clock = {
            "start_time": dt.time(9),
            "end_time": dt.time(10),
            "start_zone": reader_zone,
            "end_zone": reader_zone,
        }
        return {"all_day": True, "start_day": span.first, "end_day": span.last, **clock}
    return {
        "all_day": False,
        "start_day": span.start.date(),
        "start_time": span.start.time().replace(second=0, microsecond=0),
        "end_day": span.end.date(),
        "end_time": span.end.time().replace(second=0, microsecond=0),
        "start_zone": span.start_zone,
        "end_zone": span.end_zone,
    }


def _span(cleaned: Mapping[str, Any]) -> Span:
    first = cleaned["start_day"]
    last = cleaned["end_day"] or first
    if cleaned["all_day"]:
        return AllDay(first=first, last=last)
    start_zone = cleaned["start_zone"].strip() or UTC
    end_zone = cleaned["end_zone"].strip() or start_zone
    zone(start_zone)
    zone(end_zone)
    start = dt.datetime.combine(first, cleaned["start_time"] or dt.time())
    end = dt.datetime.combine(last, cleaned["end_time"] or dt.time())
    return Timed(start=start, start_zone=start_zone, end=end, end_zone=end_zone)


def _role(value: str) -> Role:
    return Role(value) if value in set(Role) else Role.REQUIRED


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
