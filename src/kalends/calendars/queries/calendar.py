"""Events over a stretch of time, for calendars and lists."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from kalends.accounts.models import Person
from kalends.calendars import store
from kalends.calendars.connections import outlook
from kalends.calendars.edits.checks import why_not_shared
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import Participant
from kalends.calendars.views import Badge, EventView, Relation
from kalends.domain.event import Importance, Sensitivity, ShowAs, State

IN_CALENDAR = (State.ACTIVE.value, State.CANCELLED.value)


def events_between(
    viewer: Person, start: dt.datetime, end: dt.datetime, *, include: Collection[int] = ()
) -> list[EventView]:
    """Events that share an instant with [start, end) in the viewer's calendar and in those of the people included.

    An event of several of them comes once for each; `person_id` says whose it is. Cancelled ones come too, with
    their state. All-day events count from midnight to midnight UTC; a window widened by a day has all that touch it.
    """
    entries = _entries({viewer.pk, *include}).filter(_touching(start, end))
    return _views(viewer, entries.order_by("event__starts_at", "event__id"))


def agenda(viewer: Person, start: dt.datetime, *, limit: int = 50) -> list[EventView]:
    """The viewer's next events that end after `start`, in order."""
    entries = _entries({viewer.pk}).filter(event__ends_at__gte=start)
    return _views(viewer, entries.order_by("event__starts_at", "event__id")[:limit])


def search(viewer: Person, text: str, *, limit: int = 50) -> list[EventView]:
    """The viewer's events that hold every word of `text` in subject, body, place or people; latest first."""
    entries = _entries({viewer.pk})
    for word in text.replace("\x00", "").split()[:10]:
        people = Participant.objects.filter(Q(name__icontains=word) | Q(address__icontains=word))
        entries = entries.filter(
            Q(event__subject__icontains=word)
            | Q(event__body__icontains=word)
            | Q(event__places__icontains=word)
            | Q(event__in=people.values("event"))
        )
    return _views(viewer, entries.order_by("-event__starts_at", "event__id")[:limit]) if text.strip() else []


def _entries(people: Collection[int]) -> QuerySet[Participant]:
    return (
        Participant.objects.filter(person_id__in=people, hidden=False, event__state__in=IN_CALENDAR)
        .select_related("event")
        .defer("event__body")
    )


def _touching(start: dt.datetime, end: dt.datetime) -> Q:
    """`domain.span.overlaps`, told to the database."""
    lasting = Q(event__ends_at__gt=start)
    instant = Q(event__starts_at=F("event__ends_at"), event__ends_at__gte=start)
    return Q(event__starts_at__lt=end) & (lasting | instant)


def _views(viewer: Person, entries: Iterable[Participant]) -> list[EventView]:
    """One view per person and event; somebody on a list under two addresses appears once."""
    once: dict[tuple[UUID, int | None], Participant] = {}
    for each in entries:
        key = (each.event_id, each.person_id)
        if key not in once or each.is_organizer:
            once[key] = each
    events = {event for event, _ in once}
    counts = _counts(events)
    mine = _relations(viewer, events)
    badges = outlook().badges(viewer.pk, events)
    return [_view(viewer, each, mine, counts, badges.get(each.event_id, Badge())) for each in once.values()]


def _counts(events: Collection[UUID]) -> dict[UUID, int]:
    listed = Participant.objects.filter(event_id__in=events, listed=True).order_by()
    return dict(listed.values_list("event_id").annotate(Count("id")))


def _relations(viewer: Person, events: Collection[UUID]) -> dict[UUID, Relation]:
    takes_part = Participant.objects.filter(event_id__in=events, person=viewer).values_list("event_id", flat=True)
    organizes = EventRow.objects.filter(pk__in=events, organizer=viewer).values_list("pk", flat=True)
    return dict.fromkeys(takes_part, Relation.ATTENDEE) | dict.fromkeys(organizes, Relation.ORGANIZER)


def _view(
    viewer: Person,
    entry: Participant,
    relations: Mapping[UUID, Relation],
    counts: Mapping[UUID, int],
    badge: Badge,
) -> EventView:
    row = entry.event
    relation = relations.get(row.pk, Relation.COLLEAGUE)
    private = relation is Relation.COLLEAGUE and entry.sensitivity != Sensitivity.NORMAL
    organizes = relation is Relation.ORGANIZER
    may_move = not why_not_shared(row.state, row.scheduler, organizes=organizes, organizer="")
    return EventView(
        id=str(row.pk),
        person_id=entry.person_id or viewer.pk,
        relation=relation,
        busy_only=private,
        when=store.span_of(row),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        all_day=row.all_day,
        subject="" if private else row.subject,
        place="" if private else "; ".join(place["name"] for place in row.places),
        organizer=None if private else store.organizer_of(row),
        attendee_count=0 if private else counts.get(row.pk, 0),
        join_url="" if private else row.online_meeting.get("join_url", ""),
        importance=Importance.NORMAL if private else Importance(row.importance),
        state=State(row.state),
        partstat=store.shown_partstat(entry, row),
        show_as=ShowAs(entry.show_as),
        categories=() if private else tuple(entry.categories),
        sensitivity=Sensitivity(entry.sensitivity),
        version=row.version,
        may_move=may_move,
        badge=badge if relation is not Relation.COLLEAGUE else Badge(),
    )
