"""What follows when a write has arrived in Outlook, learned from its answer or by looking later (RULES 4.7, 15.2a).

The base takes what the record says was written, never what is found; only the members that Exchange rewrites keep
Outlook's spelling as their second value. Whatever else the copy shows is left for the delta to tell.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from kalends.domain.event import Field
from kalends.sync.answers import answer_key
from kalends.sync.merge import mean_the_same
from kalends.sync.ports import (
    Create,
    Delete,
    Hold,
    HoldKind,
    Intent,
    Ledger,
    Local,
    MailRecord,
    Patch,
    Remote,
    Respond,
    Side,
    Unmark,
)
from kalends.sync.snapshot import Link, Part, RemoteItem, Value, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """One mailbox's three ports, the time, and a source of new ids; all that a round may touch."""

    remote: Remote
    local: Local
    ledger: Ledger
    clock: Callable[[], dt.datetime]
    new_id: Callable[[], str]


def written_key(event_id: str) -> str:
    """The name of the hold of an event that Outlook refuses."""
    return f"write:{event_id}"


def spelled(written: Values, returned: Values) -> dict[Field, Value]:
    """Outlook's spelling of what was written; a value that is another one than ours is left for the delta."""
    return {
        field: returned[field]
        if field in returned and (field is Field.BODY or mean_the_same(field, value, returned[field]))
        else value
        for field, value in written.items()
    }


def link_after(intent: Intent, link: Link | None, item: RemoteItem | None) -> Link | None:
    """The link once the write has arrived; None when there is none to keep."""
    write = intent.write
    if isinstance(write, Create):
        return _created(intent, write, item)
    if isinstance(write, Delete) or link is None:
        return None
    written = write.values if isinstance(write, Patch) else intent.local_values
    theirs = spelled(written, item.values if item is not None else {})
    link = replace(link, ours={**link.ours, **intent.local_values}, theirs={**link.theirs, **theirs})
    if isinstance(write, Patch) and Field.ATTENDEES in write.values:
        link = replace(link, quiet=False)
    return replace(link, etag=item.etag, modified=item.modified) if item is not None else link


def _created(intent: Intent, write: Create, item: RemoteItem | None) -> Link | None:
    if item is None:
        return None
    written = {field: value for field, value in intent.local_values.items() if field in write.values}
    rest = {field: value for field, value in item.values.items() if field not in write.values}
    return Link(
        event_id=intent.event_id,
        remote_id=item.remote_id,
        ical_uid=item.ical_uid,
        etag=item.etag,
        ours=intent.local_values,
        theirs={**rest, **spelled(written, item.values)},
        part=Part.ORGANIZER,
        quiet=write.quiet_list is not None,
        creation_number=write.creation.number,
        sequence=item.sequence,
        modified=item.modified,
        unwritable=item.unwritable,
    )


def conclude(ports: Ports, intent: Intent, item: RemoteItem | None, *, arrived: bool = True) -> None:
    """Move the base, clear the marks, enter the mails, close the record: one transaction.

    `arrived` is false for a deletion that found nothing left to delete: it told nobody.
    """
    with ports.ledger.transaction():
        link = ports.ledger.links_of_events([intent.event_id]).get(intent.event_id)
        if isinstance(intent.write, Delete):
            _end(ports, intent.write, link)
        else:
            after = link_after(intent, _same_copy(link, intent), item)
            if after is not None:
                ports.ledger.put_link(after)
            ports.local.write(Unmark(event_id=intent.event_id, written=intent.local_values))
        if arrived:
            ports.ledger.record_mails(mail_records(ports, intent))
        ports.ledger.release(written_key(intent.event_id))
        if isinstance(intent.write, Respond):
            ports.ledger.release(answer_key(intent.event_id))
        if isinstance(intent.write, Delete):
            ports.ledger.release(f"item:{intent.write.remote_id}")
        ports.ledger.close_intent(intent.intent_id)


def abandon(ports: Ports, intent: Intent, subject: str = "") -> None:
    """The write did not arrive: its record is closed, and the event, being dirty, is planned anew."""
    ports.ledger.close_intent(intent.intent_id)
    if isinstance(intent.write, Delete):
        remember(ports, intent.write, intent.event_id, subject)


def remember(ports: Ports, write: Delete, event_id: str, subject: str) -> None:
    """A copy that no link names any more and that was to go is looked at again by its id (RULES 1.2b)."""
    if write.remote_id in ports.ledger.links_of_items([write.remote_id]):
        return
    hold = Hold(
        key=f"item:{write.remote_id}",
        kind=HoldKind.WAITING,
        reason="A copy that is no longer needed is being removed.",
        subject=subject,
        event_id=event_id,
        remote_id=write.remote_id,
        choices=(),
        retry_at=ports.clock(),
        at=ports.clock(),
    )
    ports.ledger.put_hold(hold)


def _same_copy(link: Link | None, intent: Intent) -> Link | None:
    """The link, if it is still of the copy that was written."""
    if link is None or isinstance(intent.write, Create):
        return link
    return link if link.remote_id == intent.write.remote_id else None


def _end(ports: Ports, write: Delete, link: Link | None) -> None:
    """The link of what was deleted ends; that of another copy of the event lives on (RULES 7.2)."""
    if link is None or link.remote_id != write.remote_id:
        return
    ports.ledger.end_link(link.event_id)
    ports.ledger.record_deletions(Side.HERE, 1, ports.clock())


def mail_records(ports: Ports, intent: Intent, *, certain: bool = True) -> list[MailRecord]:
    """The forecast belongs to the record, and becomes fact with it (RULES 15.2a)."""
    return [
        MailRecord(
            event_id=intent.event_id,
            intent_id=intent.intent_id,
            mail=mail if certain else replace(mail, certain=False),
            cause=intent.cause,
            at=ports.clock(),
        )
        for mail in intent.mails
    ]


def reread(ports: Ports, intent: Intent, item: RemoteItem | None) -> RemoteItem | None:
    """After an action without body the copy is read again (RULES 4.7)."""
    if item is None and isinstance(intent.write, Respond | Patch):
        return ports.remote.get(intent.write.remote_id)
    return item
