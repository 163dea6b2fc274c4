"""One's own name, zone, theme and password."""

from django.test import Client
from django.urls import reverse

from kalends.accounts.models import Person


def test_it_keeps_name_zone_and_theme(as_alice: Client, alice: Person) -> None:
    told = {"name": "Alice Adams", "time_zone": "Asia/Tokyo", "theme": "dark"}
    as_alice.post(reverse("profile"), told)
    alice.refresh_from_db()

    assert (alice.name, alice.time_zone) == ("Alice Adams", "Asia/Tokyo")
    assert 'data-theme="dark"' in as_alice.get(reverse("calendar")).content.decode()


def test_it_refuses_a_zone_that_nobody_knows(as_alice: Client) -> None:
    answer = as_alice.post(reverse("profile"), {"name": "A", "time_zone": "Atlantis", "theme": "auto"})

    assert (answer.status_code, "is not a known time zone" in answer.content.decode()) == (422, True)


def test_it_changes_the_password_only_for_who_knows_the_present_one(as_alice: Client, alice: Person) -> None:
    alice.set_password("present-password")
    alice.save()
    as_alice.force_login(alice)
    wrong = as_alice.post(reverse("profile"), {"present": "guess", "new": "another-long-one"})
    right = as_alice.post(reverse("profile"), {"present": "present-password", "new": "another-long-one"})
    alice.refresh_from_db()

    assert (wrong.status_code, right.status_code, alice.check_password("another-long-one")) == (422, 302, True)
    assert as_alice.get(reverse("profile")).status_code == 200
