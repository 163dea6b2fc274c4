"""Draw the pictures of the docs from a fresh trial: ``make run FRESH=1``, then ``python -m tools.pictures_kalends``."""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent.parent / "docs" / "images"
PASSWORD = "calendar-2026"  # noqa: S105 - the trial's, printed by `make run`


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kalends", default="http://localhost:8000", help="where the trial runs")
    address = parser.parse_args().kalends
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = _signed_in(browser, address)
        _rehearsal(page)
        _calendar(page)
        browser.close()


def _signed_in(browser: Browser, address: str) -> Page:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800},
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_label("Address").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("#calendar .k-view").wait_for()
    return page


def _rehearsal(page: Page) -> None:
    page.get_by_role("link", name="Sync with Outlook").click()
    page.get_by_text("alice@example.com").click()
    page.get_by_role("button", name="Accept").click()
    page.locator("[data-rehearsal='ready']").wait_for()
    page.locator("[data-group='linked'] summary").click()
    page.locator("[data-group='linked'] [data-row]").first.wait_for()
    page.screenshot(path=IMAGES / "rehearsal.png")
    page.get_by_role("button", name="Start").click()


def _calendar(page: Page) -> None:
    page.locator("[data-sync='in_sync']").wait_for()
    page.get_by_text("Design review").first.click()
    page.locator("#panel").get_by_text("Bob Brown").first.wait_for()
    page.screenshot(path=IMAGES / "calendar.png")


if __name__ == "__main__":
    main()
