"""What goes wrong on a bad day, drawn by the schedule's seed: between Kalends and Outlook, and inside a worker."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

import httpx2

from graphtwin.faults import Fault
from tests.simulation.ledger import MemoryLedger
from tests.simulation.world import World


class Crash(BaseException):
    """The worker is gone at this very point; nothing after it happens, what was committed stays."""


class BadDay:
    """Draws a fault at each request and each commit; `quiet()` ends the day."""

    def __init__(self, world: World, draw: Random, race: Callable[[], None]) -> None:
        self.world, self.draw, self.race = world, draw, race
        self.share = draw.choice((0.0, 0.01, 0.03, 0.08))
        self.met: Counter[str] = Counter()
        world.transport.before = self._before
        world.transport.after = self._after
        for kind in ("throttled", "unavailable", "gatewayTimeout"):
            world.twin.faults.arm(Fault(kind=kind, share=self.share / 2, retryAfterSeconds=draw.choice((1, 30))))

    def quiet(self) -> None:
        """From now on everything works."""
        self.world.transport.before = self.world.transport.after = None
        self.world.twin.faults.disarm()
        self.share = 0.0

    def _strikes(self, name: str, weight: float = 1.0) -> bool:
        if self.draw.random() >= self.share * weight:
            return False
        self.met[name] += 1
        return True

    def _before(self, request: httpx2.Request) -> None:
        if request.method != "GET" and self._strikes("race", 2.0):
            self.race()
        if self._strikes("crash before a request"):
            raise Crash
        if self._strikes("no connection"):
            message = "no connection"
            raise httpx2.ConnectError(message)

    def _after(self, request: httpx2.Request) -> None:
        if self._strikes("answer lost", 2.0 if request.method != "GET" else 1.0):
            message = "the answer is lost"
            raise httpx2.ReadError(message)
        if self._strikes("crash after a request", 2.0 if request.method != "GET" else 0.5):
            raise Crash

    def commits(self, ledger: MemoryLedger) -> MemoryLedger:
        """The same ledger, whose worker may be gone before or after any commit."""
        inner = ledger.transaction

        @contextmanager
        def transaction() -> Iterator[None]:
            with inner():
                yield
                if self._strikes("crash before a commit", 0.3):
                    raise Crash
            if self._strikes("crash after a commit", 0.3):
                raise Crash

        ledger.transaction = transaction  # type: ignore[method-assign]
        return ledger
