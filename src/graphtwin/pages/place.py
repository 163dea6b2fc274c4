"""Where in a calendar a person is: view, day and zone, as they stand in the address of the page."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode
from zoneinfo import available_timezones

from graphtwin.zones import wall_in, zone_or_none

if TYPE_CHECKING:
    from graphtwin.tenant import Mailbox

VIEWS = ("day", "week", "month")
_AREAS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


@dataclass(slots=True, frozen=True, kw_only=True)
class Place:
    """`now` is the wall clock in `zone`; `mails` is "mine" where only this mailbox's mails are asked for."""

    view: str
    day: date
    zone: str
    now: datetime
    mails: str = "all"

    @classmethod
    def read(cls, params: Mapping[str, str], *, mailbox: Mailbox, now: datetime) -> Place:
        """Read an address; what makes no sense falls back to this week in the mailbox's own zone."""
        zone = params.get("zone", "")
        if zone_or_none(zone) is None:
            zone = own_zone(mailbox)
        here = wall_in(now, zone)
        view = params.get("view", "")
        return cls(
            view=view if view in VIEWS else "week",
            day=_day(params.get("date", ""), here.date()),
            zone=zone,
            now=here,
            mails="mine" if params.get("mails") == "mine" else "all",
        )

    @property
    def days(self) -> tuple[date, ...]:
        """All days the view shows; a month is shown in whole weeks from Monday."""
        if self.view == "day":
            return (self.day,)
        monday = self.day - timedelta(days=self.day.weekday())
        if self.view == "week":
            return tuple(monday + timedelta(days=count) for count in range(7))
        return tuple(
            day for week in calendar.Calendar().monthdatescalendar(self.day.year, self.day.month) for day in week
        )

    @property
    def title(self) -> str:
        first, last = self.days[0], self.days[-1]
        if self.view == "day":
            return f"{self.day:%a} {self.day.day} {self.day:%B %Y}"
        if self.view == "month":
            return f"{self.day:%B %Y}"
        if first.month == last.month:
            return f"{first.day}–{last.day} {last:%b %Y}"
        year = "" if first.year == last.year else f" {first.year}"
        return f"{first.day} {first:%b}{year} – {last.day} {last:%b %Y}"

    @property
    def today(self) -> date:
        return self.now.date()

    def step(self, direction: int) -> Place:
        """The same view one day, week or month on or back."""
        if self.view != "month":
            return replace(self, day=_shift(self.day, direction * (1 if self.view == "day" else 7)))
        months = self.day.year * 12 + self.day.month - 1 + direction
        year, month = divmod(months, 12)
        if not date.min.year <= year <= date.max.year:
            return self
        return replace(self, day=date(year, month + 1, 1))

    def query(self, **changes: str) -> str:
        """The query of this place with some values changed; an empty value takes its name away."""
        return urlencode({name: value for name, value in {**self.parameters, **changes}.items() if value})

    @property
    def parameters(self) -> dict[str, str]:
        return {
            "view": self.view,
            "date": self.day.isoformat(),
            "zone": self.zone,
            "mails": "mine" if self.mails == "mine" else "",
        }


def own_zone(mailbox: Mailbox) -> str:
    """The zone of the mailbox's settings, UTC where it has none that is known."""
    zone = str(mailbox.settings.get("timeZone") or "")
    return zone if zone and zone_or_none(zone) is not None else "UTC"


def parameters_of(query: str) -> dict[str, str]:
    return dict(parse_qsl(query))


@cache
def zone_names() -> tuple[str, ...]:
    """The zones offered for choice; any other known name may be typed."""
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(_AREAS)))


def _day(text: str, default: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return default
    return day if date(1602, 1, 1) <= day <= date(4500, 1, 1) else default


def _shift(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day
