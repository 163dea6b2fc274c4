"""Kalends' own mails, for administrators: what went out, what waits, what is kept, what came in (FEATURES 5.5)."""

import datetime as dt
import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from uuid import UUID

from kalends.mailboxes.mail_models import Delivery, IncomingMail, OutgoingMail
from kalends.options.stored import read_text

SHOWN = 200
ANSWER_LINK = re.compile(r"/invitations/\S+")
"""Whoever has the link answers for its reader, so it is the reader's alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingView:
    """A mail of ours in a list; `state` is one of Delivery's."""

    id: str
    created: dt.datetime
    recipient: str
    name: str
    kind: str
    subject: str
    state: str
    problem: str
    sent_at: dt.datetime | None
    retry_at: dt.datetime | None
    may_send: bool
    may_drop: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """A mail at length: what its reader sees, and what its calendar gets."""

    view: OutgoingView
    sender: str
    title: str
    words: str
    calendar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingView:
    """A mail that came in, and what became of it."""

    at: dt.datetime
    sender: str
    subject: str
    taken: bool
    outcome: str


def has_server() -> bool:
    """Whether mail can leave at all."""
    return bool(read_text("mail.host"))


def outgoing() -> list[OutgoingView]:
    """The latest mails of ours."""
    return [_view(row) for row in OutgoingMail.objects.defer("content")[:SHOWN]]


def incoming() -> list[IncomingView]:
    """The latest mails that came in."""
    rows = IncomingMail.objects.defer("content")[:SHOWN]
    return [
        IncomingView(at=row.at, sender=row.sender, subject=row.subject, taken=row.taken, outcome=row.outcome)
        for row in rows
    ]


def mail_text(mail_id: UUID) -> MailText | None:
    """One mail of ours as it goes out."""
    row = OutgoingMail.objects.filter(pk=mail_id).first()
    if row is None:
        return None
    message = email.message_from_bytes(bytes(row.content), policy=email.policy.default)
    return MailText(
        view=_view(row),
        sender=str(message["From"]),
        title=str(message["Subject"]),
        words=ANSWER_LINK.sub("/invitations/…", _part(message, "text/plain")),
        calendar=_part(message, "text/calendar"),
    )


def _view(row: OutgoingMail) -> OutgoingView:
    return OutgoingView(
        id=str(row.pk),
        created=row.created,
        recipient=row.recipient,
        name=row.name,
        kind=row.kind,
        subject=row.subject,
        state=row.state,
        problem=row.problem,
        sent_at=row.sent_at,
        retry_at=row.retry_at,
        may_send=has_server() and row.state in (Delivery.KEPT, Delivery.FAILED, Delivery.DROPPED),
        may_drop=row.state in (Delivery.KEPT, Delivery.FAILED, Delivery.WAITING),
    )


def _part(message: EmailMessage, kind: str) -> str:
    return next((str(each.get_content()) for each in message.walk() if each.get_content_type() == kind), "")
