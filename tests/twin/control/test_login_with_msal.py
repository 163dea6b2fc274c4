"""Microsoft's own library against the login, over TLS: every flow of a confidential client (FACTS.md §23, §24)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import jwt
import msal
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.twin.control.conftest import Running

REDIRECT = "http://localhost:8000/microsoft_account/authentication"
SCOPES = ["Calendars.ReadWrite", "User.Read"]
ALICE = "alice@example.com"


class Session(requests.Session):
    """MSAL forgets the authority's port when it asks whose business a sign-in by password is."""

    def __init__(self, server: Running) -> None:
        super().__init__()
        self._origin = server.tls_origin

    def get(self, url: str | bytes, **options: Any) -> requests.Response:  # type: ignore[override] # as MSAL calls it
        return super().get(str(url).replace("https://localhost/", f"{self._origin}/"), **options)


def application(server: Running, credential: object = None, tenant: str = "common") -> Any:
    session = Session(server)
    session.trust_env = False
    session.verify = str(server.certificate)
    return msal.ConfidentialClientApplication(
        server.client_id,
        authority=f"{server.tls_origin}/{tenant}",
        client_credential=credential or server.client_secret,
        instance_discovery=False,
        http_client=session,
    )


def sign_in(address: str, **answers: str) -> dict[str, str]:
    """Do what a person does on the pages, and return what the browser brings back."""
    answer = httpx2.post(address, data={"account": ALICE, "decision": "accept", **answers}, trust_env=False)
    assert f'action="{REDIRECT}"' in answer.text, answer.text
    return dict(re.findall(r'<input type="hidden" name="(.+?)" value="(.*?)">', answer.text))


def begin(app: Any) -> dict[str, Any]:
    flow: dict[str, Any] = app.initiate_auth_code_flow(SCOPES, redirect_uri=REDIRECT, response_mode="form_post")
    return flow


def tokens_of(server: Running, app: Any) -> dict[str, Any]:
    flow = begin(app)
    result: dict[str, Any] = app.acquire_token_by_auth_code_flow(flow, sign_in(flow["auth_uri"]))
    assert "access_token" in result, result
    return result


def tenant_of(server: Running) -> str:
    configuration = httpx2.get(f"{server.origin}/example.com/v2.0/.well-known/openid-configuration", trust_env=False)
    return str(urlsplit(configuration.json()["issuer"]).path.split("/")[1])


def grant_to_all(server: Running) -> None:
    address = f"{server.origin}/{tenant_of(server)}/v2.0/adminconsent"
    asked = {
        "client_id": server.client_id,
        "redirect_uri": REDIRECT,
        "state": "s",
        "scope": "https://graph.microsoft.com/.default",
    }
    answer = httpx2.post(address, params=asked, data={"decision": "accept"}, trust_env=False)
    assert dict(parse_qsl(urlsplit(answer.headers["location"]).query)) == {
        "admin_consent": "True",
        "tenant": tenant_of(server),
        "scope": "https://graph.microsoft.com/.default",
        "state": "s",
    }


def test_it_signs_in_by_code_with_pkce_and_reaches_graph(server: Running) -> None:
    result = tokens_of(server, application(server))
    assert set(result["scope"].split()) == set(SCOPES)
    assert 3599 <= result["expires_in"] <= 5399
    assert server.get("/v1.0/me", result["access_token"])["mail"] == ALICE


def test_it_signs_id_tokens_that_its_keys_verify(server: Running) -> None:
    result = tokens_of(server, application(server))
    keys = httpx2.get(f"{server.origin}/common/discovery/v2.0/keys", trust_env=False).json()
    claims = jwt.decode(
        result["id_token"],
        jwt.PyJWKSet.from_dict(keys).keys[0].key,
        algorithms=["RS256"],
        audience=server.client_id,
        issuer=f"{server.tls_origin}/{tenant_of(server)}/v2.0",
    )
    assert claims["preferred_username"] == ALICE
    assert claims["oid"] == server.get("/v1.0/me", result["access_token"])["id"]


def test_it_finds_the_account_again_and_answers_silently_from_the_cache(server: Running) -> None:
    app = application(server)
    first = tokens_of(server, app)
    (account,) = app.get_accounts(ALICE)
    assert app.acquire_token_silent(SCOPES, account)["access_token"] == first["access_token"]


def test_it_rotates_refresh_tokens_and_leaves_the_old_one_good(server: Running) -> None:
    first = tokens_of(server, application(server))
    second = application(server).acquire_token_by_refresh_token(first["refresh_token"], SCOPES)
    third = application(server).acquire_token_by_refresh_token(first["refresh_token"], SCOPES)
    assert len({first["refresh_token"], second["refresh_token"], third["refresh_token"]}) == 3


def test_it_refreshes_when_the_access_token_has_expired(server: Running) -> None:
    app = application(server)
    first = tokens_of(server, app)
    (account,) = app.get_accounts(ALICE)
    again = app.acquire_token_silent(SCOPES, account, force_refresh=True)
    assert again["access_token"] != first["access_token"]


def test_it_gives_an_application_its_own_token_by_secret(server: Running) -> None:
    grant_to_all(server)
    app = application(server, tenant=tenant_of(server))
    result = app.acquire_token_for_client(["https://graph.microsoft.com/.default"])
    assert result["token_type"] == "Bearer"
    assert server.get(f"/v1.0/users/{ALICE}", result["access_token"])["mail"] == ALICE


@pytest.mark.parametrize("thumbprint", ["sha256", "sha1"])
def test_it_gives_an_application_its_own_token_by_certificate(server: Running, thumbprint: str) -> None:
    key, certificate = own_certificate()
    register(server, keyCredentials=[{"key": certificate}])
    grant_to_all(server)
    credential = {"private_key": key, "public_certificate": certificate}
    if thumbprint == "sha1":
        credential["thumbprint"] = fingerprint(certificate)
    result = application(server, credential, tenant_of(server)).acquire_token_for_client(
        ["https://graph.microsoft.com/.default"]
    )
    assert "access_token" in result, result


def test_it_refuses_a_certificate_that_is_not_registered(server: Running) -> None:
    key, certificate = own_certificate()
    credential = {"private_key": key, "public_certificate": certificate}
    app = application(server, credential, tenant_of(server))
    result = app.acquire_token_for_client(["https://graph.microsoft.com/.default"])
    assert (result["error"], result["error_codes"]) == ("invalid_client", [700027])


def test_it_acts_on_behalf_of_the_user_of_a_token(server: Running) -> None:
    app = application(server)
    first = tokens_of(server, app)
    result = application(server).acquire_token_on_behalf_of(first["access_token"], ["User.Read"])
    assert server.get("/v1.0/me", result["access_token"])["mail"] == ALICE


@pytest.mark.filterwarnings("ignore:.*username.*:DeprecationWarning")
def test_it_signs_in_by_name_and_password_once_consented(server: Running) -> None:
    tokens_of(server, application(server))
    result = application(server).acquire_token_by_username_password(ALICE, "any", ["User.Read"])
    assert server.get("/v1.0/me", result["access_token"])["mail"] == ALICE
    server.post("/_twin/faults", {"kind": "login", "code": 50126, "mailbox": ALICE, "count": 1})
    refused = application(server).acquire_token_by_username_password(ALICE, "wrong", ["User.Read"])
    assert refused["error_codes"] == [50126]
    unknown = application(server).acquire_token_by_username_password("nobody@example.com", "any", ["User.Read"])
    assert unknown["error_codes"] == [50034]


@pytest.mark.parametrize(
    ("secrets", "used", "error", "code"),
    [
        ([{"secretText": "right"}], "wrong", "invalid_client", 7000215),
        (
            [{"secretText": "right", "keyId": "d47bbd51-0000-4000-8000-000000000001"}],
            "d47bbd51-0000-4000-8000-000000000001",
            "invalid_client",
            7000215,
        ),
        ([{"secretText": "old", "endDateTime": "2020-01-01T00:00:00Z"}], "old", "invalid_client", 7000222),
    ],
)
def test_it_tells_wrong_and_expired_secrets_apart(
    server: Running, secrets: list[Mapping[str, str]], used: str, error: str, code: int
) -> None:
    register(server, passwordCredentials=secrets)
    app = application(server, used)
    flow = begin(app)
    result = app.acquire_token_by_auth_code_flow(flow, sign_in(flow["auth_uri"]))
    assert (result["error"], result["error_codes"]) == (error, [code])


def test_it_accepts_either_of_two_secrets_so_that_one_can_be_replaced(server: Running) -> None:
    register(server, passwordCredentials=[{"secretText": "old"}, {"secretText": "new"}])
    assert tokens_of(server, application(server, "old"))["token_type"] == "Bearer"
    assert tokens_of(server, application(server, "new"))["token_type"] == "Bearer"


@pytest.mark.parametrize("code", [50173, 700082, 65001, 50076, 53003, 7000112])
def test_it_refuses_a_refresh_with_any_code_asked_for(server: Running, code: int) -> None:
    first = tokens_of(server, application(server))
    server.post("/_twin/faults", {"kind": "login", "code": code, "mailbox": ALICE, "count": 1})
    result = application(server).acquire_token_by_refresh_token(first["refresh_token"], SCOPES)
    assert result["error_codes"] == [code]
    assert result["error_description"].startswith(f"AADSTS{code}: ")
    assert "access_token" in application(server).acquire_token_by_refresh_token(first["refresh_token"], SCOPES)


def test_it_answers_a_passing_error_with_503_which_msal_raises(server: Running) -> None:
    first = tokens_of(server, application(server))
    server.post("/_twin/faults", {"kind": "login", "code": 90033, "count": 1})
    with pytest.raises(msal.exceptions.MsalServiceError, match="503"):
        application(server).acquire_token_by_refresh_token(first["refresh_token"], SCOPES)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("revokeTokens", 50173), ("expireRefreshTokens", 700082), ("withdrawConsent", 65001), ("blockAccount", 50057)],
)
def test_it_forgets_a_grant_for_good(server: Running, kind: str, code: int) -> None:
    first = tokens_of(server, application(server))
    server.post("/_twin/faults", {"kind": kind, "mailbox": ALICE})
    for _ in range(2):
        result = application(server).acquire_token_by_refresh_token(first["refresh_token"], SCOPES)
        assert result["error_codes"] == [code]


def test_it_tells_the_application_that_the_person_declined(server: Running) -> None:
    app = application(server)
    flow = begin(app)
    back = sign_in(flow["auth_uri"], decision="decline")
    assert (back["error"], back["state"], back["error_description"][:12]) == (
        "access_denied",
        flow["state"],
        "AADSTS65004:",
    )
    assert app.acquire_token_by_auth_code_flow(flow, back)["error"] == "access_denied"


def register(server: Running, **members: object) -> None:
    server.post(
        "/_twin/apps", {"appId": server.client_id, "displayName": "Kalends", "redirectUris": [REDIRECT], **members}
    )


def own_certificate() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kalends")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


def fingerprint(certificate: str) -> str:
    return x509.load_pem_x509_certificate(certificate.encode()).fingerprint(hashes.SHA1()).hex()  # noqa: S303
