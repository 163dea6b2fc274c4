"""Accounts as Graph shows them: `/me`, `/users/{id}`, `/users` (resources/user.md; FACTS §15)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from graphtwin.access import account_of, graph_route
from graphtwin.errors import GraphError, bad_request
from graphtwin.http import Request, Response, Route
from graphtwin.odata import Query, query_of

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

_DIRECTORY = frozenset({"User.ReadBasic.All", "User.Read.All", "Directory.Read.All"})
_DEFAULT_TOP = 100
_FILTERABLE = frozenset({"mail", "userprincipalname", "displayname", "id", "givenname", "surname"})
_ON_REQUEST = (
    "aboutMe",
    "city",
    "companyName",
    "country",
    "department",
    "postalCode",
    "state",
    "streetAddress",
    "usageLocation",
)


def get_user(twin: Twin, request: Request, user: str | None = None) -> Response:
    """Show an account; that of somebody else needs a permission on the directory."""
    caller = request.caller
    if user is not None and caller is not None and not caller.scopes.isdisjoint(_DIRECTORY):
        mailbox = twin.tenant.mailbox(user)
    else:
        mailbox = account_of(twin, request, user)
        delegated = caller is not None and caller.mailbox is not None
        if caller is not None and delegated and caller.scopes.isdisjoint(_DIRECTORY | {"User.Read", "User.ReadWrite"}):
            raise GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    context = f"{request.origin}/v1.0/$metadata#users/$entity"
    return Response.json(200, {"@odata.context": context, **_selected(user_json(mailbox), query_of(request))})


def list_users(twin: Twin, request: Request) -> Response:
    """Look people up: $filter on address, name and id, $select, $top."""
    caller = request.caller
    if caller is None or caller.scopes.isdisjoint(_DIRECTORY):
        raise GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    query = query_of(request)
    shown = [user_json(each) for each in twin.tenant.mailboxes.values() if each.kind != "list"]
    if query.filter is not None:
        if not {path.lower() for path in query.filter.paths} <= _FILTERABLE:
            raise bad_request("Invalid filter clause: this property of users cannot be filtered here.")
        shown = [each for each in shown if query.filter.test(partial(_member, each))]
    shown = [_selected(each, query) for each in shown[query.skip : query.skip + (query.top or _DEFAULT_TOP)]]
    return Response.json(200, {"@odata.context": f"{request.origin}/v1.0/$metadata#users", "value": shown})


def list_rooms(twin: Twin, request: Request) -> Response:
    """List the rooms of the tenant (FACTS §19)."""
    if request.caller is None or "Place.Read.All" not in request.caller.scopes:
        raise GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    rooms = [each for each in twin.tenant.mailboxes.values() if each.kind == "room"]
    shown = [{"id": each.object_id, "displayName": each.name, "emailAddress": each.address} for each in rooms]
    return Response.json(
        200, {"@odata.context": f"{request.origin}/v1.0/$metadata#places/microsoft.graph.room", "value": shown}
    )


def _member(shown: dict[str, Any], path: str) -> Any:
    return next((value for name, value in shown.items() if name.lower() == path), None)


def _selected(shown: dict[str, Any], query: Query) -> dict[str, Any]:
    """Return the members asked for; those an account may have and has not are null."""
    if not query.select:
        return shown
    known = {name.lower(): name for name in (*shown, *_ON_REQUEST)}
    return {known[name.lower()]: shown.get(known[name.lower()]) for name in query.select if name.lower() in known}


def user_json(mailbox: Mailbox) -> dict[str, Any]:
    given, _, surname = mailbox.name.partition(" ")
    return {
        "businessPhones": [],
        "displayName": mailbox.name,
        "givenName": given,
        "jobTitle": None,
        "mail": mailbox.address,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": None,
        "surname": surname or None,
        "userPrincipalName": mailbox.address,
        "id": mailbox.object_id,
    }


ROUTES = (
    *graph_route("GET", "", get_user),
    Route("GET", "/v1.0/users", list_users, authenticated=True),
    Route("GET", "/v1.0/places/room", list_rooms, authenticated=True),
)
