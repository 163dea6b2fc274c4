"""What a newcomer does, on real processes: set up, connect, and work on both sides."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.conftest import Installation, Watched

pytestmark = pytest.mark.browser
TODAY = dt.datetime.now(dt.UTC).date()
MONDAY = TODAY + dt.timedelta(days=7 - TODAY.weekday())
BOTH_SIDES_WITHIN = 5_000


def _event(page: Page, subject: str) -> Locator:
    return page.locator(f".k-event[data-event='{subject}']")


def _next_week(watched: Watched, who: str) -> Page:
    page = watched.signed_in(who)
    page.goto(f"{watched.installation.kalends}/?view=week&date={MONDAY}")
    page.locator("#calendar .k-view").wait_for()
    page.locator("[data-sync='in_sync']").wait_for()
    return page


def _in_outlook(watched: Watched, who: str, **asked: str) -> Page:
    page = watched.page()
    query = "&".join(f"{name}={value}" for name, value in {"view": "week", "date": str(MONDAY), **asked}.items())
    page.goto(f"{watched.installation.outlook}/mailboxes/{who}@example.com?{query}")
    return page


def _entry(page: Page, subject: str) -> Locator:
    return page.locator(f"a.entry[data-subject='{subject}']").first


def _plan(page: Page, subject: str, *, day: dt.date, start: str, end: str) -> None:
    page.keyboard.press("n")
    page.get_by_label("Title").fill(subject)
    page.get_by_label("From", exact=True).fill(str(day))
    page.get_by_label("Start time").fill(start)
    page.get_by_label("End time").fill(end)


def test_it_checks_each_step_of_the_registration(watched: Watched) -> None:
    page = watched.signed_in("alice")
    page.goto(f"{watched.installation.kalends}/settings/outlook")
    assert page.locator("#redirect").inner_text() == f"{watched.installation.kalends}/microsoft_account/authentication"

    page.get_by_role("button", name="Check").click()
    page.locator("#check-result .step").first.wait_for()
    verdicts = {step.get_attribute("data-verdict") for step in page.locator("#check-result .step").all()}

    assert verdicts == {"good"}


def test_it_connects_both_without_mailing_anybody(
    watched: Watched, installation: Installation, connect: Callable[[str], str]
) -> None:
    assert "send no mail" in connect("alice")
    assert "send no mail" in connect("bob")

    page = watched.signed_in("alice")
    for subject in ("Design review", "Budget for next year"):
        expect(_event(page, subject)).to_have_count(1)
    assert installation.outlook_mails() == []


def test_it_carries_an_event_from_here_to_outlook_and_back(watched: Watched, connect: Callable[[str], str]) -> None:
    connect("alice")
    page = _next_week(watched, "alice")
    _plan(page, "Made in Kalends", day=MONDAY, start="09:00", end="10:00")
    page.get_by_role("button", name="Plan event").click()
    expect(_event(page, "Made in Kalends")).to_be_visible()

    outlook = _in_outlook(watched, "alice")
    expect(_entry(outlook, "Made in Kalends")).to_be_visible(timeout=BOTH_SIDES_WITHIN)
    _entry(outlook, "Made in Kalends").click()
    outlook.locator("[name='subject']").fill("Changed in Outlook")
    outlook.locator("[data-action='save']").click()
    expect(_event(page, "Changed in Outlook")).to_be_visible(timeout=BOTH_SIDES_WITHIN)

    _entry(outlook, "Changed in Outlook").click()
    outlook.locator("[data-section='delete'] summary").click()
    outlook.locator("[data-action='delete']").click()
    expect(_event(page, "Changed in Outlook")).to_have_count(0, timeout=BOTH_SIDES_WITHIN)
    page.goto(f"{watched.installation.kalends}/trash")
    expect(page.get_by_role("link", name="Changed in Outlook")).to_be_visible()


def test_it_shows_what_was_made_in_outlook_without_reloading(watched: Watched, connect: Callable[[str], str]) -> None:
    connect("alice")
    page = _next_week(watched, "alice")
    outlook = _in_outlook(watched, "alice", new=f"{MONDAY}T14:00")
    outlook.locator("[name='subject']").fill("Made in Outlook")
    outlook.locator("[data-action='save']").click()

    expect(_event(page, "Made in Outlook")).to_be_visible(timeout=BOTH_SIDES_WITHIN)


def test_it_moves_by_dragging_and_can_take_it_back(watched: Watched, connect: Callable[[str], str]) -> None:
    connect("alice")
    page = _next_week(watched, "alice")
    _plan(page, "Dragged", day=MONDAY + dt.timedelta(days=2), start="11:00", end="12:00")
    page.get_by_role("button", name="Plan event").click()
    outlook = _in_outlook(watched, "alice")
    expect(_entry(outlook, "Dragged")).to_be_visible(timeout=BOTH_SIDES_WITHIN)
    _drag(page, _event(page, "Dragged"), hours=2)
    expect(page.locator("#toasts")).to_contain_text("13:00 – 14:00")

    moved = re.compile(r"T13:00")
    expect(_entry(outlook, "Dragged")).to_have_attribute("data-start", moved, timeout=BOTH_SIDES_WITHIN)
    page.get_by_role("button", name="Undo").click()
    expect(_entry(outlook, "Dragged")).to_have_attribute("data-start", re.compile("T11:00"), timeout=BOTH_SIDES_WITHIN)


def test_it_says_whom_outlook_will_mail_and_mails_just_them(
    watched: Watched, installation: Installation, connect: Callable[[str], str]
) -> None:
    connect("alice")
    connect("bob")
    before = len(installation.outlook_mails())
    alice, bob = _next_week(watched, "alice"), _next_week(watched, "bob")
    _plan(alice, "With Bob", day=MONDAY + dt.timedelta(days=3), start="15:00", end="16:00")
    alice.get_by_label("People", exact=True).fill("Bob")
    alice.get_by_role("option", name="Bob Brown").click()
    expect(alice.locator(".panel-foot")).to_contain_text("Outlook will mail Bob Brown (invitation).")
    alice.get_by_role("button", name="Plan event").click()

    _event(bob, "With Bob").click(timeout=BOTH_SIDES_WITHIN)
    bob.get_by_role("button", name="Accept").click()
    _event(alice, "With Bob").click()
    expect(alice.locator("#panel")).to_contain_text("1 accepted", timeout=BOTH_SIDES_WITHIN)

    alice.get_by_role("button", name="Delete").click()
    expect(alice.locator("#panel")).to_contain_text("Outlook will mail Bob Brown (cancellation).")
    alice.get_by_role("button", name="Cancel the meeting").click()
    expect(bob.locator(".k-event[data-event='With Bob']:not(.k-cancelled)")).to_have_count(0, timeout=BOTH_SIDES_WITHIN)
    kinds = [(mail["kind"], mail["recipients"]) for mail in installation.outlook_mails()[before:]]
    assert kinds == [
        ("request", ["bob@example.com"]),
        ("response", ["alice@example.com"]),
        ("cancel", ["bob@example.com"]),
    ]


def test_it_archives_a_coming_event_and_brings_it_back(watched: Watched, connect: Callable[[str], str]) -> None:
    connect("alice")
    page = _next_week(watched, "alice")
    _plan(page, "To rest", day=MONDAY + dt.timedelta(days=4), start="08:00", end="09:00")
    page.get_by_role("button", name="Plan event").click()
    outlook = _in_outlook(watched, "alice")
    expect(_entry(outlook, "To rest")).to_be_visible(timeout=BOTH_SIDES_WITHIN)

    _event(page, "To rest").click()
    page.get_by_role("button", name="Archive").click()
    page.locator(".panel-question").get_by_role("button", name="Archive").click()
    expect(_entry(outlook, "To rest")).to_have_count(0, timeout=BOTH_SIDES_WITHIN)
    page.get_by_role("button", name="Undo").click()
    expect(_entry(outlook, "To rest")).to_be_visible(timeout=BOTH_SIDES_WITHIN)
    expect(_event(page, "To rest")).to_be_visible()


def _drag(page: Page, event: Locator, hours: int) -> None:
    """Take the event a little below its top, and let it go so many hours later, in the middle of a quarter."""
    first, _, third = (_box(slot) for slot in page.locator(".k-slot-head").all()[:3])
    box = _box(event)
    x, y = box["x"] + box["width"] / 2, box["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 20, steps=3)
    page.mouse.move(x, y + (third["y"] - first["y"]) * hours - 6, steps=8)
    page.mouse.up()


def _box(place: Locator) -> FloatRect:
    """Where something stands; news may be drawing it anew just now."""
    for _ in range(20):
        place.wait_for()
        box = place.bounding_box()
        if box is not None:
            return box
    message = "it does not stand still"
    raise AssertionError(message)
