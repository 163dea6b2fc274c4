"""A taken port is found before anything starts, and the message names the setting."""

import socket
import sys

import pytest

from kalends.cli import ports
from kalends.cli.supervisor import Program
from kalends.config import environment
from kalends.config.errors import ConfigurationError, PortTaken


def test_it_names_the_setting_of_a_taken_port(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("KALENDS_PORT", str(port))
        with pytest.raises(PortTaken) as refused:
            ports.require_free("127.0.0.1", environment.PORT)
    assert str(refused.value) == f"Port {port} is taken by another program. Set KALENDS_PORT to a free port."


def test_it_accepts_a_free_port(monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    monkeypatch.setenv("KALENDS_PORT", str(free_port))
    ports.require_free("127.0.0.1", environment.PORT)


def test_it_says_when_an_address_is_not_ours(monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    monkeypatch.setenv("KALENDS_PORT", str(free_port))
    with pytest.raises(ConfigurationError, match="KALENDS_HOST"):
        ports.require_free("192.0.2.1", environment.PORT)


def test_it_says_when_a_server_ends_instead_of_answering(free_port: int) -> None:
    failing = Program(name="The failing one", command=[sys.executable, "-c", "raise SystemExit(1)"])
    failing.start()
    with pytest.raises(ConfigurationError, match="The failing one did not start"):
        ports.wait_until_open("127.0.0.1", free_port, failing)
