"""Every page in light and dark, on desk and phone: no errors, nothing cut off, every text legible."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Watched
from tests.browser.contrast import poor_texts

pytestmark = pytest.mark.browser
PAGES = (
    "/?view=month",
    "/?view=week",
    "/?view=day",
    "/?view=agenda",
    "/events/new",
    "/search?q=plan",
    "/trash",
    "/archive",
    "/conflicts",
    "/outlook/",
    "/outlook/held",
    "/outlook/mails",
    "/outlook/stop",
    "/settings/outlook",
    "/settings/all",
    "/profile/",
    "/people/",
    "/people/new",
)
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_it_is_whole_and_legible(watched: Watched, connect: Callable[[str], str], size: str) -> None:
    connect("alice")
    page = watched.signed_in("alice", size)
    found = {}
    for path in PAGES:
        page.goto(f"{watched.installation.kalends}{path}")
        page.locator("#outlook-state [data-sync], #outlook-state .outlook-connect").wait_for(state="attached")
        found[path] = _faults(page)

    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_it_plans_looks_at_and_deletes_an_event(watched: Watched, connect: Callable[[str], str], size: str) -> None:
    connect("alice")
    page = watched.signed_in("alice", size)
    subject = f"On the {size}"
    page.locator("[data-open-panel][href='/events/new']:visible").first.click()
    page.get_by_label("Title").fill(subject)
    form = _faults(page)
    page.get_by_role("button", name="Plan event").click()

    event = page.locator(f".k-event[data-event='{subject}']:visible").first
    event.click()
    page.locator("[data-event-panel]").wait_for()
    panel = _faults(page)
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("is in the trash").wait_for()
    event.wait_for(state="detached")

    assert (form, panel) == ([], [])


def test_it_can_be_worked_with_the_keyboard_alone(watched: Watched) -> None:
    page = watched.signed_in("charlie")
    titles = []
    for key in ("m", "d", "ArrowRight", "t", "a", "w"):
        page.keyboard.press(key)
        titles.append(page.locator("[aria-pressed='true'][data-view]").inner_text())
    assert titles == ["Month", "Day", "Day", "Day", "Agenda", "Week"]

    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.get_by_label("Title").wait_for()
    assert page.evaluate("document.activeElement.name") == "subject"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.locator("#panel").inner_text() == ""
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


def test_it_would_notice_a_pale_text(watched: Watched) -> None:
    page = watched.page()
    page.goto(f"{watched.installation.kalends}/sign-in")
    page.evaluate("document.querySelector('h1').style.color = 'oklch(0.8 0 0)'")

    assert [text.split(" ", 1)[1] for text in poor_texts(page)] == ["“Sign in” ."]


def _faults(page: Page) -> list[str]:
    """What is cut off, and what is hard to read, in light and in dark."""
    found = ["wider than the screen"] if page.evaluate(WIDER_THAN_THE_SCREEN) else []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        found += [f"{scheme}: {text}" for text in poor_texts(page)]
    return found
