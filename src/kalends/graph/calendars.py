"""Which calendars a mailbox has, and where each of them is addressed (FACTS.md §1, §3)."""

from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from kalends.graph import wire
from kalends.graph.client import Graph

DEFAULT_ROOT = "/me"
"""Before `/events` and `/calendarView`: the default calendar, the only one that receives invitations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookCalendar:
    """One calendar, as a person may choose it."""

    calendar_id: str
    name: str
    is_default: bool
    can_edit: bool

    @property
    def root(self) -> str:
        """The start of all its addresses."""
        return DEFAULT_ROOT if self.is_default else calendar_root(self.calendar_id)


def calendar_root(calendar_id: str) -> str:
    """The start of the addresses of a calendar; of the default one where none is named."""
    return f"/me/calendars/{quote(calendar_id, safe='')}" if calendar_id else DEFAULT_ROOT


def list_calendars(graph: Graph) -> list[OutlookCalendar]:
    """Every calendar of the mailbox, the default one first."""
    calendars = (
        msgspec.json.decode(raw, type=wire.Calendar)
        for page in graph.pages("/me/calendars?$top=100")
        for raw in page.value
    )
    found = [
        OutlookCalendar(
            calendar_id=each.id,
            name=each.name or "",
            is_default=bool(each.is_default_calendar),
            can_edit=each.can_edit is not False,
        )
        for each in calendars
    ]
    return sorted(found, key=lambda calendar: not calendar.is_default)
