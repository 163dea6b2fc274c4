"""The login without any library: pages, redirects, grants and their refusals (FACTS.md §23)."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import msgspec
import pytest

from graphtwin.aadsts import REFUSALS
from graphtwin.app import Twin
from graphtwin.apps import DEMO_APP_ID, DEMO_SECRET
from graphtwin.http import Request, Response
from tests.twin.control.conftest import Call

ALICE = "alice@example.com"
REDIRECT = "http://localhost:8000/microsoft_account/authentication"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "client_id": DEMO_APP_ID,
    "response_type": "code",
    "redirect_uri": REDIRECT,
    "scope": "openid profile offline_access User.Read Calendars.ReadWrite",
    "state": "the state",
    "nonce": "n",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
ACCEPT = {"account": ALICE, "decision": "accept"}


def authorize(twin: Twin, form: dict[str, str] | None = None, **changes: Any) -> Response:
    tenant = changes.pop("tenant", "common")
    query = urlencode({name: value for name, value in {**ASKED, **changes}.items() if value is not None})
    method = "GET" if form is None else "POST"
    body = urlencode(form or {}).encode()
    return twin.handle(Request(method=method, path=f"/{tenant}/oauth2/v2.0/authorize", query=query, body=body))


def back(response: Response) -> dict[str, str]:
    assert response.status == 302, response.body
    parts = urlsplit(response.headers["location"])
    return dict(parse_qsl(parts.query or parts.fragment))


def token(twin: Twin, **form: Any) -> tuple[int, Any]:
    tenant, headers = form.pop("tenant", "common"), form.pop("headers", {})
    merged = {"client_id": DEMO_APP_ID, "client_secret": DEMO_SECRET, **form}
    body = urlencode({name: value for name, value in merged.items() if value is not None}).encode()
    request = Request(method="POST", path=f"/{tenant}/oauth2/v2.0/token", headers=headers, body=body)
    response = twin.handle(request)
    return response.status, msgspec.json.decode(response.body)


def redeem(twin: Twin, code: str, **changes: Any) -> tuple[int, Any]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    return token(twin, **{**form, **changes})


def code_of(twin: Twin, **changes: Any) -> str:
    return back(authorize(twin, ACCEPT, **changes))["code"]


def refused(answer: tuple[int, Any]) -> tuple[int, str, int]:
    status, body = answer
    return status, body["error"], body["error_codes"][0]


def test_it_lets_the_person_pick_an_account_then_consent(twin: Twin) -> None:
    picking = authorize(twin)
    assert (picking.status, b"Pick an account" in picking.body, ALICE.encode() in picking.body) == (200, True, True)
    consenting = authorize(twin, {"account": ALICE})
    assert b"Permissions requested" in consenting.body
    assert b"Calendars.ReadWrite" in consenting.body
    assert set(back(authorize(twin, ACCEPT))) == {"code", "state", "session_state"}


def test_it_does_not_ask_again_for_what_was_consented_to(twin: Twin) -> None:
    code_of(twin)
    assert back(authorize(twin, {"account": ALICE}))["state"] == "the state"
    assert authorize(twin, {"account": ALICE}, prompt="consent").status == 200
    assert authorize(twin, {"account": ALICE}, scope="openid MailboxSettings.Read").status == 200
    assert authorize(twin, {"account": "bob@example.com"}).status == 200


def test_it_redeems_a_code_for_all_tokens(twin: Twin) -> None:
    status, answer = redeem(twin, code_of(twin), client_info="1")
    assert status == 200
    assert sorted(answer) == [
        "access_token",
        "client_info",
        "expires_in",
        "ext_expires_in",
        "id_token",
        "refresh_token",
        "scope",
        "token_type",
    ]
    claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
    assert (claims["nonce"], claims["aud"], claims["ver"]) == ("n", DEMO_APP_ID, "2.0")
    info = msgspec.json.decode(base64.urlsafe_b64decode(answer["client_info"] + "=="))
    assert info == {"uid": twin.tenant.mailbox(ALICE).object_id, "utid": twin.tenant.tenant_id}


@pytest.mark.parametrize(("left_out", "member"), [("openid", "id_token"), ("offline_access", "refresh_token")])
def test_it_gives_only_the_tokens_asked_for(twin: Twin, left_out: str, member: str) -> None:
    scope = " ".join(each for each in ASKED["scope"].split() if each != left_out)
    _, answer = redeem(twin, code_of(twin, scope=scope))
    assert member not in answer


def test_it_redeems_a_code_once(twin: Twin) -> None:
    code = code_of(twin)
    assert redeem(twin, code)[0] == 200
    assert refused(redeem(twin, code)) == (400, "invalid_grant", 54005)


def test_it_lets_a_code_live_ten_minutes(twin: Twin) -> None:
    early, late = code_of(twin), code_of(twin)
    twin.clock.advance(599)
    assert redeem(twin, early)[0] == 200
    twin.clock.advance(2)
    assert refused(redeem(twin, late)) == (400, "invalid_grant", 70008)


@pytest.mark.parametrize(
    ("changes", "status", "error", "code"),
    [
        ({"code": "another"}, 400, "invalid_grant", 70000),
        ({"code": ""}, 400, "invalid_request", 900144),
        ({"code_verifier": "w" * 64}, 400, "invalid_grant", 501481),
        ({"code_verifier": None}, 400, "invalid_grant", 501481),
        ({"redirect_uri": f"{REDIRECT}/"}, 400, "invalid_request", 50011),
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": None}, 401, "invalid_client", 7000218),
        ({"client_id": None}, 400, "invalid_request", 900144),
        ({"client_id": "nobody"}, 400, "unauthorized_client", 700016),
        ({"grant_type": "device_code"}, 400, "unsupported_grant_type", 70003),
        ({"grant_type": None}, 400, "invalid_request", 900144),
        ({"scope": "Mail.Read"}, 400, "invalid_grant", 65001),
        ({"scope": "nonsense"}, 400, "invalid_scope", 70011),
        ({"scope": "https://other.example.com/Calendars.Read"}, 400, "invalid_request", 28000),
        ({"tenant": "nowhere.example"}, 400, "invalid_request", 90002),
    ],
)
def test_it_refuses_to_redeem(twin: Twin, changes: dict[str, str | None], status: int, error: str, code: int) -> None:
    answer = redeem(twin, **{"code": code_of(twin), **changes})  # type: ignore[arg-type]
    assert refused(answer) == (status, error, code)
    assert answer[1]["error_description"].startswith(f"AADSTS{code}: ")


def test_it_refuses_a_code_of_another_tenant(twin: Twin) -> None:
    code = code_of(twin, tenant=twin.tenant.tenant_id)
    assert refused(redeem(twin, code, tenant="9188040d-6c67-4c5b-b112-36a304b66dad")) == (400, "invalid_grant", 700005)


def test_it_accepts_a_secret_by_http_basic(twin: Twin) -> None:
    basic = base64.b64encode(f"{DEMO_APP_ID}:{DEMO_SECRET}".encode()).decode()
    form = {"client_id": None, "client_secret": None, "headers": {"authorization": f"Basic {basic}"}}
    status, _ = redeem(twin, code_of(twin), **form)
    assert status == 200


@pytest.mark.parametrize(
    "uri",
    [
        f"{REDIRECT}/",
        REDIRECT.replace("localhost", "LOCALHOST"),
        REDIRECT.replace("8000", "8001"),
        f"{REDIRECT}?a=1",
        "https://evil.example.com/",
    ],
)
def test_it_compares_redirect_addresses_character_by_character(twin: Twin, uri: str) -> None:
    response = authorize(twin, ACCEPT, redirect_uri=uri)
    assert response.status == 400
    assert b"AADSTS50011" in response.body
    assert "location" not in response.headers


def test_it_shows_an_unknown_application_on_a_page(twin: Twin) -> None:
    assert b"AADSTS700016" in authorize(twin, client_id="nobody").body


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"response_type": "token"}, "unsupported_response_type", 70005),
        ({"response_type": None}, "invalid_request", 900144),
        ({"scope": None}, "invalid_request", 900144),
        ({"scope": "https://vault.azure.net/.default"}, "invalid_request", 28000),
        ({"response_type": "code id_token", "nonce": None}, "invalid_request", 900144),
        ({"code_challenge_method": "S512"}, "invalid_request", 90013),
        ({"prompt": "none"}, "login_required", 50058),
        ({"scope": "openid User.Read.All"}, "consent_required", 90094),
    ],
)
def test_it_tells_the_application_what_is_wrong(
    twin: Twin, changes: dict[str, str | None], error: str, code: int
) -> None:
    answer = back(authorize(twin, ACCEPT, **changes))
    assert (answer["error"], answer["error_description"].split(":")[0], answer["state"]) == (
        error,
        f"AADSTS{code}",
        "the state",
    )


def test_it_tells_of_a_declined_consent(twin: Twin) -> None:
    answer = back(authorize(twin, {"account": ALICE, "decision": "decline"}))
    assert (answer["error"], answer["error_subcode"]) == ("access_denied", "cancel")
    assert answer["error_description"].startswith("AADSTS65004: ")


def test_it_signs_in_silently_who_is_signed_in_and_has_consented(twin: Twin) -> None:
    cookie = authorize(twin, ACCEPT).headers["set-cookie"].partition(";")[0]
    query = urlencode({**ASKED, "prompt": "none"})
    silent = Request(method="GET", path="/common/oauth2/v2.0/authorize", query=query, headers={"cookie": cookie})
    assert "code" in back(twin.handle(silent))
    twin.login.withdraw_consent(None, None)
    assert back(twin.handle(silent))["error"] == "invalid_grant"


def test_it_answers_in_the_fragment_with_an_id_token(twin: Twin) -> None:
    response = authorize(twin, ACCEPT, response_type="code id_token")
    assert "#" in response.headers["location"]
    answer = back(response)
    claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
    half = hashlib.sha256(answer["code"].encode()).digest()[:16]
    assert claims["c_hash"] == base64.urlsafe_b64encode(half).decode().rstrip("=")


def test_it_posts_the_answer_as_a_form(twin: Twin) -> None:
    page = authorize(twin, ACCEPT, response_mode="form_post").body.decode()
    assert f'<form method="post" action="{REDIRECT}"' in page
    assert 'name="state" value="the state"' in page


@pytest.mark.parametrize(
    ("tenant", "shown"),
    [("common", {"alice", "dora"}), ("organizations", {"alice"}), ("consumers", {"dora"}), ("example.com", {"alice"})],
)
def test_it_offers_the_accounts_that_fit_the_tenant(twin: Twin, tenant: str, shown: set[str]) -> None:
    twin.tenant.add_mailbox("dora@outlook.example", "Dora", personality="consumer")
    page = authorize(twin, tenant=tenant).body.decode()
    assert {name for name in ("alice", "dora") if f"{name}@" in page} == shown


def test_it_refuses_a_single_tenant_application_on_common(twin: Twin, call: Call) -> None:
    call("POST", "/_twin/apps", {"appId": DEMO_APP_ID, "redirectUris": [REDIRECT], "signInAudience": "AzureADMyOrg"})
    assert b"AADSTS50194" in authorize(twin).body
    assert authorize(twin, tenant=twin.tenant.tenant_id).status == 200


def test_it_gives_consumers_opaque_tokens_and_their_own_tenant(twin: Twin) -> None:
    twin.tenant.add_mailbox("dora@outlook.example", "Dora", personality="consumer")
    code = back(authorize(twin, {"account": "dora@outlook.example", "decision": "accept"}))["code"]
    _, answer = redeem(twin, code)
    claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
    assert claims["tid"] == "9188040d-6c67-4c5b-b112-36a304b66dad"
    assert "." not in answer["access_token"]


@pytest.mark.parametrize("code", sorted(set(REFUSALS) - {65004, 50011, 50058}))
def test_it_refuses_with_every_code_of_the_table_by_fault(twin: Twin, call: Call, code: int) -> None:
    _, first = redeem(twin, code_of(twin))
    call("POST", "/_twin/faults", {"kind": "login", "code": code, "count": 1})
    status, answer = token(twin, grant_type="refresh_token", refresh_token=first["refresh_token"])
    wanted = REFUSALS[code]
    assert (status, answer["error"], answer["error_codes"]) == (wanted.status, wanted.error, [code])
    assert answer.get("suberror", "") == wanted.suberror
    assert answer["error_uri"] == f"https://login.microsoftonline.com/error?code={code}"


def test_it_lets_refresh_tokens_die_after_ninety_days_unused(twin: Twin) -> None:
    _, first = redeem(twin, code_of(twin))
    twin.clock.advance(89 * 86_400)
    assert token(twin, grant_type="refresh_token", refresh_token=first["refresh_token"])[0] == 200
    twin.clock.advance(89 * 86_400)
    assert token(twin, grant_type="refresh_token", refresh_token=first["refresh_token"])[0] == 200
    twin.clock.advance(91 * 86_400)
    answer = token(twin, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert refused(answer) == (400, "invalid_grant", 700082)


def test_it_narrows_the_scope_of_a_refresh(twin: Twin) -> None:
    _, first = redeem(twin, code_of(twin))
    _, narrowed = token(twin, grant_type="refresh_token", refresh_token=first["refresh_token"], scope="Calendars.Read")
    assert narrowed["scope"] == "Calendars.Read"


@pytest.mark.parametrize(
    ("tenant", "scope", "code"),
    [("common", "https://graph.microsoft.com/.default", 9001023), ("organizations", "Calendars.ReadWrite", 1002012)],
)
def test_it_wants_a_tenant_and_the_default_scope_for_an_application(
    twin: Twin, tenant: str, scope: str, code: int
) -> None:
    assert refused(token(twin, tenant=tenant, grant_type="client_credentials", scope=scope))[2] == code


def test_it_gives_an_application_only_what_the_administrator_granted(twin: Twin, call: Call) -> None:
    def ask() -> int:
        _, answer = token(
            twin, tenant="example.com", grant_type="client_credentials", scope="https://graph.microsoft.com/.default"
        )
        assert set(answer) == {"token_type", "expires_in", "ext_expires_in", "access_token"}
        return call("GET", f"/v1.0/users/{ALICE}/events", bearer=answer["access_token"])[0]

    assert ask() == 403
    query = urlencode({"client_id": DEMO_APP_ID, "redirect_uri": REDIRECT, "state": "s"})
    twin.handle(Request(method="POST", path="/example.com/adminconsent", query=query, body=b"decision=accept"))
    assert ask() == 200


@pytest.mark.parametrize(
    ("path", "scope", "error"),
    [
        ("/organizations/v2.0/adminconsent", "User.Read.All", "consent_required"),
        ("/organizations/adminconsent", None, "permission_denied"),
    ],
)
def test_it_tells_of_a_refused_admin_consent(twin: Twin, path: str, scope: str | None, error: str) -> None:
    asked = {"client_id": DEMO_APP_ID, "redirect_uri": REDIRECT, "state": "s"} | ({"scope": scope} if scope else {})
    page = twin.handle(Request(method="GET", path=path, query=urlencode(asked)))
    assert b"for your organisation" in page.body
    answer = back(twin.handle(Request(method="POST", path=path, query=urlencode(asked), body=b"decision=decline")))
    assert (answer["error"], answer["admin_consent"], answer["state"]) == (error, "True", "s")


def test_it_describes_itself_with_a_plain_page_and_tls_endpoints(twin: Twin) -> None:
    request = Request(method="GET", path="/common/v2.0/.well-known/openid-configuration")
    document = msgspec.json.decode(twin.handle(request).body)
    assert document["authorization_endpoint"] == "http://127.0.0.1:8080/common/oauth2/v2.0/authorize"
    assert document["token_endpoint"] == "https://localhost:8443/common/oauth2/v2.0/token"
    assert document["issuer"] == "https://localhost:8443/{tenantid}/v2.0"


def test_it_forgets_the_session_at_sign_out(twin: Twin) -> None:
    query = urlencode({"post_logout_redirect_uri": REDIRECT})
    response = twin.handle(Request(method="GET", path="/common/oauth2/v2.0/logout", query=query))
    assert (response.headers["location"], "Max-Age=0" in response.headers["set-cookie"]) == (REDIRECT, True)
    elsewhere = twin.handle(Request(method="GET", path="/common/oauth2/v2.0/logout"))
    assert b"You signed out" in elsewhere.body
