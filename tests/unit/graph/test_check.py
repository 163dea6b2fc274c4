"""The administrator's checklist, against the simulated login and against things that are not Microsoft."""

import datetime as dt
from dataclasses import replace

import httpx2
import pytest

from graphtwin.app import Twin
from graphtwin.apps import DEMO_APP
from graphtwin.faults import Fault
from kalends.graph.check import Step, Verdict, check
from kalends.graph.login_http import open_login_http
from kalends.graph.registration import AccountType, Registration

CALLBACK = "http://127.0.0.1:8000/oauth2/outlook/callback"
REGISTRATION = Registration(
    client_id=DEMO_APP["appId"],
    client_secret=DEMO_APP["passwordCredentials"][0]["secretText"],
    login_url="https://localhost:8443",
    graph_url="http://127.0.0.1:8080",
)
GOOD, OPEN, BAD = Verdict.GOOD, Verdict.OPEN, Verdict.BAD


@pytest.fixture
def login_http(twin: Twin) -> httpx2.Client:
    return open_login_http(transport=httpx2.WSGITransport(app=twin.wsgi))


def steps_of(
    twin: Twin,
    http: httpx2.Client,
    registration: Registration = REGISTRATION,
    *,
    redirect_uri: str = CALLBACK,
    home_tenant: str = "",
    skew: dt.timedelta = dt.timedelta(),
) -> dict[str, Step]:
    """The steps by the first word of their names."""
    steps = check(
        registration,
        http,
        redirect_uris=[redirect_uri],
        now=lambda: twin.clock.now() + skew,
        home_tenant=home_tenant,
    )
    return {step.name.split()[0]: step for step in steps}


def verdicts(steps: dict[str, Step]) -> dict[str, Verdict]:
    return {name: step.verdict for name, step in steps.items()}


ALL_GOOD = dict.fromkeys(["Client", "Microsoft's", "Redirect", "Microsoft", "Clock"], GOOD)


@pytest.mark.parametrize("whose", ["nobody's", "a mailbox's", "ours"])
def test_it_finds_a_good_registration_good(twin: Twin, login_http: httpx2.Client, whose: str) -> None:
    """The secret is tried in our own tenant, in one where somebody is connected, or, lacking both, in none."""
    tenant = twin.tenant.tenant_id
    ours = (
        replace(REGISTRATION, account_type=AccountType.THIS_ORG, tenant_id=tenant) if whose == "ours" else REGISTRATION
    )
    home_tenant = tenant if whose == "a mailbox's" else ""
    assert verdicts(steps_of(twin, login_http, ours, home_tenant=home_tenant)) == ALL_GOOD


def test_it_finds_a_redirect_address_that_is_not_registered(twin: Twin, login_http: httpx2.Client) -> None:
    step = steps_of(twin, login_http, redirect_uri=CALLBACK + "/")["Redirect"]
    assert (step.verdict, step.words) == (BAD, "It is not registered.")
    assert "letter by letter" in step.remedy


@pytest.mark.parametrize(
    ("secret", "words", "remedy"),
    [
        ("", "It is missing.", "Certificates & secrets"),
        ("wrong", "does not accept the client secret", "Make a new one"),
        ("0e943731-405d-44c4-9512-2f09386a5c70", "does not accept the client secret", "This is a Secret ID"),
    ],
)
def test_it_finds_a_secret_that_is_none(
    twin: Twin, login_http: httpx2.Client, secret: str, words: str, remedy: str
) -> None:
    steps = list(check(replace(REGISTRATION, client_secret=secret), login_http, redirect_uris=[], now=twin.clock.now))
    step = next(step for step in steps if step.name == "Client secret")
    assert (step.verdict, words in step.words, remedy in step.remedy) == (BAD, True, True)


def test_it_finds_an_expired_secret(twin: Twin, login_http: httpx2.Client) -> None:
    twin.apps.expire_secrets(None, twin.clock.now())
    step = steps_of(twin, login_http)["Client"]
    assert (step.verdict, step.words.startswith("The client secret has expired.")) == (BAD, True)


@pytest.mark.parametrize("client_id", ["", "not a guid"])
def test_it_finds_a_client_id_of_the_wrong_form(twin: Twin, login_http: httpx2.Client, client_id: str) -> None:
    registration = replace(REGISTRATION, client_id=client_id)
    first = next(check(registration, login_http, redirect_uris=[], now=twin.clock.now))
    assert (first.name, first.verdict) == ("Client ID", BAD)


def test_it_finds_an_unknown_client_id(twin: Twin, login_http: httpx2.Client) -> None:
    unknown = replace(REGISTRATION, client_id="99999999-1111-4222-8333-444455556666")
    steps = steps_of(twin, login_http, unknown)
    assert (steps["Client"].verdict, steps["Redirect"].verdict) == (BAD, OPEN)
    assert steps["Client"].words == "Microsoft does not know this Client ID in this organisation."


def test_it_finds_an_unknown_tenant(twin: Twin, login_http: httpx2.Client) -> None:
    wrong = replace(REGISTRATION, account_type=AccountType.THIS_ORG, tenant_id="99999999-1111-4222-8333-444455556666")
    steps = steps_of(twin, login_http, wrong)
    assert verdicts(steps) == ALL_GOOD | {"Client": BAD, "Microsoft's": BAD, "Redirect": OPEN}
    assert steps["Microsoft's"].remedy.startswith("Copy “Directory (tenant) ID”")


def test_it_finds_a_clock_that_is_wrong(twin: Twin, login_http: httpx2.Client) -> None:
    step = steps_of(twin, login_http, skew=dt.timedelta(minutes=11))["Clock"]
    assert (step.verdict, step.words) == (BAD, "It differs from Microsoft's by 11 minutes.")


def test_it_leaves_a_secret_open_while_the_login_is_down(twin: Twin, login_http: httpx2.Client) -> None:
    twin.faults.arm(Fault(kind="unavailable", path="*/token"))
    assert steps_of(twin, login_http)["Client"].verdict is OPEN


def test_it_says_what_cannot_be_reached(twin: Twin) -> None:
    def refuse(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("Connection refused")

    steps = steps_of(twin, open_login_http(transport=httpx2.MockTransport(refuse)))
    assert verdicts(steps) == {"Client": OPEN, "Microsoft's": BAD, "Redirect": BAD, "Microsoft": BAD, "Clock": OPEN}
    assert steps["Microsoft"].words == "http://127.0.0.1:8080 cannot be reached (Connection refused)."


def test_it_tells_a_proxys_page_from_microsoft(twin: Twin) -> None:
    def page(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(407, html="<h1>Proxy Authentication Required</h1>", headers={"Date": "now"})

    steps = steps_of(twin, open_login_http(transport=httpx2.MockTransport(page)))
    assert steps["Microsoft"].words == "What answers at http://127.0.0.1:8080 is not Microsoft Graph (status 407)."
    assert (steps["Microsoft's"].verdict, steps["Clock"].verdict) == (BAD, OPEN)
