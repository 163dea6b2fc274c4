"""The clock of the twin: runs with the real time, or stands still and moves when told.

Timers (`call_at`) fire when the clock is advanced past them, and otherwise at the first `tick` after they are due;
they fire in the order of their times, and see the clock standing at their own time, so that an advance by a day
behaves like the day.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Timer = Callable[[], None]


class Clock:
    """UTC time. Give `now` and `frozen=True` for runs that must be the same each time."""

    def __init__(self, now: datetime | None = None, *, frozen: bool = False) -> None:
        self._timers: list[tuple[datetime, int, Timer]] = []
        self._order = itertools.count()
        self.frozen = frozen
        self._base = now or datetime.now(UTC)
        self._started = time.monotonic()

    def now(self) -> datetime:
        if self.frozen:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._started)

    def freeze(self, *, frozen: bool = True) -> None:
        self._restart(self.now())
        self.frozen = frozen

    def set(self, now: datetime) -> None:
        """Move to `now`; going forward fires what became due, going back fires nothing."""
        target = now.astimezone(UTC)
        self._fire_until(target)
        self._restart(target)

    def advance(self, seconds: float) -> None:
        self.set(self.now() + timedelta(seconds=seconds))

    def call_at(self, when: datetime, timer: Timer) -> None:
        heapq.heappush(self._timers, (when, next(self._order), timer))

    def tick(self) -> None:
        """Fire what is due by now."""
        if self._timers and self._timers[0][0] <= self.now():
            self._fire_until(self.now())

    def next_due(self) -> datetime | None:
        """When the next timer is due, for a server that sleeps until then."""
        return self._timers[0][0] if self._timers else None

    def forget_timers(self) -> None:
        self._timers.clear()

    def _restart(self, now: datetime) -> None:
        self._base = now
        self._started = time.monotonic()

    def _fire_until(self, target: datetime) -> None:
        while self._timers and self._timers[0][0] <= target:
            when, _, timer = heapq.heappop(self._timers)
            if self.frozen and when > self._base:
                self._base = when
            timer()
