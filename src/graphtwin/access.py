"""Whose data a request is about, and whether its caller may (FACTS §1, §15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphtwin.errors import GraphError, access_denied, bad_request
from graphtwin.http import Handler, Request, Route

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox


def graph_route(method: str, tail: str, handler: Handler) -> tuple[Route, ...]:
    """Return the routes of one operation under `/me` and under `/users/{user}`; `tail` begins with a slash or is
    empty.
    """
    return (
        Route(method, f"/v1.0/me{tail}", handler, authenticated=True),
        Route(method, f"/v1.0/users/{{user}}{tail}", handler, authenticated=True),
    )


_READ = frozenset(
    {
        "Calendars.Read",
        "Calendars.ReadBasic",
        "Calendars.ReadWrite",
        "Calendars.Read.Shared",
        "Calendars.ReadWrite.Shared",
    }
)
_WRITE = frozenset({"Calendars.ReadWrite", "Calendars.ReadWrite.Shared"})


def mailbox_of(twin: Twin, request: Request, user: str | None, *, write: bool = False) -> Mailbox:
    """Return the mailbox of a calendar's address, for a caller with the permission to read or write calendars."""
    if request.caller is not None and request.caller.scopes.isdisjoint(_WRITE if write else _READ):
        raise access_denied()
    return account_of(twin, request, user)


_IN_FULL = frozenset({"Calendars.Read", "Calendars.ReadWrite", "Calendars.Read.Shared", "Calendars.ReadWrite.Shared"})


def reads_only_basics(request: Request) -> bool:
    """Whether the caller has no more than Calendars.ReadBasic: no body, attachments, extensions (FACTS §15)."""
    return request.caller is not None and request.caller.scopes.isdisjoint(_IN_FULL)


def account_of(twin: Twin, request: Request, user: str | None) -> Mailbox:
    """Return the mailbox the address names; a person reaches only his own, an application reaches all."""
    caller = request.caller
    if caller is None:
        raise GraphError(401, "InvalidAuthenticationToken", "Access token is empty.")
    if user is None:
        if caller.mailbox is None:
            raise bad_request("/me request is only valid with delegated authentication flow.")
        return caller.mailbox
    mailbox = twin.tenant.mailbox(user)
    if caller.mailbox is not None and caller.mailbox is not mailbox:
        raise access_denied()
    return mailbox
