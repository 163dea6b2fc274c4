"""What a plan is made of: steps as data, in the order in which they are carried out (DESIGN.md §4).

Writes to Kalends are the port's own `LocalWrite`; the ledger's and Outlook's are here. A `Decision` is the plan for one
event: the row of the table that was chosen, in words, and its steps.
"""

from dataclasses import dataclass

from kalends.domain.attendee import Attendee
from kalends.domain.scheduling import ForecastMail
from kalends.domain.span import Span
from kalends.sync.ports import Hold, LocalWrite, RemoteWrite, Side
from kalends.sync.snapshot import Link, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """The link is stored as it is here."""

    link: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The link of this event ends; nothing is deleted by it (RULES 5.5)."""

    event_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Something waits."""

    hold: Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """It waits no longer."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A write to Outlook, and the mails that follow from it.

    `local_values` are ours of the fields it writes, their base once it arrived; `quiet` is whether the copy withholds
    the list from then on. `expects` is the time the owner answered to: the copy is read before, and must show it
    (RULES 11.2). `audience` is who the copy lists before the write.
    """

    write: RemoteWrite
    local_values: Values
    version: int
    quiet: bool = False
    expects: Span | None = None
    audience: tuple[Attendee, ...] = ()
    mails: tuple[ForecastMail, ...] = ()


Step = LocalWrite | Put | End | Keep | Release | Send


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The plan for one event. `rule` names the table's row; `deletes` says on which side something was deleted.

    `event_id` is None for an Outlook item that no event stands for. `awaits`: nothing is to be done yet, but the event
    is looked at again in the next round.
    """

    event_id: str | None
    remote_id: str | None
    rule: str
    subject: str = ""
    steps: tuple[Step, ...] = ()
    deletes: Side | None = None
    awaits: bool = False

    @property
    def sends(self) -> tuple[Send, ...]:
        """Its writes to Outlook."""
        return tuple(step for step in self.steps if isinstance(step, Send))

    @property
    def mails(self) -> tuple[ForecastMail, ...]:
        """Every mail that follows from it."""
        return tuple(mail for send in self.sends for mail in send.mails)
