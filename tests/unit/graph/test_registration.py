"""The registration: where its login and its Graph are, and by what it is known."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from kalends.graph.registration import AccountType, Cloud, Registration, admin_consent_url, is_guid

TENANT = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("account_type", "authority"),
    [
        (AccountType.ANY_ORG_AND_PERSONAL, "https://login.microsoftonline.com/common"),
        (AccountType.ANY_ORG, "https://login.microsoftonline.com/organizations"),
        (AccountType.THIS_ORG, f"https://login.microsoftonline.com/{TENANT}"),
    ],
)
def test_the_account_type_chooses_who_vouches(account_type: AccountType, authority: str) -> None:
    assert Registration(client_id="a", account_type=account_type, tenant_id=TENANT).authority == authority


@pytest.mark.parametrize(
    ("cloud", "login", "graph"),
    [
        (Cloud.GLOBAL, "https://login.microsoftonline.com", "https://graph.microsoft.com"),
        (Cloud.USGOV, "https://login.microsoftonline.us", "https://graph.microsoft.us"),
        (Cloud.USGOV_HIGH, "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
        (Cloud.CHINA, "https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn"),
    ],
)
def test_the_cloud_chooses_the_hosts(cloud: Cloud, login: str, graph: str) -> None:
    registration = Registration(client_id="a", cloud=cloud)
    assert (registration.login, registration.graph, registration.is_of_microsoft) == (login, graph, True)


def test_sovereign_permissions_are_named_with_their_resource() -> None:
    assert Registration(client_id="a").scopes == ["User.Read", "Calendars.ReadWrite"]
    assert Registration(client_id="a", cloud=Cloud.USGOV).scopes[1] == "https://graph.microsoft.us/Calendars.ReadWrite"


def test_a_simulator_takes_microsofts_place() -> None:
    registration = Registration(client_id="a", login_url="https://localhost:8443/", graph_url="http://localhost:8080/")
    assert (registration.authority, registration.graph) == ("https://localhost:8443/common", "http://localhost:8080")
    assert not registration.is_of_microsoft


def test_a_certificate_goes_before_a_secret() -> None:
    both = Registration(client_id="a", client_secret="s", certificate="c", private_key="k")
    assert both.credential == {"private_key": "k", "public_certificate": "c"}
    assert Registration(client_id="a", client_secret="s", certificate="c").credential == "s"


@pytest.mark.parametrize(
    ("text", "expected"),
    [(TENANT, True), (f" {TENANT.upper()}\n", True), ("8Q~secret.value_9", False), ("", False), (TENANT + "0", False)],
)
def test_it_recognizes_a_secret_id(text: str, expected: bool) -> None:
    assert is_guid(text) is expected


@pytest.mark.parametrize(("tenant_id", "tenant"), [("", "organizations"), (TENANT, TENANT)])
def test_it_sends_an_administrator_to_consent_for_everybody(tenant_id: str, tenant: str) -> None:
    registration = Registration(client_id="our app", tenant_id=tenant_id)
    url = urlsplit(admin_consent_url(registration, redirect_uri="https://k.example/back", state="s1"))
    assert url.path == f"/{tenant}/v2.0/adminconsent"
    assert dict(parse_qsl(url.query)) == {
        "client_id": "our app",
        "scope": "User.Read Calendars.ReadWrite",
        "redirect_uri": "https://k.example/back",
        "state": "s1",
    }
