"""Whether a port is free, asked before a server is started, so that the answer names the setting to change."""

import errno
import socket
import time
from contextlib import suppress
from typing import Protocol

from kalends.config.environment import Variable
from kalends.config.errors import ConfigurationError, PortTaken

OPEN_WITHIN_SECONDS = 30


class Server(Protocol):
    """A program that was started a moment ago."""

    @property
    def name(self) -> str: ...
    def is_alive(self) -> bool: ...


def require_free(host: str, variable: Variable) -> None:
    """:raises PortTaken: another program listens on the port that ``variable`` names."""
    port = variable.read_number()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                message = f"Port {port} is taken by another program. Set {variable.name} to a free port."
                raise PortTaken(message) from None
            message = f"Kalends cannot listen on {host}, port {port}: {error.strerror}. See KALENDS_HOST."
            raise ConfigurationError(message) from None


def wait_until_open(host: str, port: int, server: Server) -> None:
    """Return when ``server`` answers on ``port``.

    :raises ConfigurationError: it ended instead, or did not answer in time.
    """
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - an address compared, not bound
    give_up_at = time.monotonic() + OPEN_WITHIN_SECONDS
    while server.is_alive() and time.monotonic() < give_up_at:
        with suppress(OSError), socket.create_connection((reachable, port), timeout=1):
            return
        time.sleep(0.05)
    message = f"{server.name} did not start; its own words are above."
    raise ConfigurationError(message)
