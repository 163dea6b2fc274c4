"""A house of processes, with Alice."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kalends.accounts.models import Person
from tests.twin.control.conftest import start
from tests.unit.jobs.house import House


@pytest.fixture
def house(transactional_db: None, tmp_path: Path) -> Iterator[House]:
    running = start("--data", str(tmp_path))
    made = House(running)
    try:
        yield made
    finally:
        made.close()
        running.stop()


@pytest.fixture
def alice(house: House) -> Person:
    return house.person("Alice")


@pytest.fixture
def free_ports() -> list[int]:
    """Three loopback ports that nobody listens on now."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    ports = [int(listener.getsockname()[1]) for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports
