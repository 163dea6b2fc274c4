"""Looks at mailboxes that Outlook tells nothing about, and at the others as a net (RULES 16.2)."""

from django.utils import timezone
from procrastinate.contrib.django import app

from kalends.jobs.database import connection_of_a_job
from kalends.mailboxes.models import Connection, Mailbox
from kalends.mailboxes.presence import is_due
from kalends.mailboxes.queue import request_sync
from kalends.options.stored import is_on

EVERY_TEN_SECONDS = "* * * * * */10"


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="poll", queue="clock", queueing_lock="poll")
def poll(timestamp: int) -> None:
    """Ask for a round of every mailbox that is due."""
    del timestamp
    with connection_of_a_job():
        request_due_rounds()


def request_due_rounds() -> int:
    """Queue a round for every mailbox that is due; returns how many."""
    if not is_on("outlook.sync_enabled"):
        return 0
    now = timezone.now()
    due = [each for each in Mailbox.objects.filter(current=True, state=Connection.ACTIVE) if is_due(each, now)]
    for mailbox in due:
        request_sync(mailbox)
    return len(due)
