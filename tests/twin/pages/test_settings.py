"""A mailbox's settings, and starting anew."""

import pytest

from graphtwin.app import Twin
from tests.twin.pages.conftest import ALICE, BOB, Application, Person

SETTINGS = f"/mailboxes/{ALICE}/settings"


def test_the_time_zone_is_changed_for_applications_too(person: Person, app: Application) -> None:
    page = person.follow(person.send(f"{SETTINGS}/time-zone", {"timeZone": "Asia/Tokyo"}))
    assert "The time zone was saved." in page.words
    assert app.ask("GET", "/mailboxSettings")["timeZone"] == "Asia/Tokyo"
    assert person.look(f"/mailboxes/{ALICE}").field("zone") == "Asia/Tokyo"


def test_a_time_zone_that_is_none_is_refused(person: Person, app: Application) -> None:
    page = person.send(f"{SETTINGS}/time-zone", {"timeZone": "Mars"})
    assert page.status == 400
    assert "Outlook refused: " in page.words
    assert app.ask("GET", "/mailboxSettings")["timeZone"] == "Europe/Berlin"


def test_a_calendar_is_made_and_deleted_with_its_events(person: Person, app: Application) -> None:
    assert "The calendar was made." in person.follow(person.send(f"{SETTINGS}/calendars", {"name": "Projects"})).words
    assert person.look(SETTINGS).values("data-calendar") == ["Calendar", "Projects"]
    other = app.ask("GET", "/calendars")["value"][1]
    when = {"dateTime": "2026-08-03T10:00:00", "timeZone": "UTC"}
    app.ask("POST", f"/calendars/{other['id']}/events", {"subject": "Review", "start": when, "end": when})
    page = person.follow(person.send(f"{SETTINGS}/calendars/{other['id']}/delete"))
    assert page.values("data-calendar") == ["Calendar"]
    assert person.look(f"/mailboxes/{ALICE}").values("data-subject") == []


def test_a_calendar_without_name_and_the_default_calendars_end_are_refused(person: Person, twin: Twin) -> None:
    assert "Give the calendar a name." in person.send(f"{SETTINGS}/calendars", {"name": " "}).words
    default = twin.tenant.mailbox(ALICE).default_calendar
    page = person.send(f"{SETTINGS}/calendars/{default.id}/delete")
    assert (page.status, list(twin.tenant.mailbox(ALICE).calendars)) == (400, [default.id])


def test_a_mailbox_is_deleted_once_its_address_was_written(person: Person, twin: Twin) -> None:
    page = person.send(f"{SETTINGS}/delete", {"address": BOB})
    assert f"Nothing was deleted. Write {ALICE} to confirm." in page.words
    assert person.send(f"{SETTINGS}/delete", {"address": ALICE}).headers["location"] == "/"
    assert ALICE not in twin.tenant.mailboxes


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"seed": "7"}, "Nothing was changed. Tick the box to confirm."),
        ({"seed": "x", "confirm": "true"}, "Give the seed as a whole number."),
    ],
)
def test_starting_anew_wants_to_be_meant(person: Person, twin: Twin, fields: dict[str, str], words: str) -> None:
    page = person.send("/start-anew", fields)
    assert (page.status, len(twin.tenant.mailboxes)) == (400, 3)
    assert words in page.words


def test_starting_anew_forgets_everything(person: Person, twin: Twin) -> None:
    person.send("/start-anew", {"seed": "7", "confirm": "true"})
    assert (twin.seed, twin.tenant.mailboxes) == (7, {})
    assert "There is no mailbox yet." in person.look("/").words
