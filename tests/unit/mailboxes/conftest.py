"""An office with Alice, Bob and Charlie."""

from collections.abc import Iterator

import pytest

from kalends.accounts.models import Person
from tests.unit.mailboxes.office import Office


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    made = Office.in_this_process()
    yield made
    made.close()


@pytest.fixture
def alice(office: Office) -> Person:
    return office.person("Alice")


@pytest.fixture
def bob(office: Office) -> Person:
    return office.person("Bob")


@pytest.fixture
def charlie(office: Office) -> Person:
    return office.person("Charlie")
