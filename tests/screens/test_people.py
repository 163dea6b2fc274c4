"""Making and changing accounts."""

from django.test import Client
from django.urls import reverse

from kalends.accounts.models import AuditRecord, Person

EVE = {
    "name": "Eve",
    "email": "Eve@Example.com",
    "time_zone": "Europe/Paris",
    "password": "quite-a-long-one",
    "is_active": "1",
}


def test_it_makes_an_account_and_notes_who_did(as_dora: Client, dora: Person) -> None:
    as_dora.post(reverse("person_new"), EVE)
    eve = Person.objects.get(email="eve@example.com")

    assert (eve.name, eve.time_zone, eve.is_administrator) == ("Eve", "Europe/Paris", False)
    assert eve.check_password("quite-a-long-one")
    record = AuditRecord.objects.get(act="created a person")
    assert (record.person, record.details) == (dora, {"email": "eve@example.com"})


def test_it_gives_an_address_to_one_person_only(as_dora: Client, alice: Person) -> None:
    answer = as_dora.post(reverse("person_new"), {**EVE, "email": "ALICE@example.com"})

    assert (answer.status_code, "already belongs to Alice" in answer.content.decode()) == (422, True)


def test_it_keeps_the_password_when_the_field_is_empty(as_dora: Client, alice: Person) -> None:
    alice.set_password("present-password")
    alice.save()
    as_dora.post(reverse("person", args=[alice.pk]), {**EVE, "email": alice.email, "password": ""})
    alice.refresh_from_db()

    assert (alice.name, alice.check_password("present-password")) == ("Eve", True)


def test_it_does_not_let_administrators_lock_themselves_out(as_dora: Client, dora: Person) -> None:
    answer = as_dora.post(reverse("person", args=[dora.pk]), {**EVE, "email": dora.email, "password": ""})
    dora.refresh_from_db()

    assert (answer.status_code, dora.is_administrator) == (422, True)
