"""The rehearsal over the API: read, choose, look, start – and nothing is written before Start."""

import datetime as dt
from dataclasses import replace
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field as Member

from kalends.accounts.models import Person
from kalends.api.callers import caller
from kalends.api.mailboxes import ANSWERS, SyncReply
from kalends.api.replies import MailReply, Problem
from kalends.api.shapes import WhenShape
from kalends.domain.event import Field
from kalends.mailboxes import queries, rehearsal
from kalends.mailboxes.policy import policy_of
from kalends.sync.ports import Direction, Newcomers, Policy, Privacy
from kalends.sync.rehearsal import Group, Row, Shown

router = Router(tags=["outlook"])

Days = Annotated[int, Member(ge=0, le=1825)]


class ChoicesShape(Schema):
    """The choices; what is left out is as it stands now."""

    direction: Direction | None = None
    newcomers: Newcomers | None = None
    privacy: Privacy | None = None
    days_back: Days | None = None
    days_ahead: Days | None = None

    def policy(self, person: Person) -> Policy:
        """The caller's policy with these choices."""
        mailbox = queries.current_mailbox(person)
        if mailbox is None:
            raise HttpError(409, "Connect Outlook first.")
        return replace(policy_of(mailbox), **self.model_dump(exclude_none=True))


class StartShape(Schema):
    """The choices and the digest of the rehearsal that was shown with them."""

    choices: ChoicesShape = ChoicesShape()
    digest: Annotated[str, Member(max_length=64)]


class ProgressReply(Schema):
    """How far the reading of Outlook is; `ready` when the rehearsal can be shown."""

    ready: bool
    read: int
    read_at: dt.datetime | None
    problem: str


class RowReply(Schema):
    """One event: its group, why it is in it, the fields that differ or change, and the mails that follow."""

    group: Group
    subject: str
    when: WhenShape | None
    why: str
    event_id: str | None
    fields: list[Field]
    mails: list[MailReply]

    @classmethod
    def of(cls, row: Row) -> "RowReply":
        """The JSON of a row."""
        return cls(
            group=row.group,
            subject=row.subject,
            when=WhenShape.of(row.when) if row.when else None,
            why=row.why,
            event_id=row.event_id,
            fields=list(row.fields),
            mails=[MailReply.of(mail) for mail in row.mails],
        )


class RehearsalReply(Schema):
    """What would be done, in groups with their counts; `digest` names it for Start."""

    counts: dict[Group, int]
    mails: int
    rows: list[RowReply]
    digest: str

    @classmethod
    def of(cls, shown: Shown) -> "RehearsalReply":
        """The JSON of a rehearsal."""
        return cls(
            counts={group: shown.count(group) for group in Group},
            mails=len(shown.mails),
            rows=[RowReply.of(row) for row in shown.rows],
            digest=shown.digest,
        )


@router.post("/rehearsal/reading", response={202: ProgressReply, **ANSWERS}, operation_id="begin_rehearsal")
def begin_rehearsal(request: HttpRequest, payload: ChoicesShape) -> Status[ProgressReply]:
    """Have Outlook read for a rehearsal; before the first start, or before a restart."""
    person = caller(request)
    rehearsal.begin(person, payload.policy(person))
    return Status(202, _progress(person))


@router.get("/rehearsal/reading", response={200: ProgressReply, 404: Problem}, operation_id="rehearsal_progress")
def rehearsal_progress(request: HttpRequest) -> ProgressReply:
    """How far the reading is."""
    return _progress(caller(request))


@router.post("/rehearsal", response={200: RehearsalReply, **ANSWERS}, operation_id="rehearse")
def rehearse(request: HttpRequest, payload: ChoicesShape) -> RehearsalReply:
    """What these choices would do; counted anew without asking Outlook again, unless the window is another one."""
    person = caller(request)
    return RehearsalReply.of(rehearsal.rehearse(person, payload.policy(person)))


@router.post("/rehearsal/start", response={200: SyncReply, **ANSWERS}, operation_id="start_rehearsed")
def start_rehearsed(request: HttpRequest, payload: StartShape) -> SyncReply:
    """Start with just what was shown; 409 when it would no longer be the same."""
    person = caller(request)
    rehearsal.approve(person, payload.choices.policy(person), payload.digest)
    return SyncReply.of(queries.sync_state(person))


def _progress(person: Person) -> ProgressReply:
    told = rehearsal.progress(person)
    if told is None:
        raise HttpError(404, "No rehearsal was begun.")
    return ProgressReply(ready=told.ready, read=told.read, read_at=told.read_at, problem=told.problem)
