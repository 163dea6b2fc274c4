"""Mail from outside: Dora, whose mailbox is elsewhere, invites, changes, cancels and answers (RFC 5546, FACTS §7)."""

import smtplib
from email.message import EmailMessage
from typing import Any

import pytest

from graphtwin.app import Twin
from graphtwin.http import Request
from graphtwin.icalendar_text import parse
from graphtwin.inbound import receive
from graphtwin.rrule import rrule_of
from graphtwin.rrule_in import recurrence_of
from graphtwin.smtp import receiving_mail
from tests.twin.graph.client import Person, invited, lunch, mails
from tests.twin.graph.test_series import instances, standup

DORA = "dora@elsewhere.example"
HEAD = f"""UID:dora-1@elsewhere.example
DTSTAMP:20260803T080000Z
ORGANIZER;CN="Dora, D.":mailto:{DORA}
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Bob:mailto:bob@contoso.example
ATTENDEE;ROLE=OPT-PARTICIPANT:MAILTO:erin@elsewhere.example"""
TIMES = "DTSTART;TZID=Europe/Amsterdam:20260804T120000\nDTEND;TZID=Europe/Amsterdam:20260804T130000"


def _mail(method: str, *lines: str, sequence: int = 0, head: str = HEAD) -> str:
    inside = "\n".join((head, f"SEQUENCE:{sequence}", *lines))
    event = f"BEGIN:VEVENT\n{inside}\nEND:VEVENT"
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:{method}\n{event}\nEND:VCALENDAR".replace("\n", "\r\n")


def test_it_creates_what_a_request_describes(twin: Twin, bob: Person) -> None:
    text = _mail("REQUEST", TIMES, "SUMMARY:Plans\\, great", "LOCATION:Caf\n é", "DESCRIPTION:One\\nTwo")
    assert receive(twin, text, [bob.address]) == 1
    copy = bob.only_event()
    assert (copy["subject"], copy["location"]["displayName"], copy["bodyPreview"]) == (
        "Plans, great",
        "Café",
        "One\r\nTwo",
    )
    assert (copy["iCalUId"], copy["isOrganizer"]) == ("dora-1@elsewhere.example", False)
    assert copy["organizer"]["emailAddress"] == {"name": "Dora, D.", "address": DORA}
    assert copy["start"] == {"dateTime": "2026-08-04T10:00:00.0000000", "timeZone": "UTC"}
    assert (copy["originalStartTimeZone"], copy["showAs"]) == ("Europe/Amsterdam", "tentative")
    assert [(each["emailAddress"]["name"], each["type"]) for each in copy["attendees"]] == [
        ("Dora, D.", "required"),
        ("Bob", "required"),
        ("erin@elsewhere.example", "optional"),
    ]


def test_it_answers_people_elsewhere_by_imip(twin: Twin, bob: Person) -> None:
    receive(twin, _mail("REQUEST", TIMES, "SUMMARY:Plans"))
    bob.post(f"/me/events/{bob.only_event()['id']}/accept", {"comment": "Yes"}, status=202)
    (mail,) = twin.mail.mails
    assert (mail.kind, mail.recipients, mail.external) == ("response", (DORA,), (DORA,))
    reply = parse(mail.itip).components[-1]
    attendee = reply.first("ATTENDEE")
    assert parse(mail.itip).value("METHOD") == "REPLY"
    assert reply.value("UID") == "dora-1@elsewhere.example"
    assert attendee
    assert (attendee.parameters, attendee.value) == ({"PARTSTAT": "ACCEPTED"}, "mailto:bob@contoso.example")


def test_it_updates_and_cancels_and_ignores_what_is_outdated(twin: Twin, bob: Person) -> None:
    receive(twin, _mail("REQUEST", TIMES, "SUMMARY:Plans"))
    bob.post(f"/me/events/{bob.only_event()['id']}/accept", status=202)
    receive(twin, _mail("REQUEST", TIMES, "SUMMARY:Better plans", sequence=2))
    receive(twin, _mail("REQUEST", TIMES, "SUMMARY:Old plans", sequence=1))
    copy = bob.only_event()
    assert (copy["subject"], copy["responseStatus"]["response"]) == ("Better plans", "accepted")
    receive(twin, _mail("REQUEST", TIMES.replace("T12", "T11"), "SUMMARY:Earlier", sequence=3))
    assert bob.only_event()["responseStatus"]["response"] == "notResponded"
    receive(twin, _mail("CANCEL", TIMES, "STATUS:CANCELLED", sequence=4))
    assert (bob.only_event()["isCancelled"], bob.only_event()["subject"]) == (True, "Canceled: Earlier")


def test_it_takes_over_a_series_with_its_exceptions(twin: Twin, bob: Person) -> None:
    rule = "RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=TU"
    exdate = "EXDATE;TZID=Europe/Amsterdam:20260818T120000"
    master = f"BEGIN:VEVENT\n{HEAD}\n{TIMES}\nSUMMARY:Weekly\n{rule}\n{exdate}\nEND:VEVENT"
    moved = "DTSTART;TZID=Europe/Amsterdam:20260812T150000\nDTEND;TZID=Europe/Amsterdam:20260812T160000"
    changed = f"RECURRENCE-ID;TZID=Europe/Amsterdam:20260811T120000\n{moved}\nSUMMARY:Late"
    override = f"BEGIN:VEVENT\n{HEAD}\n{changed}\nEND:VEVENT"
    text = f"BEGIN:VCALENDAR\nMETHOD:REQUEST\n{override}\n{master}\nEND:VCALENDAR"
    assert receive(twin, text) == 2
    shown = [(each["start"]["dateTime"][:13], each["subject"]) for each in instances(bob, bob.only_event()["id"])]
    assert shown == [("2026-08-04T10", "Weekly"), ("2026-08-12T13", "Late"), ("2026-08-25T10", "Weekly")]


def test_it_reads_days_and_zones_only_the_mail_knows(twin: Twin, bob: Person) -> None:
    receive(twin, _mail("REQUEST", "DTSTART;VALUE=DATE:20260804", "SUMMARY:Holiday"))
    assert (bob.only_event()["isAllDay"], bob.only_event()["end"]["dateTime"][:10]) == (True, "2026-08-05")
    bob.delete(f"/me/events/{bob.only_event()['id']}")
    standard = "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0530\nEND:STANDARD"
    zone = f"BEGIN:VTIMEZONE\nTZID:Our Place\n{standard}\nEND:VTIMEZONE\nBEGIN:VEVENT"
    receive(twin, _mail("REQUEST", TIMES.replace("Europe/Amsterdam", "Our Place")).replace("BEGIN:VEVENT", zone))
    copy = bob.only_event()
    assert (copy["start"]["dateTime"][:16], copy["originalStartTimeZone"]) == (
        "2026-08-04T06:30",
        "tzone://Microsoft/Custom",
    )


def _reply(event: Any, method: str, answer: str, *lines: str) -> str:
    attendee = f"ATTENDEE;PARTSTAT={answer};CN=Dora:mailto:{DORA}"
    head = f"UID:{event['iCalUId']}\nORGANIZER:mailto:alice@contoso.example\n{attendee}"
    return _mail(method, *lines, head=head)


@pytest.mark.parametrize(
    ("answer", "response"), [("ACCEPTED", "accepted"), ("TENTATIVE", "tentativelyAccepted"), ("DECLINED", "declined")]
)
def test_it_records_replies_from_elsewhere(twin: Twin, alice: Person, answer: str, response: str) -> None:
    created = alice.post("/me/events", lunch(attendees=invited(DORA)))
    receive(twin, _reply(created, "REPLY", answer, TIMES))
    shown = alice.get(f"/me/events/{created['id']}")["attendees"][0]
    assert shown["status"] == {"response": response, "time": "2026-08-03T08:00:00Z"}


def test_it_records_a_counter_proposal_and_one_date_of_a_series(twin: Twin, alice: Person) -> None:
    created = alice.post("/me/events", standup(attendees=invited(DORA)))
    day = "RECURRENCE-ID;TZID=Europe/Amsterdam:20260810T090000"
    receive(twin, _reply(created, "COUNTER", "TENTATIVE", TIMES, day))
    first, second, *_ = instances(alice, created["id"])
    assert (first["type"], second["type"]) == ("occurrence", "exception")
    assert second["attendees"][0]["proposedNewTime"]["start"]["dateTime"] == "2026-08-04T12:00:00.0000000"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "BEGIN:VCALENDAR",
        _mail("PUBLISH", TIMES),
        _mail("REQUEST"),
        _mail("REQUEST", TIMES.replace("Europe/Amsterdam", "Our Place")),
        _mail("REQUEST", TIMES, "RRULE:FREQ=HOURLY"),
        _mail("REQUEST", TIMES, "RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15"),
        _mail("REQUEST", TIMES, head="UID:x"),
        _mail("REPLY", TIMES),
    ],
)
def test_it_says_what_it_cannot_read(twin: Twin, bob: Person, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        receive(twin, text)
    assert bob.events() == []


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;WKST=SU;COUNT=5",
        "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=4;UNTIL=20270101T110000Z",
        "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;INTERVAL=1;BYMONTH=8;BYMONTHDAY=4",
        "FREQ=YEARLY;INTERVAL=1;BYMONTH=8;BYDAY=TU;BYSETPOS=1",
    ],
)
def test_it_reads_the_rules_it_writes(alice: Person, rule: str) -> None:
    created = alice.mailbox.events[alice.post("/me/events", lunch())["id"]]
    recurrence = recurrence_of(rule, created.start.wall.date(), created.start.zone)
    assert rrule_of(recurrence, created.start_utc, all_day=False) == rule


def test_it_receives_mail_by_smtp(twin: Twin, bob: Person) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = DORA, bob.address, "Plans"
    message.set_content("You are invited.\n.\nReally.")
    message.add_alternative(_mail("REQUEST", TIMES, "SUMMARY:Plans"), subtype="calendar", params={"method": "REQUEST"})
    with receiving_mail(twin, "127.0.0.1", 0) as port, smtplib.SMTP("127.0.0.1", port) as sender:
        sender.send_message(message)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            sender.sendmail(DORA, ["nobody@contoso.example"], "x")
        with pytest.raises(smtplib.SMTPDataError):
            sender.sendmail(DORA, [bob.address], "Content-Type: text/calendar\r\n\r\nnonsense")
    assert bob.only_event()["subject"] == "Plans"
    assert mails(twin) == []


def test_it_receives_mail_by_control(twin: Twin, bob: Person) -> None:
    text = _mail("REQUEST", TIMES, "SUMMARY:Plans")
    sent = Request(method="POST", path="/_twin/inbound", body=b'{"ics": %s}' % _json(text), origin="https://x.example")
    assert (twin.handle(sent).status, twin.handle(sent).body) == (200, b'{"events":1}')
    assert bob.only_event()["subject"] == "Plans"
    wrong = Request(method="POST", path="/_twin/inbound", body=b'{"ics": "nonsense"}', origin="https://x.example")
    assert twin.handle(wrong).status == 400


def _json(text: str) -> bytes:
    return ('"' + text.replace("\r\n", "\\r\\n").replace('"', '\\"') + '"').encode()


def test_it_sends_a_series_to_people_elsewhere_with_rule_and_deleted_dates(twin: Twin, alice: Person) -> None:
    created = alice.post("/me/events", standup(attendees=invited(DORA)))
    alice.delete(f"/me/events/{instances(alice, created['id'])[1]['id']}")
    alice.patch(f"/me/events/{created['id']}", {"subject": "Daily"})
    request, cancellation, update = (parse(each.itip) for each in twin.mail.mails)
    assert [each.value("METHOD") for each in (request, cancellation, update)] == ["REQUEST", "CANCEL", "REQUEST"]
    assert request.components[1].value("RRULE") == "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=SU;COUNT=4"
    assert cancellation.components[1].value("RECURRENCE-ID") == "20260810T090000"
    assert (update.components[1].value("EXDATE"), update.components[1].value("SEQUENCE")) == ("20260810T070000Z", "1")
    zone = request.components[0]
    assert (zone.name, zone.value("TZID")) == ("VTIMEZONE", "W. Europe Standard Time")
    assert [(part.name, part.value("DTSTART"), part.value("TZOFFSETTO")) for part in zone.components[:3]] == [
        ("STANDARD", "20260101T010000", "+0100"),
        ("DAYLIGHT", "20260329T020000", "+0200"),
        ("STANDARD", "20261025T030000", "+0100"),
    ]
