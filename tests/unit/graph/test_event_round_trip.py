"""What is written is what is read back: `parse(render(x)) == x`, for every field, on the wire and through Outlook."""

import datetime as dt
import html
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.domain.attendee import Attendee, Role
from kalends.domain.event import (
    Field,
    Importance,
    OnlineMeeting,
    Place,
    ResponseOptions,
    Sensitivity,
    ShowAs,
)
from kalends.domain.span import AllDay, Timed, zone
from kalends.graph.body import unframed
from kalends.graph.event import item_of, members_of
from kalends.graph.remote import GraphRemote
from kalends.graph.windows_zones import IANA_OF_WINDOWS
from kalends.sync.ports import Create, Outcome
from kalends.sync.snapshot import Creation, Values
from tests.unit.graph.payloads import UID, framed

ZONES = sorted(zones.split()[-1] for zones in IANA_OF_WINDOWS.values())
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
NAMES = TEXT.map(str.strip)
WALLS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2035, 1, 1))


def _is_told_once(wall: dt.datetime, name: str) -> bool:
    """Whether a wall clock names one instant: no hour that summer time skips or repeats."""
    first, second = (wall.replace(tzinfo=zone(name), fold=fold).utcoffset() for fold in (0, 1))
    return first == second


@st.composite
def timed(draw: st.DrawFn) -> Timed:
    """A span with zones of its own, at any hour that there is once."""
    start_zone, end_zone = draw(st.sampled_from(ZONES)), draw(st.sampled_from(ZONES))
    start = draw(WALLS.filter(lambda wall: _is_told_once(wall, start_zone)))
    length = dt.timedelta(minutes=draw(st.integers(0, 60 * 24 * 40)))
    end = (start.replace(tzinfo=zone(start_zone)).astimezone(dt.UTC) + length).astimezone(zone(end_zone))
    while not _is_told_once(end.replace(tzinfo=None), end_zone):
        end += dt.timedelta(hours=3)
    return Timed(start=start, start_zone=start_zone, end=end.replace(tzinfo=None, fold=0), end_zone=end_zone)


@st.composite
def all_day(draw: st.DrawFn) -> AllDay:
    """Up to forty days."""
    first = draw(st.dates(dt.date(1990, 1, 1), dt.date(2035, 1, 1)))
    return AllDay(first=first, last=first + dt.timedelta(days=draw(st.integers(0, 40))))


PLACES = st.builds(
    Place,
    name=NAMES.filter(bool),
    kind=st.sampled_from(["default", "conferenceRoom", "hotel", "businessAddress"]),
    email=st.sampled_from(["", "room@example.org"]),
    uri=st.sampled_from(["", "https://example.org/room"]),
    street=NAMES,
    city=NAMES,
    state=NAMES,
    country=NAMES,
    postal_code=NAMES,
    latitude=st.none() | st.floats(-90, 90),
    longitude=st.none() | st.floats(-180, 180),
)
PEOPLE = st.lists(
    st.builds(
        Attendee,
        address=st.integers(0, 10**6).map(lambda number: f"person{number}@example.net"),
        name=NAMES,
        role=st.sampled_from(Role),
    ),
    max_size=5,
    unique_by=lambda attendee: attendee.key,
).map(tuple)
BODIES = TEXT.map(lambda text: f"<p>{html.escape(text)}</p>") | st.just("")
VALUES: st.SearchStrategy[Values] = st.fixed_dictionaries(
    {
        Field.SUBJECT: TEXT,
        Field.BODY: BODIES,
        Field.WHEN: timed() | all_day(),
        Field.PLACES: st.lists(PLACES, max_size=3).map(tuple),
        Field.ATTENDEES: PEOPLE,
        Field.IMPORTANCE: st.sampled_from(Importance),
        Field.ONLINE_MEETING: st.just(OnlineMeeting()),
        Field.RESPONSE_OPTIONS: st.builds(ResponseOptions),
        Field.SHOW_AS: st.sampled_from(ShowAs),
        Field.REMINDER: st.none() | st.integers(0, 40_320),
        Field.CATEGORIES: st.lists(NAMES.filter(bool), max_size=4, unique=True).map(tuple),
        Field.SENSITIVITY: st.sampled_from(Sensitivity),
    }
)


def _as_outlook_shows(members: dict[str, Any]) -> dict[str, Any]:
    """What Graph makes of a POST when asked for UTC: instants, original zones, a frame around the body."""
    shown = {**members, "id": "a", "iCalUId": UID}
    for which in ("start", "end"):
        wall, name = dt.datetime.fromisoformat(members[which]["dateTime"]), members[which]["timeZone"]
        shown[f"original{which.title()}TimeZone"] = name
        if not members["isAllDay"]:
            instant = wall.replace(tzinfo=zone(name)).astimezone(dt.UTC)
            shown[which] = {"dateTime": f"{instant:%Y-%m-%dT%H:%M:%S.%f0}", "timeZone": "UTC"}
    shown["body"] = {"contentType": "html", "content": framed(members["body"]["content"])}
    return shown


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_it_reads_back_what_it_wrote_field_by_field(values: Values) -> None:
    item = item_of(json.dumps(_as_outlook_shows(members_of(values))).encode())
    assert item.problem is None
    assert {field: item.values[field] for field in values} == values
    assert item.unwritable == frozenset()


@given(VALUES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_reads_back_what_it_wrote_from_outlook(remote_of: Callable[[str], GraphRemote], values: Values) -> None:
    alice = remote_of("Alice")
    creation = Creation(installation="inst", event_id=str(uuid.uuid4()), mailbox_id="alice", number=1)
    (result,) = alice.write([Create(creation=creation, values=values)])
    assert (result.outcome, result.reason) == (Outcome.DONE, "")
    assert result.item is not None
    assert {field: result.item.values[field] for field in values} == values
    again = alice.get(result.item.remote_id)
    assert again == replace(result.item, sequence=0, etag=again.etag if again else "")


@given(VALUES, st.sets(st.sampled_from(Field)))
@settings(max_examples=50, deadline=None)
def test_it_names_only_the_members_of_the_given_fields(values: Values, fields: set[Field]) -> None:
    given_alone = {field: values[field] for field in fields if field in values}
    one_by_one = [members_of({field: value}) for field, value in given_alone.items()]
    assert members_of(given_alone) == {name: value for members in one_by_one for name, value in members.items()}


@given(timed())
@settings(max_examples=100, deadline=None)
def test_it_writes_instants_that_are_ours(span: Timed) -> None:
    members = members_of({Field.WHEN: span})
    for which, instant in (("start", span.start_at), ("end", span.end_at)):
        wall, name = dt.datetime.fromisoformat(members[which]["dateTime"]), members[which]["timeZone"]
        assert (wall.replace(tzinfo=zone(name)).astimezone(dt.UTC), name in ZONES) == (instant, True)


def test_it_writes_an_hour_that_comes_twice_or_never_as_an_instant() -> None:
    in_autumn = dt.datetime(2026, 10, 25, 2, 30, fold=1)
    in_spring = dt.datetime(2026, 3, 29, 2, 30)
    for wall, utc in ((in_autumn, "2026-10-25T01:30:00"), (in_spring, "2026-03-29T01:30:00")):
        span = Timed(start=wall, start_zone="Europe/Brussels", end=wall, end_zone="Europe/Brussels")
        assert members_of({Field.WHEN: span})["start"] == {"dateTime": utc, "timeZone": "UTC"}


def test_it_writes_a_zone_that_outlook_does_not_know_as_instants() -> None:
    noon = dt.datetime(2026, 8, 3, 12, 0)
    span = Timed(start=noon, start_zone="Antarctica/Troll", end=noon, end_zone="Antarctica/Troll")
    assert members_of({Field.WHEN: span})["start"] == {"dateTime": "2026-08-03T10:00:00", "timeZone": "UTC"}


@given(BODIES)
@settings(max_examples=50, deadline=None)
def test_it_takes_a_frame_off_once_and_for_all(body: str) -> None:
    assert unframed(framed(body)) == body == unframed(unframed(framed(body)))


def test_it_switches_a_reminder_off_without_forgetting_its_minutes() -> None:
    assert members_of({Field.REMINDER: None}) == {"isReminderOn": False}


def test_it_asks_for_an_online_meeting_and_its_provider() -> None:
    teams = OnlineMeeting(wanted=True, provider="teamsForBusiness", join_url="https://teams.microsoft.com/l/1")
    assert members_of({Field.ONLINE_MEETING: teams}) == {
        "isOnlineMeeting": True,
        "onlineMeetingProvider": "teamsForBusiness",
    }
    assert members_of({Field.ONLINE_MEETING: OnlineMeeting(wanted=True)}) == {"isOnlineMeeting": True}


def test_it_writes_a_teams_address_that_came_as_a_place_back_as_one() -> None:
    link = OnlineMeeting(join_url="https://teams.microsoft.com/l/meetup-join/1")
    members = members_of({Field.PLACES: (), Field.ONLINE_MEETING: link})
    assert members["location"] == {"displayName": link.join_url}


def test_it_never_writes_an_answer() -> None:
    assert members_of({Field.ANSWER: None}) == {}
