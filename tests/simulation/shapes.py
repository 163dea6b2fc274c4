"""Events of every documented shape, drawn by a seed: as values for Kalends, and as Graph's JSON for Outlook."""

import datetime as dt
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from kalends.domain.attendee import Attendee, Role
from kalends.domain.event import (
    Field,
    Importance,
    OnlineMeeting,
    Place,
    ResponseOptions,
    Sensitivity,
    ShowAs,
)
from kalends.domain.span import AllDay, Span, Timed
from kalends.graph.event import members_of
from kalends.sync.snapshot import Value, Values

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Honolulu")
BODIES = (
    "",
    "Just a line.",
    "<p>Agenda: <b>one</b>, two &amp; three</p>",
    '<p>See <a href="https://example.com/a?b=1&amp;c=2">the plan</a></p>',
    "<ul><li>Zürich</li><li>東京</li><li>🎂</li></ul>",
    "<table><tr><td>1</td><td>2</td></tr></table>",
)
PLACES = (
    (),
    (Place(name="Room 4711", kind="conferenceRoom", email="room4711@contoso.example"),),
    (Place(name="Café Mokka"),),
    (Place(name="Head office", street="1 Main St", city="Springfield", postal_code="12345", country="US"),),
    (Place(name="Here"), Place(name="There")),
)
CATEGORIES = ((), ("Red category",), ("Blue category", "Customer"), ("Größe",))
REMINDERS = (None, 0, 15, 37, 60, 1440)


def span(draw: Random, around: dt.datetime, *, days: int = 100) -> Span:
    """Some time near `around`: of minutes or of days, in one zone or in two."""
    day = around.date() + dt.timedelta(days=draw.randint(-days, days))
    if draw.random() < 0.2:
        return AllDay(first=day, last=day + dt.timedelta(days=draw.choice((0, 0, 1, 6))))
    start = dt.datetime.combine(day, dt.time(draw.randint(0, 23), draw.choice((0, 15, 30))))
    zone = draw.choice(ZONES)
    length = dt.timedelta(minutes=draw.choice((15, 30, 60, 60, 90, 26 * 60)))
    whole = Timed(start=start, start_zone=zone, end=start + length, end_zone=zone)
    if draw.random() < 0.1:
        return Timed.at(whole.start_at, whole.end_at, zone, draw.choice(ZONES))
    return whole


def people(draw: Random, among: Sequence[str], *, most: int = 3) -> tuple[Attendee, ...]:
    """Some of these addresses, in some roles."""
    chosen = draw.sample(list(among), k=min(len(among), draw.randint(1, most)))
    roles = [draw.choice((Role.REQUIRED, Role.REQUIRED, Role.OPTIONAL)) for _ in chosen]
    return tuple(
        Attendee(address=address, name=address.partition("@")[0].title(), role=role)
        for address, role in zip(chosen, roles, strict=True)
    )


def values(draw: Random, number: int, around: dt.datetime, attendees: tuple[Attendee, ...] = ()) -> dict[Field, Value]:
    """One event, told apart from all others by its number."""
    return {
        Field.SUBJECT: f"Event {number} {draw.choice(('', 'Besprechung', '打合せ', '🎉', '<b>'))}".strip(),
        Field.BODY: draw.choice(BODIES),
        Field.WHEN: span(draw, around),
        Field.PLACES: draw.choice(PLACES),
        Field.ATTENDEES: attendees,
        Field.IMPORTANCE: draw.choice(tuple(Importance)),
        Field.ONLINE_MEETING: OnlineMeeting(),
        Field.RESPONSE_OPTIONS: draw.choice((ResponseOptions(), ResponseOptions(requested=False))),
        Field.SHOW_AS: draw.choice(tuple(ShowAs)),
        Field.REMINDER: draw.choice(REMINDERS),
        Field.CATEGORIES: draw.choice(CATEGORIES),
        Field.SENSITIVITY: draw.choice(tuple(Sensitivity)),
    }


def as_json(event: Values) -> dict[str, Any]:
    """The same as a person's Outlook would hold it."""
    return members_of(event)


def invitation(event: Values, organizer: str, number: int, answer: str = "notResponded") -> dict[str, Any]:
    """A copy that somebody outside sent."""
    return {
        **as_json(event),
        "iCalUId": f"foreign-{number}@elsewhere.example",
        "organizer": {"emailAddress": {"name": "Stranger", "address": organizer}},
        "responseStatus": {"response": answer, "time": "2026-07-01T10:00:00Z"},
    }


ODD: Mapping[str, Mapping[str, Any]] = {
    "an attendee without address": {"attendees": [{"type": "required", "emailAddress": {"name": "Nobody"}}]},
    "a null subject": {"subject": None},
    "an unknown zone": {
        "originalStartTimeZone": "tzone://Microsoft/Custom",
        "originalEndTimeZone": "Customized Time Zone",
    },
    "no body": {"body": None},
    "no categories": {"categories": None},
    "no sensitivity": {"sensitivity": None},
    "an X500 attendee": {
        "attendees": [{"type": "required", "emailAddress": {"name": "Old", "address": "/o=Contoso/ou=x/cn=old"}}]
    },
}
"""Real mailboxes hold these; none may stop anything."""
