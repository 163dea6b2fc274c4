"""What the grid is told of an event: where it stands, and which of LOOK.md's states it shows."""

import datetime as dt
import hashlib
from typing import Any

from django.urls import reverse

from kalends.calendars.views import BadgeKind, EventView, Relation
from kalends.domain.attendee import Partstat
from kalends.domain.event import Sensitivity, ShowAs, State
from kalends.domain.span import AllDay

HUES = 12
OWN_HUE = 1


def hue_of(text: str) -> int:
    """One of the twelve hues, always the same for the same text."""
    return hashlib.sha256(text.casefold().encode()).digest()[0] % HUES + 1


def person_hue(person_id: int) -> int:
    """A colleague's hue; never that of one's own calendar."""
    return OWN_HUE + 1 + person_id * 5 % (HUES - 1)


def event_hue(view: EventView) -> int:
    """The hue of the first category, else that of the calendar it stands in."""
    if view.relation is Relation.COLLEAGUE:
        return person_hue(view.person_id)
    return hue_of(view.categories[0]) if view.categories else OWN_HUE


def grid_event(view: EventView, now: dt.datetime) -> dict[str, Any]:
    """One event in FullCalendar's terms."""
    classes = state_classes(view, now)
    return {
        "id": f"{view.id}-{view.person_id}",
        "title": view.subject or ("Busy" if view.busy_only else ""),
        "start": _start(view),
        "end": _end(view),
        "allDay": view.all_day,
        "editable": view.may_move,
        "className": " ".join(["hue", f"hue-{event_hue(view)}", *classes]),
        "extendedProps": {
            "eventId": view.id,
            "panel": "" if view.busy_only else reverse("event_panel", args=[view.id]),
            "move": reverse("event_move", args=[view.id]),
            "version": view.version,
            "place": view.place,
            "cancelled": view.state is State.CANCELLED,
            "classes": classes,
            "signs": signs(view),
        },
    }


def state_classes(view: EventView, now: dt.datetime) -> list[str]:
    """The class names of the states that the event is in."""
    unanswered = view.relation is Relation.ATTENDEE and view.partstat is Partstat.NEEDS_ACTION
    declined = view.partstat is Partstat.DECLINED
    tentative = view.show_as is ShowAs.TENTATIVE or view.partstat is Partstat.TENTATIVE
    states = {
        "k-unanswered": unanswered,
        "k-tentative": tentative and not (unanswered or declined),
        "k-declined": declined,
        "k-free": view.show_as is ShowAs.FREE and not view.all_day,
        "k-cancelled": view.state is State.CANCELLED,
        "k-past": view.ends_at <= now,
        "k-colleague": view.relation is Relation.COLLEAGUE and view.busy_only,
    }
    return [name for name, holds in states.items() if holds]


def signs(view: EventView) -> list[dict[str, str]]:
    """The small signs with their words, for what differs from the ordinary."""
    found = []
    if view.badge.kind in {BadgeKind.WAITING, BadgeKind.HELD, BadgeKind.ONLY_HERE}:
        found.append({"kind": view.badge.kind.value, "words": view.badge.words})
    if view.sensitivity in {Sensitivity.PRIVATE, Sensitivity.CONFIDENTIAL} and not view.busy_only:
        found.append({"kind": "private", "words": "Private"})
    return found


def _start(view: EventView) -> str:
    return view.when.first.isoformat() if isinstance(view.when, AllDay) else view.starts_at.isoformat()


def _end(view: EventView) -> str:
    if isinstance(view.when, AllDay):
        return (view.when.last + dt.timedelta(days=1)).isoformat()
    return view.ends_at.isoformat()
