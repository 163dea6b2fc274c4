"""graphtwin's own pages: what a person sees of the simulated Outlook.

They are server-rendered and work without script; twin.js only follows changes. Whatever is done to an event here goes
through the handlers of Graph (outlook.py), so nothing can happen on a page that an application could not see.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphtwin.errors import GraphError
from graphtwin.http import Handler, Request, Response, Route
from graphtwin.pages import calendar, clock, edits, faults, mail, mailboxes, outside, requests, settings
from graphtwin.pages.rendering import page, static_file
from graphtwin.pages.shell import shell

if TYPE_CHECKING:
    from graphtwin.app import Twin

_TITLES = {403: "Refused", 404: "Nothing is here"}


def _for_people(handler: Handler) -> Handler:
    """Answer what is not there or not allowed with a page rather than with Graph's JSON."""

    def answer(twin: Twin, request: Request, **parameters: str) -> Response:
        try:
            return handler(twin, request, **parameters)
        except GraphError as error:
            title = _TITLES.get(error.status, "That did not work")
            return page("problem.html", status=error.status, **shell(twin, ""), title=title, message=error.message)

    return answer


_PAGES: tuple[Route, ...] = (
    Route("GET", "/_static/{name}", static_file),
    *mailboxes.ROUTES,
    *calendar.ROUTES,
    *edits.ROUTES,
    *settings.ROUTES,
    *mail.ROUTES,
    *outside.ROUTES,
    *requests.ROUTES,
    *faults.ROUTES,
    *clock.ROUTES,
)

ROUTES: tuple[Route, ...] = tuple(replace(each, handler=_for_people(each.handler)) for each in _PAGES)
