"""Run a worker: it does the jobs in the background, the syncs above all. Run as many as wanted, anywhere."""

import argparse

from procrastinate.contrib.django import app

from kalends.config import environment

STOP_WITHIN_SECONDS = 3.0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do the jobs that wait now, then stop")


def run(options: argparse.Namespace) -> int:
    """Work until told to stop; a job that does not end in time is done again by whoever works next."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(
            concurrency=environment.WORKER_CONCURRENCY.read_number(),
            wait=not options.once,
            shutdown_graceful_timeout=STOP_WITHIN_SECONDS,
        )
    return 0
