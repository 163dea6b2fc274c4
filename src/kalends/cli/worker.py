"""Run a worker: it does the jobs in the background, the syncs above all. Run as many as wanted, anywhere."""

import argparse
from collections.abc import Sequence

from procrastinate.contrib.django import app

from kalends.config import environment

STOP_WITHIN_SECONDS = 3.0
LOOK_EVERY_SECONDS = 1.0
"""Jobs are announced, but not the end of another that held their lock: an edit made during a sync waits this long."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do the jobs that wait now, then stop")


def run(options: argparse.Namespace) -> int:
    """Work until told to stop; a job that does not end in time is done again by whoever works next."""
    work(wait=not options.once)
    return 0


def work(queues: Sequence[str] | None = None, *, wait: bool = False) -> None:
    """Do the jobs of ``queues`` (all of them if not said) that wait now, or with ``wait`` those to come as well."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(
            queues=queues,
            concurrency=environment.WORKER_CONCURRENCY.read_number(),
            wait=wait,
            fetch_job_polling_interval=LOOK_EVERY_SECONDS,
            shutdown_graceful_timeout=STOP_WITHIN_SECONDS,
        )
