"""What the calendar needs to know of Outlook, and whom it tells of edits.

Mailboxes lie above the calendar (DESIGN.md §3), so they plug themselves in here when Django starts. Without any, the
calendar works alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from kalends.calendars.views import Badge
from kalends.domain.event import Field
from kalends.domain.invitations import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """An edit that was just written, inside its transaction.

    `shared` are fields that the organizer wrote, `personal` those that `by` wrote for himself.
    `people` are all who take part, by id, also those whom the edit took off; `everybody` tells whether it concerns them
    all, or its editor alone.
    """

    event_id: UUID
    by: int
    organizer: int | None
    shared: frozenset[Field]
    personal: frozenset[Field]
    people: frozenset[int]
    everybody: bool = True


class Connections(Protocol):
    """The Outlook side, as the calendar sees it."""

    def connected(self, people: Collection[int]) -> frozenset[int]:
        """Those who have a connected mailbox, be it paused or out of reach (RULES 14.2)."""

    def edited(self, edit: Edited) -> None:
        """Marks, dirty rows and a job for every connected mailbox concerned, in the running transaction."""

    def badges(self, person: int, events: Collection[UUID]) -> Mapping[UUID, Badge]:
        """How each event stands with this person's Outlook."""

    def linked(self, person: int, event: UUID) -> bool:
        """Whether this person's Outlook holds a copy, as far as we know."""

    def unwritable(self, person: int, event: UUID) -> frozenset[Field]:
        """The fields of this person's copy that must not be written from here (RULES 4.4)."""

    def answers_by_mail(self, person: int, event: UUID) -> bool:
        """Whether Kalends itself mails this person's answer to the organizer (RULES 11.4)."""

    def told(self, event: UUID) -> Mapping[str, Told]:
        """What Kalends itself told each person of a meeting that it schedules, by compared address (RULES 2.2)."""


class Alone:
    """An installation without Outlook."""

    def connected(self, people: Collection[int]) -> frozenset[int]:
        return frozenset[int]() if people else frozenset()

    def edited(self, edit: Edited) -> None:
        """Nobody to tell."""

    def badges(self, person: int, events: Collection[UUID]) -> Mapping[UUID, Badge]:
        return {event: Badge() for event in events if person}

    def linked(self, person: int, event: UUID) -> bool:
        return not (person or event)

    def unwritable(self, person: int, event: UUID) -> frozenset[Field]:
        return frozenset[Field]() if person and event else frozenset()

    def answers_by_mail(self, person: int, event: UUID) -> bool:
        return not (person or event)

    def told(self, event: UUID) -> Mapping[str, Told]:
        return dict[str, Told]() if event else {}


_plugged: list[Connections] = [Alone()]


def plug(connections: Connections) -> None:
    """From now on these are asked and told."""
    _plugged[:] = [connections]


def outlook() -> Connections:
    """Whoever is plugged in."""
    return _plugged[0]
