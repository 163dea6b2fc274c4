"""An office with Alice, Bob and Charlie."""

import pytest

from kalends.accounts.models import Person
from tests.unit.mailboxes.office import Office


@pytest.fixture
def office(db: None) -> Office:
    return Office()


@pytest.fixture
def alice(office: Office) -> Person:
    return office.person("Alice")


@pytest.fixture
def bob(office: Office) -> Person:
    return office.person("Bob")


@pytest.fixture
def charlie(office: Office) -> Person:
    return office.person("Charlie")
