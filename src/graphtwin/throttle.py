"""Outlook's limits per application and mailbox: 4 requests at a time, 10,000 in 10 minutes (FACTS.md §12).

A request takes a place while its answer is under way, which only latency makes visible: the twin itself answers one
request after another. The window is a fixed ten minutes from the first request in it. Both limits are switches
(`limit_concurrency`, `limit_rate`).
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from graphtwin.errors import GraphError

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.http import Request, Response

CONCURRENT_REQUESTS = 4
REQUESTS_PER_WINDOW = 10_000
WINDOW = timedelta(minutes=10)
_CONCURRENCY_RETRY_SECONDS = 1

Key = tuple[str, str]


class Throttle:
    """Counts requests to Graph per application and mailbox."""

    def __init__(self) -> None:
        self._under_way: Counter[Key] = Counter()
        self._windows: dict[Key, tuple[datetime, int]] = {}

    def admit(self, twin: Twin, request: Request) -> Response | None:
        """Count the request; return the documented 429 if it is one too many."""
        key = _key(request)
        if key is None:
            return None
        if twin.switches.limit_concurrency and self._under_way[key] >= CONCURRENT_REQUESTS:
            return _refusal(twin, request, "MailboxConcurrency", _CONCURRENCY_RETRY_SECONDS)
        now = twin.now()
        began, count = self._windows.get(key, (now, 0))
        if not began <= now < began + WINDOW:
            began, count = now, 0
        self._windows[key] = (began, count + 1)
        if twin.switches.limit_rate and count >= REQUESTS_PER_WINDOW:
            return _refusal(twin, request, "MailboxRequests", int((began + WINDOW - now).total_seconds()) + 1)
        return None

    def occupy(self, request: Request, response: Response) -> Response:
        """Let an answer that is under way for a while hold its place until it has gone out."""
        key = _key(request)
        if key is not None and response.delay_seconds > 0:
            self._under_way[key] += 1
            response.finished = lambda: self._leave(key)
        return response

    def _leave(self, key: Key) -> None:
        self._under_way[key] -= 1


def _key(request: Request) -> Key | None:
    """The batch itself is no request to Outlook, its parts are."""
    caller = request.caller
    if caller is None or request.path.endswith("/$batch"):
        return None
    return caller.app_id, caller.mailbox.object_id if caller.mailbox else _mailbox_in(request.path)


def _mailbox_in(path: str) -> str:
    """An application's own call names the mailbox in /v1.0/users/{id}."""
    parts = path.split("/", 4)
    return parts[3].lower() if len(parts) > 3 and parts[2].lower() == "users" else ""  # noqa: PLR2004


def _refusal(twin: Twin, request: Request, limit: str, seconds: int) -> Response:
    message = f"Application is over its {limit} limit."
    error = GraphError(429, "ApplicationThrottled", message, headers={"retry-after": str(seconds)})
    return twin.error_response(error, request)
