"""Control under `/_twin/`: what tests and people tell the twin itself, as JSON. Documented in
docs/reference/graphtwin.md.

Nothing here is part of Microsoft Graph, nothing here needs a token, and nothing here is hit by faults. What is wrong
with a request is answered with 400 and a sentence in `error.message`.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import msgspec

from graphtwin import snapshot
from graphtwin.apps import AppError, describe
from graphtwin.errors import GraphError
from graphtwin.http import Request, Response, Route
from graphtwin.tokens import CONTROL_APP, EVERY_SCOPE

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

_LOGGED = ("id", "time", "method", "path", "query", "status", "mailbox", "batch_part")
_GRAPH_AND_LOGIN = ("/v1.0/", "/beta/")


def refuse(message: str, status: int = 400) -> GraphError:
    return GraphError(status, "BadRequest" if status != 404 else "NotFound", message)  # noqa: PLR2004


def members(request: Request, *known: str) -> dict[str, Any]:
    """Return the body's members; raises the 400 for one that is not known."""
    payload = request.json_object(empty_allowed=True)
    unknown = sorted(set(payload) - set(known))
    if unknown:
        raise refuse(f"Unknown member {unknown[0]!r}; known are {', '.join(known)}.")
    return payload


def find_mailbox(twin: Twin, address: object) -> Mailbox:
    found = twin.tenant.find(address) if isinstance(address, str) else None
    if found is None:
        raise refuse(f"There is no mailbox {address!r}.", 404)
    return found


def reset(twin: Twin, request: Request) -> Response:
    seed = members(request, "seed").get("seed", twin.seed)
    if not isinstance(seed, int):
        raise refuse("seed must be a whole number.")
    twin.reset(seed)
    return Response.json(200, {"seed": seed})


def issue_token(twin: Twin, request: Request) -> Response:
    """A bearer of the mailbox's owner, or (no mailbox) of an application with `scopes` as its roles."""
    asked = members(request, "mailbox", "appId", "scopes")
    mailbox = find_mailbox(twin, asked["mailbox"]) if asked.get("mailbox") is not None else None
    scopes = frozenset(asked.get("scopes", EVERY_SCOPE))
    access = twin.tokens.grant(app_id=asked.get("appId", CONTROL_APP), mailbox=mailbox, scopes=scopes)
    answer: dict[str, object] = {
        "token_type": "Bearer",
        "access_token": access.token,
        "expires_in": access.expires_in,
        "scope": " ".join(sorted(scopes)),
    }
    if mailbox is not None:
        refresh = twin.tokens.grant_refresh(app_id=access.app_id, address=mailbox.address, scopes=scopes)
        twin.login.consent(access.app_id, mailbox.address, scopes)
        answer["refresh_token"] = refresh.token
    return Response.json(200, answer)


def list_mail(twin: Twin, request: Request) -> Response:
    kind, about = request.params.get("kind"), (request.params.get("mailbox") or "").lower()
    mails = [
        each
        for each in twin.mail.mails
        if kind in {None, each.kind}
        and (not about or about in {each.sender.lower(), *(one.lower() for one in each.recipients)})
    ]
    return Response.json(200, {"value": mails})


def clear_mail(twin: Twin, _request: Request) -> Response:
    twin.mail.clear()
    return Response.empty(204)


def list_requests(twin: Twin, request: Request) -> Response:
    """What was asked of Graph and login, oldest first; `?all=true` adds control and pages."""
    asked = request.params
    entries = [
        {name: getattr(each, name) for name in _LOGGED}
        for each in twin.requests.entries
        if (asked.get("all") == "true" or _is_of_client(each.path))
        and asked.get("mailbox", each.mailbox) == each.mailbox
        and asked.get("method", each.method) == each.method
        and fnmatchcase(each.path, asked.get("path", "*"))
    ]
    return Response.json(200, {"value": entries})


def clear_requests(twin: Twin, _request: Request) -> Response:
    twin.requests.clear()
    return Response.empty(204)


def get_clock(twin: Twin, _request: Request) -> Response:
    return Response.json(200, {"now": twin.now(), "frozen": twin.clock.frozen})


def set_clock(twin: Twin, request: Request) -> Response:
    """First `frozen`, then `now`, then `advance_seconds`; timers passed on the way fire."""
    asked = members(request, "now", "frozen", "advance_seconds")
    if "frozen" in asked:
        twin.clock.freeze(frozen=bool(asked["frozen"]))
    if "now" in asked:
        twin.clock.set(_moment(asked["now"]))
    if "advance_seconds" in asked:
        seconds = asked["advance_seconds"]
        if not isinstance(seconds, int | float) or seconds < 0:
            raise refuse("advance_seconds must be a number, not below zero.")
        twin.clock.advance(seconds)
    return get_clock(twin, request)


def get_switches(twin: Twin, _request: Request) -> Response:
    return Response.json(200, asdict(twin.switches))


def set_switches(twin: Twin, request: Request) -> Response:
    try:
        twin.switches = twin.switches.changed(request.json_object())
    except ValueError as error:
        raise refuse(str(error)) from error
    return get_switches(twin, request)


def list_apps(twin: Twin, _request: Request) -> Response:
    return Response.json(200, {"value": [describe(each) for each in twin.apps.registered.values()]})


def register_app(twin: Twin, request: Request) -> Response:
    try:
        app = twin.apps.register(request.json_object(), twin.now())
    except AppError as error:
        raise refuse(str(error)) from error
    return Response.json(201, describe(app))


def list_errors(twin: Twin, _request: Request) -> Response:
    """Failures of the twin's own, each with its traceback; a test asserts that there are none."""
    return Response.json(200, {"value": twin.errors})


def list_subscriptions(twin: Twin, _request: Request) -> Response:
    return Response.json(200, {"value": twin.subscriptions.described()})


def get_snapshot(twin: Twin, _request: Request) -> Response:
    return Response.json(200, snapshot.take(twin))


def put_snapshot(twin: Twin, request: Request) -> Response:
    try:
        snapshot.restore(twin, request.json_object())
    except snapshot.SnapshotError as error:
        raise refuse(str(error)) from error
    return Response.empty(204)


def _is_of_client(path: str) -> bool:
    return path.startswith(_GRAPH_AND_LOGIN) or "/oauth2/" in path or "/.well-known/" in path


def _moment(text: object) -> datetime:
    try:
        moment = msgspec.convert(text, datetime)
    except msgspec.ValidationError as error:
        raise refuse("now must be a date and time in ISO 8601, such as 2026-03-01T09:00:00Z.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


ROUTES: tuple[Route, ...] = (
    Route("POST", "/_twin/reset", reset),
    Route("POST", "/_twin/token", issue_token),
    Route("GET", "/_twin/mail", list_mail),
    Route("DELETE", "/_twin/mail", clear_mail),
    Route("GET", "/_twin/requests", list_requests),
    Route("DELETE", "/_twin/requests", clear_requests),
    Route("GET", "/_twin/clock", get_clock),
    Route("POST", "/_twin/clock", set_clock),
    Route("GET", "/_twin/switches", get_switches),
    Route("POST", "/_twin/switches", set_switches),
    Route("GET", "/_twin/apps", list_apps),
    Route("POST", "/_twin/apps", register_app),
    Route("GET", "/_twin/errors", list_errors),
    Route("GET", "/_twin/subscriptions", list_subscriptions),
    Route("GET", "/_twin/snapshot", get_snapshot),
    Route("POST", "/_twin/snapshot", put_snapshot),
)
