"""Microsoft's documented examples, replayed (tests/data/examples.json).

Every complete v1.0 request about events and calendars is sent as it is printed, with ids, zones and people put in
where the documentation has place-holders. The answer must have the documented status, satisfy the contract, and have
the members the documentation shows. What is not replayed stands in QUIRKS.md under its number, with the reason;
nothing is left out silently.
"""

import re
from pathlib import Path
from typing import Any

import pytest

import graphtwin
from graphtwin.app import Twin
from tests.twin.graph.client import Person, invited, lunch, moment
from tests.twin.graph.contract import data

QUIRKS = (Path(graphtwin.__file__).parent / "QUIRKS.md").read_text()
TOPIC = re.compile(
    r"/(me|users/[^/]+)(/(events|calendar\b|calendars|calendarView|mailboxSettings|outlook|reminderView)|$|\?)",
    re.IGNORECASE,
)
GROUPS_AND_MAIL = re.compile(r"/(groups|messages|subscriptions|\$batch|calendarGroups)", re.IGNORECASE)
UNDOCUMENTED_NOW = {
    # members of old examples that FACTS §2.1 does not know on the wire
    "@odata.id",
    "@odata.context",
    "@odata.nextLink",
    "responseRequired",
    "originalStart",
    "onlineMeetingUrl",
    "calendar@odata.context",
    "singleValueExtendedProperties",
    "multiValueExtendedProperties",
    "proposedNewTime",
    # of a licence for dial-in; wire-shapes.json has joinUrl alone
    "conferenceId",
    "tollNumber",
    # of a mailbox with a zone of its own
    "@odata.type",
    "bias",
    "standardOffset",
    "daylightOffset",
    # FACTS §2.7: what has a name has them, what has none has not
    "uniqueId",
    "address",
    "coordinates",
}


def _number(example: dict[str, Any]) -> int:
    return int(example["n"])


def _is_about_calendars(example: dict[str, Any]) -> bool:
    request, response = example.get("request") or {}, example.get("response") or {}
    path = request.get("path") or ""
    complete = request.get("method") and path.startswith("/v1.0/") and response.get("status")
    return bool(complete and TOPIC.search(path) and not GROUPS_AND_MAIL.search(path))


EXAMPLES = [each for each in data("examples.json") if _is_about_calendars(each)]
SKIPPED = {int(number) for number in re.findall(r"^\| (\d+) \|", QUIRKS, re.MULTILINE)}


def _place(twin: Twin, alice: Person, bob: Person, example: dict[str, Any]) -> tuple[str, Any]:
    """The path with real ids, for an event that fits what is asked, and the body."""
    path = example["request"]["path"].removeprefix("/v1.0")
    body = example["request"].get("body")
    event_id = _event(alice, bob, path)
    mailbox = alice.mailbox
    calendar = mailbox.add_calendar("Projects") if "/calendars/" in path else mailbox.default_calendar
    path = re.sub(r"(/events/)(?!delta)[^/?]+", lambda match: match[1] + event_id, path)
    path = re.sub(r"(/calendars/)[^/?]+", lambda match: match[1] + calendar.id, path)
    attachment_id = next((each.id for each in mailbox.events[event_id].attachments), "")
    path = re.sub(r"(/attachments/)[^/?]+", lambda match: match[1] + attachment_id, path)
    for address in (body or {}).get("schedules") or (body or {}).get("Schedules") or ():
        twin.tenant.add_mailbox(address)
    path = re.sub(r"(/users/)[^/?]+", lambda match: match[1] + mailbox.object_id, path)
    path = path.replace("{start_datetime}", "2026-08-01T00:00:00Z").replace("{end_datetime}", "2026-09-01T00:00:00Z")
    return path, body


def _event(alice: Person, bob: Person, path: str) -> str:
    """An own event, a series where instances are asked for, an invitation where one is answered."""
    if re.search(r"/(accept|decline|tentativelyAccept)$", path):
        bob.post("/me/events", lunch(attendees=invited(alice)))
        return str(alice.only_event()["id"])
    if "/instances" in path:
        weekly = {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"]}
        until = {"type": "endDate", "startDate": "2019-04-01", "endDate": "2019-05-30"}
        times = {"start": moment("2019-04-01T20:30:00"), "end": moment("2019-04-01T21:00:00")}
        return str(alice.post("/me/events", lunch(recurrence={"pattern": weekly, "range": until}, **times))["id"])
    attachment = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": "YQ=="}
    more = {"attendees": invited("samanthab@contoso.example"), "location": {"displayName": "Assembly Hall"}}
    return str(alice.post("/me/events", lunch(attachments=[attachment], **more))["id"])


@pytest.mark.parametrize("example", [each for each in EXAMPLES if _number(each) not in SKIPPED], ids=_number)
def test_it_answers_as_documented(twin: Twin, alice: Person, bob: Person, example: dict[str, Any]) -> None:
    path, body = _place(twin, alice, bob, example)
    headers = {
        name.replace("-", "_"): value
        for name, value in example["request"]["headers"].items()
        if name.lower() != "content-length"
    }
    answer = alice.ask(example["request"]["method"], path, body, **headers)
    expected = example["response"]
    assert answer.status == expected["status"], answer
    assert _missing(expected["body"], answer.body) == []
    if "Preference-Applied" in expected["headers"]:
        assert answer.headers["Preference-Applied"] == expected["headers"]["Preference-Applied"]


def _missing(documented: Any, shown: Any, where: str = "") -> list[str]:
    """Members the documentation shows and we do not; values are the documentation's own."""
    if isinstance(documented, dict) and isinstance(shown, dict):
        absent = [f"{where}.{name}" for name in documented if name not in shown and name not in UNDOCUMENTED_NOW]
        below = (_missing(documented[name], shown[name], f"{where}.{name}") for name in documented if name in shown)
        return [*absent, *(line for each in below for line in each)]
    if isinstance(documented, list) and isinstance(shown, list) and documented and shown:
        return _missing(documented[0], shown[0], where)
    return []


def test_it_leaves_out_only_examples_there_are() -> None:
    assert {_number(each) for each in EXAMPLES} >= SKIPPED
    assert len(EXAMPLES) - len(SKIPPED) >= 50
