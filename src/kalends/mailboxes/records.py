"""Rows of the ledger ⇄ the sync's records."""

from dataclasses import replace
from typing import Any

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


def link_columns(link: Link) -> dict[str, Any]:
    """What the columns of a link's row say."""
    return {
        "remote_id": link.remote_id,
        "ical_uid": link.ical_uid,
        "etag": link.etag,
        "ours": storable(to_json(link.ours)),
        "theirs": storable(to_json(link.theirs)),
        "part": link.part.value,
        "quiet": link.quiet,
        "cancelled": link.cancelled,
        "creation_number": link.creation_number,
        "sequence": link.sequence,
        "modified": link.modified,
        "unwritable": sorted(field.value for field in link.unwritable),
    }


def intent_of(row: rows.Intent) -> Intent:
    """The open record of a row."""
    return from_json(Intent, row.record)


def hold_of(row: rows.Hold) -> Hold:
    """What waits, with what was pressed."""
    hold = from_json(Hold, row.record)
    return replace(hold, decided=Choice(row.decided) if row.decided else None, retry_at=row.retry_at)
