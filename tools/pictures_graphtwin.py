"""Draw the pictures of docs/guide/graphtwin.md anew: `python -m tools.pictures_graphtwin`. Needs Chromium.

A twin with a small company is served on a free port, and its pages are looked at. Its clock stands, so that only a
change of the pages changes a picture.
"""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from graphtwin.app import Twin
from graphtwin.apps import DEMO_APP_ID, DEMO_REDIRECT_URIS
from graphtwin.clock import Clock
from graphtwin.pages.outlook import Outlook
from graphtwin.tenant import Mailbox

IMAGES = Path(__file__).parent.parent / "docs" / "images"
MONDAY = date(2026, 8, 3)
NOW = datetime(2026, 8, 5, 8, 20, tzinfo=UTC)
ZONE = "Europe/Berlin"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


def main() -> None:
    twin = company()
    IMAGES.mkdir(parents=True, exist_ok=True)
    with _served(twin), sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        _draw(browser, twin)
        browser.close()


def company() -> Twin:
    """Alice, Bob, Charlie and a room, with a week of appointments and meetings."""
    twin = Twin(clock=Clock(NOW, frozen=True))
    alice, bob, charlie = (
        _mailbox(twin, f"{name.split()[0].lower()}@example.org", name)
        for name in ("Alice Moor", "Bob Lind", "Charlie Ray")
    )
    twin.tenant.add_mailbox("harbour@example.org", "Harbour room", kind="room").settings["timeZone"] = ZONE
    with twin.lock:
        _appointments(twin, alice)
        _meetings(twin, alice, bob, charlie)
    return twin


def _mailbox(twin: Twin, address: str, name: str) -> Mailbox:
    mailbox = twin.tenant.add_mailbox(address, name)
    mailbox.settings["timeZone"] = ZONE
    return mailbox


def _appointments(twin: Twin, alice: Mailbox) -> None:
    weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"]
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": weekdays, "firstDayOfWeek": "monday"}
    given = {"type": "noEnd", "startDate": MONDAY.isoformat()}
    outlook = Outlook(twin, alice)
    _event(outlook, "Stand-up", 0, "09:00", 15, recurrence={"pattern": pattern, "range": given})
    _event(outlook, "Lunch with Dora", 1, "12:00", 60, showAs="free")
    _event(outlook, "Doctor", 2, "15:30", 45, sensitivity="private")
    _event(outlook, "Draft the offer", 3, "13:30", 120, categories=["Sales"])
    _event(outlook, "Call the printers", 3, "14:00", 45)
    _event(outlook, "Fair in Lyon", 3, "00:00", 2 * 24 * 60, isAllDay=True, showAs="oof")


def _meetings(twin: Twin, alice: Mailbox, bob: Mailbox, charlie: Mailbox) -> None:
    hers, his = Outlook(twin, alice), Outlook(twin, bob)
    place = {"location": {"displayName": "Harbour room"}}
    numbers = {"contentType": "text", "content": "Please bring the numbers of the second quarter."}
    _event(hers, "Quarterly plan", 0, "10:00", 90, attendees=_people(bob, charlie), body=numbers, **place)
    _event(his, "Budget round", 2, "11:00", 60, attendees=_people(alice))
    _event(his, "Hiring: second interview", 4, "11:00", 60, attendees=_people(alice, charlie))
    vendor = _event(his, "Vendor demo", 1, "14:00", 60, attendees=_people(alice))
    _answer(hers, "Budget round", "accept", "I will bring last year's.")
    _answer(Outlook(twin, charlie), "Quarterly plan", "accept", "")
    _answer(his, "Quarterly plan", "tentativelyAccept", "")
    his.post(f"/events/{vendor}/cancel", {"comment": "They cannot come."})


def _event(outlook: Outlook, subject: str, day: int, at: str, minutes: int, **members: object) -> str:
    start = datetime.fromisoformat(f"{MONDAY + timedelta(days=day)}T{at}")
    when = {"start": start, "end": start + timedelta(minutes=minutes)}
    times = {name: {"dateTime": moment.isoformat(), "timeZone": ZONE} for name, moment in when.items()}
    return str(outlook.post("/events", {"subject": subject, **times, **members})["id"])


def _people(*mailboxes: Mailbox) -> list[dict[str, object]]:
    return [{"type": "required", "emailAddress": {"address": each.address, "name": each.name}} for each in mailboxes]


def _answer(outlook: Outlook, subject: str, answer: str, comment: str) -> None:
    found = next(each for each in outlook.pages("/events") if each["subject"] == subject)
    content = {"sendResponse": True, **({"comment": comment} if comment else {})}
    outlook.post(f"/events/{found['id']}/{answer}", content)


def _draw(browser: Browser, twin: Twin) -> None:
    alice = f"{twin.origin}/mailboxes/alice@example.org"
    with _page(browser, "graphtwin-week") as page:
        page.goto(alice)
        page.locator("[data-mail-kind=response] summary").first.click()
    with _page(browser, "graphtwin-event", scheme="dark") as page:
        page.goto(alice)
        page.locator("[data-subject='Quarterly plan'][data-start]").click()
    with _page(browser, "graphtwin-sign-in") as page:
        page.goto(f"{twin.origin}/common/oauth2/v2.0/authorize?{urlencode(_sign_in())}")
        page.locator("[data-account='alice@example.org']").click()
    with _page(browser, "graphtwin-faults") as page:
        page.goto(f"{twin.origin}/faults")
        page.locator("[data-choice=throttled] button").click()
        page.locator("[data-choice=lostAnswer] button").click()
    with _page(browser, "graphtwin-phone", size=PHONE) as page:
        page.goto(f"{alice}?view=day&date={MONDAY}")


def _sign_in() -> dict[str, str]:
    return {
        "client_id": DEMO_APP_ID,
        "redirect_uri": DEMO_REDIRECT_URIS[0],
        "response_type": "code",
        "scope": "openid profile offline_access User.Read Calendars.ReadWrite",
    }


@contextmanager
def _page(browser: Browser, name: str, *, scheme: str = "light", size: dict[str, int] = DESK) -> Iterator[Page]:
    """Give a page, and keep its picture when it was left."""
    page = browser.new_page(color_scheme=scheme, viewport=size)  # type: ignore[arg-type]
    yield page
    page.mouse.move(0, 0)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(IMAGES / f"{name}.png"), animations="disabled")
    page.close()


@contextmanager
def _served(twin: Twin) -> Iterator[None]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    twin.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(twin.asgi, lifespan="off", log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield
    server.should_exit = True
    thread.join(timeout=10)


if __name__ == "__main__":
    main()
