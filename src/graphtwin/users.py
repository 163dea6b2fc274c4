"""Accounts as Graph shows them: `/me`, `/users/{id}` (resources/user.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphtwin.access import account_of, graph_route
from graphtwin.http import Request, Response

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox


def get_user(twin: Twin, request: Request, user: str | None = None) -> Response:
    mailbox = account_of(twin, request, user)
    return Response.json(
        200, {"@odata.context": f"{request.origin}/v1.0/$metadata#users/$entity", **user_json(mailbox)}
    )


def user_json(mailbox: Mailbox) -> dict[str, object]:
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


ROUTES = (*graph_route("GET", "", get_user),)
