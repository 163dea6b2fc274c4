"""Disconnecting: the sign-in is forgotten, links and events stay (RULES 2.3, 5.5).

1. Open writes are settled by looking, so that nobody is invited twice.
2. What waits is told: edits that Outlook does not know, and meetings that never reached it. Those go over to Kalends,
   which mails their invitations; the list of these mails is shown before.
3. The sync stops and the tokens are deleted. Connecting the same account again goes on where this stopped.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars.edits.create import UID_DOMAIN
from kalends.calendars.edits.hand_over import hand_over_to_kalends, preview_hand_over
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import EventUid
from kalends.calendars.words import field_title
from kalends.domain.event import Scheduler, State
from kalends.domain.scheduling import ForecastMail
from kalends.mailboxes import connect
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.microsoft import Microsoft
from kalends.mailboxes.models import Connection, Intent, Mailbox, Mark
from kalends.mailboxes.queries import current_mailbox
from kalends.mailboxes.rehearsal import ChangedMeanwhile
from kalends.mailboxes.unfinished import settle_unfinished


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEdit:
    """An event with the fields of it that Outlook does not know yet, in words."""

    event_id: str
    subject: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A meeting that never reached Outlook, and the invitations that Kalends sends in its place."""

    event_id: str
    subject: str
    mails: tuple[ForecastMail, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What disconnecting now means."""

    waiting: tuple[WaitingEdit, ...]
    handed_over: tuple[HandedOver, ...]

    @property
    def mails(self) -> tuple[ForecastMail, ...]:
        """Every mail that goes out."""
        return tuple(mail for meeting in self.handed_over for mail in meeting.mails)

    @property
    def digest(self) -> str:
        """The name of what goes out."""
        told = [
            [meeting.event_id, *sorted(f"{mail.kind} {mail.recipient}" for mail in meeting.mails)]
            for meeting in self.handed_over
        ]
        return hashlib.sha256(json.dumps(sorted(told)).encode()).hexdigest()


def what_waits(person: Person) -> Leaving:
    """What Outlook does not know yet, and who will be mailed. Raises ConnectRefused when nothing is connected."""
    mailbox = _mailbox(person)
    return Leaving(waiting=_waiting(mailbox), handed_over=_never_invited(mailbox))


def disconnect(person: Person, digest: str | None = None, microsoft: Microsoft | None = None) -> Leaving:
    """Stop, hand over, forget; raises ChangedMeanwhile when others would be mailed than was shown."""
    mailbox = _mailbox(person)
    settle_unfinished(mailbox, microsoft)
    leaving = what_waits(person)
    if digest is not None and leaving.digest != digest:
        raise ChangedMeanwhile("Something changed since this was shown. Look at it once more, then disconnect.")
    if mailbox.state not in {Connection.STOPPED, Connection.CONSENTED}:
        connect.stop(person, microsoft)
    for meeting in leaving.handed_over:
        hand_over_to_kalends(person, meeting.event_id)
    connect.forget(person)
    return leaving


def _mailbox(person: Person) -> Mailbox:
    mailbox = current_mailbox(person)
    if mailbox is None or not mailbox.tokens:
        raise ConnectRefused("Outlook is not connected.")
    return mailbox


def _waiting(mailbox: Mailbox) -> tuple[WaitingEdit, ...]:
    fields: dict[tuple[UUID, str], list[str]] = defaultdict(list)
    for mark in Mark.objects.filter(mailbox=mailbox).select_related("event").order_by("event__starts_at", "field"):
        fields[mark.event_id, mark.event.subject].append(field_title(mark.field))
    return tuple(
        WaitingEdit(event_id=str(event_id), subject=subject, fields=tuple(titles))
        for (event_id, subject), titles in fields.items()
    )


def _never_invited(mailbox: Mailbox) -> tuple[HandedOver, ...]:
    """Meetings that Outlook was to invite to and never knew of; those whose create may have arrived are not among."""
    return tuple(
        HandedOver(event_id=str(row.pk), subject=row.subject, mails=preview_hand_over(mailbox.person, str(row.pk)))
        for row in _unknown_to_outlook(mailbox).order_by("starts_at")
    )


def _unknown_to_outlook(mailbox: Mailbox) -> QuerySet[EventRow]:
    """An event that ever had a copy bears the copy's uid beside its own (RULES 1.1a)."""
    own = Concat(Cast(F("event_id"), CharField()), Value(f"@{UID_DOMAIN}"))
    known = EventUid.objects.exclude(uid=own).values("event")
    under_way = Intent.objects.filter(mailbox=mailbox).values("event")
    meetings = EventRow.objects.filter(
        organizer=mailbox.person,
        scheduler=Scheduler.OUTLOOK.value,
        state=State.ACTIVE.value,
        ends_at__gt=timezone.now(),
        participants__listed=True,
    )
    return meetings.exclude(Q(pk__in=known) | Q(pk__in=under_way)).distinct()
