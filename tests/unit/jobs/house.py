"""Real processes around a real database: a simulated Outlook over TLS, and workers that can be killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
from django.db import connection

from kalends.config import environment, postgres
from kalends.graph.client import open_http
from kalends.graph.login_http import open_login_http
from tests.twin.control.conftest import Running
from tests.unit.mailboxes.office import Office

WITHIN_SECONDS = 60


def wait_until(true: Callable[[], bool], what: str, *, every_seconds: float = 0.05) -> None:
    """Wait for something that another process does."""
    give_up_at = time.monotonic() + WITHIN_SECONDS
    while not true():
        assert time.monotonic() < give_up_at, f"still waiting for: {what}"
        time.sleep(every_seconds)


class House(Office):
    """An office whose Outlook and workers are processes of their own."""

    def __init__(self, running: Running) -> None:
        self.running = running
        ca_file = str(running.certificate)
        world = open_login_http(ca_file=ca_file)
        world.base_url = httpx2.URL(running.tls_origin)
        super().__init__(world, open_http(running.tls_origin, ca_file=ca_file))

    def worker(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """`kalends worker` on the test's database."""
        name = str(connection.settings_dict["NAME"])
        told = {
            "KALENDS_DATA": str(environment.data_folder()),
            "DATABASE_URL": postgres.url(environment.postgres_folder(), name),
            "KALENDS_GRAPH_URL": self.running.tls_origin,
            "KALENDS_LOGIN_URL": self.running.tls_origin,
            "KALENDS_CA_FILE": str(self.running.certificate),
            "KALENDS_BASE_URL": "https://nowhere.invalid",
            "KALENDS_LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "kalends.cli.main", "worker", *arguments]
        return subprocess.Popen(command, env={**os.environ, **told}, cwd=Path(__file__).parent)

    def work(self) -> None:
        """A worker that does what waits now, and stops."""
        assert self.worker("--once").wait(WITHIN_SECONDS) == 0

    def fault(self, **described: Any) -> None:
        """From now on something goes wrong."""
        self.control("POST", "faults", described)

    def mend(self) -> None:
        """Nothing goes wrong any more."""
        self.control("DELETE", "faults")
