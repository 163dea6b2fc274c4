"""Series that people are invited to: exceptions, single dates, answers (FACTS §4.4, §7, §8.1)."""

from graphtwin.app import Twin
from tests.twin.graph.client import Person, invited, mails, moment
from tests.twin.graph.test_series import MONDAYS, dates, instances, standup


def test_it_invites_to_a_series_and_follows_its_exceptions(twin: Twin, alice: Person, bob: Person) -> None:
    created = alice.post("/me/events", standup(attendees=invited(bob)))
    copy = bob.only_event()
    assert (copy["type"], copy["recurrence"], copy["uid"]) == ("seriesMaster", created["recurrence"], created["uid"])
    bob.post(f"/me/events/{copy['id']}/accept", status=202)
    second = instances(alice, created["id"])[1]
    alice.patch(
        f"/me/events/{second['id']}", {"start": moment("2026-08-11T10:00:00"), "end": moment("2026-08-11T10:30:00")}
    )
    assert dates(bob, copy["id"]) == ["2026-08-03", "2026-08-11", "2026-08-17", "2026-08-24"]
    changed = instances(bob, copy["id"])[1]
    assert (changed["type"], changed["responseStatus"]["response"], changed["showAs"]) == (
        "exception",
        "notResponded",
        "tentative",
    )
    assert instances(bob, copy["id"])[0]["responseStatus"]["response"] == "accepted"
    assert mails(twin)[2:] == [("update-full", "alice", ("bob",), 1)]
    assert twin.mail.mails[2].original_date == "2026-08-10"


def test_it_cancels_one_date_of_a_meeting(twin: Twin, alice: Person, bob: Person) -> None:
    created = alice.post("/me/events", standup(attendees=invited(bob)))
    alice.delete(f"/me/events/{instances(alice, created['id'])[1]['id']}")
    shown = [(each["subject"], each["isCancelled"]) for each in instances(bob, bob.only_event()["id"])]
    assert shown == [("Stand-up", False), ("Canceled: Stand-up", True), ("Stand-up", False), ("Stand-up", False)]
    assert [(each[0], each[2]) for each in mails(twin)[1:]] == [("cancel", ("bob",))]


def test_it_records_the_answer_to_one_date(twin: Twin, alice: Person, bob: Person) -> None:
    created = alice.post("/me/events", standup(attendees=invited(bob)))
    first, second, *_ = instances(bob, bob.only_event()["id"])
    bob.post(f"/me/events/{first['id']}/decline", status=202)
    bob.post(f"/me/events/{second['id']}/accept", status=202)
    assert dates(bob, bob.only_event()["id"]) == MONDAYS[1:]
    answers = [each["attendees"][0]["status"]["response"] for each in instances(alice, created["id"])]
    assert answers == ["declined", "accepted", "none", "none"]
    assert [each["type"] for each in instances(alice, created["id"])][:3] == ["exception", "exception", "occurrence"]
    assert mails(twin)[1:] == [("response", "bob", ("alice",), 0), ("response", "bob", ("alice",), 0)]


def test_it_mails_for_the_series_and_for_each_exception(twin: Twin, alice: Person, bob: Person) -> None:
    created = alice.post("/me/events", standup(attendees=invited(bob)))
    alice.patch(f"/me/events/{instances(alice, created['id'])[1]['id']}", {"subject": "Own"})
    twin.mail.clear()
    alice.patch(f"/me/events/{created['id']}", {"location": {"displayName": "Bar"}})
    assert [(each.kind, each.original_date) for each in twin.mail.mails] == [
        ("update-info", None),
        ("update-info", "2026-08-10"),
    ]
    assert [each["location"]["displayName"] for each in instances(bob, bob.only_event()["id"])] == ["Bar"] * 4


def test_it_invites_somebody_to_one_date_alone(alice: Person, bob: Person) -> None:
    created = alice.post("/me/events", standup())
    second = instances(alice, created["id"])[1]
    alice.patch(f"/me/events/{second['id']}", {"attendees": invited(bob)})
    copy = bob.only_event()
    assert (copy["type"], copy["iCalUId"], copy["uid"]) == ("singleInstance", second["iCalUId"], created["uid"])


def test_it_answers_a_whole_series(alice: Person, bob: Person) -> None:
    created = alice.post("/me/events", standup(attendees=invited(bob)))
    bob.post(f"/me/events/{bob.only_event()['id']}/tentativelyAccept", status=202)
    assert [each["showAs"] for each in instances(bob, bob.only_event()["id"])] == ["tentative"] * 4
    assert alice.get(f"/me/events/{created['id']}")["attendees"][0]["status"]["response"] == "tentativelyAccepted"


def test_it_keeps_dates_deleted_that_the_invitee_declined(alice: Person, bob: Person) -> None:
    created = alice.post("/me/events", standup(attendees=invited(bob)))
    copy = bob.only_event()["id"]
    bob.post(f"/me/events/{instances(bob, copy)[0]['id']}/decline", status=202)
    alice.delete(f"/me/events/{instances(alice, created['id'])[1]['id']}")
    alice.patch(f"/me/events/{created['id']}", {"subject": "Daily"})
    shown = [(each["start"]["dateTime"][:10], each["subject"]) for each in instances(bob, copy)]
    assert shown == [("2026-08-10", "Canceled: Stand-up"), ("2026-08-17", "Daily"), ("2026-08-24", "Daily")]
