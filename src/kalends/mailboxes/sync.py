"""One round of one mailbox: Local, Remote and Ledger put together, and what its end means for the next.

1. Who may not sync now is left alone: stopped, paused, lost, switched off, asked to wait.
2. The mailbox is taken over: a worker that was thought dead is fenced off (RULES 15.4).
3. The round runs (sync/round.py).
4. How it ended is remembered with the mailbox: access lost waits for its owner, trouble waits longer each time, and
   what Outlook asks to wait is waited without holding a thread (RULES 16.1).
"""

import datetime as dt
import logging
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.utils import timezone

from kalends.calendars.history import announce
from kalends.graph.remote import GraphRemote
from kalends.mailboxes.ledger import open_ledger
from kalends.mailboxes.local import PostgresLocal
from kalends.mailboxes.microsoft import Microsoft, open_microsoft
from kalends.mailboxes.models import Connection, Hold, Mailbox
from kalends.mailboxes.rehearsal import AnotherPlan, approval_of, back_to_rehearsal, carried_out, refuse_another_plan
from kalends.mailboxes.runs import note_run
from kalends.options.stored import installation_id, is_on
from kalends.sync.conclude import Ports
from kalends.sync.errors import Access, AccessLost, Fenced, SyncError, Transient
from kalends.sync.round import Approval, Report, run_round

logger = logging.getLogger(__name__)

SHORTEST_WAIT_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 3600.0
AT_ONCE_SECONDS = 1.0
ADMINISTRATORS_SECONDS = 60.0
"""A secret that an administrator replaced is found at most this much later, without anybody connecting again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an attempt ended. `report` is there when the round ran to its end; `wait_seconds` when another is due."""

    report: Report | None = None
    problem: str = ""
    skipped: str = ""
    wait_seconds: float | None = None


def sync_mailbox(mailbox_id: UUID, microsoft: Microsoft | None = None) -> Ending:
    """One round, if one may run now; every way it can end is remembered with the mailbox and told to open pages."""
    mailbox = Mailbox.objects.select_related("person", "organisation").get(pk=mailbox_id)
    reason = why_not(mailbox)
    if reason:
        return Ending(skipped=reason)
    ending = _attempt(mailbox, microsoft)
    announce({mailbox.person_id})
    return ending


def why_not(mailbox: Mailbox) -> str:
    """Why this mailbox is not synced now, in words; empty when it may be."""
    if not mailbox.current or mailbox.state != Connection.ACTIVE:
        return f"The connection is {mailbox.get_state_display()}."
    if not is_on("outlook.sync_enabled"):
        return "Sync is switched off by an administrator."
    if mailbox.retry_at is not None and mailbox.retry_at > timezone.now():
        return f"Outlook asked to wait until {mailbox.retry_at:%H:%M:%S} UTC."
    return ""


def wait_seconds(failures: int, asked_seconds: float) -> float:
    """How long to wait after so many failures in a row, and at least as long as Outlook asks."""
    return max(asked_seconds, min(LONGEST_WAIT_SECONDS, SHORTEST_WAIT_SECONDS * 2.0 ** min(failures, 12)))


def ports_of(mailbox: Mailbox, microsoft: Microsoft) -> Ports:
    """The three ports of a mailbox for this worker; whoever held it before is fenced off. Raises AccessLost."""
    installation = installation_id()
    graph = microsoft.graph(mailbox)
    local = PostgresLocal(mailbox)
    remote = GraphRemote(graph, installation=installation, addresses=local.owner.addresses)
    ledger = open_ledger(mailbox.pk, installation)
    return Ports(remote=remote, local=local, ledger=ledger, clock=microsoft.now, new_id=lambda: str(uuid4()))


def _attempt(mailbox: Mailbox, microsoft: Microsoft | None) -> Ending:
    mailboxes = Mailbox.objects.filter(pk=mailbox.pk)
    mailboxes.update(last_tried_at=timezone.now())
    world = microsoft or open_microsoft()
    began_at = world.now()
    try:
        report = run_round(ports_of(mailbox, world), _approval(mailbox))
    except SyncError as error:
        note_run(mailbox, began_at, world.now(), None)
        return _ended_early(mailbox, error)
    except Exception as error:  # whatever it is, the mailbox waits and says so, and is tried again
        logger.exception("The round of %s met something unforeseen", mailbox.address)
        return _failed(
            mailbox, SyncError(f"Kalends met something unforeseen ({type(error).__name__}); it tries again.")
        )
    note_run(mailbox, began_at, world.now(), report)
    carried_out(mailbox)
    mailboxes.filter(state=Connection.ACTIVE).update(failures=0, last_problem="", retry_at=None)
    return Ending(report=report, wait_seconds=_next_round(mailbox, report))


def _ended_early(mailbox: Mailbox, error: SyncError) -> Ending:
    match error:
        case AnotherPlan():
            back_to_rehearsal(mailbox)
            return Ending(problem=str(error))
        case Fenced():
            return Ending(skipped="Another worker took over.")
        case AccessLost(whose_turn=Access.ADMINISTRATOR):
            return _failed(mailbox, error, ADMINISTRATORS_SECONDS)
        case AccessLost():
            Mailbox.objects.filter(pk=mailbox.pk).update(
                state=Connection.LOST, state_reason=error.reason[:500], last_problem=""
            )
            return Ending(problem=error.reason)
    return _failed(mailbox, error)


def _failed(mailbox: Mailbox, error: SyncError, longest_seconds: float = LONGEST_WAIT_SECONDS) -> Ending:
    asked = error.retry_after_seconds if isinstance(error, Transient) else 0.0
    wait = max(asked, min(longest_seconds, wait_seconds(mailbox.failures, asked)))
    words = (str(error) or type(error).__name__)[:500]
    Mailbox.objects.filter(pk=mailbox.pk).update(
        failures=mailbox.failures + 1, last_problem=words, retry_at=timezone.now() + dt.timedelta(seconds=wait)
    )
    logger.warning("The round of %s ended early: %s", mailbox.address, words)
    return Ending(problem=words, wait_seconds=wait)


def _next_round(mailbox: Mailbox, report: Report) -> float | None:
    """When something is left to do: at once, when Outlook says so, or when the first hold is to be tried again."""
    if report.again:
        return max(AT_ONCE_SECONDS, report.retry_after_seconds)
    due = Hold.objects.filter(mailbox=mailbox, retry_at__isnull=False).order_by("retry_at").first()
    if due is None or due.retry_at is None:
        return None
    return max(AT_ONCE_SECONDS, (due.retry_at - timezone.now()).total_seconds())


def _approval(mailbox: Mailbox) -> Approval | None:
    """What the round's decisions have to be, when a rehearsal was shown before Start."""
    digest = approval_of(mailbox)
    return refuse_another_plan(mailbox, digest) if digest else None
