"""Every write of an event goes through here: the change is numbered, and subscriptions hear of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphtwin.zones import utc_of

if TYPE_CHECKING:
    from datetime import datetime

    from graphtwin.app import Twin
    from graphtwin.items import Event, Moment
    from graphtwin.tenant import Mailbox


def save_new(twin: Twin, mailbox: Mailbox, event: Event) -> None:
    mailbox.add(event)
    twin.subscriptions.changed(mailbox, event, "created")


def save(twin: Twin, mailbox: Mailbox, event: Event) -> None:
    """Number the change of an event that is in the mailbox already, master, single or exception."""
    mailbox.touch(event, twin.now())
    changed = event if event.master_id is None else mailbox.events[event.master_id]
    twin.subscriptions.changed(mailbox, changed, "updated")


def discard(twin: Twin, mailbox: Mailbox, event: Event) -> None:
    """Move a single event or a whole series to Deleted Items."""
    mailbox.remove(event)
    if twin.switches.transaction_id_freed_by_deletion and event.transaction_id is not None:
        mailbox.by_transaction_id.pop(event.transaction_id, None)
    twin.subscriptions.changed(mailbox, event, "deleted")


def instant_of(moment: Moment, *, all_day: bool) -> datetime:
    """Return when a moment is; the midnights of all-day events count as UTC (FACTS §2.2)."""
    return utc_of(type(moment)(moment.wall, "UTC") if all_day else moment)


def settle(event: Event) -> None:
    """Bring the instants of an event in line with its wall clocks."""
    event.start_utc = instant_of(event.start, all_day=event.is_all_day)
    event.end_utc = instant_of(event.end, all_day=event.is_all_day)
