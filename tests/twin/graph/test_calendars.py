"""Calendars of a mailbox (FACTS §3) and accounts."""

from graphtwin.app import Twin
from tests.twin.graph.client import Person, lunch
from tests.twin.graph.contract import data, nested_orders


def test_it_lists_calendars_in_the_shape_of_real_ones(alice: Person) -> None:
    alice.post("/me/calendars", {"name": "Projects", "color": "lightOrange"})
    listed = alice.get("/me/calendars")["value"]
    assert nested_orders(listed, data("wire-shapes.json")["calendars"]["value"]) == []
    first, second = listed
    assert (first["isDefaultCalendar"], first["isRemovable"], first["isTallyingResponses"]) == (True, False, True)
    assert (second["isDefaultCalendar"], second["isRemovable"], second["isTallyingResponses"]) == (False, True, False)
    assert (second["color"], second["hexColor"]) == ("lightOrange", "#f7630c")
    assert second["owner"] == {"address": "alice@contoso.example", "name": "Alice"}


def test_it_names_calendars_once(alice: Person) -> None:
    calendar = alice.post("/me/calendars", {"name": "Projects"})
    for method, url in (("POST", "/me/calendars"), ("PATCH", "/me/calendar")):
        answer = alice.ask(method, url, {"name": "projects"})
        assert (answer.status, answer.code) == (409, "ErrorFolderExists")
    renamed = alice.patch(f"/me/calendars/{calendar['id']}", {"name": "Plans"})
    assert (renamed["name"], renamed["changeKey"] != calendar["changeKey"]) == ("Plans", True)


def test_it_deletes_a_calendar_with_its_events_but_never_the_default_one(alice: Person) -> None:
    home = f"/me/calendars/{alice.post('/me/calendars', {'name': 'Projects'})['id']}"
    event = alice.post(f"{home}/events", lunch())
    alice.delete(home)
    assert alice.ask("GET", f"/me/events/{event['id']}").status == 404
    assert alice.ask("DELETE", f"/me/calendars/{alice.mailbox.default_calendar.id}").status == 400


def test_it_keeps_the_events_of_calendars_apart(alice: Person) -> None:
    home = f"/me/calendars/{alice.post('/me/calendars', {'name': 'Projects'})['id']}"
    project = alice.post(f"{home}/events", lunch(subject="Project"))
    alice.post("/me/events", lunch())
    assert [each["subject"] for each in alice.get(f"{home}/events")["value"]] == ["Project"]
    assert [each["subject"] for each in alice.get("/me/calendar/events")["value"]] == ["Lunch"]
    assert sorted(each["subject"] for each in alice.events()) == ["Lunch", "Project"]
    assert alice.ask("GET", f"/me/calendar/events/{project['id']}").status == 404


def test_it_gives_personal_accounts_no_teams(twin: Twin) -> None:
    mailbox = twin.tenant.add_mailbox("eve@outlook.example", "Eve", personality="consumer")
    eve = Person(twin, mailbox, twin.tokens.issue(mailbox))
    assert eve.get("/me/calendar")["allowedOnlineMeetingProviders"] == ["unknown"]


def test_it_knows_people_by_address_and_id(alice: Person) -> None:
    me = alice.get("/me")
    assert (me["displayName"], me["userPrincipalName"]) == ("Alice", "alice@contoso.example")
    for user in (me["id"], "Alice@Contoso.example"):
        assert alice.get(f"/users/{user}")["id"] == me["id"]


def test_it_survives_a_snapshot(twin: Twin, alice: Person) -> None:
    series = {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd", "startDate": "2026-08-04"}}
    created = alice.post("/me/events", lunch(recurrence=series, transactionId="x"))
    window = "startDateTime=2026-08-01T00:00:00Z&endDateTime=2026-09-01T00:00:00Z"
    link = alice.get(f"/me/calendarView/delta?{window}")["@odata.deltaLink"]
    before = alice.events()
    twin.tenant = type(twin.tenant).restore(twin.tenant.snapshot())
    twin.tokens.tenant = twin.tenant
    assert alice.events() == before
    assert alice.get(link)["value"] == []
    assert alice.post("/me/events", lunch(recurrence=series, transactionId="x"))["id"] == created["id"]
