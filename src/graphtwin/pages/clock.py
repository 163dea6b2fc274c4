"""`/clock`: the twin's own time. It can stand still, jump and run on; what becomes due on the way happens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from graphtwin.http import Request, Response, Route
from graphtwin.pages.rendering import Fields, page, see_other, text
from graphtwin.pages.shell import shell

if TYPE_CHECKING:
    from graphtwin.app import Twin

STEPS = (("60", "1 minute"), ("3600", "1 hour"), ("86400", "1 day"), ("604800", "1 week"))
_LONGEST_SECONDS = 10 * 366 * 86_400


def clock(twin: Twin, _request: Request) -> Response:
    return _page(twin)


def move_clock(twin: Twin, request: Request) -> Response:
    """Do the one thing the pressed button says."""
    fields = Fields(request)
    deed, problem = fields.one("deed"), ""
    if deed == "freeze":
        twin.clock.freeze()
    elif deed == "run":
        twin.clock.freeze(frozen=False)
    elif deed == "real":
        twin.clock.set(datetime.now(UTC))
        twin.clock.freeze(frozen=False)
    elif deed == "advance":
        problem = _advance(twin, fields.one("seconds"))
    elif deed == "set":
        problem = _set(twin, fields.one("now"))
    else:
        problem = "Press one of the buttons."
    return _page(twin, problem=problem, status=400) if problem else see_other("/clock")


def clock_version(twin: Twin, _request: Request) -> Response:
    """Changes each second while the clock runs, so that the page's hands move."""
    return text(f"{twin.now():%Y-%m-%dT%H:%M:%S}{twin.clock.frozen}")


def _advance(twin: Twin, text_: str) -> str:
    if not text_.isdecimal() or not 0 < int(text_) <= _LONGEST_SECONDS:
        return "Give a whole number of seconds, more than 0 and at most ten years."
    twin.clock.advance(int(text_))
    return ""


def _set(twin: Twin, text_: str) -> str:
    try:
        moment = datetime.fromisoformat(text_)
    except ValueError:
        return "Give a date and time such as 2026-11-23T09:30; it is read as UTC."
    twin.clock.set(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return ""


def _page(twin: Twin, *, problem: str = "", status: int = 200) -> Response:
    return page(
        "clock.html",
        status=status,
        **{**shell(twin, "/clock"), "version": "", "version_url": "/clock/version"},
        steps=STEPS,
        problem=problem,
        due=twin.clock.next_due(),
    )


ROUTES = (
    Route("GET", "/clock", clock),
    Route("GET", "/clock/version", clock_version),
    Route("POST", "/clock", move_clock),
)
