"""Single events of one mailbox: create, read, change, delete (FACTS §1, §2, §5, §10)."""

from typing import Any
from urllib.parse import quote

import pytest

from graphtwin.app import Twin
from tests.twin.graph.client import Person, lunch, moment
from tests.twin.graph.contract import data, nested_orders

BASES = ("/me", "/users/alice@contoso.example", "/users/{id}")
HOMES = ("/events", "/calendar/events", "/calendars/{calendar}/events")


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("home", HOMES)
def test_it_serves_an_event_under_every_address(alice: Person, base: str, home: str) -> None:
    url = (base + home).format(id=alice.mailbox.object_id, calendar=alice.mailbox.default_calendar.id)
    created = alice.post(url, lunch())
    event_id = created["id"]
    link = created["@odata.context"]
    for address in (f"{url}/{quote(event_id)}", f"{url}('{quote(event_id)}')"):
        assert {**alice.get(address), "@odata.context": link} == created
    assert [each["id"] for each in alice.get(url)["value"]] == [event_id]
    assert alice.patch(f"{url}/{event_id}", {"subject": "Dinner"})["subject"] == "Dinner"
    alice.delete(f"{url}/{event_id}")
    assert alice.ask("GET", f"{url}/{event_id}").code == "ErrorItemNotFound"


def test_it_has_the_members_of_real_responses_in_their_order(alice: Person) -> None:
    shapes = data("wire-shapes.json")
    bob = [{"emailAddress": {"address": "bob@elsewhere.example", "name": "Bob"}, "type": "required"}]
    alice.post("/me/events", lunch(attendees=bob))
    assert nested_orders(alice.only_event(), shapes["event_single_organizer_copy_in_list"]) == []


def test_it_has_the_shape_of_an_all_day_event(alice: Person) -> None:
    alice.post("/me/events", _all_day())
    listed = alice.get("/me/events", prefer='outlook.timezone="Europe/Amsterdam"')["value"][0]
    assert nested_orders(listed, data("wire-shapes.json")["event_all_day"]) == []
    assert listed["start"] == {"dateTime": "2026-08-04T00:00:00.0000000", "timeZone": "Europe/Amsterdam"}


def _all_day(**members: Any) -> dict[str, Any]:
    return lunch(isAllDay=True, start=moment("2026-08-04T00:00:00"), end=moment("2026-08-05T00:00:00"), **members)


def test_it_fills_in_the_defaults_of_the_service(alice: Person) -> None:
    created = alice.post("/me/events", lunch())
    assert {name: created[name] for name in ("showAs", "sensitivity", "importance", "isReminderOn")} == {
        "showAs": "busy",
        "sensitivity": "normal",
        "importance": "normal",
        "isReminderOn": True,
    }
    assert created["responseStatus"] == {"response": "organizer", "time": "0001-01-01T00:00:00Z"}
    assert created["location"] == {
        "displayName": "",
        "locationType": "default",
        "uniqueIdType": "unknown",
        "address": {},
        "coordinates": {},
    }
    assert created["@odata.etag"] == f'W/"{created["changeKey"]}"'


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        (None, {"dateTime": "2026-08-04T10:00:00.0000000", "timeZone": "UTC"}),
        ("Europe/Amsterdam", {"dateTime": "2026-08-04T12:00:00.0000000", "timeZone": "Europe/Amsterdam"}),
        ("W. Europe Standard Time", {"dateTime": "2026-08-04T12:00:00.0000000", "timeZone": "W. Europe Standard Time"}),
        ("Pacific Standard Time", {"dateTime": "2026-08-04T03:00:00.0000000", "timeZone": "Pacific Standard Time"}),
    ],
)
def test_it_shows_times_in_the_zone_asked_for(alice: Person, zone: str | None, shown: dict[str, str]) -> None:
    event_id = alice.post("/me/events", lunch())["id"]
    headers = {"prefer": f'outlook.timezone="{zone}"'} if zone else {}
    answer = alice.ask("GET", f"/me/events/{event_id}", **headers)
    assert answer.body["start"] == shown
    assert answer.headers.get("Preference-Applied") == (f'outlook.timezone="{zone}"' if zone else None)


def test_it_refuses_an_unknown_zone_in_body_and_header(alice: Person) -> None:
    wrong = lunch(start=moment("2026-08-04T12:00:00", "Nowhere/Land"))
    assert (answer := alice.ask("POST", "/me/events", wrong)).status == 400
    assert answer.code == "TimeZoneNotSupportedException"
    answer = alice.ask("GET", "/me/events", prefer='outlook.timezone="Nowhere/Land"')
    assert (answer.status, answer.code) == (400, "TimeZoneNotSupportedException")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"end": moment("2026-08-04T09:00:00")}, "ErrorPropertyValidationFailure"),
        ({"isAllDay": True}, "ErrorInvalidRequest"),
        (
            {"isAllDay": True, "start": moment("2026-08-04T00:00:00"), "end": moment("2026-08-04T00:00:00")},
            "ErrorInvalidRequest",
        ),
        (
            {"isAllDay": True, "start": moment("2026-08-04T00:00:00"), "end": moment("2026-08-05T00:00:00", "Etc/GMT")},
            "ErrorInvalidRequest",
        ),
        ({"attendees": [{"emailAddress": {"address": "nobody"}}]}, "ErrorInvalidRecipients"),
        ({"attendees": [{"emailAddress": {"name": "Nobody"}}]}, "ErrorInvalidRecipients"),
        ({"showAs": "asleep"}, "RequestBodyRead"),
        ({"subject": 5}, "RequestBodyRead"),
        ({"isReminderOn": "yes"}, "RequestBodyRead"),
        ({"reminderMinutesBeforeStart": "15"}, "RequestBodyRead"),
        ({"singleValueExtendedProperties": [{"id": "nonsense", "value": "x"}]}, "ErrorInvalidProperty"),
    ],
)
def test_it_refuses_what_cannot_be_and_keeps_nothing_of_it(alice: Person, change: Any, code: str) -> None:
    answer = alice.ask("POST", "/me/events", lunch(**change))
    assert (answer.status, answer.code) == (400, code)
    event_id = alice.post("/me/events", lunch())["id"]
    before = alice.get(f"/me/events/{event_id}")
    assert alice.ask("PATCH", f"/me/events/{event_id}", {**change, "importance": "high"}).status == 400
    assert alice.get(f"/me/events/{event_id}") == before


def test_it_keeps_all_day_events_on_their_dates_in_every_zone(alice: Person) -> None:
    event_id = alice.post("/me/events", _all_day())["id"]
    for zone in ("UTC", "Tokyo Standard Time", "America/New_York"):
        shown = alice.get(f"/me/events/{event_id}", prefer=f'outlook.timezone="{zone}"')
        assert (shown["start"]["dateTime"], shown["end"]["dateTime"], shown["start"]["timeZone"]) == (
            "2026-08-04T00:00:00.0000000",
            "2026-08-05T00:00:00.0000000",
            zone,
        )


def test_it_makes_one_event_of_a_repeated_post(alice: Person) -> None:
    first = alice.post("/me/events", lunch(transactionId="once"))
    assert alice.post("/me/events", lunch(transactionId="once")) == first
    other = alice.ask("POST", "/me/events", lunch(transactionId="once", subject="Other"))
    assert (other.status, other.code) == (400, "ErrorDuplicateTransactionId")
    assert other.body["error"]["@event.existingEventId"] == first["id"]
    assert len(alice.events()) == 1


@pytest.mark.parametrize(("freed", "status"), [(False, 400), (True, 201)])
def test_it_remembers_transaction_ids_of_deleted_events_unless_told_otherwise(
    twin: Twin, alice: Person, *, freed: bool, status: int
) -> None:
    twin.switches = twin.switches.changed({"transaction_id_freed_by_deletion": freed})
    alice.delete(f"/me/events/{alice.post('/me/events', lunch(transactionId='once'))['id']}")
    assert alice.ask("POST", "/me/events", lunch(transactionId="once")).status == status


def test_it_refuses_writes_that_expect_another_version(twin: Twin, alice: Person) -> None:
    created = alice.post("/me/events", lunch())
    url, old = f"/me/events/{created['id']}", created["@odata.etag"]
    new = alice.ask("PATCH", url, {"subject": "A"}, if_match=old)
    assert (new.status, new.body["@odata.etag"] != old) == (200, True)
    for method, body in (("PATCH", {"subject": "B"}), ("DELETE", None)):
        answer = alice.ask(method, url, body, if_match=old)
        assert (answer.status, answer.code) == (412, "ErrorIrresolvableConflict")
    twin.switches = twin.switches.changed({"stale_etag": "conflict"})
    conflict = alice.ask("DELETE", url, if_match=old)
    assert (conflict.status, conflict.code) == (409, "ErrorIrresolvableConflict")
    assert alice.ask("PATCH", url, {"subject": "C"}, if_match="*").status == 200
    assert alice.ask("DELETE", url, if_match=alice.get(url)["@odata.etag"]).status == 204


def test_it_changes_only_what_a_patch_names(alice: Person) -> None:
    created = alice.post("/me/events", lunch(categories=["Red category"], location={"displayName": "Bar"}))
    changed = alice.patch(f"/me/events/{created['id']}", {"showAs": "free", "importance": "high"})
    differing = {name for name in created if created[name] != changed[name]}
    assert differing == {"@odata.etag", "changeKey", "showAs", "importance"}


def test_it_knows_immutable_ids(alice: Person) -> None:
    regular = alice.post("/me/events", lunch())["id"]
    answer = alice.ask("GET", f"/me/events/{regular}", prefer='IdType="ImmutableId"')
    immutable = answer.body["id"]
    assert answer.headers["Preference-Applied"] == 'IdType="ImmutableId"'
    assert immutable != regular
    assert (len(regular), len(immutable)) == (152, 68)
    assert alice.get(f"/me/events/{immutable}")["id"] == regular


def test_it_answers_malformed_and_unknown_ids(alice: Person) -> None:
    assert alice.ask("GET", "/me/events/x").code == "ErrorInvalidIdMalformed"
    assert alice.ask("GET", f"/me/events/{'A' * 152}").code == "ErrorItemNotFound"


def test_it_reads_a_second_delete_as_done_or_as_refused(twin: Twin, alice: Person) -> None:
    event_id = alice.post("/me/events", lunch())["id"]
    alice.delete(f"/me/events/{event_id}")
    assert alice.ask("DELETE", f"/me/events/{event_id}").code == "ErrorItemNotFound"
    twin.switches = twin.switches.changed({"second_delete": "invalid-request"})
    answer = alice.ask("DELETE", f"/me/events/{event_id}")
    assert (answer.status, answer.code) == (400, "ErrorInvalidRequest")
    mailbox = twin.tenant.add_mailbox("eve@outlook.example", "Eve", personality="consumer")
    eve = Person(twin, mailbox, twin.tokens.issue(mailbox))
    created = eve.post("/me/events", lunch())
    eve.delete(f"/me/events/{created['id']}")
    assert (eve.ask("DELETE", f"/me/events/{created['id']}").status, created["id"][:4]) == (400, "AQMk")
    assert created["webLink"].startswith("https://outlook.live.com/owa/")


def test_it_says_what_went_wrong_in_graphs_form(alice: Person) -> None:
    answer = alice.ask("GET", f"/me/events/{'A' * 152}", client_request_id="my-own")
    inner = {"date": "2026-08-03T08:00:00", "request-id": answer.headers["request-id"], "client-request-id": "my-own"}
    message = "The specified object was not found in the store."
    assert answer.body == {"error": {"code": "ErrorItemNotFound", "message": message, "innerError": inner}}
    assert answer.headers["client-request-id"] == "my-own"


def test_it_gives_each_mailbox_to_its_owner_only(alice: Person, bob: Person) -> None:
    event_id = alice.post("/me/events", lunch())["id"]
    for method in ("GET", "PATCH", "DELETE"):
        answer = bob.ask(method, f"/users/alice@contoso.example/events/{event_id}", {})
        assert (answer.status, answer.code) == (403, "ErrorAccessDenied")
    assert bob.ask("GET", f"/me/events/{event_id}").code == "ErrorItemNotFound"
    assert bob.ask("GET", "/users/nobody@contoso.example/events").code == "ErrorInvalidUser"


def test_it_is_the_same_each_time(alice: Person) -> None:
    first = alice.post("/me/events", lunch(attendees=[]))
    twin = Twin(clock=alice.twin.clock)
    again = twin.tenant.add_mailbox("alice@contoso.example", "Alice")
    assert Person(twin, again, twin.tokens.issue(again)).post("/me/events", lunch(attendees=[])) == first


def test_it_refuses_bodies_that_are_no_json(twin: Twin, alice: Person) -> None:
    answer = alice.ask("POST", "/me/events", ["a", "list"])
    assert (answer.status, answer.code) == (400, "BadRequest")
    assert twin.errors == []


def test_it_dismisses_and_snoozes_reminders(alice: Person) -> None:
    event_id = alice.post("/me/events", lunch())["id"]
    later = {"newReminderTime": moment("2026-08-04T11:55:00")}
    assert alice.ask("POST", f"/me/events/{event_id}/snoozeReminder", later).status == 200
    assert alice.ask("POST", f"/me/events/{event_id}/dismissReminder").status == 200
    assert alice.get(f"/me/events/{event_id}")["isReminderOn"] is False


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2026-08-04T12:00:00Z", "2026-08-04T12:00:00.0000000"),
        ("2026-08-04T12:00:00-02:00", "2026-08-04T14:00:00.0000000"),
    ],
)
def test_it_honours_an_offset_in_a_wall_clock(alice: Person, given: str, shown: str) -> None:
    end = moment("2026-08-04T20:00:00")
    created = alice.post("/me/events", lunch(start=moment(given, "W. Europe Standard Time"), end=end))
    assert created["start"]["dateTime"] == shown


def test_it_touches_an_event_after_its_creation_when_told_so(twin: Twin, alice: Person) -> None:
    twin.switches = twin.switches.changed({"change_key_moves_after_create": True})
    created = alice.post("/me/events", lunch())
    assert alice.only_event()["@odata.etag"] == created["@odata.etag"]
    twin.clock.advance(2)
    touched = alice.only_event()
    assert (touched["@odata.etag"] != created["@odata.etag"], touched["lastModifiedDateTime"]) == (
        True,
        "2026-08-03T08:00:01Z",
    )
    answer = alice.ask("PATCH", f"/me/events/{created['id']}", {"subject": "X"}, if_match=created["@odata.etag"])
    assert answer.status == 412


def test_it_asks_for_the_permission_each_request_needs(twin: Twin, alice: Person) -> None:
    event_id = alice.post("/me/events", lunch(body={"contentType": "text", "content": "Salad"}))["id"]
    url = f"/me/events/{event_id}"
    reader = Person(twin, alice.mailbox, twin.tokens.issue(alice.mailbox, scopes=frozenset({"Calendars.Read"})))
    basic = Person(twin, alice.mailbox, twin.tokens.issue(alice.mailbox, scopes=frozenset({"Calendars.ReadBasic"})))
    nobody = Person(twin, alice.mailbox, twin.tokens.issue(alice.mailbox, scopes=frozenset({"User.Read"})))
    assert "Salad" in reader.get(url)["body"]["content"]
    assert {"body", "bodyPreview"}.isdisjoint(basic.get(url))
    refused = [
        reader.ask("PATCH", url, {}),
        nobody.ask("GET", url),
        reader.ask("POST", f"{url}/dismissReminder"),
        basic.ask("GET", f"{url}/attachments"),
        basic.ask("GET", f"{url}?$expand=attachments"),
    ]
    assert {(each.status, each.code) for each in refused} == {(403, "ErrorAccessDenied")}


def test_it_refuses_more_than_four_megabytes(alice: Person) -> None:
    large = lunch(body={"contentType": "text", "content": "x" * (4 * 1024 * 1024)})
    assert alice.ask("POST", "/me/events", large).status == 413


def test_it_does_not_select_times_of_change_in_views(alice: Person) -> None:
    alice.post("/me/events", lunch())
    window = "startDateTime=2026-08-01T00:00:00Z&endDateTime=2026-09-01T00:00:00Z"
    (shown,) = alice.get(f"/me/calendarView?{window}&$select=subject,lastModifiedDateTime")["value"]
    assert list(shown) == ["@odata.etag", "id", "subject"]
