"""Marks and dirty rows: what an edit leaves behind for the next round of each mailbox concerned (STYLE 5).

A mark says that a field was written here on purpose (RULES 3.5); a dirty row says that the event wants looking at, and
its id is the stamp by which a round knows whether it was edited again meanwhile. Both are written in the edit's
transaction, together with the job that will look. A stopped mailbox remembers too: its restart sends them (RULES 14.1).
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from kalends.calendars.connections import Edited
from kalends.domain.event import Field
from kalends.mailboxes.models import Connection, Dirty, Link, Mailbox, Mark
from kalends.mailboxes.queue import request_sync

CONNECTED = (Connection.ACTIVE, Connection.PAUSED, Connection.LOST)
REMEMBERING = (*CONNECTED, Connection.STOPPED)


def note_edit(edit: Edited) -> None:
    """Marks for what the organizer wrote and for what somebody wrote for himself; dirt for all concerned.

    A new event needs no marks: whoever makes its copy writes all of it.
    """
    for mailbox in _concerned(edit):
        if mailbox.person_id == edit.organizer and edit.by == edit.organizer:
            put_marks(mailbox, edit.event_id, edit.shared)
        if mailbox.person_id == edit.by:
            put_marks(mailbox, edit.event_id, edit.personal)
        soil(mailbox.pk, edit.event_id)
        request_sync(mailbox)


def _concerned(edit: Edited) -> QuerySet[Mailbox]:
    """The editor's mailbox; if everybody is concerned, those of all who take part or hold a copy."""
    mailboxes = Mailbox.objects.filter(current=True, state__in=REMEMBERING).order_by("pk")
    if not edit.everybody:
        return mailboxes.filter(person_id=edit.by)
    holders = Link.objects.filter(event_id=edit.event_id, active=True).values("mailbox")
    return mailboxes.filter(Q(person_id__in=edit.people) | Q(pk__in=holders))


def put_marks(mailbox: Mailbox, event_id: UUID, fields: Iterable[Field]) -> None:
    """These fields were written here, and the mailbox does not know yet."""
    at = timezone.now()
    Mark.objects.bulk_create(
        (Mark(mailbox=mailbox, event_id=event_id, field=each.value, at=at) for each in sorted(fields)),
        update_conflicts=True,
        unique_fields=["mailbox", "event", "field"],
        update_fields=["at"],
    )


def soil(mailbox_id: UUID, event_id: UUID) -> int:
    """The next round of this mailbox has to look at this event; returns the new stamp."""
    return Dirty.objects.create(mailbox_id=mailbox_id, event_id=event_id, since=timezone.now()).pk


def soil_copies(event_id: UUID, *, told_by: Mailbox, quiet_only: bool = True) -> None:
    """Other mailboxes that hold a copy, or a quiet one, of an event that Outlook changed have to follow (RULES 3.3)."""
    links = Link.objects.filter(event_id=event_id, active=True).exclude(mailbox=told_by)
    links = links.filter(quiet=True) if quiet_only else links
    for link in links.select_related("mailbox").order_by("mailbox_id"):
        soil(link.mailbox_id, event_id)
        request_sync(link.mailbox)


def soil_participants(event_id: UUID, *, told_by: Mailbox) -> None:
    """Others who take part, and whose own copies are awaited from now on (RULES 7.4)."""
    mailboxes = Mailbox.objects.filter(
        person__participations__event_id=event_id, current=True, state__in=REMEMBERING
    ).exclude(pk=told_by.pk)
    for mailbox in mailboxes.order_by("pk").distinct():
        soil(mailbox.pk, event_id)
        request_sync(mailbox)


def soil_organizer(event_id: UUID, *, told_by: UUID) -> None:
    """The organizer's copy tells the answer of somebody who has no copy any more (RULES 11.1)."""
    links = Link.objects.filter(event_id=event_id, active=True, mailbox__person=F("event__organizer"))
    for link in links.exclude(mailbox_id=told_by).select_related("mailbox"):
        soil(link.mailbox_id, event_id)
        request_sync(link.mailbox)
