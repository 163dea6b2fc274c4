"""The life of somebody's Outlook connection (RULES §14): consent, start, pause, stop, restart.

| press      | from                  | to        | what happens                                                       |
|------------|-----------------------|-----------|--------------------------------------------------------------------|
| connect    | any                   | as it was | tokens are kept; lost goes on where it stopped, new is consented   |
| start      | consented             | active    | the first round                                                    |
| stop       | any                   | stopped   | nothing is read or written; meetings made now are told by Kalends  |
| restart    | stopped               | active    | edits made meanwhile go up, new events become quiet copies         |
| pause      | active                | paused    | everything waits, Kalends mails nothing in Outlook's place          |
| resume     | paused                | active    | goes on                                                            |
| forget     | stopped, consented    | stopped   | the tokens are deleted                                             |

None of them deletes or cancels an event on either side (RULES 5.5).
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from django.utils import timezone

from kalends.accounts.models import AuditRecord, Person
from kalends.calendars.history import announce
from kalends.graph import check as checklist
from kalends.graph.check import Step
from kalends.graph.owner import read_owner
from kalends.graph.registration import admin_consent_url
from kalends.graph.subscriptions import unsubscribe
from kalends.mailboxes.identity import ConnectRefused, claim
from kalends.mailboxes.microsoft import Microsoft, keep_tokens, open_microsoft, redirect_uris
from kalends.mailboxes.models import Connection, Hold, Mailbox, Organisation
from kalends.mailboxes.notifications import request_subscription
from kalends.mailboxes.queries import current_mailbox, is_set_up
from kalends.mailboxes.queue import request_sync
from kalends.sync.errors import AccessLost, Permanent, Transient
from kalends.sync.ports import Choice

__all__ = [
    "ConnectRefused",
    "begin",
    "check",
    "consent_address",
    "consented_for_everybody",
    "decide",
    "finish",
    "forget",
    "pause",
    "restart",
    "resume",
    "start",
    "stop",
    "sync_now",
]

NOT_NOW = {
    Connection.CONSENTED: "Sync with Outlook has not been started yet. Start it first.",
    Connection.ACTIVE: "Outlook is syncing already. Stop it first.",
    Connection.PAUSED: "The sync is paused. It has to be resumed first.",
    Connection.LOST: "Kalends has no access to Outlook at the moment. Connect Outlook again first.",
    Connection.STOPPED: "The sync is stopped. Restart it first.",
}
"""Why something cannot be pressed in a state of the connection, and what would help."""


def begin(person: Person, redirect_uri: str, microsoft: Microsoft | None = None) -> tuple[str, dict[str, Any]]:
    """Microsoft's page to send the browser to, and the flow to keep in its session. Raises ConnectRefused."""
    if not is_set_up():
        raise ConnectRefused("Outlook has not been set up yet: an administrator enters the Client ID and secret first.")
    mailbox = current_mailbox(person)
    hint = (mailbox.user_principal_name or mailbox.address) if mailbox else person.email
    try:
        return (microsoft or open_microsoft()).login.begin(redirect_uri, login_hint=hint, choose=mailbox is None)
    except (Transient, AccessLost) as error:
        raise ConnectRefused(str(error)) from error


def finish(
    person: Person, flow: Mapping[str, Any], answer: Mapping[str, str], microsoft: Microsoft | None = None
) -> Mailbox:
    """The mailbox that the person came back with; one that was lost goes on at once. Raises ConnectRefused."""
    world = microsoft or open_microsoft()
    try:
        sign_in = world.login.finish(dict(flow), answer)
        owner = read_owner(world.graph_with(sign_in.tokens))
    except (Permanent, Transient, AccessLost) as error:
        raise ConnectRefused(str(error)) from error
    mailbox = claim(person, sign_in, owner)
    keep_tokens(mailbox, sign_in.tokens)
    _note(person, mailbox, "Outlook connected")
    request_sync(mailbox)
    return mailbox


def start(person: Person) -> None:
    """Press of Start, and of Restart: what exists now is never invited by itself (RULES 6.3, 14.1)."""
    mailbox = _mailbox(person, Connection.CONSENTED, Connection.STOPPED)
    if not mailbox.tokens:
        raise ConnectRefused("Connect Outlook first.")
    mailbox.started_at = timezone.now()
    _enter(mailbox, Connection.ACTIVE, "sync started")
    request_subscription(mailbox)


restart = start


def stop(person: Person, microsoft: Microsoft | None = None) -> None:
    """From now on nothing is synced; nothing is deleted on either side (RULES 5.5)."""
    mailbox = _mailbox(person, Connection.ACTIVE, Connection.PAUSED, Connection.LOST, Connection.CONSENTED)
    _end_subscriptions(mailbox, microsoft)
    _enter(mailbox, Connection.STOPPED, "sync stopped")


def pause(person: Person, reason: str = "", *, by: Person | None = None) -> None:
    """Everything waits, also for reasons of an administrator (`by`), which the person is told."""
    mailbox = _mailbox(person, Connection.ACTIVE)
    _enter(mailbox, Connection.PAUSED, "sync paused", reason=reason, by=by)


def resume(person: Person, *, by: Person | None = None) -> None:
    """Go on where the pause began."""
    _enter(_mailbox(person, Connection.PAUSED), Connection.ACTIVE, "sync resumed", by=by)


def forget(person: Person) -> None:
    """Delete the tokens of a connection that does not run; its links stay."""
    mailbox = _mailbox(person, Connection.STOPPED, Connection.CONSENTED)
    mailbox.tokens = ""
    _enter(mailbox, Connection.STOPPED, "Outlook forgotten")


def sync_now(person: Person) -> None:
    """A round as soon as a worker is free, whatever back-off there was."""
    mailbox = _mailbox(person, Connection.ACTIVE)
    Mailbox.objects.filter(pk=mailbox.pk).update(retry_at=None)
    request_sync(mailbox)


def decide(person: Person, hold_id: int, choice: Choice) -> None:
    """What the person presses on something held; the next round acts on it. Raises ConnectRefused."""
    hold = Hold.objects.filter(pk=hold_id, mailbox__person=person, mailbox__current=True).first()
    if hold is None:
        raise ConnectRefused("This is already settled.")
    if choice.value not in hold.record["choices"]:
        raise ConnectRefused("That cannot be chosen here.")
    hold.decided, hold.retry_at = choice.value, None
    hold.save(update_fields=["decided", "retry_at"])
    request_sync(hold.mailbox)


def check(microsoft: Microsoft | None = None) -> Iterator[Step]:
    """The administrator's checklist, each step tried against Microsoft."""
    world = microsoft or open_microsoft()
    home = Organisation.objects.order_by("pk").first()
    return checklist.check(
        world.registration,
        world.login_http,
        redirect_uris=redirect_uris(),
        now=world.now,
        home_tenant=home.tenant_id if home else "",
    )


def consent_address(state: str, microsoft: Microsoft | None = None) -> str:
    """Where an administrator of the organisation consents for everybody (FEATURES 1.8)."""
    world = microsoft or open_microsoft()
    return admin_consent_url(world.registration, redirect_uri=redirect_uris()[0], state=state)


def consented_for_everybody(by: Person, tenant_id: str) -> None:
    """An administrator came back from Microsoft's page with consent for a tenant."""
    Organisation.objects.update_or_create(tenant_id=tenant_id, defaults={"admin_consent_at": timezone.now()})
    AuditRecord.objects.create(person=by, act="administrator's consent", details={"tenant": tenant_id})


def _mailbox(person: Person, *states: Connection) -> Mailbox:
    mailbox = current_mailbox(person)
    if mailbox is None:
        raise ConnectRefused("Connect Outlook first.")
    if mailbox.state not in states:
        raise ConnectRefused(NOT_NOW[Connection(mailbox.state)])
    return mailbox


def _enter(mailbox: Mailbox, state: Connection, act: str, *, reason: str = "", by: Person | None = None) -> None:
    mailbox.state, mailbox.state_reason, mailbox.retry_at, mailbox.failures = state, reason, None, 0
    mailbox.last_problem = ""
    mailbox.save(
        update_fields=["state", "state_reason", "retry_at", "failures", "last_problem", "started_at", "tokens"]
    )
    _note(by or mailbox.person, mailbox, act)
    request_sync(mailbox)
    announce({mailbox.person_id})


def _note(by: Person, mailbox: Mailbox, act: str) -> None:
    AuditRecord.objects.create(person=by, act=act, details={"mailbox": mailbox.address})


def _end_subscriptions(mailbox: Mailbox, microsoft: Microsoft | None) -> None:
    """Best effort: what cannot be ended runs out by itself, and its notifications are ignored."""
    orders = list(mailbox.subscriptions.all())
    with suppress(AccessLost, Transient, Permanent):
        graph = (microsoft or open_microsoft()).graph(mailbox) if orders else None
        for order in orders:
            if graph is not None:
                unsubscribe(graph, order.remote_id)
    mailbox.subscriptions.all().delete()
