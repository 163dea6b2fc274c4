"""Rows of the ledger ⇄ the sync's records."""

from dataclasses import replace

from kalends.calendars.history import storable
from kalends.domain.event import Field
from kalends.mailboxes import models as rows
from kalends.sync.codec import from_json, to_json, values_from_json
from kalends.sync.ports import Choice, Hold, Intent
from kalends.sync.snapshot import Link, Part


def link_of(row: rows.Link) -> Link:
    """The living link of a row."""
    return Link(
        event_id=str(row.event_id),
        remote_id=row.remote_id,
        ical_uid=row.ical_uid,
        etag=row.etag,
        ours=values_from_json(row.ours),
        theirs=values_from_json(row.theirs),
        part=Part(row.part),
        quiet=row.quiet,
        cancelled=row.cancelled,
        creation_number=row.creation_number,
        sequence=row.sequence,
        modified=row.modified,
        unwritable=frozenset(Field(name) for name in row.unwritable),
    )


def put_link_columns(row: rows.Link, link: Link) -> None:
    """Make the row say what the link says."""
    row.remote_id = link.remote_id
    row.ical_uid = link.ical_uid
    row.etag = link.etag
    row.ours = storable(to_json(link.ours))
    row.theirs = storable(to_json(link.theirs))
    row.part = link.part.value
    row.quiet = link.quiet
    row.cancelled = link.cancelled
    row.creation_number = link.creation_number
    row.sequence = link.sequence
    row.modified = link.modified
    row.unwritable = sorted(field.value for field in link.unwritable)


def intent_of(row: rows.Intent) -> Intent:
    """The open record of a row."""
    return from_json(Intent, row.record)


def hold_of(row: rows.Hold) -> Hold:
    """What waits, with what was pressed."""
    hold = from_json(Hold, row.record)
    return replace(hold, decided=Choice(row.decided) if row.decided else None)
