"""Keep several servers running as one, until told to stop.

A part that dies is started again, after a pause that doubles while it keeps
dying. SIGINT, SIGTERM and SIGHUP stop all: the programs get SIGTERM together, and what has not ended after
``STOP_WITHIN_SECONDS`` is killed with all it started. Should this process itself be killed, the kernel tells the parts
(tether.py).
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from kalends.config import tether

LOOK_EVERY_SECONDS = 0.2
STOP_WITHIN_SECONDS = 3.5
LONGEST_PAUSE_SECONDS = 30
LIVED_WELL_SECONDS = 60


class Part(Protocol):
    """Something that runs beside us."""

    @property
    def name(self) -> str: ...
    def start(self) -> None: ...
    def is_alive(self) -> bool: ...


@dataclass(slots=True, kw_only=True)
class Program:
    """A part that is a program of its own, with a session of its own, so that Ctrl-C reaches it only through us."""

    name: str
    command: Sequence[str]
    quiet: bool = False
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._end_session()
        self.process = subprocess.Popen(
            tether.command(*self.command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if self.quiet else None,
            start_new_session=True,
        )

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.is_alive():
            self.process.terminate()

    def stop(self) -> None:
        """Wait for the end that was asked for, a little; then end it and whatever it started."""
        if self.process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_WITHIN_SECONDS)
        self._end_session()

    def _end_session(self) -> None:
        """Kill what is left of the program and of its own children, which may hold its port."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass(slots=True)
class StopRequest:
    """Becomes true when somebody wants us to stop."""

    made: bool = False


@contextmanager
def stop_request() -> Iterator[StopRequest]:
    """While the block lasts, signals to stop are noted instead of obeyed at once."""
    request = StopRequest()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def note(_number: int, _frame: object) -> None:
        request.made = True

    before = {number: signal.signal(number, note) for number in signals}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def keep_running(parts: Sequence[Part], request: StopRequest) -> None:
    """Watch the started ``parts``, start again what dies, and return once ``request`` is made."""
    watches = [Watch(part) for part in parts]
    while not request.made:
        for watch in watches:
            watch.look(time.monotonic())
        time.sleep(LOOK_EVERY_SECONDS)


def stop_all(programs: Sequence[Program]) -> None:
    """Stop ``programs``, all asked before any is waited for."""
    for program in programs:
        program.ask_to_stop()
    for program in programs:
        program.stop()


@dataclass(slots=True)
class Watch:
    """Starts one part again when it dies; the pause before grows from one second while it lives short."""

    part: Part
    started: float = field(default_factory=time.monotonic)
    pause_seconds: float = 1
    start_at: float | None = None

    def look(self, now: float) -> None:
        if self.start_at is None:
            if not self.part.is_alive():
                self._plan(now)
        elif now >= self.start_at:
            self.start_at = None
            self.started = now
            self.part.start()

    def _plan(self, now: float) -> None:
        if now - self.started > LIVED_WELL_SECONDS:
            self.pause_seconds = 1
        self.start_at = now + self.pause_seconds
        print(f"{self.part.name} ended; it is started again in {self.pause_seconds:g} s.", file=sys.stderr)
        self.pause_seconds = min(2 * self.pause_seconds, LONGEST_PAUSE_SECONDS)
