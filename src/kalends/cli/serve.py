"""Run everything on this machine: the database, the web server and a worker.

With DATABASE_URL set, the database is that server, and no PostgreSQL is started here.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kalends.cli import ports, schema, supervisor
from kalends.cli.database import address
from kalends.cli.supervisor import Part, Program
from kalends.config import environment, folder_lock, postgres

KALENDS = (sys.executable, "-m", "kalends.cli.main")


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> int:
    del options
    with hold_data_folder(), supervisor.stop_request() as request, parts_running() as parts:
        print(f"Kalends runs at {environment.base_url()} – stop with Ctrl-C.", flush=True)
        supervisor.keep_running(parts, request)
    return 0


@contextmanager
def hold_data_folder() -> Iterator[None]:
    """Be the only Kalends on the data folder; children get its absolute name."""
    os.environ[environment.DATA.name] = str(environment.data_folder())
    ports.require_free(environment.HOST.read(), environment.PORT)
    with folder_lock.hold(environment.data_folder() / "lock"):
        yield


@contextmanager
def parts_running() -> Iterator[list[Part]]:
    """Database first, brought up to date; then the web server and the worker side by side."""
    with database_running() as database:
        if not schema.is_up_to_date(address()):
            call("migrate", "--quiet")
        web = Program(name="The web server", command=(*KALENDS, "web"))
        worker = Program(name="The worker", command=(*KALENDS, "worker"))
        with programs_running([web, worker]):
            ports.wait_until_open(environment.HOST.read(), environment.PORT.read_number(), web)
            yield [*database, web, worker]


@contextmanager
def database_running() -> Iterator[list[Part]]:
    """Our own PostgreSQL, unless DATABASE_URL names another."""
    if environment.DATABASE_URL.read():
        yield []
        return
    with postgres.running(environment.postgres_folder()) as server:
        yield [server]


@contextmanager
def programs_running(programs: Sequence[Program]) -> Iterator[None]:
    try:
        for program in programs:
            program.start()
        yield
    finally:
        supervisor.stop_all(programs)


def call(*words: str) -> None:
    """Run another command of ours to its end; its failure is ours."""
    answer = subprocess.run([*KALENDS, *words], check=False)
    if answer.returncode != 0:
        sys.exit(answer.returncode)
