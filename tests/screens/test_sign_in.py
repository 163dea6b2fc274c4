"""Signing in and out."""

import pytest
from django.test import Client
from django.urls import reverse

from kalends.accounts.models import Person


@pytest.fixture
def eve(db: None) -> Person:
    return Person.objects.create_person("eve@example.com", "a-long-password", name="Eve")


@pytest.mark.usefixtures("eve")
@pytest.mark.parametrize(
    ("email", "password", "status"),
    [
        ("Eve@Example.com ", "a-long-password", 302),
        ("eve@example.com", "wrong", 422),
        ("nobody@example.com", "a-long-password", 422),
        ("", "", 422),
    ],
)
def test_it_lets_in_who_knows_the_password(client: Client, email: str, password: str, status: int) -> None:
    assert client.post(reverse("sign_in"), {"email": email, "password": password}).status_code == status


@pytest.mark.usefixtures("eve")
@pytest.mark.parametrize(
    ("wanted", "got"), [("/trash", "/trash"), ("https://evil.example/", "/"), ("//evil.example", "/")]
)
def test_it_goes_on_to_pages_of_this_installation_only(client: Client, wanted: str, got: str) -> None:
    address = f"{reverse('sign_in')}?next={wanted}"
    answer = client.post(address, {"email": "eve@example.com", "password": "a-long-password"})

    assert answer["Location"] == got


def test_it_signs_out(as_alice: Client) -> None:
    as_alice.post(reverse("sign_out"))

    assert as_alice.get(reverse("calendar")).status_code == 302


def test_it_sends_scripts_to_the_sign_in_page(client: Client, db: None) -> None:
    answer = client.get(reverse("outlook_state"), headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == reverse("sign_in")
