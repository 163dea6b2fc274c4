"""What `kalends doctor` looks at: database, queue, the registration with Microsoft, its secret, mailboxes."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from kalends.mailboxes import connect
from kalends.mailboxes.models import Connection, Mailbox
from kalends.mailboxes.queries import is_set_up
from kalends.options.stored import read, read_text

OLDEST_POSTGRES = 150000
WORKER_SILENT = dt.timedelta(seconds=60)
JOB_LATE = dt.timedelta(minutes=5)
WARN_DAYS = 30


class Health(StrEnum):
    """A verdict; open means that it cannot be told, or need not be yet."""

    GOOD = "good"
    OPEN = "open"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One part of the installation: how it is, what was seen, and what to do."""

    part: str
    health: Health
    words: str
    remedy: str = ""


def findings() -> Iterator[Finding]:
    """Everything, one after the other, the foundation first."""
    yield _database()
    yield _schema()
    yield _workers(timezone.now())
    yield _queue(timezone.now())
    yield from _microsoft()
    yield secret_expiry(timezone.now().date())
    yield _mailboxes()


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, name = cursor.fetchone()
    if number < OLDEST_POSTGRES:
        return Finding(
            part="database",
            health=Health.BAD,
            words=f"PostgreSQL {name} is too old.",
            remedy="Use PostgreSQL 15 or newer.",
        )
    return Finding(part="database", health=Health.GOOD, words=f"PostgreSQL {name} answers.")


def _schema() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding(
            part="tables",
            health=Health.BAD,
            words=f"{len(waiting)} migrations have not been applied.",
            remedy="Run: kalends migrate",
        )
    return Finding(part="tables", health=Health.GOOD, words="They fit this version of Kalends.")


def _workers(now: dt.datetime) -> Finding:
    alive = ProcrastinateWorker.objects.filter(last_heartbeat__gte=now - WORKER_SILENT).count()
    if not alive:
        return Finding(
            part="worker",
            health=Health.BAD,
            words="No worker has shown a sign of life in the last minute; nothing is synced.",
            remedy="Start one: kalends worker (kalends serve has one).",
        )
    return Finding(part="worker", health=Health.GOOD, words=f"{alive} at work.")


def _queue(now: dt.datetime) -> Finding:
    counts = dict(ProcrastinateJob.objects.values_list("status").annotate(number=Count("id")))
    late = ProcrastinateJob.objects.filter(status="todo", scheduled_at__lt=now - JOB_LATE).count()
    words = f"{counts.get('todo', 0)} jobs wait, {counts.get('doing', 0)} run, {counts.get('failed', 0)} have failed."
    if late:
        return Finding(
            part="queue",
            health=Health.BAD,
            words=f"{words} {late} are more than five minutes late.",
            remedy="Start more workers, or look into the worker's log.",
        )
    return Finding(part="queue", health=Health.GOOD, words=words)


def _microsoft() -> Iterator[Finding]:
    """The same steps as the checklist on the settings page."""
    if not is_set_up():
        yield Finding(
            part="Outlook",
            health=Health.OPEN,
            words="No app registration has been entered yet.",
            remedy="Follow the checklist on the settings page.",
        )
        return
    for step in connect.check():
        yield Finding(part=step.name, health=Health(step.verdict.value), words=step.words, remedy=step.remedy)


def secret_expiry(today: dt.date) -> Finding:
    """How long the client secret still lives."""
    expires = read("outlook.client_secret_expires")
    if not read_text("outlook.client_secret"):
        return Finding(part="client secret", health=Health.OPEN, words="None is used.")
    if not isinstance(expires, dt.date):
        return Finding(
            part="client secret",
            health=Health.OPEN,
            words="It is not known when it expires.",
            remedy="Enter the date that Microsoft shows beside it on the settings page.",
        )
    days = (expires - today).days
    if days >= WARN_DAYS:
        return Finding(part="client secret", health=Health.GOOD, words=f"It expires on {expires} (in {days} days).")
    words = f"It expired on {expires}." if days < 0 else f"It expires on {expires} (in {days} days)."
    remedy = "Make a new secret in Microsoft Entra and enter it as the next client secret."
    return Finding(part="client secret", health=Health.BAD, words=words, remedy=remedy)


def _mailboxes() -> Finding:
    current = Mailbox.objects.filter(current=True)
    lost = current.filter(state=Connection.LOST).count()
    troubled = current.filter(state=Connection.ACTIVE).exclude(last_problem="").count()
    active = current.filter(state=Connection.ACTIVE).count()
    words = f"{active} in sync or on the way, {troubled} with a problem, {lost} without access."
    if lost or troubled:
        remedy = "Each person sees the reason beside their calendar; kalends sync PERSON shows it too."
        return Finding(part="mailboxes", health=Health.BAD, words=words, remedy=remedy)
    return Finding(part="mailboxes", health=Health.GOOD, words=words)
