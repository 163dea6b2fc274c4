"""All routes of the twin, one line per module that has some."""

from __future__ import annotations

from graphtwin import (
    authorize,
    batch,
    control,
    control_faults,
    control_mailboxes,
    discovery,
    pages,
    subscribing,
    token_endpoint,
    users,
)
from graphtwin.http import Route

ALL_ROUTES: tuple[Route, ...] = (
    *users.ROUTES,
    *batch.ROUTES,
    *subscribing.ROUTES,
    *authorize.ROUTES,
    *token_endpoint.ROUTES,
    *discovery.ROUTES,
    *control.ROUTES,
    *pages.ROUTES,
    *control_mailboxes.ROUTES,
    *control_faults.ROUTES,
)
