"""Which mails follow from a plan: each of its writes by the facts of `domain.scheduling` (RULES 9.1).

Each write is counted once, when it is planned; the forecast is stored with its write-ahead record, and what is later
recovered forecasts nothing new (RULES 15.2a).
"""

from collections.abc import Iterable
from dataclasses import replace

from kalends.domain.attendee import Addressee
from kalends.domain.event import Field
from kalends.domain.scheduling import (
    ForecastMail,
    mails_of_answer,
    mails_of_change,
    mails_of_create,
    mails_of_delete,
)
from kalends.sync.merge import attendees_of
from kalends.sync.ports import Create, Patch, Respond
from kalends.sync.steps import Decision, Send, Step


def forecast(decision: Decision, organizer: Addressee | None) -> Decision:
    """The decision with the mails of each of its writes; `organizer` is whom an answer would reach."""
    steps: tuple[Step, ...] = tuple(
        replace(step, mails=mails_of(step, organizer)) if isinstance(step, Send) else step for step in decision.steps
    )
    return replace(decision, steps=steps)


def mails_of(send: Send, organizer: Addressee | None) -> tuple[ForecastMail, ...]:
    """The mails of one write, given who the copy lists before it; an attendee's own copy has no audience."""
    write = send.write
    if isinstance(write, Create):
        return mails_of_create(attendees_of(write.values))
    if isinstance(write, Patch):
        after = attendees_of(write.values) if Field.ATTENDEES in write.values else send.audience
        return mails_of_change(write.values.keys(), send.audience, after)
    if isinstance(write, Respond):
        return mails_of_answer(organizer, send=write.send)
    return mails_of_delete(send.audience)


def all_mails(decisions: Iterable[Decision]) -> list[ForecastMail]:
    """Every mail of a plan."""
    return [mail for decision in decisions for mail in decision.mails]
