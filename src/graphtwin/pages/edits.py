"""What a person does to events on the calendar page: each form is one call of Graph by the mailbox's owner."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from graphtwin.errors import GraphError
from graphtwin.http import Request, Response, Route
from graphtwin.pages.calendar import calendar_page
from graphtwin.pages.event_form import BLANK, FormError, moved, payload, people, submitted
from graphtwin.pages.outlook import Outlook, Refused
from graphtwin.pages.panel import Panel, event_in_own_zone, event_panel
from graphtwin.pages.place import Place, parameters_of
from graphtwin.pages.rendering import Fields, see_other
from graphtwin.pages.shell import last_mail

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

_FURTHEST = 1_000_000
ANSWERS = ("accept", "tentativelyAccept", "decline")


class Desk:
    """One submitted form: whose mailbox, from which place of the calendar, and the way back to it."""

    def __init__(self, twin: Twin, request: Request, address: str) -> None:
        self.twin = twin
        self.mailbox: Mailbox = twin.tenant.mailbox(address)
        self.fields = Fields(request)
        parameters = parameters_of(self.fields.one("place"))
        self.place = Place.read(parameters, mailbox=self.mailbox, now=twin.now())
        self.outlook = Outlook(twin, self.mailbox, zone=self.place.zone)
        self._mails_before = last_mail(twin)

    def back(self, done: str) -> Response:
        """Return to the calendar, saying what was done and what was mailed."""
        answer = {"done": done, "mailed-since": str(self._mails_before)}
        return see_other(f"/mailboxes/{self.mailbox.address}", **self.place.parameters, **answer)

    def again(self, panel: Panel | None, *, problem: str = "", status: int = 400) -> Response:
        """Show the form once more, with what was typed and what is wrong."""
        if panel is not None:
            panel.problem = problem
        return calendar_page(
            self.twin, self.mailbox, self.place, panel=panel, status=status, problem="" if panel else problem
        )


def create_event(twin: Twin, request: Request, address: str) -> Response:
    """POST /me/events (or a calendar's) with what the form says."""
    desk = Desk(twin, request, address)
    before, after = submitted(desk.fields, BLANK)
    chosen = desk.fields.one("calendar")
    collection = f"/calendars/{chosen}/events" if chosen else "/events"
    panel = Panel(event=None, values=after, was=json.dumps(before), open_form=True, calendar=chosen)
    try:
        content = payload({**BLANK, "start.dateTime": ""}, after)
        desk.outlook.post(collection, {"subject": after["subject"], **content})
    except FormError as error:
        panel.errors = error.fields
        return desk.again(panel)
    except Refused as refused:
        return desk.again(panel, problem=refusal_words(refused))
    return desk.back("created")


def edit_event(twin: Twin, request: Request, address: str, event_id: str) -> Response:
    """PATCH the event with the fields that were changed."""
    desk = Desk(twin, request, address)
    panel = None
    try:
        panel = event_panel(desk.outlook, event_id)
        before, panel.values = submitted(desk.fields, panel.values)
        panel.was, panel.open_form = json.dumps(before), True
        content = payload(before, panel.values)
        if not content:
            return desk.back("unchanged")
        desk.outlook.patch(f"/events/{event_id}", content)
    except FormError as error:
        if panel is not None:
            panel.errors = error.fields
        return desk.again(panel)
    except Refused as refused:
        return desk.again(panel, problem=refusal_words(refused))
    return desk.back("saved")


def move_event(twin: Twin, request: Request, address: str, event_id: str) -> Response:
    """PATCH start and end by `days` and `minutes`, in the event's own zone: what dragging it does."""
    fields = Fields(request)

    def move(outlook: Outlook) -> None:
        by = timedelta(days=_whole(fields.one("days", "0")), minutes=_whole(fields.one("minutes", "0")))
        outlook.patch(f"/events/{event_id}", moved(event_in_own_zone(outlook, event_id), by))

    return _act(twin, request, address, event_id, done="moved", deed=move)


def answer_event(twin: Twin, request: Request, address: str, event_id: str, answer: str) -> Response:
    """POST accept, tentativelyAccept or decline, with a comment and a new time if there is one."""
    if answer not in ANSWERS:
        raise GraphError(404, "ResourceNotFound", f"“{answer}” is no answer.")
    fields = Fields(request)
    content: dict[str, Any] = {"sendResponse": fields.one("sendResponse", "true") == "true"}
    if comment := fields.one("comment"):
        content["comment"] = comment
    start, end = fields.one("proposedNewTime.start"), fields.one("proposedNewTime.end")
    if start and end and answer != "accept":
        zone = fields.one("proposedNewTime.timeZone", "UTC")
        content["proposedNewTime"] = {
            "start": {"dateTime": start, "timeZone": zone},
            "end": {"dateTime": end, "timeZone": zone},
        }
    return _act(
        twin,
        request,
        address,
        event_id,
        done="answered",
        deed=lambda outlook: outlook.post(f"/events/{event_id}/{answer}", content),
    )


def cancel_event(twin: Twin, request: Request, address: str, event_id: str) -> Response:
    """POST cancel with a comment."""
    content = {"comment": Fields(request).one("comment")}
    return _act(
        twin,
        request,
        address,
        event_id,
        done="cancelled",
        deed=lambda outlook: outlook.post(f"/events/{event_id}/cancel", content),
    )


def delete_event(twin: Twin, request: Request, address: str, event_id: str) -> Response:
    return _act(
        twin, request, address, event_id, done="deleted", deed=lambda outlook: outlook.delete(f"/events/{event_id}")
    )


def forward_event(twin: Twin, request: Request, address: str, event_id: str) -> Response:
    """POST forward to the people named."""
    fields = Fields(request)

    def forward(outlook: Outlook) -> None:
        to = people(fields.one("toRecipients"))
        if not to:
            raise ValueError("Say to whom it shall be forwarded.")
        recipients = [{"emailAddress": {"name": "", **person}} for person in to]
        outlook.post(f"/events/{event_id}/forward", {"comment": fields.one("comment"), "toRecipients": recipients})

    return _act(twin, request, address, event_id, done="forwarded", deed=forward)


def refusal_words(refused: Refused) -> str:
    """What Outlook said, and that nothing was changed."""
    return f"Outlook refused: {refused.message} Nothing was changed. ({refused.code})"


def _act(
    twin: Twin, request: Request, address: str, event_id: str, *, done: str, deed: Callable[[Outlook], object]
) -> Response:
    desk = Desk(twin, request, address)
    try:
        deed(desk.outlook)
    except (Refused, ValueError) as error:
        problem = refusal_words(error) if isinstance(error, Refused) else str(error)
        return desk.again(_panel_or_none(desk, event_id), problem=problem)
    return desk.back(done)


def _whole(written: str) -> int:
    number = written.removeprefix("-")
    if not number.isdecimal() or int(number) > _FURTHEST:
        raise ValueError(f"“{written}” is no whole number of days or minutes.")
    return int(written)


def _panel_or_none(desk: Desk, event_id: str) -> Panel | None:
    try:
        return event_panel(desk.outlook, event_id)
    except Refused:
        return None


_EVENT = "/mailboxes/{address}/events/{event_id}"

ROUTES = (
    Route("POST", "/mailboxes/{address}/events", create_event),
    Route("POST", _EVENT, edit_event),
    Route("POST", f"{_EVENT}/move", move_event),
    Route("POST", f"{_EVENT}/cancel", cancel_event),
    Route("POST", f"{_EVENT}/delete", delete_event),
    Route("POST", f"{_EVENT}/forward", forward_event),
    Route("POST", f"{_EVENT}/answer/{{answer}}", answer_event),
)
