"""Answers by mail, for people here whose own Outlook is not connected (RULES 10.3, 11.4).

Exchange records an answer only from a mail, and adds whoever it does not know as an optional attendee. So a REPLY goes

1. only from an address in a domain of ours, and only if its owner wants the organizer to be told;
2. only once the organizer's copy (or, of a meeting from elsewhere, the copy that tells of it) lists him and holds the
   time that he answered;
3. again, under the copy's new SEQUENCE, while the copy moved on and does not show the answer, three times at most.

It stays open until the copy shows the answer. The copy itself is looked at, once for each of its revisions that the
sync has seen. Nobody sees an outside organizer's own copy: there one mail is all.
"""

import logging
from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from kalends.accounts.models import Address
from kalends.calendars import store
from kalends.calendars.connections import Edited
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import Participant
from kalends.domain.attendee import Addressee, Answer, Attendee
from kalends.domain.event import Field, Scheduler, State
from kalends.domain.scheduling import MailKind, Via
from kalends.graph.remote import GraphRemote
from kalends.ical.itip import Answered, Method, reply_text
from kalends.mailboxes.dirt import CONNECTED
from kalends.mailboxes.mail_models import OpenReply, OutgoingMail
from kalends.mailboxes.mail_sender import is_ours, sender_for
from kalends.mailboxes.mail_text import NO_SUBJECT, Envelope, add_calendar, plain_mail, when_words
from kalends.mailboxes.microsoft import Microsoft, open_microsoft
from kalends.mailboxes.models import Connection, Link, Mailbox, MailRecord
from kalends.mailboxes.outgoing import keep_or_send, new_message_id
from kalends.mailboxes.queue import request_mailing
from kalends.options.stored import installation_id
from kalends.sync.codec import from_json, span_from_json, to_json
from kalends.sync.errors import SyncError
from kalends.sync.snapshot import RemoteItem, Reply

logger = logging.getLogger(__name__)

MOST_TRIES = 3
BY_OUTLOOK = (Scheduler.OUTLOOK, Scheduler.ELSEWHERE)
SAID = {"accepted": "Accepted", "tentative": "Tentative", "declined": "Declined"}


def note_reply(edit: Edited) -> None:
    """An answer that was just given waits for its turn to be mailed, if it is to be mailed at all."""
    if Field.ANSWER not in edit.personal:
        return
    OpenReply.objects.filter(event_id=edit.event_id, address__in=_addresses(edit.event_id, edit.by)).delete()
    entry = _entry(edit.by, edit.event_id)
    if entry is None or entry.reply is None:
        return
    reply = from_json(Reply, entry.reply)
    if reply.send:
        OpenReply.objects.create(
            event_id=edit.event_id,
            address=entry.address_folded,
            answer=to_json(store.answer_of(entry)),
            answered=to_json(reply.answered),
            comment=reply.comment,
            created=timezone.now(),
        )
        request_mailing()


def answers_by_mail(person: int, event_id: UUID) -> bool:
    """Whether this person's answer is told by a mail of ours."""
    return _entry(person, event_id) is not None


def settle_replies(microsoft: Microsoft | None = None) -> int:
    """Mail what may go now, and close what the organizers' copies show; returns how many stay open."""
    for waiting in OpenReply.objects.select_related("event").order_by("pk"):
        row = waiting.event
        entry = row.participants.filter(address_folded=waiting.address).first()
        link = _telling(row)
        if entry is None or row.state != State.ACTIVE:
            waiting.delete()
        elif link is not None and link.etag != waiting.etag:
            _look(waiting, entry, link, microsoft or open_microsoft())
    return OpenReply.objects.count()


def _look(waiting: OpenReply, entry: Participant, link: Link, microsoft: Microsoft) -> None:
    """Read the copy as it is now; when it cannot be read, the next minute tries again."""
    addresses = frozenset(Address.objects.filter(person=link.mailbox.person_id).values_list("address", flat=True))
    remote = GraphRemote(microsoft.graph(link.mailbox), installation=installation_id(), addresses=addresses)
    try:
        copy = remote.get(link.remote_id)
    except SyncError as trouble:
        logger.info("The copy of %s cannot be read now: %s", link.event_id, trouble)
        return
    waiting.etag = link.etag
    waiting.save(update_fields=["etag"])
    known = _known(copy, entry.address_folded) if copy is not None else None
    if copy is None or known is None:
        return
    answer, answered = from_json(Answer, waiting.answer), span_from_json(waiting.answered)
    if link.event.scheduler == Scheduler.OUTLOOK and known.answer.partstat is answer.partstat:
        waiting.delete()
    elif copy.values.get(Field.WHEN) == answered and _its_turn(waiting, copy):
        _mail(waiting, entry, answer, copy)


def _its_turn(waiting: OpenReply, copy: RemoteItem) -> bool:
    if waiting.tries == 0:
        return True
    return waiting.tries < MOST_TRIES and (copy.sequence or 0) > (waiting.sequence or 0)


def _mail(waiting: OpenReply, entry: Participant, answer: Answer, copy: RemoteItem) -> None:
    row, at = waiting.event, timezone.now()
    organizer = store.organizer_of(row) or copy.organizer or Addressee(address="")
    me = Attendee(address=entry.address, name=entry.name, answer=answer)
    when = span_from_json(waiting.answered)
    reply = Answered(
        uid=copy.ical_uid,
        stamp=at.replace(microsecond=0),
        attendee=me,
        organizer=organizer,
        sequence=copy.sequence or 0,
        when=when,
        subject=row.subject,
        comment=waiting.comment,
    )
    to = Attendee(address=organizer.address, name=organizer.name)
    sender = sender_for(Addressee(address=entry.address, name=entry.name))
    envelope = Envelope(message_id=new_message_id(), at=at, sender=sender, recipient=to)
    said = f"{SAID[answer.partstat]}: {row.subject or NO_SUBJECT}"
    message = plain_mail(envelope, said, "\n".join([said, when_words(when), "", waiting.comment]).strip() + "\n")
    add_calendar(message, reply_text(reply), Method.REPLY)
    mail = keep_or_send(
        OutgoingMail(
            event=row,
            person_id=entry.person_id,
            sender=sender.envelope,
            recipient=to.address,
            name=to.name,
            kind=MailKind.RESPONSE.value,
            method=Method.REPLY.value,
            uid=reply.uid,
            sequence=reply.sequence,
            message_id=envelope.message_id,
            subject=row.subject,
            content=message.as_bytes(),
            created=at,
        )
    )
    _record(mail, entry)
    waiting.tries, waiting.sequence = waiting.tries + 1, reply.sequence
    waiting.save(update_fields=["tries", "sequence"])
    if row.scheduler == Scheduler.ELSEWHERE:
        waiting.delete()


def _record(mail: OutgoingMail, entry: Participant) -> None:
    MailRecord.objects.create(
        at=mail.created,
        event_id=mail.event_id,
        intent_id=str(mail.pk),
        recipient=mail.recipient,
        name=mail.name,
        kind=mail.kind,
        cause=f"answered by {entry.name or entry.address}"[:300],
        via=Via.KALENDS.value,
    )


def _entry(person: int, event_id: UUID) -> Participant | None:
    """The list's entry of somebody whose answer goes by mail."""
    if Mailbox.objects.filter(person_id=person, current=True, state__in=CONNECTED).exists():
        return None
    listed = Participant.objects.filter(event_id=event_id, person_id=person, listed=True, is_organizer=False)
    entry = listed.filter(event__scheduler__in=[each.value for each in BY_OUTLOOK]).first()
    return entry if entry is not None and is_ours(entry.address) else None


def _addresses(event_id: UUID, person: int) -> Iterable[str]:
    return Participant.objects.filter(event_id=event_id, person_id=person).values_list("address_folded", flat=True)


def _telling(row: EventRow) -> Link | None:
    """The organizer's copy; of a meeting from elsewhere, the earliest copy that tells of it (RULES 3.3)."""
    links = Link.objects.filter(event=row, active=True, cancelled=False, quiet=False).order_by("linked_at")
    links = links.filter(mailbox__current=True, mailbox__state=Connection.ACTIVE)
    if row.scheduler == Scheduler.OUTLOOK:
        links = links.filter(mailbox__person=row.organizer_id)
    return links.select_related("mailbox__organisation", "event").first()


def _known(copy: RemoteItem, address: str) -> Attendee | None:
    """Whoever has this address on the copy's list, with the answer it shows."""
    attendees = copy.values.get(Field.ATTENDEES)
    people = attendees if isinstance(attendees, tuple) else ()
    return next((each for each in people if isinstance(each, Attendee) and each.key == address), None)
