"""The caller's Outlook account: how its sync stands, what waits, which mails it caused, its switches."""

import datetime as dt

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError

from kalends.api.callers import caller
from kalends.api.replies import MailReply, Problem
from kalends.domain.scheduling import MailKind
from kalends.mailboxes import connect, queries
from kalends.mailboxes.views import Freshness, HeldView, SyncKind, SyncState
from kalends.sync.ports import Choice, HoldKind

router = Router(tags=["outlook"])

ANSWERS = {409: Problem}


class SyncReply(Schema):
    """Where the sync stands; `words` is the line people see. `seconds_behind` is null before the first round."""

    kind: SyncKind
    words: str
    address: str
    seconds_behind: int | None
    last_synced_at: dt.datetime | None
    waiting: int
    held: int
    conflicts: int
    freshness: Freshness
    problem: str

    @classmethod
    def of(cls, state: SyncState) -> "SyncReply":
        """The JSON of a state."""
        return cls(**{name: getattr(state, name) for name in cls.model_fields})


class HeldReply(Schema):
    """Something that waits for the caller: why, what may be chosen, and which mails the choice "apply" would cause."""

    id: int
    kind: HoldKind
    subject: str
    reason: str
    event_id: str | None
    mails: list[MailReply]
    choices: list[Choice]
    attempts: int
    retry_at: dt.datetime | None
    decided: Choice | None
    at: dt.datetime

    @classmethod
    def of(cls, view: HeldView) -> "HeldReply":
        """The JSON of something held."""
        plain = {name: getattr(view, name) for name in cls.model_fields if name not in ("mails", "choices")}
        return cls(**plain, mails=[MailReply.of(mail) for mail in view.mails], choices=list(view.choices))


class ChoiceShape(Schema):
    """What the caller presses on something held."""

    choice: Choice


class MailRecordReply(Schema):
    """One mail that a write of Kalends made Outlook send, or may have when it is not `certain`."""

    at: dt.datetime
    event_id: str | None
    subject: str
    recipient: str
    name: str
    kind: MailKind
    certain: bool
    cause: str
    via: str


@router.get("", response=SyncReply, operation_id="sync_status")
def sync_status(request: HttpRequest) -> SyncReply:
    """How far behind Outlook the calendar is, and what needs the caller. Connecting itself needs a browser."""
    return SyncReply.of(queries.sync_state(caller(request)))


@router.post("/sync", response={200: SyncReply, **ANSWERS}, operation_id="sync_now")
def sync_now(request: HttpRequest) -> SyncReply:
    """Ask for a round as soon as a worker is free."""
    connect.sync_now(caller(request))
    return SyncReply.of(queries.sync_state(caller(request)))


@router.post("/start", response={200: SyncReply, **ANSWERS}, operation_id="start_sync")
def start_sync(request: HttpRequest) -> SyncReply:
    """Start, or restart after a stop; what exists now is never invited by itself."""
    connect.start(caller(request))
    return SyncReply.of(queries.sync_state(caller(request)))


@router.post("/stop", response={200: SyncReply, **ANSWERS}, operation_id="stop_sync")
def stop_sync(request: HttpRequest) -> SyncReply:
    """From now on nothing is synced; nothing is deleted on either side."""
    connect.stop(caller(request))
    return SyncReply.of(queries.sync_state(caller(request)))


@router.get("/held", response=list[HeldReply], operation_id="list_held")
def list_held(request: HttpRequest) -> list[HeldReply]:
    """What is set aside or waits for a decision, latest first."""
    return [HeldReply.of(view) for view in queries.held(caller(request))]


@router.post(
    "/held/{held_id}", response={200: list[HeldReply], 404: Problem, **ANSWERS, 422: Problem}, operation_id="decide"
)
def decide(request: HttpRequest, held_id: int, payload: ChoiceShape) -> list[HeldReply]:
    """Choose what becomes of something held; the next round acts on it."""
    if not any(view.id == held_id for view in queries.held(caller(request))):
        raise HttpError(404, "This does not wait any more.")
    connect.decide(caller(request), held_id, payload.choice)
    return [HeldReply.of(view) for view in queries.held(caller(request))]


@router.get("/mails", response=list[MailRecordReply], operation_id="mail_ledger")
def mail_ledger(request: HttpRequest) -> list[MailRecordReply]:
    """The mails that Kalends' writes made Outlook send for the caller, latest first."""
    found = queries.mails(caller(request))
    return [MailRecordReply(**{name: getattr(view, name) for name in MailRecordReply.model_fields}) for view in found]
