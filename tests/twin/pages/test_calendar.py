"""The calendar page: what it shows, where its links lead, how it learns of changes."""

from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from graphtwin.app import Twin
from graphtwin.http import Request
from tests.twin.pages.conftest import ALICE, BOB, Application, Person, invite

CALENDAR = f"/mailboxes/{ALICE}"


@pytest.mark.parametrize("view", ["day", "week", "month"])
def test_it_shows_an_event_in_every_view(person: Person, app: Application, view: str) -> None:
    made = app.create("Budget", "2026-08-03T10:00:00", "2026-08-03T11:00:00")
    shown = person.look(CALENDAR, view=view, date="2026-08-03").having("data-event-id")
    assert [(each["data-event-id"], each["data-subject"], each["data-start"], each["data-end"]) for each in shown] == [
        (made["id"], "Budget", "2026-08-03T10:00:00", "2026-08-03T11:00:00")
    ]


def test_it_shows_times_in_the_zone_that_was_chosen(person: Person, app: Application) -> None:
    app.create("Budget", "2026-08-03T10:00:00", "2026-08-03T11:00:00")
    assert person.look(CALENDAR, zone="America/New_York").values("data-start") == ["2026-08-03T04:00:00"]


def test_an_all_day_event_keeps_its_days_in_every_zone(person: Person, app: Application) -> None:
    app.create("Fair", "2026-08-04T00:00:00", "2026-08-06T00:00:00", isAllDay=True)
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        assert person.look(CALENDAR, zone=zone).values("data-start") == ["2026-08-04T00:00:00"]


def test_it_shows_every_occurrence_of_a_series(person: Person, app: Application) -> None:
    pattern = {"type": "daily", "interval": 2}
    given = {"type": "numbered", "startDate": "2026-08-03", "numberOfOccurrences": 3}
    app.create(
        "Stand-up", "2026-08-03T09:00:00", "2026-08-03T09:15:00", recurrence={"pattern": pattern, "range": given}
    )
    starts = person.look(CALENDAR).values("data-start")
    assert starts == ["2026-08-03T09:00:00", "2026-08-05T09:00:00", "2026-08-07T09:00:00"]


def test_it_shows_events_of_every_calendar_of_the_mailbox(person: Person, app: Application) -> None:
    other = app.ask("POST", "/calendars", {"name": "Projects"})
    when = {"dateTime": "2026-08-03T10:00:00", "timeZone": "UTC"}
    app.ask("POST", f"/calendars/{other['id']}/events", {"subject": "Review", "start": when, "end": when})
    assert person.look(CALENDAR).values("data-subject") == ["Review"]


@pytest.mark.parametrize(
    ("view", "back", "forward", "title"),
    [
        ("day", "2026-08-02", "2026-08-04", "Mon 3 August 2026"),
        ("week", "2026-07-27", "2026-08-10", "3–9 Aug 2026"),
        ("month", "2026-07-01", "2026-09-01", "August 2026"),
    ],
)
def test_its_links_lead_to_the_neighbours(person: Person, view: str, back: str, forward: str, title: str) -> None:
    page = person.look(CALENDAR, view=view, date="2026-08-03")
    links = {
        each["rel"]: parse_qs(urlsplit(each["href"]).query)["date"] for each in page.having("rel") if each["tag"] == "a"
    }
    assert links == {"prev": [back], "next": [forward]}
    assert title in page.words


def test_nonsense_in_the_address_shows_this_week(person: Person) -> None:
    page = person.look(CALENDAR, view="century", date="soon", zone="Mars/Olympus")
    assert page.status == 200
    assert page.values("data-view") == ["week"]
    assert "3–9 Aug 2026" in page.words
    assert page.field("zone") == "Europe/Berlin"


def test_an_event_that_is_gone_is_said_so(person: Person) -> None:
    page = person.look(CALENDAR, event="AAMkgone")
    assert page.status == 200
    assert "This event is not in the mailbox any more." in page.words


def test_an_unknown_mailbox_is_not_found(person: Person) -> None:
    page = person.look("/mailboxes/nobody@example.org")
    assert page.status == 404
    assert "The requested user 'nobody@example.org' is invalid." in page.words
    assert "/" in page.values("href")


def test_an_event_without_subject_can_be_opened(person: Person, app: Application) -> None:
    made = app.create("", "2026-08-03T10:00:00", "2026-08-03T10:00:00")
    page = person.look(CALENDAR, event=made["id"])
    assert "(no subject)" in page.words
    assert page.values("data-panel") == [""]


def test_markup_in_an_event_stays_text(person: Person, app: Application) -> None:
    nasty = '<script>alert("x")</script>'
    body = {"contentType": "html", "content": nasty}
    made = app.create(nasty, "2026-08-03T10:00:00", "2026-08-03T11:00:00", body=body, location={"displayName": nasty})
    page = person.look(CALENDAR, event=made["id"])
    assert [each.get("src") for each in page.elements if each["tag"] == "script"] == [
        "/_static/twin.js",
        "/_static/drag.js",
    ]


@pytest.mark.parametrize(
    "oddities",
    [
        {"subject": None, "body": None, "attendees": None, "location": None, "categories": None},
        {"start": None},
        {"end": {"dateTime": "soon", "timeZone": "Mars"}},
        {"attendees": [{"emailAddress": None, "status": None}], "organizer": None, "responseStatus": None},
        {"attendees": "Bob", "showAs": 7, "sensitivity": []},
        {"recurrence": {"pattern": None}, "type": "seriesMaster"},
        {"originalStartTimeZone": "tzone://Microsoft/Custom", "bodyPreview": None},
    ],
)
def test_an_event_with_broken_members_stops_no_page(
    person: Person, app: Application, twin: Twin, oddities: dict[str, object]
) -> None:
    app.create("Sound", "2026-08-04T10:00:00", "2026-08-04T11:00:00")
    when = {"dateTime": "2026-08-03T10:00:00", "timeZone": "UTC"}
    odd = {"subject": "Odd", "start": when, "end": when, "oddities": oddities}
    path = f"/_twin/mailboxes/{ALICE}/events"
    made = twin.handle(Request(method="POST", path=path, body=msgspec.json.encode([odd])))
    assert made.status == 201
    (event_id,) = (each["id"] for each in msgspec.json.decode(made.body)["value"])
    for view in ("week", "month"):
        page = person.look(CALENDAR, view=view, event=event_id)
        assert (page.status, "Sound" in page.values("data-subject")) == (200, True)
    assert person.send(f"{CALENDAR}/events/{event_id}", {"subject": "Even"}).status in {303, 400}


def test_states_are_said_in_words(person: Person, app: Application, twin: Twin) -> None:
    app.create("Round", "2026-08-03T10:00:00", "2026-08-03T11:00:00", attendees=invite(BOB), sensitivity="private")
    titles = {
        address: person.look(f"/mailboxes/{address}").having("data-subject")[0]["title"] for address in (ALICE, BOB)
    }
    assert titles == {
        ALICE: "10:00–11:00 · Round · private, 1 invited",
        BOB: "10:00–11:00 · Round · not answered, tentative, private, from Alice Moor",
    }


def test_the_version_changes_with_the_mailbox_and_with_the_ledger(person: Person, app: Application) -> None:
    def version() -> str:
        return person.look(f"{CALENDAR}/version").html

    at_first = version()
    assert version() == at_first
    app.create("Quiet", "2026-08-03T10:00:00", "2026-08-03T11:00:00")
    after_event = version()
    assert after_event != at_first
    app.twin.mail.clear()
    Application(app.twin, BOB).create(
        "Loud", "2026-08-03T10:00:00", "2026-08-03T11:00:00", attendees=invite("c@example.net")
    )
    assert version() != after_event


def test_the_ledger_can_show_this_mailbox_alone(person: Person, app: Application) -> None:
    app.create("Ours", "2026-08-03T10:00:00", "2026-08-03T11:00:00", attendees=invite(BOB))
    Application(app.twin, BOB).create(
        "Theirs", "2026-08-03T10:00:00", "2026-08-03T11:00:00", attendees=invite("c@example.net")
    )
    assert person.look(CALENDAR).values("data-mail-subject") == ["Theirs", "Ours"]
    assert person.look(CALENDAR, mails="mine").values("data-mail-subject") == ["Ours"]
