"""What a ledger remembers of a mailbox: the owner's choices, write-ahead records, holds and mails."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from kalends.domain.scheduling import ForecastMail
from kalends.sync.remote_writes import RemoteWrite
from kalends.sync.snapshot import Link, Values, Window


class Direction(StrEnum):
    """Which side is written from which (RULES 14.4)."""

    BOTH = "both"
    FROM_OUTLOOK = "from outlook"
    TO_OUTLOOK = "to outlook"


class Newcomers(StrEnum):
    """What becomes of events that existed only here at the first sync (RULES 6.3)."""

    QUIET = "quiet"
    STAY = "stay"
    INVITE = "invite"


class Privacy(StrEnum):
    """What Kalends takes over of the owner's private Outlook events (RULES 14.5)."""

    FULL = "full"
    BUSY = "busy"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The owner's choices."""

    direction: Direction = Direction.BOTH
    newcomers: Newcomers = Newcomers.QUIET
    privacy: Privacy = Privacy.FULL
    days_back: int = 180
    days_ahead: int = 730
    deletions_at_once: int = 10
    deletions_share: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """What is remembered of the mailbox itself.

    `window` and `delta_link` belong together; `empty_rounds` counts full rounds in a row that were empty though links
    exist (RULES 5.7). `addresses` are all the owner's, compared (RULES 1.3).
    """

    mailbox_id: str
    installation: str
    addresses: frozenset[str]
    policy: Policy = field(default_factory=Policy)
    delta_link: str | None = None
    window: Window | None = None
    first_synced_at: dt.datetime | None = None
    last_synced_at: dt.datetime | None = None
    empty_rounds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """The write-ahead record of one remote write (RULES 15.2).

    `write` is its body; `local_values` are our values of the fields it writes, the base if it arrived (15.2a);
    `mails` its forecast; `version` the event's version it was planned on; `link` the link as it was before.
    `returned`: the request came back without an answer, so that it is no longer under way.
    """

    intent_id: str
    event_id: str
    write: RemoteWrite
    local_values: Values
    version: int
    mails: tuple[ForecastMail, ...] = ()
    cause: str = ""
    link: Link | None = None
    returned: bool = False
    at: dt.datetime


class HoldKind(StrEnum):
    """Why something waits for a person, or for another attempt."""

    SET_ASIDE = "set aside"
    SERIES = "series"
    TWICE = "twice"
    DELETIONS = "deletions"
    ANSWER = "answer"
    PROPOSAL = "proposal"
    REFUSED = "refused"
    ELSEWHERE = "other calendar"
    MISSING = "missing"
    WAITING = "waiting"
    """Nobody needs to act: something else is settled first (RULES 1.2a)."""


class Choice(StrEnum):
    """What a person may press on a hold."""

    RETRY = "retry"
    APPLY = "apply"
    KEEP_HERE = "keep here"
    KEEP_IN_OUTLOOK = "keep in outlook"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Something that is not carried out, with the reason a person reads and what he may choose.

    `key` names it: the same trouble again replaces its hold, and its absence releases it. `retry_at` None: only a
    person's choice or a new version moves it. `decided` is what the person pressed, until the next round acts on it.
    """

    key: str
    kind: HoldKind
    reason: str
    subject: str = ""
    event_id: str | None = None
    remote_id: str | None = None
    etag: str | None = None
    version: int | None = None
    mails: tuple[ForecastMail, ...] = ()
    choices: tuple[Choice, ...] = (Choice.RETRY,)
    attempts: int = 1
    retry_at: dt.datetime | None = None
    decided: Choice | None = None
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRecord:
    """A mail that a write of ours made Outlook send, or may have (RULES 9.1)."""

    event_id: str
    intent_id: str
    mail: ForecastMail
    cause: str
    at: dt.datetime


class Side(StrEnum):
    """Where a deletion was made."""

    HERE = "here"
    OUTLOOK = "outlook"
