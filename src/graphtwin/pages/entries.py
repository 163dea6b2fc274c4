"""An event as the calendar shows it, read from Graph's JSON with times in the zone of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

SELECTED = (
    "id,subject,start,end,isAllDay,showAs,responseStatus,isCancelled,isOrganizer,isDraft,attendees,organizer,location,"
    "sensitivity,categories,type,importance,isOnlineMeeting"
)
_LONG = timedelta(days=1)
_RESPONSES = {
    "none": "not answered",
    "notResponded": "not answered",
    "tentativelyAccepted": "tentative",
    "accepted": "accepted",
    "declined": "declined",
}
_SHOWN_AS = {"free": "free", "tentative": "tentative", "oof": "away", "workingElsewhere": "working elsewhere"}
_STATE_CLASSES = {
    "notResponded": "is-unanswered",
    "none": "is-unanswered",
    "tentativelyAccepted": "is-tentative",
    "declined": "is-declined",
}


@dataclass(slots=True, frozen=True, kw_only=True)
class Entry:
    """One event, occurrence or exception. `start` and `end` are wall clocks; `hue` numbers the colour."""

    id: str
    subject: str
    start: datetime
    end: datetime
    is_all_day: bool
    show_as: str
    response: str
    is_cancelled: bool
    is_draft: bool
    is_private: bool
    is_organizer: bool
    kind: str
    people: int
    organizer: str
    location: str
    hue: int

    @property
    def is_long(self) -> bool:
        """Whether it stands above the hours rather than among them."""
        return self.is_all_day or self.end - self.start >= _LONG

    @property
    def first_day(self) -> date:
        return self.start.date()

    @property
    def last_day(self) -> date:
        """The last day it touches; the end is exclusive."""
        return max(self.first_day, (self.end - timedelta(microseconds=1)).date())

    @property
    def times(self) -> str:
        return "All day" if self.is_all_day else f"{self.start:%H:%M}–{self.end:%H:%M}"

    @property
    def classes(self) -> str:
        """The classes of its state: how it looks."""
        names = [f"hue-{self.hue}", f"shows-{self.show_as}"]
        if self.is_cancelled:
            names.append("is-cancelled")
        elif not self.is_organizer and self.response in _STATE_CLASSES:
            names.append(_STATE_CLASSES[self.response])
        return " ".join(names)

    @property
    def words(self) -> tuple[str, ...]:
        """What its looks mean, in words, for hovering and for screen readers."""
        answer = None if self.is_organizer else _RESPONSES.get(self.response)
        facts = (
            "cancelled" if self.is_cancelled else answer,
            _SHOWN_AS.get(self.show_as),
            "repeats" if self.kind == "occurrence" else None,
            "changed occurrence" if self.kind == "exception" else None,
            "private" if self.is_private else None,
            "draft, not sent" if self.is_draft else None,
            f"{self.people} invited" if self.people and self.is_organizer else None,
            f"from {self.organizer}" if not self.is_organizer else None,
        )
        return tuple(dict.fromkeys(fact for fact in facts if fact))

    @property
    def title(self) -> str:
        """Everything in one sentence."""
        parts = [self.times, self.subject, self.location, ", ".join(self.words)]
        return " · ".join(part for part in parts if part)


def entry(event: Mapping[str, Any], *, calendar_hue: int) -> Entry:
    """Read one event of calendarView; members a test made odd do not stop it."""
    categories = event.get("categories") or []
    organizer = (event.get("organizer") or {}).get("emailAddress") or {}
    return Entry(
        id=event["id"],
        subject=event.get("subject") or "(no subject)",
        start=wall(event["start"]),
        end=wall(event["end"]),
        is_all_day=bool(event.get("isAllDay")),
        show_as=event.get("showAs") or "busy",
        response=(event.get("responseStatus") or {}).get("response") or "none",
        is_cancelled=bool(event.get("isCancelled")),
        is_draft=bool(event.get("isDraft")),
        is_private=event.get("sensitivity") in {"private", "confidential"},
        is_organizer=bool(event.get("isOrganizer")),
        kind=event.get("type") or "singleInstance",
        people=len(event.get("attendees") or ()),
        organizer=organizer.get("name") or organizer.get("address") or "somebody",
        location=(event.get("location") or {}).get("displayName") or "",
        hue=1 + sum(categories[0].encode()) % 5 if categories else calendar_hue,
    )


def wall(moment: Mapping[str, Any]) -> datetime:
    """Read a dateTimeTimeZone's wall clock; its seven digits of a second are cut to none."""
    return datetime.fromisoformat(str(moment["dateTime"])[:19])
