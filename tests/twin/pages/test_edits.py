"""Forms on the calendar page: what is done through Graph, whom Exchange mails, and what a refusal says."""

import pytest

from graphtwin.app import Twin
from tests.twin.pages.conftest import ALICE, BOB, CHARLIE, Application, Page, Person, invite, mails

EVENTS = f"/mailboxes/{ALICE}/events"
FILLED = {
    "subject": "Budget",
    "start.dateTime": "2026-08-04T10:00",
    "end.dateTime": "2026-08-04T11:00",
    "start.timeZone": "Europe/Berlin",
}


def edit(person: Person, event_id: str, address: str = ALICE, **fields: str) -> Page:
    named = {name.replace("__", "."): value for name, value in fields.items()}
    return person.send(f"/mailboxes/{address}/events/{event_id}", named)


def test_it_creates_an_event_with_everything_the_form_says(person: Person, app: Application) -> None:
    answer = person.send(
        EVENTS,
        {
            **FILLED,
            "location.displayName": "Harbour room",
            "attendees": "Bob <bob@example.org>",
            "attendees.optional": CHARLIE,
            "body.content": "Bring numbers.",
            "showAs": "tentative",
            "sensitivity": "private",
            "categories": "Blue, Sales",
            "isReminderOn": "false",
            "reminderMinutesBeforeStart": "30",
        },
    )
    assert answer.status == 303
    (event,) = app.ask("GET", "/events")["value"]
    wanted = (
        "subject",
        "start",
        "end",
        "showAs",
        "sensitivity",
        "categories",
        "isReminderOn",
        "reminderMinutesBeforeStart",
    )
    assert {name: event[name] for name in wanted} == {
        "subject": "Budget",
        "start": {"dateTime": "2026-08-04T08:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-08-04T09:00:00.0000000", "timeZone": "UTC"},
        "showAs": "tentative",
        "sensitivity": "private",
        "categories": ["Blue", "Sales"],
        "isReminderOn": False,
        "reminderMinutesBeforeStart": 30,
    }
    assert event["location"]["displayName"] == "Harbour room"
    assert event["bodyPreview"] == "Bring numbers."
    assert [(each["type"], each["emailAddress"]["address"]) for each in event["attendees"]] == [
        ("required", BOB),
        ("optional", CHARLIE),
    ]


def test_it_says_whom_exchange_mailed(person: Person, twin: Twin) -> None:
    page = person.follow(person.send(EVENTS, {**FILLED, "attendees": BOB}))
    assert "The event was made. Exchange mailed: Invitation to Bob Lind." in page.words
    assert mails(twin) == [("request", ALICE, (BOB,))]
    assert page.values("data-mail-kind") == ["request"]


def test_it_says_when_no_mail_was_sent(person: Person) -> None:
    assert "The event was made. No mail was sent." in person.follow(person.send(EVENTS, FILLED)).words


def test_the_end_of_an_all_day_event_is_its_last_day(person: Person, app: Application) -> None:
    person.send(EVENTS, {**FILLED, "isAllDay": "true", "start.dateTime": "2026-08-04", "end.dateTime": "2026-08-05"})
    (event,) = app.ask("GET", "/events")["value"]
    assert (event["start"]["dateTime"], event["end"]["dateTime"]) == (
        "2026-08-04T00:00:00.0000000",
        "2026-08-06T00:00:00.0000000",
    )
    page = person.look(f"/mailboxes/{ALICE}", event=event["id"])
    assert (page.field("start.dateTime"), page.field("end.dateTime")) == ("2026-08-04", "2026-08-05")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"start.dateTime": ""}, "Say when it starts."),
        ({"end.dateTime": "2026-08-04T09:00"}, "The end is before the start. Choose a later end."),
        ({"start.dateTime": "tomorrow"}, "“tomorrow” is no date and time. Write it as 2026-11-23T09:30."),
        ({"start.dateTime": "2026-08-04"}, "Give the start a time, or tick All day."),
        ({"start.timeZone": "Mars"}, "“Mars” is no time zone."),
        ({"attendees": "bob"}, "“bob” is no mail address. Write bob@example.org or Bob <bob@example.org>."),
        ({"reminderMinutesBeforeStart": "soon"}, "Give the reminder in whole minutes, 0 or more."),
        (
            {"recurrence.pattern.type": "daily", "recurrence.pattern.interval": "0"},
            "Give a whole number from 1 to 999.",
        ),
        ({"recurrence.pattern.type": "hourly"}, "“hourly” is no way to repeat."),
        (
            {"recurrence.pattern.type": "daily", "recurrence.range.type": "endDate"},
            "Say until which day it repeats.",
        ),
    ],
)
def test_bad_input_is_told_in_clear_words_and_kept(
    person: Person, app: Application, fields: dict[str, str], words: str
) -> None:
    page = person.send(EVENTS, {**FILLED, "location.displayName": "Kept", **fields})
    assert page.status == 400
    assert words in page.words
    assert page.field("location.displayName") == "Kept"
    assert app.ask("GET", "/events")["value"] == []


def test_what_graph_refuses_is_said_with_its_reason(person: Person, app: Application) -> None:
    person.send(EVENTS, {**FILLED, "recurrence.pattern.type": "daily"})
    crossing = person.event(ALICE, "Budget", day="2026-08-05", view="day")
    page = edit(person, crossing, start__dateTime="2026-08-08T10:00", end__dateTime="2026-08-08T11:00")
    assert page.status == 400
    assert "Outlook refused: Modified occurrence is crossing or overlapping adjacent occurrence" in page.words
    assert "Nothing was changed. (ErrorOccurrenceCrossingBoundary)" in page.words


def test_saving_sends_what_the_person_changed_and_nothing_else(person: Person, app: Application) -> None:
    made = app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", location={"displayName": "Old place"})
    shown = person.look(f"/mailboxes/{ALICE}", event=made["id"])
    app.ask("PATCH", f"/events/{made['id']}", {"location": {"displayName": "New place"}})
    answer = person.send(
        f"{EVENTS}/{made['id']}",
        {"was": shown.field("was"), "subject": "Budget, again", "location.displayName": "Old place"},
    )
    assert answer.status == 303
    event = app.ask("GET", f"/events/{made['id']}")
    assert (event["subject"], event["location"]["displayName"]) == ("Budget, again", "New place")


def test_saving_an_untouched_form_changes_nothing(person: Person, app: Application, twin: Twin) -> None:
    made = app.create(
        "Budget",
        "2026-08-04T10:00:00",
        "2026-08-04T11:00:00",
        attendees=invite(BOB),
        body={"contentType": "html", "content": "<b>Hello</b> there"},
    )
    shown = person.look(f"/mailboxes/{ALICE}", event=made["id"])
    inputs = [
        each for each in shown.elements if each["tag"] == "input" and each.get("type") not in {"checkbox", "hidden"}
    ]
    fields = {each["name"]: each["value"] for each in inputs if each.get("name") in FILLED}
    page = person.follow(person.send(f"{EVENTS}/{made['id']}", {**fields, "was": shown.field("was")}))
    assert "Nothing was changed. No mail was sent." in page.words
    assert app.ask("GET", f"/events/{made['id']}")["changeKey"] == made["changeKey"]
    assert len(mails(twin)) == 1


def test_moving_a_meeting_mails_an_update(person: Person, app: Application, twin: Twin) -> None:
    made = app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB))
    edit(person, made["id"], start__dateTime="2026-08-04T14:00", end__dateTime="2026-08-04T15:00")
    assert mails(twin) == [("request", ALICE, (BOB,)), ("update-full", ALICE, (BOB,))]
    page = person.look(f"/mailboxes/{BOB}")
    assert page.values("data-start") == ["2026-08-04T14:00:00"]


def test_an_event_is_edited_in_the_zone_it_was_made_in(person: Person, app: Application) -> None:
    when = {"dateTime": "2026-08-04T10:00:00", "timeZone": "Asia/Tokyo"}
    made = app.ask("POST", "/events", {"subject": "Tokyo", "start": when, "end": when})
    page = person.look(f"/mailboxes/{ALICE}", event=made["id"])
    assert (page.field("start.dateTime"), page.field("start.timeZone")) == ("2026-08-04T10:00", "Asia/Tokyo")


def test_an_event_is_moved_in_its_own_zone(person: Person, app: Application, twin: Twin) -> None:
    tokyo = {"dateTime": "2026-08-04T10:00:00", "timeZone": "Asia/Tokyo"}
    made = app.ask("POST", "/events", {"subject": "Tokyo", "start": tokyo, "end": tokyo, "attendees": invite(BOB)})
    page = person.follow(person.send(f"{EVENTS}/{made['id']}/move", {"days": "1", "minutes": "-45"}))
    assert "The event was moved. Exchange mailed: Update to Bob Lind." in page.words
    event = app.ask("GET", f"/events/{made['id']}")
    assert (event["start"]["dateTime"], event["originalStartTimeZone"]) == ("2026-08-05T00:15:00.0000000", "Asia/Tokyo")


def test_an_all_day_event_is_moved_by_whole_days(person: Person, app: Application) -> None:
    made = app.create("Fair", "2026-08-04T00:00:00", "2026-08-06T00:00:00", isAllDay=True)
    person.send(f"{EVENTS}/{made['id']}/move", {"days": "-2", "minutes": "0"})
    event = app.ask("GET", f"/events/{made['id']}")
    assert (event["start"]["dateTime"][:16], event["end"]["dateTime"][:16]) == ("2026-08-02T00:00", "2026-08-04T00:00")


@pytest.mark.parametrize(
    ("days", "words"), [("far", "“far” is no whole number of days"), ("-999999", "That is too far away.")]
)
def test_a_move_that_cannot_be_is_told(person: Person, app: Application, days: str, words: str) -> None:
    made = app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00")
    page = person.send(f"{EVENTS}/{made['id']}/move", {"days": days})
    assert page.status == 400
    assert words in page.words


@pytest.mark.parametrize(
    "given",
    [("accept", "accepted", "Accepted"), ("tentativelyAccept", "tentativelyAccepted", "Tentative")],
)
def test_an_invitation_is_answered(person: Person, app: Application, twin: Twin, given: tuple[str, str, str]) -> None:
    answer, response, shown = given
    made = app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB))
    theirs = person.event(BOB, "Budget")
    page = person.follow(person.send(f"/mailboxes/{BOB}/events/{theirs}/answer/{answer}", {"comment": "Gladly"}))
    assert "The answer was given. Exchange mailed: Answer" in page.words
    assert page.values("data-response")[-1:] == [response]
    assert mails(twin)[-1] == ("response", BOB, (ALICE,))
    assert twin.mail.mails[-1].comment == "Gladly"
    organizer = person.look(f"/mailboxes/{ALICE}", event=made["id"])
    assert [each["data-response"] for each in organizer.having("data-attendee")] == [shown]


def test_an_answer_can_be_given_without_a_mail(person: Person, app: Application, twin: Twin) -> None:
    app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB))
    theirs = person.event(BOB, "Budget")
    person.send(f"/mailboxes/{BOB}/events/{theirs}/answer/accept", {"sendResponse": "false"})
    assert len(mails(twin)) == 1
    assert person.look(f"/mailboxes/{BOB}").values("data-response") == ["accepted"]


def test_a_comment_without_a_mail_is_refused_with_graphs_reason(person: Person, app: Application) -> None:
    app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB))
    theirs = person.event(BOB, "Budget")
    page = person.send(
        f"/mailboxes/{BOB}/events/{theirs}/answer/accept", {"sendResponse": "false", "comment": "Gladly"}
    )
    assert page.status == 400
    assert "Outlook refused: 'SendResponse' must be true when 'Comment' is not null" in page.words


def test_a_declined_invitation_leaves_the_calendar(person: Person, app: Application, twin: Twin) -> None:
    app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB))
    theirs = person.event(BOB, "Budget")
    new_time = {"proposedNewTime.start": "2026-08-05T10:00", "proposedNewTime.end": "2026-08-05T11:00"}
    zone = {"proposedNewTime.timeZone": "Europe/Berlin"}
    page = person.follow(person.send(f"/mailboxes/{BOB}/events/{theirs}/answer/decline", {**new_time, **zone}))
    assert page.values("data-subject") == []
    organizer = person.look(f"/mailboxes/{ALICE}", event=person.event(ALICE, "Budget"))
    assert "proposes Wed 5 August 2026, 10:00–11:00" in organizer.words
    assert twin.mail.mails[-1].subject == "New Time Proposed: Budget"


def test_the_organizer_takes_a_proposed_time(person: Person, app: Application, twin: Twin) -> None:
    made = app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB))
    new_time = {"proposedNewTime.start": "2026-08-05T10:00", "proposedNewTime.end": "2026-08-05T11:00"}
    zone = {"proposedNewTime.timeZone": "Europe/Berlin"}
    person.send(f"/mailboxes/{BOB}/events/{person.event(BOB, 'Budget')}/answer/tentativelyAccept", {**new_time, **zone})
    panel = person.look(f"/mailboxes/{ALICE}", event=made["id"])
    assert "take-proposal" in panel.values("data-action")
    inputs = [each for each in panel.elements if each["tag"] == "input" and each.get("type") == "hidden"]
    names = ("start.dateTime", "end.dateTime", "start.timeZone")
    person.send(f"{EVENTS}/{made['id']}", {each["name"]: each["value"] for each in inputs if each["name"] in names})
    assert app.ask("GET", f"/events/{made['id']}")["start"]["dateTime"] == "2026-08-05T08:00:00.0000000"
    assert mails(twin)[-1] == ("update-full", ALICE, (BOB,))


def test_an_event_is_made_in_another_calendar(person: Person, app: Application) -> None:
    other = app.ask("POST", "/calendars", {"name": "Projects"})
    assert "Projects" in person.look(f"/mailboxes/{ALICE}", new="event").words
    person.send(EVENTS, {**FILLED, "calendar": other["id"]})
    found = app.ask("GET", f"/calendars/{other['id']}/events")["value"]
    assert [each["subject"] for each in found] == ["Budget"]


def test_attachments_are_named(person: Person, app: Application) -> None:
    made = app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00")
    file = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "plan.txt", "contentBytes": "aGVsbG8="}
    app.ask("POST", f"/events/{made['id']}/attachments", file)
    assert "Attached: plan.txt (" in person.look(f"/mailboxes/{ALICE}", event=made["id"]).words


def test_an_unknown_answer_is_not_found(person: Person, app: Application) -> None:
    app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB))
    assert person.send(f"/mailboxes/{BOB}/events/{person.event(BOB, 'Budget')}/answer/perhaps").status == 404


def test_a_cancelled_meeting_stays_struck_with_the_attendee(person: Person, app: Application, twin: Twin) -> None:
    made = app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB))
    page = person.follow(person.send(f"{EVENTS}/{made['id']}/cancel", {"comment": "No money"}))
    assert "The meeting was cancelled. Exchange mailed: Cancellation to Bob Lind." in page.words
    assert page.values("data-subject") == []
    (shown,) = person.look(f"/mailboxes/{BOB}").having("data-event-id")
    assert (shown["data-subject"], "data-cancelled" in shown) == ("Canceled: Budget", True)
    assert (mails(twin)[-1], twin.mail.mails[-1].comment) == (("cancel", ALICE, (BOB,)), "No money")


def test_deleting_says_before_whom_it_mails(person: Person, app: Application, twin: Twin) -> None:
    made = app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB))
    assert f"Exchange will mail {BOB} (cancellation)." in person.look(f"/mailboxes/{ALICE}", event=made["id"]).words
    person.send(f"{EVENTS}/{made['id']}/delete")
    assert mails(twin) == [("request", ALICE, (BOB,)), ("cancel", ALICE, (BOB,))]
    again = person.send(f"{EVENTS}/{made['id']}/delete")
    assert again.status == 400
    assert "Outlook refused:" in again.words


def test_an_attendee_deletes_without_mail(person: Person, app: Application, twin: Twin) -> None:
    app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB))
    person.send(f"/mailboxes/{BOB}/events/{person.event(BOB, 'Budget')}/delete")
    assert len(mails(twin)) == 1
    assert person.look(f"/mailboxes/{BOB}").values("data-subject") == []


def test_one_occurrence_is_deleted_and_the_series_stays(person: Person, app: Application) -> None:
    given = {"recurrence.pattern.type": "daily", "recurrence.range.type": "numbered"}
    person.send(EVENTS, {**FILLED, **given, "recurrence.range.numberOfOccurrences": "3"})
    person.send(f"{EVENTS}/{person.event(ALICE, 'Budget', day='2026-08-05', view='day')}/delete")
    assert person.look(f"/mailboxes/{ALICE}").values("data-start") == ["2026-08-04T10:00:00", "2026-08-06T10:00:00"]


def test_the_panel_of_an_occurrence_leads_to_its_series(person: Person) -> None:
    person.send(
        EVENTS, {**FILLED, "recurrence.pattern.type": "weekly", "recurrence.pattern.daysOfWeek": ["", "tuesday"]}
    )
    occurrence = person.look(f"/mailboxes/{ALICE}", event=person.event(ALICE, "Budget", view="week"))
    (link,) = occurrence.having("data-series")
    path, _, query = link["href"].partition("?")
    series = person.look(path, **dict(part.split("=", 1) for part in query.replace("%2F", "/").split("&")))
    assert "Every week on Tuesday" in series.words


def test_an_invitation_is_forwarded(person: Person, app: Application, twin: Twin) -> None:
    app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB))
    theirs = person.event(BOB, "Budget")
    person.send(
        f"/mailboxes/{BOB}/events/{theirs}/forward", {"toRecipients": f"Charlie <{CHARLIE}>", "comment": "For you"}
    )
    assert person.look(f"/mailboxes/{CHARLIE}").values("data-subject") == ["Budget"]
    assert {mail[0] for mail in mails(twin)} == {"request", "forward", "forward-notification"}


@pytest.mark.parametrize(
    ("to", "words"), [("", "Say to whom it shall be forwarded."), ("charlie", "“charlie” is no mail address.")]
)
def test_forwarding_to_nobody_is_told(person: Person, app: Application, to: str, words: str) -> None:
    made = app.create("Budget", "2026-08-04T10:00:00", "2026-08-04T11:00:00", attendees=invite(BOB))
    page = person.send(f"{EVENTS}/{made['id']}/forward", {"toRecipients": to})
    assert page.status == 400
    assert words in page.words


def test_a_form_of_another_site_is_refused(person: Person, app: Application) -> None:
    assert person.send(EVENTS, FILLED, origin="https://evil.example").status == 403
    assert person.send(EVENTS, FILLED, sec_fetch_site="cross-site").status == 403
    assert app.ask("GET", "/events")["value"] == []


def test_an_application_sees_what_was_done_on_the_page(person: Person, app: Application) -> None:
    window = "startDateTime=2026-08-01T00:00:00Z&endDateTime=2026-09-01T00:00:00Z"
    first = app.ask("GET", "/calendarView/delta", query=window)
    person.send(EVENTS, FILLED)
    token = first["@odata.deltaLink"].partition("?")[2]
    assert [each["subject"] for each in app.ask("GET", "/calendarView/delta", query=token)["value"]] == ["Budget"]
