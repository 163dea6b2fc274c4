"""What the page behind an invitation's link shows and takes (RULES 10.3).

The link speaks for one address and one event. Whoever has an account answers as himself: by his own Outlook, if it is
connected (RULES 11.1). Looking at the page answers nothing, for mail programs look at links by themselves.
"""

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import edits, store
from kalends.calendars.edits import OutsideAnswer
from kalends.calendars.errors import EditRefused, NoSuchEvent
from kalends.calendars.models import Event as EventRow
from kalends.calendars.models import Participant
from kalends.domain.attendee import Partstat
from kalends.domain.event import State
from kalends.mailboxes.answer_links import Invited, invited_by
from kalends.mailboxes.mail_text import when_words

OFF = "This meeting was called off. You need not answer."
NOT_LISTED = "You are no longer on the list of this meeting. You need not answer."
MOVED = "The meeting was changed meanwhile. Please look at it again, then answer."


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationView:
    """The invitation as its recipient sees it. `closed` says why there is nothing to answer, `seen` what he answers."""

    name: str
    subject: str
    when: str
    place: str
    organizer: str
    partstat: Partstat
    seen: str
    closed: str = ""


def invitation(token: str) -> InvitationView:
    """What a link leads to; raises NoSuchEvent for one that is not ours or of an event that is gone."""
    invited, row, entry = _behind(token)
    places = "; ".join(str(place.get("name", "")) for place in row.places)
    closed = OFF if row.state != State.ACTIVE else "" if entry else NOT_LISTED
    return InvitationView(
        name=entry.name if entry else invited.address,
        subject=row.subject if entry or closed == OFF else "",
        when=when_words(store.span_of(row)) if entry else "",
        place=places if entry else "",
        organizer=row.organizer_name or row.organizer_address,
        partstat=store.shown_partstat(entry, row) if entry else Partstat.NEEDS_ACTION,
        seen=_seen(row),
        closed=closed,
    )


def answer_invitation(token: str, partstat: Partstat, comment: str, seen: str) -> None:
    """Answer as the one whom the link names; raises EditRefused and NoSuchEvent."""
    _, row, entry = _behind(token)
    if entry is None:
        raise EditRefused(NOT_LISTED)
    if row.state != State.ACTIVE:
        raise EditRefused(OFF)
    if seen != _seen(row):
        raise EditRefused(MOVED)
    if entry.person_id is not None:
        edits.respond(Person.objects.get(pk=entry.person_id), str(row.pk), partstat, comment)
        return
    answer = OutsideAnswer(
        address=entry.address,
        partstat=partstat,
        answered=store.span_of(row),
        at=timezone.now(),
        how="by link",
        comment=comment,
    )
    edits.answer_from_outside(str(row.pk), answer)


def _behind(token: str) -> tuple[Invited, EventRow, Participant | None]:
    invited = invited_by(token)
    row = EventRow.objects.filter(pk=UUID(invited.event_id)).first() if invited else None
    if invited is None or row is None:
        raise NoSuchEvent
    entry = Participant.objects.filter(event=row, listed=True, address_folded=invited.address).first()
    return invited, row, entry


def _seen(row: EventRow) -> str:
    """What an answer answers: the time."""
    return f"{row.starts_at.isoformat()} {row.ends_at.isoformat()} {row.all_day}"
