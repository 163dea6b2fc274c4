"""What an edit's values must be, and who may make which edit; each refusal is a sentence (RULES §2, §3)."""

from collections.abc import Iterable

from kalends.accounts.models import Person
from kalends.calendars import store
from kalends.calendars.connections import outlook
from kalends.calendars.edits.act import Act
from kalends.calendars.errors import EditRefused
from kalends.domain.attendee import Attendee
from kalends.domain.event import PERSONAL, Field, Scheduler, State
from kalends.domain.span import AllDay, Timed
from kalends.sync.snapshot import Value, Values

MOST_ATTENDEES = 500
_CLOSED = {
    Field.BODY: "The part of the text by which people join the video meeting cannot be found. Change it in Outlook.",
    Field.WHEN: "Outlook keeps the time of this event in a zone without a name. Change it in Outlook.",
    Field.ATTENDEES: "Somebody on Outlook's list has no mail address. Change the list in Outlook.",
}
_CLOSED_OTHERWISE = "Outlook shows this only in part to Kalends. Change it in Outlook."


def refuse_shared(act: Act) -> None:
    """Raise EditRefused unless the editor may change what everybody shares."""
    words = why_not_shared(
        act.row.state,
        act.row.scheduler,
        organizes=act.organizes,
        organizer=str(act.row.organizer_name or act.row.organizer_address),
    )
    if words:
        raise EditRefused(words)


def refuse_unwritable(act: Act, fields: Iterable[Field]) -> None:
    """Raise EditRefused for a field that the editor's Outlook holds in a way that cannot be written (RULES 4.4)."""
    closed = outlook().unwritable(act.by.pk, act.row.pk).intersection(fields)
    if closed:
        raise EditRefused(" ".join(_CLOSED.get(each, _CLOSED_OTHERWISE) for each in sorted(closed)))


def why_not_shared(state: str, scheduler: str, *, organizes: bool, organizer: str) -> str:
    """Why shared fields are read-only, in words; empty when they are not."""
    if state != State.ACTIVE:
        return "This event is " + {State.CANCELLED: "cancelled.", State.ARCHIVED: "archived. Bring it back first."}.get(
            State(state), "in the trash. Restore it first."
        )
    if not organizes:
        return f"Only {organizer or 'its organizer'} can change this event."
    if scheduler == Scheduler.ELSEWHERE:
        return "This meeting is kept in your Outlook, which is not connected. Connect it to change the meeting here."
    return ""


def sound(values: Values, organizer_keys: Iterable[str]) -> dict[Field, Value]:
    """The values as they will be stored; raises EditRefused for what no calendar can hold."""
    checked = dict(values)
    span = checked.get(Field.WHEN)
    if isinstance(span, Timed | AllDay):
        checked[Field.WHEN] = store.exact(span)
    subject = checked.get(Field.SUBJECT)
    if isinstance(subject, str):
        checked[Field.SUBJECT] = " ".join(subject.split())
    attendees = checked.get(Field.ATTENDEES)
    if isinstance(attendees, tuple):
        people = [each for each in attendees if isinstance(each, Attendee)]
        checked[Field.ATTENDEES] = _sound_list(people, set(organizer_keys))
    return checked


def _sound_list(attendees: Iterable[Attendee], organizer_keys: set[str]) -> tuple[Attendee, ...]:
    """Each address once, the organizer's never."""
    once: dict[str, Attendee] = {}
    for each in attendees:
        local, at, host = each.address.strip().rpartition("@")
        if not (local and at and host) or any(mark in each.address.strip() for mark in " \t\r\n,;<>"):
            raise EditRefused(f"“{each.address}” is not an e-mail address.")
        if each.key not in organizer_keys:
            once.setdefault(each.key, each)
    if len(once) > MOST_ATTENDEES:
        raise EditRefused(f"Outlook allows {MOST_ATTENDEES} attendees; this list has {len(once)}.")
    return tuple(once.values())


def scheduler_of_first_invitation(organizer: Person) -> Scheduler:
    """Who tells people about a meeting that this person organizes (RULES 2.1)."""
    return Scheduler.OUTLOOK if outlook().connected({organizer.pk}) else Scheduler.KALENDS


def split(values: Values) -> tuple[dict[Field, Value], dict[Field, Value]]:
    """Shared and personal fields apart."""
    shared = {name: value for name, value in values.items() if name not in PERSONAL}
    return shared, {name: value for name, value in values.items() if name in PERSONAL}
