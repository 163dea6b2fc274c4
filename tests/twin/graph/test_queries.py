"""Lists, pages, windows and filters (FACTS §5), extended properties and open extensions (FACTS §2.8)."""

from typing import Any

import pytest

from tests.twin.graph.client import Person, invited, lunch, moment

OWN = "String {6b4ffb0e-4f2c-4b1e-9b1f-0f1e2d3c4b5a} Name origin"
SEQUENCE = "Integer {00062002-0000-0000-C000-000000000046} Id 0x8201"


def _many(alice: Person, count: int) -> None:
    for number in range(count):
        day = f"2026-08-{number % 28 + 1:02d}"
        times = {"start": moment(f"{day}T10:00:00"), "end": moment(f"{day}T11:00:00")}
        alice.post("/me/events", lunch(subject=f"Event {number:02d}", **times))


def _subjects(page: Any) -> list[str]:
    return [each["subject"] for each in page["value"]]


def test_it_pages_by_ten_and_by_what_is_asked(alice: Person) -> None:
    _many(alice, 23)
    first = alice.get("/me/events?$select=subject&$orderby=subject")
    second = alice.get(first["@odata.nextLink"])
    third = alice.get(second["@odata.nextLink"])
    assert [len(each["value"]) for each in (first, second, third)] == [10, 10, 3]
    assert "@odata.nextLink" not in third
    assert [*_subjects(first), *_subjects(second), *_subjects(third)] == [f"Event {number:02d}" for number in range(23)]
    assert len(alice.get("/me/events?$top=23")["value"]) == 23
    assert alice.get("/me/events?$count=true&$top=1")["@odata.count"] == 23


@pytest.mark.parametrize(
    "query", ["$top=0", "$top=1001", "$top=x", "$skip=-1", "$nonsense=1", "$search=x", "$orderby=a b"]
)
def test_it_refuses_malformed_options(alice: Person, query: str) -> None:
    answer = alice.ask("GET", f"/me/events?{query}")
    assert (answer.status, answer.code) == (400, "BadRequest")


def test_it_selects_members_but_always_shows_id_and_etag(alice: Person) -> None:
    created = alice.post("/me/events", lunch())
    shown = alice.get(f"/me/events/{created['id']}?$select=subject,start")
    assert list(shown) == ["@odata.context", "@odata.etag", "id", "subject", "start"]
    assert shown["@odata.context"].endswith("/events(subject,start)/$entity")


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("subject eq 'one'", ["One"]),
        ("subject ne 'One'", ["Two", "Three"]),
        ("startswith(subject,'T')", ["Two", "Three"]),
        ("contains(subject,'hre')", ["Three"]),
        ("start/dateTime ge '2026-08-05T00:00:00'", ["Two", "Three"]),
        ("start/dateTime ge '2026-08-05T00:00:00Z' and end/dateTime lt '2026-08-05T23:00:00'", ["Two"]),
        ("isAllDay eq true", ["Three"]),
        ("not (isAllDay eq true) and not startswith(subject,'One')", ["Two"]),
        ("categories/any(c:c eq 'Red category')", ["Two"]),
        ("lastModifiedDateTime ge 2026-08-03T00:00:00Z", ["One", "Two", "Three"]),
        ("lastModifiedDateTime gt 2026-08-04T00:00:00Z", []),
        ("(subject eq 'One') or (subject eq 'Two')", ["One", "Two"]),
        ("transactionId eq null", ["One", "Three"]),
        (f"singleValueExtendedProperties/Any(ep: ep/id eq '{OWN}' and ep/value eq 'here')", ["Two"]),
        ("importance eq 'high'", ["Three"]),
        ("organizer/emailAddress/address eq 'alice@contoso.example'", ["One", "Two", "Three"]),
    ],
)
def test_it_filters(alice: Person, clause: str, found: list[str]) -> None:
    alice.post("/me/events", lunch(subject="One"))
    alice.post(
        "/me/events",
        lunch(
            subject="Two",
            start=moment("2026-08-05T10:00:00"),
            end=moment("2026-08-05T11:00:00"),
            categories=["Red category"],
            transactionId="x",
            singleValueExtendedProperties=[{"id": OWN, "value": "here"}],
        ),
    )
    alice.post(
        "/me/events",
        lunch(
            subject="Three",
            isAllDay=True,
            start=moment("2026-08-06T00:00:00"),
            end=moment("2026-08-07T00:00:00"),
            importance="high",
        ),
    )
    assert _subjects(alice.get(f"/me/events?$filter={clause}")) == found


@pytest.mark.parametrize(
    "clause", ["subject", "subject eq", "subject eq 'x", "(subject eq 'x'", "subject like 'x'", "##"]
)
def test_it_refuses_malformed_filters(alice: Person, clause: str) -> None:
    answer = alice.ask("GET", f"/me/events?$filter={clause}")
    assert (answer.status, answer.code) == (400, "BadRequest")


def test_it_finds_an_event_by_ical_uid(alice: Person) -> None:
    alice.post("/me/events", lunch(subject="Other"))
    wanted = alice.post("/me/events", lunch(subject="Wanted"))
    assert _subjects(alice.get(f"/me/events?$filter=iCalUId eq '{wanted['iCalUId']}'")) == ["Wanted"]


def test_it_refuses_an_order_that_does_not_match_the_filter(alice: Person) -> None:
    fine = "$filter=start/dateTime ge '2026-08-01' and subject eq 'Lunch'&$orderby=start/dateTime"
    assert alice.ask("GET", f"/me/events?{fine}").status == 200
    answer = alice.ask("GET", "/me/events?$filter=subject eq 'Lunch'&$orderby=start/dateTime")
    assert (answer.status, answer.code) == (400, "InefficientFilter")


@pytest.mark.parametrize(
    ("window", "found"),
    [
        ("startDateTime=2026-08-04T10:30:00&endDateTime=2026-08-04T10:40:00Z", ["Lunch"]),
        ("startDateTime=2026-08-04T12:59:59%2B02:00&endDateTime=2026-08-05T00:00:00%2B02:00", ["Lunch"]),
        ("startDateTime=2026-08-04T11:00:00Z&endDateTime=2026-08-05T00:00:00Z", []),
        ("startDateTime=2026-08-04T00:00:00Z&endDateTime=2026-08-04T10:00:00Z", []),
    ],
)
def test_it_shows_what_overlaps_the_window(alice: Person, window: str, found: list[str]) -> None:
    alice.post("/me/events", lunch())
    view = alice.get(f"/me/calendarView?{window}", prefer='outlook.timezone="Pacific Standard Time"')
    assert _subjects(view) == found


@pytest.mark.parametrize(
    ("window", "code"),
    [
        ("", "ErrorInvalidParameter"),
        ("startDateTime=2026-08-04T00:00:00Z", "ErrorInvalidParameter"),
        ("startDateTime=then&endDateTime=2026-08-04T00:00:00Z", "ErrorInvalidParameter"),
        ("startDateTime=2026-08-04T00:00:00 02:00&endDateTime=2026-08-05T00:00:00Z", "ErrorInvalidParameter"),
        ("startDateTime=2020-01-01T00:00:00Z&endDateTime=2026-08-04T00:00:00Z", "ErrorInvalidRequest"),
    ],
)
def test_it_refuses_impossible_windows(alice: Person, window: str, code: str) -> None:
    answer = alice.ask("GET", f"/me/calendarView?{window}")
    assert (answer.status, answer.code) == (400, code)


def test_it_shows_extended_properties_only_when_asked(alice: Person) -> None:
    created = alice.post("/me/events", lunch(singleValueExtendedProperties=[{"id": OWN, "value": "here"}]))
    url = f"/me/events/{created['id']}"
    assert "singleValueExtendedProperties" not in alice.get(url)
    asked = f"$expand=singleValueExtendedProperties($filter=id eq '{OWN}' or id eq '{SEQUENCE}')"
    assert alice.get(f"{url}?{asked}")["singleValueExtendedProperties"] == [
        {"id": OWN, "value": "here"},
        {"id": SEQUENCE, "value": "0"},
    ]
    alice.patch(url, {"singleValueExtendedProperties": [{"id": OWN, "value": None}]})
    assert alice.get(f"{url}?{asked}")["singleValueExtendedProperties"] == [{"id": SEQUENCE, "value": "0"}]


def test_it_tells_the_sequence_of_a_meeting(alice: Person, bob: Person) -> None:
    url = f"/me/events/{alice.post('/me/events', lunch(attendees=invited(bob)))['id']}"
    alice.patch(url, {"subject": "Dinner"})
    asked = f"$expand=singleValueExtendedProperties($filter=id eq '{SEQUENCE}')"
    assert alice.get(f"{url}?{asked}")["singleValueExtendedProperties"] == [{"id": SEQUENCE, "value": "1"}]
    copy = bob.get(f"/me/events?{asked}")["value"][0]
    assert copy["singleValueExtendedProperties"] == [{"id": SEQUENCE, "value": "1"}]


def test_it_wraps_cleans_and_converts_bodies(alice: Person) -> None:
    html = "<p onclick='x()'>Hello <b>you</b> &amp; me</p><script>alert(1)</script>"
    created = alice.post("/me/events", lunch(body={"contentType": "HTML", "content": html}))
    assert created["body"] == {
        "contentType": "html",
        "content": '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>'
        "<body><p>Hello <b>you</b> &amp; me</p></body></html>",
    }
    assert created["bodyPreview"] == "Hello you & me"
    answer = alice.ask("GET", f"/me/events/{created['id']}", prefer='outlook.body-content-type="text"')
    assert answer.body["body"] == {"contentType": "text", "content": "Hello you & me"}
    assert answer.headers["Preference-Applied"] == 'outlook.body-content-type="text"'


def test_it_turns_text_into_html_and_back(alice: Person) -> None:
    text = "Two lines,\none < other"
    created = alice.post("/me/events", lunch(body={"contentType": "text", "content": text}))
    assert '<div class="PlainText">Two lines,<br>\r\none &lt; other</div>' in created["body"]["content"]
    shown = alice.get(f"/me/events/{created['id']}", prefer='outlook.body-content-type="text"')
    assert shown["body"]["content"] == "Two lines,\r\none < other"
    empty = alice.post("/me/events", lunch(body={"contentType": "text", "content": ""}))
    assert '<div class="PlainText">&nbsp;</div>' in empty["body"]["content"]


def test_it_keeps_location_and_locations_in_step(alice: Person) -> None:
    bar = {"displayName": "Bar", "locationType": "default", "uniqueId": "Bar", "uniqueIdType": "private"}
    room = {"displayName": "Room", "locationType": "default", "uniqueId": "Room", "uniqueIdType": "private"}
    created = alice.post("/me/events", lunch(location={"displayName": "Bar"}))
    assert (created["location"], created["locations"]) == (bar, [bar])
    both = alice.patch(f"/me/events/{created['id']}", {"location": {"displayName": "Bar; Room"}})
    assert both["locations"] == [bar, room]
    assert both["location"]["displayName"] == "Bar; Room"
    none = alice.patch(f"/me/events/{created['id']}", {"location": {"displayName": ""}})
    assert (none["location"]["displayName"], none["locations"]) == ("", [])
