"""The pytest plugin, used as a stranger's tests would use it."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

THEIRS = """
import json
import urllib.request

import pytest

MOMENT = {"dateTime": "2026-08-04T10:00:00", "timeZone": "UTC"}
LUNCH = {"subject": "Lunch", "start": MOMENT, "end": MOMENT}


def post(url, account, body):
    headers = {**account.headers, "content-type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_it_serves_graph(graphtwin, mailbox, mail_ledger):
    post(f"{graphtwin.graph_url}/me/events", mailbox, LUNCH)
    assert [each["subject"] for each in mailbox.events()] == ["Lunch"]
    assert list(mail_ledger) == []
    assert [(each["method"], each["path"]) for each in graphtwin.requests] == [("POST", "/v1.0/me/events")]


def test_it_is_empty_again(mailbox, mail_ledger):
    assert mailbox.events() == []
    assert len(mail_ledger) == 0


def test_it_keeps_a_ledger(graphtwin, mailbox, mail_ledger):
    bob = graphtwin.add_mailbox("bob@example.com")
    guests = [{"emailAddress": {"address": bob.address}, "type": "required"}]
    post(f"{graphtwin.graph_url}/me/events", mailbox, {**LUNCH, "attendees": guests})
    assert [mail.recipients for mail in mail_ledger.of_kind("request")] == [("bob@example.com",)]
    assert [each["subject"] for each in bob.events()] == ["Lunch"]
    mail_ledger.clear()
    assert len(mail_ledger) == 0


def test_it_loads_events_and_has_faults(graphtwin, mailbox):
    (identity,) = mailbox.load(LUNCH)
    assert mailbox.events()[0]["id"] == identity
    graphtwin.fault("throttled", count=1, retryAfterSeconds=7)
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(f"{graphtwin.graph_url}/me/events", mailbox, LUNCH)
    assert (refused.value.code, refused.value.headers["retry-after"]) == (429, "7")
    refused.value.close()


@pytest.mark.graphtwin(seed=7, now="2026-08-03T09:00:00+00:00", frozen=True, switches={"delta_page_size": 3})
def test_it_is_as_the_marker_wants(graphtwin):
    assert graphtwin.tell("GET", "/_twin/clock") == {"now": "2026-08-03T09:00:00Z", "frozen": True}
    graphtwin.advance(60)
    assert graphtwin.tell("GET", "/_twin/clock")["now"] == "2026-08-03T09:01:00Z"
    assert graphtwin.tell("GET", "/_twin/switches")["delta_page_size"] == 3
    with pytest.raises(AssertionError, match="Unknown kind"):
        graphtwin.fault("rain")


def test_it_has_a_login_over_tls(graphtwin, mailbox):
    assert graphtwin.login_url.startswith("https://localhost:")
    assert graphtwin.certificate.read_text().startswith("-----BEGIN CERTIFICATE-----")
"""


@pytest.fixture
def strangers(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder of tests, run without any plugin but this one."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p graphtwin.pytest_plugin --strict-markers -W error")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3] / "src"))
    return pytester


def test_it_gives_strangers_their_fixtures(strangers: pytest.Pytester) -> None:
    strangers.makepyfile(THEIRS)
    strangers.runpytest_subprocess().assert_outcomes(passed=6)


def test_it_fails_the_test_in_which_the_twin_failed(strangers: pytest.Pytester) -> None:
    strangers.makepyfile("def test_theirs(graphtwin): graphtwin.twin.errors.append('GET /v1.0/me')")
    result = strangers.runpytest_subprocess()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*graphtwin itself failed*"])
