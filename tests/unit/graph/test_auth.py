"""Signing in against the simulated login: the code, the proof of who it was, renewals, and every way it may fail."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from graphtwin.app import Twin
from graphtwin.apps import DEMO_APP
from graphtwin.faults import Fault
from kalends.graph.auth import Flow, Login, MailboxTokens, SignIn, TokenSet
from kalends.graph.login_errors import SignInRefused
from kalends.graph.login_http import open_login_http
from kalends.graph.registration import AccountType, Registration
from kalends.sync.errors import Access, AccessLost, Transient

CALLBACK = "http://127.0.0.1:8000/microsoft_account/authentication"
SECRET = DEMO_APP["passwordCredentials"][0]["secretText"]
REGISTRATION = Registration(client_id=DEMO_APP["appId"], client_secret=SECRET, login_url="https://localhost:8443")


@pytest.fixture
def login_http(twin: Twin) -> httpx2.Client:
    return open_login_http(transport=httpx2.WSGITransport(app=twin.wsgi))


@pytest.fixture
def login_of(twin: Twin, login_http: httpx2.Client) -> Callable[[Registration], Login]:
    """The login for a registration."""
    return lambda registration: Login(registration, login_http, twin.clock.now)


@pytest.fixture
def login(login_of: Callable[[Registration], Login]) -> Login:
    return login_of(REGISTRATION)


def visit(
    http: httpx2.Client, url: str, account: str = "alice@example.org", decision: str = "accept"
) -> dict[str, str]:
    """What the browser brings back from Microsoft's page."""
    answer = http.post(url, data={"account": account, "decision": decision})
    assert answer.headers["Location"].startswith(CALLBACK)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def signed_in(login: Login, http: httpx2.Client, account: str = "alice@example.org") -> SignIn:
    """The whole way."""
    url, flow = login.begin(CALLBACK)
    return login.finish(flow, visit(http, url, account))


@pytest.fixture
def certified(twin: Twin) -> Registration:
    """The same app, known by a certificate instead of a secret."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Kalends")])
    now = twin.clock.now()
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    certificate = builder.not_valid_before(now).not_valid_after(now + dt.timedelta(days=365)).sign(key, hashes.SHA256())
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    pkcs8, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key_pem = key.private_bytes(serialization.Encoding.PEM, pkcs8, plain).decode()
    twin.apps.register({**DEMO_APP, "passwordCredentials": [], "keyCredentials": [{"key": pem}]}, now)
    return replace(REGISTRATION, client_secret="", certificate=pem, private_key=key_pem)


# ── the way there and back ──────────────────────────────────────────────────────────────────────────────────────────


def test_it_asks_for_the_first_consents_scopes_with_a_challenge_and_a_nonce(login: Login) -> None:
    url, flow = login.begin(CALLBACK, login_hint="alice@example.org", choose=True)
    asked = dict(parse_qsl(urlsplit(url).query))
    assert sorted(asked["scope"].split()) == ["Calendars.ReadWrite", "User.Read", "offline_access", "openid", "profile"]
    assert (asked["code_challenge_method"], asked["redirect_uri"]) == ("S256", CALLBACK)
    assert (asked["login_hint"], asked["prompt"]) == ("alice@example.org", "select_account")
    assert (asked["state"], bool(asked["nonce"])) == (flow["state"], True)
    assert flow["code_verifier"] not in url


def test_it_knows_who_signed_in(twin: Twin, login: Login, login_http: httpx2.Client) -> None:
    found = signed_in(login, login_http)
    mailbox = twin.tenant.find("alice@example.org")
    assert mailbox is not None
    assert (found.tenant_id, found.object_id) == (twin.tenant.tenant_id, mailbox.object_id)
    assert (found.user_name, found.name) == ("alice@example.org", "Alice")
    assert found.tokens.expires_at > twin.clock.now()


def test_it_shows_no_token_to_whoever_prints_it(login: Login, login_http: httpx2.Client) -> None:
    found = signed_in(login, login_http)
    assert found.tokens.access_token not in repr(found)
    assert found.tokens.refresh_token not in repr(found)


def test_tokens_rest_as_text(login: Login, login_http: httpx2.Client) -> None:
    tokens = signed_in(login, login_http).tokens
    assert TokenSet.from_json(tokens.to_json()) == tokens


def test_a_certificate_does_in_place_of_a_secret(
    twin: Twin, login_of: Callable[[Registration], Login], login_http: httpx2.Client, certified: Registration
) -> None:
    assert signed_in(login_of(certified), login_http).name == "Alice"
    assert twin.errors == []


# ── ways to fail ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_declining_connects_nothing(login: Login, login_http: httpx2.Client) -> None:
    url, flow = login.begin(CALLBACK)
    with pytest.raises(SignInRefused, match="You declined"):
        login.finish(flow, visit(login_http, url, decision="decline"))


@pytest.mark.parametrize("change", [{"state": "another"}, {"state": ""}])
def test_an_answer_for_another_session_is_refused(
    login: Login, login_http: httpx2.Client, change: dict[str, str]
) -> None:
    url, flow = login.begin(CALLBACK)
    with pytest.raises(SignInRefused, match="does not belong to this browser"):
        login.finish(flow, visit(login_http, url) | change)


def test_a_code_works_once(login: Login, login_http: httpx2.Client) -> None:
    url, flow = login.begin(CALLBACK)
    answer = visit(login_http, url)
    login.finish(flow, answer)
    with pytest.raises(SignInRefused, match="already redeemed"):
        login.finish(flow, answer)


def test_a_code_of_another_flow_is_refused(login: Login, login_http: httpx2.Client) -> None:
    """Somebody lures a person into finishing with the attacker's code: the verifier does not fit."""
    attackers_url, _ = login.begin(CALLBACK)
    _, flow = login.begin(CALLBACK)
    with pytest.raises(SignInRefused):
        login.finish(flow, visit(login_http, attackers_url) | {"state": flow["state"]})


def test_an_answer_without_anything_is_refused(login: Login) -> None:
    _, flow = login.begin(CALLBACK)
    with pytest.raises(SignInRefused):
        login.finish(flow, {})


def test_a_flow_that_was_lost_is_refused(login: Login, login_http: httpx2.Client) -> None:
    url, _ = login.begin(CALLBACK)
    empty: Flow = {}
    with pytest.raises(SignInRefused):
        login.finish(empty, visit(login_http, url))


def test_a_login_that_cannot_be_reached_passes(twin: Twin) -> None:
    def refuse(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    login = Login(REGISTRATION, open_login_http(transport=httpx2.MockTransport(refuse)), twin.clock.now)
    with pytest.raises(Transient, match="cannot be reached"):
        login.begin(CALLBACK)


def test_an_unknown_tenant_is_the_administrators_turn(login_of: Callable[[Registration], Login]) -> None:
    wrong = replace(REGISTRATION, account_type=AccountType.THIS_ORG, tenant_id="00000000-0000-0000-0000-000000000000")
    with pytest.raises(AccessLost) as raised:
        login_of(wrong).begin(CALLBACK)
    assert raised.value.whose_turn is Access.ADMINISTRATOR


# ── renewals ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def kept() -> list[TokenSet]:
    return []


@pytest.fixture
def tokens(twin: Twin, login: Login, login_http: httpx2.Client, kept: list[TokenSet]) -> MailboxTokens:
    """Alice's tokens, and where renewed ones are kept."""
    return MailboxTokens(login, signed_in(login, login_http).tokens, store=kept.append, now=twin.clock.now)


def test_it_hands_out_the_same_token_while_it_lives(tokens: MailboxTokens, kept: list[TokenSet]) -> None:
    assert tokens.access_token() == tokens.access_token()
    assert kept == []


def test_it_renews_in_time_and_keeps_the_new_refresh_token(
    twin: Twin, tokens: MailboxTokens, kept: list[TokenSet]
) -> None:
    """Scenarios O-145 and O-191."""
    old = tokens.access_token()
    twin.clock.advance(2 * 3600)
    new = tokens.access_token()
    twin.clock.advance(2 * 3600)
    newest = tokens.access_token()
    assert len({old, new, newest}) == 3
    assert [each.access_token for each in kept] == [new, newest]
    assert kept[0].refresh_token != kept[1].refresh_token


@pytest.mark.parametrize(
    ("code", "whose_turn", "words"),
    [
        (50173, Access.PERSON, "password changed"),
        (700082, Access.PERSON, "90 days"),
        (65001, Access.PERSON, "permission"),
        (50076, Access.PERSON, "second proof"),
        (53003, Access.PERSON, "Conditional Access"),
        (7000222, Access.ADMINISTRATOR, "secret has expired"),
        (7000215, Access.ADMINISTRATOR, "not its Secret ID"),
        (700016, Access.ADMINISTRATOR, "Client ID"),
        (7000112, Access.ADMINISTRATOR, "disabled"),
    ],
)
def test_it_says_who_must_act_when_a_renewal_is_refused(
    twin: Twin, tokens: MailboxTokens, code: int, whose_turn: Access, words: str
) -> None:
    """Scenario O-212."""
    twin.faults.arm(Fault(kind="login", code=code))
    with pytest.raises(AccessLost, match=words) as raised:
        tokens.renewed_access_token()
    assert raised.value.whose_turn is whose_turn


@pytest.mark.parametrize("kind", ["unavailable", "htmlBody", "truncatedBody", "lostAnswer"])
def test_it_tries_again_later_when_the_login_is_down(twin: Twin, tokens: MailboxTokens, kind: str) -> None:
    twin.faults.arm(Fault(kind=kind, path="*/token", count=1))
    with pytest.raises(Transient):
        tokens.renewed_access_token()


def test_what_was_repaired_works_at_once(twin: Twin, tokens: MailboxTokens, kept: list[TokenSet]) -> None:
    """MSAL would repeat a refusal for a minute (FACTS.md §24)."""
    twin.faults.arm(Fault(kind="login", code=7000222, count=1))
    with pytest.raises(AccessLost):
        tokens.renewed_access_token()
    assert tokens.renewed_access_token() == kept[0].access_token
