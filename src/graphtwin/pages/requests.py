"""`/requests`: what applications ask of Graph and of the login, as it comes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from graphtwin.http import Request, Response, Route
from graphtwin.pages.rendering import Fields, page, see_other, text
from graphtwin.pages.shell import shell
from graphtwin.requestlog import LoggedRequest

if TYPE_CHECKING:
    from graphtwin.app import Twin

METHODS = ("GET", "POST", "PATCH", "DELETE")
STATUSES = (("2", "2xx done"), ("3", "3xx elsewhere"), ("4", "4xx refused"), ("5", "5xx failed"), ("0", "lost"))
_MOST = 200


def requests(twin: Twin, request: Request) -> Response:
    """The newest 200 that fit the filter."""
    asked = {name: request.params.get(name, "") for name in ("mailbox", "method", "status", "path")}
    chosen = []
    for entry in _newest(twin):
        if _fits(entry, asked):
            chosen.append(entry)
        if len(chosen) == _MOST:
            break
    return page(
        "requests.html",
        **{**shell(twin, "/requests"), "version": _version(twin), "version_url": "/requests/version"},
        entries=chosen,
        asked=asked,
        methods=METHODS,
        statuses=STATUSES,
        most=_MOST,
    )


def requests_version(twin: Twin, _request: Request) -> Response:
    return text(_version(twin))


def forget_requests(twin: Twin, request: Request) -> Response:
    Fields(request)
    twin.requests.clear()
    return see_other("/requests")


def is_of_client(path: str) -> bool:
    """Graph and login; neither the control addresses nor these pages."""
    return path.startswith(("/v1.0", "/beta")) or "/oauth2/" in path or "/.well-known/" in path or "/discovery/" in path


def _newest(twin: Twin) -> Iterator[LoggedRequest]:
    return (entry for entry in reversed(twin.requests.entries) if is_of_client(entry.path))


def _fits(entry: LoggedRequest, asked: dict[str, str]) -> bool:
    return (
        asked["mailbox"].lower() in {"", (entry.mailbox or "").lower()}
        and asked["method"] in {"", entry.method}
        and str(entry.status).startswith(asked["status"])
        and asked["path"].lower() in f"{entry.path}?{entry.query}".lower()
    )


def _version(twin: Twin) -> str:
    newest = next(_newest(twin), None)
    return f"{twin.seed}.{newest.id}.{newest.status}" if newest is not None else f"{twin.seed}.none"


ROUTES = (
    Route("GET", "/requests", requests),
    Route("GET", "/requests/version", requests_version),
    Route("POST", "/requests/forget", forget_requests),
)
