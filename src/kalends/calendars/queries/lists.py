"""Trash, archive and the conflict inbox."""

from django.db.models import Q, QuerySet

from kalends.accounts.models import Person
from kalends.calendars import store
from kalends.calendars.connections import outlook
from kalends.calendars.history import CREATED
from kalends.calendars.models import Change, Conflict, Participant
from kalends.calendars.views import ConflictEntry, TrashEntry
from kalends.calendars.words import field_title, value_words
from kalends.domain.event import Field, Scheduler, State


def trash(viewer: Person, *, limit: int = 200) -> list[TrashEntry]:
    """What was deleted by or for the viewer, and what he removed from his calendar; latest first."""
    gone = Q(event__state=State.TRASHED.value) | Q(hidden=True)
    entries = _entries(viewer).filter(gone).exclude(_renewed())
    return sorted(
        (_trash_entry(viewer, each) for each in entries[:limit]),
        key=lambda each: each.since.timestamp() if each.since else 0.0,
        reverse=True,
    )


def archive(viewer: Person, *, limit: int = 200) -> list[TrashEntry]:
    """What its organizer put away, latest first."""
    entries = _entries(viewer).filter(event__state=State.ARCHIVED.value, hidden=False)
    return [_trash_entry(viewer, each) for each in entries.order_by("-event__state_since")[:limit]]


def conflicts(viewer: Person) -> list[ConflictEntry]:
    """Values that lost and can be taken after all, latest first."""
    open_ones = Conflict.objects.filter(person=viewer, resolved_at=None).select_related("event")
    return [_conflict_entry(each) for each in open_ones]


def _conflict_entry(each: Conflict) -> ConflictEntry:
    written = _written_here(each)
    return ConflictEntry(
        id=each.pk,
        event_id=str(each.event_id),
        subject=each.event.subject,
        field=Field(each.field),
        title=field_title(each.field),
        ours=value_words(each.field, each.ours),
        theirs=value_words(each.field, each.theirs),
        kept=each.kept,
        at=each.at,
        ours_by=str(written.person) if written and written.person else "",
        ours_at=written.at if written else None,
    )


def _written_here(conflict: Conflict) -> Change | None:
    """The edit that brought our value: the last one here of this field before the two met, or the event's making."""
    own = Change.objects.filter(event_id=conflict.event_id, at__lte=conflict.at).exclude(source="outlook")
    of_field = own.filter(field__in=(conflict.field, CREATED))
    return of_field.select_related("person").order_by("-at", "-id").first()


def _entries(viewer: Person) -> QuerySet[Participant]:
    return Participant.objects.filter(person=viewer).select_related("event").defer("event__body")


def _renewed() -> Q:
    """An organizer's own tombstone: a new meeting took its place (RULES 8.1)."""
    return Q(event__state__in=(State.TRASHED.value, State.CANCELLED.value), hidden=True, is_organizer=True)


def _trash_entry(viewer: Person, entry: Participant) -> TrashEntry:
    row = entry.event
    only_mine = row.state != State.TRASHED and entry.hidden
    as_new = (
        row.organizer_id == viewer.pk
        and row.scheduler == Scheduler.OUTLOOK
        and row.participants.filter(listed=True).exists()
        and not outlook().linked(viewer.pk, row.pk)
    )
    return TrashEntry(
        id=str(row.pk),
        subject=row.subject,
        when=store.span_of(row),
        since=entry.hidden_since if only_mine else row.state_since,
        cause="removed from your calendar" if only_mine else row.state_cause,
        only_mine=only_mine,
        organizer=store.organizer_of(row),
        restores_as_new=as_new,
    )
