"""`POST /{tenant}/oauth2/v2.0/token`: grants become tokens (FACTS.md §23.3, §23.5, §23.9).

1. the form is read, the application found, its secret or certificate checked
2. faults of the login may refuse
3. the grant: a code with its PKCE verifier, a refresh token, client credentials, a token on behalf of its user, or a
   user's name and password
4. the answer: access token; refresh token if offline_access, id_token if openid, client_info if asked for
"""

from __future__ import annotations

import base64
import hashlib
import json
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from graphtwin import id_token
from graphtwin.aadsts import LoginError
from graphtwin.apps import App, check_assertion, check_secret
from graphtwin.errors import GraphError
from graphtwin.http import Request, Response, Route
from graphtwin.login import WILDCARD_TENANTS, Code, check_tenant, tenant_of
from graphtwin.scopes import OIDC_SCOPES, Asked, parse

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ON_BEHALF_OF = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_NO_STORE = {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store, no-cache",
    "pragma": "no-cache",
}
_RETRY_SECONDS = "5"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One call of the endpoint, its client already known."""

    request: Request
    tenant: str
    form: Mapping[str, str]
    app: App

    def required(self, name: str) -> str:
        value = self.form.get(name)
        if not value:
            raise LoginError(900144, f"Parameter '{name}'.")
        return value


def token(twin: Twin, request: Request, tenant: str) -> Response:
    try:
        return Response.json(200, _redeem(twin, request, tenant), _NO_STORE)
    except LoginError as error:
        return refusal(twin, request, error)


def refusal(twin: Twin, request: Request, error: LoginError) -> Response:
    """The JSON of FACTS.md §23.5."""
    correlation = request.headers.get("client-request-id") or request.id
    status = error.refusal.status
    retry = {"retry-after": _RETRY_SECONDS} if status == 503 else {}  # noqa: PLR2004
    return Response.json(status, error.body(twin.now(), request.id, correlation), {**_NO_STORE, **retry})


def _redeem(twin: Twin, request: Request, tenant: str) -> dict[str, Any]:
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    grant_type = form.get("grant_type")
    if not grant_type:
        raise LoginError(900144, "Parameter 'grant_type'.")
    grant = _GRANTS.get(grant_type)
    if grant is None:
        raise LoginError(70003, f"grant_type '{grant_type}'.")
    client_id, secret = _client(request, form)
    app = twin.apps.find(client_id)
    check_tenant(twin, tenant, app)
    _authenticate(twin, app, form, secret, tenant)
    return grant(twin, _Call(request=request, tenant=tenant, form=form, app=app))


def _client(request: Request, form: Mapping[str, str]) -> tuple[str, str | None]:
    """client_id and secret from the form, or from HTTP Basic."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
        except (Base64Error, UnicodeDecodeError) as error:
            raise LoginError(9002313) from error
        return unquote(name), unquote(secret)
    if not form.get("client_id"):
        raise LoginError(900144, "Parameter 'client_id'.")
    return form["client_id"], form.get("client_secret")


def _authenticate(twin: Twin, app: App, form: Mapping[str, str], secret: str | None, tenant: str) -> None:
    now = twin.now()
    if form.get("client_assertion"):
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise LoginError(900144, "Parameter 'client_assertion_type'.")
        endpoints = [f"{origin}/{tenant}/oauth2/v2.0/token" for origin in (twin.tls_origin, twin.origin)]
        check_assertion(app, form["client_assertion"], endpoints, now)
    elif secret:
        check_secret(app, secret, now)
    elif not app.public_client:
        raise LoginError(7000218)


def _authorization_code(twin: Twin, call: _Call) -> dict[str, Any]:
    redirect_uri = call.form.get("redirect_uri", "")
    code = twin.login.redeem_code(call.required("code"), call.app.app_id, twin.now())
    if code.redirect_uri != redirect_uri:
        raise LoginError(50011)
    _check_tenant_of_code(code, call.tenant)
    _check_verifier(code, call.form.get("code_verifier", ""))
    scope = call.form.get("scope") or code.scope
    asked = parse(scope, (twin.origin, twin.tls_origin))
    mailbox = _account(twin, call, code.address)
    return _answer(twin, call, mailbox, asked, nonce=code.nonce)


def _check_tenant_of_code(code: Code, tenant: str) -> None:
    named = {each.lower() for each in (code.tenant, tenant)} - WILDCARD_TENANTS
    if len(named) > 1:
        raise LoginError(700005)


def _check_verifier(code: Code, verifier: str) -> None:
    if not code.challenge:
        return
    derived = verifier
    if code.challenge_method == "S256":
        derived = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if not compare_digest(derived, code.challenge):
        raise LoginError(501481)


def _refresh_token(twin: Twin, call: _Call) -> dict[str, Any]:
    grant = twin.tokens.redeem_refresh(call.required("refresh_token"), call.app.app_id)
    mailbox = _account(twin, call, grant.address)
    asked = parse(call.form.get("scope") or " ".join(sorted(grant.scopes)), (twin.origin, twin.tls_origin))
    return _answer(twin, call, mailbox, replace(asked, oidc=asked.oidc | {"offline_access"}))


def _on_behalf_of(twin: Twin, call: _Call) -> dict[str, Any]:
    if call.form.get("requested_token_use") != "on_behalf_of":
        raise LoginError(900144, "Parameter 'requested_token_use'.")
    try:
        access = twin.tokens.access_for(call.required("assertion"))
    except GraphError as error:
        raise LoginError(50013) from error
    if access.address is None:
        raise LoginError(50013, "The assertion must be a user's token.")
    mailbox = _account(twin, call, access.address)
    asked = parse(call.required("scope"), (twin.origin, twin.tls_origin))
    return _answer(twin, call, mailbox, asked)


def _password(twin: Twin, call: _Call) -> dict[str, Any]:
    """The simulator knows no passwords: any will do, and a wrong one is a fault of the login (50126)."""
    call.required("password")
    mailbox = _account(twin, call, call.required("username"))
    asked = parse(call.required("scope"), (twin.origin, twin.tls_origin))
    return _answer(twin, call, mailbox, asked)


def _client_credentials(twin: Twin, call: _Call) -> dict[str, Any]:
    """The application's own token; its roles are what the administrator granted, perhaps none."""
    if call.tenant.lower() in {"common", "consumers"}:
        raise LoginError(9001023)
    asked = parse(call.required("scope"), (twin.origin, twin.tls_origin))
    if not asked.default or asked.oidc:
        raise LoginError(1002012, f"Scope '{call.form['scope']}'.")
    twin.faults.check_login(call.request, None)
    granted = twin.login.admin_consents.get(call.app.app_id, frozenset())
    access = twin.tokens.grant(app_id=call.app.app_id, mailbox=None, scopes=granted & frozenset(call.app.app_roles))
    lifetime = access.expires_in
    return {
        "token_type": "Bearer",
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": access.token,
    }


def _account(twin: Twin, call: _Call, address: str) -> Mailbox:
    """The account of a grant; raises LoginError if a fault strikes, it is gone, or disabled."""
    twin.faults.check_login(call.request, address)
    mailbox = twin.tenant.find(address)
    if mailbox is None:
        raise LoginError(50034)
    if address.lower() in twin.login.blocked:
        raise LoginError(50057)
    return mailbox


def _answer(twin: Twin, call: _Call, mailbox: Mailbox, asked: Asked, nonce: str = "") -> dict[str, Any]:
    app_id = call.app.app_id
    granted = twin.login.consented(app_id, mailbox.address)
    scopes = asked.graph or (granted - OIDC_SCOPES)
    if not twin.login.is_consented(app_id, mailbox.address, scopes):
        raise LoginError(65001, f"Application '{app_id}'.")
    access = twin.tokens.grant(app_id=app_id, mailbox=mailbox, scopes=frozenset(scopes))
    named = [each for each in asked.spelled if each not in OIDC_SCOPES and not each.endswith(".default")]
    answer: dict[str, Any] = {
        "token_type": "Bearer",
        "scope": " ".join(named or sorted(scopes)),
        "expires_in": access.expires_in,
        "ext_expires_in": access.expires_in,
        "access_token": access.token,
    }
    if "offline_access" in asked.oidc:
        keep = frozenset(scopes) | asked.oidc
        refresh = twin.tokens.grant_refresh(app_id=app_id, address=mailbox.address, scopes=keep)
        answer["refresh_token"] = refresh.token
    if "openid" in asked.oidc:
        answer["id_token"] = id_token.issue(twin, app_id, mailbox, asked.oidc, nonce=nonce)
    if call.form.get("client_info"):
        answer["client_info"] = client_info(twin, mailbox)
    return answer


def client_info(twin: Twin, mailbox: Mailbox) -> str:
    """MSAL keys accounts by this (FACTS.md §24)."""
    content = json.dumps({"uid": mailbox.object_id, "utid": tenant_of(twin, mailbox)}, separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


_GRANTS: dict[str, Callable[[Twin, _Call], dict[str, Any]]] = {
    "authorization_code": _authorization_code,
    "refresh_token": _refresh_token,
    "client_credentials": _client_credentials,
    "password": _password,
    _ON_BEHALF_OF: _on_behalf_of,
}

ROUTES: tuple[Route, ...] = (Route("POST", "/{tenant}/oauth2/v2.0/token", token),)
