"""What must hold once a world is quiet; each checker returns sentences, none when all is well."""

import re
from collections import Counter
from collections.abc import Iterable

from kalends.domain.attendee import normal_address
from kalends.domain.event import Field, State
from kalends.domain.scheduling import MailKind
from kalends.domain.span import overlaps
from kalends.sync.case import SILENT, Case, Standing
from kalends.sync.guard import HOUR, limit
from kalends.sync.merge import mean_the_same, span_of
from kalends.sync.ports import HoldKind, Side
from kalends.sync.reading import wished_window
from kalends.sync.snapshot import Kind, LocalItem, Part, RemoteItem
from tests.simulation.installation import Person
from tests.simulation.ledger import MemoryLedger
from tests.simulation.local import MemoryLocal
from tests.simulation.world import World

NUMBER = re.compile(r"Event (\d+)")
"""By which the workload names its events, on both sides."""


def all_faults(world: World) -> list[str]:
    """Every checker on a quiet world."""
    faults = list(world.twin.errors)
    for who in world.connected:
        faults += [f"{who.name}: {fault}" for fault in [*unequal(world, who), *doubled(world, who)]]
    return [*faults, *unforecast(world), *unwritten(world), *loud(world), *rash(world)]


# ── both sides are equal ────────────────────────────────────────────────────────────────────────────────────────────


def items_of(world: World, who: Person) -> dict[str, RemoteItem]:
    """What his Outlook shows in the window."""
    window = wished_window(world.kalends.mailboxes[world.mailbox_id(who)].policy, world.clock.now())
    return {item.remote_id: item for item in world.remotes[who.name].delta(None, window).items}


def unequal(world: World, who: Person) -> Iterable[str]:
    """Field by field, as far as roles allow (RULES 4.5)."""
    ledger = MemoryLedger.reading(world.kalends, world.mailbox_id(who))
    local = MemoryLocal(world.kalends, world.mailbox_id(who))
    items, linked = items_of(world, who), ledger.linked_items()
    held = {hold.remote_id for hold in ledger.holds()} | {hold.event_id for hold in ledger.holds()}
    held |= ledger.dirty().keys()
    events = local.read(list(world.kalends.events.rows))
    for remote_id, item in items.items():
        event_id = linked.get(remote_id)
        if event_id is not None:
            yield from _pair(world, who, events.get(event_id), item)
        elif remote_id not in held and item.kind is Kind.SINGLE and not item.cancelled:
            yield f"only in Outlook: {item.values[Field.SUBJECT]!r}"
    links = ledger.links_of_events(list(events))
    for event_id, event in events.items():
        shown = event.state is State.ACTIVE and event.participates and not event.hidden
        if shown and event_id not in links and event_id not in held and _in_window(world, event, who):
            yield f"only in Kalends: {event.values[Field.SUBJECT]!r} {event.scheduler}"


def _in_window(world: World, event: LocalItem, who: Person) -> bool:
    window = wished_window(world.kalends.mailboxes[world.mailbox_id(who)].policy, world.clock.now())
    return overlaps(span_of(event.values), window.start, window.end)


def _pair(world: World, who: Person, event: LocalItem | None, item: RemoteItem) -> Iterable[str]:
    ledger = MemoryLedger.reading(world.kalends, world.mailbox_id(who))
    subject = item.values.get(Field.SUBJECT)
    if event is None:
        yield f"linked to nothing: {subject!r}"
        return
    link = ledger.links_of_events([event.event_id])[event.event_id]
    if link.cancelled or item.problem:
        return
    if event.hidden or event.state is State.TRASHED:
        held = {hold.event_id for hold in ledger.holds()}
        if not (event.state is State.TRASHED and link.part is Part.ATTENDEE) and event.event_id not in held:
            yield f"deleted here, still in Outlook: {subject!r}"
        return
    skipped = world.wording.get(item.remote_id, frozenset())
    if any(hold.event_id == event.event_id and hold.kind is HoldKind.ANSWER for hold in ledger.holds()):
        skipped |= {Field.ANSWER}
    case = Case(state=ledger.state(), now=world.clock.now(), link=link, local=event, item=item)
    for field in _compared(case, skipped):
        if not mean_the_same(field, event.values[field], item.values[field]):
            yield f"{subject!r} {field}: {event.values[field]!r} here, {item.values[field]!r} in Outlook"
    if link.etag != item.etag:
        yield f"{subject!r}: the link has not seen the copy as it is"


def _compared(case: Case, wording: frozenset[Field]) -> Iterable[Field]:
    """All fields that both have, but for: answers of one who is not asked, lists that are not his, his own wording."""
    for field in Field:
        if field not in case.event.values or field not in case.copy.values or field in wording:
            continue
        if field is Field.ANSWER and case.standing is not Standing.ATTENDEE:
            continue
        if field is Field.ATTENDEES and case.standing is not Standing.ORGANIZER:
            continue
        yield field


# ── nothing is doubled, nothing is left open ────────────────────────────────────────────────────────────────────────


def doubled(world: World, who: Person) -> Iterable[str]:
    """One item, one link, one event for each subject, which the workload never gives twice."""
    there = Counter(str(item.values[Field.SUBJECT]) for item in items_of(world, who).values() if not item.cancelled)
    yield from (f"{count} times in Outlook: {subject!r}" for subject, count in there.items() if count > 1 and subject)
    local = MemoryLocal(world.kalends, world.mailbox_id(who))
    events = local.read(list(world.kalends.events.rows)).values()
    shown = [each for each in events if each.state is State.ACTIVE and each.participates and not each.hidden]
    here = Counter(str(each.values[Field.SUBJECT]) for each in shown)
    yield from (f"{count} times in Kalends: {subject!r}" for subject, count in here.items() if count > 1 and subject)


def unwritten(world: World) -> Iterable[str]:
    """No write-ahead record is open, no edit waits (but for what a hold explains)."""
    yield from (f"open record: {intent.write}" for intent in world.kalends.intents.rows.values())
    held = {(mailbox_id, hold.event_id) for (mailbox_id, _), hold in world.kalends.holds.rows.items()}
    for (mailbox_id, event_id), fields in world.kalends.marks.rows.items():
        link = world.kalends.links.get((mailbox_id, event_id))
        row = world.kalends.events[event_id]
        live = link is not None and not link.cancelled and row.state is State.ACTIVE
        if fields and live and (mailbox_id, event_id) not in held:
            yield f"{mailbox_id} {row.values[Field.SUBJECT]!r}: still marked {sorted(fields)}"


# ── mails ───────────────────────────────────────────────────────────────────────────────────────────────────────────

KINDS = {
    "request": "request",
    "update-full": "update",
    "update-info": "update",
    "cancel": "cancel",
    "response": "response",
}


def unforecast(world: World) -> Iterable[str]:
    """Certain ⊆ sent ⊆ certain + possible, per person, kind and event (RULES 9.1); only mails that Kalends caused."""
    sent: Counter[tuple[str, str, str]] = Counter()
    for mail in world.twin.mail.mails:
        if mail.cause in world.transport.requests and not _by_room(world, mail.sender):
            event_id = world.kalends.uids.get(mail.ical_uid) or _numbered(world, mail.subject)
            sent.update((recipient.lower(), KINDS.get(mail.kind, mail.kind), event_id) for recipient in mail.recipients)
    certain: Counter[tuple[str, str, str]] = Counter()
    possible: Counter[tuple[str, str, str]] = Counter()
    for _, record in world.kalends.mails.rows.values():
        key = (normal_address(record.mail.recipient), str(record.mail.kind), record.event_id)
        (certain if record.mail.certain else possible).update([key])
    yield from (f"forecast and not sent: {key} × {count}" for key, count in (certain - sent).items())
    yield from (f"sent and not forecast: {key} × {count}" for key, count in (sent - certain - possible).items())


def _numbered(world: World, subject: str) -> str:
    """The event that bears the number of a mail about a copy which was gone before Kalends knew its uid."""
    number = NUMBER.search(subject)
    for event_id, row in world.kalends.events.rows.items():
        found = NUMBER.search(str(row.values[Field.SUBJECT]))
        if number is not None and found is not None and found.group(1) == number.group(1):
            return event_id
    return subject


def loud(world: World) -> Iterable[str]:
    """A quiet meeting invites nobody through Outlook (RULES 2.2, 7.1)."""
    for _, record in world.kalends.mails.rows.values():
        row = world.kalends.events[record.event_id]
        if row.scheduler in SILENT and record.mail.kind is MailKind.REQUEST:
            yield f"{row.values[Field.SUBJECT]!r} is quiet, and Outlook invited {record.mail.recipient}"


def rash(world: World) -> Iterable[str]:
    """Many deletions at once wait for the person (RULES 5.4)."""
    for who in world.connected:
        ledger = MemoryLedger.reading(world.kalends, world.mailbox_id(who))
        for side in Side:
            count = ledger.deletions_since(side, world.clock.now() - HOUR)
            most = limit(ledger.state().policy, len(ledger.linked_items()) + count)
            if count > most:
                yield f"{who.name}: {count} deletions from {side} within an hour"


def _by_room(world: World, sender: str) -> bool:
    mailbox = world.twin.tenant.find(sender)
    return mailbox is not None and mailbox.kind == "room"
