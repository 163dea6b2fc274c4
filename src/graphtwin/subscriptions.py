"""Change notifications (FACTS §13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.items import Event
    from graphtwin.tenant import Mailbox


class Subscriptions:
    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    def changed(self, mailbox: Mailbox, event: Event, change: Literal["created", "updated", "deleted"]) -> None:
        """Hear that an event of a mailbox was created, updated or deleted; called after each change, under the lock."""
