"""How somebody's Outlook connection stands, in words and numbers (FEATURES 6.5)."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars.models import Conflict, Participant
from kalends.domain.event import State
from kalends.mailboxes.models import Connection, Dirty, Hold, Link, Mailbox, MailRecord, Mark
from kalends.mailboxes.records import hold_of
from kalends.mailboxes.views import Freshness, HeldView, Introduction, MailView, SyncKind, SyncState
from kalends.options.stored import is_on, read_number, read_text
from kalends.sync.ports import HoldKind

OVERDUE_SECONDS = 20 * 60
MINUTE, HOUR, DAY = 60, 3600, 86400


def sync_state(person: Person) -> SyncState:
    """The state line of a person's calendar, and the numbers beside it."""
    mailbox = current_mailbox(person)
    if mailbox is None:
        return _unconnected()
    kind, words, problem = _kind_and_words(mailbox)
    behind = _seconds_since(mailbox.last_synced_at)
    waiting = _waiting(mailbox)
    held_count = _held(mailbox).count()
    if kind is SyncKind.IN_SYNC:
        to_decide = _held(mailbox).exclude(kind=HoldKind.SERIES.value).count()
        kind, words = _in_sync_or_not(behind, waiting, to_decide, problem)
    return SyncState(
        kind=kind,
        words=words,
        seconds_behind=behind,
        waiting=waiting,
        held=held_count,
        conflicts=Conflict.objects.filter(person=person, resolved_at=None).count(),
        address=mailbox.address,
        mailbox_id=str(mailbox.pk),
        freshness=freshness(mailbox),
        last_synced_at=mailbox.last_synced_at,
        problem=problem,
    )


def current_mailbox(person: Person) -> Mailbox | None:
    """The person's mailbox, connected or not."""
    return Mailbox.objects.filter(person=person, current=True).select_related("organisation").first()


def held(person: Person) -> list[HeldView]:
    """What waits for the person, latest first."""
    mailbox = current_mailbox(person)
    return [_held_view(row) for row in _held(mailbox)] if mailbox else []


def mails(person: Person, *, event_id: str | None = None, limit: int = 200) -> list[MailView]:
    """The mails that the person's mailbox sent, and Kalends for his meetings, latest first; of one event when named."""
    own = Q(mailbox=None, event__organizer=person)
    records = MailRecord.objects.filter(Q(mailbox__person=person) | own).select_related("event").defer("event__body")
    if event_id is not None:
        records = records.filter(event_id=event_id)
    return [
        MailView(
            at=each.at,
            event_id=str(each.event_id) if each.event_id else None,
            subject=each.event.subject if each.event else "",
            recipient=each.recipient,
            name=each.name,
            kind=each.kind,
            certain=each.certain,
            cause=each.cause,
            via=each.via,
        )
        for each in records[:limit]
    ]


def introduction(person: Person) -> Introduction:
    """What the page before Start tells: nobody will be mailed, and how much there is to bring together."""
    mailbox = current_mailbox(person)
    now = timezone.now()
    back, ahead = read_number("outlook.days_back"), read_number("outlook.days_ahead")
    mine = Participant.objects.filter(
        person=person,
        hidden=False,
        event__state=State.ACTIVE.value,
        event__ends_at__gte=now - dt.timedelta(days=back),
        event__starts_at__lt=now + dt.timedelta(days=ahead),
    )
    with_people = mine.filter(event__participants__listed=True).values("event").distinct().count()
    return Introduction(
        address=mailbox.address if mailbox else "",
        here=mine.values("event").distinct().count(),
        with_people=with_people,
        days_back=back,
        days_ahead=ahead,
    )


def is_set_up() -> bool:
    """Whether an administrator has entered what connecting needs."""
    credential = read_text("outlook.client_secret") or read_text("outlook.certificate_key")
    return bool(read_text("outlook.client_id") and credential)


def freshness(mailbox: Mailbox) -> Freshness:
    """Whether Outlook tells us of changes: a subscription lives and a notification has come through it."""
    alive = mailbox.subscriptions.filter(expires_at__gt=timezone.now()).exists()
    return Freshness.NOTIFIED if alive and mailbox.notified_at else Freshness.POLLED


def ago(seconds: int) -> str:
    """A time span for people."""
    if seconds < MINUTE:
        return f"{seconds} s ago"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min ago"
    return f"{seconds // HOUR} h ago" if seconds < 2 * DAY else f"{seconds // DAY} days ago"


def _unconnected() -> SyncState:
    if is_set_up():
        return SyncState(kind=SyncKind.NOT_CONNECTED, words="Not connected to Outlook.")
    return SyncState(kind=SyncKind.NOT_SET_UP, words="Outlook has not been set up by an administrator yet.")


def _kind_and_words(mailbox: Mailbox) -> tuple[SyncKind, str, str]:
    reason = mailbox.state_reason
    if mailbox.state == Connection.ACTIVE and not is_on("outlook.sync_enabled"):
        return SyncKind.SWITCHED_OFF, "Sync is switched off by an administrator; your edits wait.", ""
    return {
        Connection.CONSENTED: (SyncKind.CONSENTED, "Outlook is connected, but sync has not been started.", ""),
        Connection.PAUSED: (SyncKind.PAUSED, f"Paused. {reason}".strip(), ""),
        Connection.LOST: (SyncKind.LOST, f"Needs you: {reason or 'access to Outlook was lost.'}", reason),
        Connection.STOPPED: (SyncKind.STOPPED, "Stopped. Nothing is synced until you restart.", ""),
    }.get(Connection(mailbox.state), (SyncKind.IN_SYNC, "", mailbox.last_problem))


def _in_sync_or_not(behind: int | None, waiting: int, to_decide: int, problem: str) -> tuple[SyncKind, str]:
    if to_decide:
        things = "1 event waits" if to_decide == 1 else f"{to_decide} events wait"
        return SyncKind.NEEDS_YOU, f"Needs you: {things} for your decision."
    if problem:
        return SyncKind.WAITING, f"Waiting: {problem}"
    if behind is None:
        return SyncKind.WAITING, "Waiting for the first sync."
    if waiting:
        return SyncKind.WAITING, f"Waiting: {waiting} change{'' if waiting == 1 else 's'} to write to Outlook."
    if behind > OVERDUE_SECONDS:
        return SyncKind.WAITING, f"Waiting; last in sync {ago(behind)}."
    return SyncKind.IN_SYNC, f"In sync, {ago(behind)}."


def _waiting(mailbox: Mailbox) -> int:
    """How many events somebody edited here that Outlook does not know yet.

    A meeting of somebody else's whose copy is only awaited is none: nothing of it is for this Outlook (RULES 7.4).
    """
    linked = Link.objects.filter(mailbox=mailbox, active=True).values("event")
    marked = Mark.objects.filter(mailbox=mailbox).values("event")
    own = Q(event__organizer=mailbox.person_id) | Q(event__in=linked) | Q(event__in=marked)
    return Dirty.objects.filter(own, mailbox=mailbox).values("event").distinct().count()


def _held(mailbox: Mailbox) -> QuerySet[Hold]:
    """All but what settles by itself."""
    return Hold.objects.filter(mailbox=mailbox, dismissed=False).exclude(kind=HoldKind.WAITING.value)


def _held_view(row: Hold) -> HeldView:
    hold = hold_of(row)
    return HeldView(
        id=row.pk,
        kind=hold.kind,
        subject=hold.subject,
        reason=hold.reason,
        event_id=hold.event_id,
        mails=hold.mails,
        choices=hold.choices,
        attempts=hold.attempts,
        retry_at=hold.retry_at,
        decided=hold.decided,
        at=hold.at,
    )


def _seconds_since(at: dt.datetime | None) -> int | None:
    return max(0, int((timezone.now() - at).total_seconds())) if at else None
