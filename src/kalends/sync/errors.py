"""What a round may meet; the class says what to do about it."""

from enum import StrEnum


class SyncError(Exception):
    """Anything that ends a round, or one event's part in it."""


class Transient(SyncError):
    """Outlook asks to wait, or cannot be reached: the round ends and is tried again after `retry_after_seconds`."""

    def __init__(self, reason: str, retry_after_seconds: float = 30.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds


class Permanent(SyncError):
    """Outlook refuses what was asked, and will refuse it again; the message is its reason in words."""


class Access(StrEnum):
    """Whose turn it is when access is lost."""

    PERSON = "person"
    ADMINISTRATOR = "administrator"


class AccessLost(SyncError):
    """The mailbox can no longer be reached with what we hold; nothing is deleted, everything waits (RULES 14.2)."""

    def __init__(self, reason: str, whose_turn: Access = Access.PERSON) -> None:
        super().__init__(reason)
        self.reason = reason
        self.whose_turn = whose_turn


class Resync(SyncError):
    """The delta link is no longer known (410): the next delta starts without one and is a full round."""


class Unsure(SyncError):
    """An answer from which no deletion may be inferred: the round stops and deletes nothing (RULES 5.1)."""


class Stale(SyncError):
    """A local value moved since it was read: the step is dropped, and the next round plans anew (RULES 15.1)."""


class Fenced(SyncError):
    """Another worker took this mailbox over: this one stops without writing (RULES 15.4)."""
