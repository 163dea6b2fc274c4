"""All routes of the twin, one line per module that has some."""

from __future__ import annotations

from graphtwin import users
from graphtwin.http import Route

ALL_ROUTES: tuple[Route, ...] = (*users.ROUTES,)
