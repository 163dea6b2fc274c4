"""The history of a mailbox: its rounds, what each changed here and there, and undoing what it changed here."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from kalends.accounts.models import AuditRecord, Person
from kalends.calendars.edits.undo_several import Step, digest_of, plan_undo, undo_several
from kalends.calendars.history import Source
from kalends.calendars.models import Change
from kalends.calendars.words import field_title, value_words
from kalends.domain.event import Field
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.models import Mailbox, MailRecord
from kalends.mailboxes.rehearsal import ChangedMeanwhile
from kalends.mailboxes.run_models import SyncRun
from kalends.mailboxes.views import MailView
from kalends.sync.ports import Create, Delete, Patch, RemoteWrite, Respond
from kalends.sync.round import Report
from kalends.sync.snapshot import Values

MOST_LISTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One round, in numbers."""

    id: int
    began_at: dt.datetime
    ended_at: dt.datetime
    changed_here: int
    changed_there: int
    mails: int
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeHere:
    """One field of one event that the round changed here."""

    event_id: str
    subject: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeThere:
    """What the round asked of Outlook about one event."""

    event_id: str
    subject: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDetail:
    """One round in full."""

    run: RunView
    here: tuple[ChangeHere, ...]
    there: tuple[ChangeThere, ...]
    mails: tuple[MailView, ...]


def note_run(mailbox: Mailbox, began_at: dt.datetime, ended_at: dt.datetime, report: Report | None) -> None:
    """Remember a round that did something; one that found both sides equal leaves nothing (RULES 4.5)."""
    if report is not None and not report.decisions and not report.sent and not report.settled:
        return
    run = SyncRun(mailbox=mailbox, began_at=began_at, ended_at=ended_at)
    run.changed_here = _changes(run).count()
    run.mails = _mails(run).count()
    run.there = _there(report) if report is not None else []
    run.problem = "" if report is not None else "It ended early; the next one went on."
    if run.changed_here or run.mails or run.there:
        run.save()


def runs(person: Person, *, limit: int = 100) -> list[RunView]:
    """The rounds of the person's mailbox that did something, latest first."""
    return [_view(run) for run in SyncRun.objects.filter(mailbox__person=person)[:limit]]


def run_detail(person: Person, run_id: int) -> RunDetail:
    """One of them in full; raises ConnectRefused for somebody else's."""
    run = _run(person, run_id)
    changes = _changes(run).select_related("event").order_by("event__starts_at", "event_id", "id")[:MOST_LISTED]
    return RunDetail(
        run=_view(run),
        here=tuple(_here(change) for change in changes),
        there=tuple(ChangeThere(**each) for each in run.there),
        mails=tuple(_mail(record) for record in _mails(run).select_related("event")),
    )


def preview_undo_run(person: Person, run_id: int) -> tuple[tuple[Step, ...], str]:
    """What undoing this round's changes here would do and whom it would mail, and the digest of that."""
    steps = plan_undo(person, _changes(_run(person, run_id)))
    return steps, digest_of(steps)


def undo_run(person: Person, run_id: int, digest: str) -> tuple[Step, ...]:
    """Undo what was shown under this digest, each as a new edit; raises ChangedMeanwhile when it is something else."""
    changes = _changes(_run(person, run_id))
    if digest_of(plan_undo(person, changes)) != digest:
        raise ChangedMeanwhile("Something changed since this was shown. Look at it once more, then undo.")
    done = undo_several(person, changes)
    undone = sum(1 for step in done if not step.left)
    AuditRecord.objects.create(person=person, act="sync run undone", details={"run": run_id, "events": undone})
    return done


def _run(person: Person, run_id: int) -> SyncRun:
    run = SyncRun.objects.filter(pk=run_id, mailbox__person=person).first()
    if run is None:
        raise ConnectRefused("There is no such sync run of yours.")
    return run


def _changes(run: SyncRun) -> QuerySet[Change]:
    return Change.objects.filter(
        source=Source.OUTLOOK.value, mailbox_id=run.mailbox_id, at__gte=run.began_at, at__lte=run.ended_at
    )


def _mails(run: SyncRun) -> QuerySet[MailRecord]:
    return MailRecord.objects.filter(mailbox_id=run.mailbox_id, at__gte=run.began_at, at__lte=run.ended_at)


def _view(run: SyncRun) -> RunView:
    return RunView(
        id=run.pk,
        began_at=run.began_at,
        ended_at=run.ended_at,
        changed_here=run.changed_here,
        changed_there=len(run.there),
        mails=run.mails,
        problem=run.problem,
    )


def _here(change: Change) -> ChangeHere:
    return ChangeHere(
        event_id=str(change.event_id),
        subject=change.event.subject,
        title=field_title(change.field),
        before=value_words(change.field, change.before),
        after=value_words(change.field, change.after),
    )


def _there(report: Report) -> list[dict[str, str]]:
    return [
        {"event_id": decision.event_id or "", "subject": decision.subject, "what": _what(send.write)}
        for decision in report.decisions
        for send in decision.sends
    ][:MOST_LISTED]


def _what(write: RemoteWrite) -> str:
    match write:
        case Create():
            return "written as a quiet copy" if write.quiet_list is not None else "created"
        case Patch():
            return f"changed: {', '.join(_titles(write.values))}"
        case Delete():
            return "deleted"
        case Respond():
            return f"answered: {write.partstat}"


def _titles(values: Values) -> list[str]:
    return [field_title(field.value) for field in Field if field in values]


def _mail(record: MailRecord) -> MailView:
    return MailView(
        at=record.at,
        event_id=str(record.event_id) if record.event_id else None,
        subject=record.event.subject if record.event else "",
        recipient=record.recipient,
        name=record.name,
        kind=record.kind,
        certain=record.certain,
        cause=record.cause,
        via=record.via,
    )
