"""`/_twin/faults` and what happens to tokens, secrets and subscriptions at once. Part of control.py's reference.

A POST names a fault of faults.py, which stays armed, or one of these, which happen on the spot:

| kind | what happens |
|---|---|
| revokeTokens | refresh tokens answer `code` (or 50173), access tokens expire, subscriptions are removed |
| expireAccessTokens | access tokens expire |
| expireRefreshTokens | refresh tokens are refused with 700082 |
| withdrawConsent | consents are forgotten; the next refresh answers 65001 |
| blockAccount, unblockAccount | the account is disabled, or enabled again |
| expireSecrets, replaceSecrets | client secrets answer 7000222, or 7000215 |
| expireDeltaTokens | delta tokens given out so far answer 410 |
| lifecycle | subscriptions get the lifecycle notification `event` |

Without `mailbox` and `appId` it happens to all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from graphtwin.aadsts import REFUSALS
from graphtwin.control import find_mailbox, refuse
from graphtwin.faults import KINDS, Fault, FaultError
from graphtwin.http import Request, Response, Route
from graphtwin.subscriptions import Lifecycle, is_lifecycle

if TYPE_CHECKING:
    from graphtwin.app import Twin

Deed = Callable[["Twin", Mapping[str, Any], str | None], int]


def list_faults(twin: Twin, _request: Request) -> Response:
    return Response.json(200, {"value": [each.described() for each in twin.faults.armed]})


def add_fault(twin: Twin, request: Request) -> Response:
    """201 with the armed fault, or 200 with how many tokens, secrets or subscriptions it has happened to."""
    asked = request.json_object()
    kind = asked.get("kind")
    deed = DEEDS.get(kind) if isinstance(kind, str) else None
    if deed is not None:
        address = find_mailbox(twin, asked["mailbox"]).address if asked.get("mailbox") else None
        return Response.json(200, {"kind": kind, "done": deed(twin, asked, address)})
    if kind not in KINDS:
        raise refuse(f"Unknown kind {kind!r}; known are {', '.join(sorted({*KINDS, *DEEDS}))}.")
    try:
        armed = twin.faults.arm(Fault.described(asked))
    except FaultError as error:
        raise refuse(str(error)) from error
    return Response.json(201, armed.described())


def clear_faults(twin: Twin, _request: Request) -> Response:
    twin.faults.disarm()
    return Response.empty(204)


def remove_fault(twin: Twin, _request: Request, fault_id: str) -> Response:
    if not twin.faults.disarm(fault_id):
        raise refuse(f"There is no fault {fault_id!r}.", 404)
    return Response.empty(204)


def _revoke_tokens(twin: Twin, asked: Mapping[str, Any], address: str | None) -> int:
    code = asked.get("code", 50173)
    if code not in REFUSALS:
        raise refuse(f"code must be one of {', '.join(map(str, REFUSALS))}.")
    app_id = asked.get("appId")
    for each in list(twin.subscriptions.active.values()):
        if address in {None, each.address} and app_id in {None, each.app_id}:
            twin.subscriptions.lifecycle(each, "subscriptionRemoved")
    expired = twin.tokens.expire_access(address=address, app_id=app_id)
    return expired + twin.tokens.revoke_refresh(address=address, app_id=app_id, refusal=code)


def _expire_access(twin: Twin, asked: Mapping[str, Any], address: str | None) -> int:
    return twin.tokens.expire_access(address=address, app_id=asked.get("appId"))


def _expire_refresh(twin: Twin, asked: Mapping[str, Any], address: str | None) -> int:
    return twin.tokens.revoke_refresh(address=address, app_id=asked.get("appId"), refusal=700082)


def _withdraw_consent(twin: Twin, asked: Mapping[str, Any], address: str | None) -> int:
    return twin.login.withdraw_consent(asked.get("appId"), address)


def _block(twin: Twin, asked: Mapping[str, Any], address: str | None) -> int:
    if address is None:
        raise refuse("mailbox is needed.")
    if asked["kind"] == "blockAccount":
        twin.login.blocked.add(address.lower())
    else:
        twin.login.blocked.discard(address.lower())
    return 1


def _expire_secrets(twin: Twin, asked: Mapping[str, Any], _address: str | None) -> int:
    return twin.apps.expire_secrets(asked.get("appId"), twin.now())


def _replace_secrets(twin: Twin, asked: Mapping[str, Any], _address: str | None) -> int:
    return twin.apps.replace_secrets(asked.get("appId"))


def _expire_delta_tokens(twin: Twin, _asked: Mapping[str, Any], address: str | None) -> int:
    chosen = [each for each in twin.tenant.mailboxes.values() if address in {None, each.address}]
    for each in chosen:
        each.expire_delta_tokens()
    return len(chosen)


def _lifecycle(twin: Twin, asked: Mapping[str, Any], address: str | None) -> int:
    event = asked.get("event")
    if not is_lifecycle(event):
        raise refuse(f"event must be one of {', '.join(get_args(Lifecycle))}.")
    chosen = [each for each in twin.subscriptions.active.values() if address in {None, each.address}]
    return sum(twin.subscriptions.lifecycle(each, event) for each in chosen)


DEEDS: dict[str, Deed] = {
    "revokeTokens": _revoke_tokens,
    "expireAccessTokens": _expire_access,
    "expireRefreshTokens": _expire_refresh,
    "withdrawConsent": _withdraw_consent,
    "blockAccount": _block,
    "unblockAccount": _block,
    "expireSecrets": _expire_secrets,
    "replaceSecrets": _replace_secrets,
    "expireDeltaTokens": _expire_delta_tokens,
    "lifecycle": _lifecycle,
}

ROUTES: tuple[Route, ...] = (
    Route("GET", "/_twin/faults", list_faults),
    Route("POST", "/_twin/faults", add_fault),
    Route("DELETE", "/_twin/faults", clear_faults),
    Route("DELETE", "/_twin/faults/{fault_id}", remove_fault),
)
