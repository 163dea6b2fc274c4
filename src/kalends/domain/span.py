"""When something happens: `Timed` on wall clocks in named zones, or `AllDay` on dates (RFC 5545 §3.6.1).

"When" is one value: start, end, their zones and all-day never change separately (RULES 4.2).
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kalends.domain.errors import EndBeforeStart, UnknownZone

UTC = "UTC"


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name; raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"“{name}” is not a known time zone."
        raise UnknownZone(message) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """From a wall-clock time to another; both naive, each in its own IANA zone.

    Raises EndBeforeStart and UnknownZone.
    """

    start: dt.datetime
    start_zone: str
    end: dt.datetime
    end_zone: str

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo:
            message = "wall-clock times carry no offset; their zone is named beside them"
            raise TypeError(message)
        if self.end_at < self.start_at:
            message = f"The end ({self.end:%Y-%m-%d %H:%M}) lies before the start ({self.start:%Y-%m-%d %H:%M})."
            raise EndBeforeStart(message)

    @property
    def start_at(self) -> dt.datetime:
        """The start as an instant in UTC."""
        return self.start.replace(tzinfo=zone(self.start_zone)).astimezone(dt.UTC)

    @property
    def end_at(self) -> dt.datetime:
        """The end as an instant in UTC."""
        return self.end.replace(tzinfo=zone(self.end_zone)).astimezone(dt.UTC)

    @classmethod
    def at(cls, start: dt.datetime, end: dt.datetime, zone_name: str, end_zone: str | None = None) -> "Timed":
        """From two aware instants, told in `zone_name` (the end in `end_zone` when given)."""
        end_name = end_zone or zone_name
        return cls(
            start=start.astimezone(zone(zone_name)).replace(tzinfo=None),
            start_zone=zone_name,
            end=end.astimezone(zone(end_name)).replace(tzinfo=None),
            end_zone=end_name,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AllDay:
    """Whole days, both ends included; they float, being the same dates in every zone (FACTS.md §2.2)."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            message = f"The last day ({self.last}) lies before the first ({self.first})."
            raise EndBeforeStart(message)

    @property
    def start_at(self) -> dt.datetime:
        """Midnight UTC of the first day, as Outlook's windows count it."""
        return dt.datetime.combine(self.first, dt.time(), dt.UTC)

    @property
    def end_at(self) -> dt.datetime:
        """Midnight UTC after the last day."""
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time(), dt.UTC)


Span = Timed | AllDay


def overlaps(span: Span, start: dt.datetime, end: dt.datetime) -> bool:
    """Whether a span shares an instant with the window [start, end), both aware (FACTS.md §5)."""
    return span.start_at < end and (span.end_at > start or span.start_at == span.end_at >= start)
