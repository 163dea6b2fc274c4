"""Who signed in: the claims of an id_token, after every check that MSAL leaves to us (FACTS.md §23.6, §24).

1. The signature, RS256 only, by a key from the login's `jwks_uri`, chosen by its id.
2. `aud` is our client id; `exp` and `nbf` hold, with five minutes for clocks that differ.
3. `iss` is the login's issuer with the token's own tenant in it, and that tenant is one that may sign in.
4. `nonce` is the one of this sign-in.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import httpx2
import jwt

from kalends.graph.login_errors import SignInRefused
from kalends.graph.registration import PERSONAL_ACCOUNTS, AccountType, Registration, is_guid
from kalends.sync.errors import Transient

_LEEWAY_SECONDS = 300
_REQUIRED = ["aud", "iss", "exp", "iat", "nonce", "tid", "oid", "sub"]


def verified_claims(
    http: httpx2.Client, registration: Registration, id_token: str, flow: Mapping[str, Any]
) -> dict[str, Any]:
    """The claims, if all of them hold; raises SignInRefused, and Transient when the login cannot be asked."""
    discovery = _json(http, f"{registration.authority}/v2.0/.well-known/openid-configuration")
    keys = _json(http, str(discovery.get("jwks_uri")))
    try:
        key = _key(keys, str(jwt.get_unverified_header(id_token).get("kid")))
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key,
            algorithms=["RS256"],
            audience=registration.client_id,
            leeway=_LEEWAY_SECONDS,
            options={"require": _REQUIRED},
        )
    except (jwt.PyJWTError, KeyError) as error:
        message = f"Microsoft's proof of who signed in does not hold: {error}."
        raise SignInRefused(message) from error
    _check_issuer(registration, claims, str(discovery.get("issuer")))
    _check_nonce(claims, str(flow.get("nonce")))
    return claims


def _json(http: httpx2.Client, url: str) -> dict[str, Any]:
    try:
        found = http.get(url).raise_for_status().json()
    except (httpx2.HTTPError, OSError, ValueError) as error:
        message = f"Microsoft's login cannot be reached ({error})."
        raise Transient(message) from error
    return found if isinstance(found, dict) else {}


def _key(keys: Mapping[str, Any], wanted: str) -> jwt.PyJWK:
    return jwt.PyJWKSet.from_dict(dict(keys))[wanted]


def _check_issuer(registration: Registration, claims: Mapping[str, Any], issuer: str) -> None:
    tenant = str(claims["tid"])
    if claims["iss"] != issuer.replace("{tenantid}", tenant):
        message = "Microsoft's proof of who signed in comes from another login than ours."
        raise SignInRefused(message)
    if registration.account_type is AccountType.THIS_ORG and not _is_ours(registration, tenant, issuer):
        message = "This account belongs to another organisation."
        raise SignInRefused(message)
    if registration.account_type is AccountType.ANY_ORG and tenant == PERSONAL_ACCOUNTS:
        message = "Personal accounts cannot be connected here; use your account at work or school."
        raise SignInRefused(message)


def _is_ours(registration: Registration, tenant: str, issuer: str) -> bool:
    """The tenant by its id, or, where a domain was given, by the issuer that the domain's discovery names."""
    return "{tenantid}" not in issuer and (
        not is_guid(registration.tenant_id) or tenant == registration.tenant_id.casefold()
    )


def _check_nonce(claims: Mapping[str, Any], nonce: str) -> None:
    """MSAL sends the SHA-256 of the flow's nonce; the token must bear what was sent."""
    if not hmac.compare_digest(str(claims["nonce"]), hashlib.sha256(nonce.encode()).hexdigest()):
        message = "This sign-in does not belong to this browser. Connect Outlook again."
        raise SignInRefused(message)
