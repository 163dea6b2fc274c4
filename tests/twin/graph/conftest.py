"""A twin whose clock stands still, and the cast: Alice the organizer, Bob the attendee, Charlie the stranger."""

from datetime import UTC, datetime

import pytest

from graphtwin.app import Twin
from graphtwin.clock import Clock
from tests.twin.graph.client import Person

MORNING = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)


@pytest.fixture
def twin() -> Twin:
    return Twin(clock=Clock(MORNING, frozen=True))


def _person(twin: Twin, name: str) -> Person:
    mailbox = twin.tenant.add_mailbox(f"{name.lower()}@contoso.example", name)
    return Person(twin, mailbox, twin.tokens.issue(mailbox))


@pytest.fixture
def alice(twin: Twin) -> Person:
    return _person(twin, "Alice")


@pytest.fixture
def bob(twin: Twin) -> Person:
    return _person(twin, "Bob")


@pytest.fixture
def charlie(twin: Twin) -> Person:
    return _person(twin, "Charlie")
