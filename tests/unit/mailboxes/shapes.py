"""Events of every documented shape (FACTS.md §2), by number, in Graph's spelling and in the calendar's own."""

import datetime as dt
from itertools import cycle, islice
from typing import Any

from django.utils import timezone

from kalends.domain.attendee import Attendee, Role
from kalends.domain.event import (
    Event,
    Importance,
    OnlineMeeting,
    Personal,
    Place,
    ResponseOptions,
    Sensitivity,
    ShowAs,
)
from kalends.domain.span import AllDay, Span, Timed
from kalends.sync.snapshot import Window

ZONES = ("UTC", "Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns")
WINDOWS_ZONES = (
    "UTC",
    "W. Europe Standard Time",
    "Eastern Standard Time",
    "India Standard Time",
    "tzone://Microsoft/Utc",
)
BODIES = (
    "",
    "<p>Plain</p>",
    "<html><head><style>p {margin: 0}</style></head><body><p>Äé漢字 &amp; 🎉</p></body></html>",
    '<div>Line<br>two &nbsp; <a href="https://example.com/?a=1&amp;b=2">link</a></div>',
)
SENSITIVITIES = ("normal", "personal", "private", "confidential")
SHOWN = ("free", "tentative", "busy", "oof", "workingElsewhere")
IMPORTANCES = ("low", "normal", "high")

WINDOW = Window(start=timezone.now() - dt.timedelta(days=170), end=timezone.now() + dt.timedelta(days=700))


def day(number: int) -> dt.date:
    return timezone.now().date() + dt.timedelta(days=number % 300 - 100)


def theirs(number: int, bob: str) -> dict[str, Any]:
    """The event of this number as it lies in Outlook; shapes repeat with different periods, so that they mix."""
    event: dict[str, Any] = {
        "subject": f"Outlook {number:03}",
        "body": {"contentType": "text" if number % 7 == 0 else "html", "content": BODIES[number % len(BODIES)]},
        "importance": IMPORTANCES[number % 3],
        "sensitivity": SENSITIVITIES[number % 4],
        "showAs": SHOWN[number % 5],
        "categories": ["Blue", "Süd, West"][: number % 3],
        "isReminderOn": number % 6 != 0,
        "reminderMinutesBeforeStart": (0, 15, 10080)[number % 3],
        "responseRequested": number % 8 != 0,
        "allowNewTimeProposals": number % 9 != 0,
        **_times(number),
        **_place(number),
    }
    if number % 4 == 1:
        event["attendees"] = _people(number, bob)
        event["hideAttendees"] = number % 5 == 0
    if number % 25 == 3:
        event |= {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
    if number % 25 == 4:
        event |= _invitation(number)
    return event


def ours(number: int, bob: str) -> tuple[Event, Personal]:
    """The event of this number as it was made in Kalends."""
    event = Event(
        when=_span(number),
        subject=f"Kalends {number:03}",
        body=BODIES[number % len(BODIES)],
        places=tuple(
            islice(cycle((Place(name="Room 1"), Place(name="Süd; Nord"), Place(name="Main Street 5"))), number % 3)
        ),
        attendees=(Attendee(address=bob, name="Bob"), Attendee(address="eve@else.example", role=Role.OPTIONAL))
        if number % 5 == 0
        else (),
        importance=list(Importance)[number % 3],
        online_meeting=OnlineMeeting(wanted=number % 50 == 1),
        response_options=ResponseOptions(requested=number % 8 != 0, propose_new_times=number % 9 != 0),
    )
    personal = Personal(
        show_as=list(ShowAs)[number % 5],
        reminder=(None, 0, 15, 10080)[number % 4],
        categories=("Red", "Long, one")[: number % 3],
        sensitivity=list(Sensitivity)[number % 4],
    )
    return event, personal


def _times(number: int) -> dict[str, Any]:
    first = day(number)
    if number % 6 == 5:
        last = first + dt.timedelta(days=1 + number % 3)
        return {"isAllDay": True, "start": _moment(first, "00:00:00", "UTC"), "end": _moment(last, "00:00:00", "UTC")}
    zone = (ZONES if number % 2 else WINDOWS_ZONES)[number % 5]
    end = first + dt.timedelta(days=number % 11 == 0)
    return {"start": _moment(first, "09:30:00", zone), "end": _moment(end, "10:00:00", zone)}


def _moment(date: dt.date, clock: str, zone: str) -> dict[str, str]:
    return {"dateTime": f"{date}T{clock}.0000000", "timeZone": zone}


def _span(number: int) -> Span:
    first = day(number)
    if number % 6 == 5:
        return AllDay(first=first, last=first + dt.timedelta(days=number % 3))
    start = dt.datetime.combine(first, dt.time(14, number % 60))
    zone = ZONES[number % len(ZONES)]
    end = start + dt.timedelta(minutes=(0, 25, 90, 1500)[number % 4])
    return Timed(start=start, start_zone=zone, end=end, end_zone=zone)


def _place(number: int) -> dict[str, Any]:
    room = {
        "displayName": "Room Aurora",
        "locationType": "conferenceRoom",
        "locationEmailAddress": "aurora@example.com",
        "uniqueIdType": "directory",
        "uniqueId": "aurora@example.com",
    }
    street = {
        "displayName": "Office",
        "locationType": "businessAddress",
        "address": {
            "street": "Main 5",
            "city": "Ghent",
            "state": "",
            "countryOrRegion": "Belgium",
            "postalCode": "9000",
        },
        "coordinates": {"latitude": 51.05, "longitude": 3.72},
    }
    places = ([], [{"displayName": "Café"}], [room], [street, room], [{"displayName": "A; B"}])[number % 5]
    return {"locations": places} if places else {}


def _people(number: int, bob: str) -> list[dict[str, Any]]:
    status = {
        "response": ("none", "accepted", "declined", "tentativelyAccepted")[number % 4],
        "time": "2026-10-01T10:00:00Z",
    }
    people = [
        {"emailAddress": {"address": bob, "name": "Bob"}, "type": "required", "status": status},
        {"emailAddress": {"address": "Eve@Else.example", "name": "Eve"}, "type": "optional"},
        {"emailAddress": {"address": "aurora@example.com", "name": "Room Aurora"}, "type": "resource"},
    ]
    return people[: 1 + number % 3]


def _invitation(number: int) -> dict[str, Any]:
    """An invitee's copy, from an organizer who has no account here; some cancelled, some answered."""
    return {
        "organizer": {"emailAddress": {"address": "eve@else.example", "name": "Eve"}},
        "isOrganizer": False,
        "attendees": [{"emailAddress": {"address": "alice@example.com", "name": "Alice"}, "type": "required"}],
        "responseStatus": {"response": ("notResponded", "accepted")[number % 2], "time": "2026-10-01T10:00:00Z"},
        "isCancelled": number % 50 == 4,
    }
