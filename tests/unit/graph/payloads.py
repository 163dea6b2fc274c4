"""Graph's JSON as it looks on the wire, for tests to vary: members, order and nulls of real responses."""

import json
from typing import Any

UID = "040000008200E00074C5B7101A82E008000000000102030405060708000000000000000010000000AABBCCDDEEFF00112233445566778899"


def event(**changes: Any) -> dict[str, Any]:
    """Alice's own copy of a meeting with Bob; `changes` replace members, `...` removes them."""
    members: dict[str, Any] = {
        "@odata.etag": 'W/"k1"',
        "id": "AAMk-event=",
        "createdDateTime": "2026-07-01T08:00:00.1234567Z",
        "lastModifiedDateTime": "2026-07-01T08:00:01.65Z",
        "changeKey": "k1",
        "categories": [],
        "transactionId": None,
        "originalStartTimeZone": "W. Europe Standard Time",
        "originalEndTimeZone": "W. Europe Standard Time",
        "iCalUId": UID,
        "uid": UID,
        "reminderMinutesBeforeStart": 15,
        "isReminderOn": True,
        "hasAttachments": False,
        "subject": "Standup",
        "bodyPreview": "",
        "importance": "normal",
        "sensitivity": "normal",
        "isAllDay": False,
        "isCancelled": False,
        "isOrganizer": True,
        "responseRequested": True,
        "seriesMasterId": None,
        "showAs": "busy",
        "type": "singleInstance",
        "webLink": "https://outlook.example/1",
        "onlineMeetingUrl": None,
        "isOnlineMeeting": False,
        "onlineMeetingProvider": "unknown",
        "allowNewTimeProposals": True,
        "occurrenceId": None,
        "isDraft": False,
        "hideAttendees": False,
        "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
        "body": {"contentType": "html", "content": framed("<p>Hello</p>")},
        "start": moment("2026-08-03T07:00:00.0000000"),
        "end": moment("2026-08-03T08:00:00.0000000"),
        "location": {"displayName": "", "locationType": "default", "uniqueIdType": "unknown", "address": {}},
        "locations": [],
        "recurrence": None,
        "attendees": [attendee("bob@example.org", "Bob")],
        "organizer": {"emailAddress": {"name": "Alice", "address": "alice@example.org"}},
        "onlineMeeting": None,
        "calendar@odata.navigationLink": "https://graph.example/calendar",
    }
    members |= changes
    return {name: value for name, value in members.items() if value is not ...}


def encoded(**changes: Any) -> bytes:
    """The same as bytes."""
    return json.dumps(event(**changes)).encode()


def moment(text: str, zone: str | None = "UTC") -> dict[str, str | None]:
    """A dateTimeTimeZone."""
    return {"dateTime": text, "timeZone": zone}


def attendee(
    address: str | None, name: str = "", *, kind: str = "required", response: str = "none", time: str | None = None
) -> dict[str, Any]:
    """One entry of a list."""
    status = {"response": response, "time": time or "0001-01-01T00:00:00Z"}
    return {"type": kind, "status": status, "emailAddress": {"name": name, "address": address}}


def framed(content: str) -> str:
    """What Exchange makes of HTML that somebody wrote."""
    head = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    return f"<html>\r\n<head>\r\n{head}\r\n</head>\r\n<body>\r\n{content}\r\n</body>\r\n</html>\r\n"
