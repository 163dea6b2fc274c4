"""What a reset does with each event, decided before it is done (RULES 14.6).

A reset ends every link, so that both sides are strangers again and are matched anew at the next start (RULES 6.1).
What becomes of the events is the person's choice, and none of the three mails anybody:

| choice | what goes | what stays, and why it is said |
|---|---|---|
| leave | nothing | – |
| remove from Outlook | what Kalends wrote there, without people, unchanged since, and still kept here | all else |
| remove here | what came from Outlook and that nobody here ever touched or takes part in | all else |

`digest` names the plan, so that what is done is what was shown.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kalends.domain.event import Field, State
from kalends.domain.span import Span
from kalends.sync.merge import attendees_of, mean_the_same, span_of
from kalends.sync.snapshot import Creation, RemoteItem, Values


class Events(StrEnum):
    """The person's choice for the events of a connection that is reset."""

    LEAVE = "leave"
    REMOVE_FROM_OUTLOOK = "remove-from-outlook"
    REMOVE_HERE = "remove-here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An item that bears our property: as Outlook shows it, as it was last agreed on, and the event it was made of."""

    item: RemoteItem
    known: Values | None
    state: State | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A linked event with all that may be a reason for it to be here."""

    event_id: str
    subject: str
    when: Span
    from_outlook: bool
    others: Collection[str] = ()
    edited_here: bool = False
    linked_elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One event: whether it goes, and why it does or does not."""

    goes: bool
    subject: str
    why: str
    when: Span | None = None
    event_id: str | None = None
    remote_id: str | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The rehearsal of a reset. A reset never mails anybody: what would, stays."""

    events: Events
    links: int
    rows: tuple[Row, ...]

    @property
    def going(self) -> tuple[Row, ...]:
        """What is removed."""
        return tuple(row for row in self.rows if row.goes)

    @property
    def staying(self) -> tuple[Row, ...]:
        """What was looked at and stays."""
        return tuple(row for row in self.rows if not row.goes)

    @property
    def digest(self) -> str:
        """The name of what will be done."""
        told = sorted([row.event_id or "", row.remote_id or "", row.etag or ""] for row in self.going)
        return hashlib.sha256(json.dumps([self.events.value, told]).encode()).hexdigest()


def from_outlook(copies: Iterable[Copy], ours: Mapping[str, Creation], mailbox_id: str) -> tuple[Row, ...]:
    """Which copies leave Outlook: ours alone, and only where nobody could be mailed or lose anything."""
    return tuple(_row_of_copy(copy, ours[copy.item.remote_id], mailbox_id) for copy in copies)


def here(origins: Iterable[Origin]) -> tuple[Row, ...]:
    """Which events go to the trash here: those that have no other reason to be here than this Outlook."""
    return tuple(_row_of_origin(origin) for origin in origins)


def _row_of_copy(copy: Copy, creation: Creation, mailbox_id: str) -> Row:
    item = copy.item
    kept_because = _stays_there(copy, creation, mailbox_id)
    return Row(
        goes=not kept_because,
        subject=str(item.values.get(Field.SUBJECT, "")),
        why=kept_because or "Kalends wrote it, and nobody is invited",
        when=span_of(item.values) if Field.WHEN in item.values else None,
        event_id=creation.event_id,
        remote_id=item.remote_id,
        etag=item.etag,
    )


def _stays_there(copy: Copy, creation: Creation, mailbox_id: str) -> str:
    item = copy.item
    if creation.mailbox_id != mailbox_id or not item.is_organizer:
        return "It is not a copy that Kalends wrote into this mailbox."
    if attendees_of(item.values) or item.cancelled:
        return "There are people on its list; they would be mailed."
    if item.problem is not None:
        return "It cannot be read in full."
    if copy.state not in {State.ACTIVE, State.ARCHIVED}:
        return "It is no longer kept in Kalends."
    if copy.known is None or _differs(copy.known, item.values):
        return "It was changed in Outlook since the last sync."
    return ""


def _differs(known: Values, shown: Values) -> bool:
    return any(field in shown and not mean_the_same(field, value, shown[field]) for field, value in known.items())


def _with_whom(others: Collection[str]) -> str:
    return f"{', '.join(sorted(others))} {'takes' if len(others) == 1 else 'take'} part, too."


def _row_of_origin(origin: Origin) -> Row:
    reasons = {
        "It was made here.": not origin.from_outlook,
        _with_whom(origin.others): bool(origin.others),
        "It is in somebody else's Outlook, too.": origin.linked_elsewhere,
        "It was edited here.": origin.edited_here,
    }
    kept_because = next((words for words, true in reasons.items() if true), "")
    return Row(
        goes=not kept_because,
        subject=origin.subject,
        why=kept_because or "It came from Outlook, and nothing else keeps it here",
        when=origin.when,
        event_id=origin.event_id,
    )
