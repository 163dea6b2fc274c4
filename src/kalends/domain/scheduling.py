"""Who may change what, and whom a write makes Outlook mail (FACTS.md §8.1; RULES §2, §3, §9).

| write                          | by        | mails                                                              |
|--------------------------------|-----------|--------------------------------------------------------------------|
| create with attendees          | organizer | request to each                                                    |
| only the list changed          | organizer | to the added: request, removed: cancellation, changed role: update |
| list and another field changed | organizer | the same, and an update to all who stay                            |
| another shared field changed   | organizer | update to all                                                      |
| only personal fields changed   | organizer | possibly an update to all (FACTS.md §25.1)                         |
| delete                         | organizer | cancellation to all                                                |
| answer with a reply            | attendee  | one response to the organizer                                      |
| anything else                  | attendee  | nothing                                                            |

A mail is certain when FACTS.md establishes it, else possible.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from kalends.domain.attendee import Addressee, Attendee
from kalends.domain.event import PERSONAL, SHARED, Field


class MailKind(StrEnum):
    """What the mail says, in iTIP's terms (RFC 5546)."""

    REQUEST = "request"
    UPDATE = "update"
    CANCEL = "cancel"
    RESPONSE = "response"


class Via(StrEnum):
    """Who sends a mail; for one meeting it is always the same (RULES 2.2)."""

    OUTLOOK = "outlook"
    KALENDS = "kalends"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastMail:
    """One mail to one person that a write will cause, or may cause when not `certain` (RULES 9.1)."""

    recipient: str
    kind: MailKind
    certain: bool = True
    name: str = ""
    via: Via = Via.OUTLOOK


CERTAIN_UPDATES = frozenset({Field.SUBJECT, Field.BODY, Field.WHEN, Field.PLACES})
"""Shared fields of which a PATCH is known to mail everybody; of the others it is assumed (FACTS.md §8.1)."""


def _mails(people: Iterable[Attendee], kind: MailKind, *, certain: bool = True) -> list[ForecastMail]:
    return [ForecastMail(recipient=each.key, kind=kind, certain=certain, name=each.name) for each in people]


def mails_of_create(attendees: Collection[Attendee]) -> tuple[ForecastMail, ...]:
    """What creating an event with these attendees sends; also for events of the past (FACTS.md §8.1)."""
    return tuple(_mails(attendees, MailKind.REQUEST))


def mails_of_delete(attendees: Collection[Attendee]) -> tuple[ForecastMail, ...]:
    """What the organizer's deletion sends."""
    return tuple(_mails(attendees, MailKind.CANCEL))


def mails_of_answer(organizer: Addressee | None, *, send: bool) -> tuple[ForecastMail, ...]:
    """What an attendee's answer sends."""
    if organizer is None or not send:
        return ()
    return (ForecastMail(recipient=organizer.key, kind=MailKind.RESPONSE, name=organizer.name),)


def mails_of_change(
    fields: Collection[Field], before: Collection[Attendee], after: Collection[Attendee]
) -> tuple[ForecastMail, ...]:
    """What the organizer's PATCH of `fields` sends; `before` and `after` are the lists around it."""
    shared = (SHARED & set(fields)) - {Field.ATTENDEES}
    if Field.ATTENDEES in fields:
        return _mails_of_list(shared, before, after)
    if shared:
        return tuple(_mails(after, MailKind.UPDATE, certain=bool(shared & CERTAIN_UPDATES)))
    if PERSONAL & set(fields):
        return tuple(_mails(after, MailKind.UPDATE, certain=False))
    return ()


def _mails_of_list(
    shared: Collection[Field], before: Collection[Attendee], after: Collection[Attendee]
) -> tuple[ForecastMail, ...]:
    """Added are invited and removed are told; those who stay hear of it when their entry or another field changed."""
    old = {each.key: each for each in before}
    new = {each.key: each for each in after}
    mails = _mails([each for key, each in new.items() if key not in old], MailKind.REQUEST)
    mails += _mails([each for key, each in old.items() if key not in new], MailKind.CANCEL)
    for key in new.keys() & old.keys():
        if shared:
            mails += _mails([new[key]], MailKind.UPDATE, certain=bool(set(shared) & CERTAIN_UPDATES))
        elif new[key].role != old[key].role:
            mails += _mails([new[key]], MailKind.UPDATE, certain=False)
    return tuple(sorted(mails, key=lambda mail: (mail.kind, mail.recipient)))
