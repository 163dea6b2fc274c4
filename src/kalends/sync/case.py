"""One event as a round finds it: link, local and remote side by side, and where its owner stands (RULES §2, §3).

| standing  | whose copy                         | comes down                    | goes up                       |
|-----------|------------------------------------|-------------------------------|-------------------------------|
| organizer | the organizer's, or an appointment | shared, personal              | shared when marked, personal  |
| keeper    | the organizer's quiet one          | shared but the list, personal | the same                      |
| attendee  | the one Exchange made              | personal, answer; shared if † | personal, answer              |
| guest     | an attendee's quiet one            | personal                      | shared but the list, personal |

† a meeting that is scheduled elsewhere.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from kalends.domain.event import PERSONAL, SHARED, Field, Scheduler, State
from kalends.sync.errors import SyncError
from kalends.sync.merge import agree, attendees_of, span_of
from kalends.sync.ports import Direction, MailboxState
from kalends.sync.snapshot import Link, LocalItem, Part, RemoteItem, Values


class Standing(StrEnum):
    """What the mailbox's owner is to this event in this copy."""

    ORGANIZER = "organizer"
    KEEPER = "keeper"
    ATTENDEE = "attendee"
    GUEST = "guest"


class Here(StrEnum):
    """What became of the event in Kalends since both sides agreed."""

    SAME = "same"
    CHANGED = "changed"
    DELETED = "deleted"
    HIDDEN = "hidden"


class There(StrEnum):
    """What became of the copy in Outlook since both sides agreed."""

    SAME = "same"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    DELETED = "deleted"
    AWAY = "away"


QUIET = frozenset({Standing.KEEPER, Standing.GUEST})
SILENT = frozenset({Scheduler.NOBODY, Scheduler.KALENDS})
"""Schedulers for whose meetings Outlook never learns the list (RULES 2.1, 7.1)."""
OWN = PERSONAL - {Field.ANSWER}


class Incomplete(SyncError):
    """A case was asked for what it does not have; only a mistake in the planner can raise it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The three trees of one event; `there` says what the round learned of the copy, `holds` what already waits."""

    state: MailboxState
    now: dt.datetime
    link: Link | None = None
    local: LocalItem | None = None
    item: RemoteItem | None = None
    there: There = There.SAME
    holds: frozenset[str] = frozenset()

    @property
    def event(self) -> LocalItem:
        """The event, which this case is sure to have."""
        if self.local is None:
            raise Incomplete
        return self.local

    @property
    def pair(self) -> Link:
        """The link, which this case is sure to have."""
        if self.link is None:
            raise Incomplete
        return self.link

    @property
    def copy(self) -> RemoteItem:
        """The item, which this case is sure to have."""
        if self.item is None:
            raise Incomplete
        return self.item

    @property
    def remote_values(self) -> Values:
        """What Outlook has now: as just read, as it was last agreed on, or nothing without a copy."""
        if self.item is not None:
            return self.item.values
        return self.link.theirs if self.link is not None else {}

    @property
    def coming(self) -> bool:
        """Whether the event has not ended yet."""
        return span_of(self.event.values).end_at > self.now

    @property
    def others(self) -> bool:
        """Whether the event has people beside its organizer."""
        return bool(attendees_of(self.event.values))

    @property
    def here(self) -> Here:
        """What became of the event in Kalends."""
        local = self.local
        if local is None or local.state in {State.TRASHED, State.CANCELLED}:
            return Here.DELETED
        if local.state is State.ARCHIVED and self.coming and self.there is not There.CHANGED:
            return Here.HIDDEN if local.part is Part.ATTENDEE else Here.DELETED
        if local.hidden or (self.standing is Standing.GUEST and not local.participates):
            return Here.HIDDEN
        return Here.CHANGED if self.changed_here else Here.SAME

    @property
    def changed_here(self) -> bool:
        """Whether the owner wrote something here that Outlook does not know."""
        ours = self.ours
        return any(
            field not in ours or not agree(field, self.event.values[field], ours[field])
            for field in self.up | ({Field.ANSWER} if self.event.reply else set())
            if field in self.event.values and self.written(field)
        )

    @property
    def ours(self) -> Values:
        """Our base; what a quiet copy withholds was never agreed on, so inviting people is a change (RULES 7.1)."""
        if self.link is None:
            return {}
        return {**self.link.ours, Field.ATTENDEES: ()} if self.link.quiet else self.link.ours

    @property
    def quiet(self) -> bool:
        """Whether the copy withholds the list."""
        if self.event.scheduler is Scheduler.OUTLOOK and self.event.part is Part.ORGANIZER:
            return False
        if self.link is not None and self.link.part is Part.ATTENDEE:
            return False
        ours = self.link is None or self.link.creation_number > 0
        return (self.others or self.event.part is Part.ATTENDEE) and (self.event.scheduler in SILENT or ours)

    @property
    def standing(self) -> Standing:
        """Where the owner stands; on a real copy `isOrganizer` decides (RULES 1.3, 3.4)."""
        if self.link is not None and self.link.part is Part.ATTENDEE:
            return Standing.ATTENDEE
        made_here = self.link is None or self.link.quiet or self.link.creation_number > 0
        if made_here and self.local is not None and self.local.part is Part.ATTENDEE:
            return Standing.GUEST
        if self.link is not None and (self.link.quiet or self.quiet):
            return Standing.KEEPER
        return Standing.ORGANIZER

    def written(self, field: Field) -> bool:
        """Whether a difference in this field was made here by the owner (RULES 3.5)."""
        if field in self.event.marks:
            return True
        return self.standing in QUIET and field in SHARED and field is not Field.ATTENDEES

    @property
    def unwritable(self) -> frozenset[Field]:
        """Fields that are shown here and never written back (RULES 4.4)."""
        if self.item is not None:
            return self.item.unwritable
        return self.link.unwritable if self.link is not None else frozenset()

    @property
    def up(self) -> frozenset[Field]:
        """The fields that may go to this copy."""
        if self.state.policy.direction is Direction.FROM_OUTLOOK:
            return frozenset()
        return _UP[self._footing] - self.unwritable

    @property
    def down(self) -> frozenset[Field]:
        """The fields that may come from this copy."""
        if self.state.policy.direction is Direction.TO_OUTLOOK:
            return frozenset()
        if self.standing is Standing.ATTENDEE and self.event.scheduler is Scheduler.ELSEWHERE:
            return OWN | self._counted
        if self.link is not None and self.link.quiet:
            return _DOWN[self.standing]
        return _DOWN[self._footing]

    @property
    def _footing(self) -> Standing:
        """A quiet copy whose list may go out now, by a person's act, is written as the organizer's (RULES 7.1)."""
        if self.standing is Standing.KEEPER and not self.quiet:
            return Standing.ORGANIZER
        return self.standing

    @property
    def _counted(self) -> frozenset[Field]:
        """Of a meeting scheduled elsewhere: the differences that count, not being one person's wording (RULES 3.3)."""
        witnesses = self.event.witnesses
        if self.item is None:
            return frozenset()
        rose = self.link is not None and (self.item.sequence or 0) > (self.link.sequence or 0)
        if not witnesses or rose:
            return SHARED
        values = self.item.values
        return frozenset(
            field
            for field in SHARED & set(values)
            if any(field in each and agree(field, each[field], values[field]) for each in witnesses)
        )


_DOWN = {
    Standing.ORGANIZER: SHARED | OWN,
    Standing.KEEPER: (SHARED | OWN) - {Field.ATTENDEES},
    Standing.ATTENDEE: OWN,
    Standing.GUEST: OWN,
}
_UP = {
    Standing.ORGANIZER: SHARED | OWN,
    Standing.KEEPER: (SHARED | OWN) - {Field.ATTENDEES},
    Standing.ATTENDEE: OWN,
    Standing.GUEST: (SHARED | OWN) - {Field.ATTENDEES},
}
