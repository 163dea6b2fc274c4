"""One round of one mailbox, as a job: one at a time per mailbox by the job's lock, mailboxes in parallel.

A round that asks for another one does not wait for it: it queues it for then (RULES 16.1).
"""

import datetime as dt
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from kalends.jobs.database import connection_of_a_job
from kalends.mailboxes.queue import QUEUE, SYNC_TASK, request_sync_by_id
from kalends.mailboxes.sync import AT_ONCE_SECONDS, Ending
from kalends.mailboxes.sync import sync_mailbox as sync


@app.task(name=SYNC_TASK, queue=QUEUE)
def sync_mailbox(mailbox_id: str) -> None:
    """One round; then the next one is queued, if one is due."""
    with connection_of_a_job():
        queue_next(UUID(mailbox_id), sync(UUID(mailbox_id)))


def queue_next(mailbox_id: UUID, ending: Ending) -> None:
    """The round that an ending asks for."""
    if ending.wait_seconds is None:
        return
    later = ending.wait_seconds > AT_ONCE_SECONDS
    at = timezone.now() + dt.timedelta(seconds=ending.wait_seconds) if later else None
    request_sync_by_id(mailbox_id, at=at)
