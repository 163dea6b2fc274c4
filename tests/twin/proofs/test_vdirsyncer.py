"""vdirsyncer as an independent two-way client: after random edits on both ends, graphtwin and Radicale hold the same.

What its Graph storage is known to mistranslate is left out: exceptions, days after the 28th, weeks that begin on
another day than monday, several days per relative pattern, zones other than UTC.
"""

import random
import re
import uuid
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import icalendar
from dateutil.rrule import rrulestr

from tests.twin.control.conftest import Running
from tests.twin.proofs.office import Office, office

ROUNDS, EDITS = 2, 9
WINDOW = (datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Occurrence = tuple[str, str, str]


def test_it_ends_up_with_the_same_occurrences_on_both_ends(server: Running, tmp_path: Path) -> None:
    chance = random.Random(7)
    with office(server, tmp_path) as place:
        place.vdirsyncer("discover")
        for _ in range(ROUNDS):
            for _ in range(EDITS):
                edit_in_graph(place, chance)
                edit_in_radicale(place, chance)
            place.vdirsyncer("sync")  # carries the edits over
            place.vdirsyncer("sync")  # and the form Graph gave them back
            here, there = occurrences_of_graph(place), occurrences_of_radicale(place)
            assert here == there
        assert len(here) > EDITS
    assert server.get("/_twin/errors")["value"] == []
    assert server.get("/_twin/mail")["value"] == []


def edit_in_graph(place: Office, chance: random.Random) -> None:
    events = place.graph.get("/me/events", params={"$top": "100", "$select": "id,type"}).json()["value"]
    deed = chance.choice(("create", "create", "change", "delete"))
    if deed == "create" or not events:
        answer = place.graph.post("/me/events", json=made_up(chance))
    else:
        path = f"/me/events/{chance.choice(sorted(events, key=lambda each: each['id']))['id']}"
        answer = (
            place.graph.delete(path) if deed == "delete" else place.graph.patch(path, json={"subject": name(chance)})
        )
    assert answer.is_success, answer.text


def made_up(chance: random.Random) -> dict[str, Any]:
    day = date(2026, 8, 1) + timedelta(days=chance.randrange(100))
    all_day = chance.random() < 0.2
    start = datetime.combine(day, time(0) if all_day else time(chance.randrange(23), 30))
    end = start + (timedelta(days=1) if all_day else timedelta(minutes=45))
    event: dict[str, Any] = {"subject": name(chance), "isAllDay": all_day, "start": moment(start), "end": moment(end)}
    if chance.random() < 0.5:
        event["recurrence"] = {"pattern": pattern(chance, day), "range": limit(chance, day)}
    return event


def pattern(chance: random.Random, day: date) -> dict[str, Any]:
    kind = chance.choice(("daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly"))
    made: dict[str, Any] = {"type": kind, "interval": chance.randint(1, 3), "firstDayOfWeek": "monday"}
    if kind == "weekly":
        made["daysOfWeek"] = sorted({DAYS[day.weekday()], *chance.sample(DAYS, 2)}, key=DAYS.index)
    elif kind == "relativeMonthly":
        made |= {"daysOfWeek": [chance.choice(DAYS)], "index": chance.choice(("first", "second", "last"))}
    elif kind.startswith("absolute"):
        made["dayOfMonth"] = min(day.day, 28)
    return made | ({"month": day.month} if kind == "absoluteYearly" else {})


def limit(chance: random.Random, day: date) -> dict[str, Any]:
    kind = chance.choice(("numbered", "endDate", "noEnd"))
    made: dict[str, Any] = {"type": kind, "startDate": day.isoformat(), "recurrenceTimeZone": "UTC"}
    if kind == "numbered":
        made["numberOfOccurrences"] = chance.randint(1, 9)
    elif kind == "endDate":
        made["endDate"] = (day + timedelta(days=chance.randrange(1, 60))).isoformat()
    return made


def edit_in_radicale(place: Office, chance: random.Random) -> None:
    items = sorted(items_of_radicale(place), key=lambda each: str(each["uid"]))
    deed = chance.choice(("create", "create", "change", "delete"))
    if deed == "create" or not items:
        answer = put(place, new_item(chance))
    else:
        item = chance.choice(items)
        if deed == "change":
            item["summary"] = icalendar.vText(name(chance))
            answer = put(place, item)
        else:
            answer = place.radicale.delete(f"/{href(place, item)}")
    assert answer.is_success, answer.text


def new_item(chance: random.Random) -> icalendar.Event:
    start = datetime(2026, 8, 1, 8, tzinfo=UTC) + timedelta(days=chance.randrange(90), hours=chance.randrange(10))
    item = icalendar.Event()
    item.add("uid", str(uuid.UUID(int=chance.getrandbits(128))))
    item.add("dtstamp", start)
    item.add("summary", name(chance))
    item.add("dtstart", start)
    item.add("dtend", start + timedelta(hours=1))
    if chance.random() < 0.4:
        item.add("rrule", {"freq": "DAILY", "interval": chance.randint(1, 4), "count": chance.randint(2, 8)})
    return item


def put(place: Office, item: icalendar.Event) -> Any:
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//somebody//")
    calendar.add_component(item)
    return place.radicale.put(
        f"/{href(place, item)}", content=calendar.to_ical(), headers={"content-type": "text/calendar"}
    )


def href(place: Office, item: icalendar.Event) -> str:
    """Where Radicale keeps the item: vdirsyncer chooses names of its own."""
    listed = place.radicale.request("PROPFIND", "/", headers={"depth": "1"}).text
    names = [part.partition("</href>")[0].rpartition("/")[2] for part in listed.split("<href>")[1:]]
    for each in filter(None, names):
        if str(item["uid"]) in place.radicale.get(f"/{each}").text.replace("\r\n ", ""):
            return each
    return f"{item['uid']}.ics"


def occurrences_of_graph(place: Office) -> list[Occurrence]:
    begin, end = (each.isoformat().replace("+00:00", "Z") for each in WINDOW)
    options = {"startDateTime": begin, "endDateTime": end, "$top": "1000", "$select": "subject,start,end"}
    events = place.graph.get("/me/calendarView", params=options).json()["value"]
    return sorted((each["subject"], each["start"]["dateTime"][:19], each["end"]["dateTime"][:19]) for each in events)


def items_of_radicale(place: Office) -> list[icalendar.Event]:
    collection = place.radicale.get("/")
    assert collection.is_success, collection.text
    found = icalendar.Calendar.from_ical(collection.text).walk("VEVENT") if collection.text.strip() else []
    return [each for each in found if isinstance(each, icalendar.Event)]


def occurrences_of_radicale(place: Office) -> list[Occurrence]:
    return sorted(each for item in items_of_radicale(place) for each in expanded(item))


def expanded(item: icalendar.Event) -> list[Occurrence]:
    start, end = (at(item.decoded(name)) for name in ("dtstart", "dtend"))
    starts = [start]
    if "rrule" in item:
        text = item["rrule"].to_ical()
        assert isinstance(text, bytes)
        rule = re.sub(r"UNTIL=(\d{8})(?=;|$)", r"UNTIL=\1T235959Z", text.decode())  # it writes UNTIL as a date
        starts = rrulestr(rule, dtstart=start).between(WINDOW[0], WINDOW[1], inc=True)
    inside = [each for each in starts if each < WINDOW[1] and each + (end - start) > WINDOW[0]]
    return [
        (str(item["summary"]), f"{each:%Y-%m-%dT%H:%M:%S}", f"{each + (end - start):%Y-%m-%dT%H:%M:%S}")
        for each in inside
    ]


def at(value: date | datetime) -> datetime:
    return value.astimezone(UTC) if isinstance(value, datetime) else datetime.combine(value, time(0), UTC)


def moment(wall: datetime) -> dict[str, str]:
    return {"dateTime": wall.isoformat(), "timeZone": "UTC"}


def name(chance: random.Random) -> str:
    return f"{chance.choice(('Lunch', 'Swim', 'Plan', 'Choir'))} {chance.randrange(10_000)}"
