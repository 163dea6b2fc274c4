"""Accept, accept tentatively, decline, forward, cancel (FACTS §7.3, §7.5, §8.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from graphtwin import invitations, mailing, meetings, series
from graphtwin.errors import GraphError, invalid_request
from graphtwin.items import Attendee, Event
from graphtwin.store import discard, save

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

Answer = Literal["accepted", "tentativelyAccepted", "declined"]
_CANCELLED_CODES = {
    "accepted": "ErrorCalendarIsCancelledForAccept",
    "tentativelyAccepted": "ErrorCalendarIsCancelledForTentative",
    "declined": "ErrorCalendarIsCancelledForDecline",
}


@dataclass(slots=True, frozen=True, kw_only=True)
class Reply:
    """An answer under way to the organizer."""

    sender: str
    name: str
    answer: Answer
    when: datetime
    uid: str
    ical_uid: str
    original_date: str | None
    sequence: int
    proposed: dict[str, Any] | None = None


def respond(
    twin: Twin,
    mailbox: Mailbox,
    event: Event,
    answer: Answer,
    *,
    comment: str = "",
    send: bool = True,
    proposed: dict[str, Any] | None = None,
) -> None:
    """Answer a meeting in the invitee's mailbox and, unless `send` is False, tell the organizer."""
    _check(event, answer, proposed, send=send)
    reply = Reply(
        sender=mailbox.address,
        name=mailbox.name,
        answer=answer,
        when=twin.now(),
        uid=event.uid,
        ical_uid=event.ical_uid,
        original_date=event.original_date,
        sequence=event.sequence,
        proposed=proposed,
    )
    organizer = event.organizer.address
    if send and (event.response_requested or twin.switches.answer_mailed_when_not_requested):
        mailing.record(
            twin,
            mailbox,
            event,
            "response",
            (organizer,),
            comment=comment,
            response=answer,
            proposed=proposed is not None,
        )
        _keep(twin, mailbox, event, answer)
        _send(twin, reply, organizer)
    else:
        _keep(twin, mailbox, event, answer)


def _check(event: Event, answer: Answer, proposed: dict[str, Any] | None, *, send: bool) -> None:
    if event.is_organizer:
        raise invalid_request(
            "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer."
        )
    if event.is_cancelled:
        raise GraphError(400, _CANCELLED_CODES[answer], "The meeting has been cancelled by its organizer.")
    if proposed is not None and not (send and event.allow_new_time_proposals):
        raise GraphError(
            400,
            "ErrorInvalidParameter",
            "ProposedNewTime needs SendResponse to be true and a meeting that allows new time proposals.",
        )


def _keep(twin: Twin, mailbox: Mailbox, event: Event, answer: Answer) -> None:
    """Record the answer on the own copy; a declined event leaves the calendar."""
    if answer == "declined":
        if event.original_date is not None:
            series.delete_instance(twin, mailbox, event)
        else:
            discard(twin, mailbox, event)
        return
    if event.original_date is not None:
        event = series.as_exception(mailbox, event, {"show_as": None, "response": None})
    note_answer(twin, mailbox, event, answer)
    for exception in event.exceptions.values():
        note_answer(twin, mailbox, exception, answer)
    save(twin, mailbox, event)


def note_answer(twin: Twin, mailbox: Mailbox, event: Event, answer: Answer) -> None:
    event.response, event.response_time = answer, twin.now()
    event.show_as = event.intended_show_as if answer == "accepted" else "tentative"
    for each in event.attendees:
        if (each.address or "").lower() == mailbox.address.lower():
            each.response = answer


def _send(twin: Twin, reply: Reply, address: str) -> None:
    organizer = twin.tenant.find(address)
    if organizer is None:
        return
    delay = twin.switches.delivery_delay_seconds
    if delay > 0:
        twin.clock.call_at(twin.now() + timedelta(seconds=delay), lambda: receive(twin, organizer, reply))
    else:
        receive(twin, organizer, reply)


def receive(twin: Twin, organizer: Mailbox, reply: Reply) -> None:
    """Record an answer at the organizer: not one to an older version, to a deleted date, or in a secondary calendar."""
    master = next((each for each in organizer.with_uid(reply.uid) if each.is_organizer), None)
    if master is None or master.calendar_id != organizer.default_calendar.id:
        return
    event: Event | None = master
    if reply.original_date is not None and master.recurrence is not None:
        event = series.instance_on(master, datetime.fromisoformat(reply.original_date).date())
    if event is None or reply.sequence < event.sequence:
        return
    if event.original_date is not None:
        event = series.as_exception(organizer, event, {"attendees": None})
    for each in (event, *event.exceptions.values()):
        _record(each, reply)
    save(twin, organizer, event)


def _record(event: Event, reply: Reply) -> None:
    """Put the answer beside the name; who is not on the list joins it as optional (FACTS §7.3)."""
    known = next((each for each in event.attendees if (each.address or "").lower() == reply.sender.lower()), None)
    if known is None:
        known = Attendee(address=reply.sender, name=reply.name, type="optional")
        event.attendees = [*event.attendees, known]
    known.response, known.response_time, known.proposed = reply.answer, reply.when, reply.proposed


def forward(twin: Twin, mailbox: Mailbox, event: Event, recipients: list[tuple[str, str]], comment: str) -> None:
    """Send the meeting on; the organizer hears of it and finds the new people on his list (FACTS §7.5)."""
    addresses = tuple(address for address, _ in recipients)
    mailing.record(twin, mailbox, event, "forward", addresses, comment=comment)
    organizer = twin.tenant.find(event.organizer.address)
    source = event
    if organizer is not None:
        source = _add_forwarded(twin, mailbox, organizer, event, recipients) or event
    message = invitations.Message(
        kind="request",
        organizer=event.organizer.address,
        event=meetings.frozen_copy(source),
        original_date=event.original_date,
        comment=comment,
        cause=twin.cause,
    )
    for address in addresses:
        invitations.send(twin, message, address)


def _add_forwarded(
    twin: Twin, mailbox: Mailbox, organizer: Mailbox, event: Event, recipients: list[tuple[str, str]]
) -> Event | None:
    """Add the people to the organizer's event as optional, and notify him if somebody else forwarded."""
    if mailbox is not organizer and mailbox.personality == "consumer":
        return None
    held = next((each for each in organizer.with_uid(event.uid) if each.is_organizer), None)
    if held is not None and event.original_date is not None and held.recurrence is not None:
        held = series.instance_on(held, datetime.fromisoformat(event.original_date).date())
    if held is None:
        return None
    if held.original_date is not None:
        held = series.as_exception(organizer, held, {"attendees": None})
    known = {(each.address or "").lower() for each in held.attendees} | {organizer.address.lower()}
    new = [
        Attendee(address=address, name=name, type="optional")
        for address, name in recipients
        if address.lower() not in known
    ]
    held.attendees = [*held.attendees, *new]
    held.sent = True
    save(twin, organizer, held)
    if mailbox is not organizer:
        mailing.record(twin, mailbox, event, "forward-notification", (organizer.address,))
    return held


def check_may_cancel(event: Event) -> None:
    """Refuse a cancellation by somebody who did not organize the meeting."""
    if not event.is_organizer:
        raise invalid_request("Your request can't be completed. You need to be an organizer to cancel a meeting.")
