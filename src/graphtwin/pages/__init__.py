"""graphtwin's own pages: what a person sees of the simulated Outlook.

They are server-rendered and work without script; twin.js only follows changes. Whatever is done to an event here goes
through the handlers of Graph (outlook.py), so nothing can happen on a page that an application could not see.
"""

from __future__ import annotations

from graphtwin.http import Route
from graphtwin.pages import calendar, clock, edits, faults, mail, mailboxes, requests, settings
from graphtwin.pages.rendering import static_file

ROUTES: tuple[Route, ...] = (
    Route("GET", "/_static/{name}", static_file),
    *mailboxes.ROUTES,
    *calendar.ROUTES,
    *edits.ROUTES,
    *settings.ROUTES,
    *mail.ROUTES,
    *requests.ROUTES,
    *faults.ROUTES,
    *clock.ROUTES,
)
