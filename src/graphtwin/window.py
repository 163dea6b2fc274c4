"""The window of calendarView, instances and delta (FACTS §5): both ends required, own offsets or UTC, at most 1825
days.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from graphtwin.errors import GraphError, invalid_request
from graphtwin.event_input import read_instant
from graphtwin.http import Request

MAX_WINDOW = timedelta(days=1825)


def window_of(request: Request) -> tuple[datetime, datetime]:
    """Return the window in UTC; parameter names are read without regard to case."""
    params = {name.lower(): value for name, value in request.params.items()}
    begin, end = (_bound(params, name) for name in ("startDateTime", "endDateTime"))
    if end < begin:
        raise GraphError(400, "ErrorInvalidParameter", "The end of the window precedes its start.")
    if end - begin > MAX_WINDOW:
        raise invalid_request(
            "Your request can't be completed. The range between the start and end dates is greater than the allowed "
            "range. Maximum number of days: 1825"
        )
    return begin, end


def _bound(params: dict[str, str], name: str) -> datetime:
    value = params.get(name.lower())
    if not value:
        message = (
            "This request requires a time window specified by the query string parameters StartDateTime and "
            f"EndDateTime. '{name}' is missing."
        )
        raise GraphError(400, "ErrorInvalidParameter", message)
    return read_instant(value, name)
