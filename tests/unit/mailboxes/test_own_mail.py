"""Kalends' own mail: who is told what, once, through a real mail server (RULES 2.2, §9, §10)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.domain.attendee import Attendee, Role
from kalends.domain.event import Event, Field, Importance, Personal, Place
from kalends.domain.scheduling import ForecastMail, MailKind, Via
from kalends.domain.span import Timed
from kalends.ical.itip import Invitation, read_message
from kalends.mailboxes.delivery import drop, send_again, send_waiting
from kalends.mailboxes.mail_models import Delivery, OutgoingMail
from kalends.mailboxes.models import MailRecord
from kalends.options.stored import write
from kalends.sync.snapshot import Values
from tests.unit.mailboxes.mail_server import MailServer, calendar_part, running_mail_server

DORA = Attendee(address="dora@elsewhere.example", name="Dora")
EVE = Attendee(address="eve@elsewhere.example", name="Eve")


@pytest.fixture
def server(db: None) -> Iterator[MailServer]:
    with running_mail_server() as running:
        yield running


@pytest.fixture
def alice(db: None) -> Person:
    return Person.objects.create_person("alice@example.com", name="Alice")


def tomorrow(hour: int = 9) -> Timed:
    start = dt.datetime.combine(timezone.now().date() + dt.timedelta(days=1), dt.time(hour))
    end = start + dt.timedelta(hours=1)
    return Timed(start=start, start_zone="Europe/Amsterdam", end=end, end_zone="Europe/Amsterdam")


def review(*people: Attendee, **fields: object) -> Event:
    return Event(when=tomorrow(), subject="Review", attendees=people, **fields)  # type: ignore[arg-type]


def kinds(mails: tuple[ForecastMail, ...]) -> list[tuple[str, str]]:
    assert all(mail.via is Via.KALENDS and mail.certain for mail in mails)
    return [(mail.name, mail.kind.value) for mail in mails]


def ledger() -> list[tuple[str, str, str]]:
    records = MailRecord.objects.order_by("id")
    return [(each.name, each.kind, each.via) for each in records]


def test_r10_1_it_mails_what_it_forecast_and_never_twice(server: MailServer, alice: Person) -> None:
    forecast = edits.preview_create(alice, review(DORA, EVE))
    event_id = edits.create_event(alice, review(DORA, EVE))
    assert (send_waiting(), send_waiting()) == (2, 0)
    assert kinds(forecast) == [("Dora", "request"), ("Eve", "request")]
    assert server.told() == [(DORA.address, "REQUEST", 0), (EVE.address, "REQUEST", 0)]
    changes: Values = {Field.WHEN: tomorrow(11), Field.ATTENDEES: (DORA,)}
    forecast = edits.preview_change(alice, event_id, changes)
    edits.change_event(alice, event_id, changes)
    send_waiting()
    assert sorted(kinds(forecast)) == [("Dora", "update"), ("Eve", "cancel")]
    assert sorted(server.told()[2:]) == [(DORA.address, "REQUEST", 1), (EVE.address, "CANCEL", 1)]
    forecast = edits.preview_delete(alice, event_id)
    edits.delete_event(alice, event_id)
    send_waiting()
    assert kinds(forecast) == [("Dora", "cancel")]
    assert server.told()[4:] == [(DORA.address, "CANCEL", 2)]
    assert sorted(ledger()) == [
        ("Dora", "cancel", "kalends"),
        ("Dora", "request", "kalends"),
        ("Dora", "update", "kalends"),
        ("Eve", "cancel", "kalends"),
        ("Eve", "request", "kalends"),
    ]


def test_r10_1_after_a_crash_the_same_message_goes_out_again(server: MailServer, alice: Person) -> None:
    edits.create_event(alice, review(DORA))
    send_waiting()
    OutgoingMail.objects.update(state=Delivery.WAITING, sent_at=None)
    send_waiting()
    (_, first), (_, second) = server.messages
    assert first["Message-ID"] == second["Message-ID"] == OutgoingMail.objects.get().message_id
    assert calendar_part(first) == calendar_part(second)


@pytest.mark.parametrize(
    "changes",
    [
        {Field.SUBJECT: "Review"},
        {Field.REMINDER: 30, Field.CATEGORIES: ("Blue",)},
        {Field.ATTENDEES: (replace(DORA, name="Dora D."),)},
    ],
)
def test_it_mails_nobody_when_nothing_that_people_see_changed(
    server: MailServer, alice: Person, changes: Values
) -> None:
    event_id = edits.create_event(alice, review(DORA))
    send_waiting()
    assert edits.preview_change(alice, event_id, changes) == ()
    edits.change_event(alice, event_id, changes)
    assert send_waiting() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {Field.SUBJECT: "Better"},
        {Field.BODY: "<p>Notes</p>"},
        {Field.PLACES: (Place(name="Aurora"),)},
        {Field.IMPORTANCE: Importance.HIGH},
        {Field.ATTENDEES: (replace(DORA, role=Role.OPTIONAL),)},
    ],
)
def test_it_tells_of_what_people_see(server: MailServer, alice: Person, changes: Values) -> None:
    event_id = edits.create_event(alice, review(DORA))
    edits.change_event(alice, event_id, changes)
    send_waiting()
    assert server.told() == [(DORA.address, "REQUEST", 0), (DORA.address, "REQUEST", 1)]


def test_r3_3_adding_somebody_mails_nobody_else(server: MailServer, alice: Person) -> None:
    event_id = edits.create_event(alice, review(DORA))
    edits.change_event(alice, event_id, {Field.ATTENDEES: (DORA, EVE)})
    send_waiting()
    assert server.told() == [(DORA.address, "REQUEST", 0), (EVE.address, "REQUEST", 0)]


def test_r10_3_it_writes_in_the_organizers_name_for_our_domains_only(server: MailServer, alice: Person) -> None:
    edits.create_event(alice, review(DORA))
    write("mail.our_domains", "Example.com, example.org")
    edits.create_event(alice, review(EVE))
    send_waiting()
    (_, strange), (_, own) = server.messages
    assert (strange["From"], strange["Reply-To"], organizer(strange)) == (
        '"Alice (Kalends)" <calendar@kalends.example>',
        "alice@example.com",
        "calendar@kalends.example",
    )
    assert (own["From"], own["Reply-To"], organizer(own)) == ("Alice <alice@example.com>", None, "alice@example.com")


def test_r10_3_answers_by_mail_come_to_the_address_for_them(server: MailServer, alice: Person) -> None:
    write("mail.inbound_address", "answers@kalends.example")
    edits.create_event(alice, review(DORA))
    send_waiting()
    assert organizer(server.messages[0][1]) == "answers@kalends.example"


def organizer(message: object) -> str:
    said = read_message(calendar_part(message))  # type: ignore[arg-type]
    assert isinstance(said, Invitation)
    assert said.entry.event.organizer is not None
    return said.entry.event.organizer.address


def test_it_tells_nothing_that_is_personal(server: MailServer, alice: Person) -> None:
    edits.create_event(alice, review(DORA), Personal(categories=("Secret project",)))
    send_waiting()
    assert "Secret" not in calendar_part(server.messages[0][1])


def test_a_meeting_that_is_over_mails_nobody(server: MailServer, alice: Person) -> None:
    past = Timed.at(timezone.now() - dt.timedelta(hours=3), timezone.now() - dt.timedelta(hours=2), "UTC")
    draft = replace(review(DORA), when=past)
    assert edits.preview_create(alice, draft) == ()
    event_id = edits.create_event(alice, draft)
    edits.delete_event(alice, event_id)
    assert send_waiting() == 0


def test_r5_8_a_deletion_that_has_not_gone_out_is_withdrawn(server: MailServer, alice: Person) -> None:
    event_id = edits.create_event(alice, review(DORA))
    send_waiting()
    edits.delete_event(alice, event_id)
    assert edits.preview_restore(alice, event_id) == ()
    assert edits.restore_event(alice, event_id) == event_id
    assert send_waiting() == 0
    assert ledger() == [("Dora", "request", "kalends")]
    edits.delete_event(alice, event_id)
    send_waiting()
    assert server.told() == [(DORA.address, "REQUEST", 0), (DORA.address, "CANCEL", 1)]


def test_r8_1_a_meeting_that_was_called_off_comes_back_as_a_new_one(server: MailServer, alice: Person) -> None:
    event_id = edits.create_event(alice, review(DORA))
    edits.delete_event(alice, event_id)
    send_waiting()
    forecast = edits.preview_restore(alice, event_id)
    renewed = edits.restore_event(alice, event_id)
    send_waiting()
    assert (renewed == event_id, kinds(forecast)) == (False, [("Dora", "request")])
    uids = OutgoingMail.objects.order_by("created").values_list("uid", "sequence", "kind")
    assert [*uids] == [
        (f"{event_id}@kalends", 0, "request"),
        (f"{event_id}@kalends", 1, "cancel"),
        (f"{renewed}@kalends", 0, "request"),
    ]


def test_an_address_that_is_refused_does_not_keep_others_waiting(server: MailServer, alice: Person) -> None:
    server.says = ["550 5.1.1 No such mailbox"]
    edits.create_event(alice, review(DORA, EVE))
    assert send_waiting() == 1
    refused = OutgoingMail.objects.get(state=Delivery.FAILED)
    assert (refused.recipient, refused.problem) == (
        DORA.address,
        "The mail server answered: 550 5.1.1 No such mailbox",
    )
    send_again(refused.pk)
    assert (send_waiting(), len(server.messages)) == (1, 2)


def test_it_tries_later_what_the_server_puts_off(server: MailServer, alice: Person) -> None:
    server.says = ["451 4.7.1 Greylisted"]
    edits.create_event(alice, review(DORA))
    assert (send_waiting(), send_waiting()) == (0, 0)
    waiting = OutgoingMail.objects.get()
    assert (waiting.state, waiting.attempts, waiting.retry_at is not None) == (Delivery.WAITING, 1, True)
    OutgoingMail.objects.update(retry_at=timezone.now())
    assert send_waiting() == 1


def test_a_server_that_is_away_blocks_no_edit(server: MailServer, alice: Person) -> None:
    write("mail.port", "1")
    event_id = edits.create_event(alice, review(DORA))
    assert send_waiting() == 0
    edits.change_event(alice, event_id, {Field.SUBJECT: "Later"})
    assert "could not be reached" in OutgoingMail.objects.get(kind="request").problem


def test_without_a_server_mails_are_kept_until_an_administrator_sends_them(db: None, alice: Person) -> None:
    edits.create_event(alice, review(DORA, EVE))
    dora, eve = OutgoingMail.objects.order_by("recipient")
    assert (send_waiting(), dora.state, eve.state) == (0, Delivery.KEPT, Delivery.KEPT)
    with running_mail_server() as server:
        assert send_waiting() == 0
        send_again(dora.pk)
        drop(eve.pk)
        assert send_waiting() == 1
        assert [recipient for recipient, _ in server.messages] == [DORA.address]


def test_kalends_mail_kinds_are_itips(server: MailServer, alice: Person) -> None:
    forecast = edits.preview_create(alice, review(DORA))
    assert forecast == (ForecastMail(recipient=DORA.key, kind=MailKind.REQUEST, name="Dora", via=Via.KALENDS),)
