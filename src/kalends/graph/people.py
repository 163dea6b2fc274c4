"""People: attendees, the organizer and answers, from Graph's spelling and back (FACTS.md §2.4)."""

from collections.abc import Collection, Iterable
from typing import Any

from kalends.domain.attendee import Addressee, Answer, Attendee, Partstat, Role
from kalends.graph import wire
from kalends.graph.when import moment_of

_ROLES = {role.value: role for role in Role}
_PARTSTATS = {
    "accepted": Partstat.ACCEPTED,
    "tentativelyAccepted": Partstat.TENTATIVE,
    "declined": Partstat.DECLINED,
}

NO_ANSWER = Answer()


def attendees_of(event: wire.Event) -> tuple[tuple[Attendee, ...], bool]:
    """The list without the organizer (invitees' copies name him, F2.4) and twins, and whether it is complete.

    Whoever has no address that mail could reach (none at all, or an X.500 name) is left out; the list is incomplete
    then and must not be written back, because a PATCH replaces it whole and would take him off.
    """
    organizer = organizer_of(event)
    seen = {organizer.key} if organizer else set()
    listed, complete = [], True
    for entry in event.attendees or ():
        attendee = _attendee(entry)
        if attendee is None:
            complete = False
        elif attendee.key not in seen:
            seen.add(attendee.key)
            listed.append(attendee)
    return tuple(listed), complete


def _attendee(entry: wire.Attendee | None) -> Attendee | None:
    mail = entry.email_address if entry else None
    address = ((mail.address if mail else None) or "").strip()
    if entry is None or mail is None or not is_reachable(address):
        return None
    role = _ROLES.get(entry.type or "", Role.REQUIRED)
    return Attendee(address=address, name=_name(mail), role=role, answer=answer_of(entry.status))


def _name(mail: wire.EmailAddress) -> str:
    """The name; Exchange gives a person without one his address for it."""
    name = mail.name or ""
    return "" if name == mail.address else name


def is_reachable(address: str) -> bool:
    """Whether mail can go there; Exchange's X.500 names (`/O=…/CN=…`) look like addresses and are none."""
    return "@" in address and not address.startswith("/")


def organizer_of(event: wire.Event) -> Addressee | None:
    """Whose event it is."""
    mail = event.organizer.email_address if event.organizer else None
    return Addressee(address=mail.address.strip(), name=_name(mail)) if mail and mail.address else None


def answer_of(status: wire.ResponseStatus | None) -> Answer:
    """An answer; `none`, `notResponded` and `organizer` are no answer (FACTS.md §2.4)."""
    partstat = _PARTSTATS.get((status.response if status else None) or "")
    if status is None or partstat is None:
        return NO_ANSWER
    return Answer(partstat=partstat, at=moment_of(status.time))


def own_answer(event: wire.Event, listed: Iterable[Attendee], own_addresses: Collection[str]) -> Answer:
    """The mailbox owner's answer: `responseStatus`, else his own entry in the list."""
    answer = answer_of(event.response_status)
    if answer.partstat is not Partstat.NEEDS_ACTION or event.is_organizer:
        return answer
    return next((attendee.answer for attendee in listed if attendee.key in own_addresses), answer)


def attendee_members(attendees: Iterable[Attendee]) -> list[dict[str, Any]]:
    """The list as Graph takes it; statuses are the server's (FACTS.md §2.4)."""
    return [{"type": a.role.value, "emailAddress": _mail_members(a)} for a in attendees]


def _mail_members(attendee: Attendee) -> dict[str, str]:
    named = {"name": attendee.name} if attendee.name else {}
    return {"address": attendee.address, **named}
