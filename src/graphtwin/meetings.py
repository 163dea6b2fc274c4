"""What the organizer's writes send to others: requests, updates, cancellations (FACTS §7, §8.1).

Each write is turned into at most three messages: a request to those who are new, an update to those who stay, a
cancellation to those who were removed. A message is a snapshot of the organizer's event with its sequence number; it
goes to the ledger at once and to the mailboxes of this tenant through `invitations`, after the delay the switches ask
for.

| write | mail |
|---|---|
| first time with attendees, not a draft | request to all |
| attendees only | request to the new, cancellation to the removed |
| start, end, all-day, recurrence changed | full update to all who stay: answers are reset |
| any other member that is not quiet | informational update: answers are kept |
| deletion, cancel | cancellation to all |
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from graphtwin import invitations, mailing, series
from graphtwin.items import Attendee, Event, Recurrence

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

When = tuple[datetime, datetime, bool, Recurrence | None]


@dataclass(slots=True, frozen=True)
class Before:
    """What an update is compared with: when the event was, who was invited, and whether they had been told."""

    when: When
    attendees: tuple[str, ...]
    names: dict[str, Attendee]
    is_draft: bool
    sent: bool

    @classmethod
    def of(cls, event: Event) -> Before:
        names = {_key(each): each for each in event.attendees}
        return cls(when_of(event), tuple(names), names, event.is_draft, event.sent)


def when_of(event: Event) -> When:
    return (event.start_utc, event.end_utc, event.is_all_day, event.recurrence)


def _key(attendee: Attendee) -> str:
    return (attendee.address or "").lower()


@dataclass(slots=True, frozen=True)
class Dispatch:
    """The mails a write causes, one after the other: kind and recipients; then updates for changed occurrences."""

    mails: tuple[tuple[mailing.Kind, tuple[Attendee, ...]], ...] = ()
    followed_by_exceptions: tuple[Attendee, ...] = ()


def prepare_first(twin: Twin, event: Event) -> Dispatch:
    """Decide whom a new meeting invites, before it is stored: everybody, unless it is a draft."""
    if not event.attendees:
        event.is_draft = False
        return Dispatch()
    if event.is_draft:
        return Dispatch()
    event.sent = True
    event.critical_change = twin.now()
    return Dispatch((("request", tuple(event.attendees)),))


def prepare_update(twin: Twin, event: Event, before: Before, members: frozenset[str]) -> Dispatch:
    """Decide what a PATCH with these members sends, and number it; an invitee's PATCH sends nothing (FACTS §8.4)."""
    if not event.is_organizer:
        return Dispatch()
    if not event.attendees and not before.attendees:
        event.is_draft = False
        return Dispatch()
    if event.is_draft and (not before.sent or twin.switches.draft_patch_holds_back_update):
        return Dispatch()
    return _prepare_changes(twin, event, before, members) if before.sent else prepare_first(twin, event)


def _prepare_changes(twin: Twin, event: Event, before: Before, members: frozenset[str]) -> Dispatch:
    loud = members - set(twin.switches.quiet_members) - {"isDraft"} or (members if before.is_draft else frozenset())
    if not loud:
        return Dispatch()
    now = {_key(each): each for each in event.attendees}
    new = tuple(each for key, each in now.items() if key not in before.names)
    removed = tuple(each for key, each in before.names.items() if key not in now)
    moved = when_of(event) != before.when
    everybody = loud != {"attendees"} or moved or any(_is_list_member(twin, each, before) for each in removed)
    if everybody:
        event.sequence += 1
    if moved:
        event.critical_change = twin.now()
        _reset_answers(event)
    staying = tuple(each for each in event.attendees if _key(each) in before.names) if everybody else ()
    mails: tuple[tuple[mailing.Kind, tuple[Attendee, ...]], ...] = (
        ("cancel", removed),
        ("request", new),
        ("update-full" if moved else "update-info", staying),
    )
    return Dispatch(tuple(each for each in mails if each[1]), staying)


def send(twin: Twin, mailbox: Mailbox, event: Event, dispatch: Dispatch) -> None:
    """Send what was prepared, once the event is stored."""
    for kind, recipients in dispatch.mails:
        _send(twin, mailbox, event, kind, recipients)
    if dispatch.followed_by_exceptions:
        _send_exceptions(twin, mailbox, event, dispatch.followed_by_exceptions)


def _send_exceptions(twin: Twin, mailbox: Mailbox, master: Event, staying: tuple[Attendee, ...]) -> None:
    """Changed occurrences follow the update of their series, one mail each (FACTS §8.1)."""
    invited = {_key(each) for each in staying}
    for exception in list(master.exceptions.values()):
        recipients = tuple(each for each in exception.attendees if _key(each) in invited)
        if recipients and exception.end_utc > twin.now():
            _send(twin, mailbox, exception, "update-info", recipients)


def _is_list_member(twin: Twin, removed: Attendee, before: Before) -> bool:
    """Whether somebody removed had come through a distribution list that is also invited (FACTS §8.1)."""
    for address in before.attendees:
        group = twin.tenant.find(address)
        if group is not None and group.kind == "list" and _key(removed) in {member.lower() for member in group.members}:
            return True
    return False


def _reset_answers(event: Event) -> None:
    """A significant change asks everybody anew; proposals of another time vanish with it (FACTS §7.2, §7.3)."""
    event.attendees = [copy(each) for each in event.attendees]
    for each in event.attendees:
        each.response, each.response_time, each.proposed = "none", None, None


def send_cancellation(twin: Twin, mailbox: Mailbox, event: Event, comment: str = "") -> None:
    """Tell everybody that a meeting, or one date of it, is off; a draft nobody knew of sends nothing."""
    if not event.is_organizer or not event.attendees or not event.sent:
        return
    event.sequence += 1
    _send(twin, mailbox, event, "cancel", tuple(event.attendees), comment=comment)


def _send(
    twin: Twin, mailbox: Mailbox, event: Event, kind: mailing.Kind, to: tuple[Attendee, ...], *, comment: str = ""
) -> None:
    if not twin.switches.past_meetings_mail and _is_over(event, twin.now()):
        return
    message = invitations.Message(
        kind=kind,
        organizer=mailbox.address,
        event=frozen_copy(event),
        original_date=event.original_date,
        comment=comment,
        cause=twin.cause,
    )
    mailing.record(twin, mailbox, event, kind, tuple(each.address or "" for each in to), comment=comment)
    for each in to:
        if each.address is not None:
            invitations.send(twin, message, each.address)


def _is_over(event: Event, now: datetime) -> bool:
    """Whether a meeting, or the last date of its series, has ended (FACTS §25.13)."""
    end = event.end_utc if event.recurrence is None else series.last_end(event)
    return end is not None and end <= now


def frozen_copy(event: Event) -> Event:
    """Return a copy that later changes of the event do not touch."""
    return msgspec.structs.replace(
        event,
        attendees=[copy(each) for each in event.attendees],
        exceptions={key: frozen_copy(each) for key, each in event.exceptions.items()},
        cancelled_dates=list(event.cancelled_dates),
        locations=list(event.locations),
        attachments=list(event.attachments),
    )
