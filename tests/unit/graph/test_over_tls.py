"""The whole way on a real server over TLS, with its own certificate authority: sign in, read, write, read again."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from graphtwin.apps import DEMO_APP
from kalends.domain.event import Field
from kalends.domain.span import Timed
from kalends.graph.auth import Login, MailboxTokens
from kalends.graph.check import Verdict, check
from kalends.graph.client import Graph, open_http
from kalends.graph.login_http import open_login_http
from kalends.graph.owner import Owner, read_owner
from kalends.graph.registration import Registration
from kalends.graph.remote import GraphRemote
from kalends.sync.errors import Transient
from kalends.sync.ports import Create, Outcome
from kalends.sync.snapshot import Creation, Window
from tests.twin.control.conftest import Running, start

CALLBACK = "http://127.0.0.1:8000/microsoft_account/authentication"
START = dt.datetime(2026, 8, 3, 9, 0, tzinfo=dt.UTC)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """A simulated Outlook of its own process."""
    running = start("--seed", "5")
    running.post("/_twin/mailboxes", {"address": "alice@example.org", "name": "Alice"})
    yield running
    running.stop()


@pytest.fixture(scope="module")
def registration(server: Running) -> Registration:
    secret = DEMO_APP["passwordCredentials"][0]["secretText"]
    return Registration(
        client_id=DEMO_APP["appId"], client_secret=secret, login_url=server.tls_origin, graph_url=server.tls_origin
    )


@pytest.fixture(scope="module")
def login_http(server: Running) -> Iterator[httpx2.Client]:
    with open_login_http(ca_file=str(server.certificate)) as http:
        yield http


def test_a_person_connects_and_her_calendar_is_written_and_read(
    server: Running, registration: Registration, login_http: httpx2.Client
) -> None:
    login = Login(registration, login_http, now)
    url, flow = login.begin(CALLBACK)
    page = login_http.post(url, data={"account": "alice@example.org", "decision": "accept"})
    signed_in = login.finish(flow, dict(parse_qsl(urlsplit(page.headers["Location"]).query)))
    tokens = MailboxTokens(login, signed_in.tokens, store=lambda _: None, now=now)
    with open_http(registration.graph, ca_file=str(server.certificate)) as http:
        graph = Graph(http, tokens)
        assert read_owner(graph) == Owner(address="alice@example.org", user_name="alice@example.org", name="Alice")
        remote = GraphRemote(graph, installation="inst", addresses=["alice@example.org"])
        window = Window(start=START - dt.timedelta(days=30), end=START + dt.timedelta(days=30))
        link = remote.delta(None, window).delta_link
        creation = Creation(installation="inst", event_id="e", mailbox_id="m", number=1)
        when = Timed.at(START, START + dt.timedelta(hours=1), "Europe/Brussels")
        results = remote.write([Create(creation=creation, values={Field.SUBJECT: "Größe", Field.WHEN: when})])
        told = remote.delta(link, window)
        assert [result.outcome for result in results] == [Outcome.DONE]
        assert [(item.values[Field.SUBJECT], item.values[Field.WHEN]) for item in told.items] == [("Größe", when)]
        assert tokens.renewed_access_token() != signed_in.tokens.access_token


def test_the_checklist_is_good(registration: Registration, login_http: httpx2.Client) -> None:
    steps = check(registration, login_http, redirect_uris=[CALLBACK], now=now)
    assert {step.verdict for step in steps} == {Verdict.GOOD}


def test_a_certificate_authority_that_nobody_named_is_not_trusted(registration: Registration) -> None:
    with open_login_http() as http, pytest.raises(Transient, match="cannot be reached"):
        Login(registration, http, now).begin(CALLBACK)
