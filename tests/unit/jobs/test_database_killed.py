"""kill -9 of PostgreSQL in the middle of a first sync: everything starts again, and nothing is lost or doubled."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.unit.jobs.house import wait_until

ALICE = "alice@example.com"
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A `kalends demo` of the test's own."""

    process: "subprocess.Popen[str]"
    environment: dict[str, str]
    twin: str

    def ask(self, deed: str) -> dict[str, Any]:
        """What from_outside.py says; nothing while the database is down."""
        command = [sys.executable, str(Path(__file__).with_name("from_outside.py")), deed, ALICE, self.twin]
        answer = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return dict(json.loads(answer.stdout)) if answer.returncode == 0 else {}

    def fault(self, **described: object) -> None:
        httpx2.post(f"{self.twin}/_twin/faults", json=described, trust_env=False).raise_for_status()

    def mend(self) -> None:
        httpx2.delete(f"{self.twin}/_twin/faults", trust_env=False).raise_for_status()

    def postgres(self) -> int:
        """The process of the embedded server."""
        pid_file = Path(self.environment["KALENDS_DATA"]) / "postgres" / "cluster" / "postmaster.pid"
        return int(pid_file.read_text().splitlines()[0])

    def outlook(self) -> list[str]:
        """The subjects in Alice's Outlook."""
        token = httpx2.post(f"{self.twin}/_twin/token", json={"mailbox": ALICE}, trust_env=False).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx2.get(f"{self.twin}/v1.0/me/events?$top=100", headers=headers, trust_env=False)
        return sorted(each["subject"] for each in answer.json()["value"])


@pytest.fixture
def trial(tmp_path: Path, free_ports: list[int]) -> Iterator[Trial]:
    web, plain, tls = free_ports
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "KALENDS_DATA": str(tmp_path),
        "KALENDS_PORT": str(web),
        "GRAPHTWIN_PORT": str(plain),
        "GRAPHTWIN_TLS_PORT": str(tls),
        "KALENDS_GRAPH_URL": f"https://localhost:{tls}",
        "KALENDS_LOGIN_URL": f"https://localhost:{tls}",
        "KALENDS_CA_FILE": str(tmp_path / "graphtwin" / "ca.pem"),
    }
    command = [sys.executable, "-m", "kalends.cli.main", "demo"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        while "Ctrl-C" not in process.stdout.readline():
            assert process.poll() is None
        yield Trial(process=process, environment=environment, twin=f"http://127.0.0.1:{plain}")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        process.stdout.close()


def test_it_goes_on_after_the_database_was_killed_in_the_middle_of_a_sync(trial: Trial) -> None:
    before = Counter(trial.ask("look")["subjects"]) | Counter(trial.outlook())
    trial.fault(kind="latency", delaySeconds=10, path="*$batch", count=2)
    trial.ask("connect")
    wait_until(lambda: trial.ask("look").get("waiting", 0) > 0, "writes that are under way")
    os.kill(trial.postgres(), signal.SIGKILL)
    trial.mend()
    wait_until(lambda: trial.ask("look").get("synced", False), "the first sync", every_seconds=1)
    wait_until(lambda: trial.ask("look").get("waiting", 1) == 0, "quiet", every_seconds=1)
    assert Counter(trial.ask("look")["subjects"]) == Counter(trial.outlook()) == before
