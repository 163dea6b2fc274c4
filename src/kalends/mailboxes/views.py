"""What screens, API and command line get to see of somebody's Outlook connection."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from kalends.domain.scheduling import ForecastMail
from kalends.sync.ports import Choice, HoldKind


class SyncKind(StrEnum):
    """Where a person's sync stands; each asks for another look of the state line."""

    NOT_SET_UP = "not_set_up"
    NOT_CONNECTED = "not_connected"
    CONSENTED = "consented"
    IN_SYNC = "in_sync"
    WAITING = "waiting"
    NEEDS_YOU = "needs_you"
    PAUSED = "paused"
    LOST = "lost"
    STOPPED = "stopped"
    SWITCHED_OFF = "switched_off"


class Freshness(StrEnum):
    """How changes in Outlook are learned of (RULES 16.2)."""

    NOTIFIED = "notified"
    POLLED = "polled"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """A person's Outlook connection now. `words` is the state line; `problem` is what went wrong last.

    `seconds_behind` is how long ago a round last succeeded; None before the first. `waiting` counts edits that Outlook
    does not know yet, `held` what waits for the person, `conflicts` the inbox.
    """

    kind: SyncKind
    words: str
    seconds_behind: int | None = None
    waiting: int = 0
    held: int = 0
    conflicts: int = 0
    address: str = ""
    mailbox_id: str = ""
    freshness: Freshness = Freshness.POLLED
    last_synced_at: dt.datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldView:
    """Something that waits for the person, with its reason and what may be pressed."""

    id: int
    kind: HoldKind
    subject: str
    reason: str
    event_id: str | None
    mails: tuple[ForecastMail, ...]
    choices: tuple[Choice, ...]
    attempts: int
    retry_at: dt.datetime | None
    decided: Choice | None
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """A mail that a write of ours made Outlook send, or may have (FEATURES 5.5)."""

    at: dt.datetime
    event_id: str | None
    subject: str
    recipient: str
    name: str
    kind: str
    certain: bool
    cause: str
    via: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """What starting means for this person, in numbers (the page before Start).

    `here` counts the person's coming and recent events that Outlook may not know, `past_invitations` those among them
    with other people, who will not be mailed.
    """

    address: str
    here: int
    with_people: int
    days_back: int
    days_ahead: int
