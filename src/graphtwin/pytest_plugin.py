"""Fixtures for testing code that talks to Microsoft Graph: `graphtwin`, `mailbox`, `mail_ledger`.

pytest loads this module at every start, so it imports nothing heavy; the server is loaded when a test asks for it. One
server serves the whole run, each test finds it empty:

    def test_my_code_invites_nobody(graphtwin, mailbox, mail_ledger):
        my_code.create_event(graphtwin.graph_url, mailbox.token, "Lunch")
        assert [event["subject"] for event in mailbox.events()] == ["Lunch"]
        assert list(mail_ledger) == []

`@pytest.mark.graphtwin(seed=7, now="2026-08-03T09:00:00Z", frozen=True, switches={…})` says how a test wants its twin.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from graphtwin.testing import Account, Ledger, RunningTwin


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "graphtwin(seed, now, frozen, switches): how the test wants its twin")


@pytest.fixture(scope="session")
def graphtwin_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTwin]:
    """The one server of the run, as the last test left it; take `graphtwin` for an empty one."""
    from graphtwin.testing import running

    with running(tmp_path_factory.mktemp("graphtwin")) as server:
        yield server


@pytest.fixture
def graphtwin(graphtwin_server: RunningTwin, request: pytest.FixtureRequest) -> Iterator[RunningTwin]:
    """A simulated tenant: empty, on two ports. Fails the test if the twin itself failed meanwhile."""
    marker = request.node.get_closest_marker("graphtwin")
    graphtwin_server.begin(**(marker.kwargs if marker else {}))
    yield graphtwin_server
    failures = graphtwin_server.twin.errors
    if failures:
        pytest.fail("\n".join(["graphtwin itself failed, please report it:", *failures]), pytrace=False)


@pytest.fixture
def mailbox(graphtwin: RunningTwin) -> Account:
    """Alice's mailbox; `graphtwin.add_mailbox` makes more."""
    return graphtwin.add_mailbox("alice@example.com", "Alice Example")


@pytest.fixture
def mail_ledger(graphtwin: RunningTwin) -> Ledger:
    """Every mail Exchange would have sent in this test."""
    return graphtwin.mail
