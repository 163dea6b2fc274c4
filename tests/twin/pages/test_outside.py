"""People without a mailbox here invite, cancel and answer."""

import pytest

from graphtwin.app import Twin
from tests.twin.pages.conftest import ALICE, BOB, Application, Person, invite, mails

EVA = "eva@elsewhere.example"
INVITATION = {
    "organizer": f"Eva Stern <{EVA}>",
    "to": f"{ALICE}; {BOB}",
    "subject": "Tasting, at last",
    "start": "2026-08-04T10:00",
    "end": "2026-08-04T11:00",
    "timeZone": "Europe/Berlin",
}


def test_somebody_outside_invites(person: Person, app: Application, twin: Twin) -> None:
    page = person.follow(person.send("/outside/invite", INVITATION))
    assert "The invitation was delivered." in page.words
    (event,) = app.ask("GET", "/events")["value"]
    assert (event["subject"], event["organizer"]["emailAddress"], event["isOrganizer"]) == (
        "Tasting, at last",
        {"name": "Eva Stern", "address": EVA},
        False,
    )
    assert event["start"]["dateTime"] == "2026-08-04T08:00:00.0000000"
    assert person.look(f"/mailboxes/{BOB}").values("data-response") == ["notResponded"]
    assert page.values("data-subject") == ["Tasting, at last"]
    assert mails(twin) == []


def test_the_answer_to_somebody_outside_is_mailed_there(person: Person, twin: Twin) -> None:
    person.send("/outside/invite", INVITATION)
    theirs = person.event(ALICE, "Tasting, at last")
    person.send(f"/mailboxes/{ALICE}/events/{theirs}/answer/accept", {})
    assert mails(twin) == [("response", ALICE, (EVA,))]
    assert "METHOD:REPLY" in twin.mail.mails[0].itip


def test_somebody_outside_cancels(person: Person) -> None:
    person.send("/outside/invite", INVITATION)
    (uid,) = person.look("/outside").values("data-uid")
    page = person.follow(person.send("/outside/cancel", {"uid": uid}))
    assert "The cancellation was delivered." in page.words
    for address in (ALICE, BOB):
        (shown,) = person.look(f"/mailboxes/{address}").having("data-event-id")
        assert (shown["data-subject"], "data-cancelled" in shown) == ("Canceled: Tasting, at last", True)
    again = person.send("/outside/cancel", {"uid": uid})
    assert (again.status, "This meeting is cancelled already, or gone." in again.words) == (400, True)


@pytest.mark.parametrize(
    "given", [("ACCEPTED", "Accepted"), ("TENTATIVE", "Tentative"), ("DECLINED", "Declined")], ids=str
)
def test_somebody_outside_answers_a_mail(person: Person, app: Application, given: tuple[str, str]) -> None:
    made = app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB, EVA))
    page = person.follow(person.send("/mail/1/answer", {"address": EVA, "answer": given[0]}))
    assert "The answer was delivered." in page.words
    panel = person.look(f"/mailboxes/{ALICE}", event=made["id"])
    assert [(each["data-attendee"], each["data-response"]) for each in panel.having("data-attendee")] == [
        (BOB, "No answer"),
        (EVA, given[1]),
    ]


def test_only_those_outside_answer_from_outside(person: Person, app: Application) -> None:
    app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB, EVA))
    assert person.send("/mail/1/answer", {"address": BOB, "answer": "ACCEPTED"}).status == 404
    assert person.send("/mail/1/answer", {"address": EVA, "answer": "PERHAPS"}).status == 400
    assert person.send("/mail/9/answer", {"address": EVA, "answer": "ACCEPTED"}).status == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"organizer": f"Bob <{BOB}>"}, "Name one person outside, such as Eva Stern <eva@elsewhere.example>."),
        ({"to": ""}, "Say whom to invite."),
        ({"to": "zoe@example.org"}, "zoe@example.org has no mailbox here; invite somebody who has."),
        ({"start": ""}, "Say when it starts."),
        ({"end": "soon"}, "“soon” is no date and time."),
        ({"end": "2026-08-04T09:00"}, "The end is before the start. Choose a later end."),
        ({"timeZone": "Mars"}, "“Mars” is no time zone."),
    ],
)
def test_an_invitation_that_cannot_be_is_told(
    person: Person, app: Application, fields: dict[str, str], words: str
) -> None:
    page = person.send("/outside/invite", {**INVITATION, **fields})
    assert page.status == 400
    assert words in page.words
    assert page.field("subject") == "Tasting, at last"
    assert app.ask("GET", "/events")["value"] == []


def test_a_text_of_ones_own_is_read(person: Person, app: Application) -> None:
    text = "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            "UID:1@elsewhere.example",
            "DTSTAMP:20260803T080000Z",
            "DTSTART:20260804T100000Z",
            "DTEND:20260804T110000Z",
            "SUMMARY:From a text",
            f"ORGANIZER:mailto:{EVA}",
            f"ATTENDEE:mailto:{ALICE}",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )
    assert "The mail was read." in person.follow(person.send("/outside/read", {"ics": text})).words
    assert [each["subject"] for each in app.ask("GET", "/events")["value"]] == ["From a text"]


@pytest.mark.parametrize(
    ("ics", "words"),
    [
        ("Hello", "Hello"),
        ("BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR", "The text holds no VEVENT."),
        ("BEGIN:VCALENDAR\nMETHOD:REQUEST", "The text ends before END:VCALENDAR."),
    ],
)
def test_a_text_that_cannot_be_read_is_told(person: Person, ics: str, words: str) -> None:
    page = person.send("/outside/read", {"ics": ics})
    assert page.status == 400
    assert words in page.words
    assert len(page.having("data-problem")) == 1
