"""The page of Kalends' own mails (FEATURES 5.5)."""

import datetime as dt

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.domain.attendee import Attendee
from kalends.mailboxes.answer_links import Invited, answer_token
from kalends.mailboxes.mail_models import Delivery, OutgoingMail
from kalends.options.stored import write
from tests.screens.conftest import SignIn, nine_to_ten

EVE = Attendee(address="eve@elsewhere.example", name="Eve")


def test_it_lists_what_kalends_would_send(as_dora: Client, alice: Person) -> None:
    assert "There were none so far" in as_dora.get(reverse("mails")).content.decode()
    edits.create_event(alice, nine_to_ten(attendees=(EVE,)))
    page = as_dora.get(reverse("mails")).content.decode()
    said = ("Mails Kalends would send", "Eve", "invitation", "Plan", "kept here")
    assert [words for words in said if words not in page] == []


def test_it_shows_one_mail_and_keeps_it_from_going_out(as_dora: Client, alice: Person, sign_in: SignIn) -> None:
    edits.create_event(alice, nine_to_ten(attendees=(EVE,)))
    mail = OutgoingMail.objects.get()
    address = reverse("mail", args=[mail.pk])
    page = as_dora.get(address).content.decode()
    assert [words in page for words in ("Alice invites you.", "/invitations/…", "METHOD:REQUEST")] == [True] * 3
    assert answer_token(Invited(event_id=str(mail.event_id), address=EVE.key))[:20] not in page
    statuses = [sign_in(who).get(address).status_code for who in (alice, None)]
    assert statuses == [403, 302]
    assert sign_in(alice).post(address, {"act": "send"}).status_code == 403
    assert as_dora.post(address, {"act": "drop"}).status_code == 302
    mail.refresh_from_db()
    assert mail.state == Delivery.DROPPED


def test_ones_own_ledger_names_both_senders(as_alice: Client, alice: Person) -> None:
    edits.create_event(alice, nine_to_ten(attendees=(EVE,)))
    page = as_alice.get(reverse("outlook_mails")).content.decode()
    assert ("Eve" in page, "<td>Kalends</td>" in page) == (True, True)


def test_it_says_before_whom_kalends_will_mail(as_alice: Client, alice: Person) -> None:
    event_id = edits.create_event(alice, nine_to_ten(attendees=(EVE,)))
    assert (
        "Kalends will mail Eve (cancellation)."
        in as_alice.get(reverse("event_delete", args=[event_id])).content.decode()
    )


def test_administrators_are_told_on_every_page_that_the_secret_runs_out(as_dora: Client, as_alice: Client) -> None:
    write("outlook.client_secret", "a secret value")
    write("outlook.client_secret_expires", (timezone.now().date() + dt.timedelta(days=7)).isoformat())
    line = reverse("outlook_state")
    told = ["runs out in 7 days" in browser.get(line).content.decode() for browser in (as_dora, as_alice)]
    assert told == [True, False]
