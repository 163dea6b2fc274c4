"""The proof of who signed in: everything that may be wrong with it, one at a time."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from kalends.graph.id_token import verified_claims
from kalends.graph.login_errors import SignInRefused
from kalends.graph.login_http import open_login_http
from kalends.graph.registration import PERSONAL_ACCOUNTS, AccountType, Registration
from kalends.sync.errors import Transient

TENANT = "11111111-2222-3333-4444-555555555555"
REGISTRATION = Registration(client_id="our app", login_url="https://login.example")
FLOW = {"nonce": "a nonce"}
KEY, FOREIGN_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


def login(request: httpx2.Request) -> httpx2.Response:
    """A login's discovery and keys."""
    tenant = request.url.path.split("/")[1].lower()
    if request.url.path.endswith("/keys"):
        public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        return httpx2.Response(200, json={"keys": [{**public, "kid": "k1", "use": "sig"}]})
    issuer = "{tenantid}" if tenant in {"common", "organizations"} else TENANT
    return httpx2.Response(
        200,
        json={"issuer": f"https://login.example/{issuer}/v2.0", "jwks_uri": "https://login.example/common/keys"},
    )


def token(key: rsa.RSAPrivateKey = KEY, *, algorithm: str = "RS256", kid: str = "k1", **changes: Any) -> str:
    """Alice's id_token; `changes` replace claims, `...` removes them."""
    now = dt.datetime.now(dt.UTC)
    claims = {
        "aud": "our app",
        "iss": f"https://login.example/{TENANT}/v2.0",
        "iat": now,
        "nbf": now,
        "exp": now + dt.timedelta(hours=1),
        "nonce": hashlib.sha256(b"a nonce").hexdigest(),
        "tid": TENANT,
        "oid": "alice",
        "sub": "pairwise",
    } | changes
    kept = {name: value for name, value in claims.items() if value is not ...}
    return jwt.encode(kept, key if algorithm != "none" else "", algorithm=algorithm, headers={"kid": kid})


def verified(
    id_token: str, registration: Registration = REGISTRATION, flow: Mapping[str, Any] = FLOW
) -> dict[str, Any]:
    return verified_claims(open_login_http(transport=httpx2.MockTransport(login)), registration, id_token, flow)


def test_it_believes_a_proof_that_holds() -> None:
    claims = verified(token())
    assert (claims["tid"], claims["oid"]) == (TENANT, "alice")


@pytest.mark.parametrize("missing", ["aud", "iss", "exp", "iat", "nonce", "tid", "oid", "sub"])
def test_it_wants_every_claim(missing: str) -> None:
    without: dict[str, Any] = {missing: ...}
    with pytest.raises(SignInRefused):
        verified(token(**without))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another app"},
        {"iss": "https://login.evil.example/11111111-2222-3333-4444-555555555555/v2.0"},
        {"iss": "https://login.example/99999999-2222-3333-4444-555555555555/v2.0"},
        {"exp": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
        {"nbf": dt.datetime(2099, 1, 1, tzinfo=dt.UTC)},
        {"nonce": "a nonce"},
        {"nonce": hashlib.sha256(b"another").hexdigest()},
        {"kid": "unknown"},
    ],
)
def test_it_believes_no_proof_for_others(changes: dict[str, Any]) -> None:
    with pytest.raises(SignInRefused):
        verified(token(**changes))


def test_it_believes_no_foreign_signature() -> None:
    with pytest.raises(SignInRefused):
        verified(token(FOREIGN_KEY))


@pytest.mark.parametrize("algorithm", ["none", "RS384"])
def test_it_believes_one_algorithm_alone(algorithm: str) -> None:
    with pytest.raises(SignInRefused):
        verified(token(algorithm=algorithm))


@pytest.mark.parametrize("text", ["", "None", "a.b.c", token()[:-4] + "AAAA"])
def test_it_believes_no_nonsense(text: str) -> None:
    with pytest.raises(SignInRefused):
        verified(text)


def test_it_lets_only_this_organisation_in_where_that_was_chosen() -> None:
    ours = replace(REGISTRATION, account_type=AccountType.THIS_ORG, tenant_id=TENANT.upper())
    theirs = replace(ours, tenant_id="99999999-2222-3333-4444-555555555555")
    by_domain = replace(ours, tenant_id="example.org")
    assert verified(token(), ours)["oid"] == verified(token(), by_domain)["oid"] == "alice"
    with pytest.raises(SignInRefused, match="another organisation"):
        verified(token(), theirs)
    with pytest.raises(SignInRefused, match="another organisation"):
        verified(token(), replace(ours, tenant_id="common"))


def test_it_lets_personal_accounts_in_only_where_that_was_chosen() -> None:
    personal = token(tid=PERSONAL_ACCOUNTS, iss=f"https://login.example/{PERSONAL_ACCOUNTS}/v2.0")
    assert verified(personal)["tid"] == PERSONAL_ACCOUNTS
    with pytest.raises(SignInRefused, match="Personal accounts"):
        verified(personal, replace(REGISTRATION, account_type=AccountType.ANY_ORG))


@pytest.mark.parametrize("status", [500, 404])
def test_it_waits_while_the_keys_cannot_be_had(status: int) -> None:
    http = open_login_http(transport=httpx2.MockTransport(lambda _: httpx2.Response(status)))
    with pytest.raises(Transient):
        verified_claims(http, REGISTRATION, token(), FLOW)
