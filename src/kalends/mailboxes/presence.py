"""An open calendar page wants a fresh calendar: RULES 16.2 by its owner's presence."""

import datetime as dt

from django.utils import timezone

from kalends.accounts.models import Person
from kalends.mailboxes.models import Connection, Mailbox
from kalends.mailboxes.queries import current_mailbox, freshness
from kalends.mailboxes.queue import request_sync
from kalends.mailboxes.views import Freshness
from kalends.options.stored import is_on

PRESENT_FOR = dt.timedelta(seconds=60)
WITH_OPEN_PAGE = dt.timedelta(seconds=20)
WITHOUT_PAGE = dt.timedelta(minutes=2)
WITH_NOTIFICATIONS = dt.timedelta(minutes=15)


def note_open_page(person: Person) -> None:
    """The person looks at the calendar now; what is older than an open page may show is asked for at once."""
    mailbox = current_mailbox(person)
    if mailbox is None or mailbox.state != Connection.ACTIVE:
        return
    Mailbox.objects.filter(pk=mailbox.pk).update(seen_at=timezone.now())
    mailbox.seen_at = timezone.now()
    if is_due(mailbox, timezone.now()) and is_on("outlook.sync_enabled"):
        request_sync(mailbox)


def is_due(mailbox: Mailbox, now: dt.datetime) -> bool:
    """Whether a mailbox is to be looked at now."""
    if mailbox.retry_at is not None and mailbox.retry_at > now:
        return False
    latest = max((at for at in (mailbox.last_tried_at, mailbox.last_synced_at) if at is not None), default=None)
    return latest is None or now - latest >= interval(mailbox, now)


def interval(mailbox: Mailbox, now: dt.datetime) -> dt.timedelta:
    """How often a mailbox is looked at (RULES 16.2)."""
    if freshness(mailbox) is Freshness.NOTIFIED:
        return WITH_NOTIFICATIONS
    present = mailbox.seen_at is not None and now - mailbox.seen_at < PRESENT_FOR
    return WITH_OPEN_PAGE if present else WITHOUT_PAGE
