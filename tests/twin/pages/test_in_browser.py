"""The pages in Chromium: create, edit, answer, ledger; light and dark, desk and phone, not a word on the console."""

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from graphtwin.app import Twin
from graphtwin.apps import DEMO_APP_ID, DEMO_REDIRECT_URIS
from tests.twin.pages.browsing import FAINT, complaints, served
from tests.twin.pages.conftest import ALICE, BOB, Application, invite

pytestmark = pytest.mark.browser

SIGN_IN = {
    "client_id": DEMO_APP_ID,
    "redirect_uri": DEMO_REDIRECT_URIS[0],
    "response_type": "code",
    "scope": "openid offline_access Calendars.ReadWrite",
}
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    return chromium


@pytest.fixture
def origin(twin: Twin) -> Iterator[str]:
    with served(twin) as address:
        yield address


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", DESK), ("dark", DESK), ("light", PHONE), ("dark", PHONE)], ids=str
)
def test_a_meeting_from_the_invitation_to_the_answer(
    browser: Browser, origin: str, scheme: Literal["light", "dark"], size: dict[str, int]
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    found = complaints(page)
    _create(page, f"{origin}/mailboxes/{ALICE}")
    _move(page)
    _accept(page, f"{origin}/mailboxes/{BOB}")
    kinds = page.locator("[data-mail-kind]").evaluate_all("all => all.map(each => each.dataset.mailKind)")
    assert kinds == ["response", "update-full", "request"]
    page.locator("[data-mail-kind=response] summary").click()
    expect(page.locator("[data-mail-kind=response] .mail-text")).to_contain_text("Bob Lind has accepted this meeting.")
    _fits(page)
    assert found == []
    context.close()


def test_a_change_by_an_application_shows_without_reloading(browser: Browser, origin: str, twin: Twin) -> None:
    app = Application(twin, ALICE)
    page = browser.new_page()
    found = complaints(page)
    page.goto(f"{origin}/mailboxes/{ALICE}")
    page.evaluate("document.body.dataset.same = 'yes'")
    invited = [{"type": "required", "emailAddress": {"address": BOB}}]
    made = app.create("From outside", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invited)
    expect(page.locator("[data-subject='From outside']")).to_be_visible()
    expect(page.locator("[data-ledger] [data-mail-subject='From outside']")).to_be_visible()
    app.ask("PATCH", f"/events/{made['id']}", {"subject": "Renamed outside"})
    expect(page.locator("[data-subject='Renamed outside']")).to_be_visible()
    app.ask("DELETE", f"/events/{made['id']}")
    expect(page.locator("[data-event-id]")).to_have_count(0)
    assert page.evaluate("document.body.dataset.same") == "yes"
    assert found == []
    page.close()


def test_a_half_filled_form_is_not_swept_away_by_a_change(browser: Browser, origin: str, twin: Twin) -> None:
    app = Application(twin, ALICE)
    made = app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00")
    page = browser.new_page()
    page.goto(f"{origin}/mailboxes/{ALICE}?event={made['id']}")
    page.locator("#panel [name='location.displayName']").fill("Half writ")
    app.ask("PATCH", f"/events/{made['id']}", {"subject": "Renamed outside"})
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#panel [name='location.displayName']")).to_have_value("Half writ")
    page.get_by_role("link", name="Show the change").click()
    expect(page.locator("#panel [name=subject]")).to_have_value("Renamed outside")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read(browser: Browser, origin: str, twin: Twin, scheme: Literal["light", "dark"]) -> None:
    _fill(twin)
    page = browser.new_page(color_scheme=scheme, viewport=DESK)  # type: ignore[arg-type]
    faint = {}
    for path in (
        f"/mailboxes/{BOB}",
        f"/mailboxes/{BOB}?view=month",
        "/",
        "/mail/1",
        "/outside",
        "/requests",
        "/faults",
        "/clock",
    ):
        page.goto(f"{origin}{path}")
        faint[path] = page.evaluate(FAINT)
    page.goto(f"{origin}/mailboxes/{BOB}")
    page.locator("[data-subject=Past][data-start]").click()
    faint["panel"] = page.evaluate(FAINT)
    page.goto(f"{origin}/common/oauth2/v2.0/authorize?{urlencode(SIGN_IN)}")
    faint["accounts"] = page.evaluate(FAINT)
    page.locator(f"[data-account='{ALICE}']").click()
    expect(page.locator("[data-scope='Calendars.ReadWrite']")).to_be_visible()
    faint["consent"] = page.evaluate(FAINT)
    assert {path: found for path, found in faint.items() if found} == {}
    page.close()


def _fill(twin: Twin) -> None:
    """Events in every state in Bob's calendar: past, unanswered, cancelled, free, tentative, away, coloured, long."""
    app, his = Application(twin, ALICE), Application(twin, BOB)
    invited = invite(BOB)
    app.create(
        "Past", "2026-08-03T08:00:00", "2026-08-03T09:00:00", attendees=invited, location={"displayName": "There"}
    )
    app.create("Coming", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invited)
    gone = app.create("Gone", "2026-08-04T12:00:00", "2026-08-04T13:00:00", attendees=invited)
    app.ask("POST", f"/events/{gone['id']}/cancel", {"comment": "No"})
    for show_as in ("free", "tentative", "oof"):
        his.create(show_as, "2026-08-05T10:00:00", "2026-08-05T11:00:00", showAs=show_as)
    for count, category in enumerate("abcde"):
        start, end = f"2026-08-06T{10 + count}:00:00", f"2026-08-06T{10 + count}:45:00"
        his.create(f"Of {category}", start, end, categories=[category])
    his.create("Fair", "2026-08-07T00:00:00", "2026-08-09T00:00:00", isAllDay=True)


def test_an_event_is_dragged_to_another_day_and_hour(browser: Browser, origin: str, twin: Twin) -> None:
    app = Application(twin, ALICE)
    app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00")
    page = browser.new_page(viewport=DESK)  # type: ignore[arg-type]
    found = complaints(page)
    page.goto(f"{origin}/mailboxes/{ALICE}")
    source = page.locator("[data-subject=Budget]").bounding_box()
    target = page.locator(".column[data-day='2026-08-06']").bounding_box()
    assert source is not None
    assert target is not None
    page.mouse.move(source["x"] + 20, source["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 20, source["y"] + 40, steps=4)
    page.mouse.move(target["x"] + 20, source["y"] + 10 + target["height"] / 24, steps=4)
    page.mouse.up()
    expect(page.locator("[data-notice]")).to_contain_text("The event was moved. No mail was sent.")
    expect(page.locator("[data-subject=Budget][data-start='2026-08-06T11:00:00']")).to_be_visible()
    assert found == []
    page.close()


def _create(page: Page, calendar: str) -> None:
    page.goto(calendar)
    page.locator("[data-new-event]").click()
    page.locator("[name=subject]").fill("Budget")
    page.locator("[name='start.dateTime']").fill("2026-08-05T10:00")
    page.locator("[name='end.dateTime']").fill("2026-08-05T11:00")
    page.locator("[data-add^='Bob']").click()
    page.locator("[data-action=save]").click()
    expect(page.locator("[data-notice]")).to_contain_text("Exchange mailed: Invitation to Bob Lind.")


def _move(page: Page) -> None:
    page.locator("[data-subject=Budget][data-start]").click()
    expect(page.locator("#panel")).to_be_visible()
    _fits(page)
    page.locator("#panel [name='start.dateTime']").fill("2026-08-05T14:00")
    page.locator("#panel [name='start.dateTime']").blur()
    expect(page.locator("#panel [name='end.dateTime']")).to_have_value("2026-08-05T15:00")
    page.locator("#panel [data-action=save]").click()
    expect(page.locator("[data-notice]")).to_contain_text("Exchange mailed: Update to Bob Lind.")


def _accept(page: Page, calendar: str) -> None:
    page.goto(calendar)
    page.locator("[data-subject=Budget][data-start='2026-08-05T14:00:00']").click()
    page.locator("#panel [name=comment]").first.fill("Gladly")
    page.locator("#panel [data-action=accept]").click()
    expect(page.locator("[data-notice]")).to_contain_text(re.compile("Answer: accepted to Alice Moor"))
    expect(page.locator("[data-subject=Budget][data-response=accepted]")).to_be_visible()


def _fits(page: Page) -> None:
    """Nothing makes the page wider than its window."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
