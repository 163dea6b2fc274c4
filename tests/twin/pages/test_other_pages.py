"""Mailboxes, mail ledger, requests, faults and clock; and what every page carries."""

from urllib.parse import parse_qsl

import msgspec
import pytest

from graphtwin.app import Twin
from graphtwin.http import Request
from graphtwin.pages.switch_words import WORDS
from tests.twin.pages.conftest import ALICE, BOB, MONDAY, Application, Person, invite

PAGES = ("/", f"/mailboxes/{ALICE}", "/mail", "/requests", "/faults", "/clock")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_that_it_is_simulated_and_runs_no_script_of_its_own(person: Person, path: str) -> None:
    page = person.look(path)
    assert page.status == 200
    assert "Simulated Outlook no mail leaves this machine" in page.words
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.having("style") == []
    assert {each["src"] for each in page.elements if each["tag"] == "script"} <= {
        "/_static/twin.js",
        "/_static/drag.js",
    }
    assert [name for each in page.elements for name in each if name.startswith("on")] == []


@pytest.mark.parametrize("path", ["/", *[f"{each}/" for each in ("/mail", "/requests", "/faults", "/clock")]])
def test_every_page_can_follow_its_changes(person: Person, path: str) -> None:
    page = person.look(path.rstrip("/") or "/")
    (url,) = page.values("data-version-url")
    assert person.look(url).headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("twin.css", "text/css"), ("grid.css", "text/css"), ("twin.js", "text/javascript"), ("icon.svg", "image/svg")],
)
def test_its_files_are_served(person: Person, name: str, kind: str) -> None:
    answer = person.look(f"/_static/{name}")
    assert (answer.status, answer.headers["content-type"].startswith(kind)) == (200, True)


@pytest.mark.parametrize("name", ["nothing.css", "..", "../app.py", "__init__.py", "%2e%2e"])
def test_nothing_else_is_served(person: Person, name: str) -> None:
    assert person.look(f"/_static/{name}").status == 404


def test_the_mailboxes_show_what_they_hold(person: Person, app: Application) -> None:
    app.create("Budget", "2026-08-03T10:00:00", "2026-08-03T11:00:00", attendees=invite(BOB))
    app.create("Lunch", "2026-08-03T12:00:00", "2026-08-03T13:00:00")
    page = person.look("/")
    assert [each["data-mailbox"] for each in page.having("data-mailbox") if each["tag"] == "tr"] == [
        ALICE,
        BOB,
        "charlie@example.org",
    ]
    assert "Alice Moor alice@example.org work Europe/Berlin 2 1 1 0" in page.words


def test_a_mailbox_is_added(person: Person, twin: Twin) -> None:
    fields = {"address": "room@example.org", "name": "Harbour room", "kind": "room", "timeZone": "Europe/Berlin"}
    page = person.follow(person.send("/mailboxes", fields))
    assert "Harbour room has a mailbox now, with an empty calendar." in page.words
    added = twin.tenant.mailbox("room@example.org")
    assert (added.name, added.kind, added.personality, added.settings["timeZone"]) == (
        "Harbour room",
        "room",
        "work",
        "Europe/Berlin",
    )


def test_a_mailbox_made_by_control_is_shown_in_its_zone(person: Person, twin: Twin) -> None:
    described = {"address": "dora@example.org", "timeZone": "Asia/Tokyo"}
    made = twin.handle(Request(method="POST", path="/_twin/mailboxes", body=msgspec.json.encode(described)))
    assert made.status == 201
    assert person.look("/mailboxes/dora@example.org").field("zone") == "Asia/Tokyo"
    wrong = {"address": "eric@example.org", "timeZone": "Mars"}
    refused = twin.handle(Request(method="POST", path="/_twin/mailboxes", body=msgspec.json.encode(wrong)))
    assert (refused.status, twin.tenant.find("eric@example.org")) == (400, None)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"address": "dora"}, "Give a mail address such as dora@example.org."),
        ({"address": ALICE}, "alice@example.org has a mailbox already."),
        ({"address": "d@example.org", "personality": "cat"}, "Choose work or consumer."),
        ({"address": "d@example.org", "kind": "cat"}, "Choose user, room or list."),
        ({"address": "d@example.org", "timeZone": "Mars"}, "“Mars” is no time zone. Use a name such as Europe/Berlin."),
    ],
)
def test_a_mailbox_that_cannot_be_is_told(person: Person, twin: Twin, fields: dict[str, str], words: str) -> None:
    page = person.send("/mailboxes", fields)
    assert (page.status, len(twin.tenant.mailboxes)) == (400, 3)
    assert words in page.words


def test_the_ledger_is_filtered_and_a_mail_is_read(person: Person, app: Application) -> None:
    body = {"contentType": "text", "content": "Bring numbers."}
    made = app.create(
        "Budget", "2026-08-03T10:00:00", "2026-08-03T11:00:00", attendees=invite(BOB, "d@example.net"), body=body
    )
    app.ask("DELETE", f"/events/{made['id']}")
    assert person.look("/mail").values("data-mail-kind") == ["cancel", "request"]
    assert person.look("/mail", kind="request", mailbox=BOB).values("data-mail-kind") == ["request"]
    assert person.look("/mail", kind="response").values("data-mail-kind") == []
    letter = person.look("/mail/1")
    assert "Caused by POST /v1.0/me/events" in letter.words
    assert "When: 2026-08-03 10:00 – 11:00 (Europe/Berlin) Bring numbers." in letter.words
    assert "BEGIN:VCALENDAR" in letter.words
    assert person.look("/mail/99").status == 404


def test_a_mail_leads_to_its_event_while_there_is_one(person: Person, app: Application) -> None:
    made = app.create("Budget", "2026-08-03T10:00:00", "2026-08-03T11:00:00", attendees=invite(BOB))
    (link,) = (each["href"] for each in person.look("/mail/1").elements if "event=" in each.get("href", ""))
    path, _, query = link.partition("?")
    assert person.look(path, **dict(parse_qsl(query))).values("data-panel") == [""]
    app.ask("DELETE", f"/events/{made['id']}")
    assert [each for each in person.look("/mail/1").elements if "event=" in each.get("href", "")] == []


def test_the_ledger_is_emptied(person: Person, app: Application, twin: Twin) -> None:
    app.create("Budget", "2026-08-03T10:00:00", "2026-08-03T11:00:00", attendees=invite(BOB))
    assert person.send("/mail/forget").status == 303
    assert twin.mail.mails == []


def test_requests_are_shown_as_they_come_and_filtered(person: Person, app: Application) -> None:
    app.create("Budget", "2026-08-03T10:00:00", "2026-08-03T11:00:00")
    app.ask("GET", "/calendarView", query="startDateTime=2026-08-03&endDateTime=2026-08-04")
    shown = [each["data-status"] for each in person.look("/requests").having("data-request")]
    assert shown == ["200", "201"]
    assert len(person.look("/requests", method="POST", status="2", mailbox=ALICE).having("data-request")) == 1
    assert len(person.look("/requests", path="calendarview").having("data-request")) == 1
    assert person.look("/requests", mailbox=BOB).having("data-request") == []
    person.send("/requests/forget")
    assert person.look("/requests").having("data-request") == []


def test_a_fault_is_switched_on_and_off(person: Person, twin: Twin) -> None:
    fields = {
        "kind": "throttled",
        "mailbox": ALICE,
        "sharePercent": "50",
        "count": "3",
        "retryAfterSeconds": "7",
        "path": "",
    }
    assert person.send("/faults", fields).status == 303
    (armed,) = twin.faults.armed
    described = armed.described()
    wanted = ("kind", "mailbox", "path", "share", "count", "retryAfterSeconds")
    assert {name: described[name] for name in wanted} == {
        "kind": "throttled",
        "mailbox": ALICE,
        "path": None,
        "share": 0.5,
        "count": 3,
        "retryAfterSeconds": 7,
    }
    page = person.look("/faults")
    assert "alice@example.org · 50% of them · at most 3 · Retry-After 7 s" in page.words
    person.send("/faults/off", {"id": armed.id})
    assert twin.faults.armed == []


def test_every_offered_fault_can_be_switched_on_as_it_stands(person: Person, twin: Twin) -> None:
    page = person.look("/faults")
    kinds = page.values("data-choice")
    for kind in kinds:
        fields = {"kind": kind, "code": "50173"} if kind == "login" else {"kind": kind}
        assert person.send("/faults", fields).status == 303
    assert [each.fault.kind for each in twin.faults.armed] == kinds
    assert person.look("/faults").values("data-fault") == kinds


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "earthquake"}, "Unknown kind 'earthquake'"),
        ({"kind": "throttled", "count": "many"}, "“many” is no whole number for count."),
        ({"kind": "throttled", "sharePercent": "200"}, "share must be between 0 and 1."),
        ({"kind": "login"}, "A login fault needs a code"),
    ],
)
def test_a_fault_that_cannot_be_is_told(person: Person, twin: Twin, fields: dict[str, str], words: str) -> None:
    page = person.send("/faults", fields)
    assert (page.status, twin.faults.armed) == (400, [])
    assert words in page.words


def test_tokens_expire_from_the_page(person: Person, app: Application, twin: Twin) -> None:
    generation = twin.tenant.mailbox(ALICE).delta_generation
    person.send("/faults/expire-delta", {"mailbox": ALICE})
    assert twin.tenant.mailbox(ALICE).delta_generation == generation + 1
    person.send("/faults/expire-access", {"mailbox": ALICE})
    assert all(access.expires <= twin.now() for access in twin.tokens.access.values())
    refresh = twin.tokens.grant_refresh(app_id="app", address=ALICE, scopes=frozenset())
    person.send("/faults/revoke-refresh", {"mailbox": ""})
    assert twin.tokens.refresh[refresh.token].refusal == 50173


def test_a_switch_of_behaviour_is_set(person: Person, twin: Twin) -> None:
    person.send("/faults/switch", {"name": "delta_page_size", "value": "7"})
    person.send("/faults/switch", {"name": "second_delete", "value": "invalid-request"})
    person.send("/faults/switch", {"name": "quiet_members", "value": '["showAs"]'})
    assert (twin.switches.delta_page_size, twin.switches.second_delete, twin.switches.quiet_members) == (
        7,
        "invalid-request",
        ("showAs",),
    )


def test_a_list_is_shown_as_it_is_set(person: Person, twin: Twin) -> None:
    (shown,) = (each for each in person.look("/faults").elements if each.get("id") == "switch-quiet_members")
    assert msgspec.json.decode(shown["value"]) == list(twin.switches.quiet_members)


def test_the_sentences_of_switches_are_of_switches_there_are(person: Person) -> None:
    assert set(WORDS) - set(person.look("/faults").values("data-switch")) == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [("gravity", "1"), ("delta_page_size", "many"), ("delta_page_size", '"x"'), ("second_delete", "x")],
)
def test_a_switch_that_cannot_be_is_told(person: Person, name: str, value: str) -> None:
    page = person.send("/faults/switch", {"name": name, "value": value})
    assert page.status == 400
    assert len(page.having("data-problem")) == 1


def test_the_clock_is_moved_and_let_run(person: Person, twin: Twin) -> None:
    person.send("/clock", {"deed": "advance", "seconds": "90"})
    assert (twin.now() - MONDAY).total_seconds() == 90
    person.send("/clock", {"deed": "set", "now": "2030-01-01T12:00"})
    assert person.look("/clock").values("data-clock") == ["2030-01-01T12:00:00+00:00"]
    person.send("/clock", {"deed": "run"})
    assert not twin.clock.frozen
    person.send("/clock", {"deed": "freeze"})
    assert twin.clock.frozen
    person.send("/clock", {"deed": "real"})
    assert not twin.clock.frozen


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"deed": "advance", "seconds": "-1"}, "Give a whole number of seconds"),
        ({"deed": "set", "now": "soon"}, "Give a date and time such as 2026-11-23T09:30"),
        ({"deed": "stop"}, "Press one of the buttons."),
    ],
)
def test_a_time_that_cannot_be_is_told(person: Person, twin: Twin, fields: dict[str, str], words: str) -> None:
    page = person.send("/clock", fields)
    assert (page.status, twin.now()) == (400, MONDAY)
    assert words in page.words
