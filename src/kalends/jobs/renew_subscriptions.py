"""Keeps Outlook's change notifications alive for every mailbox that can have them (FACTS.md §13)."""

from uuid import UUID

from procrastinate.contrib.django import app

from kalends.jobs.database import connection_of_a_job
from kalends.mailboxes.models import Connection, Mailbox
from kalends.mailboxes.notifications import RENEW_TASK, keep_subscribed

EVERY_TEN_MINUTES = "*/10 * * * *"


@app.periodic(cron=EVERY_TEN_MINUTES)
@app.task(name="renew_subscriptions", queue="clock", queueing_lock="renew_subscriptions")
def renew_subscriptions(timestamp: int) -> None:
    """Every active mailbox in turn; one that fails does not keep the others waiting."""
    del timestamp
    with connection_of_a_job():
        for mailbox in Mailbox.objects.filter(current=True, state=Connection.ACTIVE):
            keep_subscribed(mailbox)


@app.task(name=RENEW_TASK, queue="clock")
def renew_subscription(mailbox_id: str) -> None:
    """One mailbox, because Outlook asked for it or because its sync just began."""
    with connection_of_a_job():
        mailbox = Mailbox.objects.filter(pk=UUID(mailbox_id), current=True, state=Connection.ACTIVE).first()
        if mailbox is not None:
            keep_subscribed(mailbox)
