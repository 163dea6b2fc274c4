"""Tells people by mail what they have to do something about; each warning once (FEATURES 1.7, 6.6)."""

from procrastinate.contrib.django import app

from kalends.jobs.database import connection_of_a_job
from kalends.mailboxes.warnings import warn

EVERY_TEN_MINUTES = "*/10 * * * *"


@app.periodic(cron=EVERY_TEN_MINUTES)
@app.task(name="warn", queue="clock", queueing_lock="warn")
def look_for_warnings(timestamp: int) -> None:
    """The secret's days are counted, and lost accesses looked for."""
    del timestamp
    with connection_of_a_job():
        warn()
