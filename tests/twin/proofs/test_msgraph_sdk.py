"""Microsoft's SDK for Python: a day's work through it, and every answer read into Microsoft's own generated models."""

import asyncio
import dataclasses
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

import httpx
import httpx2
import msgspec
import pytest
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.serialization import Parsable
from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
from msgraph.generated.models.attendee import Attendee
from msgraph.generated.models.calendar_collection_response import CalendarCollectionResponse
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.day_of_week import DayOfWeek
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.event import Event
from msgraph.generated.models.event_collection_response import EventCollectionResponse
from msgraph.generated.models.event_type import EventType
from msgraph.generated.models.mailbox_settings import MailboxSettings
from msgraph.generated.models.outlook_category_collection_response import OutlookCategoryCollectionResponse
from msgraph.generated.models.patterned_recurrence import PatternedRecurrence
from msgraph.generated.models.recurrence_pattern import RecurrencePattern
from msgraph.generated.models.recurrence_pattern_type import RecurrencePatternType
from msgraph.generated.models.recurrence_range import RecurrenceRange
from msgraph.generated.models.recurrence_range_type import RecurrenceRangeType
from msgraph.generated.models.response_type import ResponseType
from msgraph.generated.models.subscription_collection_response import SubscriptionCollectionResponse
from msgraph.generated.models.user import User
from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_response import GetSchedulePostResponse
from msgraph.generated.users.item.calendar_view.delta.delta_get_response import DeltaGetResponse
from msgraph.generated.users.item.events.item.accept.accept_post_request_body import AcceptPostRequestBody
from msgraph.graph_request_adapter import GraphRequestAdapter, options
from msgraph.graph_service_client import GraphServiceClient
from msgraph_core import GraphClientFactory

from tests.twin.control.conftest import Running

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")

ALICE, BOB = "alice@example.com", "bob@example.com"
DOCUMENTED = {"uid", "occurrenceId", "groupClassId"}  # seen on the wire of v1.0, not declared (FACTS.md §2.1, §3)
SUMMER = "startDateTime=2026-08-01T00:00:00Z&endDateTime=2026-09-01T00:00:00Z"
Work = Callable[[GraphServiceClient, GraphServiceClient], Coroutine[Any, Any, None]]


class FixedToken(AccessTokenProvider):
    def __init__(self, token: str) -> None:
        self._token = token

    async def get_authorization_token(self, uri: str, additional_authentication_context: object = None) -> str:
        del uri, additional_authentication_context
        return self._token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator([])


def through_the_sdk(server: Running, work: Work) -> None:
    """Run the work with one client for Alice and one for Bob."""

    async def run() -> None:
        inner = [httpx.AsyncHTTPTransport() for _ in range(2)]  # the SDK wraps them, and does not close them
        clients = []
        for address, transport in zip((ALICE, BOB), inner, strict=True):
            token = server.post("/_twin/token", {"mailbox": address})["access_token"]
            plain = httpx.AsyncClient(transport=transport, trust_env=False)
            wrapped = GraphClientFactory.create_with_default_middleware(client=plain, options=options)
            adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(FixedToken(token)), client=wrapped)
            adapter.base_url = f"{server.origin}/v1.0"
            clients.append(GraphServiceClient(request_adapter=adapter))
        try:
            await work(*clients)
        finally:
            for transport in inner:
                await transport.aclose()

    asyncio.run(run())


def at(day: int, hour: int, zone: str = "Europe/Berlin") -> DateTimeTimeZone:
    return DateTimeTimeZone(date_time=f"2026-08-{day:02}T{hour:02}:00:00", time_zone=zone)


def meeting(subject: str, day: int, *guests: str) -> Event:
    attendees = [Attendee(email_address=EmailAddress(address=each)) for each in guests]
    return Event(subject=subject, start=at(day, 10), end=at(day, 11), attendees=attendees)


def weekly(subject: str) -> Event:
    pattern = RecurrencePattern(
        type=RecurrencePatternType.Weekly,
        interval=1,
        days_of_week=[DayOfWeek.Monday],
        first_day_of_week=DayOfWeek.Monday,
    )
    limit = RecurrenceRange(type=RecurrenceRangeType.Numbered, start_date=date(2026, 8, 3), number_of_occurrences=4)
    event = meeting(subject, 3)
    event.recurrence = PatternedRecurrence(pattern=pattern, range=limit)
    return event


def test_it_creates_answers_and_deletes_a_meeting(server: Running) -> None:
    async def work(alice: GraphServiceClient, bob: GraphServiceClient) -> None:
        made = await alice.me.events.post(meeting("Plan", 4, BOB))
        assert made is not None
        (copy,) = (await bob.me.events.get()).value  # type: ignore[union-attr,misc]
        assert (copy.subject, copy.is_organizer, copy.i_cal_u_id) == ("Plan", False, made.i_cal_u_id)
        await bob.me.events.by_event_id(copy.id or "").accept.post(
            AcceptPostRequestBody(comment="Yes", send_response=True)
        )
        seen = await alice.me.events.by_event_id(made.id or "").get()
        assert [each.status.response for each in seen.attendees] == [ResponseType.Accepted]  # type: ignore[union-attr]
        await alice.me.events.by_event_id(made.id or "").delete()
        left = await bob.me.events.by_event_id(copy.id or "").get()
        assert (left.is_cancelled, left.subject) == (True, "Canceled: Plan")  # type: ignore[union-attr]

    through_the_sdk(server, work)
    assert [each["kind"] for each in server.get("/_twin/mail")["value"]] == ["request", "response", "cancel"]


def test_it_changes_one_occurrence_of_a_series(server: Running) -> None:
    async def work(alice: GraphServiceClient, _bob: GraphServiceClient) -> None:
        master = await alice.me.events.post(weekly("Team"))
        assert master is not None
        builder = alice.me.events.by_event_id(master.id or "").instances
        parameters = builder.InstancesRequestBuilderGetQueryParameters(
            start_date_time="2026-08-01T00:00:00Z", end_date_time="2026-09-01T00:00:00Z"
        )
        configuration = RequestConfiguration(query_parameters=parameters)
        found = (await builder.get(request_configuration=configuration)).value or []  # type: ignore[union-attr]
        assert [each.type for each in found] == [EventType.Occurrence] * 4
        await alice.me.events.by_event_id(found[1].id or "").patch(Event(subject="Team, outside"))
        await alice.me.events.by_event_id(found[2].id or "").delete()
        again = (await builder.get(request_configuration=configuration)).value or []  # type: ignore[union-attr]
        assert [(each.type, each.subject) for each in again] == [
            (EventType.Occurrence, "Team"),
            (EventType.Exception, "Team, outside"),
            (EventType.Occurrence, "Team"),
        ]

    through_the_sdk(server, work)


def test_it_follows_a_delta(server: Running) -> None:
    async def work(alice: GraphServiceClient, _bob: GraphServiceClient) -> None:
        for day in range(4, 8):
            await alice.me.events.post(meeting(f"Day {day}", day))
        builder = alice.me.calendar_view.delta
        parameters = builder.DeltaRequestBuilderGetQueryParameters(
            start_date_time="2026-08-01T00:00:00Z", end_date_time="2026-09-01T00:00:00Z"
        )
        configuration = RequestConfiguration(query_parameters=parameters)
        configuration.headers.add("Prefer", "odata.maxpagesize=3")
        page = await builder.get(request_configuration=configuration)
        seen = list(page.value or [])  # type: ignore[union-attr]
        while page is not None and page.odata_next_link:
            page = await builder.with_url(page.odata_next_link).get()
            seen += page.value or []  # type: ignore[union-attr]
        assert sorted(each.subject or "" for each in seen) == ["Day 4", "Day 5", "Day 6", "Day 7"]
        await alice.me.events.by_event_id(seen[0].id or "").delete()
        later = await builder.with_url(page.odata_delta_link or "").get()  # type: ignore[union-attr]
        assert [(each.id, each.additional_data["@removed"]) for each in later.value or []] == [  # type: ignore[union-attr]
            (seen[0].id, {"reason": "deleted"})
        ]

    through_the_sdk(server, work)


def leftovers(model: Any, shown: Any, path: str = "") -> set[str]:
    """Members of the JSON that Microsoft's model does not know, or lost."""
    if isinstance(shown, list):
        return set().union(*(leftovers(*pair, path) for pair in zip(model, shown, strict=True)))
    if not isinstance(shown, dict) or not hasattr(model, "additional_data"):
        return set()
    unknown = {f"{path}.{name}" for name in model.additional_data if "@odata." not in name and name not in DOCUMENTED}
    fields = {_spelled(each.name): getattr(model, each.name) for each in dataclasses.fields(model)}
    for name, value in shown.items():
        if name in model.additional_data or name not in fields or "@" in name:
            continue
        if value is not None and fields[name] is None:
            unknown.add(f"{path}.{name} (lost: {value!r})")
        unknown |= leftovers(fields[name], value, f"{path}.{name}")
    return unknown


def _spelled(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(each[:1].upper() + each[1:] for each in rest)


def read_into(model: Any, shown: object) -> Any:
    body = msgspec.json.encode(shown)
    return JsonParseNodeFactory().get_root_parse_node("application/json", body).get_object_value(model)


@pytest.fixture
def busy(server: Running) -> str:
    """Alice's calendar with one of everything; returns her token."""

    async def work(alice: GraphServiceClient, bob: GraphServiceClient) -> None:
        await alice.me.events.post(meeting("Plan", 4, BOB, "charlie@elsewhere.example"))
        await bob.me.events.post(meeting("Review", 5, ALICE))
        master = await alice.me.events.post(weekly("Team"))
        whole_day = Event(subject="Off", is_all_day=True, start=at(6, 0), end=at(7, 0), categories=["Red"])
        await alice.me.events.post(whole_day)
        assert master is not None

    through_the_sdk(server, work)
    return str(server.post("/_twin/token", {"mailbox": ALICE})["access_token"])


@pytest.mark.parametrize(
    ("target", "model"),
    [
        ("me", User),
        ("me/calendars", CalendarCollectionResponse),
        ("me/events?$top=50", EventCollectionResponse),
        (f"me/calendarView?{SUMMER}", EventCollectionResponse),
        (f"me/calendarView/delta?{SUMMER}", DeltaGetResponse),
        ("me/mailboxSettings", MailboxSettings),
        ("me/outlook/masterCategories", OutlookCategoryCollectionResponse),
        ("subscriptions", SubscriptionCollectionResponse),
    ],
)
def test_it_answers_what_microsofts_models_hold(server: Running, busy: str, target: str, model: type[Parsable]) -> None:
    shown = server.get(f"/v1.0/{target}", busy)
    assert leftovers(read_into(model, shown), shown) == set()


def test_it_shows_free_and_busy_as_microsofts_models_hold_it(server: Running, busy: str) -> None:
    asked = {"schedules": [ALICE, BOB], "startTime": moment(4), "endTime": moment(8), "availabilityViewInterval": 60}
    batch = {
        "id": "1",
        "method": "POST",
        "url": "/me/calendar/getSchedule",
        "body": asked,
        "headers": {"Content-Type": "application/json"},
    }
    shown = answer_of(server, busy, batch)
    assert leftovers(read_into(GetSchedulePostResponse, shown), shown) == set()


def test_it_shows_single_events_as_microsofts_models_hold_them(server: Running, busy: str) -> None:
    view = server.get(f"/v1.0/me/calendarView?{SUMMER}&$top=50", busy)["value"]
    masters = [each for each in server.get("/v1.0/me/events?$top=50", busy)["value"] if each["type"] == "seriesMaster"]
    found: set[str] = set()
    for each in [*view, *masters]:
        shown = server.get(f"/v1.0/me/events/{each['id']}", busy)
        found |= leftovers(read_into(Event, shown), shown)
    assert {each["type"] for each in view} == {"singleInstance", "occurrence"}
    assert found == set()


def moment(day: int) -> dict[str, str]:
    return {"dateTime": f"2026-08-{day:02}T00:00:00", "timeZone": "UTC"}


def answer_of(server: Running, bearer: str, request: dict[str, Any]) -> Any:
    """Send one request in a batch, which needs no second client."""
    answer = httpx2.post(
        f"{server.origin}/v1.0/$batch",
        json={"requests": [request]},
        headers={"authorization": f"Bearer {bearer}"},
        trust_env=False,
    )
    (part,) = answer.json()["responses"]
    assert part["status"] == 200, part
    return part["body"]
