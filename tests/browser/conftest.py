"""The whole installation as a newcomer runs it, once for all tests: PostgreSQL, graphtwin over TLS, web, worker.

`kalends demo` is started in a folder of its own on free ports. Pages are watched: whatever a page writes to the
console as an error, and every script that fails, fails the test that opened it.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

ROOT = Path(__file__).parents[2]
PASSWORD = "calendar-2026"
STARTS_WITHIN_SECONDS = 90
STOPS_WITHIN_SECONDS = 10
SIZES = {"desk": (1280, 800), "phone": (390, 844)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where Kalends and the simulated Outlook answer."""

    kalends: str
    outlook: str

    def outlook_mails(self) -> list[Any]:
        """The ledger of every mail that Exchange would have sent."""
        return list(httpx2.get(f"{self.outlook}/_twin/mail", timeout=10).json()["value"])


@dataclass
class Watched:
    """Pages and what went wrong on them."""

    browser: Browser
    installation: Installation
    contexts: list[BrowserContext] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def page(self, size: str = "desk", scheme: str = "light") -> Page:
        """A new browser window of nobody."""
        width, height = SIZES[size]
        phone = size == "phone"
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            has_touch=phone,
            is_mobile=phone,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/Berlin",
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        return page

    def signed_in(self, who: str, size: str = "desk", scheme: str = "light") -> Page:
        """The calendar of somebody."""
        page = self.page(size, scheme)
        page.goto(f"{self.installation.kalends}/sign-in")
        page.get_by_label("Address").fill(f"{who}@example.com")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.locator("#calendar .k-view").wait_for()
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"{message.text} ({message.location.get('url', '')})")


def _ports(count: int) -> list[int]:
    """Loopback ports that nobody listens on now, all different."""
    listeners = [socket.socket() for _ in range(count)]
    for listener in listeners:
        listener.bind(("127.0.0.1", 0))
    ports = [int(listener.getsockname()[1]) for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    kalends, outlook, tls = _ports(3)
    folder = tmp_path_factory.mktemp("b")
    told = {
        "KALENDS_DATA": str(folder / "data"),
        "KALENDS_PORT": str(kalends),
        "KALENDS_BASE_URL": f"http://localhost:{kalends}",
        "GRAPHTWIN_PORT": str(outlook),
        "GRAPHTWIN_TLS_PORT": str(tls),
    }
    command = [sys.executable, "-m", "kalends.cli.main", "demo", "--fresh"]
    log = folder / "log"
    with log.open("w") as written:
        running = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **told}, stdout=written, stderr=written)
        try:
            _wait_until_it_runs(running, log)
            yield Installation(kalends=f"http://localhost:{kalends}", outlook=f"http://localhost:{outlook}")
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(STOPS_WITHIN_SECONDS)
            print(log.read_text())  # noqa: T201 - pytest shows it beside a failure


def _wait_until_it_runs(running: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while "Kalends runs:" not in log.read_text():
        assert running.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.2)


@pytest.fixture
def watched(chromium: Browser, installation: Installation) -> Iterator[Watched]:
    windows = Watched(chromium, installation)
    yield windows
    for context in windows.contexts:
        context.close()
    assert windows.problems == []


@pytest.fixture(scope="session")
def connect(chromium: Browser, installation: Installation) -> Callable[[str], str]:
    """Connects somebody's Outlook by the pages, once; returns what the page before Start said."""
    said: dict[str, str] = {}

    def connected(who: str) -> str:
        if who not in said:
            windows = Watched(chromium, installation)
            said[who] = _connect(windows.signed_in(who), who)
            for context in windows.contexts:
                context.close()
            assert windows.problems == []
        return said[who]

    return connected


def _connect(page: Page, who: str) -> str:
    page.get_by_role("link", name="Sync with Outlook").click()
    page.get_by_text(f"{who}@example.com").click()
    page.get_by_role("button", name="Accept").click()
    page.locator("[data-rehearsal='ready']").wait_for()
    words = page.locator("#main").inner_text()
    page.get_by_role("button", name="Start").click()
    page.locator("[data-sync='in_sync']").wait_for()
    return words
