"""Bring a person's calendar and Outlook together now, and tell how it stands then.

The round is done by a running worker, or here if there is none. The exit code is 1 if something needs somebody.
"""

import argparse
import json
import time
from dataclasses import asdict

from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from kalends.accounts.models import Person
from kalends.cli.examination import WORKER_SILENT
from kalends.cli.rehearsal import tell_rehearsal
from kalends.cli.who import person_known_as
from kalends.cli.worker import work
from kalends.config.errors import ConfigurationError
from kalends.mailboxes import connect
from kalends.mailboxes.queries import held, sync_state
from kalends.mailboxes.queue import QUEUE
from kalends.mailboxes.views import HeldView, SyncKind, SyncState

LOOK_EVERY_SECONDS = 0.2
WELL = frozenset({SyncKind.IN_SYNC, SyncKind.WAITING})


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("user", help="the address of the person")
    parser.add_argument(
        "--rehearse", action="store_true", help="only tell what would be done, and whom Outlook would mail"
    )
    parser.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace) -> int:
    person = person_known_as(options.user)
    if options.rehearse:
        return tell_rehearsal(person, as_json=options.json)
    try:
        connect.sync_now(person)
    except connect.ConnectRefused as error:
        raise ConfigurationError(str(error)) from None
    _wait_for_round(person)
    state, waiting = sync_state(person), held(person)
    print(_as_json(state, waiting) if options.json else _in_words(state, waiting))
    return 0 if state.kind in WELL else 1


def _wait_for_round(person: Person) -> None:
    lock = f"mailbox:{sync_state(person).mailbox_id}"
    jobs = ProcrastinateJob.objects.filter(lock=lock, scheduled_at=None, status__in=("todo", "doing"))
    while jobs.exists():
        if not _somebody_works():
            work([QUEUE])
        time.sleep(LOOK_EVERY_SECONDS)


def _somebody_works() -> bool:
    since = timezone.now() - WORKER_SILENT
    return ProcrastinateWorker.objects.filter(last_heartbeat__gte=since).exists()


def _in_words(state: SyncState, waiting: list[HeldView]) -> str:
    lines = [f"  {view.subject or 'Untitled'}: {view.reason}" for view in waiting]
    return "\n".join([f"{state.address}: {state.words}", *lines])


def _as_json(state: SyncState, waiting: list[HeldView]) -> str:
    content = {**asdict(state), "held_events": [asdict(view) for view in waiting]}
    return json.dumps(content, indent=1, ensure_ascii=False, default=str)
