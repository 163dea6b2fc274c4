"""Mike organizes, John attends; both have Outlook. Each test re-creates one line of the scenarios of two-way sync."""

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
def mike(office: Office) -> Person:
    return office.person("Mike")


@pytest.fixture
def john(office: Office) -> Person:
    return office.person("John")
