"""Invitations between mailboxes and the mails they are (FACTS §7, §8): Alice organizes, Bob is invited."""

from typing import Any

import pytest

from graphtwin.app import Twin
from tests.twin.graph.client import Person, invited, lunch, mails, moment

NEVER = "0001-01-01T00:00:00Z"
OUTSIDE = "dora@elsewhere.example"


def _meet(alice: Person, *people: Person | str, **members: Any) -> str:
    created = alice.post("/me/events", lunch(attendees=invited(*people), **members))
    return f"/me/events/{created['id']}"


def _status(url: str, alice: Person) -> list[dict[str, str]]:
    return [each["status"] for each in alice.get(url)["attendees"]]


def test_it_puts_an_unanswered_copy_into_the_invitees_calendar(alice: Person, bob: Person) -> None:
    url = _meet(alice, bob, categories=["Red category"], isReminderOn=False)
    own, copy = alice.get(url), bob.only_event()
    assert copy["id"] != own["id"]
    assert {name: copy[name] for name in ("iCalUId", "uid", "subject", "start", "end")} == {
        name: own[name] for name in ("iCalUId", "uid", "subject", "start", "end")
    }
    assert (copy["isOrganizer"], copy["showAs"], copy["categories"], copy["isReminderOn"]) == (
        False,
        "tentative",
        [],
        True,
    )
    assert copy["responseStatus"] == {"response": "notResponded", "time": NEVER}
    assert [each["emailAddress"]["name"] for each in copy["attendees"]] == ["Alice", "Bob"]
    assert [each["emailAddress"]["name"] for each in own["attendees"]] == ["Bob"]
    assert copy["organizer"] == own["organizer"]


def test_it_writes_every_mail_into_the_ledger(twin: Twin, alice: Person, bob: Person) -> None:
    answer = alice.ask("POST", "/me/events", lunch(attendees=invited(bob, OUTSIDE), location={"displayName": "Bar"}))
    (mail,) = twin.mail.mails
    assert (mail.kind, mail.sender, mail.recipients, mail.external) == (
        "request",
        alice.address,
        (bob.address, OUTSIDE),
        (OUTSIDE,),
    )
    assert (mail.cause, mail.sequence, mail.event_id) == (answer.headers["request-id"], 0, answer.body["id"])
    assert mail.text == "When: 2026-08-04 12:00 – 13:00 (W. Europe Standard Time)\nWhere: Bar"
    assert "METHOD:REQUEST" in mail.itip


def test_it_shows_a_free_meeting_as_free(alice: Person, bob: Person) -> None:
    _meet(alice, bob, showAs="free")
    assert bob.only_event()["showAs"] == "free"


ANSWERS = {"accept": ("accepted", "oof"), "tentativelyAccept": ("tentativelyAccepted", "tentative")}


@pytest.mark.parametrize("action", ANSWERS)
def test_it_records_an_answer_on_both_sides(twin: Twin, alice: Person, bob: Person, action: str) -> None:
    response, show_as = ANSWERS[action]
    url = _meet(alice, bob, showAs="oof")
    bob.post(f"/me/events/{bob.only_event()['id']}/{action}", {"comment": "Fine", "sendResponse": True}, status=202)
    copy = bob.only_event()
    assert (copy["responseStatus"], copy["showAs"]) == ({"response": response, "time": "2026-08-03T08:00:00Z"}, show_as)
    assert copy["attendees"][1]["status"] == {"response": response, "time": NEVER}
    assert _status(url, alice) == [{"response": response, "time": "2026-08-03T08:00:00Z"}]
    assert mails(twin)[1:] == [("response", "bob", ("alice",), 0)]
    assert twin.mail.mails[1].comment == "Fine"


def test_it_removes_a_declined_meeting(twin: Twin, alice: Person, bob: Person) -> None:
    url = _meet(alice, bob)
    copy = bob.only_event()
    bob.post(f"/me/events/{copy['id']}/decline", status=202)
    assert bob.events() == []
    assert bob.ask("GET", f"/me/events/{copy['id']}").status == 404
    assert _status(url, alice)[0]["response"] == "declined"
    assert [each.subject for each in twin.mail.mails] == ["Lunch", "Declined: Lunch"]


def test_it_tells_the_organizer_nothing_without_a_response(twin: Twin, alice: Person, bob: Person) -> None:
    url = _meet(alice, bob)
    bob.post(f"/me/events/{bob.only_event()['id']}/accept", {"SendResponse": False}, status=202)
    assert bob.only_event()["responseStatus"]["response"] == "accepted"
    assert _status(url, alice) == [{"response": "none", "time": NEVER}]
    assert len(twin.mail.mails) == 1


def test_it_refuses_answers_that_make_no_sense(alice: Person, bob: Person) -> None:
    url = _meet(alice, bob, allowNewTimeProposals=False)
    own, copy = url, f"/me/events/{bob.only_event()['id']}"
    slot = {"start": moment("2026-08-05T10:00:00"), "end": moment("2026-08-05T11:00:00")}
    refused = [
        alice.ask("POST", f"{own}/accept"),
        bob.ask("POST", f"{copy}/cancel"),
        bob.ask("POST", f"{copy}/accept", {"comment": "x", "sendResponse": False}),
        bob.ask("POST", f"{copy}/decline", {"proposedNewTime": slot}),
        bob.ask("POST", f"{copy}/accept", {"proposedNewTime": slot}),
    ]
    assert [(each.status, each.code) for each in refused] == [
        (400, "ErrorInvalidRequest"),
        (400, "ErrorInvalidRequest"),
        (400, "ErrorInvalidParameter"),
        (400, "ErrorInvalidParameter"),
        (400, "ErrorInvalidParameter"),
    ]
    assert refused[1].body["error"]["message"] == (
        "Your request can't be completed. You need to be an organizer to cancel a meeting."
    )


def test_it_ignores_if_match_on_actions_and_stumbles_over_a_malformed_one(alice: Person, bob: Person) -> None:
    _meet(alice, bob)
    url = f"/me/events/{bob.only_event()['id']}/accept"
    assert bob.ask("POST", url, if_match='W/"old"').status == 202
    answer = bob.ask("POST", url, if_match="old")
    assert (answer.status, answer.code) == (500, "ErrorInternalServerError")


def test_it_asks_anew_after_a_significant_change(twin: Twin, alice: Person, bob: Person) -> None:
    url = _meet(alice, bob)
    bob.post(f"/me/events/{bob.only_event()['id']}/accept", status=202)
    alice.patch(url, {"start": moment("2026-08-04T14:00:00"), "end": moment("2026-08-04T15:00:00")})
    copy = bob.only_event()
    assert copy["responseStatus"] == {"response": "notResponded", "time": "4501-01-01T00:00:00Z"}
    assert (copy["showAs"], copy["start"]["dateTime"]) == ("tentative", "2026-08-04T14:00:00.0000000")
    assert _status(url, alice) == [{"response": "none", "time": NEVER}]
    assert mails(twin)[2:] == [("update-full", "alice", ("bob",), 1)]


def test_it_keeps_the_answer_after_an_informational_change(twin: Twin, alice: Person, bob: Person) -> None:
    url = _meet(alice, bob)
    bob.post(f"/me/events/{bob.only_event()['id']}/accept", status=202)
    bob.patch(
        f"/me/events/{bob.only_event()['id']}", {"categories": ["Blue category"], "reminderMinutesBeforeStart": 5}
    )
    alice.patch(url, {"subject": "Dinner"})
    copy = bob.only_event()
    assert (copy["subject"], copy["responseStatus"]["response"], copy["showAs"]) == ("Dinner", "accepted", "busy")
    assert (copy["categories"], copy["reminderMinutesBeforeStart"]) == (["Blue category"], 5)
    assert mails(twin)[2:] == [("update-info", "alice", ("bob",), 1)]


@pytest.mark.parametrize(
    "change",
    [
        {"categories": ["Red category"]},
        {"isReminderOn": False},
        {"reminderMinutesBeforeStart": 5},
        {"showAs": "free"},
        {
            "singleValueExtendedProperties": [
                {"id": "String {6b4ffb0e-4f2c-4b1e-9b1f-0f1e2d3c4b5a} Name x", "value": "y"}
            ]
        },
    ],
)
def test_it_mails_nobody_about_what_is_the_organizers_own(twin: Twin, alice: Person, bob: Person, change: Any) -> None:
    alice.patch(_meet(alice, bob), change)
    assert [each[0] for each in mails(twin)] == ["request"]


def test_it_mails_about_them_all_the_same_when_told_so(twin: Twin, alice: Person, bob: Person) -> None:
    twin.switches = twin.switches.changed({"quiet_members": []})
    alice.patch(_meet(alice, bob), {"categories": ["Red category"]})
    assert [each[0] for each in mails(twin)] == ["request", "update-info"]


def test_it_mails_only_those_whose_invitation_changed(twin: Twin, alice: Person, bob: Person, charlie: Person) -> None:
    url = _meet(alice, bob, OUTSIDE)
    alice.patch(url, {"attendees": invited(OUTSIDE, charlie)})
    assert mails(twin)[1:] == [("cancel", "alice", ("bob",), 0), ("request", "alice", ("charlie",), 0)]
    assert (bob.only_event()["isCancelled"], charlie.only_event()["subject"]) == (True, "Lunch")


def test_it_leaves_a_cancelled_stub(twin: Twin, alice: Person, bob: Person) -> None:
    url = _meet(alice, bob)
    bob.post(f"/me/events/{bob.only_event()['id']}/accept", status=202)
    alice.post(f"{url}/cancel", {"Comment": "All hands"}, status=202)
    copy = bob.only_event()
    assert (copy["isCancelled"], copy["subject"], copy["showAs"]) == (True, "Canceled: Lunch", "free")
    assert copy["responseStatus"]["response"] == "accepted"
    assert alice.ask("GET", url).status == 404
    assert mails(twin)[2:] == [("cancel", "alice", ("bob",), 1)]
    bob.delete(f"/me/events/{copy['id']}")
    assert (bob.events(), len(twin.mail.mails)) == ([], 3)


def test_it_cancels_when_the_organizer_deletes_and_keeps_quiet_when_the_invitee_does(
    twin: Twin, alice: Person, bob: Person
) -> None:
    url = _meet(alice, bob)
    bob.delete(f"/me/events/{bob.only_event()['id']}")
    assert len(twin.mail.mails) == 1
    alice.delete(url)
    assert mails(twin)[1:] == [("cancel", "alice", ("bob",), 1)]
    assert bob.events() == []


def test_it_declines_by_deleting_when_told_so(twin: Twin, alice: Person, bob: Person) -> None:
    twin.switches = twin.switches.changed({"invitee_deletion_mails_response": True})
    url = _meet(alice, bob)
    bob.delete(f"/me/events/{bob.only_event()['id']}")
    assert mails(twin)[1:] == [("response", "bob", ("alice",), 0)]
    assert (bob.events(), alice.get(url)["attendees"][0]["status"]["response"]) == ([], "declined")


@pytest.mark.parametrize(("mailed", "kinds"), [(True, ["request", "cancel"]), (False, [])])
def test_it_mails_about_past_meetings_as_the_switch_says(
    twin: Twin, alice: Person, bob: Person, *, mailed: bool, kinds: list[str]
) -> None:
    twin.switches = twin.switches.changed({"past_meetings_mail": mailed})
    twin.clock.advance(365 * 86_400)
    alice.token = twin.tokens.issue(alice.mailbox)
    alice.delete(_meet(alice, bob))
    assert [each[0] for each in mails(twin)] == kinds


def test_it_puts_a_stub_back_when_told_so(twin: Twin, alice: Person, bob: Person) -> None:
    twin.switches = twin.switches.changed({"cancelled_stub_returns_work": True})
    url = _meet(alice, bob)
    bob.delete(f"/me/events/{bob.only_event()['id']}")
    alice.delete(url)
    assert (bob.only_event()["isCancelled"], bob.only_event()["subject"]) == (True, "Canceled: Lunch")


def test_it_invites_again_whoever_deleted_his_copy(alice: Person, bob: Person) -> None:
    url = _meet(alice, bob)
    bob.post(f"/me/events/{bob.only_event()['id']}/decline", status=202)
    alice.patch(url, {"subject": "Dinner"})
    copy = bob.only_event()
    assert (copy["subject"], copy["responseStatus"]["response"]) == ("Dinner", "notResponded")


def test_it_lets_the_invitee_change_his_copy_until_the_next_update(twin: Twin, alice: Person, bob: Person) -> None:
    url = _meet(alice, bob)
    bob.patch(f"/me/events/{bob.only_event()['id']}", {"subject": "Mine", "showAs": "free"})
    assert (alice.get(url)["subject"], len(twin.mail.mails)) == ("Lunch", 1)
    alice.patch(url, {"body": {"contentType": "text", "content": "Bring salad"}})
    assert bob.only_event()["subject"] == "Lunch"


def test_it_holds_a_draft_back_until_it_is_sent(twin: Twin, alice: Person, bob: Person) -> None:
    url = _meet(alice, bob, isDraft=True)
    alice.patch(url, {"subject": "Dinner"})
    assert (bob.events(), twin.mail.mails, alice.get(url)["isDraft"]) == ([], [], True)
    alice.patch(url, {"isDraft": False})
    assert (bob.only_event()["subject"], mails(twin)) == ("Dinner", [("request", "alice", ("bob",), 0)])
    alice.patch(url, {"subject": "Breakfast", "isDraft": True})
    assert (bob.only_event()["subject"], len(twin.mail.mails)) == ("Dinner", 1)
    alice.patch(url, {"isDraft": False})
    assert bob.only_event()["subject"] == "Breakfast"


def test_it_deletes_an_unsent_draft_without_a_word(twin: Twin, alice: Person, bob: Person) -> None:
    alice.delete(_meet(alice, bob, isDraft=True))
    assert twin.mail.mails == []


def test_it_tells_only_whom_it_shall_of_a_hidden_list(alice: Person, bob: Person, charlie: Person) -> None:
    url = _meet(alice, bob, charlie, hideAttendees=True)
    assert len(alice.get(url)["attendees"]) == 2
    assert [each["emailAddress"]["name"] for each in bob.only_event()["attendees"]] == ["Bob"]


def test_it_ignores_the_answer_to_an_older_version(twin: Twin, alice: Person, bob: Person) -> None:
    url = _meet(alice, bob)
    twin.switches = twin.switches.changed({"delivery_delay_seconds": 5})
    bob.post(f"/me/events/{bob.only_event()['id']}/accept", status=202)
    alice.patch(url, {"start": moment("2026-08-04T08:00:00")})
    twin.clock.advance(10)
    assert _status(url, alice) == [{"response": "none", "time": NEVER}]


def test_it_delivers_after_the_delay_it_is_given(twin: Twin, alice: Person, bob: Person) -> None:
    twin.switches = twin.switches.changed({"delivery_delay_seconds": 5})
    _meet(alice, bob)
    assert (bob.events(), len(twin.mail.mails)) == ([], 1)
    twin.clock.advance(5)
    assert bob.only_event()["createdDateTime"] == "2026-08-03T08:00:05Z"


def test_it_does_not_track_answers_in_a_secondary_calendar(alice: Person, bob: Person) -> None:
    calendar = alice.post("/me/calendars", {"name": "Projects"})
    url = f"/me/calendars/{calendar['id']}/events"
    created = alice.post(url, lunch(attendees=invited(bob)))
    bob.post(f"/me/events/{bob.only_event()['id']}/accept", status=202)
    assert _status(f"/me/events/{created['id']}", alice)[0]["response"] == "none"


def test_it_proposes_a_new_time(twin: Twin, alice: Person, bob: Person) -> None:
    url = _meet(alice, bob)
    slot = {
        "start": moment("2026-08-04T18:00:00", "Pacific Standard Time"),
        "end": moment("2026-08-04T19:00:00", "Pacific Standard Time"),
    }
    bob.post(f"/me/events/{bob.only_event()['id']}/tentativelyAccept", {"proposedNewTime": slot}, status=202)
    shown = alice.get(url)["attendees"][0]["proposedNewTime"]
    assert shown["start"] == {"dateTime": "2026-08-04T18:00:00.0000000", "timeZone": "Pacific Standard Time"}
    assert twin.mail.mails[1].subject == "New Time Proposed: Lunch"
    alice.patch(url, {"start": slot["start"], "end": slot["end"]})
    assert "proposedNewTime" not in alice.get(url)["attendees"][0]


def test_it_forwards_and_tells_the_organizer(twin: Twin, alice: Person, bob: Person, charlie: Person) -> None:
    url = _meet(alice, bob)
    to = [{"emailAddress": {"address": charlie.address, "name": "Charlie"}}]
    bob.post(f"/me/events/{bob.only_event()['id']}/forward", {"ToRecipients": to, "Comment": "Come too"}, status=202)
    assert charlie.only_event()["subject"] == "Lunch"
    assert [(each["type"], each["emailAddress"]["name"]) for each in alice.get(url)["attendees"]] == [
        ("required", "Bob"),
        ("optional", "Charlie"),
    ]
    assert mails(twin)[1:] == [("forward", "bob", ("charlie",), 0), ("forward-notification", "bob", ("alice",), 0)]
    charlie.post(f"/me/events/{charlie.only_event()['id']}/accept", status=202)
    assert _status(url, alice)[1]["response"] == "accepted"


def test_it_carries_public_properties_with_the_invitation_and_keeps_private_ones(alice: Person, bob: Person) -> None:
    public = "String {00020329-0000-0000-C000-000000000046} Name shared"
    private = "String {6b4ffb0e-4f2c-4b1e-9b1f-0f1e2d3c4b5a} Name own"
    both = [{"id": public, "value": "a"}, {"id": private, "value": "b"}]
    _meet(alice, bob, singleValueExtendedProperties=both)
    asked = f"$expand=singleValueExtendedProperties($filter=id eq '{public}' or id eq '{private}')"
    copy = bob.get(f"/me/events?{asked}")["value"][0]
    assert copy["singleValueExtendedProperties"] == [{"id": public, "value": "a"}]


@pytest.mark.parametrize(("mailed", "kinds"), [(True, ["request", "response"]), (False, ["request"])])
def test_it_answers_what_was_not_requested_as_the_switch_says(
    twin: Twin, alice: Person, bob: Person, *, mailed: bool, kinds: list[str]
) -> None:
    twin.switches = twin.switches.changed({"answer_mailed_when_not_requested": mailed})
    _meet(alice, bob, responseRequested=False)
    bob.post(f"/me/events/{bob.only_event()['id']}/accept", status=202)
    assert [each[0] for each in mails(twin)] == kinds


@pytest.mark.parametrize(("mailed", "kinds"), [(True, ["request", "cancel"]), (False, ["request"])])
def test_it_mails_after_a_permanent_deletion_as_the_switch_says(
    twin: Twin, alice: Person, bob: Person, *, mailed: bool, kinds: list[str]
) -> None:
    twin.switches = twin.switches.changed({"permanent_delete_mails_cancellation": mailed})
    alice.post(f"{_meet(alice, bob)}/permanentDelete", status=204)
    assert [each[0] for each in mails(twin)] == kinds


def test_it_refuses_answers_to_what_is_cancelled(alice: Person, bob: Person) -> None:
    alice.delete(_meet(alice, bob))
    answer = bob.ask("POST", f"/me/events/{bob.only_event()['id']}/accept")
    assert (answer.status, answer.code) == (400, "ErrorCalendarIsCancelledForAccept")


def test_it_sends_a_held_draft_patch_at_once_when_told_so(twin: Twin, alice: Person, bob: Person) -> None:
    twin.switches = twin.switches.changed({"draft_patch_holds_back_update": False})
    alice.patch(_meet(alice, bob), {"subject": "Dinner", "isDraft": True})
    assert bob.only_event()["subject"] == "Dinner"


def test_it_asks_anew_whoever_is_invited_again_after_he_was_removed(alice: Person, bob: Person) -> None:
    url = _meet(alice, bob, OUTSIDE)
    bob.post(f"/me/events/{bob.only_event()['id']}/accept", status=202)
    alice.patch(url, {"attendees": invited(OUTSIDE)})
    alice.patch(url, {"attendees": invited(OUTSIDE, bob)})
    copy = bob.only_event()
    assert (copy["isCancelled"], copy["subject"], copy["showAs"]) == (False, "Lunch", "tentative")
    assert copy["responseStatus"]["response"] == "notResponded"
