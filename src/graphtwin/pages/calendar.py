"""The calendar of one mailbox, `/mailboxes/{address}`: day, week or month, with the ledger and an event's panel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from graphtwin.http import Request, Response, Route
from graphtwin.pages import recurrence_form
from graphtwin.pages.entries import SELECTED, Entry, entry
from graphtwin.pages.event_form import CHOICES
from graphtwin.pages.layout import bars, blocks, row_at, week_of_month
from graphtwin.pages.ledger import mail_lines
from graphtwin.pages.outlook import UNREADABLE, Outlook, Refused
from graphtwin.pages.panel import Panel, event_panel, new_panel
from graphtwin.pages.place import Place, zone_names
from graphtwin.pages.rendering import page, text
from graphtwin.pages.shell import sent_since, shell, version

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

MONTH_LANES = 4
LEDGER_LENGTH = 60
DONE = {
    "created": "The event was made.",
    "saved": "The event was saved.",
    "moved": "The event was moved.",
    "unchanged": "Nothing was changed.",
    "deleted": "The event was deleted.",
    "cancelled": "The meeting was cancelled.",
    "answered": "The answer was given.",
    "forwarded": "The invitation was forwarded.",
}
_DAY = timedelta(days=1)
_HUES = 6


def calendar(twin: Twin, request: Request, address: str) -> Response:
    """Show the calendar; `event` opens an event's panel, `new` the form of a new one."""
    mailbox = twin.tenant.mailbox(address)
    place = Place.read(request.params, mailbox=mailbox, now=twin.now())
    panel, problem = None, ""
    if "new" in request.params:
        panel = new_panel(request.params["new"], place)
    elif event_id := request.params.get("event", ""):
        try:
            panel = event_panel(Outlook(twin, mailbox, zone=place.zone), event_id)
        except Refused as refused:
            gone = refused.status == HTTPStatus.NOT_FOUND
            problem = "This event is not in the mailbox any more." if gone else refused.message
    done = DONE.get(request.params.get("done", ""), "")
    before = request.params.get("mailed-since", "")
    mailed = sent_since(twin, int(before)) if done and before.isdecimal() else ()
    return calendar_page(twin, mailbox, place, panel=panel, problem=problem, done=done, mailed=mailed)


def calendar_page(
    twin: Twin, mailbox: Mailbox, place: Place, *, panel: Panel | None, status: int = 200, **notices: Any
) -> Response:
    """Render the calendar with a panel that may hold errors."""
    entries, unreadable = read_entries(twin, mailbox, place)
    values = {
        **shell(twin, "/", mailbox),
        "problem": "",
        "done": "",
        "mailed": (),
        **notices,
        "place": place,
        "panel": panel,
        "unreadable": unreadable,
        "lines": mail_lines(
            twin, address=mailbox.address if place.mails == "mine" else None, most=LEDGER_LENGTH, zone=place.zone
        ),
        "zones": zone_names(),
        "choices": CHOICES,
        "recurrence": recurrence_form,
        "others": tuple(each for each in twin.tenant.mailboxes.values() if each is not mailbox),
        "version": version(twin, mailbox),
        "version_url": f"/mailboxes/{mailbox.address}/version",
        **_grid(entries, place),
    }
    return page("calendar.html", status=status, **values)


def calendar_version(twin: Twin, _request: Request, address: str) -> Response:
    """A short text that changes with the mailbox and the ledger: cheap to ask for every second."""
    return text(version(twin, twin.tenant.mailbox(address)))


def read_entries(twin: Twin, mailbox: Mailbox, place: Place) -> tuple[tuple[Entry, ...], int]:
    """Read all calendars over the days of the view; and count the events whose members make no sense."""
    found, unreadable = [], 0
    for hue, event in _events(twin, mailbox, place):
        try:
            read = entry(event, calendar_hue=hue)
        except UNREADABLE:
            unreadable += 1
            continue
        if read.first_day <= place.days[-1] and read.last_day >= place.days[0]:
            found.append(read)
    return tuple(found), unreadable


def _events(twin: Twin, mailbox: Mailbox, place: Place) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield events with their calendar's hue, of a day more on both sides, for all-day events float."""
    outlook = Outlook(twin, mailbox, zone=place.zone)
    window = {
        "startDateTime": f"{place.days[0] - _DAY}T00:00:00Z",
        "endDateTime": f"{place.days[-1] + 2 * _DAY}T00:00:00Z",
        "$select": SELECTED,
        "$top": "500",
    }
    for number, shown in enumerate(mailbox.calendars.values()):
        for event in outlook.pages(f"/calendars/{shown.id}/calendarView", **window):
            yield number % _HUES, event


def _grid(entries: tuple[Entry, ...], place: Place) -> dict[str, Any]:
    if place.view == "month":
        weeks = [place.days[start : start + 7] for start in range(0, len(place.days), 7)]
        return {"weeks": tuple(week_of_month(entries, week, lanes=MONTH_LANES) for week in weeks)}
    above = bars([each for each in entries if each.is_long], place.days)
    return {
        "above": above,
        "columns": tuple((day, blocks(entries, day)) for day in place.days),
        "now_row": row_at(place.now),
        "hours": range(24),
    }


ROUTES = (
    Route("GET", "/mailboxes/{address}", calendar),
    Route("GET", "/mailboxes/{address}/version", calendar_version),
)
