"""What the login says of itself: discovery, keys, instances, userinfo (FACTS.md §23.1, §23.7, §24).

The authorization endpoint is the plain address, so that a browser shows no warning about the certificate; all other
endpoints are https, which MSAL demands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphtwin import signing
from graphtwin.aadsts import LoginError
from graphtwin.errors import access_denied
from graphtwin.http import Request, Response, Route
from graphtwin.id_token import issuer
from graphtwin.login import check_tenant
from graphtwin.token_endpoint import refusal
from graphtwin.tokens import CONSUMER_TENANT

if TYPE_CHECKING:
    from graphtwin.app import Twin

_CLAIMS = ("sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver", "oid", "email")
_JSON = {"content-type": "application/json; charset=utf-8", "access-control-allow-origin": "*"}


def configuration(twin: Twin, request: Request, tenant: str) -> Response:
    try:
        check_tenant(twin, tenant)
    except LoginError as error:
        return refusal(twin, request, error)
    tls = f"{twin.tls_origin}/{tenant}"
    document = {
        "token_endpoint": f"{tls}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{tls}/discovery/v2.0/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer(twin, _tenant_id(twin, tenant)),
        "request_uri_parameter_supported": False,
        "userinfo_endpoint": f"{twin.tls_origin}/oidc/userinfo",
        "authorization_endpoint": f"{twin.origin}/{tenant}/oauth2/v2.0/authorize",
        "http_logout_supported": True,
        "frontchannel_logout_supported": True,
        "end_session_endpoint": f"{twin.origin}/{tenant}/oauth2/v2.0/logout",
        "claims_supported": _CLAIMS,
        "tenant_region_scope": None,
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net",
    }
    return Response.json(200, document, _JSON)


def keys(twin: Twin, _request: Request, tenant: str) -> Response:
    del tenant  # the same keys serve every tenant
    return Response.json(200, signing.public_keys(twin.seed), _JSON)


def instance(twin: Twin, _request: Request) -> Response:
    """What MSAL asks first of an authority it does not know."""
    document = {
        "tenant_discovery_endpoint": f"{twin.tls_origin}/common/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [],
    }
    return Response.json(200, document, _JSON)


def user_realm(twin: Twin, _request: Request, username: str) -> Response:
    """Whose business a sign-in is; MSAL asks it before it sends a password."""
    known = twin.tenant.find(username) is not None
    document = {
        "ver": "1.0",
        "account_type": "Managed" if known else "Unknown",
        "domain_name": username.rpartition("@")[2],
        "cloud_instance_name": "microsoftonline.com",
        "cloud_audience_urn": "urn:federation:MicrosoftOnline",
    }
    return Response.json(200, document, _JSON)


def userinfo(_twin: Twin, request: Request) -> Response:
    caller = request.caller
    if caller is None or caller.mailbox is None:
        raise access_denied()
    mailbox = caller.mailbox
    address = mailbox.address
    claims = {"sub": mailbox.object_id, "name": mailbox.name, "email": address, "preferred_username": address}
    return Response.json(200, claims, _JSON)


def _tenant_id(twin: Twin, tenant: str) -> str:
    """The issuer of common and organizations literally holds {tenantid}."""
    name = tenant.lower()
    if name in {"common", "organizations"}:
        return "{tenantid}"
    return CONSUMER_TENANT if name in {"consumers", CONSUMER_TENANT} else twin.tenant.tenant_id


ROUTES: tuple[Route, ...] = (
    Route("GET", "/{tenant}/v2.0/.well-known/openid-configuration", configuration),
    Route("GET", "/{tenant}/discovery/v2.0/keys", keys),
    Route("GET", "/common/discovery/instance", instance),
    Route("GET", "/common/userrealm/{username}", user_realm),
    Route("GET", "/oidc/userinfo", userinfo, authenticated=True),
)
