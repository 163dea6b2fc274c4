"""The page before Start: read, counted by choice, started as shown (FEATURES 5.1, LOOK.md)."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.domain.event import Event
from kalends.mailboxes import rehearsal
from kalends.mailboxes.models import Connection, Mailbox, Rehearsal
from tests.screens.conftest import SignIn
from tests.unit.mailboxes.office import Office
from tests.unit.mailboxes.test_rehearsal import at, there

PAGE = "/outlook/start"


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    made = Office.in_this_process()
    yield made
    made.close()


@pytest.fixture
def mailbox(office: Office, alice: Person) -> Mailbox:
    office.control("POST", "mailboxes", {"address": alice.email, "name": "Alice"})
    office.load(alice, [there("Only there", 12), there("Same", 9)])
    edits.create_event(alice, Event(when=at(9), subject="Same"))
    edits.create_event(alice, Event(when=at(11), subject="Only <here>"))
    return office.consent(alice)


@pytest.fixture
def browser(sign_in: SignIn, alice: Person) -> Client:
    return sign_in(alice)


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def _sentence(html: str) -> str:
    found = re.search(r"<h2 data-sentence>(.*?)</h2>", html, re.DOTALL)
    assert found
    return re.sub(r"\s+\.", ".", _words(found[1]))


def test_it_reads_first_and_says_how_far_it_is(browser: Client, mailbox: Mailbox) -> None:
    html = browser.get(PAGE).content.decode()
    assert 'data-rehearsal="reading"' in html
    Rehearsal.objects.filter(mailbox=mailbox).update(read=1400)
    assert "1400 events read so far" in _words(browser.get(PAGE).content.decode())


def test_it_says_what_starting_does(browser: Client, mailbox: Mailbox, office: Office) -> None:
    browser.get(PAGE)
    rehearsal.read_mailbox(mailbox.pk, office.microsoft)
    html = browser.get(PAGE).content.decode()
    assert _sentence(html) == (
        "Nothing has been changed yet. Starting will link 1 event, add 1 here, add 1 to Outlook and send no mail."
    )
    assert "Nobody will be mailed" in html
    rows = browser.get(f"{PAGE}/rows", {"group": "there"}).content.decode()
    assert "Only &lt;here&gt;" in rows
    assert "created" in rows


def test_each_choice_is_counted_again(browser: Client, mailbox: Mailbox, office: Office) -> None:
    browser.get(PAGE)
    rehearsal.read_mailbox(mailbox.pk, office.microsoft)
    html = browser.get(PAGE, {"direction": "from outlook"}, headers={"hx-request": "true"}).content.decode()
    assert _sentence(html) == "Nothing has been changed yet. Starting will link 1 event, add 1 here and send no mail."
    assert re.search(r'value="from outlook" checked', html)


def test_it_starts_with_what_was_shown(browser: Client, mailbox: Mailbox, office: Office, alice: Person) -> None:
    browser.get(PAGE)
    rehearsal.read_mailbox(mailbox.pk, office.microsoft)
    html = browser.get(PAGE).content.decode()
    digest = re.search(r'name="digest" value="(\w+)"', html)
    assert digest
    stale = browser.post(PAGE, {"digest": "another"})
    assert "Something changed since this was shown" in stale.content.decode()
    assert Mailbox.objects.get().state == Connection.CONSENTED
    assert browser.post(PAGE, {"digest": digest[1]}).status_code == 302
    office.settle(alice)
    assert office.subjects(alice) == ["Only <here>", "Only there", "Same"]
    assert office.mails() == []


def test_it_says_what_went_wrong_and_reads_again(browser: Client, mailbox: Mailbox) -> None:
    browser.get(PAGE)
    Rehearsal.objects.filter(mailbox=mailbox).update(problem="Outlook is not reachable.")
    html = browser.get(PAGE, headers={"hx-request": "true"}).content.decode()
    assert "Outlook is not reachable." in html
    assert browser.post(PAGE, {"again": "1"}).status_code == 200
    assert Rehearsal.objects.get().problem == ""
