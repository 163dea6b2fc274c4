"""What was asked of the twin: one entry per request, and one per part of a batch."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime

KEPT = 100_000


@dataclass(slots=True, kw_only=True)
class LoggedRequest:
    """`mailbox` is the caller's address; `batch_part` the id of the part; status 0 means the answer was lost."""

    id: str
    time: datetime
    method: str
    path: str
    query: str
    status: int = -1
    mailbox: str | None = None
    batch_part: str | None = None
    note: str = ""


class RequestLog:
    """The last 100,000 requests in the order they came, but for what an open page asks every second."""

    def __init__(self) -> None:
        self.entries: deque[LoggedRequest] = deque(maxlen=KEPT)

    def add(self, entry: LoggedRequest) -> None:
        if not entry.path.endswith("/version"):
            self.entries.append(entry)

    def note(self, request_id: str, text: str) -> None:
        """Add a remark to the entry of a request that is being answered."""
        for entry in reversed(self.entries):
            if entry.id == request_id:
                entry.note = text
                return

    def clear(self) -> None:
        self.entries.clear()
