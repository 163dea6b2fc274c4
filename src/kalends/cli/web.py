"""Run a web server in the foreground; run several, on several machines, behind a proxy if one does not suffice."""

import argparse
import os
import sys

from kalends.cli import ports
from kalends.config import environment

POOL_SIZE = "20"
STREAMS_END_WITHIN_SECONDS = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> int:
    """Become the server; pages that listen for news are cut a moment after it is told to stop."""
    del options
    ports.require_free(environment.HOST.read(), environment.PORT)
    os.environ.setdefault(environment.POOL_SIZE.name, POOL_SIZE)
    server = [
        *("-m", "granian", "--interface", "asginl", "--no-ws", "--log-level", "error"),
        *("--host", environment.HOST.read(), "--port", str(environment.PORT.read_number())),
        *("--workers-kill-timeout", str(STREAMS_END_WITHIN_SECONDS)),
        "kalends.config.asgi:application",
    ]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *server])  # noqa: S606 - becoming the server is what this command is for
