"""An administrator's pause, for one person or for everybody (RULES 14.2): everything waits, nothing is mailed."""

from kalends.accounts.models import AuditRecord, Person
from kalends.calendars.history import announce
from kalends.mailboxes import connect
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.models import Connection, Mailbox
from kalends.mailboxes.queries import sync_state
from kalends.mailboxes.queue import request_sync
from kalends.mailboxes.views import SyncState
from kalends.options.stored import is_on, write

SWITCH = "outlook.sync_enabled"
LONGEST_REASON = 300


def pause_person(by: Person, person: Person, reason: str) -> None:
    """The person's sync waits; the reason is shown to them. Raises ConnectRefused."""
    words = reason.strip()[:LONGEST_REASON]
    if not words:
        raise ConnectRefused("Give a reason: the person is shown it.")
    connect.pause(person, words, by=by)


def resume_person(by: Person, person: Person) -> None:
    """The person's sync goes on where it was paused. Raises ConnectRefused."""
    connect.resume(person, by=by)


def pause_everybody(by: Person) -> None:
    """Nobody's calendar is synced until `resume_everybody`; edits wait."""
    _switch(by, on=False)


def resume_everybody(by: Person) -> None:
    """Everybody's sync goes on; who was paused or stopped for himself stays so."""
    _switch(by, on=True)
    for mailbox in _running():
        request_sync(mailbox)


def everybody_is_paused() -> bool:
    """Whether the master switch is off."""
    return not is_on(SWITCH)


def connections() -> dict[int, SyncState]:
    """How the sync of everybody with an Outlook account stands, by person."""
    mailboxes = Mailbox.objects.filter(current=True).select_related("person")
    return {mailbox.person_id: sync_state(mailbox.person) for mailbox in mailboxes}


def _switch(by: Person, *, on: bool) -> None:
    write(SWITCH, "on" if on else "off", by.pk)
    act = "sync resumed for everybody" if on else "sync paused for everybody"
    AuditRecord.objects.create(person=by, act=act, details={"connections": len(_running())})
    announce([mailbox.person_id for mailbox in _running()])


def _running() -> list[Mailbox]:
    return list(Mailbox.objects.filter(current=True, state=Connection.ACTIVE))
