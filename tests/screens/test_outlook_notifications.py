"""Where Outlook tells of changes."""

import pytest
from django.test import Client
from django.urls import reverse


def test_it_echoes_the_token_as_plain_text(client: Client) -> None:
    answer = client.post(reverse("outlook_notifications") + "?validationToken=Validation%3A+%3Cb%3E1%3C%2Fb%3E")

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.content == b"Validation: <b>1</b>"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status"),
    [(b'{"value": []}', 202), (b'{"value": [{"subscriptionId": "unknown", "clientState": "?"}]}', 202), (b"{", 400)],
    ids=["nothing", "of an unknown order", "no JSON"],
)
def test_it_takes_what_is_told_without_a_cookie(body: bytes, status: int) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("outlook_notifications"), body, content_type="application/json")

    assert answer.status_code == status
