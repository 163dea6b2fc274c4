"""Reading: what Graph shows becomes values, and nothing it may show stops the reading."""

import datetime as dt
import json

import pytest

from kalends.domain.attendee import Addressee, Answer, Attendee, Partstat, Role
from kalends.domain.event import (
    Field,
    Importance,
    OnlineMeeting,
    Place,
    ResponseOptions,
    Sensitivity,
    ShowAs,
)
from kalends.domain.span import AllDay, Timed
from kalends.graph.event import item_of
from kalends.sync.snapshot import Kind, RemoteItem
from tests.unit.graph.payloads import UID, attendee, encoded, event, moment

NINE = Timed(
    start=dt.datetime(2026, 8, 3, 9, 0),
    start_zone="Europe/Berlin",
    end=dt.datetime(2026, 8, 3, 10, 0),
    end_zone="Europe/Berlin",
)


def test_it_reads_every_member_of_the_organizers_copy() -> None:
    assert item_of(encoded()) == RemoteItem(
        remote_id="AAMk-event=",
        ical_uid=UID,
        uid=UID,
        etag='W/"k1"',
        kind=Kind.SINGLE,
        values={
            Field.SUBJECT: "Standup",
            Field.BODY: "<p>Hello</p>",
            Field.WHEN: NINE,
            Field.PLACES: (),
            Field.ATTENDEES: (Attendee(address="bob@example.org", name="Bob"),),
            Field.IMPORTANCE: Importance.NORMAL,
            Field.ONLINE_MEETING: OnlineMeeting(),
            Field.RESPONSE_OPTIONS: ResponseOptions(),
            Field.ANSWER: Answer(),
            Field.SHOW_AS: ShowAs.BUSY,
            Field.REMINDER: 15,
            Field.CATEGORIES: (),
            Field.SENSITIVITY: Sensitivity.NORMAL,
        },
        is_organizer=True,
        organizer=Addressee(address="alice@example.org", name="Alice"),
        created=dt.datetime(2026, 7, 1, 8, 0, 0, 123456, dt.UTC),
        modified=dt.datetime(2026, 7, 1, 8, 0, 1, 650000, dt.UTC),
    )


def test_it_fills_missing_and_null_members_with_outlooks_defaults() -> None:
    bare = {name: event()[name] for name in ("id", "iCalUId", "start", "end")}
    nulls = dict.fromkeys(event(), None) | bare
    missing, null = item_of(json.dumps(bare).encode()), item_of(json.dumps(nulls).encode())
    assert missing == null
    assert missing.problem is None
    assert missing.values == {
        Field.SUBJECT: "",
        Field.BODY: "",
        Field.WHEN: Timed.at(NINE.start_at, NINE.end_at, "UTC"),
        Field.PLACES: (),
        Field.ATTENDEES: (),
        Field.IMPORTANCE: Importance.NORMAL,
        Field.ONLINE_MEETING: OnlineMeeting(),
        Field.RESPONSE_OPTIONS: ResponseOptions(),
        Field.ANSWER: Answer(),
        Field.SHOW_AS: ShowAs.BUSY,
        Field.REMINDER: 15,
        Field.CATEGORIES: (),
        Field.SENSITIVITY: Sensitivity.NORMAL,
    }


def test_it_ignores_members_and_choices_that_no_documentation_names() -> None:
    item = item_of(encoded(IsRoomRequested=True, showAs="unknown", sensitivity="secret", importance="urgent"))
    assert (item.problem, item.values[Field.SHOW_AS]) == (None, ShowAs.BUSY)
    assert (item.values[Field.SENSITIVITY], item.values[Field.IMPORTANCE]) == (Sensitivity.NORMAL, Importance.NORMAL)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"start": None}, "Its start is missing."),
        ({"end": ...}, "Its end is missing."),
        ({"start": {"dateTime": None, "timeZone": "UTC"}}, "Its start is missing."),
        ({"start": moment("0001-01-01T00:00:00.0000000")}, "Its start is missing."),
        ({"end": moment("soon")}, "Its end is not a time: “soon”."),
        (
            {"start": moment("2026-08-03T07:00:00", "Mars Standard Time")},
            "Its start is told in a time zone that nobody knows.",
        ),
        (
            {"end": moment("2026-08-03T06:00:00")},
            "The end (2026-08-03 08:00) lies before the start (2026-08-03 09:00).",
        ),
        (
            {"end": moment("2026-08-02T00:00:00"), "isAllDay": True},
            "The last day (2026-08-01) lies before the first (2026-08-03).",
        ),
        ({"end": moment("9999-12-31T23:59:59")}, "Its time lies outside the calendar."),
        ({"iCalUId": None, "uid": None}, "It has no identity that it would share with other calendars."),
    ],
)
def test_it_says_in_words_what_keeps_an_event_from_being_taken_over(changes: dict[str, object], problem: str) -> None:
    item = item_of(encoded(**changes))
    assert (item.remote_id, item.problem, item.values[Field.SUBJECT]) == ("AAMk-event=", problem, "Standup")


def test_it_saves_what_it_can_of_an_event_with_a_broken_member() -> None:
    item = item_of(encoded(attendees="Bob", isReminderOn="yes"))
    assert item.problem is not None
    assert "$.isReminderOn" in item.problem or "$.attendees" in item.problem
    assert (item.remote_id, item.etag, item.uid, item.is_organizer) == ("AAMk-event=", 'W/"k1"', UID, True)
    assert item.values[Field.SUBJECT] == "Standup"


@pytest.mark.parametrize("raw", [b"null", b"5", b"[]", b'"text"', b"{}", b'{"id": 7}'])
def test_it_reads_nonsense_as_an_item_with_a_problem(raw: bytes) -> None:
    item = item_of(raw)
    assert (item.remote_id, item.problem is None) == ("", False)


def test_it_takes_out_what_no_database_can_hold() -> None:
    nul = item_of(rb'{"id": "a", "iCalUId": "u", "subject": "one\u0000two", "categories": ["\u0000x"]}')
    half = item_of(rb'{"id": "a", "iCalUId": "u", "subject": "half \ud83d pair"}')
    assert (nul.values[Field.SUBJECT], nul.values[Field.CATEGORIES]) == ("onetwo", ("x",))
    assert half.values[Field.SUBJECT] == "half ? pair"


def test_it_takes_the_prefixes_off_a_cancelled_copys_subject_alone() -> None:
    cancelled = item_of(encoded(isCancelled=True, subject="Canceled: Canceled: Standup"))
    active = item_of(encoded(subject="Canceled: my flight"))
    assert (cancelled.cancelled, cancelled.values[Field.SUBJECT]) == (True, "Standup")
    assert (active.cancelled, active.values[Field.SUBJECT]) == (False, "Canceled: my flight")


# ── times ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_tells_start_and_end_in_the_zones_the_event_was_made_in() -> None:
    item = item_of(encoded(originalStartTimeZone="Europe/Amsterdam", originalEndTimeZone="Eastern Standard Time"))
    assert item.values[Field.WHEN] == Timed.at(NINE.start_at, NINE.end_at, "Europe/Amsterdam", "America/New_York")
    assert item.unwritable == frozenset()


@pytest.mark.parametrize("name", ["tzone://Microsoft/Custom", "Customized Time Zone", "Mars Standard Time"])
def test_it_keeps_instants_and_writes_nothing_back_where_the_zone_has_no_name(name: str) -> None:
    item = item_of(encoded(originalStartTimeZone=name, originalEndTimeZone=name))
    assert item.values[Field.WHEN] == Timed.at(NINE.start_at, NINE.end_at, "UTC")
    assert (item.unwritable, item.problem) == (frozenset({Field.WHEN}), None)


def test_it_takes_the_zone_of_the_time_itself_where_no_original_is_named() -> None:
    start, end = moment("2026-08-03T09:00:00", "W. Europe Standard Time"), moment("2026-08-03T08:00:00Z", None)
    item = item_of(encoded(start=start, end=end, originalStartTimeZone=None, originalEndTimeZone=""))
    assert item.values[Field.WHEN] == NINE


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Dateline Standard Time"])
def test_it_reads_all_day_events_as_dates_whatever_the_zone(zone: str) -> None:
    """Scenario O-205: Graph's exclusive end becomes the last day, and nothing shifts at +14 or -12."""
    start, end = moment("2026-08-03T00:00:00.0000000", zone), moment("2026-08-06T00:00:00.0000000", zone)
    item = item_of(encoded(isAllDay=True, start=start, end=end, originalStartTimeZone=zone))
    assert item.values[Field.WHEN] == AllDay(first=dt.date(2026, 8, 3), last=dt.date(2026, 8, 5))


def test_it_reads_an_all_day_event_without_length_as_one_day() -> None:
    start = moment("2026-08-03T00:00:00.0000000")
    item = item_of(encoded(isAllDay=True, start=start, end=start))
    assert item.values[Field.WHEN] == AllDay(first=dt.date(2026, 8, 3), last=dt.date(2026, 8, 3))


@pytest.mark.parametrize(
    ("on", "minutes", "reminder"),
    [(True, 0, 0), (True, 37, 37), (True, 1440, 1440), (False, 15, None), (None, None, 15), (True, None, 15)],
)
def test_it_reads_reminders(on: bool | None, minutes: int | None, reminder: int | None) -> None:
    """Scenario O-207."""
    item = item_of(encoded(isReminderOn=on, reminderMinutesBeforeStart=minutes))
    assert item.values[Field.REMINDER] == reminder


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_leaves_out_whoever_has_no_address_and_then_never_writes_the_list() -> None:
    """Scenario O-182: a PATCH replaces the whole list, so what is not understood would be lost with it."""
    people = [
        attendee(None, "Ann"),
        attendee("/O=ORG/OU=X/CN=RECIPIENTS/CN=ZED"),
        attendee("bob@example.org", "Bob"),
        None,
    ]
    item = item_of(encoded(attendees=people))
    assert item.values[Field.ATTENDEES] == (Attendee(address="bob@example.org", name="Bob"),)
    assert (item.unwritable, item.problem) == (frozenset({Field.ATTENDEES}), None)


def test_it_lists_nobody_twice_and_never_the_organizer() -> None:
    """Scenario O-007: an invitee's copy names the organizer among the attendees, in whatever case."""
    people = [
        attendee("ALICE@example.org", "Alice"),
        attendee("Bob@example.org", "Bob"),
        attendee("bob@example.org", "B."),
    ]
    item = item_of(encoded(attendees=people))
    assert item.values[Field.ATTENDEES] == (Attendee(address="Bob@example.org", name="Bob"),)
    assert item.unwritable == frozenset()


def test_it_reads_roles_and_answers() -> None:
    people = [
        attendee("a@example.org", kind="optional", response="accepted", time="2026-07-02T10:00:00.5Z"),
        attendee("b@example.org", kind="resource", response="declined", time="4501-01-01T00:00:00Z"),
        attendee("c@example.org", response="tentativelyAccepted"),
        attendee("d@example.org", response="notResponded", time="2026-07-02T10:00:00Z"),
    ]
    accepted_at = dt.datetime(2026, 7, 2, 10, 0, 0, 500000, dt.UTC)
    assert item_of(encoded(attendees=people)).values[Field.ATTENDEES] == (
        Attendee(
            address="a@example.org", role=Role.OPTIONAL, answer=Answer(partstat=Partstat.ACCEPTED, at=accepted_at)
        ),
        Attendee(address="b@example.org", role=Role.RESOURCE, answer=Answer(partstat=Partstat.DECLINED)),
        Attendee(address="c@example.org", answer=Answer(partstat=Partstat.TENTATIVE)),
        Attendee(address="d@example.org"),
    )


def test_it_takes_the_owners_answer_from_the_status_and_else_from_his_entry() -> None:
    listed = [attendee("Bob@Example.org", response="accepted")]
    status = {"response": "tentativelyAccepted", "time": "2026-07-02T10:00:00Z"}
    told = item_of(encoded(isOrganizer=False, attendees=listed, responseStatus=status), ["bob@example.org"])
    untold = item_of(encoded(isOrganizer=False, attendees=listed, responseStatus=None), ["bob@example.org"])
    stranger = item_of(encoded(isOrganizer=False, attendees=listed, responseStatus=None), ["charlie@example.org"])
    at = dt.datetime(2026, 7, 2, 10, 0, tzinfo=dt.UTC)
    assert told.values[Field.ANSWER] == Answer(partstat=Partstat.TENTATIVE, at=at)
    assert untold.values[Field.ANSWER] == Answer(partstat=Partstat.ACCEPTED)
    assert stranger.values[Field.ANSWER] == Answer()


# ── places and online meetings ──────────────────────────────────────────────────────────────────────────────────────


def test_it_reads_rooms_and_addresses() -> None:
    room = {
        "displayName": "Room 1",
        "locationType": "conferenceRoom",
        "locationEmailAddress": "room1@example.org",
        "locationUri": "https://example.org/room1",
        "address": {"street": "Main St 1", "city": "Ghent", "state": "", "countryOrRegion": "BE", "postalCode": "9000"},
        "coordinates": {"latitude": 51.05, "longitude": 3.72},
        "uniqueId": "room1@example.org",
        "uniqueIdType": "directory",
    }
    item = item_of(encoded(location=room, locations=[room, None, {"displayName": "Café"}]))
    assert item.values[Field.PLACES] == (
        Place(
            name="Room 1",
            kind="conferenceRoom",
            email="room1@example.org",
            uri="https://example.org/room1",
            street="Main St 1",
            city="Ghent",
            country="BE",
            postal_code="9000",
            latitude=51.05,
            longitude=3.72,
        ),
        Place(name="Café"),
    )


def test_it_reads_the_single_location_where_no_list_is() -> None:
    assert item_of(encoded(location={"displayName": "Café"}, locations=None)).values[Field.PLACES] == (
        Place(name="Café"),
    )


def test_it_reads_a_teams_address_in_the_location_as_the_video_link() -> None:
    """Scenario O-209."""
    link = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_1"
    item = item_of(encoded(location={"displayName": link}, locations=[{"displayName": link}]))
    assert item.values[Field.PLACES] == ()
    assert item.values[Field.ONLINE_MEETING] == OnlineMeeting(join_url=link)


def test_it_leaves_a_text_alone_whose_online_meeting_cannot_be_found_in_it() -> None:
    meeting = {
        "isOnlineMeeting": True,
        "onlineMeetingProvider": "teamsForBusiness",
        "onlineMeeting": {"joinUrl": "https://teams.microsoft.com/l/1?a=b&c=d"},
    }
    with_block = {
        "contentType": "html",
        "content": '<p>Hi</p><a href="https://teams.microsoft.com/l/1?a=b&amp;c=d">Join</a>',
    }
    lost, found = item_of(encoded(**meeting)), item_of(encoded(**meeting, body=with_block))
    assert lost.values[Field.ONLINE_MEETING] == OnlineMeeting(
        wanted=True, provider="teamsForBusiness", join_url="https://teams.microsoft.com/l/1?a=b&c=d"
    )
    assert (lost.unwritable, found.unwritable) == (frozenset({Field.BODY}), frozenset())


# ── identity ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_knows_a_series_by_the_identity_without_a_date() -> None:
    occurrence = UID[:32] + "07EA0803" + UID[40:]
    assert item_of(encoded(iCalUId=occurrence, uid=None, type="exception")).uid == UID
    assert item_of(encoded(iCalUId="foreign@example.net", uid=None)).uid == "foreign@example.net"
    assert item_of(encoded(type="seriesMaster")).kind is Kind.MASTER


def test_it_reads_ten_megabytes_of_text() -> None:
    text = "x" * 10_000_000
    item = item_of(encoded(body={"contentType": "html", "content": f"<p>{text}</p>"}))
    assert item.values[Field.BODY] == f"<p>{text}</p>"
