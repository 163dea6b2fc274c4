"""The history of events: one row per field that changed (FEATURES 6.1), and a word to everybody who is looking.

The names below are kept beside those of `Field`, because they change like fields do. `RENEWED` names the new event that
took the place of one that could not be revived (RULES 8.1).
"""

import datetime as dt
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from kalends.calendars.models import Change
from kalends.calendars.models import Event as EventRow
from kalends.domain.event import Field
from kalends.sync.codec import to_json
from kalends.sync.snapshot import Value

STATE = "state"
HIDDEN = "hidden"
CREATED = "created"
RENEWED = "renewed"
SCHEDULER = "scheduler"
ORGANIZER = "organizer"
JOINED = "joined"
PROPOSAL = "proposal"
CHANNEL = "kalends_changes"


class Source(StrEnum):
    """Where a change was made."""

    KALENDS = "kalends"
    OUTLOOK = "outlook"
    API = "api"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that changed, as JSON; `whose` is the compared address for a personal field."""

    field: str
    before: Any
    after: Any
    whose: str = ""

    @classmethod
    def of(cls, field: Field, before: Value, after: Value, whose: str = "") -> "Difference":
        """The difference of two values of a field."""
        return cls(field=field.value, before=to_json(before), after=to_json(after), whose=whose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who made a change, where, and why."""

    person: int | None
    source: Source
    mailbox: UUID | None = None
    cause: str = ""


def record(row: EventRow, differences: Iterable[Difference], author: Author, at: dt.datetime) -> None:
    """Add an act to the history of an event whose row has its new version."""
    edit = uuid4()
    Change.objects.bulk_create(
        Change(
            event=row,
            edit=edit,
            version=row.version,
            at=at,
            person_id=author.person,
            source=author.source.value,
            mailbox_id=author.mailbox,
            field=each.field,
            whose=each.whose,
            before=storable(each.before),
            after=storable(each.after),
            cause=author.cause,
        )
        for each in differences
    )


def announce(people: Collection[int]) -> None:
    """Tell open pages of these people, when the transaction is committed, that something of theirs changed."""
    payload = json.dumps({"people": sorted(people)[:500]}, separators=(",", ":"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def storable(value: Any) -> Any:
    """PostgreSQL's JSON holds no NUL characters."""
    return json.loads(json.dumps(value).replace("\\u0000", "")) if value is not None else None
