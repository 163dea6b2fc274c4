"""Answers of people who have no account here, by the link in their mail or by mail (RULES 10.3, §11).

They belong to the time that they were given to, like everybody's (RULES 11.3): one to an earlier time is kept in the
history, and does not count for the present one. Of two answers the newer wins, in whatever order they come in.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from kalends.calendars import history, store
from kalends.calendars.edits.act import people_of
from kalends.calendars.errors import EditRefused, NoSuchEvent
from kalends.calendars.history import Author, Difference, Source
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import Participant
from kalends.calendars.words import span_words
from kalends.domain.attendee import Answer, Partstat, normal_address
from kalends.domain.event import Field, State
from kalends.domain.span import Span

CAUSE_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideAnswer:
    """What somebody said: to which time, when, and `how` it reached us ("by link", "by mail")."""

    address: str
    partstat: Partstat
    answered: Span
    at: dt.datetime
    how: str
    comment: str = ""


def answer_from_outside(event_id: str, answer: OutsideAnswer) -> None:
    """Write the answer of somebody on the list; raises EditRefused and NoSuchEvent."""
    with transaction.atomic():
        row, participants = _locked(event_id)
        entry = _entry(participants, answer.address)
        if entry.answered_at is not None and answer.at < entry.answered_at:
            raise EditRefused("A later answer of the same person is known already.")
        before = store.answer_of(entry)
        present = Answer(partstat=answer.partstat, at=answer.at)
        store.put_answer(entry, present, answer.answered)
        entry.save(update_fields=["partstat", "answered_at", "answered_when"])
        difference = Difference.of(Field.ANSWER, before, present, entry.address_folded)
        _note(row, participants, difference, _cause(entry, "answered", answer.how, answer.comment))


def proposal_from_outside(event_id: str, proposal: OutsideAnswer) -> None:
    """Somebody on the list proposes `answered` as the new time; it is kept for the organizer to see, and counts as no
    answer. Raises EditRefused and NoSuchEvent.
    """
    with transaction.atomic():
        row, participants = _locked(event_id)
        entry = _entry(participants, proposal.address)
        words = span_words(proposal.answered)
        difference = Difference(field=history.PROPOSAL, before=None, after=words, whose=entry.address_folded)
        _note(row, participants, difference, _cause(entry, "proposed a new time", proposal.how, proposal.comment))


def _locked(event_id: str) -> tuple[EventRow, list[Participant]]:
    row = EventRow.objects.select_for_update().filter(pk=event_id).first()
    if row is None:
        raise NoSuchEvent
    if row.state != State.ACTIVE:
        raise EditRefused("This meeting is no longer on; there is nothing to answer.")
    return row, list(row.participants.all())


def _entry(participants: list[Participant], address: str) -> Participant:
    found = [each for each in participants if each.listed and each.address_folded == normal_address(address)]
    if not found:
        raise EditRefused(f"{address} is not on the list of this meeting.")
    return found[0]


def _note(row: EventRow, participants: list[Participant], difference: Difference, cause: str) -> None:
    at = timezone.now()
    history.record(row, [difference], Author(person=None, source=Source.MAIL, cause=cause), at)
    history.announce(people_of(row, participants))


def _cause(entry: Participant, did: str, how: str, comment: str) -> str:
    said = f"{entry.name or entry.address} {did} {how}"
    return store.storable(f"{said}: {' '.join(comment.split())}" if comment else said)[:CAUSE_LENGTH]
