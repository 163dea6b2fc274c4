"""Random work of three people, and what must always be so (FACTS §5, §6, §7).

* nothing ends in an unforeseen error, and every answer satisfies the contract
* a client that follows delta as FACTS §6.3 asks – a master replaces its series, `@removed` removes – holds what
  calendarView shows
* the copies of a meeting share times and uid with the organizer's unless they are cancelled
"""

import random
from collections.abc import Callable
from typing import Any

import pytest

from graphtwin.app import Twin
from tests.twin.graph.client import Person, invited, lunch, moment

WINDOW = "startDateTime=2026-08-01T00:00:00Z&endDateTime=2026-10-01T00:00:00Z"
STEPS = 60
CHECKED = 2  # seeds whose answers are held against the contract, which takes most of the time
Dice = random.Random


class Follower:
    """A client of delta: what it holds is keyed by id; occurrences know their master."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.link = f"/me/calendarView/delta?{WINDOW}"
        self.held: dict[str, dict[str, Any]] = {}

    def follow(self) -> None:
        url = self.link
        while True:
            page = self.person.get(url, prefer="odata.maxpagesize=3")
            for entry in page["value"]:
                self._take(entry)
            if "@odata.deltaLink" in page:
                self.link = page["@odata.deltaLink"]
                return
            url = page["@odata.nextLink"]

    def _take(self, entry: dict[str, Any]) -> None:
        if "@removed" in entry or entry["type"] in {"seriesMaster", "singleInstance"}:
            gone = [key for key, each in self.held.items() if each["seriesMasterId"] == entry["id"]]
            for key in [*gone, entry["id"]]:
                self.held.pop(key, None)
        if "@removed" not in entry:
            self.held[entry["id"]] = entry

    def instances(self) -> dict[str, str]:
        """Ids and types of all that is no master."""
        return {key: each["type"] for key, each in self.held.items() if each["type"] != "seriesMaster"}


def _create(dice: Dice, person: Person, others: list[Person]) -> None:
    day = f"2026-08-{dice.randint(1, 28):02d}"
    body = lunch(
        subject=f"Event {dice.randint(0, 99)}",
        start=moment(f"{day}T10:00:00", dice.choice(("UTC", "Europe/Amsterdam", "Pacific Standard Time"))),
        attendees=invited(*dice.sample(others, dice.randint(0, 2))),
    )
    body["end"] = {**body["start"], "dateTime": f"{day}T11:00:00"}
    if dice.random() < 0.4:
        pattern = dice.choice(
            (
                {"type": "daily", "interval": dice.randint(1, 3)},
                {"type": "weekly", "interval": 1, "daysOfWeek": dice.sample(["monday", "friday", "sunday"], 2)},
                {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31},
            )
        )
        limit = {"type": "numbered", "startDate": day, "numberOfOccurrences": dice.randint(1, 8)}
        body["recurrence"] = {"pattern": pattern, "range": limit}
    person.post("/me/events", body)


def _any_event(dice: Dice, person: Person) -> Any:
    """A single event, master, occurrence or exception of this person."""
    found = [*person.events(), *person.get(f"/me/calendarView?{WINDOW}&$top=200")["value"]]
    return dice.choice(found) if found else None


def _change(dice: Dice, person: Person, _: list[Person]) -> None:
    event = _any_event(dice, person)
    if event is None:
        return
    day = f"2026-0{dice.randint(8, 9)}-{dice.randint(1, 28):02d}"
    change = dice.choice(
        (
            {"subject": f"Changed {dice.randint(0, 99)}"},
            {"categories": ["Red category"]},
            {"start": moment(f"{day}T14:00:00"), "end": moment(f"{day}T15:00:00")},
            {"location": {"displayName": f"Room {dice.randint(0, 9)}"}},
            {"recurrence": None} if event["type"] == "seriesMaster" else {"showAs": "free"},
        )
    )
    answer = person.ask("PATCH", f"/me/events/{event['id']}", change)
    assert answer.status == 200 or answer.code == "ErrorOccurrenceCrossingBoundary", answer


def _invite(dice: Dice, person: Person, others: list[Person]) -> None:
    event = _any_event(dice, person)
    if event is not None and event["isOrganizer"]:
        body = {"attendees": invited(*dice.sample(others, dice.randint(0, 2)))}
        assert person.ask("PATCH", f"/me/events/{event['id']}", body).status == 200


def _delete(dice: Dice, person: Person, _: list[Person]) -> None:
    event = _any_event(dice, person)
    if event is not None:
        person.delete(f"/me/events/{event['id']}")


def _answer(dice: Dice, person: Person, _: list[Person]) -> None:
    event = _any_event(dice, person)
    if event is None or event["isOrganizer"] or event["isCancelled"]:
        return
    action = dice.choice(("accept", "tentativelyAccept", "decline"))
    person.post(f"/me/events/{event['id']}/{action}", {"sendResponse": dice.random() < 0.8}, status=202)


WORK: tuple[Callable[[Dice, Person, list[Person]], None], ...] = (
    _create,
    _create,
    _change,
    _change,
    _invite,
    _delete,
    _answer,
)


@pytest.mark.parametrize("seed", range(20))
def test_it_stays_consistent_under_random_work(
    twin: Twin, alice: Person, bob: Person, charlie: Person, seed: int
) -> None:
    dice = Dice(seed)
    people = [alice, bob, charlie]
    for person in people:
        person.checks_contract = seed < CHECKED
    followers = [Follower(each) for each in people]
    for _ in range(STEPS):
        person = dice.choice(people)
        dice.choice(WORK)(dice, person, [each for each in people if each is not person])
        twin.clock.advance(dice.randint(0, 5))
        follower = dice.choice(followers)
        if dice.random() < 0.3:
            follower.follow()
    for follower in followers:
        follower.follow()
        shown = follower.person.get(f"/me/calendarView?{WINDOW}&$top=1000")["value"]
        assert follower.instances() == {each["id"]: each["type"] for each in shown}
        for each in shown:
            held = follower.held[each["id"]]
            if each["type"] != "occurrence":
                assert {name: held[name] for name in ("start", "subject", "@odata.etag")} == {
                    name: each[name] for name in ("start", "subject", "@odata.etag")
                }
    _check_copies(people)


def _check_copies(people: list[Person]) -> None:
    """Whoever is invited and has a copy that is not cancelled has it at the organizer's time."""
    own = {each["uid"]: each for person in people for each in person.events() if each["isOrganizer"]}
    for person in people:
        for copy in person.events():
            original = own.get(copy["uid"])
            if (
                original
                and not copy["isOrganizer"]
                and not copy["isCancelled"]
                and copy["iCalUId"] == original["iCalUId"]
            ):
                names = {each["emailAddress"]["address"] for each in original["attendees"]}
                assert person.address in names
