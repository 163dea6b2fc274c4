"""Asks for a round of a mailbox, by the name of the job alone: the jobs lie above this layer (DESIGN.md §3).

Inside a transaction the job appears when it commits. A second request while one waits is dropped; one while a round
runs waits behind it, since both bear the mailbox's lock (RULES 15.4).
"""

import datetime as dt
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from kalends.mailboxes.models import Connection, Mailbox

SYNC_TASK = "sync_mailbox"
REHEARSE_TASK = "rehearse_mailbox"
QUEUE = "sync"
MAIL_TASK = "send_mails"
MAIL_QUEUE = "mail"


def request_sync(mailbox: Mailbox) -> None:
    """A round as soon as a worker is free, if the mailbox takes part in syncing at all."""
    if mailbox.state == Connection.ACTIVE:
        request_sync_by_id(mailbox.pk)


def request_sync_by_id(mailbox_id: UUID, *, at: dt.datetime | None = None) -> None:
    """A round now, or not before `at`: a round put off does not keep an earlier one from being asked for."""
    name = str(mailbox_id)
    task = app.configure_task(
        SYNC_TASK,
        queue=QUEUE,
        lock=f"mailbox:{name}",
        queueing_lock=f"mailbox:{name}:later" if at else f"mailbox:{name}",
        schedule_at=at,
    )
    try:
        with transaction.atomic():
            task.defer(mailbox_id=name)
    except AlreadyEnqueued:
        return


def request_rehearsal(mailbox: Mailbox) -> None:
    """Read the mailbox for a rehearsal as soon as a worker is free; never while a round of it runs."""
    name = str(mailbox.pk)
    task = app.configure_task(
        REHEARSE_TASK, queue=QUEUE, lock=f"mailbox:{name}", queueing_lock=f"mailbox:{name}:rehearsal"
    )
    try:
        with transaction.atomic():
            task.defer(mailbox_id=name)
    except AlreadyEnqueued:
        return


def request_mailing() -> None:
    """Send what waits as soon as a worker is free; one at a time, so that no mail goes out twice (RULES 10.1)."""
    task = app.configure_task(MAIL_TASK, queue=MAIL_QUEUE, lock=MAIL_TASK, queueing_lock=MAIL_TASK)
    try:
        with transaction.atomic():
            task.defer()
    except AlreadyEnqueued:
        return
