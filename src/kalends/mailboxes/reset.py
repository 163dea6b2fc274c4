"""Resetting a connection: rehearsed, then done; afterwards both sides are strangers again (RULES 14.6).

1. `rehearse_reset` reads what the choice needs – Outlook's items that bear our property, or the history here – and
   tells what would go and what stays. It writes nothing.
2. `reset` decides once more; unless that is what was shown, it raises ChangedMeanwhile and does nothing.
3. The connection is stopped, and in one transaction every link ends, and with it all that waited. From here on no round
   can take a missing copy for somebody's deletion (RULES 5.5).
4. Then the events go: copies out of Outlook, each at the etag that was shown, or events here into the trash. A crash
   in between leaves some of them; the next reset finds them by our property, and knows by the ended links what they
   were like. Then the ended links go, too: what is linked anew is linked as if for the first time (RULES 6.1, 6.5).
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kalends.accounts.models import AuditRecord, Person
from kalends.calendars import store
from kalends.calendars.edits.put_away import put_away_after_reset
from kalends.calendars.history import CREATED, Source, announce
from kalends.calendars.models import Change, Participant
from kalends.calendars.models import Event as EventRow
from kalends.domain.event import State
from kalends.graph.reading import read_items
from kalends.graph.remote import GraphRemote
from kalends.mailboxes import connect
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.ledger import open_ledger
from kalends.mailboxes.local import PostgresLocal
from kalends.mailboxes.microsoft import Microsoft, open_microsoft
from kalends.mailboxes.models import Connection, CreationNumber, Dirty, Hold, Intent, Link, Mailbox, Mark
from kalends.mailboxes.queries import current_mailbox
from kalends.mailboxes.rehearsal import ChangedMeanwhile
from kalends.mailboxes.unfinished import settle_unfinished
from kalends.options.stored import installation_id
from kalends.sync.codec import values_from_json
from kalends.sync.errors import SyncError
from kalends.sync.ports import Delete, Outcome
from kalends.sync.reset import Copy, Events, Origin, Row, Shown, from_outlook, here
from kalends.sync.snapshot import Creation

AT_ONCE = 100


def rehearse_reset(person: Person, events: Events, microsoft: Microsoft | None = None) -> Shown:
    """What a reset with this choice would do; writes nothing. Raises ConnectRefused."""
    mailbox = _mailbox(person)
    links = Link.objects.filter(mailbox=mailbox, active=True).count()
    match events:
        case Events.LEAVE:
            rows: tuple[Row, ...] = ()
        case Events.REMOVE_FROM_OUTLOOK:
            rows = _in_outlook(mailbox, microsoft or open_microsoft())
        case Events.REMOVE_HERE:
            rows = here(_origins(mailbox))
    return Shown(events=events, links=links, rows=tuple(sorted(rows, key=_order)))


def reset(person: Person, events: Events, digest: str | None = None, microsoft: Microsoft | None = None) -> Shown:
    """Do what was shown under this digest; raises ChangedMeanwhile when it would be something else.

    The connection is stopped afterwards, and can be started anew. Raises ConnectRefused.
    """
    mailbox = _mailbox(person)
    settle_unfinished(mailbox, microsoft)
    shown = rehearse_reset(person, events, microsoft)
    if digest is not None and shown.digest != digest:
        raise ChangedMeanwhile("Something changed since this was shown. Look at it once more, then reset.")
    if mailbox.state != Connection.STOPPED:
        connect.stop(person, microsoft)
    _forget_everything(mailbox)
    if events is Events.REMOVE_FROM_OUTLOOK:
        shown = _removed_there(mailbox, shown, microsoft or open_microsoft())
    if events is Events.REMOVE_HERE:
        _trash(mailbox, [row.event_id for row in shown.going if row.event_id])
    Link.objects.filter(mailbox=mailbox, active=False).delete()
    details = {"mailbox": mailbox.address, "events": events.value, "removed": len(shown.going)}
    AuditRecord.objects.create(person=person, act="Outlook connection reset", details=details)
    announce({person.pk})
    return shown


def _mailbox(person: Person) -> Mailbox:
    mailbox = current_mailbox(person)
    if mailbox is None:
        raise ConnectRefused("Connect Outlook first.")
    return mailbox


def _order(row: Row) -> tuple[bool, str, str]:
    return not row.goes, row.when.start_at.isoformat() if row.when is not None else "", row.subject


# ── Outlook ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _in_outlook(mailbox: Mailbox, microsoft: Microsoft) -> tuple[Row, ...]:
    try:
        graph = microsoft.graph(mailbox)
        addresses = PostgresLocal(mailbox).owner.addresses
        ours = GraphRemote(graph, installation=installation_id(), addresses=addresses).find_ours()
        items = read_items(graph, sorted(ours), addresses)
    except SyncError as error:
        message = f"Outlook could not be read, so nothing can be removed there now: {error}"
        raise ConnectRefused(message) from error
    links = Link.objects.filter(mailbox=mailbox, remote_id__in=items).order_by("linked_at", "pk")
    known = {link.remote_id: values_from_json(link.theirs) for link in links}
    states = _states(ours.values())
    copies = [
        Copy(item=item, known=known.get(remote_id), state=states.get(ours[remote_id].event_id))
        for remote_id, item in items.items()
    ]
    return from_outlook(copies, ours, str(mailbox.pk))


def _states(creations: Iterable[Creation]) -> dict[str, State]:
    rows = EventRow.objects.filter(pk__in={creation.event_id for creation in creations})
    return {str(event_id): State(state) for event_id, state in rows.values_list("pk", "state")}


def _removed_there(mailbox: Mailbox, shown: Shown, microsoft: Microsoft) -> Shown:
    """The copies go to Outlook's Deleted Items; what moved under the hand stays and is told so."""
    addresses = PostgresLocal(mailbox).owner.addresses
    told: list[Row] = list(shown.staying)
    try:
        remote = GraphRemote(microsoft.graph(mailbox), installation=installation_id(), addresses=addresses)
        for some in _in_parts(shown.going):
            results = remote.write([Delete(remote_id=row.remote_id or "", etag=row.etag) for row in some])
            told += [_told(row, result.outcome) for row, result in zip(some, results, strict=True)]
    except SyncError as error:
        message = (
            "The connection is reset, but Outlook stopped answering before all copies were removed. "
            f"Reset again to remove the others. ({error})"
        )
        raise ConnectRefused(message) from error
    return Shown(events=shown.events, links=shown.links, rows=tuple(sorted(told, key=_order)))


def _told(row: Row, outcome: Outcome) -> Row:
    if outcome in {Outcome.DONE, Outcome.GONE}:
        return row
    return Row(
        goes=False,
        subject=row.subject,
        why="Outlook did not let it go; it stays there. Reset again to try once more.",
        when=row.when,
        event_id=row.event_id,
        remote_id=row.remote_id,
        etag=row.etag,
    )


def _in_parts(rows: tuple[Row, ...]) -> Iterator[tuple[Row, ...]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


# ── here ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _origins(mailbox: Mailbox) -> Iterator[Origin]:
    linked = Link.objects.filter(mailbox=mailbox, active=True).values("event")
    events = EventRow.objects.filter(pk__in=linked).exclude(state=State.TRASHED.value).defer("body")
    ids = [row.pk for row in events]
    came = set(
        Change.objects.filter(
            event_id__in=ids, field=CREATED, source=Source.OUTLOOK.value, mailbox_id=mailbox.pk
        ).values_list("event_id", flat=True)
    )
    edited = set(
        Change.objects.filter(event_id__in=ids).exclude(source=Source.OUTLOOK.value).values_list("event_id", flat=True)
    )
    elsewhere = set(
        Link.objects.filter(event_id__in=ids, active=True).exclude(mailbox=mailbox).values_list("event_id", flat=True)
    )
    others = _others(ids, mailbox.person)
    for row in events:
        yield Origin(
            event_id=str(row.pk),
            subject=row.subject,
            when=store.span_of(row),
            from_outlook=row.pk in came,
            others=others.get(row.pk, ()),
            edited_here=row.pk in edited,
            linked_elsewhere=row.pk in elsewhere,
        )


def _others(ids: list[UUID], owner: Person) -> dict[UUID, set[str]]:
    """Everybody else with an account here who takes part."""
    found: dict[UUID, set[str]] = {}
    people = Participant.objects.filter(event_id__in=ids, hidden=False).exclude(person=None).exclude(person=owner)
    for each in people.select_related("person"):
        found.setdefault(each.event_id, set()).add(str(each.person))
    return found


def _trash(mailbox: Mailbox, event_ids: list[str]) -> None:
    """Into the trash, each as an edit of the owner's, who can restore it; nothing of it is for Outlook."""
    for event_id in event_ids:
        with transaction.atomic():
            put_away_after_reset(mailbox.person, event_id)
            Dirty.objects.filter(mailbox=mailbox, event_id=event_id).delete()
            Mark.objects.filter(mailbox=mailbox, event_id=event_id).delete()


def _forget_everything(mailbox: Mailbox) -> None:
    """Every link ends; whatever waited for this mailbox waits no more. A worker at work is fenced off."""
    with open_ledger(mailbox.pk, installation_id()).transaction():
        ended = Link.objects.filter(mailbox=mailbox, active=True)
        events = list(ended.values_list("event_id", flat=True))
        ended.update(active=False, ended_at=timezone.now())
        _raise_creation_numbers(mailbox, events)
        for rows in (Dirty, Mark, Hold, Intent):
            rows.objects.filter(mailbox=mailbox).delete()
        with suppress(Mailbox.rehearsal.RelatedObjectDoesNotExist):
            mailbox.rehearsal.delete()
        Mailbox.objects.filter(pk=mailbox.pk).update(
            state=Connection.STOPPED,
            state_reason="",
            delta_link="",
            window_start=None,
            window_end=None,
            first_synced_at=None,
            last_synced_at=None,
            empty_rounds=0,
            retry_at=None,
            failures=0,
            last_problem="",
        )


def _raise_creation_numbers(mailbox: Mailbox, events: list[UUID]) -> None:
    """A link that ended makes the next creation another one (RULES 1.2a)."""
    numbers = {each.event_id: each for each in CreationNumber.objects.filter(mailbox=mailbox, event_id__in=events)}
    for number in numbers.values():
        number.number += 1
    CreationNumber.objects.bulk_update(numbers.values(), ["number"])
    CreationNumber.objects.bulk_create(
        CreationNumber(mailbox=mailbox, event_id=event, number=2) for event in events if event not in numbers
    )
