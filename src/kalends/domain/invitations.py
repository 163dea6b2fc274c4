"""Whom Kalends has to mail about a meeting that it schedules itself (RULES 2.2, §10; RFC 5546).

What each person was last told is kept; what is due is the difference to how the meeting stands now. So nobody is told
the same twice, whatever way the meeting came to stand as it does, and a preview is the same function asked earlier.

| told            | now                                 | due                                                     |
|-----------------|-------------------------------------|---------------------------------------------------------|
| nothing         | on the list                         | request                                                 |
| on              | on the list, nothing visible differs | nothing                                                |
| on              | on the list, something people see differs | update                                            |
| on              | off the list, or the meeting is off | cancel                                                  |
| called off      | on the list                         | request                                                 |
| called off      | off the list                        | nothing                                                 |
| cancellation not gone out yet | on the list           | it is withdrawn; then as above                          |

A meeting that was over before and is over now mails nobody. SEQUENCE rises with every update and cancellation, not when
somebody more is invited (RFC 5546 §2.1.4).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kalends.domain.attendee import Answer, Attendee
from kalends.domain.event import Event, Field, State
from kalends.domain.scheduling import ForecastMail, MailKind, Via
from kalends.domain.span import Span

VISIBLE = (
    Field.SUBJECT,
    Field.BODY,
    Field.WHEN,
    Field.PLACES,
    Field.IMPORTANCE,
    Field.ONLINE_MEETING,
    Field.RESPONSE_OPTIONS,
)
"""What people see of a meeting; the list is told to those who come or go (FEATURES 3.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one person last heard. `since` is the SEQUENCE under which he first heard of this time.

    `before` is there while a cancellation lies here and can be withdrawn: what he knows as long as it does (RULES 5.8).
    """

    attendee: Attendee
    event: Event
    sequence: int
    since: int
    called_off: bool = False
    before: "Told | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One mail that is due, and what its recipient will have been told by it."""

    kind: MailKind
    told: Told

    @property
    def forecast(self) -> ForecastMail:
        """The same for the line under a form; what Kalends sends is certain."""
        to = self.told.attendee
        return ForecastMail(recipient=to.key, kind=self.kind, name=to.name, via=Via.KALENDS)


def notices_due(told: Mapping[str, Told], present: Event, now: dt.datetime) -> tuple[Notice, ...]:
    """The mails that are due; `told` is by compared address. Sorted by kind and address."""
    if _over(present.when, now) and all(_over(each.event.when, now) for each in told.values()):
        return ()
    shown = as_told(present)
    wanted = {each.key: each for each in shown.attendees} if present.state is State.ACTIVE else {}
    told = {key: (each.before if key in wanted else None) or each for key, each in told.items()}
    knowing = {key: each for key, each in told.items() if not each.called_off}
    gone = [each for key, each in knowing.items() if key not in wanted]
    stale = [key for key, each in knowing.items() if key in wanted and _differs(each, wanted[key], shown)]
    fresh = [key for key in wanted if key not in knowing]
    sequence = _next(told.values(), rises=bool(gone or stale or set(fresh) & set(told)))
    notices = [
        Notice(kind=MailKind.CANCEL, told=replace(each, sequence=sequence, called_off=True, before=None))
        for each in gone
    ]
    for key in stale:
        since = told[key].since if told[key].event.when == shown.when else sequence
        notices.append(_notice(MailKind.UPDATE, wanted[key], shown, sequence, since))
    notices += [_notice(MailKind.REQUEST, wanted[key], shown, sequence, sequence) for key in fresh]
    return tuple(sorted(notices, key=lambda each: (each.kind, each.told.attendee.key)))


def forecast(notices: Iterable[Notice]) -> tuple[ForecastMail, ...]:
    """The mails of these notices, as they are shown before."""
    return tuple(each.forecast for each in notices)


def as_told(event: Event) -> Event:
    """The meeting as a mail tells it: answers are no news, and change nothing (RULES 4.6)."""
    return replace(event, attendees=tuple(replace(each, answer=Answer()) for each in event.attendees))


def is_called_off(told: Mapping[str, Told]) -> bool:
    """Whether everybody who was ever invited heard that it is off; then it is never revived (RULES 8.1)."""
    return bool(told) and all(each.called_off and each.before is None for each in told.values())


def _notice(kind: MailKind, attendee: Attendee, event: Event, sequence: int, since: int) -> Notice:
    return Notice(kind=kind, told=Told(attendee=attendee, event=event, sequence=sequence, since=since))


def _differs(told: Told, wanted: Attendee, present: Event) -> bool:
    if told.attendee.role is not wanted.role:
        return True
    return any(getattr(told.event, each.value) != getattr(present, each.value) for each in VISIBLE)


def _next(told: Iterable[Told], *, rises: bool) -> int:
    last = max((each.sequence for each in told), default=-1)
    return last + 1 if rises else max(last, 0)


def _over(when: Span, now: dt.datetime) -> bool:
    return when.end_at <= now
