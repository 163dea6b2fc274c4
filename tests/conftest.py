"""What all tests share: a real PostgreSQL, a Chromium, free ports."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from kalends.config import environment, postgres

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FOR_BROWSERS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a browser come last: from its start on, Playwright's event loop runs in the thread of the tests."""
    items.sort(key=lambda item: "chromium" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine, else the one that Playwright installed; there can be but one Playwright."""
    own = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=own, args=list(FOR_BROWSERS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL of our own, started when the first test asks for a database and stopped at the end."""
    with postgres.running(environment.postgres_folder(), postgres.FAST_AND_FORGETFUL) as server:
        yield server


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: postgres.Server) -> None:
    """Whoever asks pytest-django for the database starts the server; the settings already point to it."""
    assert postgres_server.is_alive()


@pytest.fixture
def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def short_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name is short enough for the socket of a database in it."""
    return tmp_path_factory.mktemp("k")
