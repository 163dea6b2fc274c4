"""Sends what waits (RULES 10.1).

One worker sends at a time, by the job's lock; each mail's row is locked while it is handed over, so that a second one
passes it by. What was handed over when we crashed is handed over again, word for word under the same Message-ID, by
which the receiving side knows it. A mail that the server refuses for good waits for an administrator; any other trouble
puts all off, longer each time.
"""

import datetime as dt
import smtplib
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from kalends.mailboxes.mail_models import Delivery, OutgoingMail
from kalends.mailboxes.queue import request_mailing
from kalends.mailboxes.smtp import MailRefused, MailServerTrouble, hand_over, mail_server
from kalends.options.stored import read_text

SHORTEST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=2)
PROBLEM_LENGTH = 500

Session = Callable[[], AbstractContextManager[smtplib.SMTP]]


def send_waiting(session: Session = mail_server) -> int:
    """Hand over every mail that is due, the oldest first; returns how many went out."""
    if not read_text("mail.host") or not due(timezone.now()).exists():
        return 0
    sent = 0
    try:
        with session() as server:
            for mail_id in list(due(timezone.now()).values_list("pk", flat=True)):
                sent += _send(server, mail_id)
    except MailServerTrouble as trouble:
        _put_off(str(trouble))
    return sent


def due(now: dt.datetime) -> QuerySet[OutgoingMail]:
    """What may be sent now."""
    ready = Q(retry_at=None) | Q(retry_at__lte=now)
    return OutgoingMail.objects.filter(ready, state=Delivery.WAITING).order_by("created", "sequence", "recipient")


def send_again(mail_id: UUID) -> None:
    """An administrator lets a kept, failed or dropped mail go out."""
    states = (Delivery.KEPT, Delivery.FAILED, Delivery.DROPPED, Delivery.WAITING)
    mails = OutgoingMail.objects.filter(pk=mail_id, state__in=states)
    if read_text("mail.host") and mails.update(state=Delivery.WAITING, retry_at=None, problem=""):
        request_mailing()


def drop(mail_id: UUID) -> None:
    """An administrator keeps a mail from going out."""
    unsent = OutgoingMail.objects.filter(pk=mail_id).exclude(state=Delivery.SENT)
    unsent.update(state=Delivery.DROPPED, retry_at=None)


def _send(server: smtplib.SMTP, mail_id: UUID) -> int:
    with transaction.atomic():
        mail = due(timezone.now()).select_for_update(skip_locked=True, of=("self",)).filter(pk=mail_id).first()
        if mail is None:
            return 0
        mail.attempts += 1
        try:
            hand_over(server, mail.sender, mail.recipient, bytes(mail.content))
        except MailRefused as refusal:
            mail.state, mail.problem = Delivery.FAILED, str(refusal)[:PROBLEM_LENGTH]
        else:
            mail.state, mail.problem, mail.sent_at = Delivery.SENT, "", timezone.now()
        mail.save(update_fields=["state", "problem", "sent_at", "attempts"])
        return int(mail.state == Delivery.SENT)


def _put_off(words: str) -> None:
    """Everything that is due waits longer than the last time; the first mail's attempts tell how long."""
    now = timezone.now()
    first = due(now).first()
    attempts = first.attempts if first else 0
    wait = min(SHORTEST_WAIT * 2 ** min(attempts, 10), LONGEST_WAIT)
    due(now).order_by().update(retry_at=now + wait, attempts=attempts + 1, problem=words[:PROBLEM_LENGTH])
