"""`kalends demo`, what `make run` runs: a company on both sides, there again at the next start."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from kalends.cli import demo

KALENDS = (sys.executable, "-m", "kalends.cli.main")
PORTS = ("KALENDS_PORT", "GRAPHTWIN_PORT", "GRAPHTWIN_TLS_PORT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A demo of the test's own: its environment, and what it printed when it was ready."""

    environment: dict[str, str]
    welcome: str

    def ask(self, port: str, path: str) -> httpx2.Response:
        with httpx2.Client(trust_env=False, timeout=20) as client:
            return client.get(f"http://localhost:{self.environment[port]}{path}")

    def kalends(self, *words: str) -> str:
        answer = subprocess.run([*KALENDS, *words], env=self.environment, capture_output=True, text=True, check=False)
        return answer.stdout + answer.stderr


def _environment(data: Path) -> dict[str, str]:
    with ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in PORTS]
        ports = {name: str(one.getsockname()[1]) for name, one in zip(PORTS, listeners, strict=True)}
    return {**os.environ, "KALENDS_DATA": str(data), **ports}


@contextmanager
def _trial(environment: dict[str, str]) -> Iterator[Trial]:
    process = subprocess.Popen([*KALENDS, "demo"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        lines: list[str] = []
        while not (lines and "Ctrl-C" in lines[-1]):
            lines.append(process.stdout.readline())
            assert lines[-1], f"it ended instead of being ready: {lines}"
        yield Trial(environment=environment, welcome="".join(lines))
    finally:
        process.terminate()
        assert process.wait(20) == 0
        if process.stdout is not None:
            process.stdout.close()


def _events_in_outlook(trial: Trial) -> dict[str, int]:
    mailboxes = trial.ask("GRAPHTWIN_PORT", "/_twin/mailboxes").json()["value"]
    return {mailbox["address"]: mailbox["events"] for mailbox in mailboxes}


def test_it_welcomes_with_a_company_on_both_sides_that_is_there_again_later(short_folder: Path) -> None:
    environment = _environment(short_folder)
    with _trial(environment) as trial:
        assert f"http://localhost:{environment['KALENDS_PORT']}" in trial.welcome
        assert f"http://localhost:{environment['GRAPHTWIN_PORT']}" in trial.welcome
        assert trial.ask("KALENDS_PORT", "/sign-in").status_code == 200
        assert trial.ask("GRAPHTWIN_PORT", "/_twin/mail").json() == {"value": []}
        before = _events_in_outlook(trial)
        assert min(before[person] for person in ("alice@example.com", "bob@example.com", "charlie@example.com")) > 0
        verdicts = trial.kalends("doctor").splitlines()
        assert [line for line in verdicts if not line.startswith("ok")] == []
    with _trial(environment) as again:
        assert _events_in_outlook(again) == before
        assert again.kalends("create-token", "alice@example.com").startswith("kalends_")


@pytest.mark.parametrize("port", PORTS)
def test_a_taken_port_is_named_with_its_setting(short_folder: Path, port: str) -> None:
    environment = _environment(short_folder)
    with socket.create_server(("127.0.0.1", int(environment[port]))):
        answer = subprocess.run([*KALENDS, "demo"], env=environment, capture_output=True, text=True, check=False)
    sentence = f"kalends: Port {environment[port]} is taken by another program. Set {port} to a free port.\n"
    assert (answer.returncode, answer.stdout, answer.stderr) == (1, "", sentence)


def test_a_fresh_start_forgets_the_trial_and_nothing_else(tmp_path: Path) -> None:
    for name in ("postgres/cluster/base", "graphtwin"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("keys.json", "seeded", "environment", "graphtwin/ca.pem", "letter"):
        (tmp_path / name).touch()
    demo.forget(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter"]
