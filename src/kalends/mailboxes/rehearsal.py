"""The rehearsal before a first sync and before a restart: everything is shown, nothing is written (FEATURES 5.1).

1. `begin` asks a worker to read the mailbox; `read_mailbox` does, and keeps Outlook's answers (sync/recording.py).
2. `rehearse` plans on those answers by the person's choices; each other choice is planned anew without asking Outlook,
   except another window, which is read anew.
3. `approve` is the press of Start: what was shown must still be what would be done, else it raises ChangedMeanwhile.
4. The first round compares once more, with Outlook as it is then (`refuse_another_plan`).
"""

import datetime as dt
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn
from uuid import UUID, uuid4

from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars.history import announce
from kalends.graph.remote import GraphRemote
from kalends.mailboxes import connect
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.ledger import PostgresLedger
from kalends.mailboxes.local import PostgresLocal
from kalends.mailboxes.microsoft import Microsoft, open_microsoft
from kalends.mailboxes.models import Connection, Mailbox, Rehearsal
from kalends.mailboxes.policy import keep_policy, policy_of
from kalends.mailboxes.queries import current_mailbox
from kalends.mailboxes.queue import request_rehearsal
from kalends.options.stored import installation_id
from kalends.sync.conclude import Ports
from kalends.sync.errors import SyncError
from kalends.sync.ports import MailboxState, Policy, Remote
from kalends.sync.reading import Reading
from kalends.sync.recording import (
    NothingIsWritten,
    NotRecorded,
    Record,
    Recorder,
    Replay,
    record_from_json,
    record_to_json,
)
from kalends.sync.rehearsal import Shown, digest_of, shown
from kalends.sync.round import rehearse as plan_round
from kalends.sync.steps import Decision

BEFORE_START = frozenset({Connection.CONSENTED, Connection.STOPPED})
ANNOUNCE_EVERY = 1000


class BeingRead(ConnectRefused):
    """Outlook is being read; look again in a moment."""

    def __init__(self) -> None:
        super().__init__("Your Outlook calendar is being read. Look again in a moment.")


class ChangedMeanwhile(ConnectRefused):
    """What would be done is no longer what was shown."""


class AnotherPlan(SyncError):
    """The first round found something else to do than what was approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the reading is; `ready` when a rehearsal can be shown."""

    ready: bool
    read: int
    read_at: dt.datetime | None
    problem: str


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def begin(person: Person, policy: Policy | None = None) -> None:
    """Read the mailbox anew, for these choices. Raises ConnectRefused when there is nothing to rehearse."""
    mailbox = _before_start(person)
    chosen = policy or policy_of(mailbox)
    Rehearsal.objects.update_or_create(
        mailbox=mailbox,
        defaults={
            "record": b"",
            "days_back": chosen.days_back,
            "days_ahead": chosen.days_ahead,
            "read": 0,
            "begun_at": timezone.now(),
            "read_at": None,
            "problem": "",
            "approved": "",
        },
    )
    request_rehearsal(mailbox)


def progress(person: Person) -> Progress | None:
    """How far the reading is; None when none was begun."""
    row = Rehearsal.objects.filter(mailbox__person=person, mailbox__current=True).defer("record").first()
    if row is None:
        return None
    return Progress(ready=row.read_at is not None, read=row.read, read_at=row.read_at, problem=row.problem)


def read_mailbox(mailbox_id: UUID, microsoft: Microsoft | None = None) -> None:
    """Ask Outlook all that planning needs, and keep the answers; trouble is told on the page."""
    mailbox = Mailbox.objects.select_related("person", "organisation").get(pk=mailbox_id)
    row = Rehearsal.objects.filter(mailbox=mailbox).first()
    if row is None:
        return
    policy = replace(policy_of(mailbox), days_back=row.days_back, days_ahead=row.days_ahead)
    try:
        _, record = _asked(mailbox, policy, microsoft or open_microsoft(), _counting(row))
    except SyncError as error:
        Rehearsal.objects.filter(pk=row.pk).update(problem=(str(error) or type(error).__name__)[:500])
    else:
        text = json.dumps(record_to_json(record), separators=(",", ":")).encode()
        items = record.round_.items if record.round_ else ()
        Rehearsal.objects.filter(pk=row.pk).update(
            record=zlib.compress(text, 1), read_at=timezone.now(), read=len(items), problem=""
        )
    announce({mailbox.person_id})


def _asked(
    mailbox: Mailbox, policy: Policy, microsoft: Microsoft, count: Callable[[int], None]
) -> tuple[Shown, Record]:
    graph = microsoft.graph(mailbox)
    owner = PostgresLocal(mailbox).owner
    remote = GraphRemote(graph, installation=installation_id(), addresses=owner.addresses, progress=count)
    recorder = Recorder(remote)
    return _planned(mailbox, policy, recorder), recorder.record


def _counting(row: Rehearsal) -> Callable[[int], None]:
    """Write the number down after each page, and tell open pages now and then."""
    told = 0

    def count(items: int) -> None:
        nonlocal told
        Rehearsal.objects.filter(pk=row.pk).update(read=items)
        if items - told >= ANNOUNCE_EVERY:
            told = items
            announce({row.mailbox.person_id})

    return count


# ── planning ────────────────────────────────────────────────────────────────────────────────────────────────────────


def rehearse(person: Person, policy: Policy) -> Shown:
    """What these choices would do, by what was read. Raises BeingRead while there is nothing to show."""
    mailbox = _before_start(person)
    row = Rehearsal.objects.filter(mailbox=mailbox).first()
    if row is None or (row.days_back, row.days_ahead) != (policy.days_back, policy.days_ahead):
        begin(person, policy)
        raise BeingRead
    if row.read_at is None:
        raise BeingRead
    try:
        return _planned(mailbox, policy, Replay(_record(row)))
    except NotRecorded:
        begin(person, policy)
        raise BeingRead from None


def rehearse_now(person: Person, policy: Policy | None = None, microsoft: Microsoft | None = None) -> Shown:
    """Read Outlook and plan, in one go; for the command line and programs, in every state of the connection."""
    mailbox = current_mailbox(person)
    if mailbox is None or not mailbox.tokens:
        raise ConnectRefused("Connect Outlook first.")
    return _asked(mailbox, policy or policy_of(mailbox), microsoft or open_microsoft(), lambda _: None)[0]


def _record(row: Rehearsal) -> Record:
    return record_from_json(json.loads(zlib.decompress(bytes(row.record))))


def _planned(mailbox: Mailbox, policy: Policy, remote: Remote) -> Shown:
    """Plan with these choices, as if Start were pressed now."""
    if mailbox.state != Connection.ACTIVE:
        mailbox.started_at = timezone.now()
    ports = Ports(
        remote=remote,
        local=PostgresLocal(mailbox),
        ledger=_ReadOnlyLedger(mailbox, policy),
        clock=timezone.now,
        new_id=lambda: str(uuid4()),
    )
    return shown(plan_round(ports))


class _ReadOnlyLedger(PostgresLedger):
    """The mailbox's ledger with other choices; what would be kept is refused."""

    def __init__(self, mailbox: Mailbox, policy: Policy) -> None:
        super().__init__(mailbox_id=mailbox.pk, installation=installation_id(), fence=mailbox.fence)
        self._policy = policy

    def state(self) -> MailboxState:
        return replace(super().state(), policy=self._policy)

    def transaction(self) -> NoReturn:
        raise NothingIsWritten("the ledger")


# ── starting ────────────────────────────────────────────────────────────────────────────────────────────────────────


def approve(person: Person, policy: Policy, digest: str) -> None:
    """Press of Start: carry out just what was shown with these choices. Raises ChangedMeanwhile."""
    mailbox = _before_start(person)
    if rehearse(person, policy).digest != digest:
        raise ChangedMeanwhile("Something changed since this was shown. Look at it once more, then start.")
    Rehearsal.objects.filter(mailbox=mailbox).update(approved=digest)
    keep_policy(mailbox, policy)
    connect.start(person)


def approval_of(mailbox: Mailbox) -> str:
    """The digest that the mailbox's next round must carry out; empty when any will do."""
    row = Rehearsal.objects.filter(mailbox=mailbox).defer("record").first()
    return row.approved if row is not None else ""


def refuse_another_plan(mailbox: Mailbox, digest: str) -> Callable[[Sequence[Decision], Reading], None]:
    """The look at the first round's decisions; raises AnotherPlan before anything is carried out."""

    def look(decisions: Sequence[Decision], reading: Reading) -> None:
        if digest_of(decisions, reading) != digest:
            raise AnotherPlan("Your calendars changed since the rehearsal.")
        Rehearsal.objects.filter(mailbox=mailbox).update(approved="")

    return look


def carried_out(mailbox: Mailbox) -> None:
    """The approved plan has been carried out; what was read for it is thrown away."""
    Rehearsal.objects.filter(mailbox=mailbox).delete()


def back_to_rehearsal(mailbox: Mailbox) -> None:
    """The approved plan is no longer right: everything is shown again before anything happens."""
    Mailbox.objects.filter(pk=mailbox.pk, state=Connection.ACTIVE).update(
        state=Connection.CONSENTED if mailbox.first_synced_at is None else Connection.STOPPED,
        state_reason="Your calendars changed since the rehearsal. Look at it once more, then start.",
    )
    begin(mailbox.person, policy_of(mailbox))


def _before_start(person: Person) -> Mailbox:
    mailbox = current_mailbox(person)
    if mailbox is None or not mailbox.tokens:
        raise ConnectRefused("Connect Outlook first.")
    if mailbox.state not in BEFORE_START:
        raise ConnectRefused("Outlook is syncing already.")
    return mailbox
