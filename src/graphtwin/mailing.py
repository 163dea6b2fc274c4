"""One mail into the ledger, with the text a person would read (FACTS §8, §26)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from graphtwin import bodies, imip
from graphtwin.mail import Mail
from graphtwin.zones import wall_in

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.items import Event
    from graphtwin.tenant import Mailbox

Kind = Literal["request", "update-full", "update-info", "cancel", "response", "forward", "forward-notification"]
_ANSWER_WORDS = {"accepted": "Accepted", "tentativelyAccepted": "Tentative", "declined": "Declined"}
_ANSWER_SENTENCES = {
    "accepted": "has accepted",
    "tentativelyAccepted": "has tentatively accepted",
    "declined": "has declined",
}


def record(
    twin: Twin,
    mailbox: Mailbox,
    event: Event,
    kind: Kind,
    recipients: tuple[str, ...],
    *,
    comment: str = "",
    response: str | None = None,
    proposed: bool = False,
) -> Mail:
    """Write a mail of this mailbox about this event into the ledger, and return it."""
    external = tuple(each for each in recipients if twin.tenant.find(each) is None)
    mail = Mail(
        number=twin.mail.next_number(),
        kind=kind,
        sender=mailbox.address,
        recipients=recipients,
        subject=_subject(event, kind, response, proposed=proposed),
        event_id=event.id,
        ical_uid=event.ical_uid,
        sequence=event.sequence,
        time=twin.now(),
        cause=twin.cause,
        comment=comment,
        response=response,
        original_date=event.original_date,
        external=external,
        text=_text(mailbox, event, kind, comment, response),
        itip=imip.text(mailbox, event, kind, response) if external else "",
    )
    twin.mail.add(mail)
    return mail


def _subject(event: Event, kind: Kind, response: str | None, *, proposed: bool) -> str:
    subject = event.subject or ""
    if kind == "cancel":
        return f"Canceled: {subject}"
    if kind == "response":
        return f"{'New Time Proposed' if proposed else _ANSWER_WORDS[response or 'accepted']}: {subject}"
    if kind == "forward":
        return f"FW: {subject}"
    if kind == "forward-notification":
        return f"Meeting Forward Notification: {subject}"
    return subject


def _text(mailbox: Mailbox, event: Event, kind: Kind, comment: str, response: str | None) -> str:
    lines = [comment] if comment else []
    if kind == "response":
        lines.append(f"{mailbox.name} {_ANSWER_SENTENCES[response or 'accepted']} this meeting.")
    lines.append(f"When: {_when(event)}")
    if event.locations:
        lines.append(f"Where: {'; '.join(each['displayName'] for each in event.locations)}")
    body = bodies.to_text(event.body)
    if body and kind != "response":
        lines += ["", body]
    return "\n".join(lines)


def _when(event: Event) -> str:
    if event.is_all_day:
        return f"{event.start.wall:%Y-%m-%d} (all day)"
    zone_name = event.original_start_zone or "UTC"
    start, end = wall_in(event.start_utc, zone_name), wall_in(event.end_utc, zone_name)
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M} – {last} ({zone_name})"
