"""What screens and the API may read of the calendar; every answer is reduced to what the viewer may know."""

from kalends.calendars.queries.calendar import agenda, events_between, search
from kalends.calendars.queries.contacts import contacts
from kalends.calendars.queries.detail import event_detail
from kalends.calendars.queries.history import history
from kalends.calendars.queries.lists import archive, conflicts, trash

__all__ = [
    "agenda",
    "archive",
    "conflicts",
    "contacts",
    "event_detail",
    "events_between",
    "history",
    "search",
    "trash",
]
