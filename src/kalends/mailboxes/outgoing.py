"""Kalends' own mails, written down in the transaction of the edit that causes them (RULES 2.2, 10.1).

1. The meeting as it stands is compared with what each person was last told (domain/invitations.py).
2. For each difference one mail is written in full, under its Message-ID, with its row in the mail ledger, and what its
   recipient has been told by it.
3. A job sends what waits (delivery.py). Without a mail server the mails are kept and shown instead.

A change that came from Outlook causes none of this by itself (RULES 9.2): only an edit made here does.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID, uuid4

from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import store
from kalends.calendars.connections import Edited
from kalends.calendars.history import storable
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import EventUid
from kalends.domain.attendee import Addressee
from kalends.domain.event import Scheduler, State
from kalends.domain.invitations import Notice, Told, notices_due
from kalends.domain.scheduling import MailKind, Via
from kalends.ical.itip import Method
from kalends.mailboxes import mail_models
from kalends.mailboxes.answer_links import Invited, answer_link
from kalends.mailboxes.mail_models import Delivery, OutgoingMail
from kalends.mailboxes.mail_sender import own_host, sender_for
from kalends.mailboxes.mail_text import Envelope, invitation_mail
from kalends.mailboxes.models import MailRecord
from kalends.mailboxes.queue import request_mailing
from kalends.options.stored import read_text
from kalends.sync.codec import from_json, to_json

CAUSES = {
    MailKind.REQUEST: "invited by {who}",
    MailKind.UPDATE: "changed by {who}",
    MailKind.CANCEL: "called off or taken off the list by {who}",
}


def note_invitations(edit: Edited) -> None:
    """The mails that an edit of the organizer's makes due, if Kalends schedules the meeting."""
    if edit.everybody and edit.by == edit.organizer:
        row = EventRow.objects.get(pk=edit.event_id)
        if row.scheduler == Scheduler.KALENDS:
            _write_down(row, Person.objects.get(pk=edit.by))


def told_of(event_id: UUID) -> Mapping[str, Told]:
    """What each person was last told of an event, by compared address."""
    rows = mail_models.Told.objects.filter(event_id=event_id).select_related("mail").defer("mail__content")
    return {row.address: _told(row) for row in rows}


def untold(row: EventRow) -> tuple[Notice, ...]:
    """What people do not know yet; right after an edit made here that is nothing (RULES 9.2)."""
    if row.scheduler != Scheduler.KALENDS:
        return ()
    return notices_due(told_of(row.pk), store.event_of(row, list(row.participants.all())), timezone.now())


def new_message_id() -> str:
    """A name that no other message has (RFC 5322 §3.6.4)."""
    return f"<{uuid4().hex}@{own_host()}>"


def own_uid(row: EventRow) -> str:
    """The UID under which Kalends mails for an event, for its whole life (RULES 2.1): the first it ever had."""
    return EventUid.objects.filter(event=row).order_by("pk").values_list("uid", flat=True)[0]


def keep_or_send(mail: OutgoingMail) -> OutgoingMail:
    """The mail waits for the job, or, without a mail server, for an administrator."""
    mail.state = Delivery.WAITING if read_text("mail.host") else Delivery.KEPT
    mail.save(force_insert=True)
    if mail.state == Delivery.WAITING:
        request_mailing()
    return mail


def _told(row: mail_models.Told) -> Told:
    told = from_json(Told, row.record)
    if not told.called_off or row.previous is None or row.mail is None or not _still_here(row.mail):
        return told
    return replace(told, before=from_json(Told, row.previous))


def _still_here(mail: OutgoingMail) -> bool:
    return mail.state in (Delivery.WAITING, Delivery.KEPT) and mail.attempts == 0


def _write_down(row: EventRow, person: Person) -> None:
    at, told = timezone.now(), told_of(row.pk)
    event = store.event_of(row, list(row.participants.all()))
    notices = notices_due(told, event, at)
    if row.state == State.ACTIVE:
        told = {key: _withdrawn(row, each) for key, each in told.items() if key in {a.key for a in event.attendees}}
    organizer = store.organizer_of(row) or Addressee(address=person.email, name=person.name)
    uid = own_uid(row) if notices else ""
    for notice in notices:
        mail = _write_notice(row, organizer, notice, uid, at)
        _remember(row, notice, mail, told.get(notice.told.attendee.key))
        _record(notice, mail, person)


def _withdrawn(row: EventRow, told: Told) -> Told:
    """What somebody on the list knows once a cancellation that has not gone out is withdrawn (RULES 5.8)."""
    if told.before is None:
        return told
    entry = mail_models.Told.objects.get(event=row, address=told.attendee.key)
    unsent = OutgoingMail.objects.filter(event=row, state__in=(Delivery.WAITING, Delivery.KEPT), attempts=0)
    mine = unsent.filter(recipient=told.attendee.address, kind=MailKind.CANCEL.value)
    for mail in mine.select_for_update(skip_locked=True, of=("self",)):
        OutgoingMail.objects.filter(pk=mail.pk).update(state=Delivery.DROPPED, problem="Withdrawn before it went out.")
        MailRecord.objects.filter(intent_id=str(mail.pk)).delete()
    entry.record, entry.previous, entry.mail = entry.previous, None, None
    entry.save()
    return told.before


def _write_notice(row: EventRow, organizer: Addressee, notice: Notice, uid: str, at: dt.datetime) -> OutgoingMail:
    to = notice.told.attendee
    sender, message_id = sender_for(organizer), new_message_id()
    envelope = Envelope(message_id=message_id, at=at, sender=sender, recipient=to)
    link = answer_link(Invited(event_id=str(row.pk), address=to.key))
    return keep_or_send(
        OutgoingMail(
            event=row,
            person_id=row.organizer_id,
            sender=sender.envelope,
            recipient=to.address,
            name=to.name,
            kind=notice.kind.value,
            method=(Method.CANCEL if notice.kind is MailKind.CANCEL else Method.REQUEST).value,
            uid=uid,
            sequence=notice.told.sequence,
            message_id=message_id,
            subject=notice.told.event.subject,
            content=invitation_mail(envelope, notice, uid, link),
            created=at,
        )
    )


def _remember(row: EventRow, notice: Notice, mail: OutgoingMail, before: Told | None) -> None:
    mail_models.Told.objects.update_or_create(
        event=row,
        address=notice.told.attendee.key,
        defaults={
            "record": storable(to_json(notice.told)),
            "previous": storable(to_json(before)) if before else None,
            "mail": mail,
        },
    )


def _record(notice: Notice, mail: OutgoingMail, person: Person) -> None:
    MailRecord.objects.create(
        at=mail.created,
        event_id=mail.event_id,
        intent_id=str(mail.pk),
        recipient=notice.told.attendee.key,
        name=notice.told.attendee.name,
        kind=notice.kind.value,
        cause=CAUSES[notice.kind].format(who=person)[:300],
        via=Via.KALENDS.value,
    )
