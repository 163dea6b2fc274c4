"""Who reads a page: their zone, their day, their theme."""

import datetime as dt

from django.http import HttpRequest
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.domain.errors import UnknownZone
from kalends.domain.span import UTC, zone

THEME_COOKIE = "kalends_theme"
THEMES = ("auto", "light", "dark")


def reader(request: HttpRequest) -> Person:
    """The signed-in person; views that need one are behind `login_required`."""
    person = request.user
    assert isinstance(person, Person)  # noqa: S101 -- login_required stands before
    return person


def reader_zone(request: HttpRequest) -> str:
    """The zone in which times are told."""
    name = getattr(request.user, "time_zone", UTC) or UTC
    try:
        zone(name)
    except UnknownZone:
        return UTC
    return str(name)


def today(request: HttpRequest) -> dt.date:
    """The reader's present day."""
    return timezone.now().astimezone(zone(reader_zone(request))).date()


def theme(request: HttpRequest) -> str:
    """Light, dark, or as the machine says; kept in a cookie, since it belongs to the screen."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


def in_panel(request: HttpRequest) -> bool:
    """Whether htmx asks, and so a part of a page is wanted, not a page."""
    return bool(getattr(request, "htmx", False))


def is_script(request: HttpRequest) -> bool:
    """Whether one of our own scripts asks by `fetch`, and so a plain answer is wanted."""
    return request.headers.get("X-Requested-With") == "fetch"
