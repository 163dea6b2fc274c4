"""Times in words for the reader: in the reader's zone, with the event's own zone named when it differs (LOOK.md)."""

import datetime as dt

from kalends.domain.span import AllDay, Span, Timed, zone


def when_words(span: Span, reader_zone: str, today: dt.date) -> str:
    """“Tue 24 Nov, 09:00 – 10:00”; the year is told when it is not the present one."""
    if isinstance(span, AllDay):
        return _days(span.first, span.last, today)
    start = span.start_at.astimezone(zone(reader_zone))
    end = span.end_at.astimezone(zone(reader_zone))
    if start.date() == end.date():
        return f"{day_words(start.date(), today)}, {start:%H:%M} – {end:%H:%M}"
    return f"{day_words(start.date(), today)}, {start:%H:%M} – {day_words(end.date(), today)}, {end:%H:%M}"


def own_zone_words(span: Span, reader_zone: str) -> str:
    """“15:00 – 16:00 in New York”, or nothing when the event's clocks show what the reader's show."""
    if isinstance(span, AllDay) or _same_clocks(span, reader_zone):
        return ""
    start, end = f"{span.start:%H:%M}", f"{span.end:%H:%M}"
    if span.start_zone == span.end_zone:
        return f"{start} – {end} in {place_of(span.start_zone)}"
    return f"{start} in {place_of(span.start_zone)} – {end} in {place_of(span.end_zone)}"


def day_words(day: dt.date, today: dt.date) -> str:
    """“Tue 24 Nov”, with the year when it is another one."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%a} {day.day} {day:%b}{year}"


def moment_words(at: dt.datetime, reader_zone: str, today: dt.date) -> str:
    """A moment in the reader's zone: “Tue 24 Nov, 09:00”."""
    local = at.astimezone(zone(reader_zone))
    return f"{day_words(local.date(), today)}, {local:%H:%M}"


def place_of(zone_name: str) -> str:
    """The zone as people say it: “America/New_York” is New York."""
    return zone_name.rsplit("/", 1)[-1].replace("_", " ")


def _days(first: dt.date, last: dt.date, today: dt.date) -> str:
    if first == last:
        return f"{day_words(first, today)}, all day"
    return f"{day_words(first, today)} – {day_words(last, today)}, all day"


def _same_clocks(span: Timed, reader_zone: str) -> bool:
    reader = zone(reader_zone)
    return (
        span.start_at.astimezone(reader).replace(tzinfo=None) == span.start
        and span.end_at.astimezone(reader).replace(tzinfo=None) == span.end
    )
