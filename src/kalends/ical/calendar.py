"""VCALENDAR: one or several entries with the rules of their zones, as text and back (RFC 5545 §3.4)."""

import datetime as dt
from collections.abc import Iterable, Sequence

from icalendar import Calendar, Component

from kalends.domain.span import Span, Timed
from kalends.ical.errors import MalformedCalendar
from kalends.ical.vevent import Entry, entry_of, vevent
from kalends.ical.vtimezone import needs_rules, vtimezone

PRODUCT = "-//Kalends//Kalends//EN"
VERSION = "2.0"


def calendar_text(entries: Sequence[Entry]) -> str:
    """The text of an `.ics` file with these entries."""
    calendar = empty_calendar([entry.event.when for entry in entries])
    for entry in entries:
        calendar.add_component(vevent(entry))
    return text_of_calendar(calendar)


def entries_of(text: str | bytes) -> list[Entry]:
    """The entries of an `.ics` text; raises MalformedCalendar."""
    return [entry_of(component) for component in vevents(read_calendar(text))]


def empty_calendar(spans: Iterable[Span], method: str = "") -> Calendar:
    """A calendar that knows the zones of these spans."""
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", VERSION)
    if method:
        calendar.add("METHOD", method)
    for name, days in sorted(_zones(spans).items()):
        calendar.add_component(vtimezone(name, min(days), max(days)))
    return calendar


def text_of_calendar(calendar: Calendar) -> str:
    """The content lines, folded, with the properties in the order they were added."""
    return str(calendar.to_ical(sorted=False).decode())


def read_calendar(text: str | bytes) -> Calendar:
    """The first VCALENDAR of a text; raises MalformedCalendar."""
    try:
        found = Calendar.from_ical(text, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise MalformedCalendar(f"This is no iCalendar text: {error}") from error
    calendar = next((each for each in found if each.name == "VCALENDAR"), None)
    if calendar is None:
        raise MalformedCalendar("This is no iCalendar text: it holds no VCALENDAR.")
    return calendar


def vevents(calendar: Calendar) -> list[Component]:
    """The events of a calendar."""
    return [each for each in calendar.subcomponents if each.name == "VEVENT"]


def _zones(spans: Iterable[Span]) -> dict[str, list[dt.date]]:
    zones: dict[str, list[dt.date]] = {}
    for span in spans:
        if isinstance(span, Timed):
            for name in (span.start_zone, span.end_zone):
                if needs_rules(name):
                    zones.setdefault(name, []).extend((span.start.date(), span.end.date()))
    return zones
