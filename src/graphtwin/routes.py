"""All routes of the twin, one line per module that has some."""

from __future__ import annotations

from graphtwin import (
    attachment_routes,
    authorize,
    batch,
    calendars,
    control,
    control_events,
    control_faults,
    control_inbound,
    control_mailboxes,
    delta,
    discovery,
    event_routes,
    left_out,
    outlook,
    pages,
    schedule,
    settings,
    subscribing,
    token_endpoint,
    users,
)
from graphtwin.http import Route

ALL_ROUTES: tuple[Route, ...] = (
    *users.ROUTES,
    *calendars.ROUTES,
    *event_routes.ROUTES,
    *delta.ROUTES,
    *attachment_routes.ROUTES,
    *schedule.ROUTES,
    *settings.ROUTES,
    *outlook.ROUTES,
    *left_out.ROUTES,
    *batch.ROUTES,
    *subscribing.ROUTES,
    *authorize.ROUTES,
    *token_endpoint.ROUTES,
    *discovery.ROUTES,
    *control.ROUTES,
    *pages.ROUTES,
    *control_mailboxes.ROUTES,
    *control_events.ROUTES,
    *control_faults.ROUTES,
    *control_inbound.ROUTES,
)
