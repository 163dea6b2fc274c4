"""Puts right what a killed worker left behind, and throws away what nobody will ask for again.

A worker that is killed leaves its job "doing" for ever, and with it the mailbox's lock. A worker shows that it lives by
a heartbeat; a job of one that no longer does is queued again. The fence keeps the dead one's writes out (RULES 15.4).
"""

import datetime as dt

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from kalends.mailboxes.models import Deletions

EVERY_TWENTY_SECONDS = "* * * * * */20"
EVERY_HOUR = "17 * * * *"
SILENT_FOR_SECONDS = 30
OLD_JOBS_HOURS = 24
OLD_COUNTS = dt.timedelta(days=1)


@app.periodic(cron=EVERY_TWENTY_SECONDS)
@app.task(name="revive_stalled_jobs", queue="clock", queueing_lock="revive_stalled_jobs", pass_context=True)
async def revive_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Queue again the jobs of workers that fell silent; one for which another waits already is dropped instead."""
    del timestamp
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_FOR_SECONDS):
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            await manager.finish_job(job, status=Status.ABORTED, delete_job=True)


@app.periodic(cron=EVERY_HOUR)
@app.task(name="clear_old", queue="clock", queueing_lock="clear_old", pass_context=True)
async def clear_old(context: JobContext, timestamp: int) -> None:
    """Forget jobs that ended a day ago, and counts of deletions that no guard asks for any more."""
    del timestamp
    await context.app.job_manager.delete_old_jobs(
        nb_hours=OLD_JOBS_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
    await Deletions.objects.filter(at__lt=timezone.now() - OLD_COUNTS).adelete()
