"""`kalends serve` as a process: it heals, refuses what cannot be, and leaves nothing running behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

ASSET = "/static/django_htmx/htmx-2.min.js"
PASSWORD = "calendar-2026"
KALENDS = (sys.executable, "-m", "kalends.cli.main")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A `kalends serve` of the test's own."""

    process: subprocess.Popen[str]
    port: int

    def answers(self) -> bool:
        try:
            with httpx2.Client(trust_env=False, base_url=f"http://127.0.0.1:{self.port}") as client:
                return client.get(ASSET).status_code == 200
        except httpx2.TransportError:
            return False

    def pid_of(self, words: str) -> int | None:
        found = [pid for pid in _descendants(self.process.pid) if words in _command_line(pid)]
        return found[0] if found else None


def _environment(data: Path, port: int) -> dict[str, str]:
    return {**os.environ, "KALENDS_DATA": str(data), "KALENDS_PORT": str(port)}


@contextmanager
def _serving(data: Path, port: int) -> Iterator[Running]:
    process = subprocess.Popen([*KALENDS, "serve"], env=_environment(data, port), stdout=subprocess.PIPE, text=True)
    running = Running(process=process, port=port)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Kalends runs at http://localhost:{port} – stop with Ctrl-C.\n"
        yield running
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all of them: what one leaves, the next must cope with."""
    return tmp_path_factory.mktemp("s")


@contextmanager
def _signed_in(data: Path, port: int) -> Iterator[httpx2.Client]:
    """A browser, more or less, in which Bob has signed in."""
    words = ("create-user", "bob@example.com", "--password", PASSWORD)
    subprocess.run([*KALENDS, *words], env=_environment(data, port), check=True, stdout=subprocess.DEVNULL)
    with httpx2.Client(trust_env=False, base_url=f"http://localhost:{port}", timeout=20) as client:
        client.get("/sign-in")
        form = {"email": "bob@example.com", "password": PASSWORD, "csrfmiddlewaretoken": client.cookies["kalends_csrf"]}
        assert client.post("/sign-in", data=form).status_code == 302
        yield client


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(word) for word in listed.read_text().split()]
    except FileNotFoundError:
        return []


def _descendants(pid: int) -> list[int]:
    found = _children(pid)
    return found + [one for child in found for one in _descendants(child)]


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
    except FileNotFoundError:
        return ""


def _wait_until(happened: Callable[[], object]) -> None:
    give_up_at = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)


@pytest.mark.parametrize("victim", ["kalends.cli.main worker", "granian", "bin/postgres"])
def test_it_starts_again_what_was_killed(data: Path, free_port: int, victim: str) -> None:
    with _serving(data, free_port) as running:
        first = running.pid_of(victim)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        _wait_until(lambda: running.pid_of(victim) not in {None, first})
        _wait_until(running.answers)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_with_all_it_started_although_a_page_listens(data: Path, free_port: int, how: signal.Signals) -> None:
    with _serving(data, free_port) as running, _signed_in(data, free_port) as client:
        started = _descendants(running.process.pid)
        with client.stream("GET", "/changes/stream") as page:
            assert next(page.iter_lines()) == "retry: 2000"
            running.process.send_signal(how)
            assert running.process.wait(5) == 0
        _wait_until(lambda: not any(_command_line(pid) for pid in started))


def test_nothing_outlives_it_when_it_is_killed(data: Path, free_port: int) -> None:
    with _serving(data, free_port) as running:
        started = _descendants(running.process.pid)
        running.process.kill()
        _wait_until(lambda: not any(_command_line(pid) for pid in started))
        assert len(started) > 3


def test_a_second_one_on_the_same_data_is_refused(data: Path, free_port: int) -> None:
    with _serving(data, free_port) as running, socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        other.close()
        second = subprocess.run(
            [*KALENDS, "serve"], env=_environment(data, port), capture_output=True, text=True, check=False
        )
        assert second.returncode == 1
        assert second.stderr == (
            f"kalends: The data folder {data} is in use by another Kalends (process {running.process.pid}). "
            "Stop that one, or set KALENDS_DATA to another folder.\n"
        )


def test_a_taken_port_is_refused_in_one_sentence(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [*KALENDS, "serve"], env=_environment(data, port), capture_output=True, text=True, check=False
        )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"kalends: Port {port} is taken by another program. Set KALENDS_PORT to a free port.\n"


def test_a_command_uses_the_database_that_runs(data: Path, free_port: int) -> None:
    with _serving(data, free_port):
        made = subprocess.run(
            [*KALENDS, "create-user", "Alice@Example.com", "--administrator", "--password", PASSWORD],
            env=_environment(data, free_port),
            capture_output=True,
            text=True,
            check=False,
        )
    assert made.stderr == ""
    assert made.stdout == "Created the administrator alice@example.com.\n"
