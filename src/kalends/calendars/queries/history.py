"""The history of one event, in words (FEATURES 6.1)."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from kalends.accounts.models import Person
from kalends.calendars.errors import NoSuchEvent
from kalends.calendars.models import Change, Participant
from kalends.calendars.models import Event as EventRow
from kalends.calendars.views import FieldChange, HistoryEntry
from kalends.calendars.words import field_title, value_words
from kalends.domain.event import PERSONAL, Field

PRIVATE_FIELDS = {each.value for each in PERSONAL if each is not Field.ANSWER} | {"hidden"}


def history(viewer: Person, event_id: str) -> list[HistoryEntry]:
    """Everything that happened to the event, newest first; of others' personal fields only their answers.

    Raises NoSuchEvent for whoever does not take part.
    """
    row = EventRow.objects.filter(pk=event_id, participants__person=viewer).first()
    if row is None:
        raise NoSuchEvent
    mine = set(Participant.objects.filter(event=row, person=viewer).values_list("address_folded", flat=True))
    changes = row.changes.select_related("person").order_by("-at", "-version", "edit", "id")
    visible = [each for each in changes if each.field not in PRIVATE_FIELDS or each.whose in mine]
    acts = [list(act) for _, act in groupby(visible, key=lambda each: each.edit)]
    return [_entry(act, mine, organizes=row.organizer_id == viewer.pk) for act in acts]


def _entry(act: list[Change], mine: set[str], *, organizes: bool) -> HistoryEntry:
    first = act[0]
    return HistoryEntry(
        edit=str(first.edit),
        at=first.at,
        who=str(first.person) if first.person else "Outlook" if first.source == "outlook" else "Kalends",
        source=first.source,
        cause=first.cause,
        changes=tuple(_change(each) for each in act),
        may_undo=any(_undoable(each.field, each.whose, mine, organizes=organizes) for each in act),
    )


def _undoable(field: str, whose: str, mine: Iterable[str], *, organizes: bool) -> bool:
    if field in {"created", "renewed", "scheduler", Field.ANSWER.value}:
        return False
    return whose in mine if whose else organizes


def _change(each: Change) -> FieldChange:
    return FieldChange(
        field=each.field,
        title=field_title(each.field),
        before=_words(each.field, each.before),
        after=_words(each.field, each.after),
        whose=each.whose,
    )


def _words(field: str, value: Any) -> str:
    return value_words(field, value)
