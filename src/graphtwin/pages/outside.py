"""`/outside`: people without a mailbox here invite, cancel and answer by mail, as iCalendar text (RFC 5546, 6047).

What they do goes the way of `POST /_twin/inbound`. Their mails are no mails of Exchange, so the ledger does not show
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from graphtwin import imip
from graphtwin.errors import GraphError
from graphtwin.http import Request, Response, Route
from graphtwin.icalendar_text import Property, parse
from graphtwin.inbound import receive
from graphtwin.items import Event
from graphtwin.pages.event_form import people
from graphtwin.pages.place import zone_names
from graphtwin.pages.rendering import Fields, page, see_other, time_words
from graphtwin.pages.shell import shell
from graphtwin.zones import zone_or_none

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.mail import Mail
    from graphtwin.tenant import Mailbox

ANSWERS = (("ACCEPTED", "Accept"), ("TENTATIVE", "Tentative"), ("DECLINED", "Decline"))
DONE = {
    "invited": "The invitation was delivered.",
    "cancelled": "The cancellation was delivered.",
    "read": "The mail was read.",
    "answered": "The answer was delivered.",
}
_BLANK = {
    "organizer": "Eva Stern <eva@elsewhere.example>",
    "to": "",
    "subject": "",
    "start": "",
    "end": "",
    "timeZone": "UTC",
    "ics": "",
}
_OF_A_REPLY = ("UID", "SEQUENCE", "ORGANIZER", "SUMMARY", "DTSTART", "DTEND", "RECURRENCE-ID")
_TEXT = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(slots=True, frozen=True, kw_only=True)
class Invitation:
    """A meeting somebody outside arranged, with the mailboxes that have it."""

    event: Event
    mailboxes: tuple[Mailbox, ...]

    @property
    def when(self) -> str:
        return f"{time_words(self.event.start_utc)} UTC"


def outside(twin: Twin, request: Request) -> Response:
    return _page(twin, _BLANK, done=DONE.get(request.params.get("done", ""), ""))


def invite(twin: Twin, request: Request) -> Response:
    """Send an invitation from outside."""
    fields = Fields(request)
    values = {name: fields.one(name, default) for name, default in _BLANK.items()}
    try:
        text, to = _request(twin, values)
        receive(twin, text, to)
    except ValueError as error:
        return _page(twin, values, problem=str(error), status=400)
    return see_other("/outside", done="invited")


def cancel(twin: Twin, request: Request) -> Response:
    """Cancel a meeting that was arranged outside."""
    uid = Fields(request).one("uid")
    for each in _invitations(twin):
        if each.event.uid == uid:
            called_off = replace(each.event, sequence=each.event.sequence + 1)
            text = imip.text(each.mailboxes[0], called_off, "cancel", None)
            receive(twin, text, [mailbox.address for mailbox in each.mailboxes])
            return see_other("/outside", done="cancelled")
    return _page(twin, _BLANK, problem="This meeting is cancelled already, or gone.", status=400)


def read(twin: Twin, request: Request) -> Response:
    """Read an iCalendar text as if it had come by mail."""
    values = {**_BLANK, "ics": Fields(request).one("ics")}
    try:
        found = receive(twin, values["ics"])
    except ValueError as error:
        return _page(twin, values, problem=str(error), status=400)
    if not found:
        return _page(twin, values, problem="The text holds no VEVENT.", status=400)
    return see_other("/outside", done="read")


def answer(twin: Twin, request: Request, number: str) -> Response:
    """Answer a mail of the ledger as one of its recipients outside."""
    fields = Fields(request)
    mail = next((each for each in twin.mail.mails if str(each.number) == number), None)
    if mail is None or fields.one("address") not in mail.external:
        raise GraphError(404, "ResourceNotFound", "There is no such mail to somebody outside.")
    if fields.one("answer") not in dict(ANSWERS):
        raise GraphError(400, "BadRequest", "Answer with Accept, Tentative or Decline.")
    receive(twin, _reply(twin, mail, fields.one("address"), fields.one("answer")))
    return see_other(f"/mail/{number}", done="answered")


def _request(twin: Twin, values: dict[str, str]) -> tuple[str, list[str]]:
    """Return the iCalendar text of an invitation and whom it goes to; raises ValueError with what to do."""
    organizer, invited = people(values["organizer"]), people(values["to"])
    if len(organizer) != 1 or twin.tenant.find(organizer[0]["address"]) is not None:
        raise ValueError("Name one person outside, such as Eva Stern <eva@elsewhere.example>.")
    unknown = [each["address"] for each in invited if twin.tenant.find(each["address"]) is None]
    if not invited:
        raise ValueError("Say whom to invite.")
    if unknown:
        raise ValueError(f"{', '.join(unknown)} has no mailbox here; invite somebody who has.")
    if zone_or_none(values["timeZone"]) is None:
        raise ValueError(f"“{values['timeZone']}” is no time zone. Use a name such as Europe/Berlin.")
    start, end = _moment(values["start"], "start"), _moment(values["end"], "end")
    if end < start:
        raise ValueError("The end is before the start. Choose a later end.")
    lines = [
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        f"UID:{twin.requests_seen}-{twin.seed}-{organizer[0]['address']}",
        f"DTSTAMP:{twin.now().astimezone(UTC):%Y%m%dT%H%M%SZ}",
        "SEQUENCE:0",
        f"SUMMARY:{values['subject'].translate(_TEXT)}",
        f"DTSTART;TZID={values['timeZone']}:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={values['timeZone']}:{end:%Y%m%dT%H%M%S}",
        f"ORGANIZER;{_person(organizer[0])}",
        *(f"ATTENDEE;ROLE=REQ-PARTICIPANT;{_person(each)}" for each in invited),
        "END:VEVENT",
    ]
    return _calendar(lines), [each["address"] for each in invited]


def _reply(twin: Twin, mail: Mail, address: str, partstat: str) -> str:
    """Return the METHOD:REPLY to the calendar part of a mail (RFC 5546 §3.2.3)."""
    event = next(each for each in parse(mail.itip).components if each.name == "VEVENT")
    kept = [_line(found) for name in _OF_A_REPLY if (found := event.first(name)) is not None]
    lines = ["METHOD:REPLY", "BEGIN:VEVENT", *kept, f"DTSTAMP:{twin.now().astimezone(UTC):%Y%m%dT%H%M%SZ}"]
    return _calendar([*lines, f"ATTENDEE;PARTSTAT={partstat}:mailto:{address}", "END:VEVENT"])


def _line(found: Property) -> str:
    parameters = "".join(f';{name}="{value}"' for name, value in found.parameters.items())
    return f"{found.name}{parameters}:{found.value}"


def _calendar(lines: list[str]) -> str:
    whole = ["BEGIN:VCALENDAR", "PRODID:-//graphtwin//outside//EN", "VERSION:2.0", *lines, "END:VCALENDAR"]
    return "".join(f"{imip.folded(line)}\r\n" for line in whole)


def _person(person: dict[str, str]) -> str:
    name = person.get("name", person["address"]).replace('"', "'")
    return f'CN="{name}":mailto:{person["address"]}'


def _moment(text: str, word: str) -> datetime:
    if not text:
        raise ValueError(f"Say when it {word}s.")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text}” is no date and time. Write it as 2026-11-23T09:30.") from error


def _invitations(twin: Twin) -> Iterator[Invitation]:
    """Every meeting here that somebody outside arranged and did not cancel, once."""
    found: dict[str, tuple[Event, list[Mailbox]]] = {}
    for mailbox in twin.tenant.mailboxes.values():
        for event in mailbox.events.values():
            is_ours = event.is_organizer or twin.tenant.find(event.organizer.address or "") is not None
            if not is_ours and not event.is_cancelled and event.original_date is None:
                found.setdefault(event.uid, (event, []))[1].append(mailbox)
    return (Invitation(event=event, mailboxes=tuple(mailboxes)) for event, mailboxes in found.values())


def _page(twin: Twin, values: dict[str, str], *, done: str = "", problem: str = "", status: int = 200) -> Response:
    return page(
        "outside.html",
        status=status,
        **shell(twin, "/outside"),
        invitations=tuple(_invitations(twin)),
        values=values,
        zones=zone_names(),
        done=done,
        problem=problem,
    )


ROUTES = (
    Route("GET", "/outside", outside),
    Route("POST", "/outside/invite", invite),
    Route("POST", "/outside/cancel", cancel),
    Route("POST", "/outside/read", read),
    Route("POST", "/mail/{number}/answer", answer),
)
