"""Warnings by mail: each once, to whoever can do something about it (FEATURES 1.7, 6.6)."""

import datetime as dt

import pytest

from graphtwin.apps import DEMO_SECRET
from kalends.accounts.models import Person
from kalends.mailboxes.mail_models import OutgoingMail
from kalends.mailboxes.models import Connection, Mailbox
from kalends.mailboxes.warnings import secret_banner, warn
from kalends.options.stored import write
from tests.unit.mailboxes.office import Office

LAST_DAY = dt.date(2027, 6, 30)


@pytest.fixture
def dora(db: None) -> Person:
    """The administrator, among others."""
    write("outlook.client_secret", "a secret value")
    write("outlook.client_secret_expires", LAST_DAY.isoformat())
    Person.objects.create_person("alice@example.com", name="Alice")
    return Person.objects.create_person("dora@example.com", name="Dora", is_administrator=True)


def days_before(days: int) -> dt.date:
    return LAST_DAY - dt.timedelta(days=days)


def test_it_warns_administrators_once_at_each_step(dora: Person) -> None:
    sent = {days: warn(days_before(days)) + warn(days_before(days)) for days in range(40, -3, -1)}
    assert [days for days, count in sent.items() if count] == [30, 14, 7, 1, 0]
    assert {(mail.recipient, mail.kind) for mail in OutgoingMail.objects.all()} == {("dora@example.com", "warning")}


def test_a_step_that_was_missed_is_made_up_for_once(dora: Person) -> None:
    assert [warn(days_before(days)) for days in (10, 9, 5)] == [1, 0, 1]


def test_a_second_secret_ends_the_warnings(dora: Person) -> None:
    assert "runs out in 5 days" in secret_banner(days_before(5))
    write("outlook.next_client_secret", "another value")
    write("outlook.next_client_secret_expires", (LAST_DAY + dt.timedelta(days=700)).isoformat())
    assert (warn(days_before(5)), secret_banner(days_before(5))) == (0, "")


@pytest.mark.parametrize(("days", "words"), [(31, ""), (30, "in 30 days"), (1, "tomorrow"), (-2, "has run out")])
def test_the_banner_says_how_long_there_is(dora: Person, days: int, words: str) -> None:
    banner = secret_banner(days_before(days))
    assert (words in banner, bool(banner)) == (True, bool(words))


def test_lost_access_is_told_once_until_it_is_connected_again(office: Office, alice: Person) -> None:
    office.connect(alice)
    told = []
    for state in (Connection.LOST, Connection.LOST, Connection.ACTIVE, Connection.LOST):
        Mailbox.objects.update(state=state, state_reason="The password was changed.")
        told.append(warn())
    assert told == [1, 0, 0, 1]
    mail = OutgoingMail.objects.first()
    assert mail is not None
    text = bytes(mail.content).decode().replace("=\r\n", "")
    assert (mail.recipient, "The password was changed." in text, "/outlook/connect" in text) == (
        alice.email,
        True,
        True,
    )
    assert DEMO_SECRET not in text
