"""Answering an invitation (RULES §11)."""

from kalends.accounts.models import Person
from kalends.calendars import store
from kalends.calendars.edits.act import Act, editing
from kalends.calendars.errors import EditRefused
from kalends.calendars.history import Source
from kalends.domain.attendee import Answer, Partstat
from kalends.domain.event import Field, State
from kalends.sync.codec import to_json
from kalends.sync.snapshot import Reply


def respond(
    by: Person,
    event_id: str,
    partstat: Partstat,
    comment: str = "",
    *,
    send: bool = True,
    source: Source = Source.KALENDS,
) -> None:
    """Answer for oneself; the organizer is told through Outlook if `send`, with the comment.

    The same answer again does nothing, unless it brings a comment. Raises EditRefused, NoSuchEvent.
    """
    if partstat is Partstat.NEEDS_ACTION:
        raise EditRefused("An answer is accepted, tentative or declined.")
    with editing(by, event_id, source=source) as act:
        if act.organizes:
            raise EditRefused("You organize this meeting; there is nothing to answer.")
        if act.row.state != State.ACTIVE:
            raise EditRefused("This meeting is no longer on; there is nothing to answer.")
        give_answer(act, partstat, comment, send=send)


def give_answer(act: Act, partstat: Partstat, comment: str = "", *, send: bool = True) -> None:
    """Write the editor's answer to the event's present time, and how it is to be told."""
    mine = act.own()
    if store.answers_present(mine, act.row) and mine.partstat == partstat.value and not comment:
        return
    reply = Reply(answered=store.span_of(act.row), send=send, comment=comment.strip() if send else "")
    mine.reply = to_json(reply)
    act.set_personal({Field.ANSWER: Answer(partstat=partstat, at=act.at)})
