"""The page behind the link in an invitation: no sign-in, GET shows, POST answers (RULES 10.3)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.domain.attendee import Attendee
from kalends.domain.event import Field
from kalends.mailboxes.answer_links import Invited, answer_link, answer_token
from tests.screens.conftest import nine_to_ten

DORA = Attendee(address="Dora@elsewhere.example", name="Dora")


@pytest.fixture
def plan(alice: Person, bob: Person) -> str:
    return edits.create_event(alice, nine_to_ten(attendees=(DORA, Attendee(address=bob.email, name="Bob"))))


def page_of(event_id: str, address: str = DORA.key) -> str:
    return reverse("invitation", args=[answer_token(Invited(event_id=event_id, address=address))])


def answer_of(alice: Person, event_id: str, name: str = "Dora") -> str:
    people = queries.event_detail(alice, event_id).participants
    return next(each.partstat.value for each in people if each.name == name)


def press(page: str, partstat: str, comment: str = "") -> int:
    browser = Client(enforce_csrf_checks=True)
    shown = browser.get(page).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown))
    return browser.post(page, {**fields, "partstat": partstat, "comment": comment}).status_code


def test_it_shows_the_meeting_and_answers_nothing_by_looking(plan: str, alice: Person) -> None:
    browser = Client()
    shown = browser.get(page_of(plan)).content.decode()
    assert browser.head(page_of(plan)).status_code == 200
    assert [
        words in shown for words in ("Plan", "Alice invites Dora", "Tuesday, 2 March 2027, 09:00", "Berlin time")
    ] == [True] * 4
    assert answer_of(alice, plan) == "needs-action"


@pytest.mark.parametrize("partstat", ["accepted", "tentative", "declined"])
def test_it_takes_the_answer_with_its_history(plan: str, alice: Person, partstat: str) -> None:
    assert press(page_of(plan), partstat, "See you\nthere") == 302
    assert answer_of(alice, plan) == partstat
    latest = queries.history(alice, plan)[0]
    assert (latest.source, latest.cause) == ("mail", "Dora answered by link: See you there")


def test_somebody_with_an_account_answers_as_himself(plan: str, alice: Person, bob: Person) -> None:
    assert press(page_of(plan, bob.email), "accepted") == 302
    assert answer_of(alice, plan, "Bob") == "accepted"
    assert queries.history(alice, plan)[0].who == "Bob"


def test_it_asks_again_when_the_time_was_changed_meanwhile(plan: str, alice: Person) -> None:
    browser = Client()
    fields = {"seen": "what was shown before", "partstat": "accepted"}
    answer = browser.post(page_of(plan), fields)
    assert (answer.status_code, "look at it again" in answer.content.decode()) == (409, True)
    assert answer_of(alice, plan) == "needs-action"


def test_it_tells_who_was_taken_off_or_that_it_is_off(plan: str, alice: Person) -> None:
    edits.change_event(alice, plan, {Field.ATTENDEES: (Attendee(address="bob@example.com", name="Bob"),)})
    shown = Client().get(page_of(plan)).content.decode()
    assert ("no longer on the list" in shown, "2027" in shown) == (True, False)
    edits.delete_event(alice, plan)
    assert "called off" in Client().get(page_of(plan)).content.decode()


@pytest.mark.parametrize("token", ["x", "W1tdXQ:1vMbcd:forged", "..", "%00"])
def test_a_link_that_was_not_signed_here_leads_nowhere(db: None, token: str) -> None:
    assert Client().get(f"/invitations/{token}").status_code == 404


def test_a_link_of_one_event_is_none_of_another(plan: str, alice: Person) -> None:
    other = edits.create_event(alice, nine_to_ten("Other"))
    forged = page_of(plan).replace(plan, other)
    assert forged == page_of(plan)
    assert answer_link(Invited(event_id=plan, address=DORA.key)).startswith("http")
