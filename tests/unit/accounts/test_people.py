"""People and the addresses they are known by."""

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError

from kalends.accounts.models import Address, Person

pytestmark = pytest.mark.django_db


def test_it_finds_a_person_however_the_address_is_spelt() -> None:
    alice = Person.objects.create_person(" Alice@Example.COM ", "correct horse", name="Alice")
    assert alice.email == "alice@example.com"
    assert Person.objects.by_address("ALICE@example.com") == alice
    assert authenticate(username="aLiCe@example.com", password="correct horse") == alice


def test_it_hashes_passwords_with_argon2_and_lets_nobody_in_without_one() -> None:
    alice = Person.objects.create_person("alice@example.com", "correct horse")
    bob = Person.objects.create_person("bob@example.com")
    assert alice.password.startswith("argon2$")
    assert not bob.has_usable_password()
    assert authenticate(username="bob@example.com", password="") is None


def test_it_lets_nobody_in_who_was_deactivated() -> None:
    Person.objects.create_person("alice@example.com", "correct horse", is_active=False)
    assert authenticate(username="alice@example.com", password="correct horse") is None


def test_it_knows_several_addresses_of_one_person_and_each_address_once() -> None:
    alice = Person.objects.create_person("alice@example.com")
    bob = Person.objects.create_person("bob@example.com")
    Address.objects.create(person=alice, address="A.Adams@Example.com")
    assert Person.objects.by_address("a.adams@example.com") == alice
    with pytest.raises(IntegrityError):
        Address.objects.create(person=bob, address="A.ADAMS@example.com")
