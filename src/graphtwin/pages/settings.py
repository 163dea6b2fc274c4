"""`/mailboxes/{address}/settings`: time zone, calendars, and taking the mailbox away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphtwin.http import Request, Response, Route
from graphtwin.pages.outlook import Outlook, Refused
from graphtwin.pages.place import own_zone, zone_names
from graphtwin.pages.rendering import Fields, page, see_other
from graphtwin.pages.shell import shell

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

DONE = {"saved": "The time zone was saved.", "added": "The calendar was made.", "removed": "The calendar was deleted."}


def settings(twin: Twin, request: Request, address: str) -> Response:
    return _page(twin, twin.tenant.mailbox(address), done=DONE.get(request.params.get("done", ""), ""))


def set_time_zone(twin: Twin, request: Request, address: str) -> Response:
    """PATCH /me/mailboxSettings."""
    mailbox, fields = twin.tenant.mailbox(address), Fields(request)
    try:
        Outlook(twin, mailbox).patch("/mailboxSettings", {"timeZone": fields.one("timeZone")})
    except Refused as refused:
        return _page(twin, mailbox, problem=_words(refused), status=400)
    return _back(mailbox, "saved")


def add_calendar(twin: Twin, request: Request, address: str) -> Response:
    """POST /me/calendars."""
    mailbox, fields = twin.tenant.mailbox(address), Fields(request)
    name = fields.one("name")
    if not name:
        return _page(twin, mailbox, problem="Give the calendar a name.", status=400)
    try:
        Outlook(twin, mailbox).post("/calendars", {"name": name})
    except Refused as refused:
        return _page(twin, mailbox, problem=_words(refused), status=400)
    return _back(mailbox, "added")


def remove_calendar(twin: Twin, request: Request, address: str, calendar_id: str) -> Response:
    """DELETE /me/calendars/{id}; its events go with it."""
    mailbox = twin.tenant.mailbox(address)
    Fields(request)
    try:
        Outlook(twin, mailbox).delete(f"/calendars/{calendar_id}")
    except Refused as refused:
        return _page(twin, mailbox, problem=_words(refused), status=400)
    return _back(mailbox, "removed")


def remove_mailbox(twin: Twin, request: Request, address: str) -> Response:
    """Take the account away, once its address was written to confirm it."""
    mailbox = twin.tenant.mailbox(address)
    if Fields(request).one("address").lower() != mailbox.address.lower():
        return _page(twin, mailbox, problem=f"Nothing was deleted. Write {mailbox.address} to confirm.", status=400)
    del twin.tenant.mailboxes[mailbox.address.lower()]
    return see_other("/")


def _words(refused: Refused) -> str:
    return f"Outlook refused: {refused.message} ({refused.code})"


def _back(mailbox: Mailbox, done: str) -> Response:
    return see_other(f"/mailboxes/{mailbox.address}/settings", done=done)


def _page(twin: Twin, mailbox: Mailbox, *, done: str = "", problem: str = "", status: int = 200) -> Response:
    counts = {each.id: sum(1 for _ in mailbox.in_calendar(each.id)) for each in mailbox.calendars.values()}
    return page(
        "settings.html",
        status=status,
        **shell(twin, "/", mailbox),
        zone=own_zone(mailbox),
        zones=zone_names(),
        counts=counts,
        done=done,
        problem=problem,
    )


_SETTINGS = "/mailboxes/{address}/settings"

ROUTES = (
    Route("GET", _SETTINGS, settings),
    Route("POST", f"{_SETTINGS}/time-zone", set_time_zone),
    Route("POST", f"{_SETTINGS}/calendars", add_calendar),
    Route("POST", f"{_SETTINGS}/calendars/{{calendar_id}}/delete", remove_calendar),
    Route("POST", f"{_SETTINGS}/delete", remove_mailbox),
)
