"""People of an event: who they are, in what role, and what they answered (RFC 5545 §3.8.4.1)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """ROLE and CUTYPE in one, as Outlook has it."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    RESOURCE = "resource"


class Partstat(StrEnum):
    """PARTSTAT; `NEEDS_ACTION` covers Outlook's `none` and `notResponded` (FACTS.md §2.4)."""

    NEEDS_ACTION = "needs-action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


def normal_address(address: str) -> str:
    """The form in which addresses are compared: trimmed and case-folded (RULES 1.3)."""
    return address.strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody answered, and when (aware UTC; None when unknown)."""

    partstat: Partstat = Partstat.NEEDS_ACTION
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A name and an address; the organizer of an event, or a contact."""

    address: str
    name: str = ""

    @property
    def key(self) -> str:
        """The address as it is compared."""
        return normal_address(self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Somebody on the list; the answer is shown, but never part of the list's comparison (RULES 4.2)."""

    address: str
    name: str = ""
    role: Role = Role.REQUIRED
    answer: Answer = Answer()

    @property
    def key(self) -> str:
        """The address as it is compared."""
        return normal_address(self.address)
