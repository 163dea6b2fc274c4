"""Rooms that answer for themselves, distribution lists, online meetings (FACTS §2.6, §3, §7, §19)."""

from typing import Any

from graphtwin.app import Twin
from tests.twin.graph.client import Person, invited, lunch, mails, moment


def _meet(alice: Person, *people: Person | str, **members: Any) -> str:
    created = alice.post("/me/events", lunch(attendees=invited(*people), **members))
    return f"/me/events/{created['id']}"


def _status(url: str, alice: Person) -> list[dict[str, str]]:
    return [each["status"] for each in alice.get(url)["attendees"]]


def test_it_reaches_the_members_of_a_list(twin: Twin, alice: Person, bob: Person, charlie: Person) -> None:
    twin.tenant.add_mailbox("team@contoso.example", "Team", kind="list", members=[bob.address, charlie.address])
    url = _meet(alice, "team@contoso.example")
    bob.post(f"/me/events/{bob.only_event()['id']}/accept", status=202)
    assert charlie.only_event()["subject"] == "Lunch"
    assert [(each["emailAddress"]["name"], each["type"]) for each in alice.get(url)["attendees"]] == [
        ("team@contoso.example", "required"),
        ("Bob", "optional"),
    ]


def test_it_lets_rooms_answer_for_themselves(twin: Twin, alice: Person, bob: Person) -> None:
    room = twin.tenant.add_mailbox("room@contoso.example", "Room 1", kind="room")
    url = _meet(alice, room.address)
    assert _status(url, alice)[0]["response"] == "accepted"
    (copy,) = room.events.values()
    assert (copy.subject, copy.body, copy.show_as) == ("Alice", "", "busy")
    taken = bob.post("/me/events", lunch(attendees=invited(room.address)))
    assert _status(f"/me/events/{taken['id']}", bob)[0]["response"] == "declined"
    assert mails(twin)[1] == ("response", "room", ("alice",), 0)
    alice.patch(url, {"start": moment("2026-08-04T14:00:00"), "end": moment("2026-08-04T15:00:00")})
    assert _status(url, alice)[0]["response"] == "accepted"


def test_it_makes_teams_meetings_where_they_are_allowed(twin: Twin, alice: Person) -> None:
    created = alice.post("/me/events", lunch(isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness"))
    assert created["onlineMeeting"]["joinUrl"].startswith("https://teams.microsoft.com/l/meetup-join/")
    kept = alice.patch(f"/me/events/{created['id']}", {"isOnlineMeeting": False})
    assert (kept["isOnlineMeeting"], kept["onlineMeeting"]) == (True, created["onlineMeeting"])
    private = twin.tenant.add_mailbox("eve@outlook.example", "Eve", personality="consumer")
    eve = Person(twin, private, twin.tokens.issue(private))
    ignored = eve.post("/me/events", lunch(isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness"))
    assert (ignored["isOnlineMeeting"], ignored["onlineMeeting"]) == (False, None)


def test_it_takes_at_most_five_hundred_attendees(alice: Person) -> None:
    crowd = [f"guest{number}@elsewhere.example" for number in range(501)]
    answer = alice.ask("POST", "/me/events", lunch(attendees=invited(*crowd)))
    assert answer.status == 400
    assert len(alice.post("/me/events", lunch(attendees=invited(*crowd[1:])))["attendees"]) == 500


def test_it_ends_a_teams_meeting_whose_block_is_taken_out_of_the_body(alice: Person) -> None:
    url = f"/me/events/{alice.post('/me/events', lunch(isOnlineMeeting=True))['id']}"
    body = alice.get(url)["body"]["content"]
    assert "Join the meeting now" in body
    kept = alice.patch(url, {"body": {"contentType": "html", "content": body.replace("<body>", "<body>Agenda")}})
    assert (kept["isOnlineMeeting"], "Agenda" in kept["body"]["content"]) == (True, True)
    ended = alice.patch(url, {"body": {"contentType": "html", "content": "Agenda"}})
    assert (ended["isOnlineMeeting"], ended["onlineMeeting"]) == (False, None)
