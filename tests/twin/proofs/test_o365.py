"""The library O365: sign-in and its calendar features, as its own documentation uses them."""

import warnings
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import msal
import pytest
import requests

from tests.twin.control.conftest import Running

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from O365 import Account, MSGraphProtocol
    from O365.calendar import EventType
    from O365.connection import Connection
    from O365.utils.token import MemoryTokenBackend

pytestmark = pytest.mark.filterwarnings("ignore:response_mode:UserWarning")

ALICE, BOB = "alice@example.com", "bob@example.com"
REDIRECT = "http://localhost:8000/microsoft_account/authentication"
BERLIN = ZoneInfo("Europe/Berlin")


def connection_to(server: Running) -> Any:
    """Return O365's connection, pointed at the simulator: its MSAL knows Microsoft's hosts only."""
    credentials = (server.client_id, server.client_secret)
    connection = Connection(credentials, token_backend=MemoryTokenBackend(), requests_delay=0)
    session = requests.Session()
    session.trust_env = False
    session.verify = str(server.certificate)
    connection._msal_client = msal.ConfidentialClientApplication(
        server.client_id,
        client_credential=server.client_secret,
        authority=f"{server.tls_origin}/common",
        token_cache=connection.token_backend,
        instance_discovery=False,
        http_client=session,
    )
    return connection


def signed_in(server: Running, address: str) -> Any:
    protocol = type("TwinProtocol", (MSGraphProtocol,), {"_protocol_url": f"{server.origin}/"})(timezone=BERLIN)
    account = Account((server.client_id, server.client_secret), protocol=protocol)
    account.con = connection_to(server)
    url, flow = account.con.get_authorization_url(protocol.get_scopes_for(["basic", "calendar_all"]), REDIRECT)
    answer = httpx2.post(url, data={"account": address, "decision": "accept"}, trust_env=False)
    assert account.con.request_token(answer.headers["location"], flow=flow)
    return account


@pytest.fixture
def alice(server: Running) -> Any:
    return signed_in(server, ALICE)


@pytest.fixture
def bob(server: Running) -> Any:
    return signed_in(server, BOB)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 8, day, hour, tzinfo=BERLIN)


def planned(account: Any, subject: str, day: int, *guests: str) -> Any:
    event = account.schedule().new_event(subject)
    event.start, event.end = at(day, 10), at(day, 11)
    event.location = "Room 5"
    event.body = "<p>Agenda</p>"
    event.remind_before_minutes = 45
    event.attendees.add(list(guests))
    assert event.save()
    return event


def between(calendar: Any, first: int, last: int) -> list[Any]:
    return sorted(
        calendar.get_events(start_recurring=at(first, 0), end_recurring=at(last, 0), include_recurring=True),
        key=lambda each: each.start,
    )


def test_it_saves_and_reads_an_event(alice: Any) -> None:
    made = planned(alice, "Plan", 4)
    read = alice.schedule().get_default_calendar().get_event(made.object_id)
    assert (read.subject, read.start, read.end) == ("Plan", at(4, 10), at(4, 11))
    assert (read.location["displayName"], read.remind_before_minutes) == ("Room 5", 45)
    assert read.get_body_soup().body.p.text == "Agenda"
    assert read.event_type is EventType.SingleInstance


def test_it_updates_and_deletes_an_event(alice: Any) -> None:
    made = planned(alice, "Plan", 4)
    made.subject, made.start, made.end = "Plan B", at(5, 14), at(5, 15)
    assert made.save()
    calendar = alice.schedule().get_default_calendar()
    assert [(each.subject, each.start) for each in between(calendar, 1, 30)] == [("Plan B", at(5, 14))]
    assert made.delete()
    assert between(calendar, 1, 30) == []


def test_it_invites_and_answers(server: Running, alice: Any, bob: Any) -> None:
    made = planned(alice, "Plan", 4, BOB)
    (copy,) = between(bob.schedule().get_default_calendar(), 1, 30)
    assert copy.accept_event("With pleasure")
    (guest,) = alice.schedule().get_default_calendar().get_event(made.object_id).attendees
    assert (guest.address, guest.response_status.status.value) == (BOB, "accepted")
    assert made.cancel_event("Not today")
    mails = server.get("/_twin/mail")["value"]
    assert [(each["kind"], each["comment"]) for each in mails] == [
        ("request", ""),
        ("response", "With pleasure"),
        ("cancel", "Not today"),
    ]


def test_it_declines(alice: Any, bob: Any) -> None:
    made = planned(alice, "Plan", 4, BOB)
    calendar = bob.schedule().get_default_calendar()
    assert between(calendar, 1, 30)[0].decline_event()
    assert between(calendar, 1, 30) == []
    (guest,) = alice.schedule().get_default_calendar().get_event(made.object_id).attendees
    assert guest.response_status.status.value == "declined"


def test_it_repeats_by_week_with_one_occurrence_moved(alice: Any) -> None:
    event = alice.schedule().new_event("Team")
    event.start, event.end = at(3, 9), at(3, 10)
    event.recurrence.set_weekly(
        1, days_of_week=["monday"], first_day_of_week="monday", start=at(3, 9).date(), occurrences=4
    )
    assert event.save()
    calendar = alice.schedule().get_default_calendar()
    occurrences = between(calendar, 1, 30)
    assert [each.start for each in occurrences] == [at(day, 9) for day in (3, 10, 17, 24)]
    occurrences[1].start, occurrences[1].end = at(11, 9), at(11, 10)
    assert occurrences[1].save()
    assert [(each.start, each.event_type.value) for each in between(calendar, 1, 30)] == [
        (at(3, 9), "occurrence"),
        (at(11, 9), "exception"),
        (at(17, 9), "occurrence"),
        (at(24, 9), "occurrence"),
    ]
    master = calendar.get_event(event.object_id)
    assert len(list(master.get_occurrences(at(1, 0), at(30, 0)))) == 4


def test_it_finds_events_by_a_query_and_pages_through_them(alice: Any) -> None:
    for day in range(4, 16):
        planned(alice, f"Day {day}", day)
    calendar = alice.schedule().get_default_calendar()
    found = calendar.get_events(limit=None, batch=5, include_recurring=False)
    assert sorted(each.subject for each in found) == sorted(f"Day {day}" for day in range(4, 16))
    query = calendar.new_query().equals("subject", "Day 7")
    assert [each.subject for each in calendar.get_events(query=query, include_recurring=False)] == ["Day 7"]


def test_it_keeps_whole_days(alice: Any) -> None:
    event = alice.schedule().new_event("Off")
    event.start, event.end, event.is_all_day = at(6, 0), at(7, 0), True
    assert event.save()
    read = alice.schedule().get_default_calendar().get_event(event.object_id)
    assert (read.is_all_day, read.start.date(), read.end.date()) == (True, at(6, 0).date(), at(7, 0).date())


def test_it_makes_renames_and_deletes_calendars(alice: Any) -> None:
    schedule = alice.schedule()
    made = schedule.new_calendar("Projects")
    assert [each.name for each in schedule.list_calendars()] == ["Calendar", "Projects"]
    made.name = "Ideas"
    assert made.update()
    assert schedule.get_calendar(calendar_name="Ideas").calendar_id == made.calendar_id
    assert made.delete()
    assert [each.name for each in schedule.list_calendars()] == ["Calendar"]


def test_it_tells_who_is_free(alice: Any, bob: Any) -> None:
    planned(bob, "Busy", 4)
    (row,) = alice.schedule().get_availability([BOB], at(4, 8), at(4, 12), 60)
    assert row["availabilityView"] == ["free", "free", "busy", "free"]


def test_it_refreshes_its_token(server: Running, alice: Any) -> None:
    planned(alice, "Plan", 4)
    server.post("/_twin/faults", {"kind": "expireAccessTokens"})
    assert alice.con.refresh_token() in {True, None}
    for token in list(alice.con.token_backend._cache["AccessToken"].values()):
        token["expires_on"] = str(int((datetime.now(UTC) - timedelta(hours=1)).timestamp()))
    assert [each.subject for each in between(alice.schedule().get_default_calendar(), 1, 30)] == ["Plan"]
