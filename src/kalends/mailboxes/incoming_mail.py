"""Mail that comes in: answers from the mail programs of people outside (RFC 5546 §3.2.3, §3.2.7; RULES 10.3, 11.3).

1. The message is stored, whatever it is; one that was handed over before is not taken twice.
2. Its calendar part must be a REPLY or COUNTER to a meeting that Kalends schedules, from an address on its list, and
   sent by that address. Everything else is refused in words, and stays to be looked at.
3. The answer counts for the time that its SEQUENCE or its DTSTART names. One to an earlier time stays in the history.
"""

import datetime as dt
import email
import email.policy
import hashlib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import getaddresses

from django.db import transaction
from django.utils import timezone

from kalends.calendars import edits, store
from kalends.calendars.edits import OutsideAnswer
from kalends.calendars.errors import EditError
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import EventUid
from kalends.domain.attendee import Partstat, normal_address
from kalends.domain.event import Scheduler
from kalends.domain.span import Span
from kalends.ical.errors import MalformedCalendar
from kalends.ical.itip import Answered, Invitation, read_message
from kalends.mailboxes.dirt import CONNECTED
from kalends.mailboxes.mail_models import IncomingMail
from kalends.mailboxes.models import Mailbox
from kalends.mailboxes.outgoing import told_of

MAY_BE_AHEAD = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a message: whether it was taken in, and in words."""

    taken: bool
    words: str


class _Refused(Exception):
    """The message is not taken in; the message of the error says why."""


def receive(content: bytes) -> Receipt:
    """Take in one message as a mail server hands it over."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    name = str(message.get("Message-ID", "")).strip()[:900] or f"<{hashlib.sha256(content).hexdigest()}>"
    with transaction.atomic():
        row, fresh = IncomingMail.objects.get_or_create(
            message_id=name,
            defaults={
                "at": timezone.now(),
                "sender": _sender(message)[:320],
                "subject": store.storable(str(message.get("Subject", ""))),
                "content": content,
                "outcome": "Not looked at yet.",
            },
        )
        if not fresh:
            return Receipt(taken=row.taken, words=f"This message was handed over before: {row.outcome}")
        receipt = _taken_in(row, message)
        row.taken, row.outcome = receipt.taken, receipt.words[:500]
        row.save(update_fields=["taken", "outcome", "event"])
    return receipt


def _taken_in(row: IncomingMail, message: EmailMessage) -> Receipt:
    try:
        answer = _answer(message)
        event = _event(answer)
        row.event = event
        _allow(answer, event, row.sender)
        return Receipt(taken=True, words=_write(event, answer))
    except (_Refused, MalformedCalendar) as refusal:
        return Receipt(taken=False, words=str(refusal))
    except EditError as refusal:
        return Receipt(taken=False, words=refusal.words)


def _answer(message: EmailMessage) -> Answered:
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            text = part.get_payload(decode=True)
            said = read_message(text if isinstance(text, bytes) else b"", str(part.get_param("method", "") or ""))
            if isinstance(said, Invitation):
                raise _Refused(f"This is no answer, but a {said.method} of somebody else's meeting.")
            return said
    raise _Refused("The message holds no answer from a calendar.")


def _event(answer: Answered) -> EventRow:
    known = EventUid.objects.filter(uid=answer.uid).select_related("event").first()
    if known is None:
        raise _Refused("It answers a meeting that is not known here.")
    if known.event.scheduler != Scheduler.KALENDS:
        raise _Refused("Outlook invites to this meeting; answers to it are Outlook's to take.")
    return known.event


def _allow(answer: Answered, event: EventRow, sender: str) -> None:
    """Only somebody on the list, only for himself; whoever has a mailbox connected answers there (RULES 11.1)."""
    entry = event.participants.filter(listed=True, address_folded=answer.attendee.key).first()
    if entry is None:
        raise _Refused(f"{answer.attendee.address} is not on the list of this meeting.")
    if normal_address(sender) != answer.attendee.key:
        raise _Refused(f"{sender} cannot answer for {answer.attendee.address}.")
    if Mailbox.objects.filter(person=entry.person_id, current=True, state__in=CONNECTED).exists():
        raise _Refused("This person's answers come from their connected Outlook.")
    if not answer.proposes and answer.attendee.answer.partstat is Partstat.NEEDS_ACTION:
        raise _Refused("The answer is none of accepted, tentative and declined.")


def _write(event: EventRow, answer: Answered) -> str:
    said = OutsideAnswer(
        address=answer.attendee.address,
        partstat=answer.attendee.answer.partstat,
        answered=_answered(event, answer),
        at=min(answer.stamp, timezone.now() + MAY_BE_AHEAD),
        how="by mail",
        comment=answer.comment,
    )
    if answer.proposes:
        edits.proposal_from_outside(str(event.pk), said)
        return f"{said.address} proposed a new time."
    edits.answer_from_outside(str(event.pk), said)
    return f"{said.address} answered: {said.partstat}."


def _answered(event: EventRow, answer: Answered) -> Span:
    """The time that was answered, or is proposed: by the revision that the person had heard of (RULES 11.3)."""
    told = told_of(event.pk).get(answer.attendee.key)
    if answer.proposes:
        if answer.when is None:
            raise _Refused("The proposal names no time.")
        return answer.when
    if told is not None and answer.sequence >= told.since:
        return told.event.when
    if answer.when is None:
        raise _Refused("It answers an earlier time of the meeting, without saying which.")
    return answer.when


def _sender(message: EmailMessage) -> str:
    found = getaddresses([str(message.get("From", ""))])
    return found[0][1] if found else ""
