"""What goes wrong on a bad day, drawn by the schedule's seed: between Kalends and Outlook, and inside a worker."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from random import Random

import httpx2
import msgspec

from graphtwin.faults import Fault
from kalends.sync.errors import SyncError
from tests.simulation.ledger import MemoryLedger
from tests.simulation.outlook import ORIGIN
from tests.simulation.world import World


class Crash(BaseException):
    """The worker is gone at this very point; nothing after it happens, what was committed stays."""


class BadDay:
    """Draws a fault at each request and each commit; `quiet()` ends the day."""

    def __init__(self, world: World, draw: Random, races: Mapping[str, Callable[[], None]]) -> None:
        self.world, self.draw, self.races = world, draw, races
        self._racing = False
        self.share = draw.choice((0.0, 0.01, 0.03, 0.08))
        self.met: Counter[str] = Counter()
        world.transport.before = self._before
        world.transport.after = self._after
        world.transport.altered = self._altered
        for kind in ("throttled", "unavailable", "gatewayTimeout"):
            world.twin.faults.arm(Fault(kind=kind, share=self.share / 2, retryAfterSeconds=draw.choice((1, 30))))

    def quiet(self) -> None:
        """From now on everything works."""
        self.world.transport.before = self.world.transport.after = self.world.transport.altered = None
        self.world.twin.faults.disarm()
        self.share = 0.0

    def _strikes(self, name: str, weight: float = 1.0) -> bool:
        if self.draw.random() >= self.share * weight:
            return False
        self.met[name] += 1
        return True

    def _before(self, _request: httpx2.Request) -> None:
        for name, race in self.races.items():
            if not self._racing and self._strikes(name):
                self._race(race)
        if self._strikes("crash before a request"):
            raise Crash
        if self._strikes("no connection"):
            message = "no connection"
            raise httpx2.ConnectError(message)

    def _race(self, race: Callable[[], None]) -> None:
        """Somebody else acts in the middle of a round; what ends his act ends nothing else."""
        self._racing = True
        try:
            race()
        except (SyncError, Crash):
            self.met["a worker ended in a race"] += 1
        finally:
            self._racing = False

    def _altered(self, request: httpx2.Request, body: bytes) -> bytes:
        """A full round that comes back empty."""
        if (
            "startDateTime" in request.url.query.decode()
            and "delta" in request.url.path
            and self._strikes("empty round", 3.0)
        ):
            return msgspec.json.encode(
                {"value": [], "@odata.deltaLink": f"{ORIGIN}/v1.0/me/calendarView/delta?$deltatoken=x"}
            )
        return body

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
