"""The life of the caller's Outlook connection over the API: reset, disconnect, its history and undo."""

import datetime as dt

from django.http import HttpRequest
from ninja import Router, Schema

from kalends.api.callers import caller
from kalends.api.mailboxes import ANSWERS, SyncReply
from kalends.api.replies import MailReply
from kalends.api.shapes import WhenShape
from kalends.mailboxes import disconnect as disconnecting
from kalends.mailboxes import queries, runs
from kalends.mailboxes import reset as resetting
from kalends.mailboxes.runs import RunView
from kalends.sync.reset import Events, Row, Shown

router = Router(tags=["outlook"])


class ResetShape(Schema):
    """What shall become of the events, and the digest of the rehearsal that was shown with it."""

    events: Events = Events.LEAVE
    digest: str = ""


class ResetRow(Schema):
    """One event that goes or stays, and why."""

    goes: bool
    subject: str
    when: WhenShape | None
    why: str
    event_id: str | None

    @classmethod
    def of(cls, row: Row) -> "ResetRow":
        """The JSON of a row."""
        return cls(
            goes=row.goes,
            subject=row.subject,
            when=WhenShape.of(row.when) if row.when else None,
            why=row.why,
            event_id=row.event_id,
        )


class ResetReply(Schema):
    """What a reset does: how many links end, which events go. It never mails anybody."""

    events: Events
    links: int
    rows: list[ResetRow]
    digest: str

    @classmethod
    def of(cls, shown: Shown) -> "ResetReply":
        """The JSON of a reset."""
        rows = [ResetRow.of(row) for row in shown.rows]
        return cls(events=shown.events, links=shown.links, rows=rows, digest=shown.digest)


class WaitingReply(Schema):
    """An event of which Outlook does not know these fields yet."""

    event_id: str
    subject: str
    fields: list[str]


class LeavingReply(Schema):
    """What disconnecting means now: edits that wait, and the invitations that Kalends sends in Outlook's place."""

    waiting: list[WaitingReply]
    mails: list[MailReply]
    digest: str


class DigestShape(Schema):
    """The digest of what was shown."""

    digest: str


class RunReply(Schema):
    """One sync run, in numbers."""

    id: int
    began_at: dt.datetime
    ended_at: dt.datetime
    changed_here: int
    changed_there: int
    mails: int
    problem: str

    @classmethod
    def of(cls, run: RunView) -> "RunReply":
        """The JSON of a run."""
        return cls(**{name: getattr(run, name) for name in cls.model_fields})


class UndoStepReply(Schema):
    """One event of a run: whom undoing mails, or why it is left."""

    event_id: str
    subject: str
    mails: list[MailReply]
    left: str


class UndoReply(Schema):
    """What undoing a run's changes here does; `digest` names it."""

    steps: list[UndoStepReply]
    digest: str


@router.post("/reset/rehearsal", response={200: ResetReply, **ANSWERS}, operation_id="rehearse_reset")
def rehearse_reset(request: HttpRequest, payload: ResetShape) -> ResetReply:
    """What a reset with this choice would do; nothing is written."""
    return ResetReply.of(resetting.rehearse_reset(caller(request), payload.events))


@router.post("/reset", response={200: ResetReply, **ANSWERS}, operation_id="reset")
def reset(request: HttpRequest, payload: ResetShape) -> ResetReply:
    """Do just what was shown; 409 when it would no longer be the same. The sync is stopped afterwards."""
    return ResetReply.of(resetting.reset(caller(request), payload.events, payload.digest))


@router.get("/disconnect", response={200: LeavingReply, **ANSWERS}, operation_id="rehearse_disconnect")
def rehearse_disconnect(request: HttpRequest) -> LeavingReply:
    """What waits, and who is mailed if the caller disconnects now."""
    leaving = disconnecting.what_waits(caller(request))
    return LeavingReply(
        waiting=[
            WaitingReply(event_id=each.event_id, subject=each.subject, fields=list(each.fields))
            for each in leaving.waiting
        ],
        mails=[MailReply.of(mail) for mail in leaving.mails],
        digest=leaving.digest,
    )


@router.post("/disconnect", response={200: SyncReply, **ANSWERS}, operation_id="disconnect")
def disconnect(request: HttpRequest, payload: DigestShape) -> SyncReply:
    """Stop and forget the sign-in; nothing is deleted on either side."""
    disconnecting.disconnect(caller(request), payload.digest)
    return SyncReply.of(queries.sync_state(caller(request)))


@router.get("/runs", response=list[RunReply], operation_id="list_runs")
def list_runs(request: HttpRequest) -> list[RunReply]:
    """Every sync run that changed something, latest first."""
    return [RunReply.of(run) for run in runs.runs(caller(request))]


@router.get("/runs/{run_id}/undo", response={200: UndoReply, **ANSWERS}, operation_id="rehearse_undo_run")
def rehearse_undo_run(request: HttpRequest, run_id: int) -> UndoReply:
    """What undoing what this run changed here would do, and whom it would mail."""
    steps, digest = runs.preview_undo_run(caller(request), run_id)
    told = [
        UndoStepReply(
            event_id=step.event_id,
            subject=step.subject,
            mails=[MailReply.of(mail) for mail in step.mails],
            left=step.left,
        )
        for step in steps
    ]
    return UndoReply(steps=told, digest=digest)


@router.post("/runs/{run_id}/undo", response={200: list[RunReply], **ANSWERS}, operation_id="undo_run")
def undo_run(request: HttpRequest, run_id: int, payload: DigestShape) -> list[RunReply]:
    """Undo just what was shown, each event by a new edit; 409 when it would no longer be the same."""
    runs.undo_run(caller(request), run_id, payload.digest)
    return [RunReply.of(run) for run in runs.runs(caller(request))]
