"""People with tokens, and a client that speaks as one of them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kalends.accounts.models import Person
from kalends.accounts.tokens import create_token

Call = Callable[..., Any]


@pytest.fixture
def alice(db: None) -> Person:
    return Person.objects.create_person("alice@example.com", name="Alice", is_administrator=True)


@pytest.fixture
def bob(db: None) -> Person:
    return Person.objects.create_person("bob@example.com", name="Bob")


@pytest.fixture
def charlie(db: None) -> Person:
    return Person.objects.create_person("charlie@example.com", name="Charlie")


class Api:
    """The API as one person calls it."""

    def __init__(self, person: Person) -> None:
        self._client = Client(headers={"authorization": f"Bearer {create_token(person)}"})

    def __call__(self, method: str, path: str, payload: object = None, **query: str) -> tuple[int, Any]:
        """The status and the decoded answer."""
        reply = self._client.generic(
            method,
            f"/api/v1{path}",
            data=json.dumps(payload) if payload is not None else "",
            content_type="application/json",
            query_params=query,
        )
        return reply.status_code, reply.json() if reply.content else None


@pytest.fixture
def as_alice(alice: Person) -> Api:
    return Api(alice)


@pytest.fixture
def as_bob(bob: Person) -> Api:
    return Api(bob)


@pytest.fixture
def as_charlie(charlie: Person) -> Api:
    return Api(charlie)
