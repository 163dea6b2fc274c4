"""`/subscriptions`: create with the validation handshake, renew, reauthorize, list, delete (FACTS.md §13.1, §13.2).

The receiver may be plain http on a loopback address, which Microsoft would refuse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from graphtwin.access import mailbox_of
from graphtwin.delivery import LOOPBACK_HOSTS, Reply
from graphtwin.errors import GraphError, access_denied, not_built
from graphtwin.http import Request, Response, Route
from graphtwin.scopes import covered
from graphtwin.subscriptions import Subscription, iso

if TYPE_CHECKING:
    from graphtwin.app import Twin

LONGEST_MINUTES, SHORTEST_MINUTES = 10_080, 45
LIMIT_PER_MAILBOX = 1_000
LONGEST_CLIENT_STATE = 128
VALIDATED_WITHIN_SECONDS = 10.0
CHANGE_TYPES = frozenset({"created", "updated", "deleted"})
_RESOURCE = re.compile(
    r"/?(?:me|users(?:/|\(')(?P<user>[^/']+)(?:'\))?)(?:/calendars/(?P<calendar>[^/]+)|(?P<default>/calendar))?/events/?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """What a resource names."""

    address: str
    calendar_id: str | None


def create(twin: Twin, request: Request) -> Response:
    asked = request.json_object()
    subscription = _asked_for(twin, request, asked)
    urls = [each for each in (subscription.notification_url, subscription.lifecycle_url) if each]

    def validate_and_add() -> Response:
        for url in urls:
            _validate(twin, request, url)
        with twin.lock:
            _check_limits(twin, subscription)
            twin.subscriptions.add(subscription)
        return Response.json(201, _entity(twin, subscription, client_state=subscription.client_state))

    return Response(status=0, deferred=validate_and_add)


def list_all(twin: Twin, request: Request) -> Response:
    own = [_described(each) for each in twin.subscriptions.active.values() if _is_own(request, each)]
    return Response.json(200, {"@odata.context": f"{twin.origin}/v1.0/$metadata#subscriptions", "value": own})


def get(twin: Twin, request: Request, subscription_id: str) -> Response:
    return Response.json(200, _entity(twin, _find(twin, request, subscription_id)))


def renew(twin: Twin, request: Request, subscription_id: str) -> Response:
    subscription = _find(twin, request, subscription_id)
    asked = request.json_object()
    if "notificationUrl" in asked and asked["notificationUrl"] != subscription.notification_url:
        raise not_built("PATCH of a subscription's notificationUrl")
    renewed = twin.subscriptions.renew(subscription.id, _expiration(twin, asked))
    return Response.json(200, _entity(twin, renewed))


def delete(twin: Twin, request: Request, subscription_id: str) -> Response:
    twin.subscriptions.remove(_find(twin, request, subscription_id).id)
    return Response.empty(204)


def reauthorize(twin: Twin, request: Request, subscription_id: str) -> Response:
    _find(twin, request, subscription_id)
    return Response.empty(204)


def _asked_for(twin: Twin, request: Request, asked: dict[str, Any]) -> Subscription:
    caller = request.caller
    if caller is None or not covered("Calendars.ReadBasic", caller.scopes):
        raise access_denied()
    if asked.get("includeResourceData"):
        raise not_built("notifications with resource data")
    resource = asked.get("resource")
    watched = _watched(twin, request, resource)
    change_type = asked.get("changeType")
    state = asked.get("clientState")
    if state is not None and (not isinstance(state, str) or len(state) > LONGEST_CLIENT_STATE):
        raise _invalid(f"clientState must be a text of at most {LONGEST_CLIENT_STATE} characters.")
    return Subscription(
        id=twin.subscriptions.mint.guid("subscription"),
        app_id=caller.app_id,
        creator_id=caller.mailbox.object_id if caller.mailbox else caller.app_id,
        address=watched.address,
        calendar_id=watched.calendar_id,
        resource=str(resource),
        change_type=str(change_type),
        change_types=_change_types(change_type),
        notification_url=_url(asked, "notificationUrl"),
        lifecycle_url=_url(asked, "lifecycleNotificationUrl") if asked.get("lifecycleNotificationUrl") else None,
        client_state=state,
        expires=_expiration(twin, asked),
        immutable_ids='idtype="immutableid"' in request.headers.get("prefer", "").lower(),
        tls_version=asked.get("latestSupportedTlsVersion") or "v1_2",
    )


def _watched(twin: Twin, request: Request, resource: object) -> _Watched:
    path = resource.partition("?")[0] if isinstance(resource, str) else ""
    match = _RESOURCE.fullmatch(path)
    if match is None:
        raise _invalid(f"Resource '{resource}' is not supported for subscriptions.")
    mailbox = mailbox_of(twin, request, match["user"])
    calendar_id = match["calendar"]
    if match["default"]:
        calendar_id = mailbox.default_calendar.id
    elif calendar_id is not None and calendar_id not in mailbox.calendars:
        raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return _Watched(address=mailbox.address, calendar_id=calendar_id)


def _change_types(change_type: object) -> frozenset[str]:
    types = frozenset(each.strip() for each in change_type.split(",")) if isinstance(change_type, str) else frozenset()
    if not types or types - CHANGE_TYPES:
        raise _invalid("changeType must be made of created, updated and deleted, separated by commas.")
    return types


def _url(asked: dict[str, Any], name: str) -> str:
    url = asked.get(name)
    parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS):
        raise _invalid(f"{name} must be an https address.")
    return str(url)


def _expiration(twin: Twin, asked: dict[str, Any]) -> datetime:
    """At most seven days ahead; a shorter life than 45 minutes is made 45."""
    try:
        wanted = datetime.fromisoformat(asked["expirationDateTime"])
    except (KeyError, TypeError, ValueError) as error:
        raise _invalid("expirationDateTime must be a date and time in ISO 8601.") from error
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    now = twin.now()
    if wanted <= now:
        raise _invalid("Subscription expiration must be in the future.")
    if wanted > now + timedelta(minutes=LONGEST_MINUTES, seconds=60):
        raise _invalid(f"Subscription expiration can only be {LONGEST_MINUTES} minutes in the future.")
    return max(wanted.astimezone(UTC), now + timedelta(minutes=SHORTEST_MINUTES))


def _validate(twin: Twin, request: Request, url: str) -> None:
    """The receiver must echo the token as text/plain with 200 (FACTS.md §13.2)."""
    token = f"Validation: Testing client application reachability for subscription Request-Id: {request.id}"
    separator = "&" if "?" in url else "?"
    reply = Reply(status=0)
    if twin.deliver is not None:
        headers = {"content-type": "text/plain; charset=utf-8", "user-agent": "graphtwin", "content-length": "0"}
        target = f"{url}{separator}validationToken={quote(token, safe='')}"
        reply = twin.deliver(target, headers, b"", VALIDATED_WITHIN_SECONDS)
    if reply.status == 0:
        raise _failed("The operation has timed out.")
    if reply.status != 200:  # noqa: PLR2004
        raise _failed(f"The request failed with status code {reply.status}.")
    if reply.content_type.partition(";")[0].strip().lower() != "text/plain":
        raise _failed(f"The content type of the answer was '{reply.content_type}', not 'text/plain'.")
    if reply.body != token.encode():
        raise _failed("The answer did not hold the validation token.")


def _check_limits(twin: Twin, wanted: Subscription) -> None:
    existing = twin.subscriptions.of(wanted.address)
    if len(existing) >= LIMIT_PER_MAILBOX:
        raise GraphError(403, "ExtensionError", f"Only {LIMIT_PER_MAILBOX} subscriptions are allowed per mailbox.")
    same = (wanted.app_id, wanted.calendar_id, wanted.change_types)
    for each in existing:
        if (each.app_id, each.calendar_id, each.change_types) == same:
            raise GraphError(409, "ObjectConflict", "A subscription for this resource and changeType exists already.")


def _find(twin: Twin, request: Request, name: str) -> Subscription:
    subscription = twin.subscriptions.active.get(name)
    if subscription is None or not _is_own(request, subscription):
        raise GraphError(404, "ResourceNotFound", "The object was not found.")
    return subscription


def _is_own(request: Request, subscription: Subscription) -> bool:
    """An application sees what it made; a signed-in person of that application only what concerns himself."""
    caller = request.caller
    if caller is None or caller.app_id != subscription.app_id:
        return False
    return caller.mailbox is None or caller.mailbox.address == subscription.address


def _entity(twin: Twin, subscription: Subscription, *, client_state: str | None = None) -> dict[str, Any]:
    context = {"@odata.context": f"{twin.origin}/v1.0/$metadata#subscriptions/$entity"}
    return {**context, **_described(subscription), "clientState": client_state}


def _described(subscription: Subscription) -> dict[str, Any]:
    """As Graph shows it: whoever reads it later does not see clientState."""
    return {
        "id": subscription.id,
        "resource": subscription.resource,
        "applicationId": subscription.app_id,
        "changeType": subscription.change_type,
        "clientState": None,
        "notificationUrl": subscription.notification_url,
        "notificationQueryOptions": None,
        "lifecycleNotificationUrl": subscription.lifecycle_url,
        "expirationDateTime": iso(subscription.expires),
        "creatorId": subscription.creator_id,
        "includeResourceData": None,
        "latestSupportedTlsVersion": subscription.tls_version,
        "encryptionCertificate": None,
        "encryptionCertificateId": None,
        "notificationUrlAppId": None,
    }


def _invalid(message: str) -> GraphError:
    return GraphError(400, "InvalidRequest", message)


def _failed(reason: str) -> GraphError:
    return GraphError(400, "ValidationError", f"Subscription validation request failed. {reason}")


ROUTES: tuple[Route, ...] = (
    Route("POST", "/v1.0/subscriptions", create, authenticated=True),
    Route("GET", "/v1.0/subscriptions", list_all, authenticated=True),
    Route("GET", "/v1.0/subscriptions/{subscription_id}", get, authenticated=True),
    Route("PATCH", "/v1.0/subscriptions/{subscription_id}", renew, authenticated=True),
    Route("DELETE", "/v1.0/subscriptions/{subscription_id}", delete, authenticated=True),
    Route("POST", "/v1.0/subscriptions/{subscription_id}/reauthorize", reauthorize, authenticated=True),
)
