"""The owner's own answer on the copy that Exchange made for him (RULES §11).

An answer given here goes out once, for the time its giver saw; one given in Outlook comes down; of two the newer wins.
"""

from dataclasses import dataclass, field

from kalends.domain.attendee import Answer, Partstat
from kalends.domain.event import Field
from kalends.sync.case import Case, Standing
from kalends.sync.merge import agree, answer_of, same_time, span_of
from kalends.sync.ports import Direction, Hold, HoldKind, Respond
from kalends.sync.snapshot import Values
from kalends.sync.steps import Keep, Send, Step

MOVED_ON = "The time was changed after you answered. Please look at it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerMove:
    """What the owner's own answer asks for; `base` is what both sides then have, `told` ends his reply."""

    down: Values = field(default_factory=dict)
    sends: tuple[Step, ...] = ()
    base: Answer | None = None
    told: bool = False


def answer(case: Case) -> AnswerMove:
    """The owner's answer on his real copy: from his click here, or from Outlook, whichever is newer (RULES §11)."""
    if case.standing is not Standing.ATTENDEE:
        return AnswerMove(told=Field.ANSWER in case.event.marks)
    here, there = answer_of(case.event.values), answer_of(case.remote_values)
    moved = not agree(Field.ANSWER, there, answer_of(case.pair.theirs))
    if case.event.reply is None or Field.ANSWER not in case.event.marks:
        return _take_answer(case, here, there, moved=moved)
    if here.partstat is there.partstat and same_time(span_of(case.remote_values), case.event.reply.answered):
        return AnswerMove(base=there, told=True)
    if moved and here.at is not None and there.at is not None and there.at > here.at:
        return AnswerMove(down={Field.ANSWER: there}, base=there, told=True)
    if Field.ANSWER in case.unwritable or case.state.policy.direction is Direction.FROM_OUTLOOK:
        return AnswerMove()
    return AnswerMove(sends=tell(case))


def tell(case: Case, *, send: bool | None = None) -> tuple[Step, ...]:
    """The answer goes out; one that was given for another time waits (RULES 11.2, 11.3)."""
    reply = case.event.reply
    if reply is not None and not same_time(span_of(case.remote_values), reply.answered):
        return _hold(case)
    return (respond(case, send=send),)


def answer_key(event_id: str) -> str:
    """The name of the hold of an answer."""
    return f"answer:{event_id}"


def _hold(case: Case) -> tuple[Step, ...]:
    """The copy shows another time than the one that was answered (RULES 11.2)."""
    key = answer_key(case.event.event_id)
    if key in case.holds:
        return ()
    hold = Hold(
        key=key,
        kind=HoldKind.ANSWER,
        reason=MOVED_ON,
        subject=str(case.event.values.get(Field.SUBJECT, "")),
        event_id=case.event.event_id,
        at=case.now,
    )
    return (Keep(hold=hold),)


def _take_answer(case: Case, here: Answer, there: Answer, *, moved: bool) -> AnswerMove:
    """Outlook's answer is the source; but one that only Kalends knew is told to Outlook quietly (RULES 6.5)."""
    if here.partstat is there.partstat or case.state.policy.direction is Direction.TO_OUTLOOK:
        return AnswerMove(base=there)
    if there.partstat is Partstat.NEEDS_ACTION and not moved:
        may = Field.ANSWER not in case.unwritable and case.state.policy.direction is Direction.BOTH
        return AnswerMove(sends=tell(case, send=False) if may else ())
    return AnswerMove(down={Field.ANSWER: there}, base=there)


def respond(case: Case, *, send: bool | None = None) -> Send:
    """The owner's answer, for the time that he saw (RULES 11.2, 11.3)."""
    reply = case.event.reply
    told = send if send is not None else (reply is not None and reply.send)
    said = answer_of(case.event.values)
    write = Respond(
        remote_id=_copy_id(case),
        partstat=said.partstat,
        send=told,
        comment=reply.comment if reply is not None and told else "",
    )
    expects = reply.answered if reply is not None else None
    return Send(
        write=write, local_values={Field.ANSWER: said}, version=case.event.version, quiet=False, expects=expects
    )


def _copy_id(case: Case) -> str:
    """The copy that is answered; after it is gone, its immutable id may still know it (RULES 5.2)."""
    if case.item is not None:
        return case.item.remote_id
    if case.link is None and case.event.former_remote_id is not None:
        return case.event.former_remote_id
    return case.pair.remote_id
