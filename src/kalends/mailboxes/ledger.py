"""The Ledger port on PostgreSQL: what a round remembers of one mailbox (sync/ports.py).

A ledger belongs to one worker. It is opened with the fencing number that the worker drew (`open_ledger`); each
transaction locks the mailbox's row and ends with a look at the number there. If it moved, another worker took over and
nothing of the transaction is kept (RULES 15.4).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from kalends.accounts.models import Address
from kalends.calendars.history import announce, storable
from kalends.calendars.store import remember_uids
from kalends.mailboxes import models as rows
from kalends.mailboxes.dirt import CONNECTED, soil, soil_organizer
from kalends.mailboxes.models import Mailbox
from kalends.mailboxes.policy import policy_of
from kalends.mailboxes.records import hold_of, intent_of, link_columns, link_of
from kalends.sync.codec import to_json
from kalends.sync.errors import Fenced
from kalends.sync.ports import Hold, Intent, MailboxState, MailRecord, Side
from kalends.sync.snapshot import Link, Window


def open_ledger(mailbox_id: UUID, installation: str) -> "PostgresLedger":
    """Take the mailbox over: whoever held it before is fenced off."""
    Mailbox.objects.filter(pk=mailbox_id).update(fence=F("fence") + 1)
    mailbox = Mailbox.objects.get(pk=mailbox_id)
    return PostgresLedger(mailbox_id=mailbox_id, installation=installation, fence=mailbox.fence)


class PostgresLedger:
    """One mailbox's ledger for one worker."""

    def __init__(self, *, mailbox_id: UUID, installation: str, fence: int) -> None:
        self.mailbox_id = mailbox_id
        self.installation = installation
        self.fence = fence
        self._seen: dict[str, set[int]] = defaultdict(set)
        """Dirty rows that were there when they were read; one that was being written then is not settled with them."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with transaction.atomic():
            mailboxes = Mailbox.objects.select_for_update(no_key=True)  # an edit's dirty row may refer to it meanwhile
            fence = mailboxes.values_list("fence", flat=True).get(pk=self.mailbox_id)
            if fence != self.fence:
                message = f"mailbox {self.mailbox_id} was taken over by another worker"
                raise Fenced(message)
            yield

    # ── the mailbox ──

    def state(self) -> MailboxState:
        mailbox = Mailbox.objects.get(pk=self.mailbox_id)
        window = None
        if mailbox.window_start and mailbox.window_end:
            window = Window(start=mailbox.window_start, end=mailbox.window_end)
        addresses = Address.objects.filter(person_id=mailbox.person_id).values_list("address", flat=True)
        return MailboxState(
            mailbox_id=str(mailbox.pk),
            installation=self.installation,
            addresses=frozenset(addresses),
            policy=policy_of(mailbox),
            delta_link=mailbox.delta_link or None,
            window=window,
            first_synced_at=mailbox.first_synced_at,
            last_synced_at=mailbox.last_synced_at,
            empty_rounds=mailbox.empty_rounds,
        )

    def note_empty_round(self) -> None:
        Mailbox.objects.filter(pk=self.mailbox_id).update(empty_rounds=F("empty_rounds") + 1)

    def finish(self, *, delta_link: str | None, window: Window, at: dt.datetime) -> None:
        mailboxes = Mailbox.objects.filter(pk=self.mailbox_id)
        mailboxes.filter(first_synced_at=None).update(first_synced_at=at)
        mailboxes.update(
            delta_link=delta_link or "",
            window_start=window.start,
            window_end=window.end,
            last_synced_at=at,
            empty_rounds=0,
        )

    # ── links ──

    def links_of_events(self, event_ids: Collection[str]) -> Mapping[str, Link]:
        return {str(row.event_id): link_of(row) for row in self._links().filter(event_id__in=event_ids)}

    def links_of_items(self, remote_ids: Collection[str]) -> Mapping[str, Link]:
        return {row.remote_id: link_of(row) for row in self._links().filter(remote_id__in=remote_ids)}

    def linked_items(self) -> Mapping[str, str]:
        return {remote: str(event) for remote, event in self._links().values_list("remote_id", "event_id")}

    def put_link(self, link: Link) -> None:
        columns = link_columns(link)
        event_id = UUID(link.event_id)
        if not self._links().filter(event_id=event_id).update(**columns):
            rows.Link.objects.create(mailbox_id=self.mailbox_id, event_id=event_id, linked_at=_now(), **columns)
        if link.ical_uid:
            remember_uids(event_id, [link.ical_uid])

    def end_link(self, event_id: str) -> None:
        ended = self._links().filter(event_id=event_id).update(active=False, ended_at=_now())
        if ended:
            self.raise_creation_number(event_id)
            soil_organizer(UUID(event_id), told_by=self.mailbox_id)

    def raise_creation_number(self, event_id: str) -> None:
        number, made = rows.CreationNumber.objects.get_or_create(
            mailbox_id=self.mailbox_id, event_id=event_id, defaults={"number": 2}
        )
        if not made:
            number.number += 1
            number.save(update_fields=["number"])

    # ── what is open ──

    def dirty(self) -> Mapping[str, int]:
        self._seen.clear()
        for event, stamp in rows.Dirty.objects.filter(mailbox_id=self.mailbox_id).values_list("event_id", "id"):
            self._seen[str(event)].add(stamp)
        return {event: max(stamps) for event, stamps in self._seen.items()}

    def soil(self, event_id: str) -> int:
        stamp = soil(self.mailbox_id, UUID(event_id))
        self._seen[event_id].add(stamp)
        return stamp

    def clean(self, event_id: str, stamp: int) -> None:
        settled = {each for each in self._seen.get(event_id, ()) if each <= stamp} | {stamp}
        rows.Dirty.objects.filter(mailbox_id=self.mailbox_id, event_id=event_id, id__in=settled).delete()

    def intents(self) -> Sequence[Intent]:
        open_ones = rows.Intent.objects.filter(mailbox_id=self.mailbox_id)
        return [intent_of(row) for row in open_ones.order_by("at", "intent_id")]

    def open_intent(self, intent: Intent) -> None:
        record = storable(to_json(intent))
        rows.Intent.objects.create(
            intent_id=intent.intent_id,
            mailbox_id=self.mailbox_id,
            event_id=UUID(intent.event_id),
            kind=record["write"]["kind"],
            record=record,
            at=intent.at,
        )

    def close_intent(self, intent_id: str) -> None:
        rows.Intent.objects.filter(mailbox_id=self.mailbox_id, intent_id=intent_id).delete()

    def creating(self, addresses: Collection[str]) -> frozenset[str]:
        open_ones = rows.Intent.objects.filter(kind="create", mailbox__person__addresses__address__in=addresses)
        return frozenset(open_ones.values_list("mailbox__person__addresses__address", flat=True)) & set(addresses)

    # ── holds, mails, deletions ──

    def holds(self) -> Sequence[Hold]:
        return [hold_of(row) for row in rows.Hold.objects.filter(mailbox_id=self.mailbox_id).order_by("at", "id")]

    def put_hold(self, hold: Hold) -> None:
        present = rows.Hold.objects.filter(mailbox_id=self.mailbox_id, key=hold.key).first()
        same_trouble = present is not None and present.record["reason"] == hold.reason
        rows.Hold.objects.update_or_create(
            mailbox_id=self.mailbox_id,
            key=hold.key,
            defaults={
                "event_id": UUID(hold.event_id) if hold.event_id else None,
                "kind": hold.kind.value,
                "record": storable(to_json(hold)),
                "decided": hold.decided.value if hold.decided else "",
                "retry_at": hold.retry_at,
                "dismissed": bool(present and present.dismissed and same_trouble),
                "at": hold.at,
            },
        )
        self._announce()

    def release(self, key: str) -> None:
        if rows.Hold.objects.filter(mailbox_id=self.mailbox_id, key=key).delete()[0]:
            self._announce()

    def record_mails(self, records: Sequence[MailRecord]) -> None:
        rows.MailRecord.objects.bulk_create(_mail_row(self.mailbox_id, each) for each in records)

    def record_deletions(self, side: Side, count: int, at: dt.datetime) -> None:
        rows.Deletions.objects.create(mailbox_id=self.mailbox_id, side=side.value, count=count, at=at)

    def deletions_since(self, side: Side, at: dt.datetime) -> int:
        deletions = rows.Deletions.objects.filter(mailbox_id=self.mailbox_id, side=side.value, at__gte=at)
        return int(deletions.aggregate(total=Sum("count"))["total"] or 0)

    def _links(self) -> QuerySet[rows.Link]:
        return rows.Link.objects.filter(mailbox_id=self.mailbox_id, active=True)

    def _announce(self) -> None:
        announce(Mailbox.objects.filter(pk=self.mailbox_id).values_list("person_id", flat=True))


def connected_addresses(addresses: Collection[str]) -> frozenset[str]:
    """Those of the compared addresses whose owners have a connected mailbox here."""
    known = Address.objects.filter(
        address__in=addresses, person__mailboxes__current=True, person__mailboxes__state__in=CONNECTED
    )
    return frozenset(known.values_list("address", flat=True))


def _mail_row(mailbox_id: UUID, record: MailRecord) -> rows.MailRecord:
    return rows.MailRecord(
        at=record.at,
        mailbox_id=mailbox_id,
        event_id=UUID(record.event_id),
        intent_id=record.intent_id,
        recipient=record.mail.recipient,
        name=record.mail.name,
        kind=record.mail.kind.value,
        certain=record.mail.certain,
        cause=record.cause[:300],
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
