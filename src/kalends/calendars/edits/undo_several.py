"""Undoing many changes at once, such as all that one round brought (FEATURES 6.1): planned, shown, then done.

Each event goes back by a new edit, as if its owner had pressed undo; what others changed since stays, and so does what
is not his to change. An event that the changes brought in is left: deleting it is another wish than undoing a change.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import Max, QuerySet

from kalends.accounts.models import Person
from kalends.calendars import history
from kalends.calendars.edits.change import change_event
from kalends.calendars.edits.preview import preview_change
from kalends.calendars.edits.undo import UNDOABLE, preview_undo, undo
from kalends.calendars.errors import EditError
from kalends.calendars.models import Change, Participant
from kalends.calendars.views import Mails
from kalends.calendars.words import field_title, value_words
from kalends.domain.event import Field
from kalends.sync.codec import value_from_json
from kalends.sync.snapshot import Value

WHOLE = {history.STATE, history.HIDDEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event: what goes back to which value, whom that mails; or why it is left."""

    event_id: str
    subject: str
    back: tuple[tuple[str, str], ...] = ()
    mails: Mails = ()
    left: str = ""
    edit: str = ""
    values: Mapping[Field, Value] = field(default_factory=dict)


def plan_undo(by: Person, changes: QuerySet[Change]) -> tuple[Step, ...]:
    """What undoing these changes would do, event by event; writes nothing."""
    grouped: dict[UUID, list[Change]] = {}
    for change in changes.select_related("event").order_by("event__starts_at", "event_id", "id"):
        grouped.setdefault(change.event_id, []).append(change)
    latest = _latest(list(grouped))
    mine = _own_addresses(by, list(grouped))
    return tuple(_step(by, some, latest, mine.get(event, set())) for event, some in grouped.items())


def undo_several(by: Person, changes: QuerySet[Change]) -> tuple[Step, ...]:
    """Undo them, each event by an edit of its own; one that is refused is left, with the reason."""
    return tuple(_done(by, step) for step in plan_undo(by, changes))


def digest_of(steps: Sequence[Step]) -> str:
    """The name of what would be done."""
    told = [
        [step.event_id, *[f"{title}: {value}" for title, value in step.back], *_mail_names(step.mails)]
        for step in steps
        if not step.left
    ]
    return hashlib.sha256(json.dumps(sorted(told)).encode()).hexdigest()


def _mail_names(mails: Mails) -> list[str]:
    return sorted(f"{mail.kind} {mail.recipient} {mail.certain}" for mail in mails)


def _latest(events: Sequence[UUID]) -> set[int]:
    """The last change of each field of these events."""
    last = Change.objects.filter(event_id__in=events).values("event_id", "field", "whose").annotate(last=Max("id"))
    return {each["last"] for each in last}


def _own_addresses(by: Person, events: Sequence[UUID]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    entries = Participant.objects.filter(event_id__in=events, person=by)
    for event, address in entries.values_list("event_id", "address_folded"):
        found.setdefault(event, set()).add(address)
    return found


def _step(by: Person, changes: Sequence[Change], latest: set[int], mine: set[str]) -> Step:
    row = changes[0].event
    step = Step(event_id=str(row.pk), subject=row.subject)
    if any(change.field == history.CREATED for change in changes):
        return replace(step, left="It appeared here then. Delete it if it shall go.")
    organizes = row.organizer_id == by.pk
    own = [change for change in changes if (change.whose in mine if change.whose else organizes)]
    ours = [change for change in own if change.field in UNDOABLE | WHOLE]
    if not ours:
        return replace(step, left="What changed is not yours to change.")
    standing = _standing(ours, latest)
    if not standing:
        return replace(step, left="It was changed again since.")
    return _planned(by, replace(step, back=_back(standing)), standing)


def _standing(changes: Sequence[Change], latest: set[int]) -> list[Change]:
    """The first change of each field whose last change is among these."""
    firsts: dict[tuple[str, str], Change] = {}
    stands: set[tuple[str, str]] = set()
    for change in changes:
        firsts.setdefault((change.field, change.whose), change)
        if change.pk in latest:
            stands.add((change.field, change.whose))
    return [change for name, change in firsts.items() if name in stands]


def _back(changes: Sequence[Change]) -> tuple[tuple[str, str], ...]:
    return tuple((field_title(change.field), value_words(change.field, change.before)) for change in changes)


def _planned(by: Person, step: Step, standing: Sequence[Change]) -> Step:
    whole = next((change for change in standing if change.field in WHOLE), None)
    try:
        if whole is not None:
            edit = str(whole.edit)
            return replace(step, edit=edit, back=_back([whole]), mails=preview_undo(by, step.event_id, edit))
        values = {
            Field(change.field): value_from_json(Field(change.field), change.before)
            for change in standing
            if change.before is not None or change.field == Field.REMINDER.value
        }
        return replace(step, values=values, mails=preview_change(by, step.event_id, values))
    except EditError as error:
        return replace(step, left=error.words)


def _done(by: Person, step: Step) -> Step:
    if step.left:
        return step
    try:
        if step.edit:
            undo(by, step.event_id, step.edit)
        else:
            change_event(by, step.event_id, step.values)
    except EditError as error:
        return replace(step, left=error.words)
    return step
