"""Changes as they are committed, for open pages: one listener per process, many readers.

PostgreSQL's NOTIFY on `kalends_changes` names the people whose calendars changed. One asyncio task listens and puts a
mark into the queue of every open stream of those people; a mark says only "look again", so several in a row are one.
A stream ends when its reader leaves, or when the server stops and cuts it (cli/web.py); until then it says something
every 15 seconds, so that proxies keep it and a dead reader is noticed.
"""

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import psycopg
from django.db import connection

from kalends.calendars.history import CHANNEL

HEARTBEAT_SECONDS = 15.0
RETRY_SECONDS = 2.0
logger = logging.getLogger(__name__)


class Changes:
    """The streams of one process and the task that feeds them; all on one event loop."""

    def __init__(self) -> None:
        self._marks: dict[int, set[asyncio.Event]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None

    async def stream(self, person: int) -> AsyncIterator[bytes]:
        """Server-sent events for one open page of `person`."""
        mark = asyncio.Event()
        self._marks[person].add(mark)
        self._listen()
        try:
            yield b"retry: 2000\n\n"
            while True:
                yield b"event: change\ndata: {}\n\n" if await self._marked(mark) else b": still here\n\n"
        finally:
            self._marks[person].discard(mark)
            if not self._marks[person]:
                del self._marks[person]

    async def _marked(self, mark: asyncio.Event) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(mark.wait(), HEARTBEAT_SECONDS)
        was_set = mark.is_set()
        mark.clear()
        return was_set

    def _listen(self) -> None:
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._feed())

    async def _feed(self) -> None:
        """Listen as long as somebody reads; a lost connection is made anew, and everybody looks again."""
        while self._marks:
            try:
                await self._feed_once()
            except psycopg.OperationalError as error:
                logger.warning("The stream of changes lost its database connection: %s", error)
                await asyncio.sleep(RETRY_SECONDS)
                self._mark(list(self._marks))

    async def _feed_once(self) -> None:
        async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as listening:
            await listening.execute(f"LISTEN {CHANNEL}")
            while self._marks:
                async for notice in listening.notifies(timeout=HEARTBEAT_SECONDS):
                    self._mark(json.loads(notice.payload)["people"])

    def _mark(self, people: list[int]) -> None:
        for person in people:
            for mark in self._marks.get(person, ()):
                mark.set()


def _parameters() -> dict[str, Any]:
    """How Django reaches the database, without what only Django's own connections need."""
    parameters: dict[str, Any] = connection.get_connection_params()
    for name in ("cursor_factory", "context", "pool", "prepare_threshold"):
        parameters.pop(name, None)
    return parameters
