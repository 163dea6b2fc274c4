"""One event in full, with what the viewer may do and why not."""

from dataclasses import replace
from uuid import UUID

from kalends.accounts.models import Person
from kalends.calendars import store, visibility
from kalends.calendars.connections import outlook
from kalends.calendars.edits.checks import why_not_shared
from kalends.calendars.errors import NoSuchEvent
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import Participant
from kalends.calendars.views import Badge, EventDetail, ParticipantView, Relation, Verb
from kalends.domain.attendee import Role
from kalends.domain.event import Event, Scheduler, State


def event_detail(viewer: Person, event_id: str) -> EventDetail:
    """The event as the viewer may see it; raises NoSuchEvent."""
    row = _row(event_id)
    participants = store.order(row.participants.all())
    relation = visibility.relation(viewer, row, participants)
    colleague = relation is Relation.COLLEAGUE
    if colleague and not _stands_in_a_calendar(row, participants):
        raise NoSuchEvent
    private = colleague and visibility.is_private(participants)
    event = store.event_of(row, participants)
    mine = store.participant_of(participants, viewer.pk)
    organizer = row.organizer_name or row.organizer_address
    why_not = why_not_shared(row.state, row.scheduler, organizes=relation is Relation.ORGANIZER, organizer=organizer)
    return EventDetail(
        id=str(row.pk),
        version=row.version,
        relation=relation,
        busy_only=private,
        event=_reduced(event, private=private) if colleague else event,
        personal=store.personal_of(mine) if mine else None,
        participants=() if private else tuple(_participant(each, row) for each in participants),
        may=_verbs(row, mine, relation, why_not),
        why_not=why_not,
        badge=Badge() if colleague else outlook().badges(viewer.pk, [row.pk]).get(row.pk, Badge()),
        uids=() if colleague else tuple(row.uids.values_list("uid", flat=True)),
        scheduler=Scheduler(row.scheduler),
        created=row.created,
        modified=row.modified,
        state_since=row.state_since,
        state_cause=row.state_cause,
        open_conflicts=row.conflicts.filter(person=viewer, resolved_at=None).count(),
    )


def _row(event_id: str) -> EventRow:
    try:
        key = UUID(event_id)
    except ValueError:
        raise NoSuchEvent from None
    row = EventRow.objects.filter(pk=key).first()
    if row is None:
        raise NoSuchEvent
    return row


def _stands_in_a_calendar(row: EventRow, participants: list[Participant]) -> bool:
    return row.state == State.ACTIVE and any(each.person_id and not each.hidden for each in participants)


def _reduced(event: Event, *, private: bool) -> Event:
    """What a colleague learns: no body, and of a private event the time alone (RULES 14.5)."""
    return Event(when=event.when, state=event.state) if private else replace(event, body="")


def _participant(each: Participant, row: EventRow) -> ParticipantView:
    present = store.answers_present(each, row)
    return ParticipantView(
        address=each.address,
        name=each.name,
        person_id=each.person_id,
        role=Role(each.role),
        partstat=store.shown_partstat(each, row),
        answered_at=each.answered_at if present else None,
        is_organizer=each.is_organizer,
        listed=each.listed,
    )


def _verbs(row: EventRow, mine: Participant | None, relation: Relation, why_not: str) -> frozenset[Verb]:
    if mine is None:
        return frozenset()
    organizes = relation is Relation.ORGANIZER
    hidden_from_me = mine.hidden or row.state == State.TRASHED
    verbs: dict[Verb, bool] = {
        Verb.CHANGE: not why_not,
        Verb.CHANGE_OWN: not hidden_from_me and row.state != State.ARCHIVED,
        Verb.RESPOND: not organizes and row.state == State.ACTIVE,
        Verb.DELETE: not hidden_from_me,
        Verb.HIDE: not organizes and not mine.hidden,
        Verb.ARCHIVE: row.state == State.ACTIVE and organizes,
        Verb.UNARCHIVE: row.state == State.ARCHIVED and organizes,
        Verb.RESTORE: mine.hidden or (organizes and row.state in (State.TRASHED, State.CANCELLED)),
        Verb.PURGE: organizes and row.state == State.TRASHED,
    }
    return frozenset(verb for verb, allowed in verbs.items() if allowed)
