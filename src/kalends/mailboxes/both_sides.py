"""One event as Kalends has it and as Outlook has it, field by field, read now; for whoever has to decide about it."""

import datetime as dt
from dataclasses import dataclass

from kalends.accounts.models import Person
from kalends.calendars.errors import NoSuchEvent
from kalends.calendars.words import field_title, value_words
from kalends.domain.event import Field
from kalends.graph.remote import GraphRemote
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.local import PostgresLocal
from kalends.mailboxes.microsoft import Microsoft, open_microsoft
from kalends.mailboxes.models import Hold, Link, Mailbox
from kalends.mailboxes.queries import current_mailbox
from kalends.options.stored import installation_id
from kalends.sync.codec import to_json, values_from_json
from kalends.sync.errors import SyncError
from kalends.sync.merge import mean_the_same
from kalends.sync.snapshot import LocalItem, RemoteItem, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPair:
    """One field on both sides, in words. `waits`: it was written here and Outlook does not know it yet."""

    title: str
    here: str
    there: str
    same: bool
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BothSides:
    """The two sides of one event; a side that does not exist says so. `there_read` is None when Outlook was not asked.

    `trouble` says why what Outlook shows is not its present state, or cannot be taken over.
    """

    subject: str
    event_id: str | None
    is_here: bool
    is_there: bool
    fields: tuple[FieldPair, ...]
    reason: str = ""
    trouble: str = ""
    here_changed: dt.datetime | None = None
    there_changed: dt.datetime | None = None


def both_sides_of_event(person: Person, event_id: str, microsoft: Microsoft | None = None) -> BothSides:
    """Both sides of an event of the person's. Raises NoSuchEvent, ConnectRefused."""
    mailbox = _mailbox(person)
    link = Link.objects.filter(mailbox=mailbox, event_id=event_id, active=True).first()
    hold = Hold.objects.filter(mailbox=mailbox, event_id=event_id, dismissed=False).first()
    return _both(mailbox, event_id, link.remote_id if link else None, hold, microsoft)


def both_sides_of_hold(person: Person, hold_id: int, microsoft: Microsoft | None = None) -> BothSides:
    """Both sides of what waits. Raises ConnectRefused when it is settled or somebody else's."""
    mailbox = _mailbox(person)
    hold = Hold.objects.filter(pk=hold_id, mailbox=mailbox).first()
    if hold is None:
        raise ConnectRefused("This is already settled.")
    link = Link.objects.filter(mailbox=mailbox, event=hold.event_id, active=True).first() if hold.event_id else None
    remote_id = hold.record.get("remote_id") or (link.remote_id if link else None)
    event_id = str(hold.event_id) if hold.event_id else _linked_event(mailbox, remote_id)
    return _both(mailbox, event_id, remote_id, hold, microsoft)


def _mailbox(person: Person) -> Mailbox:
    mailbox = current_mailbox(person)
    if mailbox is None:
        raise ConnectRefused("Connect Outlook first.")
    return mailbox


def _linked_event(mailbox: Mailbox, remote_id: str | None) -> str | None:
    link = Link.objects.filter(mailbox=mailbox, remote_id=remote_id or "", active=True).first()
    return str(link.event_id) if link else None


def _both(
    mailbox: Mailbox, event_id: str | None, remote_id: str | None, hold: Hold | None, microsoft: Microsoft | None
) -> BothSides:
    here = _here(mailbox, event_id)
    there, shown, trouble = _there(mailbox, remote_id, microsoft)
    values = here.values if here is not None else {}
    subject = values.get(Field.SUBJECT) or shown.get(Field.SUBJECT) or (hold.record.get("subject") if hold else "")
    return BothSides(
        subject=str(subject or ""),
        event_id=event_id,
        is_here=here is not None,
        is_there=bool(shown),
        fields=_pairs(here, shown),
        reason=str(hold.record["reason"]) if hold else "",
        trouble=trouble,
        here_changed=here.modified if here is not None else None,
        there_changed=there.modified if there is not None else None,
    )


def _here(mailbox: Mailbox, event_id: str | None) -> LocalItem | None:
    if event_id is None:
        return None
    item = PostgresLocal(mailbox).read([event_id]).get(event_id)
    if item is None or not item.participates:
        raise NoSuchEvent
    return item


def _there(
    mailbox: Mailbox, remote_id: str | None, microsoft: Microsoft | None
) -> tuple[RemoteItem | None, Values, str]:
    """The copy as Outlook shows it now; when it cannot be asked, as it was at the last sync."""
    if not remote_id:
        return None, {}, ""
    try:
        graph = (microsoft or open_microsoft()).graph(mailbox)
        addresses = PostgresLocal(mailbox).owner.addresses
        item = GraphRemote(graph, installation=installation_id(), addresses=addresses).get(remote_id)
    except SyncError as error:
        link = Link.objects.filter(mailbox=mailbox, remote_id=remote_id).order_by("-active", "-pk").first()
        known = values_from_json(link.theirs) if link else {}
        return None, known, f"Outlook could not be asked now, so its side is shown as of the last sync. ({error})"
    if item is None:
        return None, {}, "Outlook no longer has this event."
    return item, item.values, item.problem or ""


def _pairs(here: LocalItem | None, shown: Values) -> tuple[FieldPair, ...]:
    ours = here.values if here is not None else {}
    marks = here.marks if here is not None else frozenset()
    pairs = [_pair(field, ours, shown, waits=field in marks) for field in Field if field in ours or field in shown]
    return tuple(sorted(pairs, key=lambda pair: pair.same))


def _pair(field: Field, ours: Values, shown: Values, *, waits: bool) -> FieldPair:
    both = field in ours and field in shown
    return FieldPair(
        title=field_title(field.value),
        here=_words(field, ours),
        there=_words(field, shown),
        same=both and mean_the_same(field, ours[field], shown[field]),
        waits=waits,
    )


def _words(field: Field, values: Values) -> str:
    return value_words(field.value, to_json(values[field])) if field in values else ""
