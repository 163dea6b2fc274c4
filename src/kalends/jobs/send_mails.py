"""Kalends' own mails go out (RULES §10): at once when an edit wrote one, and by the minute for those put off."""

from procrastinate.contrib.django import app

from kalends.jobs.database import connection_of_a_job
from kalends.mailboxes.delivery import send_waiting
from kalends.mailboxes.queue import MAIL_QUEUE, MAIL_TASK, request_mailing
from kalends.mailboxes.replies import settle_replies

EVERY_MINUTE = "* * * * *"


@app.task(name=MAIL_TASK, queue=MAIL_QUEUE)
def send_mails() -> None:
    """Whatever is due; answers whose turn has come are written first (RULES 11.4)."""
    with connection_of_a_job():
        settle_replies()
        send_waiting()


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="look_for_mails", queue="clock", queueing_lock="look_for_mails")
def look_for_mails(timestamp: int) -> None:
    """Ask for the above; it asks nothing of the mail server when nothing waits."""
    del timestamp
    with connection_of_a_job():
        request_mailing()
