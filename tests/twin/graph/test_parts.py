"""Attachments, open extensions, schedules, settings, zones, people, and what is left out."""

import re
from pathlib import Path
from typing import Any

import pytest

import graphtwin
from graphtwin.app import Twin
from graphtwin.errors import GraphError
from graphtwin.http import Routes
from graphtwin.left_out import LEFT_OUT
from graphtwin.paths import plain_path
from graphtwin.routes import ALL_ROUTES
from graphtwin.switches import Switches
from tests.twin.graph.client import Person, invited, lunch, mails, moment
from tests.twin.graph.contract import data
from tests.twin.graph.test_series import instances, standup

QUIRKS = (Path(graphtwin.__file__).parent / "QUIRKS.md").read_text()
FILE = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "menu.txt", "contentBytes": "c291cA=="}


def test_it_keeps_attachments_without_a_mail(twin: Twin, alice: Person, bob: Person) -> None:
    url = f"/me/events/{alice.post('/me/events', lunch(attendees=invited(bob)))['id']}"
    made = alice.post(f"{url}/attachments", FILE)
    assert (made["name"], made["contentType"], made["isInline"], made["contentBytes"]) == (
        "menu.txt",
        "text/plain",
        False,
        "c291cA==",
    )
    assert (alice.get(url)["hasAttachments"], mails(twin)) == (True, [("request", "alice", ("bob",), 0)])
    assert bob.only_event()["hasAttachments"] is False
    alice.patch(url, {"subject": "Dinner"})
    copy = f"/me/events/{bob.only_event()['id']}"
    assert [each["name"] for each in bob.get(f"{copy}?$expand=attachments")["attachments"]] == ["menu.txt"]
    alice.delete(f"{url}/attachments/{made['id']}")
    assert alice.get(f"{url}/attachments")["value"] == []


def test_it_does_not_count_inline_attachments(alice: Person) -> None:
    created = alice.post("/me/events", lunch(attachments=[{**FILE, "isInline": True}]))
    assert created["hasAttachments"] is False


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"@odata.type": "#microsoft.graph.unknown"}, 400),
        ({"name": None}, 400),
        ({"contentBytes": "?"}, 400),
        ({"contentBytes": "A" * (4 * 1024 * 1024 + 4)}, 413),
    ],
)
def test_it_refuses_attachments_that_cannot_be(alice: Person, change: dict[str, Any], status: int) -> None:
    url = f"/me/events/{alice.post('/me/events', lunch())['id']}/attachments"
    assert alice.ask("POST", url, {**FILE, **change}).status == status


def test_it_keeps_items_and_references_too(alice: Person) -> None:
    url = f"/me/events/{alice.post('/me/events', lunch())['id']}/attachments"
    item = {"@odata.type": "#microsoft.graph.itemAttachment", "name": "Party", "item": {"subject": "Party"}}
    reference = {
        "@odata.type": "#microsoft.graph.referenceAttachment",
        "name": "Plan",
        "sourceUrl": "https://x.example",
    }
    for body in (item, reference):
        made = alice.post(url, body)
        assert (made["@odata.type"], made["name"]) == (body["@odata.type"], body["name"])


def test_it_keeps_open_extensions(alice: Person) -> None:
    extension = {
        "@odata.type": "microsoft.graph.openTypeExtension",
        "extensionName": "com.example.plan",
        "a": 1,
        "b": [2],
    }
    created = alice.post("/me/events", lunch(extensions=[extension]))
    url = f"/me/events/{created['id']}"
    assert "extensions" not in created
    assert alice.get(f"{url}/extensions/com.example.plan")["b"] == [2]
    alice.patch(f"{url}/extensions/com.example.plan", {"c": "only"})
    full = "Microsoft.OutlookServices.OpenTypeExtension.com.example.plan"
    (shown,) = alice.get(f"{url}?$expand=extensions($filter=id eq '{full}')")["extensions"]
    assert shown == {
        "@odata.type": "#microsoft.graph.openTypeExtension",
        "id": full,
        "extensionName": "com.example.plan",
        "c": "only",
    }
    alice.delete(f"{url}/extensions/{full}")
    assert alice.get(f"{url}/extensions")["value"] == []


def test_it_makes_an_exception_of_an_occurrence_that_gets_something_of_its_own(alice: Person) -> None:
    created = alice.post("/me/events", standup())
    second = instances(alice, created["id"])[1]
    alice.post(f"/me/events/{second['id']}/attachments", FILE)
    assert [each["hasAttachments"] for each in instances(alice, created["id"])] == [False, True, False, False]


def _schedules(person: Person, *addresses: str, **members: Any) -> Any:
    body = {
        "schedules": list(addresses),
        "startTime": moment("2026-08-04T12:00:00", "W. Europe Standard Time"),
        "endTime": moment("2026-08-04T15:00:00", "W. Europe Standard Time"),
        "availabilityViewInterval": 60,
        **members,
    }
    return person.ask("POST", "/me/calendar/getSchedule", body)


def test_it_shows_who_is_busy_when_and_to_the_owner_with_what(alice: Person, bob: Person) -> None:
    bob.post("/me/events", lunch(location={"displayName": "Bar"}, sensitivity="private"))
    bob.post("/me/events", lunch(start=moment("2026-08-04T11:30:00"), end=moment("2026-08-04T13:00:00"), showAs="oof"))
    bob.post("/me/events", lunch(showAs="free"))
    (seen,) = _schedules(alice, bob.address).body["value"]
    assert seen["availabilityView"] == "233"
    assert seen["scheduleItems"][0] == {
        "status": "busy",
        "start": {"dateTime": "2026-08-04T10:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-08-04T11:00:00.0000000", "timeZone": "UTC"},
    }
    assert [each["status"] for each in seen["scheduleItems"]] == ["busy", "free", "oof"]
    own = _schedules(bob, bob.address).body["value"][0]["scheduleItems"][0]
    assert (own["subject"], own["location"], own["isPrivate"]) == ("Lunch", "Bar", True)


def test_it_refuses_schedules_nobody_can_give(twin: Twin, alice: Person) -> None:
    assert _schedules(alice, "nobody@contoso.example").body["value"][0]["error"]["responseCode"] == (
        "ErrorMailRecipientNotFound"
    )
    far = _schedules(alice, alice.address, endTime=moment("2026-10-06T12:00:00", "W. Europe Standard Time"))
    assert (far.status, far.code) == (400, "ErrorTimeIntervalTooBig")
    edge = _schedules(alice, alice.address, endTime=moment("2026-10-05T12:00:00", "W. Europe Standard Time"))
    assert edge.status == 200
    assert _schedules(alice, *[alice.address] * 21).status == 400
    assert _schedules(alice, alice.address, availabilityViewInterval=4).status == 400
    mailbox = twin.tenant.add_mailbox("eve@outlook.example", "Eve", personality="consumer")
    assert _schedules(Person(twin, mailbox, twin.tokens.issue(mailbox)), alice.address).status == 403


def test_it_keeps_settings(alice: Person) -> None:
    assert alice.get("/me/mailboxSettings")["workingHours"]["startTime"] == "08:00:00.0000000"
    changed = alice.patch("/me/mailboxSettings", {"timeZone": "W. Europe Standard Time"})
    assert changed["timeZone"] == "W. Europe Standard Time"
    assert alice.get("/me/mailboxSettings/timeZone")["value"] == "W. Europe Standard Time"
    answer = alice.ask("PATCH", "/me/mailboxSettings", {"timeZone": "Nowhere"})
    assert (answer.status, answer.code) == (400, "TimeZoneNotSupportedException")


def test_it_lists_zones_of_both_standards(alice: Person) -> None:
    windows = {each["alias"] for each in alice.get("/me/outlook/supportedTimeZones")["value"]}
    assert {"W. Europe Standard Time", "Pacific Standard Time"} <= windows
    iana = "/me/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')"
    assert {"Europe/Amsterdam", "America/New_York"} <= {each["alias"] for each in alice.get(iana)["value"]}


def test_it_keeps_categories(alice: Person) -> None:
    made = alice.post("/me/outlook/masterCategories", {"displayName": "Project", "color": "preset3"})
    assert alice.get("/me/outlook/masterCategories")["value"] == [
        {"id": made["id"], "displayName": "Project", "color": "preset3"}
    ]
    assert alice.ask("POST", "/me/outlook/masterCategories", {"displayName": "project"}).status == 409
    alice.delete(f"/me/outlook/masterCategories/{made['id']}")
    assert alice.ask("GET", f"/me/outlook/masterCategories/{made['id']}").status == 404


def test_it_shows_reminders_that_fire_in_a_window(alice: Person) -> None:
    created = alice.post("/me/events", lunch(reminderMinutesBeforeStart=30))
    window = "startDateTime='2026-08-04T09:30:00Z',endDateTime='2026-08-04T09:31:00Z'"
    (reminder,) = alice.get(f"/me/reminderView({window})")["value"]
    assert (reminder["eventId"], reminder["reminderFireTime"]["dateTime"]) == (
        created["id"],
        "2026-08-04T09:30:00.0000000",
    )


def test_it_lists_rooms(twin: Twin, alice: Person) -> None:
    room = twin.tenant.add_mailbox("room@contoso.example", "Room 1", kind="room")
    listed = alice.ask("GET", "/places/microsoft.graph.room").body["value"]
    assert listed == [{"id": room.object_id, "displayName": "Room 1", "emailAddress": room.address}]


def test_it_reaches_occurrences_below_their_series(alice: Person) -> None:
    first, second = (alice.post("/me/events", standup()) for _ in range(2))
    occurrence = instances(alice, first["id"])[1]
    below = f"/me/events/{first['id']}/instances/{occurrence['id']}"
    assert alice.get(below)["id"] == occurrence["id"]
    assert alice.ask("GET", below.replace(first["id"], second["id"], 1)).status == 404
    assert alice.ask("POST", f"{below}/dismissReminder").status == 200


def test_it_translates_ids(alice: Person) -> None:
    regular = alice.post("/me/events", lunch())["id"]
    immutable = alice.get(f"/me/events/{regular}", prefer='IdType="ImmutableId"')["id"]
    body = {"inputIds": [regular, "unknown"], "sourceIdType": "restId", "targetIdType": "restImmutableEntryId"}
    first, second = alice.post("/me/translateExchangeIds", body, status=200)["value"]
    assert first == {"sourceId": regular, "targetId": immutable}
    assert second["errorDetails"]["code"] == "ErrorItemNotFound"


def test_it_looks_people_up(alice: Person, bob: Person) -> None:
    assert bob.address == "bob@contoso.example"
    answer = alice.ask("GET", "/users?$filter=mail eq 'bob@contoso.example'&$select=id,displayName")
    assert answer.body["value"] == [{"id": bob.mailbox.object_id, "displayName": "Bob"}]
    assert alice.get(f"/users/{bob.address}")["displayName"] == "Bob"


@pytest.mark.parametrize(("name", "method", "tail"), [(name, *each) for name, found in LEFT_OUT for each in found])
def test_it_names_what_is_left_out(alice: Person, name: str, method: str, tail: str) -> None:
    path = re.sub(r"\{\w+\}", "x", tail).replace("SharingRoles", "SharingRoles(User='x')")
    answer = alice.ask(method, f"/me{path}", {})
    assert (answer.status, answer.body["error"]["message"]) == (501, f"graphtwin does not simulate {name}.")
    assert name in QUIRKS


def test_it_answers_every_address_of_the_description_or_names_what_is_left_out() -> None:
    routes, unknown = Routes(ALL_ROUTES), []
    for template, item in data("openapi-calendar.json")["paths"].items():
        path = plain_path("/v1.0" + re.sub(r"\{[^}]+\}", "x", template))[0]
        for method in {"get", "post", "patch", "put", "delete"} & set(item):
            try:
                routes.find(method.upper(), path)
            except GraphError as error:
                unknown.append((method, template, error.status))
    assert unknown == []


def test_it_explains_every_switch_and_names_only_tests_there_are() -> None:
    unexplained = [name for name in Switches.__dataclass_fields__ if f"`{name}`" not in QUIRKS]
    assert unexplained == []
    here = Path(__file__).parent
    missing = []
    for module, parts in re.findall(r"\| (test_\w+): ([^|]+?) \|$", QUIRKS, re.MULTILINE):
        source = (here / f"{module}.py").read_text()
        tests = re.findall(r"def test_it_(\w+)", source)
        missing += [part for part in parts.split(", ") if not any(part in each for each in tests)]
    assert missing == []
