"""Reads a mailbox for a rehearsal, as a job; writes nothing to either calendar (FEATURES 5.1)."""

from uuid import UUID

from procrastinate.contrib.django import app

from kalends.jobs.database import connection_of_a_job
from kalends.mailboxes.queue import QUEUE, REHEARSE_TASK
from kalends.mailboxes.rehearsal import read_mailbox


@app.task(name=REHEARSE_TASK, queue=QUEUE)
def rehearse_mailbox(mailbox_id: str) -> None:
    """Read it, telling open pages how far it is."""
    with connection_of_a_job():
        read_mailbox(UUID(mailbox_id))
